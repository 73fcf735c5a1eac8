"""Lesson page: what ranking against a few sampled items hides."""

import plotly.graph_objects as go
import streamlit as st

from playrec_core.i18n import mark, tr, trn
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching.sampled_metrics import N_QUERIES, Sampled, sampled_recall
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Check, Lesson, Slide, named, percent
from playrec_core.ui.pages.learn.frame.lesson_models import can_evaluate, evaluated_models, queries
from playrec_core.ui.wording.escape import chart_text, plain

N_SAMPLED = 100
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


class SampledMetrics(Lesson[Sampled]):
    key, place = "sampled", 100
    title = mark("What sampled metrics hide")
    about = mark("Ranking against 100 random items instead of the whole catalogue is fast. What does the result mean?")

    def lacking(self, run: LoadedRun) -> str:
        if run.dataset.n_items <= 2 * N_SAMPLED:
            return tr("The catalogue is too small for sampling to make sense.")
        return (
            ""
            if can_evaluate(run, models=2)
            else tr("This run has fewer than two models to evaluate, or no held-out data.")
        )

    def opening(self, run: LoadedRun) -> None:
        st.markdown(
            tr(
                "Ranking a hidden {song} against all {n:,} takes time, so many papers rank it against {drawn} random "
                "ones. Under full ranking, the best model of this run puts a hidden {song} into the top ten in a "
                "certain share of cases: its Recall@10. For many models of this kind it is 5 to 30 %.",
                n=run.dataset.n_items,
                drawn=N_SAMPLED,
                **named(run),
            )
        )

    def ask(self, run: LoadedRun) -> Slide:
        return Slide(
            tr(
                "How often does the best model put a hidden {song} into the top ten when it is ranked against only "
                "{drawn} random ones?",
                drawn=N_SAMPLED,
                **named(run),
            )
        )

    def find(self, run: LoadedRun, progress: Progress) -> Sampled:
        return sampled_recall(evaluated_models(run), queries(run, N_QUERIES), progress)

    def truth(self, run: LoadedRun, found: Sampled) -> float:
        return 100 * found.at(N_SAMPLED)[next(iter(found.full))]

    def reveal(self, run: LoadedRun, found: Sampled) -> None:
        best = next(iter(found.full))
        st.markdown(
            tr(
                "Recall@10 of {model} is **{full}** under full ranking, but **{sampled}** against {drawn} random "
                "{songs}. Being in the top ten of {drawn} is like being in the top {wide:,.0f} of all {n:,}, and "
                "nobody scrolls that far.",
                model=plain(run.model_title(best)),
                full=percent(found.full[best]),
                sampled=percent(found.at(N_SAMPLED)[best]),
                drawn=N_SAMPLED,
                wide=10 * found.sizes[-1] / N_SAMPLED,
                n=found.sizes[-1],
                **named(run),
            )
        )
        st.plotly_chart(
            _curves(run, found),
            key="lesson.sampled.chart",
            config={"displayModeBar": False},
            alt=tr("Recall@10 of each model by sample size; values for three sizes are in the table"),
        )
        few = found.sizes[0]
        full, drawn, fewest = found.full, found.at(N_SAMPLED), found.at(few)
        rows = [
            [
                run.model_title(name),
                Cell(percent(full[name]), tr("rank {n}", n=list(full).index(name) + 1), "best" if name == best else ""),
                *(
                    Cell(
                        percent(recalls[name]),
                        tr("rank {n}", n=list(recalls).index(name) + 1),
                        "chosen" if list(recalls).index(name) != list(full).index(name) else "",
                    )
                    for recalls in (drawn, fewest)
                ),
            ]
            for name in full
        ]
        html_table.show(
            [tr("model"), tr("full ranking"), tr("sample of {n}", n=N_SAMPLED), tr("sample of {n}", n=few)], rows
        )
        swapped = {size: found.swapped_pairs(size) for size in found.sizes[:-1]}
        most = max(swapped, key=lambda size: len(swapped[size]))
        if swapped[most]:
            ahead, behind = max(swapped[most], key=lambda pair: full[pair[0]] - full[pair[1]])
            st.markdown(
                trn(
                    "With a sample of {size:,}, **{n}** pair of models changes order: {ahead} is ahead of {behind} "
                    "under full ranking, but behind in the sample.",
                    "With a sample of {size:,}, **{n}** pairs of models change order. For example, {ahead} is ahead "
                    "of {behind} under full ranking, but behind in the sample.",
                    len(swapped[most]),
                    size=most,
                    ahead=plain(run.model_title(ahead)),
                    behind=plain(run.model_title(behind)),
                )
            )
        else:
            st.markdown(
                tr(
                    "In this run no two models change order at any sample size. Without full ranking, nobody could "
                    "have known."
                )
            )
        st.caption(
            tr(
                "No sample was drawn. From the rank of each hidden {song} under full ranking, the mean over all "
                "possible samples is computed exactly (hypergeometric distribution; Krichene & Rendle, KDD 2020). "
                "More data would not help: this is bias, not noise.",
                **named(run),
            )
        )

    def check(self, run: LoadedRun) -> Check:
        return Check(
            tr(
                "A paper reports HR@10 = 0.85 for model A and 0.82 for model B against 100 sampled items. What do you "
                "know about full ranking?"
            ),
            (
                Answer(
                    tr("A has 0.85 under full ranking, too"),
                    tr("Far less: the top ten of a hundred correspond to a tenth of the catalogue."),
                ),
                Answer(
                    tr("A is still ahead, with a lower value"),
                    tr(
                        "Curves can cross. In the sample, a model that is good on average can beat one that is good "
                        "at the top."
                    ),
                ),
                Answer(
                    tr("Neither the values nor which model is ahead"),
                    tr("A sampled metric is a different metric. It measures how good a model is far down the list."),
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
        title=tr("sample size (the last is the whole catalogue)"),
        tickvals=list(found.sizes),
        ticktext=[f"{size:,}" for size in found.sizes],
        fixedrange=True,
    )
    figure.update_yaxes(tickformat=".0%", title="Recall@10", range=[0, 1], fixedrange=True)
    return figure
