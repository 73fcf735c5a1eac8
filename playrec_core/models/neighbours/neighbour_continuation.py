"""Continuation by neighbours: every seed song contributes the songs most similar to it.

The seed's songs share the list evenly: three songs fill 100 ranks with 34, 33 and 33 neighbours
(docs/sources/melon-systems.md). Here they take turns (round robin), so the split is even at every length. A song that
is already in the list is replaced by the next neighbour of the same seed song. Tags and seeds without songs are left to
the ranker (`playrec_core.ranking.ranker`).
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Literal, Self

import numpy as np

from playrec_core.config import Frozen, Positive
from playrec_core.data.dataset import Dataset
from playrec_core.i18n import tr
from playrec_core.models.base import CANNOT_SAY, Recommender, State
from playrec_core.models.explanation import Explanation, exact
from playrec_core.models.trace import Trace, TraceColumn, TraceStep
from playrec_core.numerics.round_robin import round_robin
from playrec_core.schema import Nouns, Progress, Seed

_POPULARITY = 1e-4
"""Largest similarity bonus for popularity; it only breaks ties among songs with equal features."""
_BLOCK = 32_768
"""Queries per search, to bound memory on large catalogues."""
_EXACT_PAIRS = 25 * 10**9
"""Largest number of pairs for the exact search. A tenth of Melon has 2.2e10 pairs, Melon twenty times as many."""
_LISTED, _SHOWN = 100, 10
"""Length of the list that a trace divides among the seed songs, and the recommendations that it shows."""
_CELL, _CELLS_SEEN = 200, 64
"""Approximate songs per cell and cells visited per query; constant, so time is linear in the number of songs."""


class NeighbourConfig(Frozen):
    """Hyperparameters of all models that continue by neighbours.

    Args:
        neighbours: neighbours stored per song.
        similarity: "cosine", or "dot", which favours songs whose embeddings have a large norm.
    """

    neighbours: Positive
    similarity: Literal["cosine", "dot"]


class NeighbourContinuation(Recommender):
    """score = 1 / rank in the round robin of the seed songs' nearest neighbours.

    A subclass defines the item embeddings: `embed`. Only songs of training playlists are recommended; any song of the
    catalogue can be in a seed.
    """

    config: NeighbourConfig
    vectors: np.ndarray
    """(n_items, d) float32."""
    neighbours: np.ndarray
    """(n_items, neighbours) int32 item_idx, most similar first, padded with -1."""

    @abstractmethod
    def embed(
        self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress
    ) -> tuple[np.ndarray, State]:
        """Return item embeddings, (n_items, d) float32, and further arrays for the state.

        The arguments are those of `fit`.
        """

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        self.vectors, self.further = self.embed(
            dataset, rng=rng, device=device, progress=lambda part: progress(0.9 * part)
        )
        n_candidates = int((dataset.item_counts > 0).sum())
        self.neighbours = nearest(self.vectors, n_candidates, self.config.neighbours, self.config.similarity)
        progress(1.0)

    def continuation(self, seed: Seed) -> tuple[np.ndarray, np.ndarray]:
        """Return the whole list: item_idx (n,), best first, and the index into ``seed.songs`` of its source (n,)."""
        songs = [song if 0 <= song < len(self.neighbours) else -1 for song in seed.songs]
        queues = [self.neighbours[song] if song >= 0 else np.empty(0, np.int32) for song in songs]
        return round_robin(queues, excluded=songs)

    def neighbours_of(self, seed: Seed, each: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the first ``each`` neighbours of every seed song, without the seed's songs and duplicates.

        Returns:
            item_idx (n,), song by song, and the index into ``seed.songs`` of its source (n,).
        """
        taken = set(seed.songs)
        items: list[int] = []
        owners: list[int] = []
        for place, song in enumerate(seed.songs):
            row = self.neighbours[song].tolist() if 0 <= song < len(self.neighbours) else []
            fresh = [item for item in row if item >= 0 and item not in taken][:each]
            taken.update(fresh)
            items += fresh
            owners += [place] * len(fresh)
        return np.asarray(items, dtype=np.int32), np.asarray(owners, dtype=np.int32)

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        scores = np.full((len(seeds), len(self.neighbours)), CANNOT_SAY, dtype=np.float32)
        for row, seed in enumerate(seeds):
            items, _ = self.continuation(seed)
            scores[row, items] = 1 / np.arange(1, len(items) + 1)
        return scores

    def item_embeddings(self) -> np.ndarray:
        return self.vectors

    def explain(self, seed: Seed, item: int) -> Explanation:
        """The score is attributed entirely to the seed song whose neighbour the item is."""
        items, sources = self.continuation(seed)
        contributions = np.zeros(len(seed.songs))
        position = np.flatnonzero(items == item)
        contributions[sources[position]] = 1 / (position + 1)
        return exact(item, seed, contributions, float(contributions.sum()))

    def trace(self, seed: Seed, nouns: Nouns) -> Trace | None:
        items, sources = self.continuation(seed)
        if not len(items):
            return None
        first, owners = items[:_LISTED], sources[:_LISTED]
        brought = [first[owners == place].tolist() for place in range(len(seed.songs))]
        turns = TraceStep(
            tr("Your {items} take turns", items=nouns.items),
            tr(
                "Each in turn brings its most similar {item} that is not in the list yet, so they share the first {n} "
                "ranks evenly, as far as their neighbours go.",
                item=nouns.item,
                n=len(first),
            ),
            (
                TraceColumn(tr("Your {item}", item=nouns.item), "item", seed.songs),
                TraceColumn(tr("Brings"), "count", [len(some) for some in brought]),
                TraceColumn(tr("Most similar first"), "items", brought),
            ),
        )
        listed = TraceStep(
            tr("The list"),
            tr("In the order of the turns. The score is 1 / rank."),
            (
                TraceColumn(tr("Recommendation"), "item", first[:_SHOWN].tolist()),
                TraceColumn(tr("Brought by"), "item", [seed.songs[owner] for owner in owners[:_SHOWN].tolist()]),
            ),
        )
        return Trace((turns, listed))

    def state(self) -> State:
        return {"vectors": self.vectors, "neighbours": self.neighbours, **self.further}

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = cls(config)
        model.vectors, model.neighbours = state["vectors"], state["neighbours"]
        model.further = {name: array for name, array in state.items() if name not in ("vectors", "neighbours")}
        return model


