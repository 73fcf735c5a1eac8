"""Protocol sensitivity against brute force, with planted ties and leaderboards whose order must change."""

import numpy as np
import pyarrow as pa
import pytest

from playrec_core.data.held_out import HeldOut
from playrec_core.evaluation.protocol_sensitivity import (
    OURS,
    PROTOCOLS,
    RELEASED,
    HeldOutRanks,
    Protocol,
    RankCounts,
    rank_counts,
    rank_held_out,
    swapped_pairs,
)
from playrec_core.schema import Seed


class Scripted:
    """Scores each seed by the row of scores given by its first song."""

    def __init__(self, scores: np.ndarray):
        self.scores = scores

    def score(self, seeds: list[Seed]) -> np.ndarray:
        return self.scores[[seed.songs[0] for seed in seeds]]


def held_out_playlists(seeds: list[list[int]], hidden: list[list[int]], n_items: int) -> HeldOut:
    n = len(seeds)
    numbers = pa.list_(pa.int32())
    table = pa.table(
        {
            "id": [str(row) for row in range(n)],
            "title": [""] * n,
            "kind": ["songs"] * n,
            "weights": pa.array([[]] * n, pa.list_(pa.float32())),
            "songs": pa.array(seeds, numbers),
            "tags": pa.array([[]] * n, numbers),
            "other_tags": pa.array([[]] * n, pa.list_(pa.string())),
            "hidden_songs": pa.array(hidden, numbers),
            "hidden_tags": pa.array([[]] * n, numbers),
        }
    )
    return HeldOut(table.replace_schema_metadata({"n_items": str(n_items), "n_tags": "0"}))


@pytest.fixture
def world() -> tuple[HeldOutRanks, HeldOut, np.ndarray]:
    rng = np.random.default_rng(5)
    n, n_items = 30, 60
    scores = rng.integers(0, 8, (n, n_items)).astype(np.float32)  # few values: many ties
    scores[rng.random(scores.shape) < 0.2] = -np.inf
    hidden = [rng.choice(np.arange(n, n_items + 5), 4, replace=False).tolist() for _ in range(n)]
    held_out = held_out_playlists([[row] for row in range(n)], hidden, n_items)
    ranks = rank_held_out({"m": Scripted(scores)}, held_out, n_items=n_items, n_playlists=20, n_sampled=15, seed=1)  # type: ignore[dict-item]
    return ranks, held_out, scores


def brute_force(scores: np.ndarray, seed: Seed, hidden: list[int], ties: str) -> list[float]:
    """Ranks by sorting the candidates with the held-out item."""
    found = []
    for wanted in hidden:
        if wanted >= len(scores):
            found.append(np.inf)
            continue
        others = [item for item in range(len(scores)) if item not in seed.songs and item not in hidden]
        side = {"ours": lambda item: item, "optimistic": wanted.__ne__, "pessimistic": wanted.__eq__}[ties]
        order = sorted([*others, wanted], key=lambda item, side=side: (-scores[item], side(item)))
        found.append(order.index(wanted) + 1)
    return found


@pytest.mark.parametrize("ties", ["ours", "optimistic", "pessimistic"])
def test_full_ranks_are_those_of_a_sort(world, ties):
    ranks, held_out, scores = world
    expected = [
        rank
        for row in ranks.rows
        for rank in brute_force(
            scores[row], held_out.seeds[row], np.sort(held_out.table["hidden_songs"][row].as_py()).tolist(), ties
        )
    ]
    assert ranks.found["m"]["full"].ranks(ties).tolist() == expected
    wanted = np.array(expected)
    gains = np.where(wanted <= 10, 1 / np.log2(wanted + 1), 0).reshape(len(ranks.rows), -1).mean(axis=1)
    assert ranks.values("m", Protocol(ties=ties), "ndcg") == pytest.approx(gains)
    recalls = (wanted <= 10).reshape(len(ranks.rows), -1).mean(axis=1)
    assert ranks.values("m", Protocol(ties=ties), "recall") == pytest.approx(recalls)


def test_a_sampled_rank_is_what_the_full_rank_predicts_on_average():
    """Krichene and Rendle (2020), section 4: of N sampled items, N (rank - 1) / n_candidates rank higher on average."""
    rng = np.random.default_rng(2)
    scores = rng.random(500).astype(np.float32)
    hidden, others = np.array([7]), np.setdiff1d(np.arange(500), [7])
    full = rank_counts(scores, hidden, others).ranks("ours")[0]
    drawn = [rank_counts(scores, hidden, rng.choice(others, 50, replace=False)).ranks("ours")[0] for _ in range(2000)]
    assert np.mean(drawn) - 1 == pytest.approx((full - 1) * 50 / 499, rel=0.03)


def test_sampling_everything_is_the_full_ranking(world):
    _, held_out, scores = world
    ranks = rank_held_out({"m": Scripted(scores)}, held_out, n_items=60, n_playlists=20, n_sampled=999, seed=1)  # type: ignore[dict-item]
    for part in ("better", "equal", "before"):
        full, sampled = (getattr(ranks.found["m"][ranking], part) for ranking in ("full", "sampled"))
        assert full.tolist() == sampled.tolist()
    few = rank_held_out({"m": Scripted(scores)}, held_out, n_items=60, n_playlists=20, n_sampled=15, seed=1)  # type: ignore[dict-item]
    assert few.n_candidates["sampled"] == 15
    assert (few.found["m"]["sampled"].ranks("ours") <= few.found["m"]["full"].ranks("ours")).all()


