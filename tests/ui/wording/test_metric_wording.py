"""Texts of metrics come from the metric classes, so a new metric needs one file."""

import re
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from playrec_core.evaluation.metrics.base import Answers, Catalogue, Metric
from playrec_core.evaluation.registry import metrics
from playrec_core.schema import Nouns
from playrec_core.ui.wording import metrics as metric_words
from playrec_core.ui.wording.run import in_nouns

MOVIES = Nouns("movie", "movies", "user", "users")


@dataclass(frozen=True)
class Longest(Metric):
    r"""A made-up metric.

    .. math:: L = \max_i
        \; r_i

    with :math:`r_i` the rank.

    .. math:: \text{another one, not shown}

    Args:
        k: how many.

    Edge cases: none.
    """

    k: int = 5
    order: ClassVar[int] = 1
    meaning: ClassVar[str] = "How long the songs of playlists are."
    help: ClassVar[str] = "$r_i$: the rank of a song."
    source: ClassVar[str] = 'Somebody, "On songs", 1999.'

    @property
    def name(self) -> str:
        return "longest"

    @property
    def title(self) -> str:
        return "Longest"

    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        return np.ones(len(answers.ranked))


def test_a_new_metric_is_described_by_its_attributes_and_first_equation():
    words = metric_words._words(Longest(), MOVIES, {"Tag nDCG"})
    assert words.formula == r"L = \max_i \; r_i"
    assert words.help == "$r_i$: the rank of a movie."
    assert words.source == 'Somebody, "On songs", 1999.'
    assert words.meaning == "How long the movies of users are."
    assert not words.accuracy


@pytest.mark.parametrize("metric", [*metrics("songs").values(), *metrics("tags").values()], ids=lambda m: m.name)
def test_every_registered_metric_has_a_formula_and_a_source(metric: Metric):
    words = metric_words._words(metric, Nouns(), {"Tag nDCG"})
    assert words.formula
    assert words.help
    assert words.source
    assert not re.search("``|`\\w+=|:math:|pseudo-value|Edge cases", words.help)
    assert words.accuracy == (words.name.split("@")[0] not in {"coverage", "novelty", "diversity", "popularity"})


def test_nouns_replace_whole_words_only():
    assert in_nouns("Songs in a playlist: songbook", MOVIES) == "Movies in a user: songbook"
