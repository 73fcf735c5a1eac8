"""Lesson: why k-means clusters followed genre.

The author of the Melon playlist-continuation systems (``docs/sources/melon-systems.md``) clustered songs by year,
month, genre, detail genre and tags, hoped for clusters of mood, and found that they hardly went beyond genre. Here the
same features are clustered with and without the genre columns, and each clustering is compared with the main genre by
the adjusted Rand index (Hubert & Arabie, "Comparing partitions", Journal of Classification 2, 1985): 1 for identical
partitions, 0 for chance agreement.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from playrec_core.data.dataset import Dataset, binary
from playrec_core.data.features import FeatureConfig, Kind, song_features
from playrec_core.schema import GENRES, Progress, no_progress

N_ITEMS, N_TAGS, DIMENSIONS, STARTS = 4000, 110, 60, 3
FEATURES = FeatureConfig(catalogue=("year", "month", "genre", "detail genre"), tags=N_TAGS, playlists=False)
GENRE: tuple[Kind, ...] = ("genre", "detail genre")
_FEWEST_WITH_TAG = 10


@dataclass(frozen=True)
class GenreTag:
    """A tag that encodes a genre.

    Args:
        tag: tag_idx.
        genre: its songs' most frequent main genre. Untrusted text.
        share: share of that genre among the songs with the tag.
        usual: share of that genre among all songs.
    """

    tag: int
    genre: str
    share: float
    usual: float


@dataclass(frozen=True, eq=False)
class GenreClusters:
    """How far clusters follow genre.

    Args:
        n_songs: number of songs clustered, the most popular ones with a genre.
        n_clusters: number of their main genres.
        agreement: adjusted Rand index with the main genre, by input of the clustering: "all", "without genre", "genre",
            "tags" (if there are tags), "playlists" (interactions only).
        variance: share of the features' variance by kind of column.
        genre_tags: tags with the largest excess of one genre among their songs, largest first.
    """

    n_songs: int
    n_clusters: int
    agreement: Mapping[str, float]
    variance: Mapping[Kind, float]
    genre_tags: tuple[GenreTag, ...]

    @property
    def left(self) -> float:
        """Share of the agreement that remains without the genre columns, 0 to 1."""
        whole = self.agreement["all"]
        return float(np.clip(self.agreement["without genre"] / whole, 0, 1)) if whole > 0 else 0.0


def cluster(dataset: Dataset, *, seed: int, progress: Progress = no_progress) -> GenreClusters:
    """Cluster the songs by five inputs.

    Args:
        dataset: training data; some items have a genre.
        seed: of PCA and k-means.
        progress: called with the finished fraction.
    """
    firsts = [(genres or [""])[0] for genres in dataset.catalogue[GENRES].to_pylist()]
    chosen = np.flatnonzero([bool(first) for first in firsts])[:N_ITEMS]
    names, genre = np.unique(np.array(firsts, dtype=str)[chosen], return_inverse=True)
    found = song_features(dataset, FEATURES)
    features = csr_array(found.matrix[chosen])
    of_genre, of_tags = found.columns(*GENRE), found.columns("tag")
    parts = {"without genre": ~of_genre, "genre": of_genre, "tags": of_tags}
    inputs = {name: csr_array(features[:, np.flatnonzero(own)]) for name, own in parts.items() if own.any()}
    inputs = {"all": features, **inputs}
    inputs["playlists"] = csr_array(binary(dataset.interactions)[:, chosen].T.tocsr())
    agreement = {}
    for done, (name, matrix) in enumerate(inputs.items()):
        groups = _clusters(matrix, len(names), seed, unit=name == "playlists")
        agreement[name] = adjusted_rand(groups, genre)
        progress((done + 1) / len(inputs))
    agreement.setdefault("without genre", 0.0)
    means = np.asarray(features.mean(axis=0)).ravel()
    spread = means * (1 - means)
    variance: dict[Kind, float] = {
        kind: float(spread[found.columns(kind)].sum() / spread.sum()) for kind in found.widths
    }
    genre_tags = _genre_tags(csr_array(features[:, np.flatnonzero(of_tags)]), genre, names)
    return GenreClusters(len(chosen), len(names), agreement, variance, genre_tags)


def adjusted_rand(one: np.ndarray, other: np.ndarray) -> float:
    """Return the adjusted Rand index of two partitions, from their contingency table; 1 if both are trivial."""
    table = np.zeros((one.max(initial=0) + 1, other.max(initial=0) + 1))
    np.add.at(table, (one, other), 1)

    def pairs(counts: np.ndarray) -> float:
        return float((counts * (counts - 1)).sum() / 2)

    together, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    n = len(one)
    chance = rows * columns / max(n * (n - 1) / 2, 1)
    most = (rows + columns) / 2
    return 1.0 if most == chance else (together - chance) / (most - chance)


def _clusters(matrix: csr_array, n_clusters: int, seed: int, *, unit: bool) -> np.ndarray:
    """(n,) cluster numbers by PCA and k-means, as in the source system. Rows of interactions are normalised to unit
    length: otherwise popularity would dominate the distances.
    """
    from sklearn.cluster import KMeans
    from sklearn.decomposition import PCA, TruncatedSVD

    n_dimensions = max(1, min(DIMENSIONS, *(size - 1 for size in matrix.shape)))
    if unit:
        reduced = TruncatedSVD(n_dimensions, random_state=seed).fit_transform(matrix)
        reduced = reduced / np.maximum(np.linalg.norm(reduced, axis=1, keepdims=True), 1e-12)
    else:
        reduced = PCA(n_dimensions, svd_solver="randomized", random_state=seed).fit_transform(matrix.toarray())
    return KMeans(min(n_clusters, len(reduced)), n_init=STARTS, random_state=seed).fit_predict(reduced)


def _genre_tags(tagged: csr_array, genre: np.ndarray, names: np.ndarray) -> tuple[GenreTag, ...]:
    usual = np.bincount(genre, minlength=len(names)) / max(len(genre), 1)
    by_tag = tagged.tocsc()
    found = []
    for tag in range(tagged.shape[1]):
        songs = by_tag.indices[by_tag.indptr[tag] : by_tag.indptr[tag + 1]]
        if len(songs) < _FEWEST_WITH_TAG:
            continue
        shares = np.bincount(genre[songs], minlength=len(names)) / len(songs)
        most = int(np.argmax(shares - usual))
        found.append(GenreTag(tag, str(names[most]), float(shares[most]), float(usual[most])))
    return tuple(sorted(found, key=lambda one: one.usual - one.share))
