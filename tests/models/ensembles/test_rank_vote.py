"""The vote by its definition: ranks added up, the smallest sum first."""

import numpy as np
import pytest

from playrec_core.numerics.topk import top_k
from playrec_core.schema import Nouns, Seed
from playrec_core.testing.planted import fitted, planted

WEIGHTS = {"popularity": 0.5, "item-knn": 2.0, "als": 1.0}
TABLES = {
    "popularity": {},
    "item-knn": {"neighbours": 20, "shrinkage": 1.0},
    "als": {"factors": 6, "regularization": 1.0, "alpha": 5.0, "iterations": 4},
    "rank-vote": {"depth": 12, "weights": WEIGHTS},
}


@pytest.fixture(scope="module")
def world():
    return planted()


@pytest.fixture(scope="module")
def models(world):
    return fitted(TABLES, world.dataset)


def test_the_smallest_weighted_sum_of_ranks_is_first(models, world):
    for group in world.groups:
        seed = Seed(tuple(group[[0, 3, 5]].tolist()))
        lists = {}
        for name in WEIGHTS:
            ranked = np.argsort(-models[name].score([seed])[0], kind="stable").tolist()
            lists[name] = [item for item in ranked if item not in seed.songs][:12]
        sums = {
            item: sum(w * (lists[n].index(item) + 1 if item in lists[n] else 13) for n, w in WEIGHTS.items())
            for item in set().union(*lists.values())
        }
        expected = sorted(sums, key=lambda item: (sums[item], item))
        assert top_k(models["rank-vote"].score([seed])[0], 1000).tolist() == expected


def test_a_member_without_a_prediction_abstains(models, world):
    """Only popularity scores this seed, so it alone decides."""
    scores = models["rank-vote"].score([Seed((int(world.unheard[0]),))])[0]
    alone = models["popularity"].score([Seed()])[0]
    assert top_k(scores, 12).tolist() == top_k(alone, 12).tolist()
    assert np.isfinite(scores).sum() == 12


def test_the_trace_shows_every_rank_and_their_sum(models, world):
    seed = Seed(tuple(world.groups[1][[1, 2]].tolist()))
    (step,) = models["rank-vote"].trace(seed, Nouns()).steps
    items, *ranks, votes = step.columns
    assert items.values == top_k(models["rank-vote"].score([seed])[0], 10).tolist()
    for row, vote in enumerate(votes.values):
        by_hand = sum(w * (13 - column.values[row]) for w, column in zip(WEIGHTS.values(), ranks, strict=True))
        assert vote == pytest.approx(by_hand)
