"""The table of results carries every figure under its own name."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from playrec_core.evaluation.metrics.base import Answers, Catalogue
from playrec_core.evaluation.registry import metrics
from playrec_core.evaluation.report import summarise, summarise_slices
from playrec_core.evaluation.slices import Slice

COLUMNS = ["model", "metric", "mean", "low", "high", "n"]


@pytest.fixture(scope="module")
def planted() -> tuple[np.ndarray, list[set[int]]]:
    """Ranked lists (30, 100) and hidden sets, so that no two accuracy metrics agree by chance."""
    rng = np.random.default_rng(4)
    ranked = np.array([rng.permutation(400)[:100] for _ in range(30)], dtype=np.int32)
    hidden = [set(rng.permutation(400)[: rng.integers(3, 40)].tolist()) for _ in range(30)]
    return ranked, hidden


def test_recall_and_ndcg_are_not_swapped(planted):
    """A Movie Rec team once reported Recall under nDCG's name and the other way round, and tuned by it."""
    ranked, hidden = planted
    relevant = np.zeros((30, 400), dtype=np.float32)
    for row, items in enumerate(hidden):
        relevant[row, list(items)] = 1
    answers = Answers(ranked, sparse.csr_array(relevant))
    catalogue = Catalogue.from_interactions(sparse.csr_array(relevant))
    values = {name: metric.per_playlist(answers, catalogue) for name, metric in metrics().items()}
    table = summarise({"model": values})
    means = dict(zip(table["metric"], table["mean"], strict=True))

    recall, ndcg, kakao = [], [], []
    for items, wanted in zip(ranked.tolist(), hidden, strict=True):
        gains = [1 / math.log(rank + 1) if item in wanted else 0.0 for rank, item in enumerate(items, start=1)]
        ideal = [1 / math.log(rank + 1) for rank in range(1, len(wanted) + 1)]
        recall.append(len(wanted & set(items[:10])) / min(10, len(wanted)))
        ndcg.append(sum(gains[:10]) / sum(ideal[:10]))
        kakao.append(sum(gains) / sum(ideal))
    expected = {"recall@10": np.mean(recall), "ndcg@10": np.mean(ndcg), "ndcg": np.mean(kakao)}
    assert len({round(mean, 4) for mean in expected.values()}) == 3
    for name, mean in expected.items():
        assert means[name] == pytest.approx(mean, abs=1e-12), name
    titles = {name: metrics()[name].title for name in expected}
    assert titles == {"recall@10": "Recall@10", "ndcg@10": "nDCG@10", "ndcg": "nDCG"}


def test_rows_follow_the_order_given_and_hold_their_own_models_values():
    values = {
        "b": {"x": np.array([1.0, 3.0]), "w": np.array([np.nan, 5.0])},
        "a": {"x": np.array([10.0, 30.0]), "w": np.array([np.nan, np.nan])},
    }
    table = summarise(values)
    assert list(table.columns) == COLUMNS
    assert table[["model", "metric", "n"]].values.tolist() == [
        ["b", "x", 2],
        ["b", "w", 1],
        ["a", "x", 2],
        ["a", "w", 0],
    ]
    assert table["mean"].tolist()[:3] == [2.0, 5.0, 20.0]
    assert math.isnan(table["mean"].iloc[3])
    assert (table["low"].iloc[0], table["high"].iloc[0]) == (1.0, 3.0)


def test_a_model_has_the_same_interval_whichever_models_stand_beside_it():
    rng = np.random.default_rng(0)
    one, other = {"x": rng.random(50)}, {"x": rng.random(50)}
    alone = summarise({"one": one}, seed=3)
    beside = summarise({"other": other, "one": one}, seed=3)
    np.testing.assert_allclose(
        alone[["low", "high"]].iloc[0].tolist(), beside[["low", "high"]].iloc[1].tolist(), rtol=1e-12
    )
    pd.testing.assert_frame_equal(alone, summarise({"one": one}, seed=3), check_exact=True)


def test_slices_are_summarised_apart():
    values = {"m": {"x": np.array([1.0, 2.0, 30.0])}}
    first_two, last = np.array([True, True, False]), np.array([False, False, True])
    table = summarise_slices(values, [Slice("first", first_two), Slice("last", last)])
    assert table[["slice", "mean", "n"]].values.tolist() == [["first", 1.5, 2], ["last", 30.0, 1]]


def test_nothing_to_summarise_is_an_empty_table_with_its_columns():
    assert list(summarise({}).columns) == COLUMNS
    assert list(summarise_slices({}, []).columns) == ["slice", *COLUMNS]


def test_values_over_different_playlists_are_refused():
    with pytest.raises(ValueError, match="different numbers"):
        summarise({"a": {"x": np.zeros(3)}, "b": {"x": np.zeros(4)}})
