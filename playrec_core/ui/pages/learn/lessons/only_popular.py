"""Lesson page: one list for everybody."""

import plotly.graph_objects as go
import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching.only_popular import N_QUERIES, POPULAR, OnlyPopular, measure
from playrec_core.ui.charts.label_placement import beside
from playrec_core.ui.charts.theme import NEGATIVE, POSITIVE
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_chart import show_chart
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Slide, named, percent
from playrec_core.ui.pages.learn.frame.lesson_models import EvaluationLesson, evaluated_models, queries
from playrec_core.ui.wording.escape import chart_text, plain


class OnlyPopularLesson(EvaluationLesson[OnlyPopular]):
    key, place = "popular", 80
    title = mark("Popularity only")
    about = mark("One list for everybody, without any learning. How good is it?")
    opening = mark(
        "The simplest recommender counts the {playlists} of each {song} and recommends the ten most popular {songs} to "
        "everybody, except those in the seed. It belongs in every comparison as a baseline. Here it is compared with "
        "up to six models of this run."
    )
    prediction = Slide(
        mark("Let the nDCG@10 of the best model be 100 %. How much of it does “popularity only” reach?"), close=7
    )
    check = mark("Nobody wants to deploy “popularity only”. Why include it in every comparison?")
    answers = (
        Answer(
            mark("It shows how much of a score needs no learning"),
            mark(
                "Without it, nobody can tell whether an nDCG of 0.07 reflects taste or popularity. Only the "
                "improvement over it has been learned."
            ),
            right=True,
        ),
        Answer(
            mark("It is the fairest model: everybody gets the same list"),
            mark(
                "It is unfair to every {song} outside the top ten: they are never shown, so they never become popular."
            ),
        ),
        Answer(
            mark("It is an upper bound for all models"),
            mark("Look at the table: it is a minimum to beat, not an upper bound."),
        ),
    )

    def find(self, run: LoadedRun, progress: Progress) -> OnlyPopular:
        return measure(evaluated_models(run), queries(run, N_QUERIES), progress)

    def truth(self, run: LoadedRun, found: OnlyPopular) -> float:
        return min(100 * found.share, 100.0)

    def reveal(self, run: LoadedRun, found: OnlyPopular) -> None:
        ours = found.reach[POPULAR]
        st.markdown(
            tr(
                "Popularity reaches {share} of {best}. It recommends only **{coverage}** of the catalogue; every "
                "other {song} is never recommended. On average, two lists differ by only {own}.",
                share=percent(found.share, 0),
                best=plain(run.model_title(found.best)),
                coverage=percent(ours.coverage, 2),
                own=percent(ours.personalisation, 0),
                **named(run),
            )
        )
        names = {name: tr("Popularity only") if name == POPULAR else run.model_title(name) for name in found.reach}
        show_chart(
            _scatter(found, names),
            "lesson.popular.chart",
            tr("nDCG@10 against catalogue coverage; the values are in the table"),
            height=_HEIGHT,
            margin={"l": 0, "r": 40, "t": 25, "b": 0},
            showlegend=False,
        )
        rows = [
            [
                Cell(names[name], mark="chosen" if name == POPULAR else ""),
                f"{one.ndcg:.3f}",
                percent(one.coverage),
                percent(one.personalisation, 0),
                f"{one.rank:,.0f}",
            ]
            for name, one in sorted(found.reach.items(), key=lambda entry: -entry[1].ndcg)
        ]
        html_table.show(
            [tr("model"), "nDCG@10", tr("coverage"), tr("personalisation"), tr("median popularity rank")], rows
        )
        st.caption(
            tr(
                "{n:,} held-out {playlists}, lists of ten. Coverage: share of the catalogue that is in at least one "
                "list. Personalisation: one minus the mean overlap of two lists, over all pairs. Median popularity "
                "rank: half of the recommendations are less popular than this rank; rank 1 is the most popular {song}.",
                n=found.n,
                **named(run),
            )
        )


_HEIGHT = 340


def _scatter(found: OnlyPopular, names: dict[str, str]) -> go.Figure:
    figure = go.Figure()
    x, y = [one.coverage for one in found.reach.values()], [one.ndcg for one in found.reach.values()]
    texts = [chart_text(names[name], 30) for name in found.reach]
    sides = beside(x, y, texts, width=900, height=_HEIGHT, floor=0)
    for (name, one), text, side in zip(found.reach.items(), texts, sides, strict=True):
        figure.add_scatter(
            x=[one.coverage],
            y=[one.ndcg],
            mode="markers+text",
            text=[text],
            textposition=side,
            cliponaxis=False,
            marker={
                "size": 14,
                "color": NEGATIVE if name == POPULAR else POSITIVE,
                "symbol": "diamond" if name == POPULAR else "circle",
            },
            hovertemplate="%{text}<br>%{x:.2%}, %{y:.3f}<extra></extra>",
        )
    figure.update_xaxes(tickformat=".0%", title=tr("catalogue coverage"), range=[-0.08 * max(x), 1.12 * max(x)])
    figure.update_yaxes(title="nDCG@10", rangemode="tozero")
    return figure
