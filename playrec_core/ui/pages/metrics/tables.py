"""The tables of the metrics page: every model by every metric, two models against each other, published figures."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from playrec_core.evaluation.comparison import Leaders
from playrec_core.evaluation.intervals import Interval
from playrec_core.evaluation.published import PUBLISHED, PublishedTable
from playrec_core.i18n import tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell, Mark
from playrec_core.ui.wording.figures import Figures, decimals, figure, figures, head_to_head, interval_text
from playrec_core.ui.wording.metrics import MetricWords

COLUMNS_AT_ONCE = 6
"""Metrics side by side in one table: what fits a 1280 pixel screen with intervals."""


def show_all(
    run: LoadedRun,
    models: Sequence[str],
    words: Sequence[MetricWords],
    standing: Mapping[str, Leaders],
    caption: str,
) -> None:
    """Some models by some metrics, a few columns at a time, the best of all the run's models marked."""
    found = figures(run)
    n_blocks = max(1, math.ceil(len(words) / COLUMNS_AT_ONCE))
    for block in np.array_split(np.arange(len(words)), n_blocks):
        some = [words[place] for place in block]
        body = [
            [model_cell(run, model), *(_mean(found, model, word.name, standing.get(word.name)) for word in some)]
            for model in models
        ]
        html_table.show([tr("Model"), *map(_heading, some)], body, caption=caption)
        caption = ""


def show_slices(
    run: LoadedRun, models: Sequence[str], word: MetricWords, slices: Mapping[str, Figures], labels: Sequence[str]
) -> None:
    """One metric of some models by slice."""
    body = [
        [model_cell(run, model), *(_mean(found, model, word.name, None) for found in slices.values())]
        for model in models
    ]
    html_table.show([tr("Model"), *labels], body)


def _heading(word: MetricWords) -> Cell:
    return Cell(word.title, below=word.direction, note=word.meaning)


def model_cell(run: LoadedRun, model: str) -> Cell:
    """A model's name beside its colour."""
    return Cell(run.model_title(model), colour=model_colours(run)[model])


def _mean(found: Figures, model: str, metric: str, leader: Leaders | None) -> Cell:
    interval, digits = found[model, metric], found.places(metric)
    mark: Mark = ""
    if leader is not None and model in (leader.best, *leader.tied):
        mark = "best" if leader.clear else "tied"
    sign = {"best": "★ ", "tied": "≈ "}.get(mark, "")
    return Cell(sign + figure(interval.mean, digits), interval_text(interval, digits), mark)


def show_pair(run: LoadedRun, words: Sequence[MetricWords], model: str, other: str) -> None:
    """Two models on the same questions: both means, their difference, and what it says."""
    gaps, found = head_to_head(run, model, other), figures(run)
    body = []
    for word in words:
        gap = gaps[word.name]
        digits = found.places(word.name)
        # Rounded to the digits of the means, a small but sure difference would read 0.
        finer = max(digits, decimals([gap]))
        body.append(
            [
                _heading(word),
                figure(found[model, word.name].mean, digits),
                figure(found[other, word.name].mean, digits),
                Cell(("+" if gap.mean > 0 else "") + figure(gap.mean, finer), interval_text(gap, finer)),
                _verdict(run, gap, word, model, other),
            ]
        )
    head = [tr("Metric"), model_cell(run, model), model_cell(run, other), tr("Difference"), tr("What it says")]
    html_table.show(head, body, text_columns=(4,))


def _verdict(run: LoadedRun, gap: Interval, word: MetricWords, model: str, other: str) -> Cell:
    if not gap.excludes_zero:
        return Cell(tr("could be chance"), mark="muted")
    ahead = model if (gap.mean > 0) == (word.better == "higher") else other
    return Cell(tr("{model} is ahead", model=run.model_title(ahead)), colour=model_colours(run)[ahead])


def show_published(table: PublishedTable) -> None:
    """One table of published figures, with where they come from."""
    body = [
        [
            Cell(tr(result.system), below=tr(result.note) if result.note else ""),
            *(figure(result.figures.get(column, math.nan), table.decimals) for column in table.columns),
        ]
        for result in table.results
    ]
    html_table.show(
        [tr("System"), *map(tr, table.columns)], body, caption=tr("Published · {title}", title=tr(table.title))
    )
    st.caption(tr("**Data.** {data}. **Protocol.** {protocol}", data=tr(table.data), protocol=tr(table.protocol)))
    link = f" [{table.source.url}]({table.source.url})" if table.source.url else ""
    source = tr("**Source.** {title}, {kind}.", title=table.source.title, kind=tr(table.source.kind))
    st.caption(source + link)


def show_all_published() -> None:
    """Every table of published figures."""
    st.info(
        tr("Other people's figures: other data, other protocol, no intervals. They do not compare with the ones here.")
    )
    for table in PUBLISHED:
        show_published(table)
