"""Lesson page: what contest participants would do first next time (``docs/sources/melon-next-steps.md``)."""

from typing import Any

import streamlit as st

from playrec_core.data.profile import Footprint
from playrec_core.i18n import mark, tr
from playrec_core.models import registry
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching.first_things import CONTEST_AUDIO, CONTEST_SONGS, FirstThings, compare_sizes
from playrec_core.ui.components import html_table
from playrec_core.ui.components.csr_view import size_in_words
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Choice, Lesson, named

METRIC = "ndcg"


class FirstThingsLesson(Lesson[FirstThings]):
    key, place = "first", 120
    title = mark("What to do first")
    about = mark("What contest participants wrote down afterwards: data, metric and baseline first, audio last.")
    opening = mark(
        "The Melon contest provided interactions (5.3 million) and audio (one mel-spectrogram per song) for "
        "{n_songs:,} songs. One team started with the audio. Storing it took several computers, and moving it took a "
        "week. Songs that occur in several playlists caused more trouble. In the end the team gave up on the audio."
    )
    prediction = Choice(
        mark("How much space did the audio take, compared with all interactions in CSR format?"),
        {
            "1": mark("about as much"),
            "10": mark("about 10 times as much"),
            "100": mark("about 100 times as much"),
            "1000": mark("about 1,000 times as much"),
            "10000": mark("about 10,000 times as much"),
        },
    )
    check = mark("It is the first day of a contest like this. What do you do first?")
    answers = (
        Answer(
            mark("Download the audio, because it takes longest"),
            mark(
                "It took the team a week, and they never got to use it. Whether audio helps can only be told with a "
                "baseline to compare with."
            ),
        ),
        Answer(
            mark("Build the strongest network you know"),
            mark("Without a metric and a baseline, nobody can tell whether it is strong."),
        ),
        Answer(
            mark("Profile the data, implement the metric, evaluate a most-popular baseline"),
            mark("It takes an afternoon. From then on, every idea has a figure to beat."),
            right=True,
        ),
    )

    def blanks(self, run: LoadedRun) -> dict[str, Any]:
        return {"n_songs": CONTEST_SONGS}

    def find(self, run: LoadedRun, progress: Progress) -> FirstThings:
        found = run.metrics[run.metrics["metric"] == METRIC]
        means = dict(zip(found["model"].tolist(), found["mean"].tolist(), strict=True))
        kinds = {name: registry.kind_of(name, run.config.models[name]) for name in means}
        popular = [name for name, kind in kinds.items() if kind.kind == "popularity"]
        reads = {name: kind.reads for name, kind in kinds.items()}
        return compare_sizes(Footprint.of(run.dataset.interactions), means, reads, popular)

    def truth(self, run: LoadedRun, found: FirstThings) -> str:
        return str(found.nearest)

    def reveal(self, run: LoadedRun, found: FirstThings) -> None:
        st.markdown(
            tr(
                "{audio} of audio against {interactions} of interactions: **{ratio:,.0f} times** as much. For the "
                "{n:,} {songs} of this run, audio would take {own}; the interactions take {own_interactions}.",
                audio=size_in_words(CONTEST_AUDIO),
                interactions=size_in_words(CONTEST_AUDIO / found.contest_ratio),
                ratio=found.contest_ratio,
                n=found.songs,
                own=size_in_words(found.audio),
                own_interactions=size_in_words(found.interactions),
                **named(run),
            )
        )
        if found.steps:
            self._steps(run, found)
        st.markdown("### " + tr("What they learned"))
        st.markdown(
            tr(
                "- **Start without audio.** Interactions alone go a long way, and they are cheap.\n- **Look at the "
                "data, then choose the metric, then measure a baseline.** Only then build a model; without these "
                "three, nobody can tell whether it helps. The winner’s list started with “understand the task and the "
                "data, understand the metric”, and the winner used a validation set against overfitting.\n- **Read "
                "related work.** The RecSys Challenge 2018, two years earlier, had a similar task, and its winners had "
                "published their methods.\n- **Deep learning is not a plan.** “Whatever I put in, it will work” is on "
                "the team’s own list of mistakes.\n- **Read error messages twice.** The author of the MovieLens "
                "notebook lost two days to a table with a missing column. One of the five favourites had become a "
                "separate item, which the notebook does not mention."
            )
        )

    @staticmethod
    def _steps(run: LoadedRun, found: FirstThings) -> None:
        words = {
            "popularity": tr("baseline: most popular"),
            "interactions": tr("interactions only, best model"),
            "audio": tr("with audio, best model"),
        }
        best = max(mean for _, mean in found.steps.values())
        rows = [
            [words[step], run.model_title(model), Cell(f"{mean:.3f}", mark="best" if mean == best else "")]
            for step, (model, mean) in found.steps.items()
        ]
        st.markdown(tr("Results on this run (nDCG of {songs} on all held-out {playlists}):", **named(run)))
        html_table.show([tr("step"), tr("model"), "nDCG"], rows, text_columns=(1,))
        if "audio" not in found.steps:
            st.caption(tr("No model of this run uses audio."))
