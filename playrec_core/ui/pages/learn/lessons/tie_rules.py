"""Lesson page: equal scores, three tie rules, and a perfect model that knows nothing."""

import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching.tie_rules import COARSE, CONSTANT, LEVELS, N_QUERIES, RECALLS, RULES, TieRules, compare
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Choice, named, percent
from playrec_core.ui.pages.learn.frame.lesson_models import EvaluationLesson, evaluated_models, evaluated_names, queries


class TieRulesLesson(EvaluationLesson[TieRules]):
    key, place = "ties", 90
    title = mark("Optimistic ties")
    about = mark("One line of code decides which of two equal scores comes first. It can change every result.")
    opening = mark(
        "What is the rank of a hidden {song} among all others? Many programs count **how many have a strictly higher "
        "score** and add one. This puts the hidden {song} before all others with the same score: an **optimistic** "
        "rule.\n\nWe add a model that gives every {song} the same score, 0."
    )
    prediction = Choice(
        mark("What is its Recall@10 under the optimistic rule?"),
        {
            "0.0": mark("0 %: it knows nothing"),
            "0.1": mark("about 10 %: ten ranks and some luck"),
            "0.5": mark("about 50 %"),
            "1.0": mark("100 %: it is perfect"),
        },
    )
    check = mark("Which tie rule can you trust?")
    answers = (
        Answer(
            mark("The optimistic one, as long as all models use it"),
            mark("All models use it, and the one with the most ties gains most: “always 0” just won."),
        ),
        Answer(
            mark("One that is fixed in advance and does not depend on what is hidden"),
            mark(
                "Ties must not favour the hidden items. Break them by popularity or by id, or average over all orders."
            ),
            right=True,
        ),
        Answer(
            mark("None is needed: scores are never equal"),
            mark("See the last column: counts, clipping and rounding produce many ties."),
        ),
    )

    def find(self, run: LoadedRun, progress: Progress) -> TieRules:
        return compare(evaluated_models(run), evaluated_names(run)[0], queries(run, N_QUERIES), progress)

    def truth(self, run: LoadedRun, found: TieRules) -> str:
        value = found.recall(CONSTANT, "optimistic")
        return str(min(RECALLS, key=lambda one: abs(one - value)))

    def reveal(self, run: LoadedRun, found: TieRules) -> None:
        st.markdown(
            tr(
                "No score is strictly higher than 0, so each hidden {song} gets rank 1: **{optimistic}**. The "
                "pessimistic rule counts every score that is at least as high; under it, the same model has a "
                "Recall@10 of {pessimistic}. Under the rule of this app, which was fixed in advance, it has {ours}.",
                optimistic=percent(found.recall(CONSTANT, "optimistic"), 0),
                pessimistic=percent(found.recall(CONSTANT, "pessimistic"), 0),
                ours=percent(found.recall(CONSTANT, "ours")),
                **named(run),
            )
        )
        first = run.model_title(evaluated_names(run)[0])
        names = {CONSTANT: tr("Always 0"), COARSE: tr("{model}, rounded to {n} levels", model=first, n=LEVELS)}
        heads = {
            "optimistic": tr("optimistic: first among ties"),
            "ours": tr("this app: the more popular first"),
            "pessimistic": tr("pessimistic: last among ties"),
        }
        best = {rule: max(found.found, key=lambda name, r=rule: found.recall(name, r)) for rule in RULES}
        rows = [
            [
                Cell(names.get(name) or run.model_title(name), mark="chosen" if name in names else ""),
                *(Cell(percent(found.recall(name, rule)), mark="best" if name == best[rule] else "") for rule in RULES),
                f"{found.mean_tied(name):,.0f}",
            ]
            for name in found.found
        ]
        html_table.show([tr("Recall@10"), *heads.values(), tr("{songs} tied with a hidden one", **named(run))], rows)
        st.caption(
            tr(
                "{n:,} held-out {playlists}. Each hidden {song} is ranked separately against the {songs} that are "
                "neither shown nor hidden. The best model under each rule is marked. Models with fine-grained scores "
                "hardly change. Rounded scores, counts and scores clipped at zero produce ties by the hundred.",
                n=found.n,
                **named(run),
            )
        )
