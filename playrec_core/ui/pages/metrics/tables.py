"""Tables of the Metrics page: all metrics, slices, two models, published figures."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from playrec_core.evaluation.comparison import Leaders
from playrec_core.evaluation.intervals import Interval
from playrec_core.evaluation.published import PUBLISHED
from playrec_core.i18n import tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell, Mark
from playrec_core.ui.components.published_table import show_published
from playrec_core.ui.wording.figures import Figures, decimals, figure, figures, head_to_head, interval_text
from playrec_core.ui.wording.metrics import MetricWords

COLUMNS_AT_ONCE = 6
"""Metrics per table: what fits a 1280-pixel screen with intervals."""


def show_all(
    run: LoadedRun, models: Sequence[str], words: Sequence[MetricWords], standing: Mapping[str, Leaders], caption: str
) -> None:
    """Draw some models by some metrics, a few columns per table; marks compare all models of the run."""
    found = figures(run)
    n_blocks = max(1, math.ceil(len(words) / COLUMNS_AT_ONCE))
    for block in np.array_split(np.arange(len(words)), n_blocks):
        some = [words[index] for index in block]
        body = [
            [model_cell(run, model), *(_mean(found, model, word.name, standing.get(word.name)) for word in some)]
            for model in models
        ]
        html_table.show([tr("Model"), *map(heading, some)], body, caption=caption)
        caption = ""


def show_slices(
    run: LoadedRun, models: Sequence[str], word: MetricWords, slices: Mapping[str, Figures], labels: Sequence[str]
) -> None:
    """Draw one metric of some models by slice."""
    body = [
        [model_cell(run, model), *(_mean(found, model, word.name, None) for found in slices.values())]
        for model in models
    ]
    html_table.show([tr("Model"), *labels], body)


def heading(word: MetricWords) -> Cell:
    """A metric's name, direction and meaning."""
    return Cell(word.title, below=word.direction, note=word.meaning)


def model_cell(run: LoadedRun, model: str) -> Cell:
    """A model's name with its colour."""
    return Cell(run.model_title(model), colour=model_colours(run)[model])


def _mean(found: Figures, model: str, metric: str, leader: Leaders | None) -> Cell:
    interval, digits = found[model, metric], found.places(metric)
    mark: Mark = ""
    if leader is not None and model in (leader.best, *leader.tied):
        mark = "best" if leader.clear else "tied"
    sign = {"best": "★ ", "tied": "≈ "}.get(mark, "")
    return interval_cell(interval, digits, mark, sign)


def interval_cell(interval: Interval, digits: int, mark: Mark = "", sign: str = "") -> Cell:
    """A mean, after a sign, above its interval."""
    return Cell(sign + figure(interval.mean, digits), interval_text(interval, digits), mark)


def gap_cell(gap: Interval, digits: int, mark: Mark = "") -> Cell:
    """A difference of two means that have ``digits`` decimal places."""
    # Rounded to the digits of the means, a small but significant difference would be 0.
    return interval_cell(gap, max(digits, decimals([gap])), mark, "+" if gap.mean > 0 else "")


def show_pair(run: LoadedRun, words: Sequence[MetricWords], model: str, other: str) -> None:
    """Draw both means of two models, their paired difference and whether it is significant."""
    gaps, found = head_to_head(run, model, other), figures(run)
    body = []
    for word in words:
        gap, digits = gaps[word.name], found.places(word.name)
        means = [figure(found[name, word.name].mean, digits) for name in (model, other)]
        body.append([heading(word), *means, gap_cell(gap, digits), _verdict(run, gap, word, model, other)])
    head = [tr("Metric"), model_cell(run, model), model_cell(run, other), tr("Difference"), tr("Result")]
    html_table.show(head, body, text_columns=(4,))


def _verdict(run: LoadedRun, gap: Interval, word: MetricWords, model: str, other: str) -> Cell:
    if not gap.excludes_zero:
        return Cell(tr("not significant"), mark="muted")
    ahead = model if (gap.mean > 0) == (word.better == "higher") else other
    return Cell(tr("{model} is better", model=run.model_title(ahead)), colour=model_colours(run)[ahead])


def show_all_published() -> None:
    """Draw every table of published figures."""
    st.info(
        tr(
            "Figures published by others: other data, other protocol, no intervals. They are not comparable with the "
            "figures here."
        )
    )
    for table in PUBLISHED:
        show_published(table)
