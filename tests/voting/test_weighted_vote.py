"""A weighted vote over stored lists equals the run's trained rank vote."""

from pathlib import Path

import numpy as np
import pytest

from playrec_core.schema import Source
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.voting.weighted_vote import FIGURES, ColdStart, WeightedVoter


@pytest.fixture(scope="module")
def run(demo_run: Path) -> LoadedRun:
    return LoadedRun.open(demo_run)


@pytest.fixture(scope="module")
def voter(run: LoadedRun) -> WeightedVoter:
    voters = run.config.models["rank-vote"]["weights"]
    return run.mixer(tuple(dict.fromkeys((*voters, "als", "ease", "popularity"))))


def test_it_is_the_trained_rank_vote(run: LoadedRun, voter: WeightedVoter):
    table = run.config.models["rank-vote"]
    found, stored = voter.answers(table["weights"], table["depth"]), run.held_out_answers("rank-vote")
    assert found.keys() == stored.keys()
    for part, array in found.items():
        assert array.dtype == stored[part].dtype
        np.testing.assert_array_equal(array, stored[part], err_msg=part)
    values = voter.values(table["weights"], table["depth"])
    assert tuple(values) == FIGURES
    for name, found in values.items():
        np.testing.assert_allclose(found, run.held_out_values("rank-vote")[name])


@pytest.mark.parametrize(("weights", "depth"), [({"als": 1.3, "ease": 0.4, "popularity": 0.1}, 30), ({"ease": 2.0}, 7)])
def test_other_weights_and_depths_too(run: LoadedRun, voter: WeightedVoter, weights: dict[str, float], depth: int):
    """Against votes added up one by one, followed by the ranker's fallback."""
    found = voter.items(weights, depth)
    lists = {name: run.held_out_answers(name) for name in weights}
    for row in range(0, len(run.held_out), 7):
        votes: dict[int, np.float32] = {}
        for name, weight in weights.items():
            stored = lists[name]
            for place in range(depth):
                if stored["sources"][row, place] == Source.MODEL:
                    item = int(stored["items"][row, place])
                    votes[item] = np.float32(votes.get(item, np.float32(0)) + np.float32(weight * (depth - place)))
        order = sorted(votes, key=lambda item: (-votes[item], item))
        rest = [item for item in run.ranker.fallback(run.held_out.seeds[row], 300)[0].tolist() if item not in votes]
        assert found[row].tolist() == (order + rest)[: voter.depth]


def test_the_fallback_is_the_rankers(run: LoadedRun):
    """Some queries read it from the list of a model without a prediction, the others compute it."""
    silent = [run.held_out_answers("als")]
    found = ColdStart(run.ranker, run.held_out.seeds, silent)
    read = np.flatnonzero((silent[0]["sources"] != Source.MODEL).all(axis=1))
    assert len(read) > 5
    asked = next(row for row in range(len(run.held_out)) if row not in read)
    for row in (*read[:5].tolist(), asked):
        for one, other in zip(found[row], run.ranker.fallback(run.held_out.seeds[row], 100), strict=True):
            np.testing.assert_array_equal(one, other)
