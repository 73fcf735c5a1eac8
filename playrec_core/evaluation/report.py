"""The evaluation report of a run: means with intervals, over all held-out playlists and by slice."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from playrec_core.data.held_out import HeldOut

from . import protocol, slices, summary
from .registry import metrics

KINDS, LENGTHS = "kind: ", "seed: "
"""Prefixes of the names of slices."""


def report(
    values: Mapping[str, Mapping[str, np.ndarray]], held_out: HeldOut, *, seed: int, resamples: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """``model, metric, mean, low, high, n`` over all playlists, and by ``slice`` ("kind: songs", "seed: 5–9").

    A model's rows do not depend on the other models: all means use the same resamples.

    Args:
        values: by model, from `playrec_core.evaluation.protocol.measure`.
        held_out: the held-out playlists.
        seed, resamples: see `playrec_core.evaluation.intervals.mean_intervals`.
    """
    values = in_order(values)
    return (
        summary.summarise(values, seed=seed, resamples=resamples),
        summary.summarise_slices(_without_set_level(values), _slices(held_out), seed=seed, resamples=resamples),
    )


def in_order(values: Mapping[str, Mapping[str, np.ndarray]]) -> dict[str, dict[str, np.ndarray]]:
    """The values with the metrics in the order of tables."""
    order = [protocol.SCORE, *metrics("songs"), *metrics("tags")]
    return {name: {metric: columns[metric] for metric in order} for name, columns in values.items()}


def _slices(held_out: HeldOut) -> list[slices.Slice]:
    kinds = np.asarray(held_out.table[HeldOut.KIND].to_pylist())
    lengths = np.asarray([len(seed.songs) for seed in held_out.seeds])
    by_kind = [
        slices.Slice(f"{KINDS}{kind}", kinds == kind)
        for kind in ("songs", "songs+tags", "tags", "title")
        if (kinds == kind).any()
    ]
    return by_kind + [slices.Slice(f"{LENGTHS}{part.name}", part.mask) for part in slices.by_seed_length(lengths)]


def _without_set_level(values: Mapping[str, Mapping[str, np.ndarray]]) -> dict[str, dict[str, np.ndarray]]:
    """The values without metrics of the whole set of lists, such as coverage, which are not defined for a slice."""
    known = metrics("songs") | metrics("tags")
    whole = {name for name, metric in known.items() if metric.set_level}
    return {model: {name: v for name, v in columns.items() if name not in whole} for model, columns in values.items()}
