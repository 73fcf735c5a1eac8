"""The frame of every lesson: predict, reveal, and a question at the end whose answer is checked.

A lesson is one file of ``playrec_core/ui/pages/learn/lessons``, found by itself: it subclasses `Lesson`, and what it
computes is a file of ``playrec_core/teaching``. What a person predicted and answered lives in the session, apart from
any widget.
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Generic, TypeVar

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.wording.escape import plain

from . import step

T = TypeVar("T")
Guess = str | float
_RECORDS = "playrec_lessons"


@dataclass(frozen=True)
class Choice:
    """A prediction by choosing.

    Args:
        prompt: what is asked, Markdown.
        options: what can be chosen: a stable value and its words, Markdown, in order.
    """

    prompt: str
    options: Mapping[str, str]


@dataclass(frozen=True)
class Slide:
    """A prediction by a slider.

    Args:
        prompt: what is asked, Markdown.
        low, high, step: of the slider; it begins in the middle.
        unit: behind the figure.
        close: how far from the truth still counts as close.
    """

    prompt: str
    low: float = 0
    high: float = 100
    step: float = 1
    unit: str = " %"
    close: float = 5


@dataclass(frozen=True)
class Answer:
    """One answer to the question at the end: its words, why it is right or wrong, and which of the two. Markdown."""

    words: str
    why: str
    right: bool = False


@dataclass(frozen=True)
class Check:
    """The question at the end. Exactly one answer is right."""

    prompt: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Record:
    """What a person has done with one lesson.

    Args:
        guess: the prediction; None before there is one.
        answer: the place of the answer given last, None before.
        done: whether the question was ever answered rightly.
    """

    guess: Guess | None = None
    answer: int | None = None
    done: bool = False


class Entry(ABC):
    """Something on the path. A subclass is one file of ``playrec_core/ui/pages/learn/lessons``."""

    key: ClassVar[str]
    """Its name in the address: letters, digits, hyphens."""
    place: ClassVar[int]
    """Where it stands on the path; free numbers lie between for others to come."""
    title: ClassVar[str]
    about: ClassVar[str]
    """What is learnt, a sentence. Both are marked for translation."""

    def lacking(self, run: LoadedRun) -> str:
        """Why this run's data cannot show it, in words for a person; "" where they can."""
        return ""

    @abstractmethod
    def draw(self, run: LoadedRun) -> None:
        """Draw everything below the title."""


class Lesson(Entry, Generic[T]):
    """Predict, reveal, check. ``T`` is what the core computes."""

    @abstractmethod
    def opening(self, run: LoadedRun) -> None:
        """Draw what has to be known before one can predict."""

    @abstractmethod
    def ask(self, run: LoadedRun) -> Choice | Slide:
        """What is to be predicted."""

    @abstractmethod
    def find(self, run: LoadedRun, progress: Progress) -> T:
        """Compute the truth. Called once a run for all sessions; no words in it."""

    @abstractmethod
    def truth(self, run: LoadedRun, found: T) -> Guess:
        """What should have been predicted: an option's value, or a figure on the slider's scale."""

    @abstractmethod
    def reveal(self, run: LoadedRun, found: T) -> None:
        """Draw the truth in full, and how it comes about."""

    @abstractmethod
    def check(self, run: LoadedRun) -> Check:
        """The question at the end."""

    def draw(self, run: LoadedRun) -> None:
        if problem := self.lacking(run):
            st.info(problem, icon=":material/block:")
            return
        self.opening(run)
        if not self._predict(run):
            return
        found = _computed(self, run)
        self._compare(run, found)
        self.reveal(run, found)
        draw_check(run, self.key, self.check(run))

    def _predict(self, run: LoadedRun) -> bool:
        """The prediction, or the way back to it; whether one was made."""
        asked, made = self.ask(run), record(run, self.key)
        if made.guess is not None and not _valid(asked, made.guess):
            made = Record()  # an older lesson of this name asked something else
        head = tr("Predict first") if made.guess is None else tr("Your prediction")
        st.header(f":material/lightbulb: {head}", anchor=False)
        st.markdown(asked.prompt)
        if made.guess is not None:
            return True
        key = f"lesson.{self.key}.guess"
        if isinstance(asked, Choice):
            guess = st.radio(
                tr("Your prediction"),
                list(asked.options),
                index=None,
                format_func=asked.options.__getitem__,
                key=key,
                label_visibility="collapsed",
            )
        else:
            guess = st.slider(
                tr("Your prediction"),
                asked.low,
                asked.high,
                asked.low + asked.step * round((asked.high - asked.low) / 2 / asked.step),
                asked.step,
                format=f"%g{asked.unit.replace('%', '%%')}",
                key=key,
                label_visibility="collapsed",
            )

        def reveal() -> None:
            # Not `guess`: who chooses and presses at once does both in one go, and that is the choice before.
            keep(run, self.key, replace(record(run, self.key), guess=st.session_state[key]))

        st.button(
            tr("Reveal"),
            key=f"lesson.{self.key}.reveal",
            type="primary",
            icon=":material/visibility:",
            disabled=guess is None,
            help=tr("Choose first; nobody is graded.") if guess is None else None,
            on_click=reveal,
        )
        return False

    def _compare(self, run: LoadedRun, found: T) -> None:
        """The prediction beside the truth."""
        asked, guess, truth = self.ask(run), record(run, self.key).guess, self.truth(run, found)
        assert guess is not None  # `_predict` saw it
        left, right = st.columns(2)
        for column, head, value in ((left, tr("You said"), guess), (right, tr("It is"), truth)):
            with column.container(border=True, height="stretch"):
                st.caption(head)
                st.markdown(f"**{_in_words(asked, value)}**")
        verdict, icon = _verdict(asked, guess, truth)

        def again() -> None:
            keep(run, self.key, replace(record(run, self.key), guess=None))

        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"{icon} {verdict}")
            st.button(
                tr("Predict again"),
                key=f"lesson.{self.key}.again",
                icon=":material/undo:",
                type="tertiary",
                on_click=again,
            )


