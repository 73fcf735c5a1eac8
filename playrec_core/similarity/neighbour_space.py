"""Item-to-item search: the songs next to a song, in each model's own space.

Exact, by one matrix-vector product: 708 k vectors of 128 floats take about 25 ms, and an approximate index of that
size takes minutes to build and does not come out the same twice (DESIGN, facts).
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
    """One model's idea of which items are alike.

    Args:
        model: a fitted model with `item_embeddings` or `similar_items`.
    """

    model: Recommender

    @staticmethod
    def exists(model: Recommender) -> bool:
        """Whether a model has such a space at all."""
        return model.has_neighbours()

    @property
    def similarities(self) -> tuple[Similarity, ...]:
        """How likeness can be measured here; a model that stores item-to-item weights has only those, none."""
        return ("cosine", "dot") if self.model.has_embeddings() else ()

    @cached_property
    def _vectors(self) -> np.ndarray | None:
        # Some models compute their vectors from others whenever they are asked.
        return self.model.item_embeddings()

    @cached_property
    def _norms(self) -> np.ndarray:
        vectors = self._vectors
        assert vectors is not None
        norms = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
        # An item no playlist holds has a vector of zeros: it is like nothing, rather than like everything.
        return np.where(norms > 0, norms, np.inf).astype(np.float32)

    def search(self, item: int, k: int, similarity: Similarity = "cosine") -> tuple[np.ndarray, np.ndarray]:
        """The k items most like ``item``, itself left out.

        Args:
            item: item_idx.
            k: how many at the most.
            similarity: for vectors, "cosine" or "dot"; weights ignore it.

        Returns:
            item_idx (n,) and likeness (n,) float32, best first; ties go to the more popular item.
        """
        vectors = self._vectors
        if vectors is None:
            found = self.model.similar_items(item)
            assert found is not None
            return found[0][:k], found[1][:k]
        likeness = vectors @ np.asarray(vectors[item])
        if similarity == "cosine":
            likeness = likeness / (self._norms * self._norms[item])
        likeness[item] = -np.inf
        likeness[~np.isfinite(self._norms)] = -np.inf
        best = top_k(likeness, k)
        return best, likeness[best]


def shared_neighbours(first: np.ndarray, second: np.ndarray, items: np.ndarray, k: int = 10) -> np.ndarray:
    """How far two spaces agree about what is next to an item: of its k nearest by cosine in the one, the share that is
    among its k nearest in the other too. Items dealt out at random would share about k / n.

    Args:
        first: (n, d1) float32 unit vectors.
        second: (n, d2) float32 unit vectors of the same items.
        items: (m,) rows asked about.
        k: neighbours looked at.

    Returns:
        (m,) float64 in [0, 1].
    """
    k = min(k, len(first) - 1)
    near = []
    for vectors in (first, second):
        likeness = vectors[items] @ vectors.T
        likeness[np.arange(len(items)), items] = -np.inf
        near.append(np.argpartition(-likeness, k - 1, axis=1)[:, :k])
    return (near[0][:, :, None] == near[1][:, None, :]).any(axis=2).mean(axis=1)


@dataclass(frozen=True)
class Together:
    """How often two items share a training playlist, against what their popularity alone would give.

    Args:
        both: playlists that hold both.
        first: playlists that hold the one.
        second: playlists that hold the other.
        n_playlists: all training playlists.
    """

    both: int
    first: int
    second: int
    n_playlists: int

    @property
    def expected(self) -> float:
        """Playlists that would hold both if the two were put into playlists regardless of one another."""
        return self.first * self.second / self.n_playlists if self.n_playlists else 0.0

    @property
    def lift(self) -> float:
        """``both / expected`` (Brin et al., SIGMOD 1997, "interest"); nan when nothing can be expected."""
        return self.both / self.expected if self.expected else float("nan")
