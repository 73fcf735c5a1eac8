"""Lesson 2 on screen: one factorisation trained on the filled cells alone, and on every cell."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching.implicit_feedback import LEVELS, Feedback, Trained, compare
from playrec_core.teaching.practice_data import practice
from playrec_core.ui.charts.theme import MUTED, NEGATIVE, POSITIVE
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Check, Choice, Lesson, named, percent


class ImplicitFeedback(Lesson[Feedback]):
    key, place = "implicit", 20
    title = mark("Why implicit is not explicit")
    about = mark("Only “this belongs here” is ever said. What happens to a model that hears nothing else?")

    def opening(self, run: LoadedRun) -> None:
        st.markdown(
            tr(
                "Ratings are **explicit** feedback: they say what somebody likes and what not. A {playlist} is "
                "**implicit** feedback: a link says “this belongs here”, and an empty cell says nothing for "
                "certain.\n\nA factorisation is trained as one would with ratings: on the **filled cells alone**. It "
                "learns to reproduce them, and the error on them falls to almost nothing.",
                **named(run),
            )
        )

    def ask(self, run: LoadedRun) -> Choice:
        words = (
            tr("near 0: it is not in the list"),
            tr("near the middle: it cannot know"),
            tr("near 1: as if it were in the list"),
        )
        return Choice(
            tr("What will this model say of a {song} that the {playlist} does **not** hold?", **named(run)),
            dict(zip(map(str, LEVELS), words, strict=True)),
        )

    def find(self, run: LoadedRun, progress: Progress) -> Feedback:
        return compare(practice(run.dataset, seed=run.config.seed), seed=run.config.seed, progress=progress)

    def truth(self, run: LoadedRun, found: Feedback) -> str:
        return str(found.nearest)

    def reveal(self, run: LoadedRun, found: Feedback) -> None:
        st.markdown(
            tr(
                "Its error is {error:.3f}, and it gives empty cells **{others:.2f}** on average, filled ones "
                "{shown:.2f}. “Everything is liked” fits perfectly what it was shown. Scores that are all alike "
                "cannot be ranked: of the hidden {songs} it finds {recall} in its first ten. The same model, trained "
                "on **every** cell, the empty ones with little confidence, finds {implicit}.",
                error=found.explicit.error,
                others=float(found.explicit.others.mean()),
                shown=float(found.explicit.shown.mean()),
                recall=percent(found.explicit.recall),
                implicit=percent(found.implicit.recall),
                **named(run),
            )
        )
        left, right = st.columns(2)
        for column, way, head in (
            (left, found.explicit, tr("Trained on the filled cells alone")),
            (right, found.implicit, tr("Trained on every cell")),
        ):
            with column:
                st.markdown(f"### {head}")
                st.plotly_chart(
                    _histogram(way),
                    key=f"lesson.implicit.{way is found.explicit}",
                    config={"displayModeBar": False},
                    alt=tr(
                        "How the scores of filled, hidden and empty cells are distributed; their means stand in the "
                        "table"
                    ),
                )
        rows = [
            [
                tr("filled cells alone"),
                f"{found.explicit.error:.3f}",
                *_means(found.explicit),
                percent(found.explicit.recall),
            ],
            [
                Cell(tr("every cell"), mark="best"),
                f"{found.implicit.error:.3f}",
                *_means(found.implicit),
                Cell(percent(found.implicit.recall), mark="best"),
            ],
            [tr("no model: the most popular"), "–", "–", "–", "–", percent(found.popular)],
        ]
        html_table.show(
            [
                tr("trained on"),
                tr("error, filled"),
                tr("mean, filled"),
                tr("mean, hidden"),
                tr("mean, empty"),
                "Recall@10",
            ],
            rows,
        )
        st.caption(
            tr(
                "8 factors, 12 iterations, on a small part of this run with a fifth of the links hidden. The larger "
                "error belongs to the better model: it was not asked to reproduce the filled cells, but to tell them "
                "from the empty ones."
            )
        )

    def check(self, run: LoadedRun) -> Check:
        return Check(
            tr("What does an empty cell of a {playlist} say?", **named(run)),
            (
                Answer(
                    tr("The {song} is disliked", **named(run)),
                    tr("Most {songs} are absent because nobody of that {playlist} ever met them.", **named(run)),
                ),
                Answer(
                    tr("Nothing whatever, so it is best left out"),
                    tr("The lesson above left them out, and “everything is liked” was the answer."),
                ),
                Answer(
                    tr("Probably not wanted, but with little confidence"),
                    tr(
                        "So ALS for implicit feedback counts every empty cell as a 0 with confidence 1, and a link as "
                        "a 1 with more."
                    ),
                    right=True,
                ),
            ),
        )


def _means(way: Trained) -> list[str]:
    return [f"{float(values.mean()) if len(values) else 0:.2f}" for values in (way.shown, way.hidden, way.others)]


def _histogram(way: Trained) -> go.Figure:
    edges = np.linspace(-0.3, 1.3, 41)
    middles = (edges[:-1] + edges[1:]) / 2
    figure = go.Figure()
    for values, name, colour, dash in (
        (way.shown, tr("filled, learnt from"), POSITIVE, "solid"),
        (way.hidden, tr("filled, hidden"), NEGATIVE, "dash"),
        (way.others, tr("empty"), MUTED, "dot"),
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
    figure.update_layout(
        height=260,
        margin={"l": 0, "r": 0, "t": 5, "b": 0},
        legend={"orientation": "h", "y": -0.3},
        hovermode="x unified",
    )
    figure.update_xaxes(title=tr("score"), fixedrange=True)
    figure.update_yaxes(tickformat=".0%", title=tr("share of cells"), fixedrange=True, rangemode="tozero")
    return figure