def draw_check(run: LoadedRun, key: str, check: Check) -> None:
    """The question at the end, which can be tried again until it is answered rightly, and after."""
    st.divider()
    st.header(":material/quiz: " + tr("Check yourself"), anchor=False)
    st.markdown(check.prompt)
    answers = check.answers
    chosen = st.radio(
        check.prompt,
        range(len(answers)),
        index=None,
        format_func=lambda place: answers[place].words,
        key=f"lesson.{key}.check",
        label_visibility="collapsed",
    )

    def give() -> None:
        now = st.session_state[f"lesson.{key}.check"]  # as in `_predict`
        if now is not None:
            done = record(run, key).done or answers[now].right
            keep(run, key, replace(record(run, key), answer=now, done=done))

    st.button(
        tr("Check my answer"),
        key=f"lesson.{key}.give",
        icon=":material/check:",
        disabled=chosen is None,
        on_click=give,
    )
    given = record(run, key).answer
    # What is said is said of the answer that was checked, not of one that is chosen since.
    if given is None or given >= len(answers) or chosen not in (None, given):
        return
    answer = answers[given]
    if answer.right:
        st.success(tr("**Right.** {why}", why=answer.why), icon=":material/check_circle:")
    else:
        st.error(tr("**Not this one.** {why} Try another.", why=answer.why), icon=":material/cancel:")


def named(run: LoadedRun) -> dict[str, str]:
    """What a lesson's sentences call things, escaped: ``song``, ``songs``, ``playlist``, ``playlists``."""
    return step.named(run.nouns)


def percent(part: float, digits: int = 1) -> str:
    """ "12.3 %" of 0.123."""
    return f"{100 * part:.{digits}f} %"


def record(run: LoadedRun, key: str) -> Record:
    """What this session has done with a lesson on this run."""
    return st.session_state.get(_RECORDS, {}).get((run.id, key), Record())


def keep(run: LoadedRun, key: str, new: Record) -> None:
    """Replace it."""
    st.session_state[_RECORDS] = {**st.session_state.get(_RECORDS, {}), (run.id, key): new}


def forget_all() -> None:
    """Begin anew: no predictions, no answers, nothing done."""
    st.session_state.pop(_RECORDS, None)


def _valid(asked: Choice | Slide, guess: Guess) -> bool:
    if isinstance(asked, Choice):
        return guess in asked.options
    return isinstance(guess, (int, float)) and asked.low <= guess <= asked.high


def _in_words(asked: Choice | Slide, value: Guess) -> str:
    if isinstance(asked, Choice):
        return asked.options[str(value)]
    return plain(f"{round(float(value), 1):g}{asked.unit}")


def _verdict(asked: Choice | Slide, guess: Guess, truth: Guess) -> tuple[str, str]:
    """What to say of a prediction, and a mark before it; colour is never all that tells them apart."""
    right, wrong = ":green[:material/check_circle:]", ":orange[:material/priority_high:]"
    if isinstance(asked, Choice):
        if guess == truth:
            return tr("Just so."), right
        return tr("It turned out otherwise. Below is why."), wrong
    off = float(guess) - float(truth)
    if abs(off) <= asked.close:
        return tr("Close enough."), right
    values = {"off": plain(f"{abs(off):.0f}{asked.unit.replace(' %', '')}")}
    if off > 0:
        return tr("Too high, by {off}. Below is why.", **values), wrong
    return tr("Too low, by {off}. Below is why.", **values), wrong


@dataclass
class _Found:
    """What lessons have computed for one run, shared by all sessions."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    values: dict[str, Any] = field(default_factory=dict)


@st.cache_resource(max_entries=3, show_spinner=False)
def _found(run_id: str) -> _Found:
    return _Found()


def _computed(lesson: Lesson[T], run: LoadedRun) -> T:
    """The truth, computed once a run: a class that reveals at the same moment waits for one and the same answer."""
    kept = _found(run.id)
    if lesson.key not in kept.values:
        place = st.empty()
        place.progress(0.0, tr("Computing on this run’s data …"))
        with kept.lock:
            if lesson.key not in kept.values:
                kept.values[lesson.key] = lesson.find(
                    run,
                    lambda part: (
                        place.progress(min(max(part, 0.0), 1.0), tr("Computing on this run’s data …")) and None
                    ),
                )
        place.empty()
    return kept.values[lesson.key]
