"""Lesson on screen: equal scores, three rules, and a model that knows nothing and is perfect."""

import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching.tie_rules import COARSE, CONSTANT, FOUND, LEVELS, N_QUESTIONS, RULES, TieRules, judge
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Check, Choice, Lesson, named, percent
from playrec_core.ui.pages.learn.frame.lesson_models import asked_models, asked_names, can_measure, questions


class TieRulesLesson(Lesson[TieRules]):
    key, place = "ties", 90
    title = mark("Optimistic ties")
    about = mark("Two things have one score. Which comes first is a line of code, and it can decide everything.")

    def lacking(self, run: LoadedRun) -> str:
        return "" if can_measure(run) else tr("This run has no model or no question to measure with.")

    def opening(self, run: LoadedRun) -> None:
        st.markdown(
            tr(
                "Where does a hidden {song} stand among all others? Many programs count **how many score strictly "
                "higher**, and add one. Where others score just as high, the hidden one is put before them all: an "
                "**optimistic** rule.\n\nWe enter a model that gives every {song} the same score, 0.",
                **named(run),
            )
        )

    def ask(self, run: LoadedRun) -> Choice:
        words = (
            tr("0 %: it knows nothing"),
            tr("about 10 %: ten places, some luck"),
            tr("about 50 %"),
            tr("100 %: it is perfect"),
        )
        return Choice(
            tr("Which Recall@10 does it get by the optimistic rule?"), dict(zip(map(str, FOUND), words, strict=True))
        )

    def find(self, run: LoadedRun, progress: Progress) -> TieRules:
        return judge(asked_models(run), asked_names(run)[0], questions(run, N_QUESTIONS), progress)

    def truth(self, run: LoadedRun, found: TieRules) -> str:
        value = found.recall(CONSTANT, "optimistic")
        return str(min(FOUND, key=lambda one: abs(one - value)))

    def reveal(self, run: LoadedRun, found: TieRules) -> None:
        st.markdown(
            tr(
                "Nothing scores strictly higher than 0 among zeros, so each hidden {song} is first: **{optimistic}**. "
                "By the opposite rule, which counts all that score at least as high, the same model finds "
                "{pessimistic}; by this program’s rule, declared beforehand, {ours}.",
                optimistic=percent(found.recall(CONSTANT, "optimistic"), 0),
                pessimistic=percent(found.recall(CONSTANT, "pessimistic"), 0),
                ours=percent(found.recall(CONSTANT, "ours")),
                **named(run),
            )
        )
        first = run.model_title(asked_names(run)[0])
        names = {
            CONSTANT: tr("Always 0"),
            COARSE: tr("{model}, rounded to {n} stars", model=first, n=LEVELS),
        }
        heads = {
            "optimistic": tr("optimistic: before its equals"),
            "ours": tr("declared: the more popular first"),
            "pessimistic": tr("pessimistic: behind its equals"),
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
        html_table.show([tr("Recall@10"), *heads.values(), tr("equals of a hidden {song}", **named(run))], rows)
        st.caption(
            tr(
                "{n:,} held-out {playlists}; each hidden {song} is ranked alone among what is neither shown nor "
                "hidden. The winner of each rule is marked. Models with fine scores hardly move. Rounding to stars, "
                "counts, or scores that stop at zero make ties by the hundred.",
                n=found.n,
                **named(run),
            )
        )

    def check(self, run: LoadedRun) -> Check:
        return Check(
            tr("Which rule for equal scores can one trust?"),
            (
                Answer(
                    tr("The optimistic one, as long as all models get it"),
                    tr("All get it, and whoever has most ties gains most: “always 0” just won."),
                ),
                Answer(
                    tr("One that is written down and does not look at what is hidden"),
                    tr(
                        "So that equal scores cannot help the truth: by popularity, by id, or by the mean over all "
                        "orders."
                    ),
                    right=True,
                ),
                Answer(
                    tr("None is needed: scores are never equal"),
                    tr("See the last column: counts, cut-offs and rounding make them equal in masses."),
                ),
            ),
        )
