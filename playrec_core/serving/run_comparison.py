"""Comparison of two runs on the same held-out playlists, model by model."""

from dataclasses import dataclass

import numpy as np

from playrec_core.errors import ConfigError, RunError
from playrec_core.evaluation import protocol
from playrec_core.evaluation.comparison import differences
from playrec_core.evaluation.intervals import Interval

from .loaded_run import LoadedRun


@dataclass(frozen=True)
class Gap:
    """Difference of one metric of one model between two runs.

    Args:
        model: its name in both configurations.
        metric: name of the metric.
        mean, other_mean: in the first and in the second run.
        difference: mean paired difference, first minus second, with its 95 % interval.
    """

    model: str
    metric: str
    mean: float
    other_mean: float
    difference: Interval

    @property
    def verdict(self) -> str:
        """Significance of the difference, in words."""
        if self.difference.low == self.difference.high == 0:
            return "identical"
        return "significant" if self.difference.excludes_zero else "not significant"


def compare_runs(run: LoadedRun, other: LoadedRun, *, metric: str = "") -> list[Gap]:
    """Compare every model that both runs have, by paired bootstrap over held-out playlists.

    Args:
        run, other: runs with the same held-out playlists and training data.
        metric: only this one; by default the headline metrics.

    Raises:
        RunError: the runs have different held-out playlists, or no model in common.
        ConfigError: the metric is not measured in both.
    """
    if problem := different_questions(run, other):
        raise RunError(f"{run.id} and {other.id} cannot be compared: {problem}")
    shared = [name for name in run.model_names if name in other.model_names]
    if not shared:
        raise RunError(
            f"{run.id} and {other.id} have no model in common: one has {', '.join(run.model_names)}, the other "
            f"{', '.join(other.model_names)}"
        )
    gaps = []
    for name in shared:
        values, others = run.held_out_values(name), other.held_out_values(name)
        if metric and metric not in values.keys() & others.keys():
            raise ConfigError(f"--metric {metric}: there are {', '.join(values.keys() & others.keys())}")
        metrics = [metric] if metric else [one for one in protocol.HEADLINE if one in values.keys() & others.keys()]
        metrics = [one for one in metrics if not np.isnan(values[one] - others[one]).all()]
        found = differences(
            {one: values[one] for one in metrics},
            others,
            seed=run.config.seed,
            resamples=run.config.evaluation.resamples,
        )
        gaps += [
            Gap(name, one, float(np.nanmean(values[one])), float(np.nanmean(others[one])), gap)
            for one, gap in found.items()
        ]
    return gaps


def different_questions(run: LoadedRun, other: LoadedRun) -> str:
    """Return why two runs cannot be compared by held-out playlist; "" if they can."""
    one, two = run.run.manifest, other.run.manifest
    if one.dataset.name != two.dataset.name:
        return f"one is of the data set {one.dataset.name}, the other of {two.dataset.name}"
    same_vocabulary = one.vocabulary_hash == two.vocabulary_hash
    if same_vocabulary and run.held_out.table.equals(other.held_out.table, check_metadata=True):
        if one.dataset.fingerprint == two.dataset.fingerprint:
            return ""
        return "their models were trained on different data"
    if run.config.split != other.config.split:
        return f"their held-out playlists come from different splits ({run.config.split} and {other.config.split})"
    if one.seed != two.seed:
        return f"their held-out playlists were drawn with different seeds ({one.seed} and {two.seed})"
    return f"their held-out playlists differ ({len(run.held_out):,} and {len(other.held_out):,}): the data changed"
