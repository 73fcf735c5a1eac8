"""Cluster matrix factorisation: playlists as users, song clusters as items.

The first of the Melon systems (docs/sources/melon-systems.md). Thirty genres are too coarse for playlists such as "a
groove for a tired way home"; a thousand k-means clusters of the song features (`content_space`) are finer. Each long
playlist rates the clusters, and ALS factorises the ratings. Its author reports song nDCG 0.0410, no better than the
most popular songs of the query's genre, because clusters of catalogue and tags hardly go beyond genres; the later
systems add the playlists. All intermediate results of a recommendation are available (`ClusterMf.steps`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Positive
from playrec_core.data.dataset import Dataset, binary, seed_matrix
from playrec_core.data.features import FeatureConfig, lacking, song_features
from playrec_core.i18n import mark, tr
from playrec_core.models.base import CANNOT_SAY, Recommender
from playrec_core.models.card import ModelCard, PublishedSettings
from playrec_core.models.content.content_space import k_means, principal_components
from playrec_core.models.references import MELON_SYSTEMS
from playrec_core.models.trace import Trace, TraceColumn, TraceStep
from playrec_core.numerics.sparse import top_per_row, with_data
from playrec_core.schema import Nouns, Progress, Seed

from .als import AlsConfig, factorise

Rating = Literal["presence", "count", "log-count", "top"]


class ClusterMfConfig(AlsConfig):
    """Hyperparameters in addition to `AlsConfig`; ``alpha`` is 1 in the version of `implicit` used by the author.

    Args:
        features: the song features that are clustered.
        dimensions: number of principal components of the features.
        clusters: number of clusters.
        rating: a playlist's rating of a cluster with n of its songs. "presence": 1; "count": n; "log-count":
            log(1 + n); "top": 1 for its most frequent clusters, 0 for others, which the author found best.
        top: number of clusters rated 1 by "top".
        min_songs: minimum length of the playlists that are factorised.
        min_playlists: if fewer playlists are that long, this number of the longest is used.
        songs: number of most frequent songs recommended per cluster.
    """

    features: FeatureConfig
    dimensions: Positive
    clusters: Positive
    rating: Rating
    top: Positive
    min_songs: Positive
    min_playlists: Positive
    songs: Positive


@dataclass(frozen=True)
class ClusterSteps:
    """Intermediate results of one recommendation.

    Args:
        query: (n,) clusters of the seed's songs, the most frequent first.
        query_songs: (n,) number of the seed's songs in each.
        query_rating: (n,) their ratings.
        playlist: playlist_idx of the nearest training playlist.
        similarity: inner product of the query with that playlist's fitted ratings.
        clusters: (n_clusters,) all clusters, by descending fitted rating of that playlist.
        cluster_scores: (n_clusters,) those ratings.
        songs: for each of ``clusters`` the item_idx of its most frequent songs.
    """

    query: np.ndarray
    query_songs: np.ndarray
    query_rating: np.ndarray
    playlist: int
    similarity: float
    clusters: np.ndarray
    cluster_scores: np.ndarray
    songs: tuple[np.ndarray, ...]

    @property
    def order(self) -> np.ndarray:
        """(n,) item_idx, best first, including the seed's own songs."""
        return np.concatenate(self.songs)


@dataclass(frozen=True)
class ClusterCoverage:
    """How many clusters describe a playlist.

    Args:
        playlists: number of playlists.
        mean: mean number of clusters per playlist.
        most: maximum number of clusters of a playlist.
        top: number of most frequent clusters considered.
        covered: share of a playlist's songs in these: lower quartile, median, upper quartile.
    """

    playlists: int
    mean: float
    most: int
    top: int
    covered: tuple[float, float, float]


