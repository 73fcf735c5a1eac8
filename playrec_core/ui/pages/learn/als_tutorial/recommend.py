"""Step 5 of the walk: twenty recommendations without what is liked already, beside the baseline."""

import numpy as np
import streamlit as st

from playrec_core.i18n import tr
from playrec_core.numerics.topk import top_k
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.step import ask_yourself, named, words
from playrec_core.ui.session import page_files
from playrec_core.ui.wording.escape import shorten

from .workspace import Desk

DEPTH = 20


def recommend(desk: Desk) -> None:
    """Draw the step."""
    nouns, lesson = desk.nouns, desk.lesson
    words(
        tr(
            "Multiply the newcomer’s vector with that of every {song}, leave out the {n} favourites, and take the "
            "{depth} highest. Beside them stands the baseline: what everybody would be recommended without any model.",
            n=len(desk.columns),
            depth=DEPTH,
            **named(nouns),
        )
    )
    mine, popular = lesson.recommended(DEPTH), lesson.most_popular(DEPTH)
    left, right = st.columns([5, 4], gap="large")
    with left:
        _list(desk, tr("ALS, for these favourites"), mine, popular, lesson.scores)
    with right:
        _list(desk, tr("The most popular, for everybody"), popular, mine, None)
    n_shared = len(np.intersect1d(mine, popular))
    n_known = len(np.intersect1d(top_k(lesson.scores, DEPTH), desk.columns))
    st.caption(
        tr(
            "In both lists (marked): {shared} of {n}. Were the favourites not left out, {known} of them would stand "
            "among the first {depth}: to recommend what somebody has named is no help.",
            shared=n_shared,
            n=len(mine),
            known=n_known,
            depth=DEPTH,
        )
    )
    ask_yourself(
        tr("Which of the two lists is better? What would you need to know to say so?"),
        tr(
            "What the same person went on to choose. So some of each {playlist} is hidden before training, and a "
            "model is asked to find it: recall counts how much it finds, nDCG whether it finds it near the top. Both "
            "belong beside the baseline’s figures, with an interval.",
            **named(nouns),
        ),
        (page_files.CONTINUE, tr("Continue: every model’s answer, side by side")),
        (page_files.METRICS, tr("Metrics: which one finds what was hidden")),
    )


def _list(desk: Desk, caption: str, columns: np.ndarray, others: np.ndarray, scores: np.ndarray | None) -> None:
    shared = set(others.tolist())
    rows = [
        [
            Cell(str(place)),
            Cell(shorten(name, 70), mark="chosen" if column in shared else ""),
            *([f"{scores[column]:z.4f}"] if scores is not None else []),
        ]
        for place, (name, column) in enumerate(zip(desk.labels(columns), columns.tolist(), strict=True), start=1)
    ]
    head = ["#", desk.nouns.item, *([tr("score")] if scores is not None else [])]
    html_table.show(head, rows, caption=caption, text_columns=(1,))
