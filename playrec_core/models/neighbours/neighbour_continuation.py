"""Continuation by neighbours (row M9 of the Melon systems): every seed song brings the songs most like it.

The seeds share the answer evenly: three seeds fill 100 places with 34, 33 and 33 songs. Here they take turns, the first
seed first, so that the split is even at every length, and no seed's songs all stand behind another's. A song that is
taken already is replaced by the next neighbour of the seed whose turn it is. Tags are left to the votes of the answered
songs (`playrec_core.ranking.ranker`), and so are seeds without songs.
"""

from abc import abstractmethod
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from typing import Literal, Protocol, Self

import numpy as np

from playrec_core.config import Frozen, Positive
from playrec_core.data.dataset import Dataset
from playrec_core.models.base import CANNOT_SAY, Recommender, State
from playrec_core.models.explanation import Explanation, exact
from playrec_core.schema import Progress, Seed

_POPULARITY = 1e-4
"""How much likeness popularity can be worth: it decides among songs whose features are the same, and no more."""
_BLOCK = 32_768
"""Songs searched for at once, so that a large catalogue needs no more memory than its table."""
_EXACT_PAIRS = 25 * 10**9
"""So many pairs of songs are compared one by one: a tenth of Melon has 22 thousand million, Melon twenty times that."""
_CELL, _CELLS_SEEN = 200, 64
"""Songs in a cell, about, and cells a search visits: of constant size, so that time grows with the songs alone."""


