"""Tables of results: every metric of every model with its interval, in tidy form."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from .intervals import mean_intervals
from .slices import Slice

# values[model][metric name] is (n_playlists,) float, NaN if undefined; every array over the same playlists.
PerPlaylist = Mapping[str, Mapping[str, np.ndarray]]


def summarise(values: PerPlaylist, *, seed: int = 0, resamples: int = 1000, confidence: float = 0.95) -> pd.DataFrame:
    """One row per model and metric: ``model, metric, mean, low, high, n``, in the order given.

    All rows use the same resamples, and the same seed gives the same table.

    Args:
        values: the per-playlist values, ``values[model][metric]``.
        seed, resamples, confidence: see `playrec_core.evaluation.intervals.mean_intervals`.

    Raises:
        ValueError: the arrays are not over the same number of playlists.
    """
    labels = [(model, metric) for model, by_metric in values.items() for metric in by_metric]
    columns = [values[model][metric] for model, metric in labels]
    lengths = {len(column) for column in columns}
    if len(lengths) > 1:
        raise ValueError(f"values are over different numbers of playlists: {sorted(lengths)}")
    rows = []
    if columns:
        found = mean_intervals(np.stack(columns, axis=1), seed=seed, resamples=resamples, confidence=confidence)
        rows = [
            (model, metric, interval.mean, interval.low, interval.high, interval.n)
            for (model, metric), interval in zip(labels, found, strict=True)
        ]
    return pd.DataFrame(rows, columns=["model", "metric", "mean", "low", "high", "n"])


def summarise_slices(
    values: PerPlaylist,
    slices: Sequence[Slice],
    *,
    seed: int = 0,
    resamples: int = 1000,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """`summarise` for each slice of the playlists, with a first column ``slice``.

    Leave out metrics with ``set_level``: their mean over some playlists is not their value on those.
    """
    tables = []
    for some in slices:
        within = {
            model: {metric: column[some.mask] for metric, column in by_metric.items()}
            for model, by_metric in values.items()
        }
        table = summarise(within, seed=seed, resamples=resamples, confidence=confidence)
        table.insert(0, "slice", some.name)
        tables.append(table)
    if not tables:
        return pd.DataFrame(columns=["slice", "model", "metric", "mean", "low", "high", "n"])
    return pd.concat(tables, ignore_index=True)
