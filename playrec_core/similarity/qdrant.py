"""Neighbour search on a Qdrant server, behind the interface of `neighbours.NeighbourSpace`.

For catalogues that outgrow one machine's memory, or many app processes that should not each search for themselves:
``python -m playrec_core index --qdrant URL`` sends a run's vectors once, and an app started with ``PLAYREC_QDRANT=URL``
asks there. Needs ``requirements-qdrant.txt``.

A collection is one model of one run, so a new run never answers with an old run's vectors. Search is exact, as it is
here: ``exact`` scans the collection, which Qdrant does in parallel over its shards.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from playrec_core.errors import ConfigError, PlayrecError
from playrec_core.schema import Progress

from .neighbour_space import Similarity

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

REQUIREMENTS = "requirements-qdrant.txt"
_BATCH = 1000


def connect(url: str) -> "QdrantClient":
    """A client of a server; ``:memory:`` is one inside this process.

    Raises:
        ConfigError: qdrant-client is not installed.
        PlayrecError: nothing answers there.
    """
    try:
        from qdrant_client import QdrantClient
    except ImportError:
        raise ConfigError(f"Qdrant: qdrant-client is not installed; pip install -r {REQUIREMENTS}") from None
    client = QdrantClient(url) if url == ":memory:" else QdrantClient(url=url, check_compatibility=False)
    try:
        client.get_collections()
    except Exception as error:
        raise PlayrecError(f"Qdrant at {url} does not answer ({error}); is the server up?") from error
    return client


def collection(run_id: str, model: str) -> str:
    """The name of the collection of one model of one run."""
    return f"playrec-{run_id}-{model}"


def upload(client: "QdrantClient", run_id: str, model: str, vectors: np.ndarray, progress: Progress) -> int:
    """Send a model's vectors, in place of what was sent before.

    Args:
        client: of the server.
        run_id: whose.
        model: its name.
        vectors: (n_items, n_factors) float32; items without a vector (all zeros) are like nothing, and not sent.
        progress: told the finished fraction.

    Returns:
        How many were sent.
    """
    from qdrant_client import models

    name, size = collection(run_id, model), vectors.shape[1]
    if client.collection_exists(name):
        client.delete_collection(name)
    distances = {"cosine": models.Distance.COSINE, "dot": models.Distance.DOT}
    client.create_collection(
        name, {key: models.VectorParams(size=size, distance=each) for key, each in distances.items()}
    )
    heard = np.flatnonzero(vectors.any(axis=1))

    def points() -> Iterator[models.PointStruct]:
        for place, item in enumerate(heard.tolist(), start=1):
            vector = vectors[item].tolist()
            yield models.PointStruct(id=item, vector={"cosine": vector, "dot": vector})
            if place % _BATCH == 0:
                progress(place / len(heard))

    client.upload_points(name, points(), batch_size=_BATCH, wait=True)
    progress(1.0)
    return len(heard)


class QdrantSpace:
    """One model's idea of which items are alike, asked of a server.

    Args:
        client: of the server.
        run_id: whose.
        model: its name.

    Raises:
        PlayrecError: the server does not hold this model of this run.
    """

    similarities: tuple[Similarity, ...] = ("cosine", "dot")

    def __init__(self, client: "QdrantClient", run_id: str, model: str):
        self.client, self.name = client, collection(run_id, model)
        if not client.collection_exists(self.name):
            raise PlayrecError(
                f"Qdrant holds no vectors of {model} of run {run_id}: python -m playrec_core index --qdrant URL"
            )

    def search(self, item: int, k: int, similarity: Similarity = "cosine") -> tuple[np.ndarray, np.ndarray]:
        """As `NeighbourSpace.search`; of equally near items the more popular one comes first here, too."""
        from qdrant_client import models

        if not self.client.retrieve(self.name, [item], with_payload=False):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        found = self.client.query_points(
            self.name, query=item, using=similarity, limit=k, search_params=models.SearchParams(exact=True)
        ).points
        ordered = sorted(found, key=lambda point: (-point.score, point.id))
        return np.array([point.id for point in ordered], np.int64), np.array([p.score for p in ordered], np.float32)
