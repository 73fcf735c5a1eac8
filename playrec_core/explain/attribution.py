"""Feature attribution for any model: exact where the model provides it, else by occlusion (leave-one-out)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from playrec_core.models.base import Recommender
from playrec_core.models.common.fold_in import FoldInFactorisation
from playrec_core.models.explanation import Explanation
from playrec_core.schema import Seed

_BATCH = 32


def without(seed: Seed, *places: int) -> Seed:
    """Return the seed without its songs at ``places``."""
    keep = [index for index in range(len(seed.songs)) if index not in places]
    weights = tuple(seed.weights[index] for index in keep) if seed.weights else ()
    return replace(seed, songs=tuple(seed.songs[index] for index in keep), weights=weights)


def explain(model: Recommender, seed: Seed, item: int) -> Explanation:
    """Explain the score of ``item``: exactly where the model can, else by occlusion.

    A missing score (``-inf``) counts as 0, as the model does not recommend the item.
    """
    exact = model.explain(seed, item)
    if exact is not None:
        return exact
    seeds = [seed, Seed(tags=seed.tags, title=seed.title, other_tags=seed.other_tags)]
    seeds += [without(seed, place) for place in range(len(seed.songs))]
    # In batches: scores are dense rows of the whole catalogue, of which one column is needed.
    batches = [_score(model, seeds[start : start + _BATCH])[:, item] for start in range(0, len(seeds), _BATCH)]
    scores = np.concatenate(batches).astype(np.float64)
    scores[~np.isfinite(scores)] = 0.0
    songs = np.asarray(seed.songs, np.int32)
    return Explanation(item, songs, scores[0] - scores[2:], float(scores[1]), float(scores[0]), "occlusion")


def _score(model: Recommender, seeds: Sequence[Seed]) -> np.ndarray:
    return (
        model.score(seeds)
        if model.score_cache is None
        else model.score_cache.get_or_compute_batch(model, seeds, model.score)
    )


def rank_of(scores: np.ndarray, item: int, closed: Sequence[int] | np.ndarray) -> int | None:
    """Return the rank, from 1, of an item among all that may be recommended, with the tie rule of
    `playrec_core.ranking.ranker`.

    Args:
        scores: (n_items,) of one seed.
        item: item_idx.
        closed: excluded item_idx, such as the seed's own; ``item`` itself is ranked even so.

    Returns:
        None for a missing score (``-inf``).
    """
    own = scores[item]
    if not np.isfinite(own):
        return None
    ahead = scores > own
    ahead[:item] |= scores[:item] == own
    ahead[np.asarray(closed, dtype=np.int64)] = False
    return int(ahead.sum()) + 1


@dataclass(frozen=True)
class Vectors:
    """A score as a dot product, factor by factor.

    Args:
        seed: (n_factors,) float64, the folded-in seed.
        item: (n_factors,) float64, the item vector.
    """

    seed: np.ndarray
    item: np.ndarray

    @property
    def product(self) -> np.ndarray:
        """(n_factors,) contribution of each factor to the score."""
        return self.seed * self.item

    @property
    def dot(self) -> float:
        """The score, to float32 precision."""
        return float(self.product.sum())


def vectors(model: Recommender, seed: Seed, item: int) -> Vectors | None:
    """Return the two vectors behind a score; None for a model that does not score by a dot product."""
    if not isinstance(model, FoldInFactorisation):
        return None
    return Vectors(np.asarray(model.fold_in(seed), np.float64), model.item_factors[item].astype(np.float64))


@dataclass(frozen=True)
class Move:
    """Ranks of an item in two lists, from 1; None if it is not in the list."""

    item: int
    before: int | None
    after: int | None

    @property
    def up(self) -> int | None:
        """Ranks gained, negative for ranks lost; None if one of the two is unknown."""
        return None if self.before is None or self.after is None else self.before - self.after


def moves(before: Sequence[int] | np.ndarray, after: Sequence[int] | np.ndarray, top: int) -> list[Move]:
    """Return the moves of a list: the top of ``after`` in order, then items of the top of ``before`` that left it.

    Args:
        before: item_idx, best first; may be longer than ``top``, so that the old rank of a new item is known.
        after: item_idx, best first, likewise.
        top: length of the lists compared.
    """
    old = {int(item): place for place, item in enumerate(before, start=1)}
    new = {int(item): place for place, item in enumerate(after, start=1)}
    concerned = dict.fromkeys([*map(int, after[:top]), *map(int, before[:top])])
    return [Move(item, old.get(item), new.get(item)) for item in concerned]
