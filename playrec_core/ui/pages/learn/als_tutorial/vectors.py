"""Step 3 of the tutorial: the user's vector, an item's vector, and their dot product, which is the score."""

import numpy as np
import streamlit as st

from playrec_core.i18n import tr
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.components.why.factor_chart import MOST_FACTORS, factor_chart
from playrec_core.ui.components.why.vectors import als_lesson, vector_table
from playrec_core.ui.pages.learn.frame.step import ask_yourself, named
from playrec_core.ui.session import page_files
from playrec_core.ui.wording.escape import shorten

from .notebook import notebook_figures
from .workspace import Workspace


def vectors(workspace: Workspace) -> None:
    """Draw the step."""
    nouns, fitted, config = workspace.nouns, workspace.fitted, workspace.config
    st.markdown(
        tr(
            "ALS gives every {playlist} and every {song} a vector of {factors} numbers. The dot product of the two "
            "should be near 1 for an interaction and near 0 elsewhere. ALS fixes one side, solves for the other, and "
            "alternates, {iterations} times. The target is 1, not the rating: a favourite with count {count:g} is a 1 "
            "with more confidence, not a {count:g}.",
            factors=config.factors,
            iterations=config.iterations,
            count=workspace.subset.strongest * config.alpha,
            **named(nouns),
        )
    )
    best, worst = fitted.recommended(1), int(np.argmin(np.abs(fitted.scores[: len(workspace.subset.items)])))
    choices = list(dict.fromkeys([*workspace.columns, *best.tolist(), worst]))
    kinds = dict.fromkeys(workspace.columns, tr("a favourite")) | {worst: tr("closest to 0")}
    kinds |= dict.fromkeys(best.tolist(), tr("top recommendation"))
    names = dict(zip(choices, workspace.labels(choices), strict=True))
    left, right = st.columns([4, 5], gap="large")
    with left:
        column = st.selectbox(
            nouns.item.capitalize(),
            choices,
            format_func=lambda one: f"{shorten(names[one], 50)} ({kinds[one]})",
            key=f"learn.vectors.{workspace.run.id}.{workspace.favourites.items}",
        )
        rows = [
            [
                Cell(shorten(names[one], 60), below=kinds[one], mark="chosen" if one == column else ""),
                Cell(f"{fitted.scores[one]:z.4f}", mark="chosen" if one == column else ""),
            ]
            for one in choices
        ]
        html_table.show([nouns.item, tr("score (x · y)")], rows)
    found = fitted.vectors(column)
    with right:
        factor_chart(
            found,
            nouns,
            label=tr("The user’s vector, the item’s vector and their product, per factor"),
            key=f"learn.vectors.chart.{workspace.run.id}",
        )
        st.caption(
            tr(
                "The {shown} factors with the largest effect on the score, largest first. All {factors} products add "
                "up to **{dot:.6f}**, which is the score.",
                shown=min(config.factors, MOST_FACTORS),
                factors=config.factors,
                dot=found.dot,
            )
        )
        with st.expander(tr("The numbers")):
            html_table.show_frame(vector_table(found), box=tr("The numbers"), number="{:.6g}")
    notebook_figures(workspace)
    with st.expander(tr("The formula")):
        als_lesson(nouns, config.regularization, config.alpha, workspace.subset.strongest)
    ask_yourself(
        tr("A favourite scores 0.6. Is there a threshold, say 0.5, above which a score means “likes it”?"),
        tr(
            "No. Only the order of one user’s scores matters for recommendations; the values depend on the "
            "hyperparameters. Increase the regularisation from 0.01 to 20: the scores of the favourites fall, although "
            "nobody’s taste has changed."
        ),
        (page_files.EXPLAIN, tr("Explain: vectors of the trained models")),
    )
