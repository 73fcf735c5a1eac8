"""Tables of results: every metric of every model with its interval, over all held-out playlists and by slice."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from playrec_core.data.held_out import HeldOut

from . import protocol, slices
from .intervals import mean_intervals
from .registry import metrics
from .slices import Slice

KINDS, LENGTHS = "kind: ", "seed: "
"""Prefixes of the names of slices."""
_COLUMNS = ["model", "metric", "mean", "low", "high", "n"]

# values[model][metric name] is (n_playlists,) float, NaN if undefined; every array over the same playlists.
PerPlaylist = Mapping[str, Mapping[str, np.ndarray]]


def report(values: PerPlaylist, held_out: HeldOut, *, seed: int, resamples: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`summarise` over all playlists, and `summarise_slices` by ``slice`` ("kind: songs", "seed: 5–9").

    A model's rows do not depend on the other models: all means use the same resamples.

    Args:
        values: by model, from `playrec_core.evaluation.protocol.measure`.
        held_out: the held-out playlists.
        seed, resamples: see `playrec_core.evaluation.intervals.mean_intervals`.
    """
    values = in_order(values)
    return (
        summarise(values, seed=seed, resamples=resamples),
        summarise_slices(_without_set_level(values), _slices(held_out), seed=seed, resamples=resamples),
    )


def summarise(values: PerPlaylist, *, seed: int = 0, resamples: int = 1000) -> pd.DataFrame:
    """One row per model and metric: ``model, metric, mean, low, high, n``, in the order given.

    All rows use the same resamples, and the same seed gives the same table.

    Raises:
        ValueError: the arrays are not over the same number of playlists.
    """
    columns = {(model, metric): column for model, found in values.items() for metric, column in found.items()}
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1:
        raise ValueError(f"values are over different numbers of playlists: {sorted(lengths)}")
    if not columns:
        return pd.DataFrame(columns=_COLUMNS)
    intervals = mean_intervals(np.stack(list(columns.values()), axis=1), seed=seed, resamples=resamples)
    rows = [(*label, *vars(interval).values()) for label, interval in zip(columns, intervals, strict=True)]
    return pd.DataFrame(rows, columns=_COLUMNS)


def summarise_slices(
    values: PerPlaylist, parts: Sequence[Slice], *, seed: int = 0, resamples: int = 1000
) -> pd.DataFrame:
    """`summarise` for each slice of the playlists, with a first column ``slice``.

    Leave out metrics with ``set_level``: their mean over some playlists is not their value on those.
    """
    tables = []
    for part in parts:
        within = {model: {name: column[part.mask] for name, column in found.items()} for model, found in values.items()}
        table = summarise(within, seed=seed, resamples=resamples)
        table.insert(0, "slice", part.name)
        tables.append(table)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["slice", *_COLUMNS])


def in_order(values: PerPlaylist) -> dict[str, dict[str, np.ndarray]]:
    """The values with the metrics in the order of tables."""
    order = [protocol.SCORE, *metrics("songs"), *metrics("tags")]
    return {name: {metric: columns[metric] for metric in order} for name, columns in values.items()}


def _slices(held_out: HeldOut) -> list[Slice]:
    kinds = np.asarray(held_out.table[HeldOut.KIND].to_pylist())
    lengths = np.asarray([len(seed.songs) for seed in held_out.seeds])
    by_kind = [
        Slice(f"{KINDS}{kind}", kinds == kind)
        for kind in ("songs", "songs+tags", "tags", "title")
        if (kinds == kind).any()
    ]
    return by_kind + [Slice(f"{LENGTHS}{part.name}", part.mask) for part in slices.by_seed_length(lengths)]


def _without_set_level(values: PerPlaylist) -> dict[str, dict[str, np.ndarray]]:
    """The values without metrics of the whole set of lists, such as coverage, which are not defined for a slice."""
    known = metrics("songs") | metrics("tags")
    whole = {name for name, metric in known.items() if metric.set_level}
    return {model: {name: v for name, v in columns.items() if name not in whole} for model, columns in values.items()}
