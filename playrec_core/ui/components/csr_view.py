"""Sparse matrix storage: the three CSR arrays of a corner of the data, and the size of the dense matrix."""

import streamlit as st

from playrec_core.data.profile import Corner, Footprint
from playrec_core.i18n import tr
from playrec_core.schema import TITLE
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.wording import items
from playrec_core.ui.wording.escape import plain, shorten

from . import html_table
from .html_table import Cell

_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")


def size_in_words(n_bytes: float) -> str:
    """ "1.3 MB", by powers of 1,000."""
    power = 0
    while n_bytes >= 1000 and power < len(_UNITS) - 1:
        n_bytes, power = n_bytes / 1000, power + 1
    return f"{n_bytes:,.0f} {_UNITS[power]}" if power == 0 or n_bytes >= 100 else f"{n_bytes:.1f} {_UNITS[power]}"


def density(run: LoadedRun, found: Footprint) -> None:
    """Draw the size of the whole matrix, CSR and dense."""
    nouns, cells = run.nouns, found.rows * found.columns
    st.markdown(
        tr(
            "{rows:,} {playlists} by {columns:,} {songs} are {cells:,} cells; {stored:,} of them ({share:.3g} %) are "
            "non-zero. CSR (compressed sparse row) stores only those and takes **{csr}**; the dense matrix would take "
            "**{dense}**, {times:,.0f} times as much.",
            rows=found.rows,
            playlists=plain(nouns.playlists),
            columns=found.columns,
            songs=plain(nouns.items),
            cells=cells,
            stored=found.stored,
            share=100 * found.density,
            csr=size_in_words(found.csr),
            dense=size_in_words(found.dense),
            times=found.dense / max(found.csr, 1),
        )
    )
    rows = [
        [tr("data: the values"), f"{found.stored:,}", f"{found.data:,}"],
        [tr("indices: the column of each value"), f"{found.stored:,}", f"{found.indices:,}"],
        [tr("indptr: where each row begins"), f"{found.rows + 1:,}", f"{found.indptr:,}"],
        [Cell(tr("CSR total"), mark="best"), Cell("", mark="best"), Cell(f"{found.csr:,}", mark="best")],
        [tr("dense, {n} bytes per cell", n=found.cell), f"{cells:,}", f"{found.dense:,}"],
        [tr("dense, 1 byte per cell"), f"{cells:,}", f"{cells:,}"],
    ]
    html_table.show([tr("array"), tr("entries"), tr("bytes")], rows)


@st.fragment
def lesson(run: LoadedRun, found: Corner) -> None:
    """Draw the three arrays of a corner, with one row highlighted."""
    nouns, matrix = run.nouns, found.matrix
    st.header(tr("The three arrays of a small corner"))
    titles = run.dataset.playlist_table[TITLE].take(found.playlists.tolist()).to_pylist()
    ids = run.dataset.playlists.outside(found.playlists)
    names = [shorten(title, 28) or f"{nouns.playlist} {each}" for title, each in zip(titles, ids, strict=True)]
    st.markdown(
        tr(
            "{n} real {playlists} and the {m} most popular {songs}. Pick a row: two consecutive values of `indptr` "
            "give the range of its entries in `indices` and `data`.",
            n=len(names),
            playlists=plain(nouns.playlists),
            m=matrix.shape[1],
            songs=plain(nouns.items),
        )
    )
    row = st.segmented_control(tr("Row"), range(len(names)), format_func=str, default=0, required=True, key="csr_row")
    start, end = matrix.indptr[row : row + 2].tolist()
    dense = matrix.toarray()
    grid = [
        [
            Cell(f"{place}  {name}", mark="chosen" if place == row else ""),
            *(Cell(f"{value:g}", mark=_mark(place == row and value != 0, value == 0)) for value in dense[place]),
        ]
        for place, name in enumerate(names)
    ]
    labels = items.labels(run.dataset, range(matrix.shape[1]))
    head = [Cell(nouns.playlist), *(Cell(str(column), note=label) for column, label in enumerate(labels))]
    html_table.show(head, grid, caption=tr("The dense corner: {songs} are the columns", songs=nouns.items))
    arrays = [
        ["indptr", matrix.indptr, {row, row + 1}],
        ["indices", matrix.indices, set(range(start, end))],
        ["data", matrix.data, set(range(start, end))],
    ]
    lines = []
    for name, values, chosen in arrays:
        cells = [Cell(f"{value:g}", mark=_mark(place in chosen, False)) for place, value in enumerate(values)]
        lines.append(html_table.markup([tr("index"), *map(str, range(len(values)))], [[name, *cells]], narrow=True))
    # One element instead of three: each adds to the time of a rerun.
    st.html("".join(lines))
    columns = ", ".join(map(str, matrix.indices[start:end]))
    values = {"row": row, "next": row + 1, "start": start, "end": end}
    if columns:
        text = tr(
            "Row {row} is `indices[{start}:{end}]`, because `indptr[{row}] = {start}` and `indptr[{next}] = {end}`: "
            "columns {columns}.",
            columns=columns,
            **values,
        )
    else:
        text = tr(
            "Row {row} is `indices[{start}:{end}]`, because `indptr[{row}] = {start}` and `indptr[{next}] = {end}`: "
            "empty, as both pointers are equal.",
            **values,
        )
    st.markdown(text)
    st.caption(plain(" · ".join(f"{column} {label}" for column, label in enumerate(labels)), 600))


def _mark(chosen: bool, muted: bool) -> html_table.Mark:
    return "chosen" if chosen else "muted" if muted else ""
