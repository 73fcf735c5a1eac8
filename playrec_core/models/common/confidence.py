"""Confidence: weights of interactions derived from metadata.

Implicit feedback has no ratings. The Movie Rec report (docs/sources/movie-rec-report.md) derives a confidence from
popularity, genre preference, time and release year, and every model that uses it as a weight improves there: BPR-MF
from 0.770 to 0.934 with popularity, 0.950 with genre preference too, 0.969 times e^(year - 1980); the denoising
autoencoder with each rule alone, most with genre preference. The report gives a formula for the year only; the others
here are the simplest with values between 0 and 1.

    confidence = (1 + strength * sum of the rules) * year factor, divided by its mean over the training interactions

The mean of 1 keeps the scale of a loss, so other hyperparameters need no change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Frozen, NonNegative
from playrec_core.data.dataset import Dataset
from playrec_core.data.features import FeatureConfig, song_features
from playrec_core.errors import MissingDataError
from playrec_core.models.base import Recommender, State
from playrec_core.numerics.sparse import with_data
from playrec_core.schema import YEAR, Seed

Rule = Literal["popularity", "genre", "recency", "year", "decade"]
RULES: tuple[Rule, ...] = ("popularity", "genre", "recency", "year", "decade")
FIRST_YEAR = 1980
_GENRES = FeatureConfig(catalogue=("genre",), tags=0, playlists=False)
_BLOCK = 1_000_000
"""Interactions per block when computing the genre preference."""


class ConfidenceConfig(Frozen):
    """The rules and their strength.

    Args:
        rules: any of `RULES`; without any, all interactions have weight 1.
        strength: factor of the rules between 0 and 1; does not affect the year factors.
    """

    rules: tuple[Rule, ...]
    strength: NonNegative


def popularity(item_counts: np.ndarray) -> np.ndarray:
    """Playlist count relative to the most popular song's, (n_items,) (the report's "영화 인기도")."""
    return item_counts / max(int(item_counts.max(initial=0)), 1)


def preference(interactions: csr_array, item_genres: np.ndarray) -> np.ndarray:
    """The playlist's preference for the song's genres, (nnz,) (the report's "장르 선호도").

    The share of the playlist's songs with a genre, averaged over the song's genres; 0 for a song without genres.

    Args:
        interactions: (n_rows, n_items).
        item_genres: (n_items, n_genres) float32, each row sums to 1 or is zero.
    """
    # A seed contains few songs of a catalogue of 700,000: only their rows are used.
    named, column = np.unique(interactions.indices, return_inverse=True)
    genres = item_genres[named]
    contained = csr_array(
        (np.ones(interactions.nnz, np.float32), column, interactions.indptr), shape=(interactions.shape[0], named.size)
    )
    shares = contained @ (genres > 0).astype(np.float32) / np.maximum(np.diff(interactions.indptr), 1)[:, None]
    rows = np.repeat(np.arange(interactions.shape[0]), np.diff(interactions.indptr))
    values = np.empty(interactions.nnz)
    for start in range(0, interactions.nnz, _BLOCK):
        part = slice(start, start + _BLOCK)
        values[part] = np.einsum("ng,ng->n", shares[rows[part]], genres[column[part]])
    return values


def recency(interactions: csr_array, times: np.ndarray) -> np.ndarray:
    """Position of an interaction in its playlist's time span, 0 the first to 1 the last, (nnz,) (the report's "평가
    시점"). 1 if all have the same time. Relative to each playlist, because only the order should matter.
    """
    values = np.ones(interactions.nnz)
    for start, end in zip(interactions.indptr[:-1].tolist(), interactions.indptr[1:].tolist(), strict=True):
        own = times[start:end]
        if start < end and own.max() > own.min():
            values[start:end] = (own - own.min()) / (own.max() - own.min())
    return values


def year_factor(years: np.ndarray, scale: float = 1.0) -> np.ndarray:
    """e^((year - 1980) / scale), for the growth of the film industry since 1980; 1 for an unknown year.

    With the report's scale of 1 a movie of 2015 counts 10^15 times one of 1980, so effectively only the newest years
    count. "decade" is the same curve at scale 10: 33 times.
    """
    return np.where(years > 0, np.exp((years.astype(np.float64) - FIRST_YEAR) / scale), 1.0)


@dataclass(frozen=True)
class Confidence:
    """The rules fitted to a training set; also applicable to unseen playlists.

    Args:
        config: the rules.
        item_values: (n_items,) sum of the rules that depend only on the song.
        item_factors: (n_items,) product of the year factors.
        item_genres: (n_items, n_genres) float32, each row sums to 1 or is zero; no columns if the rule is not used.
        recency: value for unknown times: the training mean, 0 if the rule is not used.
        mean: mean over the training interactions, before normalisation.
    """

    config: ConfidenceConfig
    item_values: np.ndarray
    item_factors: np.ndarray
    item_genres: np.ndarray
    recency: float
    mean: float

    @classmethod
    def learn(cls, config: ConfidenceConfig, dataset: Dataset) -> tuple[Self, np.ndarray]:
        """Fit the rules; also return the confidence of the training interactions, (nnz,) float32 of mean 1.

        Raises:
            MissingDataError: the data set lacks what the rules need.
        """
        if problem := lacking(dataset, config.rules):
            raise MissingDataError(problem)
        values, factors = np.zeros(dataset.n_items), np.ones(dataset.n_items)
        genres, times = np.zeros((dataset.n_items, 0), np.float32), None
        if "popularity" in config.rules:
            values += popularity(dataset.item_counts)
        if "genre" in config.rules:
            genres = song_features(dataset, _GENRES).matrix.toarray()
            genres /= np.maximum(genres.sum(axis=1, keepdims=True), 1)
        if "recency" in config.rules and dataset.times is not None:
            times = recency(dataset.interactions, dataset.times)
        for rule, scale in (("year", 1.0), ("decade", 10.0)):
            if rule in config.rules:
                factors *= year_factor(dataset.catalogue[YEAR].to_numpy(), scale)
        average = float(times.mean()) if times is not None and len(times) else 0.0
        unscaled = cls(config, values, factors, genres, average, 1.0)
        weights = unscaled._raw(dataset.interactions, times)
        mean = float(weights.mean()) if len(weights) else 1.0
        return cls(config, values, factors, genres, average, mean), (weights / mean).astype(np.float32)

    def of(self, seed: Seed) -> np.ndarray:
        """Return the confidence of a seed's songs, (n_songs,) float32, in seed order; their times are unknown."""
        songs = np.asarray(seed.songs, dtype=np.int64)
        interactions = csr_array(
            (np.ones(len(songs), np.float32), songs, [0, len(songs)]), shape=(1, len(self.item_values))
        )
        return (self._raw(interactions, None) / self.mean).astype(np.float32)

    def _raw(self, interactions: csr_array, times: np.ndarray | None) -> np.ndarray:
        values = self.item_values[interactions.indices] + (self.recency if times is None else times)
        if self.item_genres.shape[1]:
            values = values + preference(interactions, self.item_genres)
        return (1 + self.config.strength * values) * self.item_factors[interactions.indices]

    def state(self) -> dict[str, np.ndarray]:
        """Return the arrays to store."""
        return {
            "confidence.item_values": self.item_values,
            "confidence.item_factors": self.item_factors,
            "confidence.item_genres": self.item_genres,
            "confidence.scalars": np.array([self.recency, self.mean]),
        }

    @classmethod
    def from_state(cls, config: ConfidenceConfig, state: Mapping[str, np.ndarray]) -> Self:
        """Restore from `state`."""
        arrays = [state[f"confidence.{name}"] for name in ("item_values", "item_factors", "item_genres")]
        average, mean = state["confidence.scalars"].tolist()
        return cls(config, arrays[0], arrays[1], arrays[2], average, mean)


class ConfidenceWeightedConfig(Frozen):
    """Hyperparameters.

    Args:
        confidence: the rules that weight interactions; their mean is 1, so other hyperparameters mean the same as
            without them.
    """

    confidence: ConfidenceConfig


class ConfidenceWeighted(Recommender):
    """Base of models that weight interactions by confidence, in training and in seeds."""

    reads = frozenset({"songs", "genres"})
    config: ConfidenceWeightedConfig
    confidence: Confidence

    def missing(self, dataset: Dataset) -> str | None:
        return lacking(dataset, self.config.confidence.rules)

    def state(self) -> State:
        return super().state() | self.confidence.state()

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = super().from_state(config, state)
        model.confidence = Confidence.from_state(model.config.confidence, state)
        return model


@dataclass(frozen=True)
class Curve:
    """One rule as a function of one variable, over the values in a training set.

    Args:
        rule: the rule.
        x: (n,) ascending values of the variable: number of playlists with the song, share of the playlist with its
            genres, position in the playlist's time span, or release year.
        y: (n,) values of the rule.
        share: (n,) share of the training interactions at each x, or from it to the next.
    """

    rule: Rule
    x: np.ndarray
    y: np.ndarray
    share: np.ndarray


def curve(rule: Rule, dataset: Dataset, points: int = 20) -> Curve | None:
    """Return the curve of a rule on a training set; None if the data lacks what the rule needs."""
    interactions = dataset.interactions
    if lacking(dataset, (rule,)) or not interactions.nnz:
        return None
    if rule in ("year", "decade"):
        years = dataset.catalogue[YEAR].to_numpy()[interactions.indices]
        x, counts = np.unique(years[years > 0], return_counts=True)
        return Curve(rule, x, year_factor(x, 1.0 if rule == "year" else 10.0), counts / interactions.nnz)
    if rule == "popularity":
        top = int(dataset.item_counts.max())
        values, edges = dataset.item_counts[interactions.indices] / top, np.linspace(0, 1, points + 1)
        return Curve(rule, edges[:-1] * top, edges[:-1], _shares(values, edges))
    if rule == "genre":
        found, _ = Confidence.learn(ConfidenceConfig(rules=(rule,), strength=1.0), dataset)
        values = preference(interactions, found.item_genres)
    else:
        assert dataset.times is not None
        values = recency(interactions, dataset.times)
    edges = np.linspace(0, 1, points + 1)
    return Curve(rule, edges[:-1], edges[:-1], _shares(values, edges))


def _shares(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    return np.histogram(values, edges)[0] / len(values)


def weighted(config: ConfidenceConfig, dataset: Dataset) -> csr_array:
    """Return the confidence of each training interaction, (n_playlists, n_items) CSR, for use in training only; raises
    as `Confidence.learn`.
    """
    return with_data(dataset.interactions, Confidence.learn(config, dataset)[1])


def lacking(dataset: Dataset, rules: tuple[Rule, ...]) -> str | None:
    """Return a message about data that the rules need and the data set lacks; None if there is everything."""
    lacks = {
        "genre": None if dataset.has_genres else "genres",
        "recency": None if dataset.times is not None else "times",
        "year": None if dataset.catalogue[YEAR].to_numpy().any() else "release years",
    }
    lacks["decade"] = lacks["year"]
    names = [name for rule in rules if (name := lacks.get(rule))]
    return f"confidence needs {' and '.join(dict.fromkeys(names))}, which the data set does not have" if names else None
