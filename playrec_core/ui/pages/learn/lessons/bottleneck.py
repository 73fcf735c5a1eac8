"""Lesson page: playlists compressed to a few numbers, and what is lost."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from playrec_core.data.dataset import Dataset
from playrec_core.i18n import mark, tr
from playrec_core.schema import TITLE, Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.teaching.bottleneck import GROUPS, Bottleneck, compress
from playrec_core.ui.charts.theme import NEGATIVE, POSITIVE, TOTAL
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Check, Lesson, Slide, named, percent
from playrec_core.ui.wording import items
from playrec_core.ui.wording.escape import shorten

WIDTH, EXAMPLES = 16, 4
_COLOURS = {"rare": NEGATIVE, "medium": TOTAL, "popular": POSITIVE}


class BottleneckLesson(Lesson[Bottleneck]):
    key, place = "bottleneck", 50
    title = mark("What a bottleneck loses")
    about = mark("An autoencoder compresses a list to a few numbers and reconstructs it. Not everything is recovered.")

    def lacking(self, run: LoadedRun) -> str:
        if run.dataset.n_playlists > 2 * WIDTH:
            return ""
        return tr("This run has too few {playlists} for this lesson.", **named(run))

    def opening(self, run: LoadedRun) -> None:
        st.markdown(
            tr(
                "An autoencoder has one input per {song}. It compresses a {playlist} to **k numbers** and "
                "reconstructs the whole {playlist} from them. Without activation functions the best such network is "
                "known exactly (the singular vectors: Eckart & Young 1936; Baldi & Hornik 1989), so the result does "
                "not depend on training. A {song} counts as **recovered** when it is in the top n of the "
                "reconstruction, where n is the number of {songs} of the {playlist}.",
                **named(run),
            )
        )

    def ask(self, run: LoadedRun) -> Slide:
        return Slide(
            tr(
                "With k = **{k}**: of the rarest third of all interactions, how many are recovered?",
                k=self._width(run),
                **named(run),
            )
        )

    @staticmethod
    def _width(run: LoadedRun) -> int:
        return WIDTH if run.dataset.n_playlists > WIDTH else 2

    def find(self, run: LoadedRun, progress: Progress) -> Bottleneck:
        return compress(run.dataset, seed=run.config.seed, progress=progress)

    def truth(self, run: LoadedRun, found: Bottleneck) -> float:
        return 100 * float(found.share("rare")[found.widths.index(self._width(run))])

    def reveal(self, run: LoadedRun, found: Bottleneck) -> None:
        names = {
            "rare": tr("rare: in at most {n} of these {playlists}", n=found.bounds[0], **named(run)),
            "medium": tr("medium: in at most {n}", n=found.bounds[1]),
            "popular": tr("popular: in more"),
        }
        chosen_width = found.widths.index(self._width(run))
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
        st.plotly_chart(
            _curves(found, names),
            key="lesson.bottleneck.chart",
            config={"displayModeBar": False},
            alt=tr("Share of rare, medium and popular interactions recovered, by k; the same values are in the table"),
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
        chosen = left.selectbox(
            tr("Choose a list"),
            rows,
            format_func=lambda row: _name(run, int(found.playlists[row])),
            key=f"lesson.bottleneck.list.{run.id}",
        )
        width = right.select_slider(
            tr("Bottleneck width k"), found.widths, WIDTH, key=f"lesson.bottleneck.width.{run.id}"
        )
        row = rows[0] if chosen is None else chosen
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

    def check(self, run: LoadedRun) -> Check:
        return Check(
            tr("Why does a narrow bottleneck lose the rare {songs} first?", **named(run)),
            (
                Answer(
                    tr("Because rare {songs} are noise", **named(run)),
                    tr("They may be the best part of somebody’s list. The network only minimises the error."),
                ),
                Answer(
                    tr("Because patterns shared by many {playlists} reduce the error more", **named(run)),
                    tr(
                        "A direction shared by many lists lowers the squared error of all of them. A direction that "
                        "only one list needs lowers the error of that list alone."
                    ),
                    right=True,
                ),
                Answer(
                    tr("Because it was not trained long enough"),
                    tr("This is the exact optimum for every k. More training changes nothing."),
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
    for group, dash in (("popular", "solid"), ("medium", "dot"), ("rare", "dash")):
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
        title=tr("bottleneck width k (numbers per list)"),
        tickvals=list(found.widths),
        ticktext=list(map(str, found.widths)),
        fixedrange=True,
    )
    figure.update_yaxes(tickformat=".0%", title=tr("interactions recovered"), range=[0, 1.03], fixedrange=True)
    return figure
