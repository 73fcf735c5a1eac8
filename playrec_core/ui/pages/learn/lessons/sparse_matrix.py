"""Lesson page: the density of the matrix, where its interactions are, and what storing it costs."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching.sparse_matrix import GROWTH, Sparse, measure
from playrec_core.ui.charts.theme import MUTED, POSITIVE
from playrec_core.ui.components import html_table
from playrec_core.ui.components.csr_view import size_in_words
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_chart import show_chart
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Choice, Lesson, named, percent
from playrec_core.ui.session import page_files


class SparseMatrix(Lesson[Sparse]):
    key, place = "sparse", 10
    title = mark("Sparse matrices")
    about = mark("Almost every cell is empty. How empty is the matrix, and how are the filled cells stored?")
    opening = mark(
        "Write the data as a matrix: one row for each of the **{rows:,}** {playlists}, one column for each of the "
        "**{columns:,}** {songs}, and a 1 for each interaction. That makes {cells:,} cells."
    )
    prediction = Choice(
        mark("How many of these cells are filled?"),
        {
            "0.5": mark("about half"),
            "0.1": mark("about 1 in 10"),
            "0.01": mark("about 1 in 100"),
            "0.001": mark("about 1 in 1,000"),
            "0.0001": mark("about 1 in 10,000 or fewer"),
        },
    )
    check = mark(
        "Twice as many {playlists}, twice as many {songs}, and as many {songs} per {playlist} as before. How much do "
        "the dense matrix and CSR grow?"
    )
    answers = (
        Answer(mark("Both double"), mark("A dense matrix has rows × columns cells, and both doubled.")),
        Answer(
            mark("Dense quadruples, CSR doubles"),
            mark(
                "The number of cells is rows × columns, so it grows 2 × 2 times. The interactions only doubled, "
                "because the rows are as long as before."
            ),
            right=True,
        ),
        Answer(
            mark("Both quadruple"),
            mark("CSR stores nothing for empty cells. It grows with the interactions, and those doubled."),
        ),
    )

    def blanks(self, run: LoadedRun) -> dict[str, Any]:
        rows, columns = run.dataset.interactions.shape
        return {**named(run), "rows": rows, "columns": columns, "cells": rows * columns}

    def find(self, run: LoadedRun, progress: Progress) -> Sparse:
        return measure(run.dataset, seed=run.config.seed)

    def truth(self, run: LoadedRun, found: Sparse) -> str:
        return str(found.nearest)

    def reveal(self, run: LoadedRun, found: Sparse) -> None:
        size = found.footprint
        st.markdown(
            tr(
                "**{stored:,}** cells are filled: {share} of all, or 1 in {one_in:,.0f}. They are not spread evenly. "
                "Both plots show {n} {playlists} by {m} {songs} of this run, with a dot for each filled cell:",
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
        drawn = tr("random sample: {share} filled", share=percent(float(found.random.mean())))
        for column, cells, words, name in (
            (left, found.busiest, busiest, "busiest"),
            (right, found.random, drawn, "drawn"),
        ):
            with column:
                st.caption(words)
                show_chart(
                    _spy(cells),
                    f"lesson.sparse.{name}",
                    words,
                    height=330,
                    margin={"l": 5, "r": 5, "t": 5, "b": 5},
                    showlegend=False,
                )
        st.markdown(
            tr(
                "CSR (compressed sparse row) stores only the filled cells: **{csr}** instead of **{dense}**. Now let "
                "the service grow. At each step there are twice as many {playlists} and {songs}, and as many {songs} "
                "per {playlist} as before:",
                csr=size_in_words(size.csr),
                dense=size_in_words(size.dense),
                **named(run),
            )
        )
        rows = []
        for times in GROWTH:
            dense, csr = found.grown(times)
            head = tr("now") if times == 1 else tr("{times} times as many", times=times)
            rows.append([head, size_in_words(dense), Cell(size_in_words(csr), mark="best"), f"{dense / csr:,.0f}"])
        html_table.show([tr("data"), tr("dense"), "CSR", tr("dense / CSR")], rows)
        st.page_link(
            page_files.DATA, label=tr("Data: the three CSR arrays, entry by entry"), icon=":material/arrow_forward:"
        )


def _spy(cells: np.ndarray) -> go.Figure:
    """Return a plot with a dot for each filled cell."""
    rows, columns = np.nonzero(cells)
    marker = {"size": 3, "color": POSITIVE, "symbol": "square"}
    figure = go.Figure(go.Scatter(x=columns, y=rows, mode="markers", marker=marker, hoverinfo="skip"))
    axis = {"showgrid": False, "zeroline": False, "showticklabels": False, "mirror": True, "showline": True}
    figure.update_xaxes(range=[-1, cells.shape[1]], linecolor=MUTED, **axis)
    figure.update_yaxes(range=[cells.shape[0], -1], linecolor=MUTED, **axis)
    return figure
