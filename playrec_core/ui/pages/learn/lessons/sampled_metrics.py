"""Lesson on screen: what ranking among a few drawn items hides."""

import plotly.graph_objects as go
import streamlit as st

from playrec_core.i18n import mark, tr, trn
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching.sampled_metrics import N_QUESTIONS, Sampled, sample
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Check, Lesson, Slide, named, percent
from playrec_core.ui.pages.learn.frame.lesson_models import asked_models, can_measure, questions
from playrec_core.ui.wording.escape import chart_text, plain

ASKED = 100
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


class SampledMetrics(Lesson[Sampled]):
    key, place = "sampled", 100
    title = mark("What sampled metrics hide")
    about = mark("Ranking among 100 random items instead of all is quick. What does the figure then mean?")

    def lacking(self, run: LoadedRun) -> str:
        if run.dataset.n_items <= 2 * ASKED:
            return tr("The catalogue is so small that nobody would draw from it.")
        return (
            "" if can_measure(run, models=2) else tr("This run has no two models, or no question to measure them with.")
        )

    def opening(self, run: LoadedRun) -> None:
        st.markdown(
            tr(
                "To rank a hidden {song} among all {n:,} takes time, so many papers draw {drawn} at random and rank "
                "it among those. The best model of this run, ranked honestly, has a hidden {song} among its first ten "
                "in a certain share of cases (its Recall@10; for many models of this kind it is 5 to 30 %).",
                n=run.dataset.n_items,
                drawn=ASKED,
                **named(run),
            )
        )

    def ask(self, run: LoadedRun) -> Slide:
        return Slide(
            tr(
                "In how many cases is a hidden {song} among the first ten when the best model ranks it among only "
                "{drawn} drawn at random?",
                drawn=ASKED,
                **named(run),
            )
        )

    def find(self, run: LoadedRun, progress: Progress) -> Sampled:
        return sample(asked_models(run), questions(run, N_QUESTIONS), progress)

    def truth(self, run: LoadedRun, found: Sampled) -> float:
        return 100 * found.at(ASKED)[next(iter(found.full))]

    def reveal(self, run: LoadedRun, found: Sampled) -> None:
        best = next(iter(found.full))
        st.markdown(
            tr(
                "{model} truly finds **{full}**; among {drawn} drawn it seems to find **{sampled}**. Being among the "
                "first ten of {drawn} is about being among the first {wide:,.0f} of all {n:,}: a place nobody scrolls "
                "to.",
                model=plain(run.model_title(best)),
                full=percent(found.full[best]),
                sampled=percent(found.at(ASKED)[best]),
                drawn=ASKED,
                wide=10 * found.sizes[-1] / ASKED,
                n=found.sizes[-1],
            )
        )
        st.plotly_chart(
            _curves(run, found),
            key="lesson.sampled.chart",
            config={"displayModeBar": False},
            alt=tr("Recall@10 of each model by how many are drawn; figures for three of them stand in the table"),
        )
        few = found.sizes[0]
        full, drawn, fewest = found.full, found.at(ASKED), found.at(few)
        rows = [
            [
                run.model_title(name),
                Cell(
                    percent(full[name]), tr("place {n}", n=list(full).index(name) + 1), "best" if name == best else ""
                ),
                *(
                    Cell(
                        percent(board[name]),
                        tr("place {n}", n=list(board).index(name) + 1),
                        "chosen" if list(board).index(name) != list(full).index(name) else "",
                    )
                    for board in (drawn, fewest)
                ),
            ]
            for name in full
        ]
        html_table.show([tr("model"), tr("among all"), tr("among {n}", n=ASKED), tr("among {n}", n=few)], rows)
        flips = {size: found.flips(size) for size in found.sizes[:-1]}
        most = max(flips, key=lambda size: len(flips[size]))
        if flips[most]:
            ahead, behind = max(flips[most], key=lambda pair: full[pair[0]] - full[pair[1]])
            st.markdown(
                trn(
                    "Among {size:,} drawn, **{n}** pair of models changes its order: {ahead} is really ahead of "
                    "{behind}, and falls behind.",
                    "Among {size:,} drawn, **{n}** pairs of models change their order: {ahead}, for one, is really "
                    "ahead of {behind}, and falls behind.",
                    len(flips[most]),
                    size=most,
                    ahead=plain(run.model_title(ahead)),
                    behind=plain(run.model_title(behind)),
                )
            )
        else:
            st.markdown(
                tr(
                    "In this run no two models change their order, whatever is drawn. Nobody could have known without "
                    "ranking among all."
                )
            )
        st.caption(
            tr(
                "Nothing was drawn for this: from each hidden {song}’s true place, the mean over all possible draws "
                "is computed (hypergeometric; Krichene & Rendle, KDD 2020). More questions would not help: it is no "
                "noise.",
                **named(run),
            )
        )

    def check(self, run: LoadedRun) -> Check:
        return Check(
            tr(
                "A paper: HR@10 = 0.85 for model A and 0.82 for model B, among 100 sampled items. What do you know of "
                "full ranking?"
            ),
            (
                Answer(
                    tr("A has 0.85 there, too"),
                    tr("Far less: the first ten of a hundred are a tenth of the catalogue."),
                ),
                Answer(
                    tr("A is ahead there, too, only lower"),
                    tr(
                        "Curves may cross: a model that is good everywhere beats, in the sample, one that is good at "
                        "the top."
                    ),
                ),
                Answer(
                    tr("Neither the figures nor which of them is ahead"),
                    tr("A sampled metric is another metric. It tells how good a model is far down the list."),
                    right=True,
                ),
            ),
        )


def _curves(run: LoadedRun, found: Sampled) -> go.Figure:
    colours = model_colours(run)
    figure = go.Figure()
    for place, name in enumerate(found.full):
        figure.add_scatter(
            x=list(found.sizes),
            y=found.recall[name],
            name=chart_text(run.model_title(name), 30),
            mode="lines+markers",
            line={"color": colours[name], "width": 2.5, "dash": _DASHES[place % len(_DASHES)]},
            hovertemplate="%{y:.1%}",
        )
    figure.update_layout(
        height=360,
        margin={"l": 0, "r": 0, "t": 5, "b": 0},
        legend={"orientation": "h", "y": -0.25},
        hovermode="x unified",
    )
    figure.update_xaxes(
        type="log",
        title=tr("how many are drawn; the last is all of them"),
        tickvals=list(found.sizes),
        ticktext=[f"{size:,}" for size in found.sizes],
        fixedrange=True,
    )
    figure.update_yaxes(tickformat=".0%", title="Recall@10", range=[0, 1], fixedrange=True)
    return figure
