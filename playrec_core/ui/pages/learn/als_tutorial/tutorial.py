"""The six steps of the ALS tutorial and the navigation between them."""

from collections.abc import Callable

import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.session.playlist import OpenPlaylist

from .data import data
from .explain import explain
from .favourites import favourites
from .neighbours import neighbours
from .recommend import recommend
from .vectors import vectors
from .workspace import Workspace, open_workspace

STEPS: dict[str, tuple[str, Callable[[Workspace], None]]] = {
    "1 Data": (mark("Data"), data),
    "2 Favourites": (mark("Favourites"), favourites),
    "3 Vectors": (mark("Vectors"), vectors),
    "4 Neighbours": (mark("Neighbours"), neighbours),
    "5 Recommendations": (mark("Recommendations"), recommend),
    "6 Explanation": (mark("Explanation"), explain),
}
"""Identifier of each step in the URL, its title, and the function that draws it."""
FIRST, LAST = next(iter(STEPS)), list(STEPS)[-1]
KEY, TOP = "step", "top"


def _go(step: str) -> None:
    st.session_state[KEY] = step


def opened_step() -> str:
    """Return the open step."""
    return st.session_state.get(KEY) or FIRST


def tutorial(run: LoadedRun, playlist: OpenPlaylist) -> None:
    """Draw the open step and the navigation to the others."""
    names = list(STEPS)
    # Above the step: after a click below it, the next step would appear scrolled to its end.
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        step = st.segmented_control(
            tr("Step"),
            names,
            format_func=lambda name: f"{names.index(name) + 1} {tr(STEPS[name][0])}",
            default=None if KEY in st.session_state else FIRST,
            required=True,
            key=KEY,
            bind="query-params",
            label_visibility="collapsed",
            width="content",
        )
        step = step or FIRST
        place = names.index(step)
        back, onward = names[max(place - 1, 0)], names[min(place + 1, len(names) - 1)]
        with st.container(horizontal=True, width="content"):
            left, right = ":material/arrow_back:", ":material/arrow_forward:"
            st.button(tr("Back"), icon=left, key="learn.back", on_click=_go, args=(back,), disabled=step == FIRST)
            st.button(
                tr("Next"),
                icon=right,
                icon_position="right",
                type="primary",
                key="learn.next",
                on_click=_go,
                args=(onward,),
                disabled=step == LAST,
            )
    # Step 1 is about the data and does not depend on the model.
    found = open_workspace(run, playlist, sliders=step != FIRST)
    title, draw = STEPS[step]
    st.header(tr(title), anchor=False)
    draw(found)
    if step != LAST:
        words = tr("Next: **{step}** (at the top)", step=tr(STEPS[onward][0]))
        st.markdown(f"[:material/arrow_upward: {words}](#{TOP})")
