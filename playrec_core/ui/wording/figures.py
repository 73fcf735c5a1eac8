"""Metrics of a run with their intervals, and the number of digits to show."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import median

import streamlit as st

from playrec_core.evaluation.comparison import Better, Leaders, differences, leaders
from playrec_core.evaluation.intervals import Interval
from playrec_core.i18n import tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run

from .metrics import MetricWords


class Figures(dict[tuple[str, str], Interval]):
    """Intervals by model and metric; read-only once filled."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def places(self, metric: str) -> int:
        """`decimals` of one metric, the same for all models, so that decimal points align."""
        if metric not in self._places:
            self._places[metric] = decimals(interval for (_, name), interval in self.items() if name == metric)
        return self._places[metric]


def figures(run: LoadedRun) -> Figures:
    """Every metric of every model over all held-out playlists."""
    return _figures(run, _key(run))


def _key(run: LoadedRun) -> str:
    """A run's models as one string, which Streamlit hashes faster than a tuple."""
    return ",".join(run.model_names)


@per_run(8)
def _figures(run: LoadedRun, models: str) -> Figures:
    found = Figures()
    for row in run.metrics.itertuples():
        found[str(row.model), str(row.metric)] = Interval(row.mean, row.low, row.high, row.n)
    return found


def sliced_figures(run: LoadedRun) -> dict[str, Figures]:
    """`figures` for each slice of the playlists, by the slice's name ("kind: songs", "seed: 5–9")."""
    return _sliced_figures(run, _key(run))


@per_run(8)
def _sliced_figures(run: LoadedRun, models: str) -> dict[str, Figures]:
    found: defaultdict[str, Figures] = defaultdict(Figures)
    for row in run.sliced_metrics.itertuples():
        found[str(row.slice)][row.model, row.metric] = Interval(row.mean, row.low, row.high, row.n)
    return dict(found)


def standings(run: LoadedRun, words: Mapping[str, MetricWords]) -> dict[str, Leaders]:
    """The leaders by each metric, by paired bootstrap over all held-out playlists."""
    with st.spinner(tr("Comparing the models …")):
        return compared(run, words)


def compared(run: LoadedRun, words: Mapping[str, MetricWords]) -> dict[str, Leaders]:
    """`standings` without a spinner."""
    better: tuple[tuple[str, Better], ...] = tuple((word.name, word.better) for word in words.values())
    return _standings(run, _key(run), better)


@per_run(8)
def _standings(run: LoadedRun, models: str, _better: tuple[tuple[str, Better], ...]) -> dict[str, Leaders]:
    return leaders(
        {model: run.held_out_values(model) for model in run.model_names},
        dict(_better),
        seed=run.config.seed,
        resamples=run.config.evaluation.resamples,
    )


@per_run(256)
def head_to_head(run: LoadedRun, model: str, other: str) -> dict[str, Interval]:
    """The paired difference of two models on every metric."""
    return differences(
        run.held_out_values(model),
        run.held_out_values(other),
        seed=run.config.seed,
        resamples=run.config.evaluation.resamples,
    )


def decimals(intervals: Iterable[Interval]) -> int:
    """Decimal places that the intervals support: two significant digits of the median half-width, at most four."""
    halves = [(interval.high - interval.low) / 2 for interval in intervals]
    widths = [half for half in halves if half > 0 and math.isfinite(half)]
    return min(max(1 - math.floor(math.log10(median(widths))), 0), 4) if widths else 4


def figure(value: float, digits: int) -> str:
    """A formatted figure; a dash if undefined."""
    return "–" if math.isnan(value) else f"{value:,.{digits}f}".replace("-", "−")


def interval_text(interval: Interval, digits: int) -> str:
    """ "0.271 to 0.300", or "" if undefined."""
    if math.isnan(interval.low):
        return ""
    return tr("{lower} to {upper}", lower=figure(interval.low, digits), upper=figure(interval.high, digits))


def as_csv(run: LoadedRun) -> bytes:
    """Every metric of the run with its interval, as CSV in UTF-8."""
    return run.metrics.to_csv(index=False).encode("utf-8-sig")
