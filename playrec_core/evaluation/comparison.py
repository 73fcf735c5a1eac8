"""Significance of differences between models: paired bootstrap over the same playlists."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .intervals import Interval, mean_intervals
from .report import PerPlaylist

Better = Literal["higher", "lower"]


@dataclass(frozen=True)
class Leaders:
    """The leader by one metric.

    Args:
        best: the model with the best mean.
        tied: other models not significantly different from it, in the order given.
    """

    best: str
    tied: tuple[str, ...]

    @property
    def clear(self) -> bool:
        """Whether the best model is significantly better than every other one."""
        return not self.tied


def leaders(
    values: PerPlaylist, better: Mapping[str, Better], *, seed: int = 0, resamples: int = 1000
) -> dict[str, Leaders]:
    """The best model by each metric, and those not significantly different from it.

    Each model is compared with the best one by the interval of the paired difference
    (`playrec_core.evaluation.intervals.paired_difference`), without correction for multiple comparisons: with many
    models about one in twenty differs by chance.

    Args:
        values: ``values[model][metric]``, (n_playlists,) each.
        better: the metrics, and which direction is better.
        seed, resamples: see `playrec_core.evaluation.intervals.mean_intervals`.

    Returns:
        By metric, without metrics defined for fewer than two models.
    """
    found: dict[str, str] = {}
    gaps: dict[tuple[str, str], np.ndarray] = {}
    for metric, direction in better.items():
        means = {model: _mean(columns[metric]) for model, columns in values.items()}
        means = {model: mean for model, mean in means.items() if not np.isnan(mean)}
        if len(means) < 2:
            continue
        best = (max if direction == "higher" else min)(means, key=lambda model: means[model])
        found[metric] = best
        gaps |= {(metric, model): values[best][metric] - values[model][metric] for model in means if model != best}
    if not gaps:
        return {}
    intervals = mean_intervals(np.stack(list(gaps.values()), axis=1), seed=seed, resamples=resamples)
    tied = [pair for pair, interval in zip(gaps, intervals, strict=True) if not interval.excludes_zero]
    return {
        metric: Leaders(best, tuple(model for name, model in tied if name == metric)) for metric, best in found.items()
    }


def differences(
    values: Mapping[str, np.ndarray], others: Mapping[str, np.ndarray], *, seed: int = 0, resamples: int = 1000
) -> dict[str, Interval]:
    """The interval of the mean of ``values - others`` for every metric, all from the same resampled playlists.

    Equal to `playrec_core.evaluation.intervals.paired_difference` per metric, computed together.
    """
    stacked = np.stack([values[metric] - others[metric] for metric in values], axis=1)
    found = mean_intervals(stacked, seed=seed, resamples=resamples)
    return dict(zip(values, found, strict=True))


def _mean(column: np.ndarray) -> float:
    return float(np.nanmean(column)) if (~np.isnan(column)).any() else float("nan")
