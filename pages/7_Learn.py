"""Learn: a walk through ALS in six steps, on a small part of the run's own data, trained again at every slider."""

from collections.abc import Callable

import streamlit as st

from playrec_core.serving import LoadedRun
from playrec_core.ui import bootstrap, state
from playrec_core.ui.lesson_data import data
from playrec_core.ui.lesson_desk import Desk, desk
from playrec_core.ui.lesson_explain import explain
from playrec_core.ui.lesson_favourites import favourites
from playrec_core.ui.lesson_neighbours import neighbours
from playrec_core.ui.lesson_recommend import recommend
from playrec_core.ui.lesson_vectors import vectors
from playrec_core.ui.state import OpenPlaylist
from playrec_core.ui.text import plain

STEPS: dict[str, Callable[[Desk], None]] = {
    "1 Data": data,
    "2 Favourites": favourites,
    "3 Vectors": vectors,
    "4 Neighbours": neighbours,
    "5 Recommendations": recommend,
    "6 Explanation": explain,
}
FIRST, LAST = next(iter(STEPS)), list(STEPS)[-1]
KEY, TOP = "step", "walk"

LESSONS = """
What people who had built such systems wrote down afterwards:

- **Begin without audio.** Who holds what with what goes a long way before any content is needed, and it is cheap.
- **Look at the data first, then fix the metric, then measure a baseline.** A model comes fourth; without the three
  before it nobody can say whether it helps.
- **Read the error twice.** The notebook’s author lost two days to a table that lacked a column, and never saw that one
  of the five favourites was an item of its own.
"""


def go(step: str) -> None:
    st.session_state[KEY] = step


@st.fragment
def walk(run: LoadedRun, playlist: OpenPlaylist) -> None:
    names = list(STEPS)
    # Above the step, not below: whoever goes on from the end of one would land at the end of the next.
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        step = st.segmented_control(
            "Step",
            names,
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
            st.button("Back", icon=left, key="learn.back", on_click=go, args=(back,), disabled=step == FIRST)
            st.button(
                "Next",
                icon=right,
                icon_position="right",
                type="primary",
                key="learn.next",
                on_click=go,
                args=(onward,),
                disabled=step == LAST,
            )
    # Step 1 is about the data; nothing in it depends on the model.
    found = desk(run, playlist, sliders=step != FIRST)
    st.header(step.split(" ", 1)[1], anchor=False)
    STEPS[step](found)
    if step == LAST:
        st.subheader("What to take away")
        st.markdown(LESSONS)
    else:
        st.markdown(f"[:material/arrow_upward: Up, and on to **{onward}**](#{TOP})")


run = bootstrap.begin("Learn", ":material/school:")
st.title("A walk through ALS", anchor=TOP)
st.markdown(
    f"From links to a recommendation with reasons, in six steps, on the {plain(run.nouns.items)} of this run. "
    "ALS is the model behind the first recommenders of implicit feedback (Hu, Koren & Volinsky 2008); every number "
    "here is computed as you look, and the sliders train it anew."
)
walk(run, state.current(run.dataset))
