"""ALS on Spark: alternating least squares of ``pyspark.ml`` with implicit preferences, on a cluster or locally.

``--engine spark=local[2]`` or ``--engine spark=spark://HOST:7077`` (any master URL); needs ``requirements-spark.txt``
and Java 17. The item factors are the state of the model `als`: seeds are folded in, scored and explained as if they had
been fitted in this process.

Two conventions differ and are converted (Spark 4, "Collaborative Filtering", "Explicit vs. implicit feedback" and
"Scaling of the regularization parameter"; Hu, Koren & Volinsky, ICDM 2008):

- Spark's confidence is 1 + alpha * r, ours is alpha * r (as in `implicit`): Spark gets r' = alpha * r - 1.
- Spark multiplies the penalty of a vector by its number of interactions (Zhou et al., AAIM 2008), we do not. Scaling
  all playlist vectors up and all item vectors down by one factor changes no score, so only the product of the two
  penalties matters. regParam is chosen so that the mean penalty of an interaction has our product, and the item vectors
  are scaled so that our penalty is right for a playlist of mean length.
"""

# pyspark is an optional requirement: most machines lack it.
# pyright: reportMissingImports=false

import tempfile
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from playrec_core.errors import ConfigError, PlayrecError
from playrec_core.models.base import Recommender, State
from playrec_core.models.common.fold_in import gram_of
from playrec_core.models.factorisation.als import Als

from .base import Engine, Job

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_LEAST = 1e-3
"""Smallest rating: Spark treats an interaction of confidence 1 or less as not observed."""

_CHECKPOINT_EVERY = 5
"""Iterations between checkpoints. With several machines, the folder of the job must be on a disk shared by all."""


class Spark(Engine):
    """Fits ALS."""

    name = "spark"
    needs = "requirements-spark.txt"

    def __init__(self, where: str):
        super().__init__(where)
        try:
            import pyspark  # noqa: F401
        except ImportError:
            raise ConfigError(f"--engine spark: pyspark is not installed; pip install -r {self.needs}") from None

    def fits(self, model: Recommender) -> bool:
        return type(model) is Als

    def fit(self, model: Recommender, job: Job) -> State:
        from pyspark.errors import PySparkException
        from pyspark.ml.recommendation import ALS
        from pyspark.sql import SparkSession

        assert isinstance(model, Als)
        config = model.config
        shared, up = penalties(job.dataset.interactions, config.regularization)
        where = self.where or "local[*]"
        try:
            session = SparkSession.builder.master(where).appName("playrec").getOrCreate()
        except Exception as error:
            raise PlayrecError(f"--engine spark={where}: cannot start Spark: {error}") from error
        job.folder.mkdir(parents=True, exist_ok=True)
        checkpoints = tempfile.TemporaryDirectory(dir=job.folder, prefix="spark-")
        try:
            session.sparkContext.setLogLevel("ERROR")
            # The lineage that Spark keeps grows with each iteration, and without checkpoints Java's stack overflowed
            # after about eighteen.
            session.sparkContext.setCheckpointDir(checkpoints.name)
            job.progress(0.05)
            fitted = ALS(
                rank=config.factors,
                maxIter=config.iterations,
                regParam=shared,
                implicitPrefs=True,
                alpha=1.0,
                checkpointInterval=_CHECKPOINT_EVERY,
                userCol="playlist",
                itemCol="item",
                ratingCol="rating",
                seed=int(job.rng.integers(2**31 - 1)),
            ).fit(_ratings(session, job.dataset.interactions, config.alpha))
            job.progress(0.9)
            factors = _factors(fitted.itemFactors, job.dataset.n_items, config.factors) * np.float32(up)
        except PySparkException as error:
            raise PlayrecError(f"--engine spark={where}: {error}") from error
        finally:
            session.stop()
            checkpoints.cleanup()
        model.item_factors = factors
        model.gram = gram_of(factors) + config.regularization * np.eye(config.factors)
        job.progress(1.0)
        return model.state()


def penalties(interactions: csr_array, regularization: float) -> tuple[float, float]:
    """Spark's regParam, and the factor to multiply its item vectors by.

    With n interactions between P playlists and I items, the mean penalty is regParam * n / P for a playlist and
    regParam * n / I for an item. Their product is regularization ** 2 for
    regParam = regularization * sqrt(P * I) / n. The vectors are scaled by the square root of ``regularization`` over
    the mean penalty of a playlist.

    Args:
        interactions: (n_playlists, n_items).
        regularization: our penalty on either side.
    """
    n_entries = max(interactions.nnz, 1)
    n_playlists = max(int(np.count_nonzero(np.diff(interactions.indptr))), 1)
    n_items = max(len(np.unique(interactions.indices)), 1)
    shared = regularization * float(np.sqrt(n_playlists * n_items)) / n_entries
    mean = shared * n_entries / n_playlists
    return shared, float(np.sqrt(regularization / mean)) if mean else 1.0


def _ratings(session: "SparkSession", interactions: csr_array, alpha: float) -> "DataFrame":
    """One row per interaction: playlist, item, rating."""
    import pyarrow as pa

    ratings = np.maximum(alpha * interactions.data.astype(np.float64) - 1, _LEAST)
    table = pa.table(
        {
            "playlist": np.repeat(np.arange(interactions.shape[0], dtype=np.int32), np.diff(interactions.indptr)),
            "item": interactions.indices.astype(np.int32),
            "rating": ratings.astype(np.float32),
        }
    )
    return session.createDataFrame(table)


def _factors(found: "DataFrame", n_items: int, n_factors: int) -> np.ndarray:
    """(n_items, n_factors) float32; zeros for items that no playlist contains."""
    table = found.toArrow()
    factors = np.zeros((n_items, n_factors), dtype=np.float32)
    vectors = table["features"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    factors[table["id"].to_numpy()] = vectors.reshape(-1, n_factors)
    return factors
