"""Confidence: how much each link counts, by what else is known of it (rows R6, R7 and R9).

Nobody in the Movie Rec data said how much a movie was liked; there are only links. The document's teams put the rating
together themselves, from what they had seen in the data, and every model that took it as a weight improved: BPR 0.770 >
0.934 with popularity > 0.950 with genre preference as well > 0.969 times e^(year - 1980); the autoencoder by each rule
alone, by genre preference most: what a user rates often, that user's next ratings are made of. The document gives a
formula for the year alone; the others are the plainest that say the same, between 0 and 1.

    confidence = (1 + strength * sum of the rules) * the year's factor, divided by its mean over the training links

so that a loss keeps its scale, whatever the rules, and other hyperparameters need no change.
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
from playrec_core.schema import YEAR, Seed

Rule = Literal["popularity", "genre", "recency", "year", "decade"]
RULES: tuple[Rule, ...] = ("popularity", "genre", "recency", "year", "decade")
FIRST_YEAR = 1980
_GENRES = FeatureConfig(catalogue=("genre",), tags=0, playlists=False)
_BLOCK = 1_000_000
"""Links whose genre preference is counted at once."""


class ConfidenceConfig(Frozen):
    """Which rules, and how strongly.

    Args:
        rules: any of `RULES`; none counts every link alike.
        strength: what the rules between 0 and 1 are multiplied by; the year's factors know no strength.
    """

    rules: tuple[Rule, ...]
    strength: NonNegative


def popularity(item_counts: np.ndarray) -> np.ndarray:
    """The song's playlists, as a share of the most popular song's (document 004, "영화 인기도")."""
    return item_counts / max(int(item_counts.max(initial=0)), 1)


def preference(links: csr_array, item_genres: np.ndarray) -> np.ndarray:
    """How much of the playlist has the song's genres (document 004, "장르 선호도"), (nnz,).

    The share of the playlist's songs that have a genre, averaged over the song's genres; 0 for a song without any.

    Args:
        links: (n_rows, n_items).
        item_genres: (n_items, n_genres) float32, each row sums to 1 or is zero.
    """
    # One seed names a few songs of 700,000: only those are looked at.
    named, column = np.unique(links.indices, return_inverse=True)
    genres = item_genres[named]
    held = csr_array((np.ones(links.nnz, np.float32), column, links.indptr), shape=(links.shape[0], named.size))
    shares = held @ (genres > 0).astype(np.float32) / np.maximum(np.diff(links.indptr), 1)[:, None]
    rows = np.repeat(np.arange(links.shape[0]), np.diff(links.indptr))
    values = np.empty(links.nnz)
    for start in range(0, links.nnz, _BLOCK):
        part = slice(start, start + _BLOCK)
        values[part] = np.einsum("ng,ng->n", shares[rows[part]], genres[column[part]])
    return values


def recency(links: csr_array, times: np.ndarray) -> np.ndarray:
    """Where in its playlist's own time a link stands: 0 the first, 1 the last (document 004, "평가 시점"), (nnz,).

    Each user's own clock, since what is hoped for is a trace of the order; 1 where all happened at once.
    """
    values = np.ones(links.nnz)
    for start, end in zip(links.indptr[:-1].tolist(), links.indptr[1:].tolist(), strict=True):
        own = times[start:end]
        if start < end and own.max() > own.min():
            values[start:end] = (own - own.min()) / (own.max() - own.min())
    return values


def year_factor(years: np.ndarray, scale: float = 1.0) -> np.ndarray:
    """e^((year - 1980) / scale), because movies grew fast from then on (document 004); 1 for a year not known.

    With the document's scale of 1 a movie of 2015 counts 10^15 times one of 1980, so that in truth only the newest
    years count. "decade" is the same curve at scale 10: 33 times.
    """
    return np.where(years > 0, np.exp((years.astype(np.float64) - FIRST_YEAR) / scale), 1.0)


@dataclass(frozen=True)
class Confidence:
    """The rules, with what they need to know of a training set; they weigh unseen playlists too.

    Args:
        config: which rules.
        item_values: (n_items,) the sum of the rules that depend on the song alone.
        item_factors: (n_items,) the product of the year's factors.
        item_genres: (n_items, n_genres) float32, each row sums to 1 or is zero; no columns without the rule.
        recency: what a link of unknown time is worth: the training mean; 0 without the rule.
        mean: of all training links, before it is divided by.
    """

    config: ConfidenceConfig
    item_values: np.ndarray
    item_factors: np.ndarray
    item_genres: np.ndarray
    recency: float
    mean: float

    @classmethod
    def learn(cls, config: ConfidenceConfig, dataset: Dataset) -> tuple[Self, np.ndarray]:
        """The rules fitted to a training set, and the confidence of its links, (nnz,) float32 of mean 1."""
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
        rough = cls(config, values, factors, genres, average, 1.0)
        weights = rough._raw(dataset.interactions, times)
        mean = float(weights.mean()) if len(weights) else 1.0
        return cls(config, values, factors, genres, average, mean), (weights / mean).astype(np.float32)

    def of(self, seed: Seed) -> np.ndarray:
        """(n_songs,) float32: the confidence of a seed's songs, in seed order; their times are not known."""
        songs = np.asarray(seed.songs, dtype=np.int64)
        links = csr_array((np.ones(len(songs), np.float32), songs, [0, len(songs)]), shape=(1, len(self.item_values)))
        return (self._raw(links, None) / self.mean).astype(np.float32)

    def _raw(self, links: csr_array, times: np.ndarray | None) -> np.ndarray:
        values = self.item_values[links.indices] + (self.recency if times is None else times)
        if self.item_genres.shape[1]:
            values = values + preference(links, self.item_genres)
        return (1 + self.config.strength * values) * self.item_factors[links.indices]

    def state(self) -> dict[str, np.ndarray]:
        """As named arrays of a model's state."""
        return {
            "confidence.item_values": self.item_values,
            "confidence.item_factors": self.item_factors,
            "confidence.item_genres": self.item_genres,
            "confidence.scalars": np.array([self.recency, self.mean]),
        }

    @classmethod
    def from_state(cls, config: ConfidenceConfig, state: Mapping[str, np.ndarray]) -> Self:
        """What `state` stored."""
        arrays = [state[f"confidence.{name}"] for name in ("item_values", "item_factors", "item_genres")]
        average, mean = state["confidence.scalars"].tolist()
        return cls(config, arrays[0], arrays[1], arrays[2], average, mean)


