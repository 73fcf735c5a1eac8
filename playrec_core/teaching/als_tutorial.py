"""ALS on a small subset of the data plus one new row with a person's favourites.

This follows the MovieLens ALS notebook (``docs/sources/als-notebook.md``). It adds five favourites as a new user and
then trains, so that vectors, products, neighbours and explanations are about somebody the learner knows. On a few
hundred playlists, training takes a fraction of a second, so the hyperparameters can be changed interactively.
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
NOTEBOOK_FACTORS, NOTEBOOK_REGULARIZATION, NOTEBOOK_ITERATIONS = 100, 0.01, 15
NOTEBOOK_COUNT = 5
"""The notebook's settings, and the count it gives to each favourite. `implicit` read the counts as confidence, so its
alpha is 1 for ratings up to 5."""
_INIT_SEED = 7


@dataclass(frozen=True, eq=False)
class Subset:
    """The most active playlists by the most popular items.

    Args:
        playlists: (n_playlists,) row numbers in the full data, ascending.
        items: (n_items,) item_idx in the full data, ascending, so the subset is in popularity order, too.
        matrix: (n_playlists, n_items) float32 confidence; column c is ``items[c]``.
    """

    playlists: np.ndarray
    items: np.ndarray
    matrix: csr_array

    def columns(self, items: Sequence[int]) -> tuple[int, ...]:
        """Columns of some items of the subset."""
        return tuple(np.searchsorted(self.items, np.asarray(items, dtype=np.int64)).tolist())

    @property
    def strongest(self) -> float:
        """The largest confidence, given to each favourite; the notebook gives its five a count of 5."""
        return float(self.matrix.data.max(initial=1.0))


def take_subset(
    dataset: Dataset, favourites: Sequence[int] = (), n_playlists: int = N_PLAYLISTS, n_items: int = N_ITEMS
) -> Subset:
    """Return the ``n_playlists`` with most of the ``n_items`` most popular items, by those items and the favourites.

    Args:
        dataset: items in popularity order.
        favourites: item_idx that are included however rare they are.
        n_playlists, n_items: maximum sizes.
    """
    popular = np.arange(min(n_items, dataset.n_items))
    items = np.union1d(popular, np.asarray(favourites, dtype=np.int64))
    matrix = csr_array(dataset.interactions[:, items])
    counts = np.diff(csr_array(matrix[:, : len(popular)]).indptr)
    playlists = np.sort(np.argsort(-counts, kind="stable")[:n_playlists])
    subset = csr_array(matrix[playlists])
    subset.sort_indices()
    return Subset(playlists, items, subset)


@dataclass(frozen=True, eq=False)
class TutorialModel:
    """ALS fitted to a subset and one new user.

    Args:
        subset: the training data without the new user.
        ratings: (n_playlists + 1, n_columns) float32, the new user last. One extra column if a favourite was
            mistaken for a new item (see `fit`).
        seed: the new user's favourites by column, each with the largest confidence in the data.
        model: fitted to ``ratings``.
    """

    subset: Subset
    ratings: csr_array
    seed: Seed
    model: Als

    @cached_property
    def scores(self) -> np.ndarray:
        """(n_columns,) float32: dot products of the user's vector and every item's."""
        return self.model.score([self.seed])[0]

    def vectors(self, column: int) -> Vectors:
        """Return the user's vector and one item's."""
        found = vectors(self.model, self.seed, column)
        assert found is not None  # ALS has both
        return found

    def recommended(self, k: int) -> np.ndarray:
        """(k,) columns by descending score, without the favourites."""
        return top_k(closed(self.scores, self.seed.songs), k)

    def most_popular(self, k: int) -> np.ndarray:
        """(k,) columns by popularity in the full data, without the favourites: the baseline."""
        others = np.setdiff1d(np.arange(len(self.subset.items)), self.seed.songs)
        return others[:k]

    def neighbours(self, column: int, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Return columns and cosines of the k nearest vectors of one item, itself excluded."""
        return NeighbourSpace(self.model).search(column, k)

    def explain(self, column: int) -> Explanation:
        """Return the favourites' contributions to one score; they sum to it."""
        return self.model.explain(self.seed, column)


def fit(subset: Subset, favourites: Sequence[int], config: AlsConfig, mistaken: int | None = None) -> TutorialModel:
    """Add a user and train. The same arguments give the same bytes.

    Args:
        subset: contains the favourites.
        favourites: item_idx in the full data, distinct.
        config: hyperparameters.
        mistaken: position of a favourite whose title was not recognised: it becomes a new item in an extra last
            column, with this user as its only interaction.
    """
    columns = list(subset.columns(favourites))
    n_columns = len(subset.items)
    if mistaken is not None:
        columns[mistaken] = n_columns
        n_columns += 1
    seed = Seed(tuple(columns), weights=(subset.strongest,) * len(columns))
    ratings = with_user(subset.matrix, seed, n_columns)
    model = Als(config)
    # One thread: many sessions share the cores, and so small a fit gains little from two.
    model.fit_ratings(ratings, np.random.default_rng(_INIT_SEED), no_progress, threads=1)
    return TutorialModel(subset, ratings, seed, model)


def notebook_config(subset: Subset) -> AlsConfig:
    """The notebook's settings. A favourite has the notebook's confidence of 5, whatever the data's largest weight."""
    return AlsConfig(
        factors=NOTEBOOK_FACTORS,
        regularization=NOTEBOOK_REGULARIZATION,
        alpha=NOTEBOOK_COUNT / subset.strongest,
        iterations=NOTEBOOK_ITERATIONS,
    )


def with_user(matrix: csr_array, seed: Seed, n_columns: int) -> csr_array:
    """Return the matrix with one more row, and with empty columns up to ``n_columns``."""
    wide = csr_array((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], n_columns))
    user = csr_array((seed.song_weights, (np.zeros(len(seed.songs), np.int64), seed.songs)), shape=(1, n_columns))
    ratings = csr_array(vstack([wide, user], format="csr"))
    ratings.sort_indices()
    return ratings


def mistyped(title: str) -> str | None:
    """Return another spelling of a title that normalises to the same string.

    Upper and lower case are swapped. A title without case (Korean, digits) is decomposed, which is invisible.

    Returns:
        None if neither changes the title.
    """
    wanted = normalise(title)
    variants = (title.swapcase(), unicodedata.normalize("NFD", title))
    return next((text for text in variants if wanted and text != title and normalise(text) == wanted), None)
