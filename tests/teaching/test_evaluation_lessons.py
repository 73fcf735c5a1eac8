"""The lessons about evaluation, against plain loops, simulation, and libraries that compute the same figure."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.stats import hypergeom
from sklearn.metrics import adjusted_rand_score

from playrec_core.data.profile import Footprint
from playrec_core.evaluation.metrics.base import Answers, Catalogue
from playrec_core.evaluation.metrics.ndcg import NDCG
from playrec_core.evaluation.metrics.recall import Recall
from playrec_core.schema import Seed
from playrec_core.teaching import (
    first_things,
    genre_clusters,
    only_popular,
    sampled_metrics,
    seed_leak,
    three_bugs,
    tie_rules,
)
from playrec_core.teaching.evaluated_models import Queries, ndcg, recall, recommendations
from playrec_core.teaching.practice_data import practice_data
from playrec_core.testing.planted import planted

N = 40


class Fixed:
    """Scores that depend only on the first song of a seed."""

    def __init__(self, seed: int, spread: float = 1.0):
        self.table = np.random.default_rng(seed).standard_normal((N, N)).astype(np.float32) * spread

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        return np.stack([self.table[one.songs[0]] for one in seeds])


@pytest.fixture(scope="module")
def queries() -> Queries:
    rng = np.random.default_rng(5)
    seeds, hidden = [], []
    for _ in range(25):
        songs = rng.permutation(N)
        seeds.append(Seed(tuple(songs[:4].tolist())))
        hidden.append(np.sort(songs[4 : 4 + int(rng.integers(1, 7))]))
    hidden[3] = np.append(hidden[3], N + 2)  # unknown to training
    return Queries(seeds, hidden, N)


def ranked(scores: np.ndarray, closed: Sequence[int] = ()) -> list[int]:
    order = sorted(range(len(scores)), key=lambda item: (-scores[item], item))
    return [item for item in order if item not in closed and np.isfinite(scores[item])]


class TestEvaluatedModels:
    def test_recall_and_ndcg_agree_with_the_metrics(self, queries: Queries):
        model = Fixed(0)
        lists = list(recommendations(model, queries))
        rows = np.repeat(np.arange(len(queries)), [len(one) for one in queries.hidden])
        relevant = csr_array(
            (np.ones(len(rows), np.float32), (rows, np.concatenate(queries.hidden))), shape=(len(queries), N + 3)
        )
        answers = Answers(np.stack(lists), relevant)
        catalogue = Catalogue(np.ones(N + 3, np.int64), 1, csr_array((1, N + 3), dtype=np.float32))
        ours = [recall(one, hidden) for one, hidden in zip(lists, queries.hidden, strict=True)]
        np.testing.assert_allclose(ours, Recall(k=10).per_playlist(answers, catalogue))
        ours = [ndcg(one, hidden) for one, hidden in zip(lists, queries.hidden, strict=True)]
        np.testing.assert_allclose(ours, NDCG(k=10, cap=True).per_playlist(answers, catalogue))

    def test_unseen_is_neither_shown_nor_hidden(self, queries: Queries):
        for place in range(len(queries)):
            gone = {*queries.seeds[place].songs, *queries.hidden[place].tolist()}
            assert queries.unseen[place].tolist() == [item for item in range(N) if item not in gone]


class TestLeak:
    def test_three_evaluations_counted_by_hand(self, queries: Queries):
        model = Fixed(1)
        found = seed_leak.measure_leak({"m": model}, queries)
        values = {way: [] for way in seed_leak.EVALUATIONS}
        for seed, hidden in zip(queries.seeds, queries.hidden, strict=True):
            scores = model.score([seed])[0]
            wanted, whole = set(hidden.tolist()), {*hidden.tolist(), *seed.songs}
            values["masked"].append(len(wanted & set(ranked(scores, seed.songs)[:10])) / min(10, len(wanted)))
            values["unmasked"].append(len(wanted & set(ranked(scores)[:10])) / min(10, len(wanted)))
            values["leaked"].append(len(whole & set(ranked(scores)[:10])) / min(10, len(whole)))
        for way in seed_leak.EVALUATIONS:
            assert found.recall["m"][way] == pytest.approx(np.mean(values[way]))

    def test_the_copycat_recommends_the_seed_and_wins_only_with_the_leak(self, queries: Queries):
        scores = seed_leak.Copycat(N).score(queries.seeds)
        for row, seed in zip(scores, queries.seeds, strict=True):
            assert set(ranked(row)[:4]) == set(seed.songs)
            rest = [item for item in range(N) if item not in seed.songs]
            assert ranked(row)[4:] == rest
        found = seed_leak.measure_leak({"m": Fixed(1), "n": Fixed(2)}, queries)
        assert found.rank(seed_leak.COPYCAT, "leaked") == 1
        assert found.n == len(queries)


class TestOnlyPopular:
    def test_personalisation_is_the_mean_over_all_pairs(self):
        rng = np.random.default_rng(0)
        lists = [rng.permutation(30)[:10] for _ in range(12)]
        overlap = np.mean([len(np.intersect1d(a, b)) / 10 for a, b in combinations(lists, 2)])
        assert only_popular.personalisation(lists, 30) == pytest.approx(1 - overlap)
        assert only_popular.personalisation([lists[0]] * 5, 30) == pytest.approx(0)
        assert only_popular.personalisation(lists[:1], 30) == 0

    def test_reach_of_models_and_of_one_list_for_everybody(self, queries: Queries):
        model = Fixed(2)
        found = only_popular.measure({"m": model}, queries)
        lists = [ranked(model.score([seed])[0], seed.songs)[:10] for seed in queries.seeds]
        popular = [[item for item in range(N) if item not in seed.songs][:10] for seed in queries.seeds]
        for name, own in (("m", lists), (only_popular.POPULAR, popular)):
            one = found.reach[name]
            assert one.coverage == pytest.approx(len(set().union(*own)) / N)
            assert one.rank == np.median(np.concatenate(own)) + 1
            values = [ndcg(np.array(each), hidden) for each, hidden in zip(own, queries.hidden, strict=True)]
            assert one.ndcg == pytest.approx(np.mean(values))
        assert found.best == "m"
        assert found.share == pytest.approx(found.reach[only_popular.POPULAR].ndcg / found.reach["m"].ndcg)


class TestTies:
    def test_always_zero_is_perfect_hopeless_or_popular(self, queries: Queries):
        found = tie_rules.compare({"m": Fixed(3)}, "m", queries)
        known = np.concatenate(queries.hidden) < N
        assert found.recall(tie_rules.CONSTANT, "optimistic") == pytest.approx(known.mean())
        assert found.recall(tie_rules.CONSTANT, "pessimistic") == 0
        ranks = []
        for place, hidden in enumerate(queries.hidden):
            others = queries.unseen[place]
            ranks += [1 + (others < item).sum() if item < N else np.inf for item in hidden]
        assert found.recall(tie_rules.CONSTANT, "ours") == pytest.approx((np.array(ranks) <= 10).mean())

    def test_rounding_keeps_the_order_and_makes_three_levels(self, queries: Queries):
        model = Fixed(3)
        fine, coarse = model.score(queries.seeds), tie_rules.Coarse(model).score(queries.seeds)
        for a, b in zip(fine, coarse, strict=True):
            assert set(np.unique(b)) <= {0.0, 1.0, 2.0}
            assert (np.diff(b[np.argsort(a)]) >= 0).all()
        found = tie_rules.compare({"m": model}, "m", queries)
        assert found.mean_tied(tie_rules.COARSE) > 1 > found.mean_tied("m")
        for rule in tie_rules.RULES:
            assert found.recall("m", rule) == found.recall("m", "ours")


class TestSampled:
    @pytest.mark.parametrize("n_drawn", [1, 9, 10, 20, 57, 100])
    def test_the_chance_is_hypergeometric(self, n_drawn: int):
        total = np.full(8, 100)
        ahead = np.array([0, 3, 9, 10, 40, 90, 100, np.inf])
        found = sampled_metrics.hit_probability(ahead, total, n_drawn)
        wanted = [hypergeom.cdf(9, 100, int(a), min(n_drawn, 100)) if np.isfinite(a) else 0 for a in ahead]
        np.testing.assert_allclose(found, wanted, atol=1e-9)

    def test_it_is_the_mean_of_really_drawing(self, queries: Queries):
        model, rng = Fixed(4), np.random.default_rng(1)
        seed, hidden, others = queries.seeds[0], queries.hidden[0], queries.unseen[0]
        scores = model.score([seed])[0]
        drawn = []
        for _ in range(4000):
            some = rng.choice(others, 15, replace=False)
            drawn.append([(scores[some] > scores[item]).sum() < 10 for item in hidden])
        ahead = np.array([(scores[others] > scores[item]).sum() for item in hidden], dtype=np.float64)
        chance = sampled_metrics.hit_probability(ahead, np.full(len(hidden), len(others)), 15)
        np.testing.assert_allclose(chance, np.mean(drawn, axis=0), atol=0.03)

    def test_all_drawn_is_full_ranking_and_swapped_are_found(self, queries: Queries):
        sizes = sampled_metrics.SAMPLES
        found = sampled_metrics.sampled_recall({"a": Fixed(5), "b": Fixed(6)}, queries)
        assert found.sizes[:-1] == tuple(size for size in sizes if size < found.sizes[-1])
        for curve in found.recall.values():
            assert (np.diff(curve) <= 1e-9).all()
        made = sampled_metrics.Sampled((20, 100), {"a": np.array([0.5, 0.2]), "b": np.array([0.6, 0.1])})
        assert made.swapped_pairs(20) == [("a", "b")]
        assert made.swapped_pairs(100) == []
        assert list(made.full) == ["a", "b"]
        assert list(made.at(20)) == ["b", "a"]


class TestGenreClusters:
    def test_the_rand_index_is_that_of_sklearn(self):
        rng = np.random.default_rng(0)
        for _ in range(20):
            one, other = rng.integers(0, 5, 60), rng.integers(0, 3, 60)
            other[:30] = one[:30] % 3
            assert genre_clusters.adjusted_rand(one, other) == pytest.approx(adjusted_rand_score(one, other))
        assert genre_clusters.adjusted_rand(np.zeros(4, int), np.zeros(4, int)) == 1.0

    def test_planted_genres_are_found_and_shares_add_up(self):
        world = planted()
        found = genre_clusters.cluster(world.dataset, seed=0)
        assert found.agreement["genre"] == pytest.approx(1.0)
        assert sum(found.variance.values()) == pytest.approx(1)
        assert 0 <= found.left <= 1
        for one in found.genre_tags:
            assert 0 < one.usual < 1
            assert one.share <= 1


class TestThreeBugs:
    def test_order_moves_ndcg_alone(self, queries: Queries):
        part = practice_data(planted().dataset, seed=0, n_playlists=60, n_items=50)
        model = Fixed(7)
        found = three_bugs.reproduce(model, queries, part, seed=0)
        assert found.shuffled.recall == pytest.approx(found.given.recall) == found.reversed.recall
        assert found.given.ndcg != found.shuffled.ndcg != found.reversed.ndcg
        lists = [ranked(model.score([seed])[0], seed.songs)[:10] for seed in queries.seeds]
        backwards = [ndcg(np.array(one[::-1]), hidden) for one, hidden in zip(lists, queries.hidden, strict=True)]
        assert found.reversed.ndcg == pytest.approx(np.mean(backwards))

    def test_the_wide_mask_lies_between_and_flatters(self, queries: Queries):
        part = practice_data(planted().dataset, seed=0, n_playlists=60, n_items=50)
        found = three_bugs.reproduce(Fixed(7), queries, part, seed=0)
        assert found.trained < found.wrong < found.right
        n_hidden, n_shown = part.hidden.nnz, part.shown.nnz
        mixed = (n_hidden * found.right**2 + n_shown * found.trained**2) / (n_hidden + n_shown)
        assert found.wrong == pytest.approx(np.sqrt(mixed))

    def test_losses_keep_their_batches_alive_and_numbers_do_not(self):
        assert three_bugs.alive_after_epoch(keep_losses=True, batches=30) == 30
        assert three_bugs.alive_after_epoch(keep_losses=False, batches=30) == 0


def test_sizes_and_the_best_of_each_kind():
    footprint = Footprint(10, 1000, 500, 2000, 2000, 44, 4)
    means = {"pop": 0.1, "als": 0.3, "ease": 0.4, "sound": 0.2, "tags": 0.5}
    reads = {"pop": [], "als": ["songs"], "ease": ["songs"], "sound": ["songs", "audio"], "tags": ["songs", "tags"]}
    found = first_things.compare_sizes(footprint, means, reads, ["pop"])
    assert found.steps == {"popularity": ("pop", 0.1), "interactions": ("ease", 0.4), "audio": ("sound", 0.2)}
    assert found.audio == pytest.approx(1000 * 240e9 / 707_989)
    assert found.contest_ratio == pytest.approx(240e9 / (5.3e6 * 8))
    assert found.nearest == 10_000