@dataclass(frozen=True)
class Curve:
    """One rule as a function of one variable, over the values this training set has.

    Args:
        rule: which.
        x: (n,) rising values of the variable: playlists with the song, share of the playlist with its genres, place in
            the playlist's time, release year.
        y: (n,) what the rule makes of them.
        share: (n,) part of the training links at each x, or from it to the next.
    """

    rule: Rule
    x: np.ndarray
    y: np.ndarray
    share: np.ndarray


def curve(rule: Rule, dataset: Dataset, points: int = 20) -> Curve | None:
    """The picture of a rule on a training set; None where the data lacks what the rule needs."""
    links = dataset.interactions
    if lacking(dataset, (rule,)) or not links.nnz:
        return None
    if rule in ("year", "decade"):
        years = dataset.catalogue[YEAR].to_numpy()[links.indices]
        x, counts = np.unique(years[years > 0], return_counts=True)
        return Curve(rule, x, year_factor(x, 1.0 if rule == "year" else 10.0), counts / links.nnz)
    if rule == "popularity":
        top = int(dataset.item_counts.max())
        values, edges = dataset.item_counts[links.indices] / top, np.linspace(0, 1, points + 1)
        return Curve(rule, edges[:-1] * top, edges[:-1], _shares(values, edges))
    if rule == "genre":
        found, _ = Confidence.learn(ConfidenceConfig(rules=(rule,), strength=1.0), dataset)
        values = preference(links, found.item_genres)
    else:
        assert dataset.times is not None
        values = recency(links, dataset.times)
    edges = np.linspace(0, 1, points + 1)
    return Curve(rule, edges[:-1], edges[:-1], _shares(values, edges))


def _shares(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    return np.histogram(values, edges)[0] / len(values)


def weighted(config: ConfidenceConfig, dataset: Dataset) -> csr_array:
    """(n_playlists, n_items) CSR: the confidence of each training link, for models that need it in training alone.

    Raises:
        MissingDataError: the data set has not what the rules need.
    """
    if problem := lacking(dataset, config.rules):
        raise MissingDataError(problem)
    links = dataset.interactions
    return csr_array((Confidence.learn(config, dataset)[1], links.indices, links.indptr), shape=links.shape)


def lacking(dataset: Dataset, rules: tuple[Rule, ...]) -> str | None:
    """What the rules need and the data set has not, in words; None when they can all be followed."""
    lacks = {
        "genre": None if dataset.has_genres else "genres",
        "recency": None if dataset.times is not None else "times",
        "year": None if dataset.catalogue[YEAR].to_numpy().any() else "release years",
    }
    lacks["decade"] = lacks["year"]
    names = [name for rule in rules if (name := lacks.get(rule))]
    return f"confidence needs {' and '.join(dict.fromkeys(names))}, which the data set does not have" if names else None
