"""ALS taught on a small part of the data: a person's favourites become one more row, and everything is learned anew.

The walk of the MovieLens notebook (document 003, rows L1-L5 of the seeds). It adds five favourites as a user of their
own and then trains, so that vectors, products, neighbours and explanations are about somebody the pupil knows. Cut to
a few hundred playlists, training takes a fraction of a second, and the hyperparameters can be moved by hand.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array, vstack

from playrec_core.data.dataset import Dataset
from playrec_core.explain.attribution import Vectors, vectors
from playrec_core.models.explanation import Explanation
from playrec_core.models.factorisation.als import Als, AlsConfig
from playrec_core.numerics.topk import closed, top_k
from playrec_core.schema import Seed, no_progress
from playrec_core.similarity.neighbour_space import NeighbourSpace
from playrec_core.text_index.catalogue_search import normalise

N_PLAYLISTS, N_ITEMS = 500, 1000
_FIRST_FACTORS = 7


@dataclass(frozen=True, eq=False)
class Part:
    """The most active playlists by the most popular items.

    Args:
        playlists: (n_playlists,) their row numbers in the whole data, rising.
        items: (n_items,) item_idx in the whole data, rising: the popularity order of the whole holds in the part.
        matrix: (n_playlists, n_items) float32 confidence; column c is ``items[c]``.
    """

    playlists: np.ndarray
    items: np.ndarray
    matrix: csr_array

    def columns(self, items: Sequence[int]) -> tuple[int, ...]:
        """Columns of some items of the part."""
        return tuple(np.searchsorted(self.items, np.asarray(items, dtype=np.int64)).tolist())

    @property
    def strongest(self) -> float:
        """The largest confidence; what a favourite gets, as the notebook gives its five a count of 5."""
        return float(self.matrix.data.max(initial=1.0))


def cut(
    dataset: Dataset, favourites: Sequence[int] = (), n_playlists: int = N_PLAYLISTS, n_items: int = N_ITEMS
) -> Part:
    """The ``n_playlists`` that hold most of the ``n_items`` most popular items, by those items and the favourites.

    Args:
        dataset: items in popularity order.
        favourites: item_idx that get a column however rare they are.
        n_playlists, n_items: at the most.
    """
    popular = np.arange(min(n_items, dataset.n_items))
    items = np.union1d(popular, np.asarray(favourites, dtype=np.int64))
    matrix = csr_array(dataset.interactions[:, items])
    held = np.bincount(
        np.repeat(np.arange(dataset.n_playlists), np.diff(matrix.indptr))[matrix.indices < len(popular)],
        minlength=dataset.n_playlists,
    )
    playlists = np.sort(np.argsort(-held, kind="stable")[:n_playlists])
    part = csr_array(matrix[playlists])
    part.sort_indices()
    return Part(playlists, items, part)


@dataclass(frozen=True, eq=False)
class Lesson:
    """What ALS learned from a part and one more user.

    Args:
        part: what was learned from.
        ratings: (n_playlists + 1, n_columns) float32, the new user last. One column more than the part has where a
            favourite was mistaken for a new item (`learn`).
        seed: the new user's favourites by column, each with the strongest confidence there is.
        model: fitted to ``ratings``.
    """

    part: Part
    ratings: csr_array
    seed: Seed
    model: Als

    @cached_property
    def scores(self) -> np.ndarray:
        """(n_columns,) float32: the user's vector times every item's."""
        return self.model.score([self.seed])[0]

    def vectors(self, column: int) -> Vectors:
        """The user's vector and one item's."""
        found = vectors(self.model, self.seed, column)
        assert found is not None  # ALS has both
        return found

    def recommended(self, k: int) -> np.ndarray:
        """(k,) columns by falling score, without the favourites."""
        return top_k(closed(self.scores, self.seed.songs), k)

    def most_popular(self, k: int) -> np.ndarray:
        """(k,) columns by popularity in the whole data, without the favourites: the baseline."""
        others = np.setdiff1d(np.arange(len(self.part.items)), self.seed.songs)
        return others[:k]

    def neighbours(self, column: int, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Columns and cosines of the k vectors nearest to one item's, itself left out."""
        return NeighbourSpace(self.model).search(column, k)

    def explain(self, column: int) -> Explanation:
        """The favourites' contributions to one score; they add up to it."""
        return self.model.explain(self.seed, column)


def learn(part: Part, favourites: Sequence[int], config: AlsConfig, mistaken: int | None = None) -> Lesson:
    """Add a user and train. The same arguments give the same bytes.

    Args:
        part: holds the favourites.
        favourites: item_idx in the whole data, distinct.
        config: hyperparameters.
        mistaken: the place among the favourites whose title was not recognised: it becomes a new item, in a last
            column of its own, that only this user holds.
    """
    columns = list(part.columns(favourites))
    n_columns = len(part.items)
    if mistaken is not None:
        columns[mistaken] = n_columns
        n_columns += 1
    seed = Seed(tuple(columns), weights=(part.strongest,) * len(columns))
    ratings = with_user(part.matrix, seed, n_columns)
    model = Als(config)
    # One thread: a class of fifty who move sliders share the cores, and so small a fit gains little from two.
    model.fit_ratings(ratings, np.random.default_rng(_FIRST_FACTORS), no_progress, threads=1)
    return Lesson(part, ratings, seed, model)


def with_user(matrix: csr_array, seed: Seed, n_columns: int) -> csr_array:
    """The matrix with one row more, and as many empty columns more as ``n_columns`` asks for."""
    wide = csr_array((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], n_columns))
    user = csr_array((seed.song_weights, (np.zeros(len(seed.songs), np.int64), seed.songs)), shape=(1, n_columns))
    ratings = csr_array(vstack([wide, user], format="csr"))
    ratings.sort_indices()
    return ratings


def mistyped(title: str) -> str | None:
    """The same title as somebody else may type it: another string, the same once normalised.

    Upper and lower case change places; a title without them (Korean, digits) is decomposed, which nobody can see.

    Returns:
        None where neither changes anything.
    """
    wanted = normalise(title)
    variants = (title.swapcase(), unicodedata.normalize("NFD", title))
    return next((text for text in variants if wanted and text != title and normalise(text) == wanted), None)
