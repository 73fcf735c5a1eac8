"""Lesson page: leak the seed, and a copycat wins."""

import plotly.graph_objects as go
import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching.seed_leak import COPYCAT, EVALUATIONS, N_QUERIES, Leak, measure_leak
from playrec_core.ui.charts.theme import NEGATIVE, POSITIVE
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Check, Choice, Lesson, named, percent
from playrec_core.ui.pages.learn.frame.lesson_models import can_evaluate, evaluated_models, queries
from playrec_core.ui.wording.escape import chart_text


class SeedLeak(Lesson[Leak]):
    key, place = "leak", 70
    title = mark("Leak the seed and watch the score")
    about = mark("A model is given the seed as input. What if the seed counts as a hit?")

    def lacking(self, run: LoadedRun) -> str:
        return "" if can_evaluate(run) else tr("This run has no model to evaluate, or no held-out data.")

    def opening(self, run: LoadedRun) -> None:
        st.markdown(
            tr(
                "To evaluate a model, some {songs} of each {playlist} are shown (the **seed**) and the rest are "
                "hidden. Recommendations must not contain the seed, and only hidden {songs} count as hits: the seed "
                "is **masked**.\n\nNow suppose both rules are forgotten: seed {songs} may be recommended, and they "
                "count as hits. We add a model of our own, the **copycat**. It recommends the seed, then the most "
                "popular {songs}. It has learned nothing.",
                **named(run),
            )
        )

    def ask(self, run: LoadedRun) -> Choice:
        return Choice(
            tr("Where does the copycat rank among the models of this run, under the leaky evaluation?"),
            {"last": tr("last"), "middle": tr("somewhere in between"), "first": tr("first")},
        )

    def find(self, run: LoadedRun, progress: Progress) -> Leak:
        return measure_leak(evaluated_models(run), queries(run, N_QUERIES), progress)

    def truth(self, run: LoadedRun, found: Leak) -> str:
        rank = found.rank(COPYCAT, "leaked")
        return "first" if rank == 1 else "last" if rank == len(found.recall) else "middle"

    def reveal(self, run: LoadedRun, found: Leak) -> None:
        own = found.recall[COPYCAT]
        st.markdown(
            tr(
                "Evaluated correctly, the copycat has a Recall@10 of {honest} and ranks {rank} of {n}. With the leak "
                "it has **{leaked}** and ranks **{leaked_rank}**.",
                honest=percent(own["masked"]),
                leaked=percent(own["leaked"]),
                rank=found.rank(COPYCAT, "masked"),
                leaked_rank=found.rank(COPYCAT, "leaked"),
                n=len(found.recall),
            )
        )
        names = {name: self._name(run, name) for name in found.recall}
        heads = {
            "masked": tr("correct: seed masked"),
            "unmasked": tr("seed not masked, not counted"),
            "leaked": tr("seed not masked, counted"),
        }
        st.plotly_chart(
            _bars(found, names, heads),
            key="lesson.leak.chart",
            config={"displayModeBar": False},
            alt=tr("Recall@10 of each model, correct and with the leak; the same values are in the table"),
        )
        ordered = sorted(found.recall, key=lambda name: -found.recall[name]["masked"])
        rows = [
            [
                Cell(names[name], mark="chosen" if name == COPYCAT else ""),
                *(
                    Cell(
                        percent(found.recall[name][evaluation]),
                        tr("rank {n}", n=found.rank(name, evaluation)),
                        self._mark(name, evaluation, found),
                    )
                    for evaluation in EVALUATIONS
                ),
            ]
            for name in ordered
        ]
        html_table.show([tr("model"), *heads.values()], rows)
        st.caption(
            tr(
                "Recall@10 on {n:,} held-out {playlists}. The middle column shows the other half of the mistake: "
                "where the seed takes up ranks in the list, a model finds less than it could.",
                n=found.n,
                **named(run),
            )
        )

    @staticmethod
    def _mark(name: str, evaluation: str, found: Leak) -> html_table.Mark:
        return "best" if found.rank(name, evaluation) == 1 else "chosen" if name == COPYCAT else ""

    @staticmethod
    def _name(run: LoadedRun, name: str) -> str:
        return tr("Copycat") if name == COPYCAT else run.model_title(name)

    def check(self, run: LoadedRun) -> Check:
        return Check(
            tr("Your new model reaches a Recall@10 of 95 %; the best so far has 26 %. What do you do first?"),
            (
                Answer(tr("Publish it"), tr("A result that much better is more often a bug than a discovery.")),
                Answer(
                    tr("Check whether its recommendations contain what it was shown or trained on"),
                    tr(
                        "A jump like this is a leak until proven otherwise. Read a few recommendations next to their "
                        "seeds."
                    ),
                    right=True,
                ),
                Answer(
                    tr("Train it longer"),
                    tr("If the evaluation leaks, longer training only improves the wrong figure."),
                ),
            ),
        )


def _bars(found: Leak, names: dict[str, str], heads: dict[str, str]) -> go.Figure:
    ordered = sorted(found.recall, key=lambda name: found.recall[name]["masked"])
    figure = go.Figure()
    for evaluation, colour, pattern in (("leaked", NEGATIVE, "/"), ("masked", POSITIVE, "")):
        figure.add_bar(
            y=[chart_text(names[name], 30) for name in ordered],
            x=[found.recall[name][evaluation] for name in ordered],
            name=heads[evaluation],
            orientation="h",
            marker={"color": colour, "pattern": {"shape": pattern}},
            hovertemplate="%{x:.1%}",
        )
    figure.update_layout(
        height=110 + 48 * len(ordered),
        margin={"l": 0, "r": 0, "t": 5, "b": 0},
        legend={"orientation": "h", "y": -0.15},
        legend_traceorder="reversed",
    )
    figure.update_xaxes(tickformat=".0%", title="Recall@10", fixedrange=True)
    figure.update_yaxes(fixedrange=True, automargin=True)
    return figure
