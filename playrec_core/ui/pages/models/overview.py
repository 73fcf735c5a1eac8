"""The overview: every model of the run with its main metric and its costs, by family or sorted."""

import math
from collections.abc import Sequence

import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.models.base import Family
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.components.model_card.costs import Costs, costs, size_text, time_text
from playrec_core.ui.components.model_card.inputs import reads
from playrec_core.ui.components.segments import segments
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.figures import figure, figures, interval_text
from playrec_core.ui.wording.metrics import MetricWords, metric_words
from playrec_core.ui.wording.models import FAMILIES, signals_in_words

from . import selected
from .model_table import Group, Row, Text, model_table

FAMILY, METRIC, SIZE, FIT, QUERY = "family", "metric", "size", "fit", "query"
_ORDERS = {
    FAMILY: mark("Family"),
    METRIC: "",  # the metric's title
    SIZE: mark("Size"),
    FIT: mark("Fit time"),
    QUERY: mark("Query time"),
}


def overview(run: LoadedRun) -> None:
    """Draw the filter, the order and the table."""
    word = next(iter(metric_words(run).values()))
    families = run.families()
    family: Family | None = st.pills(
        tr("Family"),
        list(families),
        format_func=lambda one: f"{tr(FAMILIES[one])} ({len(families[one])})",
        key="models.family",
        persist_state="session",
    )
    orders = {key: tr(title) if title else word.title for key, title in _ORDERS.items()}
    order = segments(tr("Sort by"), orders, "models.order", lasting=True)
    shown = groups(run, [family] if family in families else list(families), order)
    columns = [
        Text(tr("Model"), tr("reads")),
        Text(word.title, word.direction),
        Text(tr("Size"), tr("on disk")),
        Text(tr("Fit time")),
        Text(tr("Query time")),
    ]
    # The key does not name the order: another order changes the table instead of mounting a new one.
    model_table(columns, shown, f"models.table.{run.id}", lambda name: selected.put(run, name))
    st.caption(
        tr(
            "Size and fit time of an ensemble are without its members. Query time: seconds of the evaluation divided "
            "by the number of held-out {playlists}; it includes ranking, and was measured where the run was trained.",
            playlists=plain(run.nouns.playlists),
        )
    )


def groups(run: LoadedRun, families: Sequence[Family], order: str) -> list[Group]:
    """The models of some families: a group for each, or all sorted in one group, the best or the cheapest first."""
    word, all_families = next(iter(metric_words(run).values())), run.families()
    paid = {name: costs(run, name) for family in families for name in all_families[family]}
    if order == FAMILY:
        return [Group(tr(FAMILIES[one]), _rows(run, all_families[one], paid, word)) for one in families]
    names = sorted(paid, key=lambda name: _sort_key(run, name, paid[name], word, order))
    return [Group("", _rows(run, names, paid, word))]


def _sort_key(run: LoadedRun, name: str, paid: Costs, word: MetricWords, order: str) -> float:
    if order == METRIC:
        mean = figures(run)[name, word.name].mean
        value = None if math.isnan(mean) else mean * (-1 if word.better == "higher" else 1)
    else:
        value = {SIZE: paid.size, FIT: paid.fit, QUERY: paid.query}[order]
    return math.inf if value is None else value


def _rows(run: LoadedRun, names: Sequence[str], paid: dict[str, Costs], word: MetricWords) -> list[Row]:
    found, colours = figures(run), model_colours(run)
    digits = found.places(word.name)
    rows = []
    for name in names:
        interval, cost = found[name, word.name], paid[name]
        cells = (
            Text(figure(interval.mean, digits), interval_text(interval, digits)),
            Text(size_text(cost.size)),
            Text(time_text(cost.fit)),
            Text(time_text(cost.query)),
        )
        below = signals_in_words(reads(run, name), run.nouns)
        rows.append(Row(name, run.model_title(name), colours[name], below, cells))
    return rows
