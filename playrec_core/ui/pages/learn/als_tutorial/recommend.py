"""Step 5 of the tutorial: twenty recommendations without the favourites, next to the baseline."""

import numpy as np
import streamlit as st

from playrec_core.i18n import tr
from playrec_core.numerics.topk import top_k
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.step import ask_yourself, named
from playrec_core.ui.session import page_files
from playrec_core.ui.wording.escape import shorten

from .workspace import Workspace

DEPTH = 20


def recommend(workspace: Workspace) -> None:
    """Draw the step."""
    nouns, fitted = workspace.nouns, workspace.fitted
    st.markdown(
        tr(
            "Take the dot product of the new user’s vector with the vector of every {song}, leave out the {n} "
            "favourites, and keep the {depth} highest scores. Next to it is the baseline: the same list for "
            "everybody, without a model.",
            n=len(workspace.columns),
            depth=DEPTH,
            **named(nouns),
        )
    )
    mine, popular = fitted.recommended(DEPTH), fitted.most_popular(DEPTH)
    left, right = st.columns([5, 4], gap="large")
    with left:
        _list(workspace, tr("ALS, from these favourites"), mine, popular, fitted.scores)
    with right:
        _list(workspace, tr("Most popular, for everybody"), popular, mine, None)
    n_shared = len(np.intersect1d(mine, popular))
    n_known = len(np.intersect1d(top_k(fitted.scores, DEPTH), workspace.columns))
    st.caption(
        tr(
            "In both lists (marked): {shared} of {n}. If the favourites were not excluded, {known} of them would be "
            "in the top {depth}. Recommending what somebody has already named does not help.",
            shared=n_shared,
            n=len(mine),
            known=n_known,
            depth=DEPTH,
        )
    )
    ask_yourself(
        tr("Which of the two lists is better? What would you need to know?"),
        tr(
            "What the same person chose next. So part of the {songs} of each {playlist} is held out before training, "
            "and the model has to recover them. Recall measures how many it recovers; nDCG also rewards finding them "
            "near the top. Compare both with the baseline, with confidence intervals.",
            **named(nouns),
        ),
        (page_files.CONTINUE, tr("Continue: recommendations of every model, side by side")),
        (page_files.METRICS, tr("Metrics: which one recovers held-out data")),
    )


def _list(
    workspace: Workspace, caption: str, columns: np.ndarray, others: np.ndarray, scores: np.ndarray | None
) -> None:
    shared = set(others.tolist())
    rows = [
        [
            Cell(str(place)),
            Cell(shorten(name, 70), mark="chosen" if column in shared else ""),
            *([f"{scores[column]:z.4f}"] if scores is not None else []),
        ]
        for place, (name, column) in enumerate(zip(workspace.labels(columns), columns.tolist(), strict=True), start=1)
    ]
    head = ["#", workspace.nouns.item, *([tr("score")] if scores is not None else [])]
    html_table.show(head, rows, caption=caption, text_columns=(1,))
