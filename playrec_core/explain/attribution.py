"""Why a model answered so, for any model: its own exact account, or else what happens when a seed is taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from playrec_core.models.base import Recommender
from playrec_core.models.explanation import Explanation
from playrec_core.schema import Seed

_BATCH = 32


def without(seed: Seed, *places: int) -> Seed:
    """The seed less its songs at ``places``."""
    keep = [index for index in range(len(seed.songs)) if index not in places]
    weights = tuple(seed.weights[index] for index in keep) if seed.weights else ()
    return Seed(tuple(seed.songs[index] for index in keep), seed.tags, seed.title, weights, seed.other_tags)


def explain(model: Recommender, seed: Seed, item: int) -> Explanation:
    """Why ``model`` gave ``item`` its score: exact where the model can say, else by occlusion.

    A score the model cannot give (``-inf``) counts as 0: the model does not answer with that item.
    """
    exactly = model.explain(seed, item)
    if exactly is not None:
        return exactly
    seeds = [seed, Seed(tags=seed.tags, title=seed.title, other_tags=seed.other_tags)]
    seeds += [without(seed, place) for place in range(len(seed.songs))]
    # A batch is a dense row of the whole catalogue for each seed, of which one column is wanted.
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
    """The place, counted from 1, that an item has among all that a model may answer; by the tie rule of
    `playrec_core.ranking.ranker`.

    Args:
        scores: (n_items,) of one seed.
        item: item_idx.
        closed: item_idx that are never answered, the seed's own for one; ``item`` itself is placed even so.

    Returns:
        None where the model cannot say (``-inf``).
    """
    own = scores[item]
    if not np.isfinite(own):
        return None
    ahead = scores > own
    ahead[:item] |= scores[:item] == own
    ahead[np.asarray(closed, dtype=np.int64)] = False
    return int(ahead.sum()) + 1


@runtime_checkable
class FoldsIn(Protocol):
    """A model that turns a seed into one vector and scores by dot products with it."""

    def fold_in(self, seed: Seed) -> np.ndarray:
        """(n_factors,) float64."""
        ...


@dataclass(frozen=True)
class Vectors:
    """A score as a dot product, factor by factor.

    Args:
        seed: (n_factors,) float64, the seed folded in.
        item: (n_factors,) float64, the item's own vector.
    """

    seed: np.ndarray
    item: np.ndarray

    @property
    def product(self) -> np.ndarray:
        """(n_factors,) what each factor adds to the score."""
        return self.seed * self.item

    @property
    def dot(self) -> float:
        """The score, to float32 precision."""
        return float(self.product.sum())


def vectors(model: Recommender, seed: Seed, item: int) -> Vectors | None:
    """The two vectors behind a score; None for a model that does not score so."""
    embeddings = model.item_embeddings()
    if embeddings is None or not isinstance(model, FoldsIn):
        return None
    return Vectors(np.asarray(model.fold_in(seed), np.float64), embeddings[item].astype(np.float64))


@dataclass(frozen=True)
class Move:
    """Where an item stands in two answers, counted from 1; None where it is not in that answer."""

    item: int
    before: int | None
    after: int | None

    @property
    def up(self) -> int | None:
        """Places gained, negative for places lost; None when one of the two is not known."""
        return None if self.before is None or self.after is None else self.before - self.after


def moves(before: Sequence[int] | np.ndarray, after: Sequence[int] | np.ndarray, top: int) -> list[Move]:
    """How a list moves: the first ``top`` of ``after`` in order, then those of the first ``top`` of ``before`` that
    left them.

    Args:
        before: item_idx, best first; longer than ``top``, so that a newcomer's old place is known.
        after: item_idx, best first, likewise.
        top: how much of both lists is of interest.
    """
    old = {int(item): place for place, item in enumerate(before, start=1)}
    new = {int(item): place for place, item in enumerate(after, start=1)}
    concerned = dict.fromkeys([*map(int, after[:top]), *map(int, before[:top])])
    return [Move(item, old.get(item), new.get(item)) for item in concerned]
