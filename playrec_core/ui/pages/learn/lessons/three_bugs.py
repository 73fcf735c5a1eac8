"""Lesson on screen: three faults that a team's wrap-up (document 004) tells of, each committed on purpose."""

import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching.practice_data import practice
from playrec_core.teaching.three_bugs import BATCHES, N_QUESTIONS, SHUFFLES, Faults, show
from playrec_core.ui.components import html_table
from playrec_core.ui.components.csr_view import size_in_words
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Check, Choice, Lesson
from playrec_core.ui.pages.learn.frame.lesson_models import asked_models, asked_names, can_measure, questions


class ThreeFaults(Lesson[Faults]):
    key, place = "faults", 110
    title = mark("Three faults of three lines")
    about = mark(
        "Metrics printed swapped, a loss masked to the wrong split, losses kept alive: all three really happened."
    )

    def lacking(self, run: LoadedRun) -> str:
        return "" if can_measure(run) else tr("This run has no model or no question to measure with.")

    def opening(self, run: LoadedRun) -> None:
        st.markdown(
            tr(
                "A team’s evaluation once printed Recall@10 and nDCG@10 **swapped**; they wondered why their own "
                "recall and the contest’s were so far apart. Both figures lie between 0 and 1, and nothing looks "
                "wrong. But the two can be told apart without reading the code.\n\nTake a model’s lists, and **shuffle "
                "the ten answers** of each: the same ten, in random order."
            )
        )

    def ask(self, run: LoadedRun) -> Choice:
        return Choice(
            tr("Which of the two changes when the ten are shuffled?"),
            {
                "recall": tr("Recall@10 alone"),
                "ndcg": tr("nDCG@10 alone"),
                "both": tr("both of them"),
                "none": tr("neither"),
            },
        )

    def find(self, run: LoadedRun, progress: Progress) -> Faults:
        model = next(iter(asked_models(run).values()))
        return show(
            model,
            questions(run, N_QUESTIONS),
            practice(run.dataset, seed=run.config.seed),
            seed=run.config.seed,
            progress=progress,
        )

    def truth(self, run: LoadedRun, found: Faults) -> str:
        recall = abs(found.given.recall - found.shuffled.recall) > 1e-9
        ndcg = abs(found.given.ndcg - found.shuffled.ndcg) > 1e-9
        return {(True, True): "both", (True, False): "recall", (False, True): "ndcg", (False, False): "none"}[
            recall, ndcg
        ]

    def reveal(self, run: LoadedRun, found: Faults) -> None:
        st.markdown("### 1 · " + tr("Swapped metrics"))
        st.markdown(
            tr(
                "Recall counts what is found, wherever it stands; nDCG pays more for what stands higher. So the order "
                "of the list moves nDCG alone, and that is a test one can write:"
            )
        )
        rows = [
            [tr("as the model has them"), f"{found.given.recall:.4f}", f"{found.given.ndcg:.4f}"],
            [
                tr("shuffled (mean of {n})", n=SHUFFLES),
                f"{found.shuffled.recall:.4f}",
                Cell(f"{found.shuffled.ndcg:.4f}", mark="chosen"),
            ],
            [
                tr("the last one first"),
                f"{found.reversed.recall:.4f}",
                Cell(f"{found.reversed.ndcg:.4f}", mark="chosen"),
            ],
        ]
        title = run.model_title(asked_names(run)[0])
        html_table.show([tr("lists of {model}, {n:,} questions", model=title, n=found.n), "Recall@10", "nDCG@10"], rows)
        st.markdown("### 2 · " + tr("A loss masked to the wrong split"))
        st.markdown(
            tr(
                "A small model is trained on four fifths of the links; the validation loss is to say how far from 1 it "
                "scores the hidden fifth. One mask too wide, “every link there is” instead of “the hidden links”, and "
                "most of what is measured is what the model was trained with:"
            )
        )
        html_table.show(
            [tr("mask of the loss"), tr("root mean squared error")],
            [
                [tr("the hidden links: right"), Cell(f"{found.right:.3f}", mark="best")],
                [tr("all links: wrong, and it looks better"), Cell(f"{found.wrong:.3f}", mark="chosen")],
                [tr("the training links"), f"{found.trained:.3f}"],
            ],
        )
        st.markdown("### 3 · " + tr("Losses kept alive"))
        st.markdown(
            tr(
                "A loss in a deep-learning library is not only a number: it remembers everything it was computed from, "
                "so that one can go back. Add up the losses themselves, and no batch can be forgotten until the epoch "
                "ends. The team’s notes have it in one line: no loss.item(), out of memory."
            )
        )
        st.code(
            "total = total + loss         # keeps every batch\ntotal = total + loss.item()  # keeps a number",
            language="python",
        )
        html_table.show(
            [tr("after an epoch of {n} batches", n=BATCHES), tr("batches in memory"), tr("room they take")],
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
                "Counted just now with small stand-ins of {size} a batch. A real network’s batch takes a hundred "
                "times that: a training that dies of memory after an hour begins so.",
                size=size_in_words(found.batch_bytes),
            )
        )

    def check(self, run: LoadedRun) -> Check:
        return Check(
            tr("What have the three in common?"),
            (
                Answer(
                    tr("The program stops with an error"),
                    tr("None of them does, or only hours later. That is what makes them dear."),
                ),
                Answer(
                    tr("Everything runs, the figures look plausible, and a test of a few lines would have shown it"),
                    tr(
                        "Reverse a list, measure a model on data it has not seen, count what is alive: each is a test "
                        "in this project."
                    ),
                    right=True,
                ),
                Answer(
                    tr("They only happen to beginners"),
                    tr(
                        "They happened to a team that came to a good result all the same. Writing them down is the "
                        "rarer part."
                    ),
                ),
            ),
        )
