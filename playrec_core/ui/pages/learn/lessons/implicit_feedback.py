"""Lesson page: one factorisation trained on filled cells only, and on all cells."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching.implicit_feedback import Feedback, Trained, compare
from playrec_core.teaching.practice_data import practice_data
from playrec_core.ui.charts.theme import MUTED, NEGATIVE, POSITIVE
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_chart import show_chart
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Choice, Lesson, named, percent


class ImplicitFeedback(Lesson[Feedback]):
    key, place = "implicit", 20
    title = mark("Why implicit feedback is not explicit")
    about = mark("The data only ever says “this belongs here”. What does a model learn from that alone?")
    opening = mark(
        "Ratings are **explicit** feedback: they say what somebody likes and dislikes. Interactions are **implicit** "
        "feedback: each says “this belongs here”, but an empty cell says nothing for certain.\n\nSuppose a "
        "factorisation is trained as it would be on ratings: on the **filled cells only**. It learns to reproduce "
        "them, and its error on them falls to almost nothing."
    )
    prediction = Choice(
        mark("What score will this model give an **empty** cell?"),
        {
            "0.0": mark("near 0: it is not in the list"),
            "0.5": mark("near the middle: it cannot know"),
            "1.0": mark("near 1: as if it were in the list"),
        },
    )
    check = mark("What does an empty cell mean?")
    answers = (
        Answer(
            mark("The {song} is disliked"),
            mark("Most {songs} are missing only because the person has never come across them."),
        ),
        Answer(
            mark("Nothing, so it is best left out"),
            mark("The first model left the empty cells out and learned that everything is liked."),
        ),
        Answer(
            mark("Probably not wanted, but with little confidence"),
            mark(
                "ALS for implicit feedback treats an empty cell as a 0 with confidence 1, and an interaction as a 1 "
                "with higher confidence."
            ),
            right=True,
        ),
    )

    def find(self, run: LoadedRun, progress: Progress) -> Feedback:
        return compare(practice_data(run.dataset, seed=run.config.seed), seed=run.config.seed, progress=progress)

    def truth(self, run: LoadedRun, found: Feedback) -> str:
        return str(found.nearest)

    def reveal(self, run: LoadedRun, found: Feedback) -> None:
        st.markdown(
            tr(
                "Its error is {error:.3f}. On average it gives empty cells a score of **{empty:.2f}** and filled "
                "cells {filled:.2f}: “everything is liked” fits the training data perfectly. But nearly equal scores "
                "cannot be ranked: Recall@10 on the hidden {songs} is {recall}. The same factorisation trained on "
                "**all** cells, with low confidence in the empty ones, reaches {implicit}.",
                error=found.explicit.error,
                empty=float(found.explicit.empty.mean()),
                filled=float(found.explicit.shown.mean()),
                recall=percent(found.explicit.recall),
                implicit=percent(found.implicit.recall),
                **named(run),
            )
        )
        left, right = st.columns(2)
        for column, way, head in (
            (left, found.explicit, tr("Trained on filled cells only")),
            (right, found.implicit, tr("Trained on all cells")),
        ):
            with column:
                st.markdown(f"### {head}")
                show_chart(
                    _histogram(way),
                    f"lesson.implicit.{way is found.explicit}",
                    tr("Score distributions of filled, hidden and empty cells; their means are in the table"),
                    height=260,
                    legend={"orientation": "h", "y": -0.3},
                    hovermode="x unified",
                )
        rows = [
            [
                tr("filled cells only"),
                f"{found.explicit.error:.3f}",
                *_means(found.explicit),
                percent(found.explicit.recall),
            ],
            [
                Cell(tr("all cells"), mark="best"),
                f"{found.implicit.error:.3f}",
                *_means(found.implicit),
                Cell(percent(found.implicit.recall), mark="best"),
            ],
            [tr("baseline: most popular"), "–", "–", "–", "–", percent(found.popular)],
        ]
        html_table.show(
            [
                tr("trained on"),
                tr("error (filled)"),
                tr("mean score (filled)"),
                tr("mean score (hidden)"),
                tr("mean score (empty)"),
                "Recall@10",
            ],
            rows,
        )
        st.caption(
            tr(
                "8 factors and 12 iterations on a small subset of this run, with a fifth of the interactions hidden. "
                "The better model has the larger error: its goal is not to reproduce the filled cells but to separate "
                "them from the empty ones."
            )
        )


def _means(way: Trained) -> list[str]:
    return [f"{float(values.mean()) if len(values) else 0:.2f}" for values in (way.shown, way.hidden, way.empty)]


def _histogram(way: Trained) -> go.Figure:
    edges = np.linspace(-0.3, 1.3, 41)
    middles = (edges[:-1] + edges[1:]) / 2
    figure = go.Figure()
    for values, name, colour, dash in (
        (way.shown, tr("filled (training)"), POSITIVE, "solid"),
        (way.hidden, tr("filled (hidden)"), NEGATIVE, "dash"),
        (way.empty, tr("empty"), MUTED, "dot"),
    ):
        shares = np.histogram(np.clip(values, edges[0], edges[-1]), edges)[0] / max(len(values), 1)
        figure.add_scatter(
            x=middles,
            y=shares,
            name=name,
            mode="lines",
            line={"color": colour, "width": 3, "dash": dash, "shape": "hvh"},
            hovertemplate="%{x:.2f}: %{y:.1%}",
        )
    figure.update_xaxes(title=tr("score"))
    figure.update_yaxes(tickformat=".0%", title=tr("share of cells"), rangemode="tozero")
    return figure
