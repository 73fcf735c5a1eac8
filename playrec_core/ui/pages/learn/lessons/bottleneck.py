"""Lesson on screen: playlists pressed through few numbers and back, and what they lose on the way."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from playrec_core.data.dataset import Dataset
from playrec_core.i18n import mark, tr
from playrec_core.schema import TITLE, Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching.bottleneck import GROUPS, Bottleneck, press
from playrec_core.ui.charts.theme import NEGATIVE, POSITIVE, TOTAL
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Check, Lesson, Slide, named, percent
from playrec_core.ui.wording import items
from playrec_core.ui.wording.escape import shorten

ASKED_WIDTH, EXAMPLES = 16, 4
_COLOURS = {"rare": NEGATIVE, "between": TOTAL, "popular": POSITIVE}


class BottleneckLesson(Lesson[Bottleneck]):
    key, place = "bottleneck", 50
    title = mark("What a bottleneck forgets")
    about = mark("An autoencoder presses a list through a few numbers and writes it out again. Not everything returns.")

    def lacking(self, run: LoadedRun) -> str:
        if run.dataset.n_playlists > 2 * ASKED_WIDTH:
            return ""
        return tr("This run has too few {playlists} to press them through anything.", **named(run))

    def opening(self, run: LoadedRun) -> None:
        st.markdown(
            tr(
                "An autoencoder reads a {playlist} with as many inputs as there are {songs}, keeps only **k numbers** "
                "of it, and writes the whole {playlist} out again from these. Without activation functions the best "
                "such network is known exactly (the singular vectors: Eckart & Young 1936; Baldi & Hornik 1989), so "
                "nothing here depends on how well it was trained. A {song} counts as **returned** when it is among "
                "the first of what is written out: the first 30, if the {playlist} has 30.",
                **named(run),
            )
        )

    def ask(self, run: LoadedRun) -> Slide:
        return Slide(
            tr(
                "With **{k}** numbers a {playlist}: of the rarest third of all links, how many return?",
                k=self._asked(run),
                **named(run),
            )
        )

    @staticmethod
    def _asked(run: LoadedRun) -> int:
        return ASKED_WIDTH if run.dataset.n_playlists > ASKED_WIDTH else 2

    def find(self, run: LoadedRun, progress: Progress) -> Bottleneck:
        return press(run.dataset, seed=run.config.seed, progress=progress)

    def truth(self, run: LoadedRun, found: Bottleneck) -> float:
        return 100 * float(found.share("rare")[found.widths.index(self._asked(run))])

    def reveal(self, run: LoadedRun, found: Bottleneck) -> None:
        names = {
            "rare": tr("rare: in at most {n} of these {playlists}", n=found.bounds[0], **named(run)),
            "between": tr("between: in at most {n}", n=found.bounds[1]),
            "popular": tr("popular: in more"),
        }
        asked = found.widths.index(self._asked(run))
        st.markdown(
            tr(
                "Rare {songs} return in {rare} of the cases, popular ones in **{popular}**. {n:,} {playlists} of this "
                "run were pressed; each curve is a third of their links.",
                rare=percent(float(found.share("rare")[asked])),
                popular=percent(float(found.share("popular")[asked])),
                n=len(found.playlists),
                **named(run),
            )
        )
        st.plotly_chart(
            _curves(found, names),
            key="lesson.bottleneck.chart",
            config={"displayModeBar": False},
            alt=tr("What part of rare, middling and popular links returns, by k; the same figures stand in the table"),
        )
        rows = [
            [
                f"k = {width}",
                *(percent(float(found.share(group)[place]), 0) for group in GROUPS),
                percent(float(found.error[place]), 0),
            ]
            for place, width in enumerate(found.widths)
        ]
        html_table.show([tr("numbers"), *names.values(), tr("error left")], rows)
        self._example(run, found)

    def _example(self, run: LoadedRun, found: Bottleneck) -> None:
        st.markdown("### " + tr("One {playlist}", **named(run)))
        rows = found.examples(EXAMPLES)
        left, right = st.columns(2)
        chosen = left.selectbox(
            tr("The list to look at"),
            rows,
            format_func=lambda row: _name(run, int(found.playlists[row])),
            key=f"lesson.bottleneck.list.{run.id}",
        )
        width = right.select_slider(
            tr("Numbers it is pressed through"), found.widths, ASKED_WIDTH, key=f"lesson.bottleneck.width.{run.id}"
        )
        row = rows[0] if chosen is None else chosen
        own = slice(found.links.indptr[row], found.links.indptr[row + 1])
        songs, back = found.links.indices[own], found.returned[found.widths.index(width), own]
        counts = run.dataset.item_counts
        columns = st.columns(2)
        for column, wanted, head in (
            (columns[0], True, tr("Returned: {n}", n=int(back.sum()))),
            (columns[1], False, tr("Forgotten: {n}", n=int((~back).sum()))),
        ):
            with column:
                html_table.show(
                    [head, tr("in {playlists}", **named(run))], _songs(run.dataset, songs[back == wanted], counts)
                )

    def check(self, run: LoadedRun) -> Check:
        return Check(
            tr("Why does a narrow bottleneck lose the rare {songs} first?", **named(run)),
            (
                Answer(
                    tr("Because rare {songs} are noise", **named(run)),
                    tr("To somebody they are the best of the list. The network only counts how much error they make."),
                ),
                Answer(
                    tr("Because what many {playlists} share saves more error for each number", **named(run)),
                    tr(
                        "A direction that many lists share lowers the squared error of all of them; one that a single "
                        "list needs lowers that of one."
                    ),
                    right=True,
                ),
                Answer(
                    tr("Because it was not trained long enough"),
                    tr("This one is the exact optimum for every k; more training changes nothing."),
                ),
            ),
        )


def _songs(dataset: Dataset, songs: np.ndarray, counts: np.ndarray) -> list[list[str | Cell]]:
    ordered = sorted(songs.tolist())[:25]
    named_songs = items.labels(dataset, ordered)
    return [[Cell(shorten(name, 60)), f"{counts[song]:,}"] for name, song in zip(named_songs, ordered, strict=True)]


def _name(run: LoadedRun, playlist: int) -> str:
    title = run.dataset.playlist_table[TITLE][playlist].as_py()
    return shorten(title or f"{run.nouns.playlist} {run.dataset.playlists.outside([playlist])[0]}", 50)


def _curves(found: Bottleneck, names: dict[str, str]) -> go.Figure:
    figure = go.Figure()
    for group, dash in (("popular", "solid"), ("between", "dot"), ("rare", "dash")):
        figure.add_scatter(
            x=list(found.widths),
            y=found.share(group),
            name=names[group],
            mode="lines+markers",
            line={"color": _COLOURS[group], "width": 3, "dash": dash},
            hovertemplate="%{y:.1%}",
        )
    figure.update_layout(
        height=330,
        margin={"l": 0, "r": 0, "t": 5, "b": 0},
        legend={"orientation": "h", "y": -0.25},
        hovermode="x unified",
    )
    figure.update_xaxes(
        type="log",
        title=tr("k, the numbers kept of a list"),
        tickvals=list(found.widths),
        ticktext=list(map(str, found.widths)),
        fixedrange=True,
    )
    figure.update_yaxes(tickformat=".0%", title=tr("links that return"), range=[0, 1.03], fixedrange=True)
    return figure
