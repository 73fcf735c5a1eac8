"""Step 5 of the walk: twenty recommendations without what is liked already, beside the baseline."""

import numpy as np
import streamlit as st

from ..ordering import top_k
from . import html_table
from .html_table import Cell
from .lesson_desk import Desk
from .lesson_step import ask_yourself, words
from .text import plain, shorten

DEPTH = 20


def recommend(desk: Desk) -> None:
    """Draw the step."""
    nouns, lesson = desk.nouns, desk.lesson
    words(
        f"Multiply the newcomer’s vector with that of every {plain(nouns.item)}, leave out the {len(desk.columns)} "
        f"favourites, and take the {DEPTH} highest. Beside them stands the baseline: what everybody would be "
        "recommended without any model."
    )
    mine, popular = lesson.recommended(DEPTH), lesson.most_popular(DEPTH)
    left, right = st.columns([5, 4], gap="large")
    with left:
        _list(desk, "ALS, for these favourites", mine, popular, lesson.scores)
    with right:
        _list(desk, "The most popular, for everybody", popular, mine, None)
    n_shared = len(np.intersect1d(mine, popular))
    n_known = len(np.intersect1d(top_k(lesson.scores, DEPTH), desk.columns))
    st.caption(
        f"In both lists (marked): {n_shared} of {len(mine)}. Were the favourites not left out, {n_known} of "
        f"them would stand among the first {DEPTH}: to recommend what somebody has named is no help."
    )
    ask_yourself(
        "Which of the two lists is better? What would you need to know to say so?",
        f"What the same person went on to choose. So some of each {plain(nouns.playlist)} is hidden before training, "
        "and a model is asked to find it: recall counts how much it finds, nDCG whether it finds it near the top. Both "
        "belong beside the baseline’s figures, with an interval.",
        ("pages/1_Continue.py", "Continue: every model’s answer, side by side"),
        ("pages/5_Metrics.py", "Metrics: which one finds what was hidden"),
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
    head = ["#", desk.nouns.item, *(["score"] if scores is not None else [])]
    html_table.show(head, rows, caption=caption, text_columns=(1,))
