"""How a model computes its recommendations: the steps of its `Trace`."""

from collections.abc import Iterable

import numpy as np
import streamlit as st

from playrec_core.i18n import tr
from playrec_core.models.trace import TraceColumn, TraceStep
from playrec_core.schema import Query
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.wording import items, terms
from playrec_core.ui.wording.escape import plain, shorten

from .evidence import playlist_table
from .waterfall import number

MOST_ROWS, MOST_NAMES, LONGEST_NAME = 8, 4, 44
LONGEST_WORDS = 1000


def trace(run: LoadedRun, model: str, query: Query, item: int) -> None:
    """Draw the steps, with those rows marked that the item comes from; nothing for a model without a trace."""
    found = run.trace(model, query.seed)
    if found is None:
        return
    st.markdown("## " + tr("How {model} computes its recommendations", model=plain(run.model_title(model))))
    for place, step in enumerate(found.steps, start=1):
        with st.container(border=True):
            st.markdown(f"**{place}. {plain(step.title)}**")
            st.caption(plain(step.description, LONGEST_WORDS))
            if step.n_rows:
                _table(run, model, step, item)


def _table(run: LoadedRun, model: str, step: TraceStep, item: int) -> None:
    shown = min(step.n_rows, MOST_ROWS)
    marked = _rows_with(step, item)[:shown]
    columns = [_cells(run, model, column, shown) for column in step.columns]
    rows = [
        [Cell(cell.text, cell.below, "chosen", note=cell.note) if row in marked else cell for cell in cells]
        for row, cells in enumerate(zip(*columns, strict=True))
    ]
    figures = ("count", "number")
    words = [place for place, column in enumerate(step.columns) if column.value_type not in figures]
    html_table.show([column.title for column in step.columns], rows, text_columns=words)
    lines = [tr("and {n:,} more", n=step.n_rows - shown) if shown < step.n_rows else ""]
    lines += [tr("marked: contributes to {item}", item=items.label(run.dataset, item)) if marked else ""]
    if any(lines):
        st.caption(plain(" · ".join(filter(None, lines)), LONGEST_WORDS))


def _rows_with(step: TraceStep, item: int) -> list[int]:
    """Rows that name the item."""
    return [
        row
        for row in range(step.n_rows)
        for column in step.columns
        if (column.value_type == "item" and column.values[row] == item)
        or (column.value_type == "items" and item in column.values[row])
    ]


def _cells(run: LoadedRun, model: str, column: TraceColumn, n: int) -> list[Cell]:
    values = column.values[:n]
    match column.value_type:
        case "item":
            return [Cell(name) for name in items.labels(run.dataset, values)]
        case "items":
            return [_several(len(some), items.labels(run.dataset, some[:MOST_NAMES])) for some in values]
        case "tag":
            return [Cell(shorten(tag, 60)) for tag in terms.tags(run.dataset, values)]
        case "tags":
            return [_several(len(some), terms.tags(run.dataset, some[:MOST_NAMES])) for some in values]
        case "cluster":
            return [_cluster(run, model, one) for one in values]
        case "playlist":
            return [_playlist(run, one) for one in values]
        case "genre":
            names = _genres(run)
            return [Cell(name) for name in terms.genres(run.dataset, [names[rank] for rank in values])]
        case "count":
            return [Cell(f"{value:,}") for value in values]
        case "number":
            digits = 0 if all(float(value).is_integer() for value in column.values) else 4
            return [Cell(number(value, digits)) for value in values]
        case "text":
            return [Cell(shorten(str(value))) for value in values]


@per_run(1)
def _genres(run: LoadedRun) -> list[str]:
    """Names of the genres, most frequent in training first."""
    return run.dataset.genres_by_frequency()[1]


def _several(n: int, first: Iterable[str]) -> Cell:
    """The first names of a longer list, and how many there are."""
    names = [shorten(name, LONGEST_NAME) for name in first]
    return Cell(" · ".join(names), tr("and {n:,} more", n=n - len(names)) if n > len(names) else "")


def _cluster(run: LoadedRun, model: str, cluster: int) -> Cell:
    """A cluster by what sets it apart: its number says nothing."""
    labels = run.model_clusters(model)[cluster]
    names = [shorten(name, 24) for name in terms.labels(run.dataset, labels)]
    shares = ", ".join(f"{name} {label.share:.0%}" for name, label in zip(names, labels, strict=True))
    return Cell(", ".join(names[:3]) or tr("nothing in particular"), tr("cluster {n}", n=cluster + 1), note=shares)


def _playlist(run: LoadedRun, playlist: int) -> Cell:
    """A training playlist: its title, and how it begins."""
    table = playlist_table(run, np.array([playlist]))
    songs = run.dataset.ordered_songs(playlist)
    own = run.dataset.playlist_tags[[playlist], :].indices
    tags = ", ".join(shorten(tag, LONGEST_NAME) for tag in terms.tags(run.dataset, own))
    first = " · ".join(shorten(name, LONGEST_NAME) for name in items.labels(run.dataset, songs[:MOST_NAMES]))
    words = tr("{n:,} {items}: {names} …", n=len(songs), items=run.nouns.items, names=first)
    return Cell(str(table.iloc[0, 0]), f"{tags} — {words}" if tags else words)
