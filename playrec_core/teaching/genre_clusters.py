"""Lesson: why k-means clusters followed genre (document 000, systems M1 and M2).

Its author clustered songs by year, month, genre, detail genre and tags, hoped for clusters of mood, and found that
they hardly left genre. Here the same features are clustered with and without the genre columns, and each clustering is
compared with the main genre by the adjusted Rand index (Hubert & Arabie, "Comparing partitions", Journal of
Classification 2, 1985): 1 when two partitions are the same, 0 when they agree as chance would.
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
class Disguised:
    """A tag that says a genre.

    Args:
        tag: tag_idx.
        genre: its songs' most frequent main genre. Untrusted text.
        share: of the songs with the tag, how many are of that genre.
        usual: of all songs.
    """

    tag: int
    genre: str
    share: float
    usual: float


@dataclass(frozen=True, eq=False)
class GenreClusters:
    """How far clusters follow genre.

    Args:
        n_songs: how many songs were clustered, the most popular with a genre.
        n_clusters: as many as there are main genres among them.
        agreement: by what was clustered: "all", "without genre", "genre", "tags" where there are tags, "playlists" (who
            is played with whom); with the main genre, by the adjusted Rand index.
        variance: the share of the features' variance in the columns of each kind.
        disguised: tags whose songs are of one genre most, above what is usual, the clearest first.
    """

    n_songs: int
    n_clusters: int
    agreement: Mapping[str, float]
    variance: Mapping[Kind, float]
    disguised: tuple[Disguised, ...]

    @property
    def left(self) -> float:
        """The part of the agreement that is left without the genre columns, 0 to 1."""
        whole = self.agreement["all"]
        return float(np.clip(self.agreement["without genre"] / whole, 0, 1)) if whole > 0 else 0.0


def cluster(dataset: Dataset, *, seed: int, progress: Progress = no_progress) -> GenreClusters:
    """Cluster the songs five ways.

    Args:
        dataset: the training part; some items have a genre.
        seed: of PCA and k-means.
        progress: told the finished fraction.
    """
    firsts = [(genres or [""])[0] for genres in dataset.catalogue[GENRES].to_pylist()]
    chosen = np.flatnonzero([bool(first) for first in firsts])[:N_ITEMS]
    names, genre = np.unique(np.array(firsts, dtype=str)[chosen], return_inverse=True)
    found = song_features(dataset, FEATURES)
    features = csr_array(found.matrix[chosen])
    of_genre, of_tags = found.columns(*GENRE), found.columns("tag")
    ways = {"all": features}
    if not of_genre.all():
        ways["without genre"] = csr_array(features[:, np.flatnonzero(~of_genre)])
    ways["genre"] = csr_array(features[:, np.flatnonzero(of_genre)])
    if of_tags.any():
        ways["tags"] = csr_array(features[:, np.flatnonzero(of_tags)])
    ways["playlists"] = csr_array(binary(dataset.interactions)[:, chosen].T.tocsr())
    agreement = {}
    for done, (way, matrix) in enumerate(ways.items()):
        groups = _clusters(matrix, len(names), seed, unit=way == "playlists")
        agreement[way] = adjusted_rand(groups, genre)
        progress((done + 1) / len(ways))
    agreement.setdefault("without genre", 0.0)
    means = np.asarray(features.mean(axis=0)).ravel()
    spread = means * (1 - means)
    variance: dict[Kind, float] = {
        kind: float(spread[found.columns(kind)].sum() / spread.sum()) for kind in found.widths
    }
    disguised = _disguised(csr_array(features[:, np.flatnonzero(of_tags)]), genre, names)
    return GenreClusters(len(chosen), len(names), agreement, variance, disguised)


def adjusted_rand(one: np.ndarray, other: np.ndarray) -> float:
    """The adjusted Rand index of two partitions of the same things, from their contingency table; 1 where both are
    trivial.
    """
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
    """(n,) cluster numbers: PCA, then k-means, as the document has it; for playlists, whose columns say how often and
    not what, the directions are clustered.
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


def _disguised(tagged: csr_array, genre: np.ndarray, names: np.ndarray) -> tuple[Disguised, ...]:
    usual = np.bincount(genre, minlength=len(names)) / max(len(genre), 1)
    by_tag = tagged.tocsc()
    found = []
    for tag in range(tagged.shape[1]):
        songs = by_tag.indices[by_tag.indptr[tag] : by_tag.indptr[tag + 1]]
        if len(songs) < _FEWEST_WITH_TAG:
            continue
        shares = np.bincount(genre[songs], minlength=len(names)) / len(songs)
        most = int(np.argmax(shares - usual))
        found.append(Disguised(tag, str(names[most]), float(shares[most]), float(usual[most])))
    return tuple(sorted(found, key=lambda one: one.usual - one.share))
