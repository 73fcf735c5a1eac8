"""Title, meaning, direction, formula and help text of every metric, from the metric classes."""

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
from playrec_core.serving.result_cache import per_run

from .run import in_nouns, tags_are_measurable


@dataclass(frozen=True)
class MetricWords:
    """The texts of one metric on screen. ``name`` is its key in tables, ``meaning`` one sentence, ``formula`` LaTeX and
    ``help`` Markdown: symbols and edge cases.

    Args:
        set_level: whether it belongs to all lists together and has no value for part of the playlists.
        accuracy: whether it compares with the held-out items; the others describe the recommendations alone.
    """

    name: str
    title: str
    meaning: str
    better: Better
    set_level: bool
    accuracy: bool
    formula: str
    help: str
    source: str

    @property
    def direction(self) -> str:
        """ "higher is better ↑" or "lower is better ↓"."""
        return tr("higher is better ↑") if self.better == "higher" else tr("lower is better ↓")


def metric_words(run: LoadedRun) -> dict[str, MetricWords]:
    """Every metric that the run was evaluated with, by name, in the order of tables."""
    evaluated = _evaluated_with(run)
    words = _metric_words(run.nouns, tags_are_measurable(run), current())
    return {name: word for name, word in words.items() if name in evaluated}


@per_run(1)
def _evaluated_with(run: LoadedRun) -> frozenset[str]:
    """Names of the metrics in the run's tables: a metric that was added later is not among them."""
    return frozenset(run.metrics["metric"])


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
"""Prefix of tag metrics: the rest is the name of the same metric of songs."""


def _score_words(nouns: Nouns) -> MetricWords:
    title = f"{nouns.item.capitalize()} nDCG"
    return MetricWords(
        SCORE,
        tr("Score"),
        tr(
            "The contest's ranking criterion: {songs:.0f} % {title} and {tags:.0f} % Tag nDCG.",
            songs=100 * MUSIC_WEIGHT,
            title=title,
            tags=100 * TAG_WEIGHT,
        ),
        "higher",
        False,
        True,
        rf"Score = {MUSIC_WEIGHT}\, nDCG_{{{nouns.items}}} + {TAG_WEIGHT}\, nDCG_{{tags}}",
        in_nouns(tr("Each nDCG is a mean over playlists."), nouns),
        "Kakao Arena, “Melon Playlist Continuation”.",
    )


def _words(metric: Metric, nouns: Nouns, twins: set[str]) -> MetricWords:
    # Beside "Tag nDCG", "nDCG" alone would be ambiguous.
    title = f"{nouns.item.capitalize()} {metric.title}" if metric.name in twins else metric.title
    return MetricWords(
        metric.name,
        title,
        in_nouns(tr(metric.meaning), nouns),
        metric.better,
        metric.set_level,
        _is_accuracy(metric),
        tr(formula_of(metric)),
        in_nouns(tr(metric.help), nouns),
        metric.source,
    )


_EQUATION = re.compile(r"^\.\. math::[ ]*(.*(?:\n(?:[ ]+.*|(?=\n[ ]+)))*)", re.MULTILINE)


def formula_of(metric: Metric) -> str:
    """The first equation of a metric's docstring, in LaTeX; one with words in it is translated."""
    found = _EQUATION.search(inspect.getdoc(type(metric)) or "")
    return " ".join(found[1].split()) if found else ""


def _is_accuracy(metric: Metric) -> bool:
    """Whether a metric compares with held-out items: it is then undefined without any."""
    two_items = csr_array(np.ones((1, 2), np.float32))
    nothing_hidden = Answers(np.array([[0, 1]]), csr_array((1, 2), dtype=np.float32))
    return bool(np.isnan(metric.per_playlist(nothing_hidden, Catalogue.from_interactions(two_items))).all())
