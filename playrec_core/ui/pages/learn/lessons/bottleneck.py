"""Lesson page: playlists compressed to a few numbers, and what is lost."""

from typing import Any

import numpy as np
import streamlit as st

from playrec_core.data.dataset import Dataset
from playrec_core.i18n import mark, tr
from playrec_core.schema import TITLE, Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching.bottleneck import GROUPS, Bottleneck, compress
from playrec_core.ui.charts.theme import NEGATIVE, POSITIVE, TOTAL
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_chart import LEGEND_BELOW, curves, show_chart
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Lesson, Slide, named, percent
from playrec_core.ui.wording import items
from playrec_core.ui.wording.escape import shorten

WIDTH, EXAMPLES = 16, 4
_LINES = {"popular": (POSITIVE, "solid"), "medium": (TOTAL, "dot"), "rare": (NEGATIVE, "dash")}


class BottleneckLesson(Lesson[Bottleneck]):
    key, place = "bottleneck", 50
    title = mark("What a bottleneck loses")
    about = mark("An autoencoder compresses a list to a few numbers and reconstructs it. Not everything is recovered.")
    opening = mark(
        "An autoencoder has one input per {song}. It compresses a {playlist} to **k numbers** and reconstructs the "
        "whole {playlist} from them. Without activation functions the best such network is known exactly (the singular "
        "vectors: Eckart & Young 1936; Baldi & Hornik 1989), so the result does not depend on training. A {song} "
        "counts as **recovered** when it is in the top n of the reconstruction, where n is the number of {songs} of "
        "the {playlist}."
    )
    prediction = Slide(mark("With k = **{k}**: of the rarest third of all interactions, how many are recovered?"))
    check = mark("Why does a narrow bottleneck lose the rare {songs} first?")
    answers = (
        Answer(
            mark("Because rare {songs} are noise"),
            mark("They may be the best part of somebody’s list. The network only minimises the error."),
        ),
        Answer(
            mark("Because patterns shared by many {playlists} reduce the error more"),
            mark(
                "A direction shared by many lists lowers the squared error of all of them. A direction that only one "
                "list needs lowers the error of that list alone."
            ),
            right=True,
        ),
        Answer(
            mark("Because it was not trained long enough"),
            mark("This is the exact optimum for every k. More training changes nothing."),
        ),
    )

    def lacking(self, run: LoadedRun) -> str:
        if run.dataset.n_playlists > 2 * WIDTH:
            return ""
        return tr("This run has too few {playlists} for this lesson.", **named(run))

    def blanks(self, run: LoadedRun) -> dict[str, Any]:
        return {**named(run), "k": WIDTH}

    def find(self, run: LoadedRun, progress: Progress) -> Bottleneck:
        return compress(run.dataset, seed=run.config.seed, progress=progress)

    def truth(self, run: LoadedRun, found: Bottleneck) -> float:
        return 100 * float(found.share("rare")[found.widths.index(WIDTH)])

    def reveal(self, run: LoadedRun, found: Bottleneck) -> None:
        names = {
            "rare": tr("rare: in at most {n} of these {playlists}", n=found.bounds[0], **named(run)),
            "medium": tr("medium: in at most {n}", n=found.bounds[1]),
            "popular": tr("popular: in more"),
        }
        chosen_width = found.widths.index(WIDTH)
        st.markdown(
            tr(
                "{rare} of the interactions with rare {songs} are recovered, but **{popular}** of those with popular "
                "ones. This is computed on {n:,} {playlists} of this run; each curve covers a third of their "
                "interactions.",
                rare=percent(float(found.share("rare")[chosen_width])),
                popular=percent(float(found.share("popular")[chosen_width])),
                n=len(found.playlists),
                **named(run),
            )
        )
        lines = [
            (names[group], found.share(group), {"color": colour, "width": 3, "dash": dash})
            for group, (colour, dash) in _LINES.items()
        ]
        show_chart(
            curves(
                found.widths, lines, tr("bottleneck width k (numbers per list)"), tr("interactions recovered"), top=1.03
            ),
            "lesson.bottleneck.chart",
            tr("Share of rare, medium and popular interactions recovered, by k; the same values are in the table"),
            height=330,
            **LEGEND_BELOW,
        )
        rows = [
            [
                f"k = {width}",
                *(percent(float(found.share(group)[place]), 0) for group in GROUPS),
                percent(float(found.error[place]), 0),
            ]
            for place, width in enumerate(found.widths)
        ]
        html_table.show([tr("bottleneck width"), *names.values(), tr("remaining error")], rows)
        self._example(run, found)

    def _example(self, run: LoadedRun, found: Bottleneck) -> None:
        st.markdown("### " + tr("One {playlist} in detail", **named(run)))
        rows = found.examples(EXAMPLES)
        left, right = st.columns(2)
        row = left.selectbox(
            tr("Choose a list"),
            rows,
            format_func=lambda row: _name(run, int(found.playlists[row])),
            key=f"lesson.bottleneck.list.{run.id}",
        )
        width = right.select_slider(
            tr("Bottleneck width k"), found.widths, WIDTH, key=f"lesson.bottleneck.width.{run.id}"
        )
        own = slice(found.interactions.indptr[row], found.interactions.indptr[row + 1])
        songs, back = found.interactions.indices[own], found.recovered[found.widths.index(width), own]
        counts = run.dataset.item_counts
        columns = st.columns(2)
        for column, wanted, head in (
            (columns[0], True, tr("Recovered: {n}", n=int(back.sum()))),
            (columns[1], False, tr("Lost: {n}", n=int((~back).sum()))),
        ):
            with column:
                html_table.show(
                    [head, tr("number of {playlists}", **named(run))],
                    _songs(run.dataset, songs[back == wanted], counts),
                )


def _songs(dataset: Dataset, songs: np.ndarray, counts: np.ndarray) -> list[list[str | Cell]]:
    ordered = sorted(songs.tolist())[:25]
    named_songs = items.labels(dataset, ordered)
    return [[Cell(shorten(name, 60)), f"{counts[song]:,}"] for name, song in zip(named_songs, ordered, strict=True)]


def _name(run: LoadedRun, playlist: int) -> str:
    title = run.dataset.playlist_table[TITLE][playlist].as_py()
    return shorten(title or f"{run.nouns.playlist} {run.dataset.playlists.outside([playlist])[0]}", 50)
