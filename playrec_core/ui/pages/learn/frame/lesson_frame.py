"""Common frame of every lesson: predict, reveal, and a final question with a checked answer.

Each lesson is a file in ``playrec_core/ui/pages/learn/lessons`` with a subclass of `Lesson`, discovered automatically;
its computation is a file in ``playrec_core/teaching``. Predictions and answers are stored in the session state,
independently of widgets.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, ClassVar, Generic, TypeVar

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.wording.escape import plain

from . import step

T = TypeVar("T")
Guess = str | float
_RECORDS = "playrec_lessons"


@dataclass(frozen=True)
class Choice:
    """A prediction by choice.

    Args:
        prompt: the question.
        options: stable values and their labels, in order.
    """

    prompt: str
    options: Mapping[str, str]


@dataclass(frozen=True)
class Slide:
    """A prediction by a slider.

    Args:
        prompt: the question.
        low, high, step: of the slider, which starts in the middle.
        unit: shown after the number.
        close: largest distance from the truth that counts as close.
    """

    prompt: str
    low: float = 0
    high: float = 100
    step: float = 1
    unit: str = " %"
    close: float = 5


@dataclass(frozen=True)
class Answer:
    """One answer to the final question: its text, why it is right or wrong, and whether it is right."""

    words: str
    why: str
    right: bool = False


@dataclass(frozen=True)
class Record:
    """Progress of one session in one lesson.

    Args:
        guess: the prediction, or None.
        answer: index of the last answer given, or None.
        done: whether the final question was ever answered correctly.
    """

    guess: Guess | None = None
    answer: int | None = None
    done: bool = False


class Entry(ABC):
    """An entry of the list of lessons. Each subclass is a file in ``playrec_core/ui/pages/learn/lessons``.

    All texts are Markdown, marked for translation, and may have the blanks of `blanks`.
    """

    key: ClassVar[str]
    """Its identifier in the URL: letters, digits, hyphens."""
    place: ClassVar[int]
    """Sort key in the list of lessons; gaps leave room for new ones."""
    title: ClassVar[str]
    about: ClassVar[str]
    """What the lesson teaches, in one sentence. Both are without blanks."""
    check: ClassVar[str]
    """The final question."""
    answers: ClassVar[tuple[Answer, ...]]
    """Exactly one is right."""

    def blanks(self, run: LoadedRun) -> dict[str, Any]:
        """Return the values of the texts' blanks."""
        return named(run)

    def lacking(self, run: LoadedRun) -> str:
        """Return why this run's data does not suit the lesson, as text for the reader; "" if it does."""
        return ""

    @abstractmethod
    def draw(self, run: LoadedRun) -> None:
        """Draw everything below the title."""

    def draw_check(self, run: LoadedRun) -> None:
        """Draw the final question. It can be answered any number of times."""
        blanks, key = self.blanks(run), f"lesson.{self.key}.check"
        prompt, answers = tr(self.check, **blanks), [tr(one.words, **blanks) for one in self.answers]
        st.divider()
        st.header(":material/quiz: " + tr("Check yourself"), anchor=False)
        st.markdown(prompt)
        chosen = st.radio(
            prompt,
            range(len(answers)),
            index=None,
            format_func=answers.__getitem__,
            key=key,
            label_visibility="collapsed",
        )

        def give() -> None:
            # Not `chosen`: a choice and a click may arrive in one rerun, when `chosen` is still the previous choice.
            now = st.session_state[key]
            if now is not None:
                before = record(run, self.key)
                done = before.done or self.answers[now].right
                store_record(run, self.key, replace(before, answer=now, done=done))

        st.button(
            tr("Check my answer"),
            key=f"lesson.{self.key}.give",
            icon=":material/check:",
            disabled=chosen is None,
            on_click=give,
        )
        given = record(run, self.key).answer
        # The verdict is for the checked answer, so it disappears when another one is selected.
        if given is None or given >= len(answers) or chosen not in (None, given):
            return
        why = tr(self.answers[given].why, **blanks)
        if self.answers[given].right:
            st.success(tr("**Right.** {why}", why=why), icon=":material/check_circle:")
        else:
            st.error(tr("**Not this one.** {why} Try another.", why=why), icon=":material/cancel:")


