"""The lessons as a reader takes them: predict, reveal, answer wrongly, then correctly, and on to the next."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching import only_popular, seed_leak
from playrec_core.ui.pages.learn.frame.lesson_frame import Choice, Lesson, Slide
from playrec_core.ui.pages.learn.frame.lesson_models import evaluated_models, queries
from playrec_core.ui.pages.learn.lesson_path import entries
from tests.pages.test_korean import SENTENCE

PAGE = "pages/learn/learn.py"
OpenPage = Callable[..., AppTest]
LESSONS = [entry for entry in entries() if isinstance(entry, Lesson)]


def shown_text(app: AppTest) -> Iterator[str]:
    for element in app.main:
        for name in ("value", "label", "help", "placeholder", "body"):
            text = getattr(element, name, None) if element.type not in ("code", "json") else None
            if isinstance(text, str):
                yield text
    for element in (*app.radio, *app.selectbox):
        yield from element.options
    for element in app.get("html"):
        yield from re.split(r"<style>.*?</style>|<[^>]*>", element.proto.body, flags=re.S)


def reveal(app: AppTest, lesson: Lesson) -> None:
    """Predict the first option, or where the slider stands, and reveal."""
    prediction = lesson.prediction
    if isinstance(prediction, Choice):
        assert app.button(key=f"lesson.{lesson.key}.reveal").disabled
        app.radio(key=f"lesson.{lesson.key}.guess").set_value(next(iter(prediction.options))).run()
    app.button(key=f"lesson.{lesson.key}.reveal").click().run()
    assert not app.exception


def answer(app: AppTest, lesson: Lesson, place: int) -> None:
    app.radio(key=f"lesson.{lesson.key}.check").set_value(place).run()
    app.button(key=f"lesson.{lesson.key}.give").click().run()
    assert not app.exception


@pytest.fixture(scope="module")
def run(demo_run: Path) -> LoadedRun:
    return LoadedRun.open(demo_run)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.key)
def test_a_lesson_from_prediction_to_the_next(open_page: OpenPage, run: LoadedRun, lesson: Lesson, language: str):
    app = open_page(PAGE, lesson=lesson.key, lang=language)
    assert not app.exception
    assert len(app.title) == 1
    assert not any(button.key == f"lesson.{lesson.key}.give" for button in app.button)
    reveal(app, lesson)
    right = next(place for place, one in enumerate(lesson.answers) if one.right)
    wrong = next(place for place, one in enumerate(lesson.answers) if not one.right)
    assert app.button(key=f"lesson.{lesson.key}.give").disabled
    answer(app, lesson, wrong)
    assert len(app.error) == 1
    assert not app.success
    assert not any(button.key == "lessons.onward" for button in app.button)
    answer(app, lesson, right)
    assert len(app.success) == 1
    assert not app.error
    if language == "ko":
        assert not [text for text in shown_text(app) if SENTENCE.search(text)]
        # Markdown does not close bold between a sign and a letter, and Korean particles follow without a space.
        assert not [text for text in shown_text(app) if re.search(r"%\*\*[가-힣]", text)]
    place = entries().index(lesson)
    if place + 1 < len(entries()):
        app.button(key="lessons.onward").click().run()
        assert app.query_params["lesson"] in (entries()[place + 1].key, [entries()[place + 1].key])
    else:
        app.button(key="lessons.home").click().run()
        assert "lesson" not in app.query_params
    assert not app.exception


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.key)
def test_each_works_on_movies_or_says_why_not(open_page: OpenPage, movies: Path, lesson: Lesson):
    app = open_page(PAGE, artifacts=movies, lesson=lesson.key)
    assert not app.exception
    if any(button.key == f"lesson.{lesson.key}.reveal" for button in app.button):
        reveal(app, lesson)
    else:
        assert app.info
    # Lessons about the Melon contest speak of songs.
    if lesson.key not in ("clusters", "first"):
        assert not [text for text in shown_text(app) if re.search(r"\b[Ss]ongs?\b|\b[Pp]laylists?\b", text)]


def test_every_check_has_one_right_answer_and_a_reason_for_each():
    for entry in entries():
        assert sum(one.right for one in entry.answers) == 1
        assert all(one.why and one.words for one in entry.answers)
        assert len({one.words for one in entry.answers}) == len(entry.answers)


def test_the_truth_can_always_be_predicted(run: LoadedRun):
    """Every result is one of the options, or within the slider's range."""
    for lesson in LESSONS:
        prediction, truth = lesson.prediction, lesson.truth(run, lesson.find(run, lambda _: None))
        if isinstance(prediction, Slide):
            assert prediction.low <= float(truth) <= prediction.high
        else:
            assert truth in prediction.options


