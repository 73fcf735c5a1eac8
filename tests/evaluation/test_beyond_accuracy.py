"""Coverage, novelty, diversity and popularity against plain counts over planted training playlists."""

import math
from itertools import combinations

import numpy as np
import pytest
from scipy import sparse

from playrec_core.evaluation.metrics.base import Answers, Catalogue
from playrec_core.evaluation.metrics.coverage import Coverage
from playrec_core.evaluation.metrics.diversity import Diversity
from playrec_core.evaluation.metrics.novelty import Novelty
from playrec_core.evaluation.metrics.popularity import Popularity

# Items 0 and 1 always together, 2 and 3 always together, 4 alone, 5 nowhere.
TRAINING = np.array([[1, 1, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0], [0, 0, 0, 0, 1, 0]], dtype=np.float32)
CATALOGUE = Catalogue.from_interactions(sparse.csr_array(TRAINING))


def answered(rows) -> Answers:
    return Answers(np.array(rows, dtype=np.int32), sparse.csr_array((len(rows), 6), dtype=np.float32))


def random_world(seed: int, n_lists: int, n_items: int, depth: int) -> tuple[Answers, Catalogue]:
    rng = np.random.default_rng(seed)
    ranked = np.array([rng.permutation(n_items)[:depth] for _ in range(n_lists)], dtype=np.int32)
    ranked[rng.random(ranked.shape) < 0.1] = -1
    training = sparse.csr_array((rng.random((30, n_items)) < 0.15) * rng.random((30, n_items)))
    relevant = sparse.csr_array((n_lists, n_items), dtype=np.float32)
    return Answers(ranked, relevant), Catalogue.from_interactions(training)


def test_novelty_is_the_mean_surprise_in_bits():
    found = Novelty(k=2).per_playlist(answered([[0, 4, 2], [2, 3, 0], [0, -1, 1], [5, -1, -1]]), CATALOGUE)
    # Item 0 is in 3 of 4 playlists, items 2, 3 and 4 in 1 of 4; item 5 in none and counts as in one.
    assert found.tolist() == pytest.approx([(math.log2(4 / 3) + 2) / 2, 2, math.log2(4 / 3), 2])


def test_popularity_is_the_mean_number_of_playlists():
    found = Popularity(k=2).per_playlist(answered([[0, 4, 1], [5, -1, 0], [-1, -1, -1]]), CATALOGUE)
    assert found[:2].tolist() == [2, 0]
    assert math.isnan(found[2])


def test_diversity_of_twins_is_zero_and_of_strangers_one():
    found = Diversity(k=2).per_playlist(answered([[0, 1, 4], [0, 4, 1], [4, 5, 0], [0, -1, 1]]), CATALOGUE)
    assert found[:3].tolist() == pytest.approx([0, 1, 1])
    assert math.isnan(found[3])


@pytest.mark.parametrize("seed", range(3))
def test_diversity_agrees_with_every_pair_counted(seed):
    answers, catalogue = random_world(seed, n_lists=150, n_items=25, depth=8)
    vectors = (catalogue.interactions.toarray() != 0).T.astype(float)

    def cosine(one, other):
        lengths = np.linalg.norm(vectors[one]) * np.linalg.norm(vectors[other])
        return vectors[one] @ vectors[other] / lengths if lengths else 0.0

    expected = []
    for items in answers.ranked[:, :6]:
        pairs = list(combinations(items[items >= 0], 2))
        expected.append(1 - sum(cosine(*pair) for pair in pairs) / len(pairs) if pairs else np.nan)
    np.testing.assert_allclose(Diversity(k=6).per_playlist(answers, catalogue), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_the_mean_of_the_coverage_values_is_the_share_of_the_catalogue_covered(seed):
    answers, catalogue = random_world(seed, n_lists=9, n_items=60, depth=8)
    top = answers.ranked[:, :5]
    expected = len(set(top[top >= 0].tolist())) / 60
    assert Coverage(k=5).per_playlist(answers, catalogue).mean() == pytest.approx(expected, abs=1e-12)


def test_the_spread_of_the_coverage_values_is_the_jackknifes():
    answers, catalogue = random_world(5, n_lists=12, n_items=60, depth=8)
    values = Coverage(k=8).per_playlist(answers, catalogue)
    n = len(values)
    without_one = []
    for left_out in range(n):
        rest = np.delete(answers.ranked, left_out, axis=0)
        without_one.append(len(set(rest[rest >= 0].tolist())) / 60)
    jackknife = math.sqrt((n - 1) / n * sum((each - np.mean(without_one)) ** 2 for each in without_one))
    assert values.std(ddof=1) / math.sqrt(n) == pytest.approx(jackknife, abs=1e-12)


def test_identical_lists_cover_one_list_without_any_doubt():
    values = Coverage(k=3).per_playlist(answered([[0, 1, 2]] * 5), CATALOGUE)
    assert values.tolist() == pytest.approx([0.5] * 5)
