"""Step 6 of the walk: what each favourite adds to a score, for a recommended item and for one that was not."""

import numpy as np
import streamlit as st

from playrec_core.i18n import tr
from playrec_core.ui.components.why import waterfall
from playrec_core.ui.pages.learn.frame.step import ask_yourself, named, words
from playrec_core.ui.session import page_files
from playrec_core.ui.wording.escape import plain, shorten

from .recommend import DEPTH
from .workspace import Desk

OTHERS = 100


def explain(desk: Desk) -> None:
    """Draw the step."""
    nouns, lesson = desk.nouns, desk.lesson
    words(
        tr(
            "A score falls apart into one part for each favourite, and the parts add up to it exactly. A favourite can "
            "pull a {song} **down**: in the notebook, Jurassic Park took 0.080 from the score of Aliens. And what was "
            "not recommended can be explained as well.",
            **named(nouns),
        )
    )
    mine = lesson.recommended(DEPTH)
    others = np.setdiff1d(lesson.most_popular(OTHERS + DEPTH), mine)[:OTHERS]
    # The clearest counter-example first: the favourites speak against it.
    others = others[np.argsort(lesson.scores[others], kind="stable")]
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("### " + tr("Recommended"))
        # The first that one of the favourites speaks against, as in the notebook, has most to tell.
        against = [bool((lesson.explain(column).contributions < 0).any()) for column in mine.tolist()]
        _one(desk, mine, "recommended", against.index(True) if True in against else 0)
    with right:
        st.markdown("### " + tr("Well known, and not recommended"))
        _one(desk, others, "others")
    ask_yourself(
        tr("Why can something you like speak against something else?"),
        tr(
            "The {songs} a favourite is held with take its part, and those that are popular yet rarely held with it "
            "are held against it: zeros count a little, too. The other favourites share the credit between them, and "
            "what one of them has claimed already another may have to give back.",
            **named(nouns),
        ),
        (page_files.EXPLAIN, tr("Explain: every model’s reasons, and what if one were missing")),
    )


def _one(desk: Desk, columns: np.ndarray, name: str, first: int = 0) -> None:
    if not len(columns):
        st.info(tr("There is none."))
        return
    names = dict(zip(columns.tolist(), desk.labels(columns), strict=True))
    key = f"learn.explain.{name}.{desk.run.id}"
    column = st.selectbox(
        tr("The {song} to explain", song=desk.nouns.item),
        list(names),
        index=first,
        format_func=lambda one: shorten(names[one], 60),
        key=f"{key}.{desk.favourites.items}",
    )
    assert column is not None  # there are some to choose from
    found = desk.lesson.explain(column)
    bars = waterfall.bars(found, desk.labels(found.songs), desk.nouns.items)
    st.plotly_chart(
        waterfall.waterfall(bars, found.score, exact=True),
        key=f"{key}.chart",
        config=waterfall.CONFIG,
        alt=tr("What each favourite adds to the score; the same numbers stand below"),
    )
    parts = " ".join(f"{value:+.4f}" for value in found.contributions)
    n_against = int((found.contributions < 0).sum())
    st.caption(
        tr(
            "{parts} = **{total:.6f}**; the score is **{score:.6f}**. {against} of {n} favourites speak against it.",
            parts=plain(parts, 200),
            total=found.total,
            score=found.score,
            against=n_against,
            n=len(found.contributions),
        )
    )