class Search(Protocol):
    """A search among the songs that can answer."""

    def cell_of(self, asks: np.ndarray) -> np.ndarray:
        """(n,) in which cell each of (n, d) who ask lies."""
        ...

    def __call__(self, asks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """From (n, d) who ask to (n, k) likeness and (n, k) who answers, best first, -1 where there are no more."""
        ...


class NeighbourConfig(Frozen):
    """What every model that continues by neighbours is told.

    Args:
        neighbours: how many are stored for each song.
        similarity: "cosine", or "dot", which favours songs with long vectors.
    """

    neighbours: Positive
    similarity: Literal["cosine", "dot"]


class NeighbourContinuation(Recommender):
    """score = 1 / place, where the seeds take turns in naming their nearest song that is not named yet.

    A subclass says where the songs stand: `embed`. Only songs of training playlists are answered; any song of the
    catalogue can be a seed.
    """

    config: NeighbourConfig
    vectors: np.ndarray
    """(n_items, d) float32."""
    neighbours: np.ndarray
    """(n_items, neighbours) int32 item_idx, the most alike first, -1 where there are no more."""

    @abstractmethod
    def embed(
        self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress
    ) -> tuple[np.ndarray, State]:
        """The songs' vectors, (n_items, d) float32, and further arrays to be kept in the state.

        The arguments are those of `fit`.
        """

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        self.vectors, self.further = self.embed(
            dataset, rng=rng, device=device, progress=lambda part: progress(0.9 * part)
        )
        heard = int((dataset.item_counts > 0).sum())
        self.neighbours = nearest(self.vectors, heard, self.config.neighbours, self.config.similarity)
        progress(1.0)

    def continuation(self, seed: Seed) -> tuple[np.ndarray, np.ndarray]:
        """The whole continuation: item_idx (n,), best first, and which place in ``seed.songs`` brought each."""
        songs = [song if 0 <= song < len(self.neighbours) else -1 for song in seed.songs]
        queues = [self.neighbours[song] if song >= 0 else np.empty(0, np.int32) for song in songs]
        return take_turns(queues, closed=songs)

    def brought(self, seed: Seed, each: int) -> tuple[np.ndarray, np.ndarray]:
        """The first ``each`` neighbours of every seed song that neither the seed nor an earlier song has.

        Returns:
            item_idx (n,), song by song, and which place in ``seed.songs`` brought each (n,).
        """
        taken = set(seed.songs)
        items: list[int] = []
        owners: list[int] = []
        for place, song in enumerate(seed.songs):
            near = self.neighbours[song].tolist() if 0 <= song < len(self.neighbours) else []
            fresh = [item for item in near if item >= 0 and item not in taken][:each]
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
        """A place is owed whole to the seed song in whose turn it was given."""
        items, brought = self.continuation(seed)
        contributions = np.zeros(len(seed.songs))
        place = np.flatnonzero(items == item)
        contributions[brought[place]] = 1 / (place + 1)
        return exact(item, seed, contributions, float(contributions.sum()))

    def state(self) -> State:
        return {"vectors": self.vectors, "neighbours": self.neighbours, **self.further}

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = cls(config)
        model.vectors, model.neighbours = state["vectors"], state["neighbours"]
        model.further = {name: array for name, array in state.items() if name not in ("vectors", "neighbours")}
        return model


def nearest(vectors: np.ndarray, candidates: int, k: int, similarity: Literal["cosine", "dot"]) -> np.ndarray:
    """The nearest of the first ``candidates`` songs to every song; songs that are alike go by popularity.

    Exact up to `_EXACT_PAIRS` pairs. Every song against every other takes time that grows with the square of the
    catalogue, an hour for Melon's; above, only the cells nearest to a song are searched (`InCells`).

    Args:
        vectors: (n_items, d) float32, songs in popularity order.
        candidates: how many of them, from the most popular, can be neighbours.
        k: neighbours a song.
        similarity: "cosine" or "dot".

    Returns:
        (n_items, k) int32, best first, never the song itself; -1 where there are fewer than k.
    """
    from threadpoolctl import threadpool_limits

    table = np.full((len(vectors), k), -1, dtype=np.int32)
    if not candidates:
        return table
    if similarity == "cosine":
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors = vectors / np.where(lengths > 0, lengths, 1)
    # A further coordinate, 1 for the one who asks and a trifle that falls with popularity for the one who answers,
    # settles ties in the search itself: thousands of songs can have the very same features.
    places = np.arange(candidates, dtype=np.float64)
    trifle = _POPULARITY * (1 - np.log1p(places) / np.log1p(len(vectors)))
    answers = np.column_stack([vectors[:candidates], trifle.astype(np.float32)])
    search = Exactly if len(vectors) * candidates <= _EXACT_PAIRS else InCells
    ones = np.ones((_BLOCK, 1), np.float32)
    starts = range(0, len(vectors), _BLOCK)
    # On one thread, because the order of the sums, and with it who wins a near tie, would depend on how many; of
    # every kind, because with torch loaded the product is computed by another library than faiss brings.
    with threadpool_limits(1):
        find = search(answers, min(k + 1, candidates), similarity)

        def asking(rows: np.ndarray | slice) -> np.ndarray:
            part = vectors[rows]
            return np.hstack([part, ones[: len(part)]])

        # Songs of one cell follow one another: they look through the same cells, which are then in the processor's
        # cache.
        order = np.argsort(
            np.concatenate([find.cell_of(asking(slice(start, start + _BLOCK))) for start in starts]), kind="stable"
        )
        for start in starts:
            rows = order[start : start + _BLOCK]
            likeness, found = find(asking(rows))
            # The song itself goes to the end, or, where it was not found, the last one is one too many.
            own = found == rows[:, None]
            by_likeness = np.lexsort((found, -likeness, own), axis=1)
            found = np.take_along_axis(np.where(own, -1, found), by_likeness, axis=1)[:, :k]
            table[rows, : found.shape[1]] = found
    return table


class Exactly:
    """Every song compared with every other."""

    def __init__(self, answers: np.ndarray, k: int, similarity: str):
        self.answers, self.k = answers, k

    def cell_of(self, asks: np.ndarray) -> np.ndarray:
        return np.zeros(len(asks), np.int64)

    def __call__(self, asks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        import faiss

        return faiss.knn(asks, self.answers, self.k, metric=faiss.METRIC_INNER_PRODUCT)


class InCells:
    """An inverted file (Jegou, Douze & Schmid, "Product quantization for nearest neighbor search", TPAMI 2011, section
    IV): the answers lie in cells around k-means centroids, and a search visits those whose centroids are nearest. How
    many of the true neighbours it finds is in docs/scaling.md.
    """

    def __init__(self, answers: np.ndarray, k: int, similarity: str):
        import faiss

        n, width = answers.shape
        self.k = k
        self.index = faiss.IndexIVFFlat(faiss.IndexFlatIP(width), width, max(1, n // _CELL), faiss.METRIC_INNER_PRODUCT)
        # The one part that grows with the square of the songs; twice the rounds and songs find 0.4 % more neighbours.
        self.index.cp.niter, self.index.cp.max_points_per_centroid = 5, 39
        self.index.cp.spherical = similarity == "cosine"
        self.index.train(answers)
        self.index.add(answers)
        self.index.nprobe = min(_CELLS_SEEN, self.index.nlist)

    def cell_of(self, asks: np.ndarray) -> np.ndarray:
        return self.index.quantizer.search(asks, 1)[1][:, 0]

    def __call__(self, asks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return self.index.search(asks, self.k)


def take_turns(queues: Sequence[np.ndarray], closed: Collection[int]) -> tuple[np.ndarray, np.ndarray]:
    """Distinct items from several queues, one a turn, until all queues are empty.

    Args:
        queues: item_idx, best first; negative entries are skipped. The queues take turns in the order given.
        closed: item_idx that are never taken.

    Returns:
        item_idx (n,) int32 in the order taken, and the number of the queue each came from, (n,) int32.
    """
    taken = set(closed)
    items: list[int] = []
    owners: list[int] = []
    waiting = deque((owner, iter(queue.tolist())) for owner, queue in enumerate(queues))
    while waiting:
        owner, queue = waiting.popleft()
        for item in queue:
            if item >= 0 and item not in taken:
                taken.add(item)
                items.append(item)
                owners.append(owner)
                waiting.append((owner, queue))
                break
    return np.asarray(items, dtype=np.int32), np.asarray(owners, dtype=np.int32)
