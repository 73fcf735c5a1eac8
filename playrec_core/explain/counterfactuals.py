"""Counterfactuals: the fewest songs to remove from a seed, or to add to it, for an item to leave or enter the top k.

Counterfactual explanations (Wachter, Mittelstadt and Russell, "Counterfactual explanations without opening the black
box", 2017) for recommenders. Where a score is a sum over the seed's songs (`Recommender.linear_weights`) the search is
complete: the set found is minimal, or reported as not proven minimal. For every other model the search is greedy. In
both cases a set is returned only after the model has scored the changed seed.
"""

from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from scipy.sparse import csr_array

from playrec_core.models.base import Recommender
from playrec_core.numerics.topk import top_k
from playrec_core.schema import Seed
from playrec_core.similarity.neighbour_space import NeighbourSpace

from .attribution import rank_of, without

_BATCH = 32
_BACK = 8
"""Batch size of trials to put songs back; those after the first success are wasted."""
_RIVALS = 100
_TRIES = 64
_CELLS = 5_000_000
"""Limit on sets times rivals per search, which keeps it within a fifth of a second."""
_ROUNDING = 1e-6
"""Tolerance for rounding in float32, relative to the largest number involved, so that proofs do not depend on it."""
MOST_ADDED = 4


@dataclass(frozen=True)
class Counterfactual:
    """A change of the seed with the desired effect, verified by scoring the changed seed.

    Args:
        songs: item_idx removed or added.
        place: the rank of the item afterwards, from 1; None if the model then gives it no score.
        smallest: whether the set is proven minimal.
        others: other sets of the same size with the same effect, if the search found any.
    """

    songs: tuple[int, ...]
    place: int | None
    smallest: bool
    others: tuple[tuple[int, ...], ...] = ()


def smallest_removal(
    model: Recommender, seed: Seed, item: int, k: int, banned: Collection[int] = ()
) -> Counterfactual | None:
    """Return the fewest songs to remove from the seed for ``item`` to leave the top k.

    Removed songs are excluded from the list, so that only their effect on the others counts.

    Args:
        model: a fitted model.
        seed: with songs.
        item: item_idx in the top k.
        k: length of the list.
        banned: excluded item_idx.

    Returns:
        None if ``item`` is not in the top k, or stays in it whatever is removed.
    """
    closed = [*seed.songs, *banned]

    def places_after(sets: Sequence[tuple[int, ...]]) -> list[int | None]:
        return _places(model, [without(seed, *places) for places in sets], item, [closed] * len(sets))

    def gone(place: int | None) -> bool:
        return place is None or place > k

    now = places_after([()])[0]
    if now is None or now > k or not seed.songs:
        return None

    def found(sets: Sequence[tuple[int, ...]], smallest: bool) -> Counterfactual:
        songs = [tuple(seed.songs[place] for place in places) for places in sets]
        return Counterfactual(songs[0], places_after(sets[:1])[0], smallest, tuple(songs[1:]))

    proven = 0
    weights = model.linear_weights()
    if weights is not None:
        rows = _rows(weights, seed.songs) * seed.song_weights[:, None]
        scores = model.score([seed])[0][: rows.shape[1]]
        # Items without a score count as 0: contributions that cancel out now may not do so after a removal.
        scores = np.where(np.isfinite(scores), scores, 0).astype(np.float64)
        rivals = np.setdiff1d(np.flatnonzero(rows.any(axis=0)), [*closed, item])
        gains = rows[:, [item]] - rows[:, rivals]
        need = scores[item] - scores[rivals]
        # Removing every song with a weight to the item leaves it without a score: an upper bound, always feasible.
        linked = tuple(place for place, song in enumerate(seed.songs) if _has_weight(model, weights, song, item))
        most = len(linked) - 1
        sets, proven = fewest(gains, need, k, lambda places: gone(places_after([places])[0]), most)
        if sets:
            return found(sets, proven >= len(sets[0]) - 1)
        if proven >= most and gone(places_after([linked])[0]):
            return found([linked], True)
    greedy = _greedy_removal(len(seed.songs), places_after, gone)
    return None if greedy is None else found([greedy], len(greedy) <= max(proven + 1, 2))