class TestFigures:
    def test_the_density_is_the_data_s(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(PAGE, lesson="sparse")
        reveal(app, next(lesson for lesson in LESSONS if lesson.key == "sparse"))
        matrix = run.dataset.interactions
        share = 100 * matrix.nnz / (matrix.shape[0] * matrix.shape[1])
        assert any(f"**{matrix.nnz:,}** cells are filled: {share:.2f} % of all" in text for text in shown_text(app))

    def test_the_copycat_s_rank_is_the_computed_one(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(PAGE, lesson="leak")
        reveal(app, next(lesson for lesson in LESSONS if lesson.key == "leak"))
        found = seed_leak.measure_leak(evaluated_models(run), queries(run, seed_leak.N_QUERIES))
        leaked = found.recall[seed_leak.COPYCAT]["leaked"]
        assert any(f"**{100 * leaked:.1f} %** and ranks **1**" in text for text in shown_text(app))

    def test_a_guess_is_compared_with_the_truth(self, open_page: OpenPage, run: LoadedRun):
        found = only_popular.measure(evaluated_models(run), queries(run, only_popular.N_QUERIES))
        truth = 100 * found.share
        for guess, words in ((round(truth), "Close enough."), (100, "Too high by")):
            app = open_page(PAGE, lesson="popular")
            app.slider(key="lesson.popular.guess").set_value(guess).run()
            app.button(key="lesson.popular.reveal").click().run()
            assert any(words in text for text in shown_text(app))
            assert any(f"**{round(truth, 1):g} %**".replace(".", "\\.") in text for text in shown_text(app))
            app.button(key="lesson.popular.again").click().run()
            assert app.slider(key="lesson.popular.guess").value is not None
            assert not app.exception

    def test_als_s_slider_shows_that_half_step(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(PAGE, lesson="als")
        reveal(app, next(lesson for lesson in LESSONS if lesson.key == "als"))
        losses = []
        for half in (0, 1, 7, 30):
            app.slider(key="lesson.als.half").set_value(half).run()
            assert not app.exception
            (shown,) = set(re.findall(r"The loss is \*\*([\d,]+)\*\*", "\n".join(shown_text(app))))
            losses.append(float(shown.replace(",", "")))
        assert (np.diff(losses) < 0).all()

    def test_als_s_confidence_is_the_datas(self, open_page: OpenPage, movies: Path):
        """Interactions of equal weight have one confidence; ratings of 3 to 5 are theirs."""
        app = open_page(PAGE, lesson="als")
        assert any("confidence c is 5 for an interaction and 1 for an empty cell" in text for text in shown_text(app))
        app = open_page(PAGE, artifacts=movies, lesson="als")
        assert any("confidence c is between 3 and 5 for an interaction" in text for text in shown_text(app))


class TestPath:
    def test_the_list_counts_what_is_done_and_goes_on(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(PAGE)
        assert app.button(key="lessons.begin").label == "Begin"
        app.button(key="lessons.begin").click().run()
        first = LESSONS[0]
        assert app.title[0].value == first.title
        reveal(app, first)
        answer(app, first, next(place for place, one in enumerate(first.answers) if one.right))
        answer(app, first, next(place for place, one in enumerate(first.answers) if not one.right))
        app.button(key="lessons.all.top").click().run()
        assert any("done" in text and first.title in text for text in shown_text(app))  # it stays done
        assert app.button(key="lessons.begin").label == f"Continue: {entries()[1].title}"
        app.button(key="lessons.forget").click().run()
        assert not any(button.key == "lessons.forget" for button in app.button)

    def test_previous_and_next(self, open_page: OpenPage):
        app = open_page(PAGE, lesson=entries()[0].key)
        assert app.button(key="lessons.back.top").disabled
        for entry in entries()[1:]:
            app.button(key="lessons.next.top").click().run()
            assert not app.exception
            assert app.title[0].value == entry.title
        assert app.button(key="lessons.next.top").disabled

    def test_the_tutorial_ends_in_a_checked_question(self, open_page: OpenPage):
        app = open_page(PAGE, lesson="walk", step="6 Explanation")
        app.radio(key="lesson.walk.check").set_value(1).run()
        app.button(key="lesson.walk.give").click().run()
        assert len(app.success) == 1
        app.button(key="lessons.onward").click().run()
        assert not app.exception
        assert app.title[0].value == entries()[[one.key for one in entries()].index("walk") + 1].title
        app.button(key="lessons.all.top").click().run()
        assert any((button.key or "") == "lessons.begin" for button in app.button)

    @pytest.mark.parametrize("lesson", ["no such lesson", "<script>", ""])
    def test_an_unknown_lesson_is_the_list(self, open_page: OpenPage, lesson: str):
        app = open_page(PAGE, lesson=lesson)
        assert not app.exception
        assert len([button for button in app.button if (button.key or "").startswith("lessons.open.")]) == len(
            entries()
        )

    def test_a_revealed_lesson_stays_so_when_the_language_changes(self, open_page: OpenPage, run: LoadedRun):
        app = open_page(PAGE, lesson="ties")
        reveal(app, next(lesson for lesson in LESSONS if lesson.key == "ties"))
        app.sidebar.button_group[0].set_value("ko").run()
        assert not app.exception
        assert any("100 %: 완벽하다" in text for text in shown_text(app))