def nearest(vectors: np.ndarray, candidates: int, k: int, similarity: Literal["cosine", "dot"]) -> np.ndarray:
    """Return the nearest neighbours of every song among the first ``candidates``; ties are broken by popularity.

    Exact up to `_EXACT_PAIRS` pairs. The exact search is quadratic in the size of the catalogue and takes an hour for
    Melon; above the limit only the nearest cells are searched (`InvertedFile`).

    Args:
        vectors: (n_items, d) float32, songs in popularity order.
        candidates: number of songs, from the most popular, that can be neighbours.
        k: neighbours per song.
        similarity: "cosine" or "dot".

    Returns:
        (n_items, k) int32 item_idx, best first, without the song itself; padded with -1.
    """
    from threadpoolctl import threadpool_limits

    table = np.full((len(vectors), k), -1, dtype=np.int32)
    if not candidates:
        return table
    if similarity == "cosine":
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors = vectors / np.where(norms > 0, norms, 1)
    # An additional coordinate breaks ties in the search itself, since thousands of songs can have equal features: 1 in
    # a query, a small bonus that falls with the popularity rank in a candidate.
    ranks = np.arange(candidates, dtype=np.float64)
    bonus = _POPULARITY * (1 - np.log1p(ranks) / np.log1p(len(vectors)))
    table_of_candidates = np.column_stack([vectors[:candidates], bonus.astype(np.float32)])
    search = ExactSearch if len(vectors) * candidates <= _EXACT_PAIRS else InvertedFile
    ones = np.ones((_BLOCK, 1), np.float32)
    starts = range(0, len(vectors), _BLOCK)
    # On one thread, so that the order of summation, and with it near ties, does not depend on the number of threads;
    # for every library, because once torch is loaded another one than faiss's own computes the products.
    with threadpool_limits(1):
        find = search(table_of_candidates, min(k + 1, candidates), similarity)

        def queries_of(rows: np.ndarray | slice) -> np.ndarray:
            part = vectors[rows]
            return np.hstack([part, ones[: len(part)]])

        # Queries are sorted by cell: consecutive ones search the same cells, which are then in the processor's cache.
        order = np.argsort(
            np.concatenate([find.cell_of(queries_of(slice(start, start + _BLOCK))) for start in starts]), kind="stable"
        )
        for start in starts:
            rows = order[start : start + _BLOCK]
            similarities, found = find(queries_of(rows))
            # k + 1 were searched: the song itself moves to the end and is cut off, or else the last neighbour is.
            own = found == rows[:, None]
            order_of_row = np.lexsort((found, -similarities, own), axis=1)
            found = np.take_along_axis(np.where(own, -1, found), order_of_row, axis=1)[:, :k]
            table[rows, : found.shape[1]] = found
    return table


class ExactSearch:
    """Compares every query with every candidate."""

    def __init__(self, candidates: np.ndarray, k: int, similarity: str):
        self.candidates, self.k = candidates, k

    def cell_of(self, queries: np.ndarray) -> np.ndarray:
        """Return the cell, (n,) int64, of each of (n, d) queries."""
        return np.zeros(len(queries), np.int64)

    def __call__(self, queries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return similarities (n, k) and candidates (n, k) of (n, d) queries, best first, padded with -1."""
        import faiss

        return faiss.knn(queries, self.candidates, self.k, metric=faiss.METRIC_INNER_PRODUCT)


class InvertedFile:
    """Approximate search by an inverted file (Jegou, Douze & Schmid, "Product quantization for nearest neighbor
    search", TPAMI 2011, section IV): candidates lie in k-means cells, and a query visits the nearest cells. Its recall
    is in docs/decisions/007-neighbours-by-cells.md.
    """

    def __init__(self, candidates: np.ndarray, k: int, similarity: str):
        import faiss

        n, width = candidates.shape
        self.k = k
        self.index = faiss.IndexIVFFlat(faiss.IndexFlatIP(width), width, max(1, n // _CELL), faiss.METRIC_INNER_PRODUCT)
        # Training is the only quadratic part; twice the iterations and points find 0.4 % more neighbours.
        self.index.cp.niter, self.index.cp.max_points_per_centroid = 5, 39
        self.index.cp.spherical = similarity == "cosine"
        self.index.train(candidates)
        self.index.add(candidates)
        self.index.nprobe = min(_CELLS_SEEN, self.index.nlist)

    def cell_of(self, queries: np.ndarray) -> np.ndarray:
        return self.index.quantizer.search(queries, 1)[1][:, 0]

    def __call__(self, queries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return self.index.search(queries, self.k)
