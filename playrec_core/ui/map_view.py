"""The map of all items: what it is coloured by, whose space it shows and beside which, what is marked and chosen."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from ..serving import LoadedRun
from . import map_chart, map_colours, resources
from .cluster_card import cluster_card
from .items import collection
from .map_selection import CLUSTER_KEY, choose, chosen, selection_panel
from .scatter import Mark, Space, scatter
from .state import OpenPlaylist
from .state import current as current_playlist
from .text import plain, shorten
from .theme import model_colours

NOBODY, MARKED = "", 20
SEED_COLOUR = "#E8112D"
HEIGHT, HEIGHT_OF_TWO = 640, 540


def marks(run: LoadedRun, playlist: OpenPlaylist, model: str) -> list[Mark]:
    """The first answers of a model, if one is named, and the seed above them; by item_idx."""
    found = []
    if model:
        depth = run.config.ranking.depth
        answer = resources.answer(run, run.id, model, playlist.seed, depth, 10, playlist.banned)
        name = f"{run.model_title(model)}: first {MARKED} answers"
        found.append(Mark(name, answer.items[:MARKED].tolist(), model_colours(run.model_names)[model], "diamond"))
    if playlist.seed.songs:
        found.append(Mark(f"the {collection(run.nouns)}", playlist.seed.songs, SEED_COLOUR, "star"))
    return found


@st.fragment
def the_map(run: LoadedRun, playlist: OpenPlaylist, given: OpenPlaylist) -> None:
    """Draw the map, what belongs to it, and what is chosen on it.

    Args:
        run: with a map.
        playlist: marked on it.
        given: the playlist being built as the page was drawn; when it changes in here, the whole page is drawn anew.
    """
    if current_playlist(run.dataset) != given:
        st.rerun()
    by, model, spaces = _controls(run)
    names = [name for name, _ in spaces]
    two = len(spaces) == 2
    drawn = [
        map_chart.space(run, run.id, name, layout, run.model_title(name) if two else "") for name, layout in spaces
    ]
    if two:
        _chart(run, playlist, by, model, names, drawn, HEIGHT_OF_TWO)
        sides = st.columns(2, gap="medium")
    else:
        left, right = st.columns([5, 2], gap="medium")
        with left:
            _chart(run, playlist, by, model, names, drawn, HEIGHT)
        sides = (right, right)
    found = chosen(run).points
    found = found[found < run.map_points.num_rows]
    with sides[0]:
        if len(found):
            with st.container(border=True):
                selection_panel(run, found, names)
        elif two:
            st.info(
                f"Choose some {plain(run.nouns.items)} in one space: they are highlighted in the other, and it says "
                "here how far the two agree about them.",
                icon=":material/highlight_alt:",
            )
    with sides[1], st.container(border=True):
        clusters = [shorten(map_chart.cluster_name(run, one, 2), 40) for one in range(len(run.cluster_labels))]
        cluster = st.selectbox("Cluster", range(len(clusters)), format_func=clusters.__getitem__, key=CLUSTER_KEY)
        cluster_card(run, cluster)


def _controls(run: LoadedRun) -> tuple[str, str, list[tuple[str, str]]]:
    """The colouring, the model whose answers are marked, and the shown spaces with their layouts."""
    titles = {name: run.model_title(name) for name in run.map_spaces}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = st.segmented_control(
            "Coloured by",
            list(offered := map_colours.choices(run)),
            format_func=offered.__getitem__,
            default="cluster",
            required=True,
            key="map.by",
            persist_state="session",
        )
        first, layout, second = run.map_spaces[0], run.map_layouts(run.map_spaces[0])[0], NOBODY
        if len(titles) > 1:
            first = _choice("Space of", titles, "map.space")
            layouts = run.map_layouts(first)
            layout = layouts[0]
            if len(layouts) > 1:
                layout = st.segmented_control("Layout", layouts, format_func=str.upper, default=layout, required=True)
            others = {NOBODY: "nothing"} | {name: title for name, title in titles.items() if name != first}
            second = _choice("Compare with", others, f"map.second.{first}")
        models = {NOBODY: "nobody"} | {name: run.model_title(name) for name in run.model_names}
        model = _choice("Mark the answers of", models, "map.model", first if len(titles) == 1 else run.map_spaces[0])
    shown = [(first, layout)]
    if second:
        shown.append((second, run.map_layouts(second)[0]))
    return by, model, shown


def _choice(label: str, titles: dict[str, str], key: str, default: str = NOBODY) -> str:
    return st.selectbox(
        label,
        list(titles),
        index=list(titles).index(default) if default in titles else 0,
        format_func=titles.__getitem__,
        key=key,
        persist_state="session",
        width=188,
    )


def _chart(
    run: LoadedRun,
    playlist: OpenPlaylist,
    by: str,
    model: str,
    shown: Sequence[str],
    spaces: Sequence[Space],
    height: int,
) -> None:
    scatter(
        spaces,
        map_chart.points(run, run.id, by),
        marks(run, playlist, model),
        chosen(run),
        f"map.scatter.{run.id}",
        lambda found: choose(run, found),
        height=height,
    )
    st.caption(
        "Drag a box or a lasso over the map to make what lies there your "
        f"{plain(collection(run.nouns))}. A click on a point shows its {plain(run.nouns.item)}, one beside all points "
        "lets go; scrolling zooms, a double click shows the whole map." + _left_out(run, shown)
    )


def _left_out(run: LoadedRun, shown: Sequence[str]) -> str:
    """Markdown: which of the shown spaces have fewer points, as they are laid out for fewer."""
    counts = {
        name: int(np.isfinite(run.map_coordinates(name)[:, 0]).sum()) for name in shown if name != run.map_spaces[0]
    }
    return "".join(
        f" The map of {plain(run.model_title(name))} has the {count:,} most popular {plain(run.nouns.items)} it knows."
        for name, count in counts.items()
        if count < run.map_points.num_rows
    )
