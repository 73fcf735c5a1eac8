"""The registry finds the metrics, and every registered metric follows the contract."""

import importlib
import sys

import numpy as np
import pytest
from scipy import sparse

from playrec_core.evaluation import metrics as package
from playrec_core.evaluation import registry
from playrec_core.evaluation.metrics.base import Answers, Catalogue
from playrec_core.evaluation.registry import metrics

EVERY = [*metrics("songs").values(), *metrics("tags").values()]

NEW_METRIC = """
from dataclasses import dataclass, replace
from playrec_core.evaluation.metrics.recall import Recall

class Tenfold(Recall):
    order = 25

    @property
    def name(self):
        return {name!r}

METRICS = (Tenfold(k=7),)
"""


@pytest.fixture
def added_module(tmp_path, monkeypatch):
    """Adds a module to the metrics package for the duration of a test."""

    def add(name: str, text: str) -> None:
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        importlib.invalidate_caches()
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
        registry._found.cache_clear()

    yield add
    registry._found.cache_clear()
    for name in [name for name in sys.modules if name.startswith(f"{package.__name__}.added_")]:
        del sys.modules[name]


def test_the_default_metrics_are_in_order():
    """A list of those that must keep their order; a new metric need not be named."""
    known = [
        "ndcg",
        "ndcg@10",
        "recall@10",
        "recall@100",
        "precision@10",
        "r_precision",
        "clicks",
        "mrr@100",
        "hit_rate@10",
        "coverage@100",
        "novelty@100",
        "diversity@100",
        "popularity@100",
    ]
    assert [name for name in metrics() if name in known] == known
    assert "tag_ndcg" in metrics("tags")


def test_the_key_is_the_metrics_own_name_and_titles_differ():
    for of in ("songs", "tags"):
        assert all(key == metric.name and metric.of == of for key, metric in metrics(of).items())
    assert len({metric.title for metric in EVERY}) == len(EVERY)


@pytest.mark.parametrize("metric", EVERY, ids=lambda metric: metric.name)
def test_every_metric_gives_one_float_a_playlist_and_explains_itself(metric):
    rng = np.random.default_rng(3)
    ranked = np.array([rng.permutation(300)[:120] for _ in range(4)], dtype=np.int32)
    relevant = sparse.csr_array((rng.random((4, 300)) < 0.1).astype(np.float32))
    catalogue = Catalogue.from_interactions(sparse.csr_array((rng.random((9, 300)) < 0.2).astype(np.float32)))
    before = ranked.copy()
    values = metric.per_playlist(Answers(ranked, relevant), catalogue)
    assert values.shape == (4,)
    assert values.dtype == np.float64
    assert np.isfinite(values).all()
    assert (ranked == before).all()
    assert metric.better in ("higher", "lower")
    doc = type(metric).__doc__ or ""
    assert ".. math::" in doc
    assert "Edge cases:" in doc
    assert metric.meaning.endswith(".")
    assert metric.help.endswith(".")
    assert metric.source.endswith(".")


def test_a_new_file_is_a_new_metric(added_module):
    added_module("added_tenfold", NEW_METRIC.format(name="tenfold@7"))
    names = list(metrics())
    assert names.index("recall@100") < names.index("tenfold@7") < names.index("precision@10")


def test_two_metrics_of_one_name_are_refused(added_module):
    added_module("added_twice", NEW_METRIC.format(name="recall@10"))
    with pytest.raises(ValueError, match=r"recall@10"):
        metrics()


def test_a_file_without_metrics_is_refused_by_name(added_module):
    added_module("added_nothing", "NOTHING = ()\n")
    with pytest.raises(TypeError, match="added_nothing"):
        metrics()
