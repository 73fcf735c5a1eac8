"""Percentile bootstrap intervals of a mean over playlists, and of the paired difference of two models.

The playlists are the sample: the interval shows how much the mean varies over sets of playlists from the same source.
Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13. The mean, in the sample and in each
resample, is over the playlists where the metric is defined (not NaN).
"""

from dataclasses import dataclass

import numpy as np

# Maximum playlist indices drawn per block, to bound memory: 2**21 take 16 MB.
_DRAWS_PER_BLOCK = 2**21


@dataclass(frozen=True)
class Interval:
    """A mean and its percentile bootstrap interval.

    Args:
        mean: the mean over the playlists where the value is defined; NaN if there are none.
        low, high: the ends of the interval; equal to the mean for one playlist.
        n: the number of playlists where the value is defined.
    """

    mean: float
    low: float
    high: float
    n: int

    @property
    def excludes_zero(self) -> bool:
        """Whether the interval excludes zero: for a difference of two models, whether it is significant."""
        return self.low > 0 or self.high < 0


def mean_intervals(
    values: np.ndarray, *, seed: int = 0, resamples: int = 1000, confidence: float = 0.95
) -> list[Interval]:
    """The interval of each column's mean, all from the same resamples.

    Args:
        values: (n_playlists, n_columns) float, NaN if undefined. A column is one metric of one model.
        seed: of the resampling; the same seed and values give the same intervals.
        resamples: number of bootstrap resamples.
        confidence: the share of resampled means inside the interval, between 0 and 1.
    """
    if not 0 < confidence < 1 or resamples < 1:
        raise ValueError(f"confidence must lie between 0 and 1 and resamples above 0: {confidence}, {resamples}")
    counts = (~np.isnan(values)).sum(axis=0)
    means = _column_means(np.nansum(values, axis=0), counts)
    resampled = _resampled_means(np.asarray(values, dtype=np.float64), seed, resamples)
    intervals = []
    for column, (mean, n) in enumerate(zip(means.tolist(), counts.tolist(), strict=True)):
        # With few defined playlists, a resample may contain none; its mean is then undefined.
        drawn = resampled[:, column]
        drawn = drawn[~np.isnan(drawn)]
        tail = (1.0 - confidence) / 2.0
        low, high = np.quantile(drawn, [tail, 1.0 - tail]).tolist() if n else (np.nan, np.nan)
        intervals.append(Interval(mean, low, high, n))
    return intervals


def mean_interval(values: np.ndarray, *, seed: int = 0, resamples: int = 1000, confidence: float = 0.95) -> Interval:
    """The interval of the mean of `values` (n_playlists,); see `mean_intervals`."""
    return mean_intervals(values[:, None], seed=seed, resamples=resamples, confidence=confidence)[0]


def paired_difference(values: np.ndarray, others: np.ndarray, *, seed: int = 0, resamples: int = 1000) -> Interval:
    """The interval of the mean of ``values - others``, two models on the same playlists (n_playlists,).

    Values of two models on a playlist are correlated, so the difference is estimated more precisely than the two
    intervals suggest: they may overlap although the difference is significant. Playlists where either is undefined are
    left out.
    """
    if values.shape != others.shape:
        raise ValueError(f"a pair needs the same playlists: {values.shape} and {others.shape}")
    return mean_interval(values - others, seed=seed, resamples=resamples)


def _resampled_means(values: np.ndarray, seed: int, resamples: int) -> np.ndarray:
    """(resamples, n_columns) means over playlists drawn with replacement, NaN if none of them is defined."""
    n_playlists = len(values)
    rng = np.random.default_rng(seed)
    defined = (~np.isnan(values)).astype(np.float64)
    filled = np.nan_to_num(values, nan=0.0)
    means = np.full((resamples, values.shape[1]), np.nan)
    at_once = max(1, _DRAWS_PER_BLOCK // max(n_playlists, 1))
    for start in range(0, resamples if n_playlists else 0, at_once):
        n_blocks = min(at_once, resamples - start)
        drawn = rng.integers(0, n_playlists, size=(n_blocks, n_playlists))
        drawn += np.arange(n_blocks)[:, None] * n_playlists
        # Counts per playlist reduce the means of all columns to two matrix products.
        times = np.bincount(drawn.ravel(), minlength=n_blocks * n_playlists).reshape(n_blocks, n_playlists)
        weights = times.astype(np.float64)
        means[start : start + n_blocks] = _column_means(weights @ filled, weights @ defined)
    return means


def _column_means(totals: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """`totals` / `counts`, NaN for zero counts."""
    return np.divide(totals, counts, out=np.full(totals.shape, np.nan), where=counts > 0)
