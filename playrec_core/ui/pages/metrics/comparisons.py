"""Comparisons defined in the configuration: published experiments repeated with this run's models."""

import streamlit as st

from playrec_core.config import Comparison
from playrec_core.evaluation.published import reimplemented_by
from playrec_core.i18n import tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.components.published_table import show_published
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.figures import figures, head_to_head
from playrec_core.ui.wording.metrics import MetricWords

from . import tables


def comparisons(run: LoadedRun, words: dict[str, MetricWords]) -> None:
    """Draw every comparison of the run's configuration. Titles and captions of the supplied ones are translated."""
    if not run.config.comparisons:
        st.info(tr("The configuration of this run defines no comparisons."))
    for index, one in enumerate(run.config.comparisons):
        if index:
            st.divider()
        st.header(plain(tr(one.title)))
        if one.caption:
            st.markdown(plain(tr(one.caption), 2000))
        _measured(run, words, one)
        published = reimplemented_by(one.models)
        if published:
            with st.expander(tr("Published figures for these models: other data, other playlists, no intervals")):
                for table in published:
                    show_published(table)


def _measured(run: LoadedRun, words: dict[str, MetricWords], one: Comparison) -> None:
    """The models of the comparison that are in the run, each against the first."""
    here = [model for model in one.models if model in run.model_names]
    shown = [words[name] for name in one.metrics if name in words]
    if here and shown:
        first, *others = here
        rows = [[tables.model_cell(run, first), *_means(run, first, shown), *(Cell("–") for _ in shown)]]
        rows += [
            [tables.model_cell(run, model), *_means(run, model, shown), *_gaps(run, model, first, shown)]
            for model in others
        ]
        head = [tr("Model"), *map(tables.heading, shown)]
        head += [Cell(f"Δ {word.title}", below=tr("vs. the first row"), note=word.meaning) for word in shown]
        html_table.show(head, rows, caption=tr("Measured here · {data}", data=run.dataset.name))
        st.caption(
            tr(
                "{n:,} held-out {playlists}, 95 % intervals. Δ: paired bootstrap; pale values are not significant.",
                n=len(run.held_out),
                playlists=plain(run.nouns.playlists),
            )
        )
    for model in one.models:
        if model not in here:
            absent = tr("{model} is not in this run: it was not trained, or the data lacks what it needs.", model=model)
            st.caption(plain(absent, 500))


def _means(run: LoadedRun, model: str, words: list[MetricWords]) -> list[Cell]:
    found = figures(run)
    return [tables.interval_cell(found[model, word.name], found.places(word.name)) for word in words]


def _gaps(run: LoadedRun, model: str, first: str, words: list[MetricWords]) -> list[Cell]:
    gaps, found = head_to_head(run, model, first), figures(run)
    return [
        tables.gap_cell(gaps[name], found.places(name), "" if gaps[name].excludes_zero else "muted")
        for name in (word.name for word in words)
    ]