def smallest_addition(
    model: Recommender, seed: Seed, item: int, k: int, candidates: Sequence[int], banned: Collection[int] = ()
) -> Counterfactual | None:
    """Return the fewest songs to add to the seed for ``item`` to enter the top k.

    Args:
        model: a fitted model.
        seed: may be empty.
        item: item_idx, neither in the seed nor banned.
        k: length of the list.
        candidates: item_idx that may be added, for example from `helpers`; for a linear model they matter only if the
            complete search gives up.
        banned: excluded item_idx, which are not added either.

    Returns:
        None if ``item`` is in the top k already, or no set was found.
    """
    closed = [*seed.songs, *banned]
    if item in closed:
        return None

    def with_songs(songs: tuple[int, ...]) -> Seed:
        weights = (*seed.weights, *[1.0] * len(songs)) if seed.weights else ()
        return Seed((*seed.songs, *songs), seed.tags, seed.title, weights)

    def places_after(sets: Sequence[tuple[int, ...]]) -> list[int | None]:
        return _places(model, [with_songs(songs) for songs in sets], item, [[*closed, *songs] for songs in sets])

    def there(place: int | None) -> bool:
        return place is not None and place <= k

    if there(places_after([()])[0]):
        return None
    proven = 0
    weights = model.linear_weights()
    if weights is not None and item < weights.shape[0]:
        n = weights.shape[0]
        scores = model.score([seed])[0][:n].astype(np.float64)
        own = scores[item] if np.isfinite(scores[item]) else 0.0
        # The strongest rivals ahead are enough to refute a set; sets that are not refuted are scored.
        ahead = scores >= own if np.isfinite(scores[item]) else np.isfinite(scores)
        ahead[[song for song in (*closed, item) if song < n]] = False
        rivals = np.flatnonzero(ahead)
        rivals = rivals[top_k(scores[rivals], _RIVALS)]
        choices = np.setdiff1d(np.arange(n), [*closed, item])
        columns = _columns(weights, [item, *rivals])[choices]
        of_item, gains = columns[:, 0], columns[:, [0]] - columns[:, 1:]
        # An added song is no longer a rival.
        gains[np.searchsorted(choices, rivals), np.arange(len(rivals))] = np.inf

        def accept(rows: tuple[int, ...]) -> bool:
            return there(places_after([tuple(choices[list(rows)].tolist())])[0])

        # With fewer than k rivals, any song that gives the item a score is enough.
        useful = of_item != 0 if len(rivals) < k else slice(None)
        choices, gains, of_item = choices[useful], gains[useful], of_item[useful]
        sets, proven = fewest(gains, scores[rivals] - own, len(rivals) - k + 1, accept, MOST_ADDED)
        if sets:
            songs = [tuple(choices[list(rows)].tolist()) for rows in sets]
            return Counterfactual(songs[0], places_after(songs[:1])[0], proven >= len(songs[0]) - 1, tuple(songs[1:]))
        most_gain = choices[top_k(of_item.astype(np.float32), _BATCH)]
        candidates = list(dict.fromkeys([*most_gain.tolist(), *candidates]))
    greedy = _greedy_addition([one for one in candidates if one != item and one not in closed], places_after, there)
    if greedy is None:
        return None
    return Counterfactual(greedy, places_after([greedy])[0], len(greedy) <= proven + 1)


def fewest(
    gains: np.ndarray,
    need: np.ndarray,
    count: int,
    accept: Callable[[tuple[int, ...]], bool],
    most: int,
    *,
    wanted: int = 3,
    cells: int = _CELLS,
) -> tuple[list[tuple[int, ...]], int]:
    """Return the smallest sets of rows whose gains sum to more than ``need`` in at least ``count`` columns.

    Branch and bound: sets grow by one row at a time, and one is dropped as soon as even the largest gains of each
    column could not complete it.

    Args:
        gains: (n_rows, n_columns) float.
        need: (n_columns,) float.
        count: number of columns to exceed.
        accept: final check of a set, which may use more than the gains.
        most: the largest size tried.
        wanted: number of sets to find, all of the same smallest size.
        cells: limit on sets times columns before giving up.

    Returns:
        Sets of row numbers, [] if none was found; and the size up to which it is proven that no set suffices (found
        sets of size s are minimal if this is at least s - 1).
    """
    n = len(gains)
    most = min(most, n)
    if most < 1:
        return [], max(most, 0)
    finite = np.abs(gains[np.isfinite(gains)]).max(initial=0.0)
    need = np.asarray(need, np.float64) - _ROUNDING * max(finite, float(np.abs(need).max(initial=0.0)), 1e-30)
    # (most + 1, n_columns): upper bounds on the sum of any 0, 1, 2, ... rows. Sorted, because a partition of columns
    # that are nearly all zero sometimes takes five times as long.
    largest = -np.sort(-gains, axis=0)[:most].clip(max=0)
    largest = np.vstack([np.zeros(gains.shape[1]), np.cumsum(largest, axis=0)])
    for size in range(1, most + 1):
        # Columns that no set of this size can exceed are skipped.
        open_to = largest[size] > need
        if open_to.sum() < count:
            continue
        some, most_of, wall = gains[:, open_to], largest[:, open_to], need[open_to]
        able = np.flatnonzero((some + most_of[size - 1] > wall).sum(axis=1) >= count)
        sets, sums = able[:, None], some[able]
        for level in range(2, size + 1):
            first = np.searchsorted(able, sets[:, -1], side="right")
            later = len(able) - first
            cells -= int(later.sum()) * some.shape[1]
            if cells < 0:
                return [], size - 1
            parent = np.repeat(np.arange(len(sets)), later)
            step = np.arange(len(parent)) - np.repeat(np.cumsum(later) - later, later)
            added = able[first[parent] + step]
            grown = sums[parent] + some[added]
            keep = (grown + most_of[size - level] > wall).sum(axis=1) >= count
            sets, sums = np.column_stack([sets[parent[keep]], added[keep]]), grown[keep]
        won = (sums > wall).sum(axis=1)
        order = np.argsort(-won, kind="stable")[:_TRIES]
        found: list[tuple[int, ...]] = []
        for row in sets[order]:
            if accept(tuple(row.tolist())):
                found.append(tuple(row.tolist()))
            if len(found) == wanted:
                break
        if found or len(sets) > _TRIES:
            return found, size - 1
    return [], most