class ClusterMf(Recommender):
    """score = 1 / rank in `steps`: the clusters of the nearest playlist, and the most frequent songs of each."""

    kind = "cluster-mf"
    title = mark("Cluster MF")
    family = "content"
    reads = frozenset({"songs", "genres"})
    card = ModelCard(
        summary=mark(
            "Groups songs into clusters by catalogue and tags, rates each long playlist on the clusters, and "
            "factorises the ratings. A seed is continued like the training playlist nearest to it: cluster by "
            "cluster, with the most frequent songs of each."
        ),
        equation=r"R \approx U V^{\top}, \qquad v^{*} = \arg\max_v\, r_S \cdot (U V^{\top})_v",
        symbols=mark(
            r"$R$: ratings, long playlists $\times$ clusters; $U$, $V$: their ALS vectors; $r_S$: the seed's ratings; "
            r"$v^{*}$: the playlist whose clusters are followed."
        ),
        references=(MELON_SYSTEMS,),
        page="cluster-mf",
        published=(
            PublishedSettings(
                mark("Melon systems"),
                {
                    "features.catalogue": ["year", "month", "genre", "detail genre"],
                    "features.tags": 110,
                    "dimensions": 180,
                    "clusters": 1000,
                    "rating": "top",
                    "top": 15,
                    "min_songs": 100,
                    "factors": 128,
                    "regularization": 0.02,
                    "iterations": 100,
                    "songs": 30,
                },
            ),
        ),
    )
    Config = ClusterMfConfig
    fitted = (
        "vectors",
        "explained_variance",
        "clusters",
        "cluster_songs",
        "playlists",
        "playlist_factors",
        "cluster_factors",
    )
    config: ClusterMfConfig
    vectors: np.ndarray
    """(n_items, d) float32: principal components of the song features."""
    explained_variance: np.ndarray
    """(d,) float64: explained variance ratio of each component."""
    clusters: np.ndarray
    """(n_items,) int32, numbered by descending size."""
    cluster_songs: np.ndarray
    """(n_clusters, songs) int32: the most frequent songs of each cluster, padded with -1."""
    playlists: np.ndarray
    """(n_rated,) int64: playlist_idx of the factorised playlists."""
    playlist_factors: np.ndarray
    """(n_rated, factors) float32."""
    cluster_factors: np.ndarray
    """(n_clusters, factors) float32."""

    def missing(self, dataset: Dataset) -> str | None:
        return lacking(dataset, self.config.features)

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        config = self.config
        features = song_features(dataset, config.features)
        self.vectors, self.explained_variance = principal_components(features.matrix, config.dimensions)
        progress(0.1)
        seed, als_seed = (int(value) for value in rng.integers(2**31 - 1, size=2))
        self.clusters = k_means(self.vectors, config.clusters, seed)
        self.cluster_songs = _frequent_songs(self.clusters, dataset.item_counts, config.songs)
        progress(0.5)
        self.playlists = long_playlists(dataset, config.min_songs, config.min_playlists)
        counts = cluster_counts(csr_array(dataset.interactions[self.playlists]), self.clusters)
        self.playlist_factors, self.cluster_factors = factorise(
            rate(counts, config.rating, config.top), config, als_seed, lambda part: progress(0.5 + part / 2)
        )

    def steps(self, seed: Seed) -> ClusterSteps | None:
        """Return the intermediate results for a seed; None for a seed without known songs."""
        counts = cluster_counts(seed_matrix([seed], len(self.clusters)), self.clusters)
        if not counts.nnz:
            return None
        rating = rate(counts, self.config.rating, self.config.top).toarray()[0]
        # The fitted matrix is playlist_factors @ cluster_factors.T; it is never computed.
        similarities = self.playlist_factors @ (self.cluster_factors.T @ rating)
        nearest = int(np.argmax(similarities))
        fitted = self.cluster_factors @ self.playlist_factors[nearest]
        order = np.argsort(-fitted, kind="stable")
        by_count = np.argsort(-counts.data, kind="stable")
        return ClusterSteps(
            query=counts.indices[by_count],
            query_songs=counts.data[by_count].astype(np.int64),
            query_rating=rating[counts.indices[by_count]],
            playlist=int(self.playlists[nearest]),
            similarity=float(similarities[nearest]),
            clusters=order,
            cluster_scores=fitted[order],
            songs=tuple(songs[songs >= 0] for songs in self.cluster_songs[order]),
        )

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        scores = np.full((len(seeds), len(self.clusters)), CANNOT_SAY, dtype=np.float32)
        for row, seed in enumerate(seeds):
            if steps := self.steps(seed):
                scores[row, steps.order] = 1 / np.arange(1, len(steps.order) + 1)
        return scores

    def trace(self, seed: Seed, nouns: Nouns) -> Trace | None:
        steps = self.steps(seed)
        if steps is None:
            return None
        songs = np.asarray(seed.songs, dtype=np.int64)
        shown = steps.clusters[:_SHOWN].tolist()
        query = set(steps.query.tolist())
        clusters = TraceStep(
            tr("Your {items} are mapped to clusters", items=nouns.items),
            tr(
                "Each of your {items} belongs to one of {n:,} clusters of {items} with similar catalogue data and "
                "tags.",
                items=nouns.items,
                n=len(self.cluster_songs),
            )
            + f" {_rule(self.config)}",
            (
                TraceColumn(tr("cluster"), "cluster", steps.query.tolist()),
                TraceColumn(tr("rating"), "number", steps.query_rating.tolist()),
                TraceColumn(
                    tr("your {items}", items=nouns.items),
                    "items",
                    [songs[self.clusters[songs] == one] for one in steps.query],
                ),
            ),
        )
        nearest = TraceStep(
            tr("The nearest {playlist}", playlist=nouns.playlist),
            tr(
                "Matrix factorisation predicts a rating of every cluster for each of the {n:,} long training "
                "{playlists}. This one's predicted ratings have the highest inner product with yours.",
                n=len(self.playlists),
                playlists=nouns.playlists,
            ),
            (
                TraceColumn(nouns.playlist, "playlist", [steps.playlist]),
                TraceColumn(tr("inner product"), "number", [steps.similarity]),
            ),
        )
        recommended = TraceStep(
            tr("Its clusters recommend their most frequent {items}", items=nouns.items),
            tr(
                "The clusters with the highest predicted ratings for this {playlist}, and the {n} most frequent "
                "{items} of each. Your own {items} are left out.",
                playlist=nouns.playlist,
                n=self.config.songs,
                items=nouns.items,
            ),
            (
                TraceColumn(tr("cluster"), "cluster", shown),
                TraceColumn(tr("predicted rating"), "number", steps.cluster_scores[:_SHOWN].tolist()),
                TraceColumn(tr("also yours"), "text", [tr("yes") if one in query else "" for one in shown]),
                TraceColumn(nouns.items, "items", steps.songs[:_SHOWN]),
            ),
        )
        return Trace((clusters, nearest, recommended))

    def item_clusters(self) -> np.ndarray:
        return self.clusters

    def item_embeddings(self) -> np.ndarray:
        return self.vectors

    def coverage(self, dataset: Dataset) -> ClusterCoverage:
        """Return how well the clusters describe the factorised playlists of ``dataset``, the training data."""
        return coverage(cluster_counts(csr_array(dataset.interactions[self.playlists]), self.clusters), self.config.top)


