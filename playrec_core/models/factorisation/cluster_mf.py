"""Cluster matrix factorisation: playlists as users, song clusters as items (rows M2 and M3 of the Melon systems).

The idea: nobody makes a playlist out of thirty genres; "a groove for the tired way home" is a mixture of finer kinds
of songs. A thousand k-means clusters of the song features (`content_space`) stand for these kinds, each long playlist
is rated on them, and ALS finds which kinds go together. The document scored 0.0410 (songs), the same as the most
popular songs of the query's genre, and says why: tags alone do not take clusters beyond genres; which songs are put
together has to come in, as it does in its later models. Every step of an answer can be looked at (`ClusterMf.steps`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Frozen, NonNegative, Positive
from playrec_core.data.dataset import Dataset, binary, seed_matrix
from playrec_core.data.features import FeatureConfig, lacking, song_features
from playrec_core.i18n import mark, tr
from playrec_core.models.base import CANNOT_SAY, Recommender, State
from playrec_core.models.content.content_space import k_means, principal_components
from playrec_core.models.trace import Trace, TraceColumn, TraceStep
from playrec_core.numerics.sparse import top_per_row
from playrec_core.schema import Nouns, Progress, Seed

from .als import factorise

Rating = Literal["presence", "count", "log-count", "top"]


class ClusterMfConfig(Frozen):
    """Hyperparameters.

    Args:
        features: which song features the clusters are made of.
        dimensions: principal components of the features.
        clusters: how many kinds of songs.
        rating: what a playlist gives a cluster it has songs of: "presence" 1; "count" their number; "log-count"
            log(1 + number), so that small counts hardly matter and large ones are alike; "top" 1 for its most frequent
            clusters and nothing for the others, which the document found best.
        top: how many clusters "top" keeps.
        min_songs: only playlists at least as long are rated; short ones say little about mixtures.
        min_playlists: where fewer playlists are that long, so many of the longest are rated instead.
        factors: length of the vectors.
        regularization: L2 penalty on both sides.
        alpha: confidence of a rating of 1; 1 is what the document's version of `implicit` had.
        iterations: sweeps of ALS.
        songs: how many of its most frequent songs a cluster answers.
    """

    features: FeatureConfig
    dimensions: Positive
    clusters: Positive
    rating: Rating
    top: Positive
    min_songs: Positive
    min_playlists: Positive
    factors: Positive
    regularization: NonNegative
    alpha: NonNegative
    iterations: Positive
    songs: Positive


@dataclass(frozen=True)
class ClusterSteps:
    """How one answer came about.

    Args:
        query: (n,) clusters the seed's songs fall in, the most frequent first.
        query_songs: (n,) how many of the seed's songs fall in each.
        query_rating: (n,) what the rating rule makes of that.
        playlist: playlist_idx of the training playlist most like the query.
        likeness: inner product of the query with that playlist's fitted ratings.
        clusters: (n_clusters,) every cluster, by falling fitted rating of that playlist.
        cluster_scores: (n_clusters,) those ratings.
        songs: item_idx of each of ``clusters`` in turn: its most frequent songs, in that order.
    """

    query: np.ndarray
    query_songs: np.ndarray
    query_rating: np.ndarray
    playlist: int
    likeness: float
    clusters: np.ndarray
    cluster_scores: np.ndarray
    songs: tuple[np.ndarray, ...]

    @property
    def order(self) -> np.ndarray:
        """(n,) item_idx in the order of the answer, the seed's own songs included."""
        return np.concatenate(self.songs)


@dataclass(frozen=True)
class ClusterCoverage:
    """How many clusters describe a playlist.

    Args:
        playlists: how many playlists were counted.
        mean: clusters a playlist has songs of, on average.
        most: the highest such number.
        top: how many of its most frequent clusters are looked at.
        covered: the share of a playlist's songs in these: lower quartile, median, upper quartile.
    """

    playlists: int
    mean: float
    most: int
    top: int
    covered: tuple[float, float, float]


