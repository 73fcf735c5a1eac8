"""Step 6 of the tutorial: contributions of the favourites to the score of a recommended item and of another one."""

import numpy as np
import streamlit as st

from playrec_core.i18n import tr
from playrec_core.ui.components.why import waterfall
from playrec_core.ui.pages.learn.frame.step import ask_yourself, named
from playrec_core.ui.session import page_files
from playrec_core.ui.wording.escape import plain, shorten

from .recommend import DEPTH
from .workspace import Workspace

OTHERS = 100


def explain(workspace: Workspace) -> None:
    """Draw the step."""
    nouns, fitted = workspace.nouns, workspace.fitted
    st.markdown(
        tr(
            "A score decomposes into one contribution per favourite, and the contributions sum exactly to the score. "
            "A favourite can also **lower** the score of a {song}: in the MovieLens notebook, Jurassic Park lowered "
            "the score of Aliens by 0.080. The same works for {songs} that were not recommended.",
            **named(nouns),
        )
    )
    mine = fitted.recommended(DEPTH)
    others = np.setdiff1d(fitted.most_popular(OTHERS + DEPTH), mine)[:OTHERS]
    # The clearest counter-example first: the lowest score.
    others = others[np.argsort(fitted.scores[others], kind="stable")]
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("### " + tr("Recommended"))
        # As in the notebook, start with the first recommendation that has a negative contribution.
        against = [bool((fitted.explain(column).contributions < 0).any()) for column in mine.tolist()]
        _explanation(workspace, mine, "recommended", against.index(True) if True in against else 0)
    with right:
        st.markdown("### " + tr("Popular, but not recommended"))
        _explanation(workspace, others, "others")
    ask_yourself(
        tr("Why would something you like lower the score of something else?"),
        tr(
            "A favourite raises the score of {songs} that often occur with it. It lowers the score of popular {songs} "
            "that rarely do, because empty cells count a little, too. Favourites also share the credit: when one "
            "already explains a score, another may get a negative contribution to compensate.",
            **named(nouns),
        ),
        (page_files.EXPLAIN, tr("Explain: explanations from every model")),
    )


def _explanation(workspace: Workspace, columns: np.ndarray, name: str, first: int = 0) -> None:
    if not len(columns):
        st.info(tr("There are none."))
        return
    names = dict(zip(columns.tolist(), workspace.labels(columns), strict=True))
    key = f"learn.explain.{name}.{workspace.run.id}"
    column = st.selectbox(
        workspace.nouns.item.capitalize(),
        list(names),
        index=first,
        format_func=lambda one: shorten(names[one], 60),
        key=f"{key}.{workspace.favourites.items}",
    )
    assert column is not None  # there are some to choose from
    found = workspace.fitted.explain(column)
    bars = waterfall.bars(found, workspace.labels(found.songs), workspace.nouns.items)
    st.plotly_chart(
        waterfall.waterfall(bars, found.score, exact=True),
        key=f"{key}.chart",
        config=waterfall.CONFIG,
        alt=tr("Contribution of each favourite to the score; the same numbers are given below"),
    )
    parts = " ".join(f"{value:+.4f}" for value in found.contributions)
    n_against = int((found.contributions < 0).sum())
    st.caption(
        tr(
            "{parts} = **{total:.6f}**; the score is **{score:.6f}**. Negative contributions: {against} of {n}.",
            parts=plain(parts, 200),
            total=found.total,
            score=found.score,
            against=n_against,
            n=len(found.contributions),
        )
    )
