"""Lesson on screen: what two teams would do first, next time (document 002)."""

import streamlit as st

from playrec_core.data.profile import Footprint
from playrec_core.i18n import mark, tr
from playrec_core.models import registry
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching.first_things import CONTEST_AUDIO, RATIOS, FirstThings, weigh
from playrec_core.ui.components import html_table
from playrec_core.ui.components.csr_view import size_in_words
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Check, Choice, Lesson, named

METRIC = "ndcg"


class FirstThingsLesson(Lesson[FirstThings]):
    key, place = "first", 120
    title = mark("What to do first")
    about = mark(
        "What people who had built such systems wrote down afterwards: data, metric, baseline, and audio last."
    )

    def opening(self, run: LoadedRun) -> None:
        st.markdown(
            tr(
                "The Melon contest gave its {n_songs:,} songs with who plays what with what (5.3 million links) and "
                "with their sound: a mel-spectrogram each. One team began with the sound. It needed several computers "
                "to hold it and a week to move it, stumbled over songs that are in several lists, and gave the sound "
                "up before the end.",
                n_songs=707_989,
            )
        )

    def ask(self, run: LoadedRun) -> Choice:
        words = (
            tr("about as much"),
            tr("about 10 times as much"),
            tr("about 100 times as much"),
            tr("about 1,000 times as much"),
            tr("about 10,000 times as much"),
        )
        return Choice(
            tr("How much room did the sound take, compared with all the links as CSR?"),
            dict(zip(map(str, RATIOS), words, strict=True)),
        )

    def find(self, run: LoadedRun, progress: Progress) -> FirstThings:
        found = run.metrics[run.metrics["metric"] == METRIC]
        means = dict(zip(found["model"].tolist(), found["mean"].tolist(), strict=True))
        kinds = {name: registry.kind_of(name, run.config.models[name]) for name in means}
        popular = [name for name, kind in kinds.items() if kind.kind == "popularity"]
        reads = {name: kind.reads for name, kind in kinds.items()}
        return weigh(Footprint.of(run.dataset.interactions), means, reads, popular)

    def truth(self, run: LoadedRun, found: FirstThings) -> str:
        return str(found.nearest)

    def reveal(self, run: LoadedRun, found: FirstThings) -> None:
        st.markdown(
            tr(
                "{audio} of sound against {links} of links: **{ratio:,.0f} times** as much. For the {n:,} {songs} of "
                "this run, sound would take {own}, and the links take {own_links}.",
                audio=size_in_words(CONTEST_AUDIO),
                links=size_in_words(CONTEST_AUDIO / found.contest_ratio),
                ratio=found.contest_ratio,
                n=found.songs,
                own=size_in_words(found.audio),
                own_links=size_in_words(found.links),
                **named(run),
            )
        )
        if found.steps:
            self._steps(run, found)
        st.markdown("### " + tr("What they wrote down afterwards"))
        st.markdown(
            tr(
                "- **Begin without audio.** Who plays what with what goes a long way before any content is needed, and "
                "it is cheap.\n- **Look at the data, then fix the metric, then measure a baseline.** A model comes "
                "fourth; without the three before it nobody can say whether it helps. The winner’s list began with "
                "“understand the task and the data, understand the metric” and had a validation set against "
                "overfitting.\n- **Read what others did.** The contest of the year before had the same task, and its "
                "winners had published.\n- **Deep learning is not a plan.** “Whatever I put in, it will work” stands "
                "on their own list of mistakes.\n- **Read the error twice.** A notebook’s author lost two days to a "
                "table that lacked a column, and never saw that one of five favourites was an item of its own."
            )
        )

    @staticmethod
    def _steps(run: LoadedRun, found: FirstThings) -> None:
        words = {
            "popularity": tr("a baseline: the most popular"),
            "links": tr("the links alone, best model"),
            "audio": tr("with sound, best model"),
        }
        best = max(mean for _, mean in found.steps.values())
        rows = [
            [words[step], run.model_title(model), Cell(f"{mean:.3f}", mark="best" if mean == best else "")]
            for step, (model, mean) in found.steps.items()
        ]
        st.markdown(tr("What each bought on this run (nDCG of {songs} on all held-out {playlists}):", **named(run)))
        html_table.show([tr("step"), tr("model"), "nDCG"], rows, text_columns=(1,))
        if "audio" not in found.steps:
            st.caption(tr("No model of this run hears anything."))

    def check(self, run: LoadedRun) -> Check:
        return Check(
            tr("First day of a contest like this. What do you do first?"),
            (
                Answer(
                    tr("Download the audio: it takes longest"),
                    tr(
                        "It took the team a week and the contest. Whether it helps can be asked when there is a "
                        "baseline to help."
                    ),
                ),
                Answer(
                    tr("Build the strongest network one knows"),
                    tr("Without metric and baseline nobody can say that it is strong."),
                ),
                Answer(
                    tr("Count the data, write the metric, measure the most popular"),
                    tr("An afternoon, and from then on every idea has a figure to beat."),
                    right=True,
                ),
            ),
        )
