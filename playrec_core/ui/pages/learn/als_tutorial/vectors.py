"""Step 3 of the walk: the user's vector, an item's vector, and their product, which is the score."""

import numpy as np
import streamlit as st

from playrec_core.i18n import tr
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.components.why.factor_chart import MOST_FACTORS, factor_chart
from playrec_core.ui.components.why.vectors import als_lesson, vector_table
from playrec_core.ui.pages.learn.frame.step import ask_yourself, named, words
from playrec_core.ui.session import page_files
from playrec_core.ui.wording.escape import shorten

from .workspace import Desk


def vectors(desk: Desk) -> None:
    """Draw the step."""
    nouns, lesson, config = desk.nouns, desk.lesson, desk.config
    words(
        tr(
            "ALS gives every {playlist} and every {song} a vector of {factors} numbers, so that the product of the "
            "two is near 1 where the one holds the other and near 0 elsewhere. It holds one side fast, solves for the "
            "other, and changes over, {iterations} times. It aims at 1 and not at the rating: a favourite counted "
            "{count:g} times is a surer 1, not a {count:g}.",
            factors=config.factors,
            iterations=config.iterations,
            count=desk.part.strongest * config.alpha,
            **named(nouns),
        )
    )
    best, worst = lesson.recommended(1), int(np.argmin(np.abs(lesson.scores[: len(desk.part.items)])))
    choices = list(dict.fromkeys([*desk.columns, *best.tolist(), worst]))
    kinds = dict.fromkeys(desk.columns, tr("a favourite")) | {worst: tr("nearest to 0")}
    kinds |= dict.fromkeys(best.tolist(), tr("recommended first"))
    names = dict(zip(choices, desk.labels(choices), strict=True))
    left, right = st.columns([4, 5], gap="large")
    with left:
        column = st.selectbox(
            tr("The {song} to multiply with", song=nouns.item),
            choices,
            format_func=lambda one: f"{shorten(names[one], 50)} ({kinds[one]})",
            key=f"learn.vectors.{desk.run.id}.{desk.favourites.items}",
        )
        rows = [
            [
                Cell(shorten(names[one], 60), below=kinds[one], mark="chosen" if one == column else ""),
                Cell(f"{lesson.scores[one]:z.4f}", mark="chosen" if one == column else ""),
            ]
            for one in choices
        ]
        html_table.show([nouns.item, tr("newcomer · {song}", song=nouns.item)], rows)
    found = lesson.vectors(column)
    with right:
        factor_chart(
            found,
            nouns,
            label=tr("The user’s vector, the item’s vector, and their product, factor by factor"),
            key=f"learn.vectors.chart.{desk.run.id}",
        )
        st.caption(
            tr(
                "The {shown} factors that move the score most, the strongest first. All {factors} products add up to "
                "**{dot:.6f}**, and that is the score.",
                shown=min(config.factors, MOST_FACTORS),
                factors=config.factors,
                dot=found.dot,
            )
        )
        with st.expander(tr("The numbers")):
            html_table.show_frame(vector_table(found), box=tr("The numbers"), number="{:.6g}")
    with st.expander(tr("The formula")):
        als_lesson(nouns, config.regularization, config.alpha, desk.part.strongest)
    ask_yourself(
        tr("A favourite scores 0.6. Is there a line, 0.5 perhaps, above which somebody likes a thing?"),
        tr(
            "No. The scores of one user have an order, and the order is what is recommended; the figures depend on the "
            "sliders. Move the regularisation from 0.01 to 20 and see all of them shrink, while most of the "
            "recommendations in step 5 stay."
        ),
        (page_files.EXPLAIN, tr("Explain: the vectors of the trained models")),
    )
