"""Item-to-item search: the nearest neighbours of a song in each model's embedding.

Exact, by one matrix-vector product: 708,000 vectors of 128 floats take about 25 ms. An approximate index of that size
takes minutes to build and is not reproducible.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from playrec_core.models.base import Recommender
from playrec_core.numerics.topk import top_k

Similarity = Literal["cosine", "dot"]


@dataclass(frozen=True)
class NeighbourSpace:
    """Item-to-item similarity of one model.

    Args:
        model: a fitted model with `item_embeddings` or `similar_items`.
    """

    model: Recommender

    @property
    def similarities(self) -> tuple[Similarity, ...]:
        """Similarity measures to choose from; empty for a model that stores item-to-item weights."""
        return ("cosine", "dot") if self.model.has_embeddings() else ()

    @cached_property
    def _vectors(self) -> np.ndarray | None:
        # Some models compute their vectors on every call.
        return self.model.item_embeddings()

    @cached_property
    def _norms(self) -> np.ndarray:
        vectors = self._vectors
        assert vectors is not None
        norms = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
        # Items of no playlist have zero vectors: avoid 0 / 0; `search` leaves them out.
        return np.where(norms > 0, norms, np.inf).astype(np.float32)

    def search(self, item: int, k: int, similarity: Similarity = "cosine") -> tuple[np.ndarray, np.ndarray]:
        """Return the k items most similar to ``item``, excluding itself.

        Args:
            item: item_idx.
            k: maximum number of neighbours.
            similarity: "cosine" or "dot", for vectors; ignored for weights.

        Returns:
            item_idx (n,) and similarities (n,) float32, best first; ties go to the more popular item.
        """
        vectors = self._vectors
        if vectors is None:
            found = self.model.similar_items(item)
            assert found is not None
            return found[0][:k], found[1][:k]
        similarities = vectors @ np.asarray(vectors[item])
        if similarity == "cosine":
            similarities = similarities / (self._norms * self._norms[item])
        similarities[item] = -np.inf
        similarities[~np.isfinite(self._norms)] = -np.inf
        best = top_k(similarities, k)
        return best, similarities[best]


def shared_neighbours(first: np.ndarray, second: np.ndarray, items: np.ndarray, k: int = 10) -> np.ndarray:
    """Return the share of an item's k nearest neighbours by cosine in one embedding that are among its k nearest in
    the other; about k / n is expected by chance.

    Args:
        first: (n, d1) float32 unit vectors.
        second: (n, d2) float32 unit vectors of the same items.
        items: (m,) rows.
        k: neighbourhood size.

    Returns:
        (m,) float64 in [0, 1].
    """
    k = min(k, len(first) - 1)
    near = []
    for vectors in (first, second):
        similarities = vectors[items] @ vectors.T
        similarities[np.arange(len(items)), items] = -np.inf
        near.append(np.argpartition(-similarities, k - 1, axis=1)[:, :k])
    return (near[0][:, :, None] == near[1][:, None, :]).any(axis=2).mean(axis=1)


@dataclass(frozen=True)
class Together:
    """Co-occurrence of two items in training playlists, against what is expected by their popularity.

    Args:
        both: number of playlists that contain both.
        first: number of playlists that contain the first.
        second: number of playlists that contain the second.
        n_playlists: number of training playlists.
    """

    both: int
    first: int
    second: int
    n_playlists: int

    @property
    def expected(self) -> float:
        """Expected number of playlists that contain both, if the two were independent."""
        return self.first * self.second / self.n_playlists if self.n_playlists else 0.0

    @property
    def lift(self) -> float:
        """``both / expected`` (Brin et al., SIGMOD 1997, "interest"); nan if ``expected`` is 0."""
        return self.both / self.expected if self.expected else float("nan")
