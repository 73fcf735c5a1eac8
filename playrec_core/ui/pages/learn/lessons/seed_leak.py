"""Lesson on screen: leak the seed, and a copycat wins."""

import plotly.graph_objects as go
import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching.seed_leak import COPYCAT, N_QUESTIONS, WAYS, Leak, leak
from playrec_core.ui.charts.theme import NEGATIVE, POSITIVE
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Check, Choice, Lesson, named, percent
from playrec_core.ui.pages.learn.frame.lesson_models import asked_models, can_measure, questions
from playrec_core.ui.wording.escape import chart_text


class SeedLeak(Lesson[Leak]):
    key, place = "leak", 70
    title = mark("Leak the seed and watch the score")
    about = mark("A model has just been given the seed. What if the seed counts as found?")

    def lacking(self, run: LoadedRun) -> str:
        return "" if can_measure(run) else tr("This run has no model or no question to measure with.")

    def opening(self, run: LoadedRun) -> None:
        st.markdown(
            tr(
                "To measure a model, part of a {playlist} is shown (the **seed**) and the rest hidden. Its answer "
                "must not hold the seed, and only the hidden {songs} count: the seed is **masked**.\n\nNow somebody "
                "forgets both: the seed may be answered, and it counts as found. And we enter a model of our own, the "
                "**copycat**: it answers the seed it was shown, and after that the most popular {songs}. It has "
                "learnt nothing.",
                **named(run),
            )
        )

    def ask(self, run: LoadedRun) -> Choice:
        return Choice(
            tr("Where does the copycat come among the models of this run, by the leaky count?"),
            {"last": tr("last"), "middle": tr("somewhere between"), "first": tr("first")},
        )

    def find(self, run: LoadedRun, progress: Progress) -> Leak:
        return leak(asked_models(run), questions(run, N_QUESTIONS), progress)

    def truth(self, run: LoadedRun, found: Leak) -> str:
        place = found.place(COPYCAT, "leaked")
        return "first" if place == 1 else "last" if place == len(found.recall) else "middle"

    def reveal(self, run: LoadedRun, found: Leak) -> None:
        own = found.recall[COPYCAT]
        st.markdown(
            tr(
                "Counted honestly, the copycat finds {honest} and comes in at place {place} of {n}. With the leak it "
                "“finds” **{leaked}** and comes in at place **{leaked_place}**.",
                honest=percent(own["masked"]),
                leaked=percent(own["leaked"]),
                place=found.place(COPYCAT, "masked"),
                leaked_place=found.place(COPYCAT, "leaked"),
                n=len(found.recall),
            )
        )
        names = {name: self._name(run, name) for name in found.recall}
        heads = {
            "masked": tr("honest: seed masked"),
            "unmasked": tr("seed not masked, not counted"),
            "leaked": tr("seed not masked and counted"),
        }
        st.plotly_chart(
            _bars(found, names, heads),
            key="lesson.leak.chart",
            config={"displayModeBar": False},
            alt=tr("Recall@10 of each model, honest and with the leak; the same figures stand in the table"),
        )
        ordered = sorted(found.recall, key=lambda name: -found.recall[name]["masked"])
        rows = [
            [
                Cell(names[name], mark="chosen" if name == COPYCAT else ""),
                *(
                    Cell(
                        percent(found.recall[name][way]),
                        tr("place {n}", n=found.place(name, way)),
                        self._mark(name, way, found),
                    )
                    for way in WAYS
                ),
            ]
            for name in ordered
        ]
        html_table.show([tr("model"), *heads.values()], rows)
        st.caption(
            tr(
                "Recall@10 on {n:,} held-out {playlists}. The middle column is the other half of the mistake: a list "
                "that wastes its places on the seed finds less than the model could.",
                n=found.n,
                **named(run),
            )
        )

    @staticmethod
    def _mark(name: str, way: str, found: Leak) -> html_table.Mark:
        return "best" if found.place(name, way) == 1 else "chosen" if name == COPYCAT else ""

    @staticmethod
    def _name(run: LoadedRun, name: str) -> str:
        return tr("Copycat") if name == COPYCAT else run.model_title(name)

    def check(self, run: LoadedRun) -> Check:
        return Check(
            tr("Your new model reaches a Recall@10 of 95 %, the best so far 26 %. What do you do first?"),
            (
                Answer(
                    tr("Publish it"), tr("So much better than everything before is more often a fault than a find.")
                ),
                Answer(
                    tr("Look whether its answers hold what it was shown or trained with"),
                    tr(
                        "A leap beyond everything known is a leak until shown otherwise; read a few answers beside "
                        "their seeds."
                    ),
                    right=True,
                ),
                Answer(
                    tr("Train it longer"),
                    tr("If the count is leaky, a longer training makes the wrong figure more beautiful."),
                ),
            ),
        )


def _bars(found: Leak, names: dict[str, str], heads: dict[str, str]) -> go.Figure:
    ordered = sorted(found.recall, key=lambda name: found.recall[name]["masked"])
    figure = go.Figure()
    for way, colour, pattern in (("leaked", NEGATIVE, "/"), ("masked", POSITIVE, "")):
        figure.add_bar(
            y=[chart_text(names[name], 30) for name in ordered],
            x=[found.recall[name][way] for name in ordered],
            name=heads[way],
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
