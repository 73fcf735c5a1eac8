"""ALS on Spark gives factors that find what the local ones find; skips without pyspark or Java."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from playrec_core.models import registry
from playrec_core.models.base import Recommender
from playrec_core.models.factorisation.als import Als
from playrec_core.numerics.topk import closed, top_k
from playrec_core.schema import Seed, no_progress
from playrec_core.testing.planted import planted
from playrec_core.training.engines import registry as engines
from playrec_core.training.engines.base import Job

TABLE = {"factors": 8, "regularization": 0.1, "alpha": 20.0, "iterations": 8}


def test_penalties_agree_in_their_product_and_for_a_playlist_of_mean_length():
    from playrec_core.training.engines.spark import penalties

    matrix = csr_array((np.random.default_rng(0).random((60, 40)) < 0.2).astype(np.float32))
    shared, up = penalties(matrix, 5.0)
    per_playlist, per_item = shared * matrix.nnz / 60, shared * matrix.nnz / 40
    assert per_playlist * per_item == pytest.approx(25.0)
    assert per_playlist * up**2 == pytest.approx(5.0)


def test_spark_finds_what_the_local_fit_finds(tmp_path: Path):
    pytest.importorskip("pyspark", reason="pip install -r requirements-spark.txt")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17")
    world = planted()

    def found(engine: str) -> float:
        unfitted = registry.create("als", TABLE)
        job = Job(world.dataset, np.random.default_rng(1), "cpu", no_progress, tmp_path)
        state = engines.fit(unfitted, job, engines.create(engine))
        model = Als.from_state(unfitted.config, state)
        assert not model.item_factors[world.unheard].any()
        return share_of_group(model, world)

    here, there = found(""), found("spark=local[1]")
    assert here > 0.9
    assert there == pytest.approx(here, abs=0.05)


def test_many_iterations_do_not_overflow_the_stack(tmp_path: Path):
    """Without checkpoints the Java virtual machine ended in a StackOverflowError at about eighteen."""
    pytest.importorskip("pyspark", reason="pip install -r requirements-spark.txt")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17")
    model = registry.create("als", TABLE | {"iterations": 40})
    job = Job(planted().dataset, np.random.default_rng(1), "cpu", no_progress, tmp_path)
    assert engines.fit(model, job, engines.create("spark=local[1]"))["item_factors"].any()
    assert not list(tmp_path.iterdir()), "checkpoints were left behind"


def share_of_group(model: Recommender, world) -> float:
    """Of the first ten answers to three songs of a group, how many are of that group."""
    shares = []
    for group in world.groups:
        seed = Seed(tuple(group[:3].tolist()))
        best = top_k(closed(model.score([seed])[0], seed.songs), 10)
        shares.append(np.isin(best, group).mean())
    return float(np.mean(shares))