_SHOWN = 8
"""Clusters in `ClusterMf.trace`; they cover more than the first hundred songs."""


def _rule(config: ClusterMfConfig) -> str:
    """A sentence about the rating rule."""
    return {
        "presence": tr("Every cluster with at least one of them is rated 1."),
        "count": tr("A cluster is rated by the number of them in it."),
        "log-count": tr("A cluster is rated by log(1 + number of them in it)."),
        "top": tr("The {n} clusters with the most of them are rated 1, all others 0.", n=config.top),
    }[config.rating]


def long_playlists(dataset: Dataset, min_songs: int, at_least: int) -> np.ndarray:
    """Return the playlist_idx, ascending, of the playlists with at least ``min_songs`` songs, or of the ``at_least``
    longest if fewer are that long.
    """
    lengths = np.diff(dataset.interactions.indptr)
    rows = np.flatnonzero(lengths >= min_songs)
    return rows if len(rows) >= at_least else np.sort(np.argsort(-lengths, kind="stable")[:at_least])


def cluster_counts(playlists: csr_array, clusters: np.ndarray) -> csr_array:
    """Return (n_playlists, n_clusters) float32: number of songs per cluster; weights are ignored."""
    one_hot = csr_array(
        (np.ones(len(clusters), np.float32), clusters, np.arange(len(clusters) + 1)),
        shape=(len(clusters), int(clusters.max()) + 1),
    )
    counts = csr_array(binary(playlists) @ one_hot)
    counts.sort_indices()
    return counts


def rate(counts: csr_array, rating: Rating, top: int) -> csr_array:
    """Return the ratings for `cluster_counts` under one of the four rules (`ClusterMfConfig`).

    "top" gives every playlist the same total, so none has an advantage in the inner product that finds the nearest one;
    under the other rules playlists with many clusters win. Ties at the cut go to the larger cluster.
    """
    if rating == "top":
        return binary(top_per_row(counts, top))
    rules = {"presence": np.ones_like, "count": np.copy, "log-count": np.log1p}
    return with_data(counts, rules[rating](counts.data))


def coverage(counts: csr_array, top: int) -> ClusterCoverage:
    """Return how much of a playlist its most frequent clusters cover, the argument for the rule "top".

    Args:
        counts: from `cluster_counts`; empty playlists are ignored.
        top: number of clusters per playlist.
    """
    songs = np.asarray(counts.sum(axis=1)).ravel()
    filled = songs > 0
    different = np.diff(counts.indptr)[filled]
    inside = np.asarray(top_per_row(counts, top).sum(axis=1)).ravel()[filled] / songs[filled]
    low, median, high = np.percentile(inside, (25, 50, 75)).tolist()
    return ClusterCoverage(int(filled.sum()), float(different.mean()), int(different.max()), top, (low, median, high))


def _frequent_songs(clusters: np.ndarray, item_counts: np.ndarray, n: int) -> np.ndarray:
    """(n_clusters, n) int32: the first n songs of each cluster that are in any playlist, in popularity order."""
    table = np.full((int(clusters.max()) + 1, n), -1, dtype=np.int32)
    heard = clusters[item_counts > 0]
    by_cluster = np.argsort(heard, kind="stable")
    starts = np.searchsorted(heard[by_cluster], heard[by_cluster])
    position = np.arange(len(heard)) - starts
    kept = position < n
    table[heard[by_cluster][kept], position[kept]] = by_cluster[kept]
    return table
