"""ALS on Spark: the alternating least squares of ``pyspark.ml`` with implicit preferences, on a cluster or here.

``--engine spark=local[2]`` or ``--engine spark=spark://HOST:7077`` (any master URL); needs ``requirements-spark.txt``
and Java 17. The item factors that come back are the state of the model `als`: seeds are folded in, scored and explained
as if they had been fitted here.

Two conventions differ, and are translated (Spark 4, "Collaborative Filtering", "Explicit vs. implicit feedback" and
"Scaling of the regularization parameter"; Hu, Koren & Volinsky, ICDM 2008):

- Spark's confidence is 1 + alpha * r, ours alpha * r (as `implicit` has it): Spark is given r' = alpha * r - 1.
- Spark multiplies the penalty of a vector by how many links it has (Zhou et al., AAIM 2008), we do not. Scaling all
  playlists' vectors up and all items' down by one factor changes no score, so of the two sides' penalties only the
  product counts; regParam is chosen such that the mean penalty of a link has our product, and the items' vectors are
  scaled such that our penalty is right for a playlist of mean length.
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
"""Spark takes no link of confidence 1 or less: it would count as not observed."""

_CHECKPOINT_EVERY = 5
"""Iterations. Where there are several machines, the folder of the job must be on a disk that all of them see."""


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
            raise PlayrecError(f"--engine spark={where}: no Spark there: {error}") from error
        job.folder.mkdir(parents=True, exist_ok=True)
        checkpoints = tempfile.TemporaryDirectory(dir=job.folder, prefix="spark-")
        try:
            session.sparkContext.setLogLevel("ERROR")
            # Every iteration is a step of what Spark would have to do again; written out every few iterations, they
            # never become so many that Java's stack overflows, as it did after about eighteen.
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
            ).fit(_links(session, job.dataset.interactions, config.alpha))
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
    """Spark's regParam, and by what its item vectors are to be multiplied.

    With n links, P playlists and I items that have any, a playlist's penalty is regParam * n / P in the mean and an
    item's regParam * n / I: their product is regularization ** 2 for
    regParam = regularization * sqrt(P * I) / n. The vectors are scaled by the root of what a playlist's penalty is
    short of ``regularization``.

    Args:
        interactions: (n_playlists, n_items).
        regularization: our penalty on either side.
    """
    n_links = max(interactions.nnz, 1)
    n_playlists = max(int(np.count_nonzero(np.diff(interactions.indptr))), 1)
    n_items = max(len(np.unique(interactions.indices)), 1)
    shared = regularization * float(np.sqrt(n_playlists * n_items)) / n_links
    mean = shared * n_links / n_playlists
    return shared, float(np.sqrt(regularization / mean)) if mean else 1.0


def _links(session: "SparkSession", interactions: csr_array, alpha: float) -> "DataFrame":
    """A row a link: playlist, item, rating."""
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
    """(n_items, n_factors) float32; zeros for items that no playlist holds."""
    table = found.toArrow()
    factors = np.zeros((n_items, n_factors), dtype=np.float32)
    vectors = table["features"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    factors[table["id"].to_numpy()] = vectors.reshape(-1, n_factors)
    return factors
