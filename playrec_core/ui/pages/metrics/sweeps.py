"""Hyperparameter sweeps in the artifacts folder: all trials, the effect of each setting, and the best configuration."""

import math

import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from playrec_core.evaluation.intervals import Interval
from playrec_core.i18n import tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.training.tuning.space import Range, current
from playrec_core.training.tuning.trials import FOLDER, Sweep, Trial, list_sweeps
from playrec_core.ui.charts.plot import plot
from playrec_core.ui.charts.theme import MUTED, PALETTE
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.runtime.caches import artifacts_folder
from playrec_core.ui.wording.escape import chart_text, plain, shorten
from playrec_core.ui.wording.figures import decimals, figure, interval_text
from playrec_core.ui.wording.metrics import MetricWords

from .tables import interval_cell

_SHOWN = 50
"""Maximum number of trials in the table."""
_ACROSS = 3
"""Charts side by side."""


@st.fragment
def sweeps(run: LoadedRun, words: dict[str, MetricWords]) -> None:
    """Draw the tab: choose a sweep and see its trials."""
    folder = artifacts_folder()
    names = list_sweeps(folder)
    if not names:
        st.info(
            tr("No hyperparameter sweep yet. This one tries 30 settings of ALS in about a minute on the demo data:")
        )
        st.code("python -m playrec_core sweep --dataset demo --model als --trials 30", language="bash")
        st.caption(
            tr(
                "A sweep splits the training data again and never uses the held-out {playlists} above. Search spaces "
                "are in configs/sweeps/. To resume an interrupted sweep, run the same command again.",
                playlists=plain(run.nouns.playlists),
            )
        )
        return
    # Sweeps on this data first; the sort is stable.
    names.sort(key=lambda name: not name.startswith(f"{run.config.name}-"))
    name = st.selectbox(tr("Sweep"), names, format_func=shorten, key="metrics_sweep")
    found = Sweep.open(folder / FOLDER / name)
    word = words.get(found.record.metric)
    title = word.title if word else found.record.metric
    _explained(run, found, title)
    best = found.best()
    if best is None:
        st.info(tr("No trial has succeeded yet."))
    else:
        alt = tr("{metric} of every trial by each setting; the same figures are in the table below", metric=title)
        plot(_charts(found, title), alt, f"sweep {name} {len(found.trials)}")
    _table(found, title)
    if best is not None:
        st.markdown(tr("The best trial as a config snippet (TOML)"))
        st.code(found.toml(best), language="toml")


def _explained(run: LoadedRun, found: Sweep, title: str) -> None:
    """Draw the best result and how the sweep was evaluated."""
    record, best = found.record, found.best()
    failed = sum(trial.value is None for trial in found.trials)
    if best is not None:
        digits = decimals([_interval(best)])
        facts = {
            "n": len(found.trials),
            "best": figure(_interval(best).mean, digits),
            "between": interval_text(_interval(best), digits),
            "metric": plain(title),
        }
        first = found.trials[0]
        if _as_configured(found, first) and first.value is not None:
            text = tr(
                "Best of {n} trials: **{best}** ({between}) by {metric}; as configured: {first} ({first_between}).",
                first=figure(first.value, digits),
                first_between=interval_text(_interval(first), digits),
                **facts,
            )
        else:
            text = tr("Best of {n} trials: **{best}** ({between}) by {metric}.", **facts)
        if failed:
            text += " " + tr("{n} failed.", n=failed)
        st.markdown(text)
    st.caption(
        plain(
            tr(
                "{model} on {data}: the training data split again ({split}; {train:,} for training, {test:,} held out; "
                "seed {seed}). The held-out {playlists} of the other tabs were not used. 95 % bootstrap intervals. The "
                "best of many trials looks better than it is: train with it and check the other tabs.",
                model=record.title,
                data=record.dataset,
                split=record.split,
                train=record.playlists,
                test=record.questions,
                playlists=run.nouns.playlists,
                seed=record.seed,
            ),
            1000,
        )
    )


