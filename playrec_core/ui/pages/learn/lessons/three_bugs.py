"""Lesson page: three bugs reproduced: two from the Movie Rec team report (``docs/sources/movie-rec-report.md``), and a
wrong mask, which the report names as a difficulty that was solved."""

import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching.practice_data import practice_data
from playrec_core.teaching.three_bugs import BATCHES, N_QUERIES, SHUFFLES, Bugs, reproduce
from playrec_core.ui.components import html_table
from playrec_core.ui.components.csr_view import size_in_words
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Choice
from playrec_core.ui.pages.learn.frame.lesson_models import EvaluationLesson, evaluated_models, evaluated_names, queries


class ThreeBugs(EvaluationLesson[Bugs]):
    key, place = "faults", 110
    title = mark("Three three-line bugs")
    about = mark(
        "Swapped metrics, a loss masked to the wrong split, losses kept in memory: two happened, one was avoided."
    )
    opening = mark(
        "The Movie Rec team report tells how an evaluation once printed Recall@10 and nDCG@10 **swapped**. The team "
        "wondered why its own recall and the contest’s were so far apart. Both values lie between 0 and 1, so nothing "
        "looks wrong. But the two metrics can be distinguished without reading the code.\n\nTake a model’s lists and "
        "**shuffle the ten recommendations** of each: the same ten, in random order."
    )
    prediction = Choice(
        mark("Which of the two changes when the ten are shuffled?"),
        {"recall": mark("only Recall@10"), "ndcg": mark("only nDCG@10"), "both": mark("both"), "none": mark("neither")},
    )
    check = mark("What do the three have in common?")
    answers = (
        Answer(
            mark("The program stops with an error"),
            mark("None of them stops the program, or only hours later. That is what makes them costly."),
        ),
        Answer(
            mark("Everything runs, the results look plausible, and a short test would have found it"),
            mark(
                "Reverse a list, evaluate a model on unseen data, count the objects in memory: each is a test in this "
                "project."
            ),
            right=True,
        ),
        Answer(
            mark("They only happen to beginners"),
            mark(
                "Two of them happened to a team that still got a good result. What is rare is that somebody writes "
                "them down."
            ),
        ),
    )

    def find(self, run: LoadedRun, progress: Progress) -> Bugs:
        model = next(iter(evaluated_models(run).values()))
        return reproduce(
            model,
            queries(run, N_QUERIES),
            practice_data(run.dataset, seed=run.config.seed),
            seed=run.config.seed,
            progress=progress,
        )

    def truth(self, run: LoadedRun, found: Bugs) -> str:
        recall = abs(found.given.recall - found.shuffled.recall) > 1e-9
        ndcg = abs(found.given.ndcg - found.shuffled.ndcg) > 1e-9
        return {(True, True): "both", (True, False): "recall", (False, True): "ndcg", (False, False): "none"}[
            recall, ndcg
        ]

    def reveal(self, run: LoadedRun, found: Bugs) -> None:
        st.markdown("### 1 · " + tr("Swapped metrics"))
        st.markdown(
            tr(
                "Recall counts hits at any rank; nDCG gives more weight to hits near the top. So reordering a list "
                "changes only nDCG, and that makes a simple test:"
            )
        )
        rows = [
            [tr("original order"), f"{found.given.recall:.4f}", f"{found.given.ndcg:.4f}"],
            [
                tr("shuffled (mean of {n})", n=SHUFFLES),
                f"{found.shuffled.recall:.4f}",
                Cell(f"{found.shuffled.ndcg:.4f}", mark="chosen"),
            ],
            [tr("reversed"), f"{found.reversed.recall:.4f}", Cell(f"{found.reversed.ndcg:.4f}", mark="chosen")],
        ]
        title = run.model_title(evaluated_names(run)[0])
        html_table.show([tr("lists of {model}, {n:,} queries", model=title, n=found.n), "Recall@10", "nDCG@10"], rows)
        st.markdown("### 2 · " + tr("A loss masked to the wrong split"))
        st.markdown(
            tr(
                "The team report names this as a difficulty, not as a bug: in the end the network read all "
                "interactions, and the training and validation losses were masked to their own. Here is what a wrong "
                "mask would have shown."
            )
        )
        st.markdown(
            tr(
                "A small model is trained on four fifths of the interactions. The validation loss should measure how "
                "far from 1 it scores the hidden fifth. If the mask is too wide, “all interactions” instead of "
                "“hidden interactions”, most of what is measured is training data:"
            )
        )
        html_table.show(
            [tr("loss mask"), tr("root mean squared error")],
            [
                [tr("hidden interactions: correct"), Cell(f"{found.right:.3f}", mark="best")],
                [tr("all interactions: wrong, but looks better"), Cell(f"{found.wrong:.3f}", mark="chosen")],
                [tr("training interactions"), f"{found.trained:.3f}"],
            ],
        )
        st.markdown("### 3 · " + tr("Losses kept in memory"))
        st.markdown(
            tr(
                "A loss in a deep-learning library is more than a number: for the backward pass, it refers to "
                "everything it was computed from. If you add up the losses themselves, no batch can be freed until "
                "the epoch ends. The team report says it in one line: no loss.item(), out of memory."
            )
        )
        st.code(
            "total = total + loss         # keeps every batch\ntotal = total + loss.item()  # keeps a number",
            language="python",
        )
        html_table.show(
            [tr("after an epoch of {n} batches", n=BATCHES), tr("batches in memory"), tr("memory used")],
            [
                ["total + loss", Cell(f"{found.kept:,}", mark="chosen"), size_in_words(found.kept * found.batch_bytes)],
                [
                    "total + loss.item()",
                    Cell(f"{found.freed:,}", mark="best"),
                    size_in_words(found.freed * found.batch_bytes),
                ],
            ],
        )
        st.caption(
            tr(
                "Measured just now with small batches of {size} each. A batch of a real network takes about a hundred "
                "times as much. Training runs that end with an out-of-memory error after an hour start like this.",
                size=size_in_words(found.batch_bytes),
            )
        )
