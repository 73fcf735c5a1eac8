"""Lesson 1 on screen: how full the matrix is, where its links lie, and what storing it costs."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching.sparse_matrix import DENSITIES, GROWTH, Sparse, look
from playrec_core.ui.charts.theme import POSITIVE
from playrec_core.ui.components import html_table
from playrec_core.ui.components.csr_view import size_in_words
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Check, Choice, Lesson, named, percent
from playrec_core.ui.session import page_files


class SparseMatrix(Lesson[Sparse]):
    key, place = "sparse", 10
    title = mark("Sparse matrices")
    about = mark("Almost every cell is empty: how empty, and how one stores what is there.")

    def opening(self, run: LoadedRun) -> None:
        rows, columns = run.dataset.interactions.shape
        st.markdown(
            tr(
                "Lay the data out as a table: a row for each of the **{rows:,}** {playlists}, a column for each of the "
                "**{columns:,}** {songs}, and a 1 where the {playlist} holds the {song}. That makes {cells:,} cells.",
                rows=rows,
                columns=columns,
                cells=rows * columns,
                **named(run),
            )
        )

    def ask(self, run: LoadedRun) -> Choice:
        words = (
            tr("about every second"),
            tr("about 1 in 10"),
            tr("about 1 in 100"),
            tr("about 1 in 1,000"),
            tr("about 1 in 10,000, or fewer"),
        )
        return Choice(tr("How many of these cells are filled?"), dict(zip(map(str, DENSITIES), words, strict=True)))

    def find(self, run: LoadedRun, progress: Progress) -> Sparse:
        return look(run.dataset, seed=run.config.seed)

    def truth(self, run: LoadedRun, found: Sparse) -> str:
        return str(found.nearest)

    def reveal(self, run: LoadedRun, found: Sparse) -> None:
        size = found.footprint
        st.markdown(
            tr(
                "**{stored:,}** cells are filled: {share} of all, or 1 in {one_in:,.0f}. And they are not spread "
                "evenly. Both pictures show {n} {playlists} by {m} {songs} of this run, a dot for each filled cell:",
                stored=size.stored,
                share=percent(size.density, 2),
                one_in=1 / max(size.density, 1e-12),
                n=found.busiest.shape[0],
                m=found.busiest.shape[1],
                **named(run),
            )
        )
        left, right = st.columns(2)
        busiest = tr(
            "the most active {playlists}, the most popular {songs}: {share} filled",
            share=percent(float(found.busiest.mean())),
            **named(run),
        )
        drawn = tr("drawn at random: {share} filled", share=percent(float(found.drawn.mean())))
        for column, cells, words, name in (
            (left, found.busiest, busiest, "busiest"),
            (right, found.drawn, drawn, "drawn"),
        ):
            with column:
                st.caption(words)
                st.plotly_chart(_spy(cells), key=f"lesson.sparse.{name}", config={"displayModeBar": False}, alt=words)
        st.markdown(
            tr(
                "CSR (compressed sparse row) stores the filled cells alone: **{csr}** instead of **{dense}**. Now let "
                "the service grow, twice as many {playlists} and {songs} at a time, each {playlist} as long as before:",
                csr=size_in_words(size.csr),
                dense=size_in_words(size.dense),
                **named(run),
            )
        )
        rows = []
        for times in GROWTH:
            dense, csr = found.grown(times)
            head = tr("as now") if times == 1 else tr("{times} times as many", times=times)
            rows.append([head, size_in_words(dense), Cell(size_in_words(csr), mark="best"), f"{dense / csr:,.0f}"])
        html_table.show([tr("data"), tr("dense"), "CSR", tr("dense : CSR")], rows)
        st.page_link(
            page_files.DATA,
            label=tr("Data: CSR’s three arrays, entry by entry"),
            icon=":material/arrow_forward:",
        )

    def check(self, run: LoadedRun) -> Check:
        return Check(
            tr(
                "Twice as many {playlists}, twice as many {songs}, each {playlist} as long as before. By how much do "
                "the dense table and CSR grow?",
                **named(run),
            ),
            (
                Answer(
                    tr("Both to twice their size"),
                    tr("The dense table has rows × columns cells, and both doubled."),
                ),
                Answer(
                    tr("Dense to four times, CSR to twice its size"),
                    tr(
                        "Cells are rows × columns, so 2 × 2; the links only doubled, because each row is as long as it "
                        "was."
                    ),
                    right=True,
                ),
                Answer(
                    tr("Both to four times their size"),
                    tr("CSR has no entry for an empty cell: it grows with the links, and those doubled."),
                ),
            ),
        )


def _spy(cells: np.ndarray) -> go.Figure:
    """A dot for each filled cell."""
    rows, columns = np.nonzero(cells)
    figure = go.Figure(
        go.Scatter(
            x=columns,
            y=rows,
            mode="markers",
            marker={"size": 3, "color": POSITIVE, "symbol": "square"},
            hoverinfo="skip",
        )
    )
    axis = {"showgrid": False, "zeroline": False, "showticklabels": False, "fixedrange": True, "mirror": True}
    figure.update_layout(height=330, margin={"l": 5, "r": 5, "t": 5, "b": 5}, showlegend=False)
    figure.update_xaxes(range=[-1, cells.shape[1]], showline=True, linecolor="#9A9A9A", **axis)
    figure.update_yaxes(range=[cells.shape[0], -1], showline=True, linecolor="#9A9A9A", **axis)
    return figure