def test_constant_scores_win_under_optimistic_ties():
    """Constant scores are perfect under the optimistic rule and useless under the others."""
    n, n_items = 20, 100
    honest = np.tile(-np.arange(n_items, dtype=np.float32), (n, 1))
    for row in range(n):
        honest[row, 95] = 50 if row % 2 else -999  # a hit for every second playlist
    silent = np.zeros((n, n_items), np.float32)
    models = {"honest": Scripted(honest), "silent": Scripted(silent)}
    held_out = held_out_playlists([[row] for row in range(n)], [[95]] * n, n_items)
    ranks = rank_held_out(models, held_out, n_items=n_items, n_playlists=n, n_sampled=50, seed=0)  # type: ignore[arg-type]
    ours, kind = (ranks.leaderboard(Protocol(ties=ties), "recall") for ties in ("ours", "optimistic"))
    assert list(ours.items()) == [("honest", 0.5), ("silent", 0.0)]
    assert list(kind.items()) == [("silent", 1.0), ("honest", 0.5)]
    assert swapped_pairs(ours, kind) == [("honest", "silent")]
    assert swapped_pairs(ours, ours) == []
    assert [ranks.moved_by_ties(model, "optimistic") for model in models] == [0.0, 1.0]
    assert ranks.moved_by_ties("silent", "pessimistic") == 0.0


def test_sampling_reverses_a_leaderboard_that_is_clear_under_full_ranking():
    """One model ranks a fifth of the held-out items first and the rest last; the other ranks all at 50 of 1000."""
    n, n_items = 40, 1000
    sharp, even = (np.tile(-np.arange(n_items, dtype=np.float32), (n, 1)) for _ in range(2))
    for row in range(n):
        sharp[row, 999] = 9999 if row < 8 else -9999
        even[row, 999] = -49.5
    held_out = held_out_playlists([[row] for row in range(n)], [[999]] * n, n_items)
    models = {"sharp": Scripted(sharp), "even": Scripted(even)}
    ranks = rank_held_out(models, held_out, n_items=n_items, n_playlists=n, n_sampled=100, seed=0)  # type: ignore[arg-type]
    assert list(ranks.leaderboard(OURS, "ndcg")) == ["sharp", "even"]
    assert list(ranks.leaderboard(Protocol(ranking="sampled"), "ndcg")) == ["even", "sharp"]


def test_the_halves_make_up_the_whole_and_the_sample_is_reproducible(world):
    ranks, held_out, scores = world
    whole, first, second = (
        ranks.values("m", Protocol(part=part), "ndcg") for part in ("all", "first half", "second half")
    )
    assert whole.tolist() == [*first, *second]
    again = rank_held_out({"m": Scripted(scores)}, held_out, n_items=60, n_playlists=20, n_sampled=15, seed=1)  # type: ignore[dict-item]
    assert again.rows.tolist() == ranks.rows.tolist()
    for protocol in PROTOCOLS:
        assert again.leaderboard(protocol, "ndcg") == ranks.leaderboard(protocol, "ndcg")


def test_ranking_by_the_release_date_rule():
    """Item i is issued i months after January 2018; the first playlist was last changed in month 10 of these, the
    second at an unknown date."""
    n_items = 40
    released = 12 * 2018 + np.arange(n_items)
    scores = np.tile(np.arange(n_items, dtype=np.float32), (2, 1))
    table = held_out_playlists([[0], [1]], [[5, 20], [5, 20]], n_items).table
    held_out = HeldOut(table.append_column("updated", [["2018-11-30 09:00:00.000", ""]]))
    models = {"m": Scripted(scores)}
    ranks = rank_held_out(models, held_out, n_items=n_items, n_playlists=2, n_sampled=9, seed=0, released=released)  # type: ignore[arg-type]
    assert ranks.protocols == (*PROTOCOLS, RELEASED)
    found = ranks.found["m"]["released"].ranks("ours").reshape(2, 2)[np.argsort(ranks.rows)].tolist()
    # Of 1 to 10, 6 to 10 are ahead of 5, and 20 cannot be there. Without a date the whole catalogue is ranked.
    assert found == [[6, np.inf], [34, 20]]
    assert ranks.n_candidates["released"] == (9 + 37) / 2
    without = rank_held_out(models, held_out, n_items=n_items, n_playlists=2, n_sampled=9, seed=0)  # type: ignore[arg-type]
    assert without.protocols == PROTOCOLS
    assert without.leaderboard(OURS, "ndcg") == ranks.leaderboard(OURS, "ndcg")


def test_an_item_unknown_in_training_is_never_a_hit():
    found = rank_counts(np.zeros(3, np.float32), np.array([7]), np.array([0, 1]))
    assert np.isinf(found.ranks("optimistic")).all()
    assert isinstance(found, RankCounts)


def test_playlists_without_held_out_items_are_left_out():
    held_out = held_out_playlists([[0], [1]], [[], [2]], 3)
    models = {"m": Scripted(np.zeros((2, 3), np.float32))}
    ranks = rank_held_out(models, held_out, n_items=3, n_playlists=9, n_sampled=1, seed=0)  # type: ignore[arg-type]
    assert ranks.rows.tolist() == [1]
    with pytest.raises(ValueError, match="held-out items"):
        rank_held_out({}, held_out_playlists([[0]], [[]], 3), n_items=3, n_playlists=9, n_sampled=1, seed=0)