class ClusterMf(Recommender):
    """score = 1 / place in the order of `steps`: the nearest playlist's clusters, and in each its frequent songs."""

    kind = "cluster-mf"
    title = mark("Cluster MF")
    family = "content"
    reads = frozenset({"songs", "genres"})
    Config = ClusterMfConfig
    config: ClusterMfConfig
    vectors: np.ndarray
    """(n_items, d) float32: principal components of the song features."""
    explained_variance: np.ndarray
    """(d,) float64: share of the features' variance that each component explains."""
    clusters: np.ndarray
    """(n_items,) int32, numbered by falling number of songs."""
    cluster_songs: np.ndarray
    """(n_clusters, songs) int32: the most frequent songs of each cluster, -1 where it has no more."""
    playlists: np.ndarray
    """(n_rated,) int64: playlist_idx of the playlists that were rated."""
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
            rate(counts, config.rating, config.top),
            factors=config.factors,
            regularization=config.regularization,
            alpha=config.alpha,
            iterations=config.iterations,
            seed=als_seed,
            progress=lambda part: progress(0.5 + part / 2),
        )

    def steps(self, seed: Seed) -> ClusterSteps | None:
        """The answer to a seed step by step, as the document describes it; None for a seed without known songs."""
        counts = cluster_counts(seed_matrix([seed], len(self.clusters)), self.clusters)
        if not counts.nnz:
            return None
        rating = rate(counts, self.config.rating, self.config.top).toarray()[0]
        # The fitted matrix is playlist_factors @ cluster_factors.T; it is never made.
        likeness = self.playlist_factors @ (self.cluster_factors.T @ rating)
        nearest = int(np.argmax(likeness))
        fitted = self.cluster_factors @ self.playlist_factors[nearest]
        order = np.argsort(-fitted, kind="stable")
        by_count = np.argsort(-counts.data, kind="stable")
        return ClusterSteps(
            query=counts.indices[by_count],
            query_songs=counts.data[by_count].astype(np.int64),
            query_rating=rating[counts.indices[by_count]],
            playlist=int(self.playlists[nearest]),
            likeness=float(likeness[nearest]),
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
        asked = set(steps.query.tolist())
        kinds = TraceStep(
            tr("The {items} become clusters", items=nouns.items),
            tr(
                "Each of your {items} lies in one of {n:,} clusters of {items} that are alike in what the catalogue "
                "and the tags say of them.",
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
                "Matrix factorisation fitted a rating of every cluster to each of the {n:,} long training {playlists}. "
                "This is the one whose ratings have the highest inner product with yours.",
                n=len(self.playlists),
                playlists=nouns.playlists,
            ),
            (
                TraceColumn(nouns.playlist, "playlist", [steps.playlist]),
                TraceColumn(tr("inner product"), "number", [steps.likeness]),
            ),
        )
        answer = TraceStep(
            tr("Its clusters answer with their most frequent {items}", items=nouns.items),
            tr(
                "The clusters that fit this {playlist} best, and of each its {n} most frequent {items}, one cluster "
                "after the other. What you have already is left out.",
                playlist=nouns.playlist,
                n=self.config.songs,
                items=nouns.items,
            ),
            (
                TraceColumn(tr("cluster"), "cluster", shown),
                TraceColumn(tr("fitted rating"), "number", steps.cluster_scores[:_SHOWN].tolist()),
                TraceColumn(tr("yours too"), "text", [tr("yes") if one in asked else "" for one in shown]),
                TraceColumn(nouns.items, "items", steps.songs[:_SHOWN]),
            ),
        )
        return Trace((kinds, nearest, answer))

    def item_clusters(self) -> np.ndarray:
        return self.clusters

    def item_embeddings(self) -> np.ndarray:
        return self.vectors

    def coverage(self, dataset: Dataset) -> ClusterCoverage:
        """How well the clusters describe the rated playlists; ``dataset`` is the training part."""
        return coverage(cluster_counts(csr_array(dataset.interactions[self.playlists]), self.clusters), self.config.top)

    def state(self) -> State:
        return {name: getattr(self, name) for name in _STATE}

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = cls(config)
        for name in _STATE:
            setattr(model, name, state[name])
        return model


_SHOWN = 8
"""Clusters that `ClusterMf.trace` tells of: more than the first hundred songs come from."""
_STATE = (
    "vectors",
    "explained_variance",
    "clusters",
    "cluster_songs",
    "playlists",
    "playlist_factors",
    "cluster_factors",
)


def _rule(config: ClusterMfConfig) -> str:
    """The rating rule in words."""
    return {
        "presence": tr("A cluster with any of them is rated 1."),
        "count": tr("A cluster is rated by how many of them it holds."),
        "log-count": tr("A cluster is rated by the logarithm of one more than it holds of them."),
        "top": tr("The {n} clusters that hold most of them are rated 1, all others nothing.", n=config.top),
    }[config.rating]


def long_playlists(dataset: Dataset, min_songs: int, at_least: int) -> np.ndarray:
    """playlist_idx, rising, of the playlists of at least ``min_songs`` songs; of the ``at_least`` longest where fewer
    are that long.
    """
    lengths = np.diff(dataset.interactions.indptr)
    rows = np.flatnonzero(lengths >= min_songs)
    return rows if len(rows) >= at_least else np.sort(np.argsort(-lengths, kind="stable")[:at_least])


def cluster_counts(playlists: csr_array, clusters: np.ndarray) -> csr_array:
    """(n_playlists, n_clusters) float32: how many songs of each cluster a playlist holds; weights do not count."""
    one_hot = csr_array(
        (np.ones(len(clusters), np.float32), clusters, np.arange(len(clusters) + 1)),
        shape=(len(clusters), int(clusters.max()) + 1),
    )
    counts = csr_array(binary(playlists) @ one_hot)
    counts.sort_indices()
    return counts


def rate(counts: csr_array, rating: Rating, top: int) -> csr_array:
    """The ratings that `cluster_counts` give under one of the document's four rules (`ClusterMfConfig`).

    "top" gives every playlist the same total, and so none an advantage in the inner product that finds the nearest one;
    under the other rules that is a playlist with something of everything. Clusters that tie for the last place go to
    the one with more songs in the catalogue.
    """
    if rating == "top":
        return binary(top_per_row(counts, top))
    rules = {"presence": np.ones_like, "count": np.copy, "log-count": np.log1p}
    return csr_array((rules[rating](counts.data), counts.indices, counts.indptr), shape=counts.shape)


def coverage(counts: csr_array, top: int) -> ClusterCoverage:
    """The document's argument for rating only the most frequent clusters of a playlist.

    Args:
        counts: from `cluster_counts`; playlists without songs are left out.
        top: how many clusters a playlist.
    """
    songs = np.asarray(counts.sum(axis=1)).ravel()
    held = songs > 0
    different = np.diff(counts.indptr)[held]
    inside = np.asarray(top_per_row(counts, top).sum(axis=1)).ravel()[held] / songs[held]
    low, median, high = np.percentile(inside, (25, 50, 75)).tolist()
    return ClusterCoverage(int(held.sum()), float(different.mean()), int(different.max()), top, (low, median, high))


def _frequent_songs(clusters: np.ndarray, item_counts: np.ndarray, n: int) -> np.ndarray:
    """(n_clusters, n) int32: the first n songs of each cluster that any playlist holds, in popularity order."""
    table = np.full((int(clusters.max()) + 1, n), -1, dtype=np.int32)
    heard = clusters[item_counts > 0]
    by_cluster = np.argsort(heard, kind="stable")
    starts = np.searchsorted(heard[by_cluster], heard[by_cluster])
    place = np.arange(len(heard)) - starts
    kept = place < n
    table[heard[by_cluster][kept], place[kept]] = by_cluster[kept]
    return table
