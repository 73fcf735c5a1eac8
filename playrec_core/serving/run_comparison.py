"""Two runs of the same questions, model by model: what the settings of one gained over those of the other."""

from dataclasses import dataclass

import numpy as np

from playrec_core.errors import ConfigError, RunError
from playrec_core.evaluation import protocol
from playrec_core.evaluation.comparison import differences
from playrec_core.evaluation.intervals import Interval

from .loaded_run import LoadedRun


@dataclass(frozen=True)
class Gap:
    """One model in both runs by one metric.

    Args:
        model: its name in both configurations.
        metric: by which.
        mean, other_mean: in the first run and in the second.
        difference: mean of the first minus the second over the same questions, with its 95 % interval.
    """

    model: str
    metric: str
    mean: float
    other_mean: float
    difference: Interval

    @property
    def verdict(self) -> str:
        """What the difference says, in words."""
        if self.difference.low == self.difference.high == 0:
            return "the same"
        return "beyond chance" if self.difference.excludes_zero else "could be chance"


def compare_runs(run: LoadedRun, other: LoadedRun, *, metric: str = "") -> list[Gap]:
    """Every model that both runs hold, by paired bootstrap over their questions.

    Args:
        run, other: of the same questions about the same training data.
        metric: only this one; by default those that training prints.

    Raises:
        RunError: the runs asked different questions, so that no difference could be told from the questions' own; or
            they have no model in common.
        ConfigError: neither measured such a metric.
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
        asked = [metric] if metric else [one for one in protocol.HEADLINE if one in values.keys() & others.keys()]
        asked = [one for one in asked if not np.isnan(values[one] - others[one]).all()]
        found = differences(
            {one: values[one] for one in asked},
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
    """Why two runs cannot be compared question by question; "" when they can."""
    one, two = run.run.manifest, other.run.manifest
    if one.dataset.name != two.dataset.name:
        return f"one is of the data set {one.dataset.name}, the other of {two.dataset.name}"
    same_words = one.vocabulary_hash == two.vocabulary_hash
    if same_words and run.held_out.table.equals(other.held_out.table, check_metadata=True):
        if one.dataset.fingerprint == two.dataset.fingerprint:
            return ""
        return "their models learnt from different training data"
    if run.config.split != other.config.split:
        return f"their questions were split off by different rules ({run.config.split} and {other.config.split})"
    if one.seed != two.seed:
        return f"their questions were drawn with different seeds ({one.seed} and {two.seed})"
    return f"they asked different questions ({len(run.held_out):,} and {len(other.held_out):,}): the data changed"