def helpers(model: Recommender, interactions: csr_array, item: int, n: int) -> list[int]:
    """Return candidate songs to add for ``item``: its nearest neighbours in the model and the songs that co-occur with
    it most often in training, alternately.

    Args:
        model: a fitted model.
        interactions: (n_playlists, n_items), the training playlists.
        item: item_idx.
        n: maximum number.
    """
    near = NeighbourSpace(model).search(item, n)[0].tolist() if model.has_neighbours() else []
    playlists = interactions[:, [item]].tocoo().row
    together = np.bincount(interactions[playlists, :].indices, minlength=interactions.shape[1]).astype(np.float32)
    together[item] = 0
    often = [one for one in top_k(together, n).tolist() if together[one]]
    longest = max(len(near), len(often))
    in_turn = [one for place in range(longest) for one in (*near[place : place + 1], *often[place : place + 1])]
    return list(dict.fromkeys(in_turn))[:n]


def _places(model: Recommender, seeds: Sequence[Seed], item: int, closed: Sequence[Sequence[int]]) -> list[int | None]:
    """Return the rank of the item for each seed."""
    found: list[int | None] = []
    for start in range(0, len(seeds), _BATCH):
        scores = model.score(seeds[start : start + _BATCH])
        found += [rank_of(row, item, shut) for row, shut in zip(scores, closed[start:], strict=False)]
    return found


Places = Callable[[Sequence[tuple[int, ...]]], list[int | None]]


def _worse(place: int | None) -> float:
    return np.inf if place is None else place


def _greedy_removal(n: int, places_after: Places, gone: Callable[[int | None], bool]) -> tuple[int, ...] | None:
    """Remove songs in order of their effect on the item, then put back those that are not needed."""
    alone = places_after([(place,) for place in range(n)])
    order = sorted(range(n), key=lambda place: -_worse(alone[place]))
    prefixes = [tuple(order[:size]) for size in range(1, n + 1)]
    taken = next((s for s, place in zip(prefixes, places_after(prefixes), strict=True) if gone(place)), None)
    return None if taken is None else _needed(taken, places_after, gone)


def _needed(taken: tuple[int, ...], places_after: Places, gone: Callable[[int | None], bool]) -> tuple[int, ...]:
    """Put songs back, the last removed first, until none can be put back without undoing the effect."""
    waiting, refused = deque(reversed(taken)), 0
    while len(waiting) > 1 and refused < len(waiting):
        tried = list(islice(waiting, min(_BACK, len(waiting) - refused)))
        fewer = [tuple(one for one in taken if one != back) for back in tried]
        place = next((n for n, place in enumerate(places_after(fewer)) if gone(place)), None)
        if place is None:
            waiting.rotate(-len(tried))
            refused += len(tried)
        else:
            waiting.rotate(-place)
            waiting.popleft()
            taken, refused = fewer[place], 0
    return taken


def _greedy_addition(
    candidates: Sequence[int], places_after: Places, there: Callable[[int | None], bool]
) -> tuple[int, ...] | None:
    """Add the song that helps the item most, repeatedly."""
    added: tuple[int, ...] = ()
    for _ in range(MOST_ADDED):
        sets = [(*added, one) for one in candidates if one not in added]
        if not sets:
            return None
        places = places_after(sets)
        best = min(range(len(sets)), key=lambda place: _worse(places[place]))
        added = sets[best]
        if there(places[best]):
            return added
    return None


def _rows(weights: np.ndarray | csr_array, songs: Sequence[int]) -> np.ndarray:
    """(n_songs, n) float64; zeros for songs beyond the weights."""
    n = weights.shape[0]
    inside = [place for place, song in enumerate(songs) if song < n]
    found = np.zeros((len(songs), n))
    some = weights[[songs[place] for place in inside], :]
    found[inside] = some if isinstance(some, np.ndarray) else some.toarray()
    return found


def _columns(weights: np.ndarray | csr_array, items: Sequence[int] | np.ndarray) -> np.ndarray:
    """(n, n_items) float64."""
    some = weights[:, np.asarray(items, dtype=np.int64)]
    return np.asarray(some if isinstance(some, np.ndarray) else some.toarray(), np.float64)


def _has_weight(model: Recommender, weights: np.ndarray | csr_array, song: int, item: int) -> bool:
    """Whether the song alone gives the item a score."""
    return song < weights.shape[0] and bool(np.isfinite(model.score([Seed((song,))])[0, item]))
