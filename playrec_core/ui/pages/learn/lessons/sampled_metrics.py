"""Lesson page: what ranking against a few sampled items hides."""

from typing import Any

import streamlit as st

from playrec_core.i18n import mark, tr, trn
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching.sampled_metrics import N_QUERIES, Sampled, sampled_recall
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_chart import LEGEND_BELOW, curves, show_chart
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Lesson, Slide, named, percent
from playrec_core.ui.pages.learn.frame.lesson_models import can_evaluate, evaluated_models, queries
from playrec_core.ui.wording.escape import chart_text, plain

N_SAMPLED = 100
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


class SampledMetrics(Lesson[Sampled]):
    key, place = "sampled", 100
    title = mark("What sampled metrics hide")
    about = mark("Ranking against 100 random items instead of the whole catalogue is fast. What does the result mean?")
    opening = mark(
        "Ranking a hidden {song} against all {n:,} takes time, so many papers rank it against {drawn} random ones. "
        "Under full ranking, the best model of this run puts a hidden {song} into the top ten in a certain share of "
        "cases: its Recall@10. For many models of this kind it is 5 to 30 %."
    )
    prediction = Slide(
        mark(
            "How often does the best model put a hidden {song} into the top ten when it is ranked against only {drawn} "
            "random ones?"
        )
    )
    check = mark(
        "A paper reports HR@10 = 0.85 for model A and 0.82 for model B against 100 sampled items. What do you know "
        "about full ranking?"
    )
    answers = (
        Answer(
            mark("A has 0.85 under full ranking, too"),
            mark("Far less: the top ten of a hundred correspond to a tenth of the catalogue."),
        ),
        Answer(
            mark("A is still ahead, with a lower value"),
            mark(
                "Curves can cross. In the sample, a model that is good on average can beat one that is good at the top."
            ),
        ),
        Answer(
            mark("Neither the values nor which model is ahead"),
            mark("A sampled metric is a different metric. It measures how good a model is far down the list."),
            right=True,
        ),
    )

    def blanks(self, run: LoadedRun) -> dict[str, Any]:
        return {**named(run), "n": run.dataset.n_items, "drawn": N_SAMPLED}

    def lacking(self, run: LoadedRun) -> str:
        if run.dataset.n_items <= 2 * N_SAMPLED:
            return tr("The catalogue is too small for sampling to make sense.")
        if not can_evaluate(run, models=2):
            return tr("This run has fewer than two models to evaluate, or no held-out data.")
        return ""

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
        colours = model_colours(run)
        lines = [
            (
                chart_text(run.model_title(name), 30),
                found.recall[name],
                {"color": colours[name], "width": 2.5, "dash": _DASHES[place % len(_DASHES)]},
            )
            for place, name in enumerate(found.full)
        ]
        show_chart(
            curves(found.sizes, lines, tr("sample size (the last is the whole catalogue)"), "Recall@10", top=1),
            "lesson.sampled.chart",
            tr("Recall@10 of each model by sample size; values for three sizes are in the table"),
            height=360,
            **LEGEND_BELOW,
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
