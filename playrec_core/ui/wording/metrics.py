"""The words of every metric: title, meaning, direction, formula. Taken from the metric classes themselves."""

import inspect
import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.sparse import csr_array

from playrec_core.evaluation.comparison import Better
from playrec_core.evaluation.contest import MUSIC_WEIGHT, TAG_WEIGHT
from playrec_core.evaluation.metrics.base import Answers, Catalogue, Metric
from playrec_core.evaluation.protocol import SCORE
from playrec_core.evaluation.registry import metrics
from playrec_core.i18n import current, tr
from playrec_core.schema import Nouns
from playrec_core.serving.loaded_run import LoadedRun

from .run import in_nouns, tags_are_measurable


@dataclass(frozen=True)
class MetricWords:
    """What a screen says about one metric.

    Args:
        name: its key in tables.
        title: its name on screen.
        meaning: one sentence for people who do not read equations.
        better: which direction is better.
        set_level: whether it belongs to all lists together and has no value for a part of the questions.
        accuracy: whether it judges answers against what was hidden; the others describe the answers alone.
        formula: LaTeX, one text a displayed equation.
        remarks: Markdown: symbols, source, edge cases.
    """

    name: str
    title: str
    meaning: str
    better: Better
    set_level: bool
    accuracy: bool
    formula: tuple[str, ...]
    remarks: str

    @property
    def direction(self) -> str:
        """ "higher is better ↑" or "lower is better ↓"."""
        return tr("higher is better ↑") if self.better == "higher" else tr("lower is better ↓")


def metric_words(run: LoadedRun) -> dict[str, MetricWords]:
    """Every metric that means something on this run's data, by name, in the order of tables."""
    return dict(_metric_words(run.nouns, tags_are_measurable(run), current()))


@lru_cache(maxsize=64)
def _metric_words(nouns: Nouns, with_tags: bool, language: str) -> dict[str, MetricWords]:
    of_songs, of_tags = metrics("songs"), metrics("tags")
    twins = {metric.name.removeprefix(_TAG) for metric in of_tags.values()}
    words = [_words(metric, nouns, twins) for metric in of_songs.values()]
    if with_tags:
        tag_words = [_words(metric, nouns, twins) for metric in of_tags.values()]
        words = [_score_words(nouns), words[0], *tag_words, *words[1:]]
    return {word.name: word for word in words}


_TAG = "tag_"
"""What the name of a tag metric begins with, before its song twin's."""


def _score_words(nouns: Nouns) -> MetricWords:
    title = f"{nouns.item.capitalize()} nDCG"
    return MetricWords(
        SCORE,
        tr("Score"),
        tr(
            "What the contest ranked by: {songs:.0f} % {title} and {tags:.0f} % Tag nDCG.",
            songs=100 * MUSIC_WEIGHT,
            title=title,
            tags=100 * TAG_WEIGHT,
        ),
        "higher",
        False,
        True,
        (rf"Score = {MUSIC_WEIGHT}\, nDCG_{{{nouns.items}}} + {TAG_WEIGHT}\, nDCG_{{tags}}",),
        tr("Kakao Arena, “Melon Playlist Continuation”: each of the two a mean over playlists."),
    )


def _words(metric: Metric, nouns: Nouns, twins: set[str]) -> MetricWords:
    # "nDCG" beside "Tag nDCG" would leave open which is which.
    title = f"{nouns.item.capitalize()} {metric.title}" if metric.name in twins else metric.title
    return MetricWords(
        metric.name,
        title,
        in_nouns(tr(metric.meaning), nouns),
        metric.better,
        metric.set_level,
        _judges(metric),
        tuple(map(tr, formula_of(metric))),
        "\n\n".join(map(tr, remarks_of(metric))),
    )


def formula_of(metric: Metric) -> tuple[str, ...]:
    """The equations of a metric's docstring; those with words in them are messages of the catalogues."""
    return _read(inspect.getdoc(type(metric)) or "")[0]


def remarks_of(metric: Metric) -> list[str]:
    """The paragraphs of a metric's docstring that `MetricWords.remarks` shows: messages of the catalogues."""
    return _read(inspect.getdoc(type(metric)) or "")[1]


def _judges(metric: Metric) -> bool:
    """Whether a metric needs to know what was hidden: asked of it with nothing hidden, it then has no value."""
    two_items = csr_array(np.ones((1, 2), np.float32))
    nothing_hidden = Answers(np.array([[0, 1]]), csr_array((1, 2), dtype=np.float32))
    return bool(np.isnan(metric.per_playlist(nothing_hidden, Catalogue.from_interactions(two_items))).all())


_EQUATION = re.compile(r"^\.\. math::[ ]*(.*(?:\n(?:[ ]+.*|(?=\n[ ]+)))*)", re.MULTILINE)


def _read(docstring: str) -> tuple[tuple[str, ...], list[str]]:
    """The displayed equations of a docstring, and the paragraphs of the rest as Markdown, without its first line and
    ``Args``.
    """
    formula = tuple(" ".join(found[1].split()) for found in _EQUATION.finditer(docstring))
    rest = _EQUATION.sub("", docstring)
    kept = [part for part in re.split(r"\n\s*\n", rest)[1:] if part.strip() and not part.startswith("Args:")]
    paragraphs = [re.sub(r":math:`([^`]+)`", r"$\1$", " ".join(part.split())) for part in kept]
    return formula, [
        re.sub(r"``([^`]+)``|`([^`]+)`", lambda found: f"`{found[1] or found[2]}`", text) for text in paragraphs
    ]