def _charts(found: Sweep, title: str) -> go.Figure:
    """A small chart per setting: the metric of every trial by the value of the setting."""
    settings, best = list(found.record.space), found.best()
    good = [trial for trial in found.trials if trial.value is not None]
    rows = -(-len(settings) // _ACROSS)
    drawn = make_subplots(rows, min(len(settings), _ACROSS), shared_yaxes=True, horizontal_spacing=0.04)
    for index, setting in enumerate(settings):
        row, column = index // _ACROSS + 1, index % _ACROSS + 1
        allowed = found.record.space[setting]
        values = [trial.settings[setting] for trial in good]
        drawn.add_scatter(
            x=values if isinstance(allowed, Range) else [chart_text(str(value)) for value in values],
            y=[trial.value for trial in good],
            mode="markers",
            marker={
                "color": [PALETTE[1] if trial is best else PALETTE[0] for trial in good],
                "size": [14 if trial is best else 8 for trial in good],
                "symbol": ["star" if trial is best else "circle" for trial in good],
                "line": {"color": MUTED, "width": 0.5},
            },
            hovertemplate=[f"{_named(trial)}<br>%{{x}}<br>%{{y:.4f}}<extra></extra>" for trial in good],
            row=row,
            col=column,
        )
        kind = ("log" if allowed.log else "linear") if isinstance(allowed, Range) else "category"
        drawn.update_xaxes(title=chart_text(setting), type=kind, row=row, col=column)
        if isinstance(allowed, Range) and allowed.log:
            drawn.update_xaxes(tickvals=_ticks(allowed), row=row, col=column)
    drawn.update_yaxes(title=chart_text(title), col=1)
    drawn.update_layout(showlegend=False, height=60 + 260 * rows, margin={"l": 0, "r": 10, "t": 10, "b": 0})
    return drawn


def _ticks(allowed: Range) -> list[float]:
    """1, 2 and 5 times the powers of ten in a range; in a wide range, the powers alone."""
    powers = range(math.floor(math.log10(allowed.low)), math.ceil(math.log10(allowed.high)) + 1)
    steps = (1, 2, 5) if len(powers) <= 4 else (1,)
    ticks = [step * 10.0**power for power in powers for step in steps]
    return [tick for tick in ticks if allowed.low <= tick <= allowed.high]


def _table(found: Sweep, title: str) -> None:
    """Draw the table of trials: the best first, failed ones last with their reasons."""
    ranked, settings = found.ranked(), list(found.record.space)
    digits = decimals(_interval(trial) for trial in ranked if trial.value is not None)
    body = []
    for trial in ranked[:_SHOWN]:
        name = Cell(_named(trial), below=tr("as configured") if _as_configured(found, trial) else "")
        result = Cell(tr("failed"), below=shorten(trial.problem), mark="muted")
        if trial.value is not None:
            result = interval_cell(_interval(trial), digits, "best" if trial is ranked[0] else "")
        same = "" if trial.same_as is None else tr("same as trial {number}", number=trial.same_as + 1)
        values = [_shown(trial.settings[setting]) for setting in settings]
        body.append([name, result, *values, Cell(tr("{seconds:.1f} s", seconds=trial.seconds), below=same)])
    html_table.show([tr("Trial"), title, *settings, tr("Time")], body)
    if len(ranked) > _SHOWN:
        st.caption(
            tr("The best {shown} of {n:,} trials; all are in the sweep's trials folder.", shown=_SHOWN, n=len(ranked))
        )


def _named(trial: Trial) -> str:
    return tr("trial {number}", number=trial.number + 1)


def _interval(trial: Trial) -> Interval:
    nothing = float("nan")
    mean, low, high = (nothing if value is None else value for value in (trial.value, trial.low, trial.high))
    return Interval(mean, low, high, 0)


def _as_configured(found: Sweep, trial: Trial) -> bool:
    return trial.settings == current(found.record.table, found.record.space)


def _shown(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else shorten(str(value), 40)
