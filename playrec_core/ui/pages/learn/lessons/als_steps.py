"""Lesson 3 on screen: the objective of ALS after every half-step, and what it does not say."""

import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from playrec_core.i18n import mark, tr
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching import als_steps as core
from playrec_core.teaching.als_steps import ITERATIONS, Steps
from playrec_core.teaching.practice_data import practice
from playrec_core.ui.charts.theme import NEGATIVE, POSITIVE
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Check, Lesson, Slide, named, percent

FACTORS, PENALTY, STRONGEST = 32, 0.01, 5.0


class AlsSteps(Lesson[Steps]):
    key, place = "als", 30
    title = mark("ALS, a step at a time")
    about = mark("Alternating least squares takes turns. Watch its error fall, and see what the error does not say.")

    def opening(self, run: LoadedRun) -> None:
        st.markdown(
            tr(
                "ALS gives each {playlist} u a vector x and each {song} i a vector y, and makes this sum over **all** "
                "cells as small as it can (Hu, Koren & Volinsky 2008):",
                **named(run),
            )
        )
        st.latex(
            r"\sum_{u,i} c_{ui}\,(p_{ui} - x_u \cdot y_i)^2 \;+\; \lambda\Bigl(\sum_u |x_u|^2 + \sum_i |y_i|^2\Bigr)"
        )
        st.markdown(
            tr(
                "p is 1 on a link and 0 elsewhere; the confidence c is {confidence:g} on the strongest link and 1 "
                "elsewhere. It begins with random vectors. One **half-step** solves for all {playlists} while the "
                "{songs} stand still, the next for all {songs} while the {playlists} stand still; two half-steps are "
                "an iteration. {iterations} iterations will be run.",
                confidence=STRONGEST,
                iterations=ITERATIONS,
                **named(run),
            )
        )

    def ask(self, run: LoadedRun) -> Slide:
        return Slide(
            tr(
                "Take the whole fall of the error over {n} iterations as 100 %. How much of it does the **first** "
                "iteration bring?",
                n=ITERATIONS,
            )
        )

    def find(self, run: LoadedRun, progress: Progress) -> Steps:
        part = practice(run.dataset, seed=run.config.seed)
        alpha = STRONGEST / float(part.shown.data.max(initial=1.0))
        return core.walk(
            part, factors=FACTORS, regularization=PENALTY, alpha=alpha, seed=run.config.seed, progress=progress
        )

    def truth(self, run: LoadedRun, found: Steps) -> float:
        return 100 * found.first_share

    def reveal(self, run: LoadedRun, found: Steps) -> None:
        half = st.slider(
            tr("Half-steps done"),
            0,
            2 * ITERATIONS,
            2,
            key="lesson.als.half",
            help=tr("Move it, and watch both curves."),
        )
        if half == 0:
            done = tr("Random vectors: nothing has been solved for yet.")
        elif half % 2:
            done = tr("Just solved: every {playlist}, with the {songs} standing still.", **named(run))
        else:
            done = tr("Just solved: every {song}, with the {playlists} standing still.", **named(run))
        st.markdown(
            f"{done} "
            + tr(
                "The error is **{error:,.0f}**, {fall} of the fall behind it; of the hidden {songs} **{recall}** are "
                "found.",
                error=found.objective[half],
                fall=percent(
                    (found.objective[0] - found.objective[half]) / max(found.objective[0] - found.objective[-1], 1e-12)
                ),
                recall=percent(found.recall[half]),
                **named(run),
            )
        )
        st.plotly_chart(
            _curves(found, half),
            key="lesson.als.chart",
            config={"displayModeBar": False},
            alt=tr("The error and Recall@10 after each half-step; figures for some of them stand in the table"),
        )
        shown = sorted({0, 1, 2, 3, 4, 2 * ITERATIONS // 3, 2 * ITERATIONS, half})
        rows = [
            [
                Cell(str(place), mark="chosen" if place == half else ""),
                f"{found.objective[place]:,.1f}",
                f"{found.penalty[place]:,.1f}",
                percent(found.recall[place]),
            ]
            for place in shown
        ]
        html_table.show([tr("half-step"), tr("error"), tr("of it for long vectors"), "Recall@10"], rows)
        best = int(found.recall.argmax())
        st.markdown(
            tr(
                "Rises among the {n} half-steps: **{rises}**. Recall was best after half-step {best} ({recall}); from "
                "there to the end the error still fell by {later}, and nobody’s list got better for it. The error "
                "says how well the model fits what it was shown, not how well it finds what was hidden.",
                n=2 * ITERATIONS,
                rises=found.rises,
                best=best,
                recall=percent(found.recall[best]),
                later=percent((found.objective[best] - found.objective[-1]) / found.objective[best]),
            )
        )

    def check(self, run: LoadedRun) -> Check:
        return Check(
            tr("Can a half-step of ALS make its error larger?"),
            (
                Answer(
                    tr("Yes, if the step is too long"),
                    tr("There is no step length: ALS does not go downhill a little, it jumps to the lowest point."),
                ),
                Answer(
                    tr("Yes, now and then, because the beginning is random"),
                    tr(
                        "The beginning decides where one ends up, but not that a solved least-squares problem is "
                        "solved."
                    ),
                ),
                Answer(
                    tr("No"),
                    tr(
                        "With one side standing still, the other is a least-squares problem with an exact solution: "
                        "the best vectors there are, the old ones among those it beats."
                    ),
                    right=True,
                ),
            ),
        )


def _curves(found: Steps, half: int) -> go.Figure:
    figure = make_subplots(rows=1, cols=2, horizontal_spacing=0.12)
    steps = list(range(len(found.objective)))
    for column, values, colour, name, form in (
        (1, found.objective, POSITIVE, tr("error (logarithmic)"), ",.0f"),
        (2, found.recall, NEGATIVE, tr("Recall@10 of what was hidden"), ".1%"),
    ):
        figure.add_scatter(
            x=steps,
            y=values,
            mode="lines+markers",
            line={"color": colour, "width": 2},
            marker={"size": 5},
            hovertemplate=f"%{{x}}: %{{y:{form}}}<extra></extra>",
            row=1,
            col=column,
        )
        figure.add_scatter(
            x=[half],
            y=[values[half]],
            mode="markers",
            marker={"size": 15, "color": colour, "symbol": "circle-open", "line": {"width": 3}},
            hoverinfo="skip",
            row=1,
            col=column,
        )
        figure.update_xaxes(title=tr("half-step"), fixedrange=True, row=1, col=column)
        figure.update_yaxes(title=name, fixedrange=True, row=1, col=column)
    figure.update_yaxes(type="log", row=1, col=1)
    figure.update_yaxes(tickformat=".0%", rangemode="tozero", row=1, col=2)
    figure.update_layout(height=320, margin={"l": 0, "r": 0, "t": 10, "b": 0}, showlegend=False)
    return figure