class Lesson(Entry, Generic[T]):
    """Predict, reveal, check. ``T`` is the type of the computed result."""

    opening: ClassVar[str]
    """What a reader needs to know before predicting."""
    prediction: ClassVar[Choice | Slide]
    """The prediction to ask for."""

    def open(self, run: LoadedRun) -> None:
        """Draw `opening`."""
        st.markdown(tr(self.opening, **self.blanks(run)))

    @abstractmethod
    def find(self, run: LoadedRun, progress: Progress) -> T:
        """Compute the result. Called once per run for all sessions, so it must not contain translated text."""

    @abstractmethod
    def truth(self, run: LoadedRun, found: T) -> Guess:
        """Return the correct prediction: an option's value, or a number on the slider's scale."""

    @abstractmethod
    def reveal(self, run: LoadedRun, found: T) -> None:
        """Draw the result and explain it."""

    def draw(self, run: LoadedRun) -> None:
        if problem := self.lacking(run):
            st.info(problem, icon=":material/block:")
            return
        self.open(run)
        if not self._predict(run):
            return
        found = _computed(self, run)
        self._compare(run, found)
        self.reveal(run, found)
        self.draw_check(run)

    def _predict(self, run: LoadedRun) -> bool:
        """Draw the prediction; return whether one was made."""
        prediction, made = self.prediction, record(run, self.key)
        if made.guess is not None and not _valid(prediction, made.guess):
            made = Record()  # the lesson has changed since
        head = tr("Predict first") if made.guess is None else tr("Your prediction")
        st.header(f":material/lightbulb: {head}", anchor=False)
        st.markdown(tr(prediction.prompt, **self.blanks(run)))
        if made.guess is not None:
            return True
        key = f"lesson.{self.key}.guess"
        if isinstance(prediction, Choice):
            labels = {value: tr(label) for value, label in prediction.options.items()}
            guess = st.radio(
                tr("Your prediction"),
                list(labels),
                index=None,
                format_func=labels.__getitem__,
                key=key,
                label_visibility="collapsed",
            )
        else:
            guess = st.slider(
                tr("Your prediction"),
                prediction.low,
                prediction.high,
                prediction.low + prediction.step * round((prediction.high - prediction.low) / 2 / prediction.step),
                prediction.step,
                format=f"%g{prediction.unit.replace('%', '%%')}",
                key=key,
                label_visibility="collapsed",
            )

        def reveal() -> None:
            # Not `guess`, as in `draw_check`.
            store_record(run, self.key, replace(record(run, self.key), guess=st.session_state[key]))

        st.button(
            tr("Reveal"),
            key=f"lesson.{self.key}.reveal",
            type="primary",
            icon=":material/visibility:",
            disabled=guess is None,
            help=tr("Choose first. Predictions are not graded.") if guess is None else None,
            on_click=reveal,
        )
        return False

    def _compare(self, run: LoadedRun, found: T) -> None:
        """Draw the prediction next to the truth."""
        prediction, guess, truth = self.prediction, record(run, self.key).guess, self.truth(run, found)
        assert guess is not None  # `_predict` saw it
        left, right = st.columns(2)
        for column, head, value in ((left, tr("You predicted"), guess), (right, tr("Actual result"), truth)):
            with column.container(border=True, height="stretch"):
                st.caption(head)
                st.markdown(f"**{_in_words(prediction, value)}**")
        verdict, icon = _verdict(prediction, guess, truth)

        def again() -> None:
            store_record(run, self.key, replace(record(run, self.key), guess=None))

        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"{icon} {verdict}")
            st.button(
                tr("Predict again"),
                key=f"lesson.{self.key}.again",
                icon=":material/undo:",
                type="tertiary",
                on_click=again,
            )


def named(run: LoadedRun) -> dict[str, str]:
    """Return the run's nouns, escaped: ``song``, ``songs``, ``playlist``, ``playlists``."""
    return step.named(run.nouns)


def percent(part: float, digits: int = 1) -> str:
    """ "12.3 %" of 0.123."""
    return f"{100 * part:.{digits}f} %"


def record(run: LoadedRun, key: str) -> Record:
    """Return this session's progress in a lesson on this run."""
    return st.session_state.get(_RECORDS, {}).get((run.id, key), Record())


def store_record(run: LoadedRun, key: str, new: Record) -> None:
    """Store the progress in a lesson."""
    st.session_state[_RECORDS] = {**st.session_state.get(_RECORDS, {}), (run.id, key): new}


def reset_progress() -> None:
    """Delete all predictions and answers."""
    st.session_state.pop(_RECORDS, None)


def _valid(prediction: Choice | Slide, guess: Guess) -> bool:
    if isinstance(prediction, Choice):
        return guess in prediction.options
    return isinstance(guess, (int, float)) and prediction.low <= guess <= prediction.high


def _in_words(prediction: Choice | Slide, value: Guess) -> str:
    if isinstance(prediction, Choice):
        return tr(prediction.options[str(value)])
    return plain(f"{round(float(value), 1):g}{prediction.unit}")


def _verdict(prediction: Choice | Slide, guess: Guess, truth: Guess) -> tuple[str, str]:
    """Return a verdict on a prediction and an icon, so that colour is never the only difference."""
    right, wrong = ":green[:material/check_circle:]", ":orange[:material/priority_high:]"
    if isinstance(prediction, Choice):
        if guess == truth:
            return tr("Correct."), right
        return tr("Not quite: see why below."), wrong
    off = float(guess) - float(truth)
    if abs(off) <= prediction.close:
        return tr("Close enough."), right
    values = {"off": plain(f"{abs(off):.0f}{prediction.unit.replace(' %', '')}")}
    if off > 0:
        return tr("Too high by {off}: see why below.", **values), wrong
    return tr("Too low by {off}: see why below.", **values), wrong


@per_run(1)
def _results(run: LoadedRun) -> tuple[dict[str, Any], Lock]:
    """Return the results by lesson, shared by all sessions, and a lock held while one is computed."""
    return {}, Lock()


def _computed(lesson: Lesson[T], run: LoadedRun) -> T:
    """Return the result, computed once per run: sessions that reveal at the same time wait for the same one."""
    results, lock = _results(run)
    if lesson.key not in results:
        place, text = st.empty(), tr("Computing on this run’s data …")

        def progress(part: float) -> None:
            place.progress(min(max(part, 0.0), 1.0), text)

        progress(0.0)
        with lock:
            if lesson.key not in results:
                results[lesson.key] = lesson.find(run, progress)
        place.empty()
    return results[lesson.key]
