"""Lesson on screen: one list for everybody."""

import plotly.graph_objects as go
import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching.only_popular import N_QUESTIONS, POPULAR, OnlyPopular, measure
from playrec_core.ui.charts.label_placement import beside
from playrec_core.ui.charts.theme import NEGATIVE, POSITIVE
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Check, Lesson, Slide, named, percent
from playrec_core.ui.pages.learn.frame.lesson_models import asked_models, can_measure, questions
from playrec_core.ui.wording.escape import chart_text, plain


class OnlyPopularLesson(Lesson[OnlyPopular]):
    key, place = "popular", 80
    title = mark("Only popularity")
    about = mark("One list for everybody, no learning at all. How far does that get?")

    def lacking(self, run: LoadedRun) -> str:
        return "" if can_measure(run) else tr("This run has no model or no question to measure with.")

    def opening(self, run: LoadedRun) -> None:
        st.markdown(
            tr(
                "The simplest recommender counts how many {playlists} hold each {song}, and answers everybody with "
                "the same ten, less what they have already. It stands in the table of every serious comparison. Here "
                "it meets up to six models of this run.",
                **named(run),
            )
        )

    def ask(self, run: LoadedRun) -> Slide:
        return Slide(tr("Let the best model’s nDCG@10 be 100 %. How much of it does “only popularity” reach?"), close=7)

    def find(self, run: LoadedRun, progress: Progress) -> OnlyPopular:
        return measure(asked_models(run), questions(run, N_QUESTIONS), progress)

    def truth(self, run: LoadedRun, found: OnlyPopular) -> float:
        return min(100 * found.share, 100.0)

    def reveal(self, run: LoadedRun, found: OnlyPopular) -> None:
        ours = found.reach[POPULAR]
        st.markdown(
            tr(
                "Popularity reaches {share} of {best}. It gets there with **{coverage}** of the catalogue: every "
                "other {song} is never recommended to anybody. And two people’s lists are the same but for {own}.",
                share=percent(found.share, 0),
                best=plain(run.model_title(found.best)),
                coverage=percent(ours.coverage, 2),
                own=percent(ours.personalisation, 0),
                **named(run),
            )
        )
        names = {name: tr("Only popularity") if name == POPULAR else run.model_title(name) for name in found.reach}
        st.plotly_chart(
            _scatter(found, names),
            key="lesson.popular.chart",
            config={"displayModeBar": False},
            alt=tr("nDCG@10 against the share of the catalogue that is recommended; the figures stand in the table"),
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
                "{n:,} held-out {playlists}, lists of ten. Coverage: the share of the catalogue in at least one list. "
                "Personalisation: one minus the share that two lists have in common, over all pairs. Popularity rank: "
                "1 is the {song} in most {playlists}; half of what a model answers is beyond the rank given.",
                n=found.n,
                **named(run),
            )
        )

    def check(self, run: LoadedRun) -> Check:
        return Check(
            tr("Nobody wants to run “only popularity”. Why must it stand in the table all the same?"),
            (
                Answer(
                    tr("It says how much of a score costs nothing"),
                    tr(
                        "Without it nobody can say whether an nDCG of 0.07 is taste or fashion. Only what a model adds "
                        "to it has been learnt."
                    ),
                    right=True,
                ),
                Answer(
                    tr("It is the fairest model: everybody gets the same"),
                    tr(
                        "Fair to no {song} outside the first ten: they are never shown, and so never become popular.",
                        **named(run),
                    ),
                ),
                Answer(
                    tr("It is the upper bound for all models"),
                    tr("Look at the table: it is a bar to be cleared, not a ceiling."),
                ),
            ),
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
    figure.update_layout(height=_HEIGHT, margin={"l": 0, "r": 40, "t": 25, "b": 0}, showlegend=False)
    widest = max(one.coverage for one in found.reach.values())
    figure.update_xaxes(
        tickformat=".0%",
        title=tr("coverage: the share of the catalogue that is ever recommended"),
        fixedrange=True,
        range=[-0.08 * widest, 1.12 * widest],
    )
    figure.update_yaxes(title="nDCG@10", rangemode="tozero", fixedrange=True)
    return figure
