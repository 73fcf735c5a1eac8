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
from playrec_core.ui.pages.learn.frame.lesson_chart import show_chart
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Choice, named, percent
from playrec_core.ui.pages.learn.frame.lesson_models import EvaluationLesson, evaluated_models, queries
from playrec_core.ui.wording.escape import chart_text


class SeedLeak(EvaluationLesson[Leak]):
    key, place = "leak", 70
    title = mark("Leak the seed and watch the score")
    about = mark("A model is given the seed as input. What if the seed counts as a hit?")
    opening = mark(
        "To evaluate a model, some {songs} of each {playlist} are shown (the **seed**) and the rest are hidden. "
        "Recommendations must not contain the seed, and only hidden {songs} count as hits: the seed is **masked**.\n\n"
        "Now suppose both rules are forgotten: seed {songs} may be recommended, and they count as hits. We add a model "
        "of our own, the **copycat**. It recommends the seed, then the most popular {songs}. It has learned nothing."
    )
    prediction = Choice(
        mark("Where does the copycat rank among the models of this run, under the leaky evaluation?"),
        {"last": mark("last"), "middle": mark("somewhere in between"), "first": mark("first")},
    )
    check = mark("Your new model reaches a Recall@10 of 95 %; the best so far has 26 %. What do you do first?")
    answers = (
        Answer(mark("Publish it"), mark("A result that much better is more often a bug than a discovery.")),
        Answer(
            mark("Check whether its recommendations contain what it was shown or trained on"),
            mark("A jump like this is a leak until proven otherwise. Read a few recommendations next to their seeds."),
            right=True,
        ),
        Answer(
            mark("Train it longer"), mark("If the evaluation leaks, longer training only improves the wrong figure.")
        ),
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
        show_chart(
            _bars(found, names, heads),
            "lesson.leak.chart",
            tr("Recall@10 of each model, correct and with the leak; the same values are in the table"),
            height=110 + 48 * len(names),
            legend={"orientation": "h", "y": -0.15, "traceorder": "reversed"},
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
    figure.update_xaxes(tickformat=".0%", title="Recall@10")
    figure.update_yaxes(automargin=True)
    return figure
