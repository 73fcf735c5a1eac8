import numpy as np
import pytest

from playrec_core.ranking.rerank import mmr, penalised, rerank, similarity, unit, variety

RNG = np.random.default_rng(3)


def test_unit_keeps_the_order_between_0_and_1():
    assert unit(np.array([3.0, 1.0, 2.0])).tolist() == [1.0, 0.0, 0.5]
    assert unit(np.array([4.0, 4.0])).tolist() == [1.0, 1.0]
    assert unit(np.array([])).tolist() == []


def test_without_penalty_and_diversity_the_order_is_kept():
    scores = np.array([5.0, 5.0, 1.0])
    assert rerank(scores, np.array([1, 2, 3]), RNG.normal(size=(3, 2))).tolist() == [0, 1, 2]


def test_a_penalty_moves_rare_items_above_popular_ones():
    scores, counts = np.array([1.0, 0.9, 0.0]), np.array([1000, 3, 3])
    assert np.argmax(penalised(scores, counts, 0.0)) == 0
    assert np.argmax(penalised(scores, counts, 0.5)) == 1
    assert rerank(scores, counts, np.eye(3), penalty=0.5)[0] == 1


def test_a_larger_penalty_never_makes_the_list_more_popular():
    scores, counts = RNG.normal(size=60), RNG.integers(1, 1000, 60)
    popularities = [
        np.log1p(counts[rerank(scores, counts, np.eye(60), penalty=penalty)[:10]]).mean()
        for penalty in (0, 0.5, 1, 2, 50)
    ]
    assert popularities == sorted(popularities, reverse=True)


@pytest.mark.parametrize("diversity", [0.0, 0.3, 0.7, 1.0])
def test_mmr_follows_its_definition(diversity: float):
    relevance, similarities = RNG.random(9), similarity(RNG.normal(size=(9, 4)))
    chosen: list[int] = []
    while len(chosen) < 9:

        def value(one: int) -> float:
            nearest = max((similarities[one, other] for other in chosen), default=0.0)
            return (1 - diversity) * relevance[one] - diversity * nearest

        chosen.append(max((one for one in range(9) if one not in chosen), key=value))
    assert mmr(relevance, similarities, diversity).tolist() == chosen


def test_a_duplicate_is_ranked_later():
    vectors = np.array([[1.0, 0], [1.0, 0], [0, 1.0]])
    assert mmr(np.array([1.0, 0.9, 0.5]), similarity(vectors), 0.5).tolist() == [0, 2, 1]


def test_similarity_and_variety_agree_with_scipy():
    from scipy.spatial.distance import pdist

    vectors = RNG.normal(size=(7, 5))
    assert variety(vectors) == pytest.approx(pdist(vectors, "cosine").mean())
    assert np.isnan(variety(vectors[:1]))
    assert similarity(np.zeros((2, 3))).tolist() == [[1, 0], [0, 1]]
