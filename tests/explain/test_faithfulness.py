import numpy as np
import pytest
from scipy.sparse import csr_array

from playrec_core.config import Frozen
from playrec_core.explain.faithfulness import SHARES, faithfulness, sample
from playrec_core.models.common.item_weights import ItemWeights
from playrec_core.models.explanation import Explanation, exact
from playrec_core.schema import Seed


class Planted(ItemWeights):
    """Each seed song scores one item of its own; song 0 gives item 20 a much higher score."""

    sign = 1

    @classmethod
    def make(cls) -> "Planted":
        model = cls(Frozen())
        weights = np.zeros((40, 40), np.float32)
        weights[np.arange(10), np.arange(10) + 21] = 1
        weights[0, 20], weights[1, 20] = 5, 0.1
        model.weights = csr_array(weights)
        return model

    def fit(self, *args, **kwargs) -> None: ...

    def explain(self, seed: Seed, item: int) -> Explanation:
        found = super().explain(seed, item)
        return exact(item, seed, self.sign * found.contributions, found.score)


class Liar(Planted):
    """Ranks the least important first."""

    sign = -1


SEEDS = [Seed(tuple(np.random.default_rng(n).permutation(10).tolist())) for n in range(12)]


def test_a_correct_explanation_beats_chance_and_a_wrong_one_does_not():
    true, false = (faithfulness(kind.make(), SEEDS) for kind in (Planted, Liar))
    assert true is not None
    assert false is not None
    assert true.deletion_gain.low > 0
    assert true.insertion_gain.low > 0
    assert false.deletion_gain.high < 0
    assert false.insertion_gain.high < 0


def test_both_orders_agree_at_the_ends_of_the_curves():
    found = faithfulness(Planted.make(), SEEDS)
    assert found is not None
    assert found.n == len(SEEDS)
    assert found.kind == "exact"
    assert found.deletion[0] == found.deletion_random[0] == found.insertion[-1] == found.insertion_random[-1] == 1
    assert found.deletion[-1] == found.deletion_random[-1] == found.insertion[0] == found.insertion_random[0] == 0
    # Without song 0, song 1 still scores item 20, below all others; without both (a fifth of ten) it has no score.
    assert found.deletion[1] == 0
    assert found.insertion[1:].tolist() == [1.0] * (len(SHARES) - 1)


def test_the_same_seed_gives_the_same_figures():
    one, two = (faithfulness(Planted.make(), SEEDS, seed=4) for _ in range(2))
    assert one is not None
    assert two is not None
    assert one.deletion_gain == two.deletion_gain
    np.testing.assert_array_equal(one.insertion_random, two.insertion_random)


def test_a_model_without_scores_has_no_curves():
    model = Planted.make()
    model.weights = csr_array((40, 40), dtype=np.float32)
    assert faithfulness(model, SEEDS) is None


def test_a_slow_model_stops_after_the_current_seed():
    found = faithfulness(Planted.make(), SEEDS, seconds=0.0)
    assert found is not None
    assert found.n == 1


@pytest.mark.parametrize("n", [0, 1, 5, 100])
def test_the_sample_is_spread_over_seeds_of_suitable_length(n: int):
    seeds = [Seed(tuple(range(length))) for length in (0, 4, 5, 12, 20, 21) for _ in range(3)]
    found = sample(seeds, n)
    assert len(found) == min(n, 9)
    assert all(5 <= len(seed.songs) <= 20 for seed in found)
