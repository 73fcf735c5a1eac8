"""Lesson page: the objective of ALS after every half-step, and what it does not show."""

from typing import Any

import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from playrec_core.i18n import mark, tr
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching import als_steps as core
from playrec_core.teaching.als_steps import ITERATIONS, Steps
from playrec_core.teaching.practice_data import practice_data
from playrec_core.ui.charts.theme import NEGATIVE, POSITIVE
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_chart import show_chart
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Lesson, Slide, named, percent

FACTORS, PENALTY, STRONGEST = 32, 0.01, 5.0


class AlsSteps(Lesson[Steps]):
    key, place = "als", 30
    title = mark("ALS, step by step")
    about = mark("Alternating least squares, one half-step at a time: what its loss shows, and what it does not.")
    opening = mark(
        "ALS gives each {playlist} u a vector x and each {song} i a vector y. It minimises this sum over **all** cells "
        "(Hu, Koren & Volinsky 2008):"
    )
    prediction = Slide(
        mark(
            "Let the total decrease of the loss over {n} iterations be 100 %. How much of it comes from the **first** "
            "iteration?"
        )
    )
    check = mark("Can a half-step of ALS increase the loss?")
    answers = (
        Answer(
            mark("Yes, if the step is too large"),
            mark("There is no step size. ALS does not take a small step downhill; it jumps to the minimum."),
        ),
        Answer(
            mark("Yes, sometimes, because the initialisation is random"),
            mark(
                "The initialisation determines where ALS ends up. It does not change that each least-squares problem "
                "is solved exactly."
            ),
        ),
        Answer(
            mark("No"),
            mark(
                "With one side fixed, the other is a least-squares problem with an exact solution. That solution is at "
                "least as good as the previous vectors."
            ),
            right=True,
        ),
    )

    def blanks(self, run: LoadedRun) -> dict[str, Any]:
        return {**named(run), "n": ITERATIONS}

    def open(self, run: LoadedRun) -> None:
        super().open(run)
        st.latex(
            r"\sum_{u,i} c_{ui}\,(p_{ui} - x_u \cdot y_i)^2 \;+\; \lambda\Bigl(\sum_u |x_u|^2 + \sum_i |y_i|^2\Bigr)"
        )
        st.markdown(
            tr(
                "p is 1 for an interaction and 0 elsewhere. The confidence c is {confidence} and 1 for an empty cell. "
                "Training starts from random vectors. One **half-step** solves for all {playlists} with the {songs} "
                "fixed, the next for all {songs} with the {playlists} fixed. Two half-steps are one iteration; there "
                "are {iterations} iterations.",
                confidence=_confidence(run),
                iterations=ITERATIONS,
                **named(run),
            )
        )

    def find(self, run: LoadedRun, progress: Progress) -> Steps:
        part = practice_data(run.dataset, seed=run.config.seed)
        alpha = STRONGEST / float(part.shown.data.max(initial=1.0))
        return core.train(
            part, factors=FACTORS, regularization=PENALTY, alpha=alpha, seed=run.config.seed, progress=progress
        )

    def truth(self, run: LoadedRun, found: Steps) -> float:
        return 100 * found.first_share

    def reveal(self, run: LoadedRun, found: Steps) -> None:
        half = st.slider(
            tr("Half-steps completed"),
            0,
            2 * ITERATIONS,
            2,
            key="lesson.als.half",
            help=tr("Move the slider to follow both curves."),
        )
        if half == 0:
            done = tr("Random vectors: nothing has been solved yet.")
        elif half % 2:
            done = tr("Just solved: every {playlist}, with the {songs} fixed.", **named(run))
        else:
            done = tr("Just solved: every {song}, with the {playlists} fixed.", **named(run))
        st.markdown(
            f"{done} "
            + tr(
                "The loss is **{loss:,.0f}**; {fall} of its total decrease is done. Recall@10 on the hidden {songs} "
                "is **{recall}**.",
                loss=found.objective[half],
                fall=percent(
                    (found.objective[0] - found.objective[half]) / max(found.objective[0] - found.objective[-1], 1e-12)
                ),
                recall=percent(found.recall[half]),
                **named(run),
            )
        )
        show_chart(
            _curves(found, half),
            "lesson.als.chart",
            tr("Loss and Recall@10 after each half-step; some values are in the table"),
            height=320,
            margin={"l": 0, "r": 0, "t": 10, "b": 0},
            showlegend=False,
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
        html_table.show([tr("half-step"), tr("loss"), tr("regularisation term"), "Recall@10"], rows)
        st.markdown(_conclusion(run, found))


def _conclusion(run: LoadedRun, found: Steps) -> str:
    """Markdown: whether the loss ever rose, and what the recommendations did while it fell."""
    best, (better, worse) = found.best, found.since_best
    sentences = [
        tr(
            "Of {n} half-steps, **{rises}** increased the loss. The mean Recall@10 was highest after half-step {best} "
            "({recall}).",
            n=2 * ITERATIONS,
            rises=found.rises,
            best=best,
            recall=percent(found.recall[best]),
        )
    ]
    if best < 2 * ITERATIONS:
        sentences.append(
            tr(
                "From there to the end the loss fell by another {later}, and the mean ended at {last}: of {lists:,} "
                "{playlists}, {better:,} have a better top 10 at the end and {worse:,} a worse one.",
                later=percent((found.objective[best] - found.objective[-1]) / found.objective[best]),
                last=percent(found.recall[-1]),
                lists=found.recalls.shape[1],
                better=better,
                worse=worse,
                **named(run),
            )
        )
    sentences.append(
        tr("The loss measures how well the model fits the training data, not how well it recovers hidden interactions.")
    )
    return " ".join(sentences)


def _confidence(run: LoadedRun) -> str:
    """The confidence of the interactions of this data in words: one value, or the range of c = alpha r."""
    weights = run.dataset.interactions.data
    lowest = STRONGEST * float(weights.min() / weights.max()) if len(weights) else STRONGEST
    if lowest == STRONGEST:
        return tr("{confidence:g} for an interaction", confidence=STRONGEST)
    return tr(
        "between {lowest:g} and {confidence:g} for an interaction, in proportion to its weight,",
        lowest=lowest,
        confidence=STRONGEST,
    )


def _curves(found: Steps, half: int) -> go.Figure:
    figure = make_subplots(rows=1, cols=2, horizontal_spacing=0.12)
    steps = list(range(len(found.objective)))
    for column, values, colour, name, form in (
        (1, found.objective, POSITIVE, tr("loss (log scale)"), ",.0f"),
        (2, found.recall, NEGATIVE, tr("Recall@10 on hidden interactions"), ".1%"),
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
        figure.update_xaxes(title=tr("half-step"), row=1, col=column)
        figure.update_yaxes(title=name, row=1, col=column)
    figure.update_yaxes(type="log", row=1, col=1)
    figure.update_yaxes(tickformat=".0%", rangemode="tozero", row=1, col=2)
    return figure
