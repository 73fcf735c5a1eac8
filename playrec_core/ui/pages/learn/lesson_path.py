"""The list of lessons, its progress, and the navigation between lessons."""

from functools import cache

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.plugins import classes_in
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.pages.learn.frame.lesson_frame import Entry, record, reset_progress

from . import lessons

LESSON = "lesson"
"""Query parameter of the open lesson."""
STEP = "step"
"""Query parameter of the tutorial's step; an old link with a step alone opens the tutorial."""
_LIST = "all"
_LAST = "playrec_lesson_last"


@cache
def entries() -> tuple[Entry, ...]:
    """Return all lessons and tutorials in order. A new file in ``lessons`` is a new lesson.

    Raises:
        TypeError: two have the same key.
    """
    found = [cls() for cls in classes_in(lessons, Entry)]  # type: ignore[type-abstract]
    if len({entry.key for entry in found}) < len(found):
        raise TypeError("two lessons have one key")
    return tuple(sorted(found, key=lambda entry: (entry.place, entry.key)))


@st.fragment
def path(run: LoadedRun) -> None:
    """Draw the lesson named in the URL, or the list of all."""
    opened = _opened()
    if opened is None:
        _contents(run)
    else:
        st.session_state[_LAST] = opened.key
        _lesson(run, opened)


def _opened() -> Entry | None:
    named = st.query_params.get(LESSON, "")
    if not named and STEP in st.query_params:
        named = "walk"
    return next((entry for entry in entries() if entry.key == named), None)


def go(key: str) -> None:
    """Open a lesson, or the list if the key is ""."""
    # The step in the URL belongs to the tutorial's widget; without a lesson next to it, it would reopen the tutorial.
    if key or STEP in st.query_params:
        st.query_params[LESSON] = key or _LIST
    elif LESSON in st.query_params:
        del st.query_params[LESSON]


def _contents(run: LoadedRun) -> None:
    st.title(tr("Lessons: predict, then look"))
    st.markdown(
        tr(
            "Each lesson asks for a prediction, computes the result on the data of this run in a few seconds, and "
            "ends with a question that is checked. Follow the order or pick one. Your progress is kept until you "
            "reload the page."
        )
    )
    done = [entry for entry in entries() if record(run, entry.key).done]
    possible = [entry for entry in entries() if not entry.lacking(run)]
    st.progress(len(done) / max(len(possible), 1), tr("{done} of {total} done", done=len(done), total=len(possible)))
    following = _following(run)
    with st.container(horizontal=True):
        if following is not None:
            begun = done or _LAST in st.session_state
            st.button(
                tr("Continue: {lesson}", lesson=tr(following.title)) if begun else tr("Begin"),
                key="lessons.begin",
                type="primary",
                icon=":material/play_arrow:",
                on_click=go,
                args=(following.key,),
            )
        if done:
            st.button(tr("Start over"), key="lessons.forget", icon=":material/restart_alt:", on_click=reset_progress)
    for number, entry in enumerate(entries(), start=1):
        with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium"):
            finished, problem = record(run, entry.key).done, entry.lacking(run)
            mark = ":green[:material/check_circle:]" if finished else f"**{number}**"
            with st.container(gap=None):
                state = tr("done") if finished else tr("not available for this data") if problem else ""
                st.markdown(f"{mark} **{tr(entry.title)}**" + (f" · {state}" if state else ""))
                st.caption(tr(entry.about))
            st.button(
                tr("Open"),
                key=f"lessons.open.{entry.key}",
                help=tr(entry.title),
                on_click=go,
                args=(entry.key,),
                width="content",
            )


def _following(run: LoadedRun) -> Entry | None:
    """Return the lesson to continue with: the last one opened if it is not done, else the first that is not."""
    not_done = [entry for entry in entries() if not record(run, entry.key).done and not entry.lacking(run)]
    last = st.session_state.get(_LAST)
    return next((entry for entry in not_done if entry.key == last), not_done[0] if not_done else None)


def _lesson(run: LoadedRun, entry: Entry) -> None:
    place = entries().index(entry)
    _navigation(place)
    st.title(tr(entry.title), anchor="top")
    st.markdown(tr(entry.about))
    entry.draw(run)
    if record(run, entry.key).done:
        _next_button(place)


def _navigation(place: int) -> None:
    """Draw links to the list, the previous and the next lesson."""
    n = len(entries())
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.button(
            tr("All lessons"),
            key="lessons.all.top",
            icon=":material/list:",
            type="tertiary",
            on_click=go,
            args=("",),
        )
        st.caption(tr("Lesson {number} of {total}", number=place + 1, total=n), width="content")
        with st.container(horizontal=True, width="content"):
            st.button(
                tr("Previous lesson"),
                key="lessons.back.top",
                icon=":material/arrow_back:",
                disabled=place == 0,
                on_click=go,
                args=(entries()[max(place - 1, 0)].key,),
            )
            st.button(
                tr("Next lesson"),
                key="lessons.next.top",
                icon=":material/arrow_forward:",
                icon_position="right",
                disabled=place == n - 1,
                on_click=go,
                args=(entries()[min(place + 1, n - 1)].key,),
            )


def _next_button(place: int) -> None:
    """Draw the button to the next lesson, shown when a lesson is done."""
    if place + 1 < len(entries()):
        following = entries()[place + 1]
        st.button(
            tr("Next: {lesson}", lesson=tr(following.title)),
            key="lessons.onward",
            type="primary",
            icon=":material/arrow_forward:",
            icon_position="right",
            on_click=go,
            args=(following.key,),
        )
    else:
        st.button(
            tr("All lessons"), key="lessons.home", type="primary", icon=":material/list:", on_click=go, args=("",)
        )
