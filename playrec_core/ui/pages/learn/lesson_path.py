"""The path of lessons: what there is, what is done, and the way from one to the next."""

from functools import cache

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.plugins import classes_in
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.pages.learn.frame.lesson_frame import Entry, forget_all, record

from . import lessons

LESSON = "lesson"
"""The address's name for the lesson that is open."""
STEP = "step"
"""Of the walk's step; an old link that names a step alone opens the walk."""
_LIST = "all"
_LAST = "playrec_lesson_last"


@cache
def entries() -> tuple[Entry, ...]:
    """Everything on the path, in order. A new file of ``ui/lessons`` is a new lesson.

    Raises:
        TypeError: two call themselves alike.
    """
    found = [cls() for cls in classes_in(lessons, Entry)]  # type: ignore[type-abstract]
    if len({entry.key for entry in found}) < len(found):
        raise TypeError("two lessons have one key")
    return tuple(sorted(found, key=lambda entry: (entry.place, entry.key)))


@st.fragment
def path(run: LoadedRun) -> None:
    """The lesson that the address names, or the list of all."""
    opened = _opened()
    if opened is None:
        _contents(run)
    else:
        st.session_state[_LAST] = opened.key
        _lesson(run, opened)


def _opened() -> Entry | None:
    asked = st.query_params.get(LESSON, "")
    if not asked and STEP in st.query_params:
        asked = "walk"
    return next((entry for entry in entries() if entry.key == asked), None)


def go(key: str) -> None:
    """Open a lesson, "" for the list."""
    # The walk's widget owns its step in the address; while it stands there alone it would open the walk again.
    if key or STEP in st.query_params:
        st.query_params[LESSON] = key or _LIST
    elif LESSON in st.query_params:
        del st.query_params[LESSON]


def _contents(run: LoadedRun) -> None:
    st.title(tr("Lessons: predict, then look"))
    st.markdown(
        tr(
            "Each lesson asks what you expect, computes the truth on the data of this run while you wait a few "
            "seconds, and ends in a question with a checked answer. Go in order or pick one; what you have done is "
            "kept until the page is loaded anew."
        )
    )
    done = [entry for entry in entries() if record(run, entry.key).done]
    possible = [entry for entry in entries() if not entry.lacking(run)]
    st.progress(
        len(done) / max(len(possible), 1),
        tr("{done} of {total} done", done=len(done), total=len(possible)),
    )
    following = _following(run)
    with st.container(horizontal=True):
        if following is not None:
            words = (
                tr("Go on: {lesson}", lesson=tr(following.title)) if done or _LAST in st.session_state else tr("Begin")
            )
            st.button(
                words,
                key="lessons.begin",
                type="primary",
                icon=":material/play_arrow:",
                on_click=go,
                args=(following.key,),
            )
        if done:
            st.button(tr("Start over"), key="lessons.forget", icon=":material/restart_alt:", on_click=forget_all)
    for number, entry in enumerate(entries(), start=1):
        with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium"):
            finished, problem = record(run, entry.key).done, entry.lacking(run)
            mark = ":green[:material/check_circle:]" if finished else f"**{number}**"
            with st.container(gap=None):
                state = tr("done") if finished else tr("not with this data") if problem else ""
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
    """The lesson to go on with: the last one opened if it is not done, else the first that is not."""
    open_ones = [entry for entry in entries() if not record(run, entry.key).done and not entry.lacking(run)]
    last = st.session_state.get(_LAST)
    return next((entry for entry in open_ones if entry.key == last), open_ones[0] if open_ones else None)


def _lesson(run: LoadedRun, entry: Entry) -> None:
    place = entries().index(entry)
    _way(place, "top")
    st.title(tr(entry.title), anchor="top")
    st.markdown(tr(entry.about))
    entry.draw(run)
    if record(run, entry.key).done:
        _onward(place)


def _way(place: int, where: str) -> None:
    """All lessons, which this is, back and next."""
    n = len(entries())
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.button(
            tr("All lessons"),
            key=f"lessons.all.{where}",
            icon=":material/list:",
            type="tertiary",
            on_click=go,
            args=("",),
        )
        st.caption(tr("Lesson {number} of {total}", number=place + 1, total=n), width="content")
        with st.container(horizontal=True, width="content"):
            st.button(
                tr("Previous lesson"),
                key=f"lessons.back.{where}",
                icon=":material/arrow_back:",
                disabled=place == 0,
                on_click=go,
                args=(entries()[max(place - 1, 0)].key,),
            )
            st.button(
                tr("Next lesson"),
                key=f"lessons.next.{where}",
                icon=":material/arrow_forward:",
                icon_position="right",
                disabled=place == n - 1,
                on_click=go,
                args=(entries()[min(place + 1, n - 1)].key,),
            )


def _onward(place: int) -> None:
    """Where to go when a lesson is done."""
    if place + 1 < len(entries()):
        following = entries()[place + 1]
        st.button(
            tr("On to: {lesson}", lesson=tr(following.title)),
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
