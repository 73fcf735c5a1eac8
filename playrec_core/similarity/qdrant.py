"""Neighbour search on a Qdrant server, with the interface of `playrec_core.similarity.neighbour_space.NeighbourSpace`.

For catalogues that do not fit into memory, or for sharing the search among app processes:
``python -m playrec_core index --qdrant URL`` uploads a run's vectors once, and an app started with
``PLAYREC_QDRANT=URL`` searches there. Needs ``requirements-qdrant.txt``.

There is one collection per run and model, so a new run never uses an old run's vectors. Search is exact: ``exact``
scans the collection, in parallel over its shards.
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
    """Return a client of a server; ``:memory:`` is a local one in this process.

    Raises:
        ConfigError: qdrant-client is not installed.
        PlayrecError: the server does not respond.
    """
    try:
        from qdrant_client import QdrantClient
    except ImportError:
        raise ConfigError(f"Qdrant: qdrant-client is not installed; pip install -r {REQUIREMENTS}") from None
    client = QdrantClient(url) if url == ":memory:" else QdrantClient(url=url, check_compatibility=False)
    try:
        client.get_collections()
    except Exception as error:
        raise PlayrecError(f"Qdrant at {url} does not respond ({error}); is the server up?") from error
    return client


def collection(run_id: str, model: str) -> str:
    """Return the name of the collection of one model of one run."""
    return f"playrec-{run_id}-{model}"


def upload(client: "QdrantClient", run_id: str, model: str, vectors: np.ndarray, progress: Progress) -> int:
    """Upload a model's vectors, replacing earlier ones.

    Args:
        client: of the server.
        run_id: id of the run.
        model: name of the model.
        vectors: (n_items, n_factors) float32; zero vectors are not uploaded.
        progress: called with the finished fraction.

    Returns:
        The number of vectors uploaded.
    """
    from qdrant_client import models

    name, size = collection(run_id, model), vectors.shape[1]
    if client.collection_exists(name):
        client.delete_collection(name)
    distances = {"cosine": models.Distance.COSINE, "dot": models.Distance.DOT}
    client.create_collection(
        name, {key: models.VectorParams(size=size, distance=each) for key, each in distances.items()}
    )
    nonzero = np.flatnonzero(vectors.any(axis=1))

    def points() -> Iterator[models.PointStruct]:
        for place, item in enumerate(nonzero.tolist(), start=1):
            vector = vectors[item].tolist()
            yield models.PointStruct(id=item, vector={"cosine": vector, "dot": vector})
            if place % _BATCH == 0:
                progress(place / len(nonzero))

    client.upload_points(name, points(), batch_size=_BATCH, wait=True)
    progress(1.0)
    return len(nonzero)


class QdrantSpace:
    """Item-to-item similarity of one model, searched on a server.

    Args:
        client: of the server.
        run_id: id of the run.
        model: name of the model.

    Raises:
        PlayrecError: the server has no vectors of this model of this run.
    """

    similarities: tuple[Similarity, ...] = ("cosine", "dot")

    def __init__(self, client: "QdrantClient", run_id: str, model: str):
        self.client, self.name = client, collection(run_id, model)
        if not client.collection_exists(self.name):
            raise PlayrecError(
                f"Qdrant has no vectors of {model} of run {run_id}: python -m playrec_core index --qdrant URL"
            )

    def search(self, item: int, k: int, similarity: Similarity = "cosine") -> tuple[np.ndarray, np.ndarray]:
        """As `NeighbourSpace.search`, with ties to the more popular item."""
        from qdrant_client import models

        if not self.client.retrieve(self.name, [item], with_payload=False):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        found = self.client.query_points(
            self.name, query=item, using=similarity, limit=k, search_params=models.SearchParams(exact=True)
        ).points
        ordered = sorted(found, key=lambda point: (-point.score, point.id))
        return np.array([point.id for point in ordered], np.int64), np.array([p.score for p in ordered], np.float32)
