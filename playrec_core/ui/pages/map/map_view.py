"""The map of all items: its colouring, the embeddings shown, highlighted items and the selection."""

from collections.abc import Sequence
from contextlib import nullcontext

import numpy as np
import streamlit as st

from playrec_core.i18n import tr
from playrec_core.projection.out_of_sample import BESIDE
from playrec_core.schema import Query
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.components.segments import segments
from playrec_core.ui.pages.map.scatter.scatter import Mark, scatter
from playrec_core.ui.session import playlist as state
from playrec_core.ui.session.playlist import OpenPlaylist
from playrec_core.ui.wording import items
from playrec_core.ui.wording.escape import plain, shorten
from playrec_core.ui.wording.items import collection
from playrec_core.ui.wording.run import plain_nouns

from . import chart, cluster_path, colours, projection_quality
from .cluster_card import cluster_card
from .scatter import scatter as canvas
from .selection import CLUSTER_KEY, choose, chosen, selection_panel

NONE, MARKED = "", 20
SEED_COLOUR = "#E8112D"
HEIGHT, HEIGHT_OF_TWO = 640, 540


def marks(run: LoadedRun, playlist: OpenPlaylist, model: str, joined: bool = False) -> list[Mark]:
    """The top recommendations of a model, if one is named, and above them the seed, optionally joined in order."""
    found = []
    if model:
        depth = run.config.ranking.depth
        ranked = run.recommend(Query(playlist.seed, playlist.banned), [model], k=depth, n_tags=10)[model]
        name = tr("{model}: top {n}", model=run.model_title(model), n=MARKED)
        found.append(Mark(name, ranked.items[:MARKED].tolist(), model_colours(run)[model], "diamond"))
    if playlist.seed.songs:
        name = tr("the {collection}", collection=collection(run.nouns))
        found.append(Mark(name, playlist.seed.songs, SEED_COLOUR, "star", joined))
    return found


@st.fragment
def the_map(run: LoadedRun, playlist: OpenPlaylist, given: OpenPlaylist) -> None:
    """Draw the map with the playlist highlighted, its controls and the selection.

    ``given`` is the open playlist when the page was drawn: if it changes in this fragment, the whole page reruns.
    """
    if state.current(run.dataset) != given:
        st.rerun()
    by, model, spaces, path = _controls(run, playlist)
    two = len(spaces) == 2
    left, right = (nullcontext(), None) if two else st.columns([5, 2], gap="medium")
    with left:
        _chart(run, marks(run, playlist, model, path), by, spaces)
        if path:
            cluster_path.strip(run, playlist.seed.songs)
    sides = (right, right) if right else st.columns(2, gap="medium")
    found = chosen(run).points
    found = found[found < run.maps.size]
    with sides[0]:
        if len(found):
            with st.container(border=True):
                selection_panel(run, found, spaces)
        elif two:
            st.info(
                tr(
                    "Select some {items} on one map: they are highlighted on the other, and this panel shows how far "
                    "the two embeddings agree about them.",
                    items=plain(run.nouns.items),
                ),
                icon=":material/highlight_alt:",
            )
    with sides[1], st.container(border=True):
        clusters = [shorten(chart.cluster_name(run, one, 2), 40) for one in range(len(run.maps.cluster_labels))]
        cluster = st.selectbox(tr("Cluster"), range(len(clusters)), format_func=clusters.__getitem__, key=CLUSTER_KEY)
        cluster_card(run, cluster)


def _controls(run: LoadedRun, playlist: OpenPlaylist) -> tuple[str, str, list[tuple[str, str]], bool]:
    """The colouring, the model whose recommendations are highlighted, the embeddings shown with their layouts, and
    whether the path of the playlist is drawn.
    """
    titles = {name: run.model_title(name) for name in run.maps.spaces}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = segments(tr("Colour by"), colours.choices(run), "map.by", lasting=True)
        first, layout, second = run.maps.spaces[0], run.maps.layouts(run.maps.spaces[0])[0], NONE
        if len(titles) > 1:
            first = _choice(tr("Embedding"), titles, "map.space")
            layouts = run.maps.layouts(first)
            layout = layouts[0]
            if len(layouts) > 1:
                layout = segments(tr("Layout"), {name: name.upper() for name in layouts}, "map.layout")
            others = {NONE: tr("none")} | {name: title for name, title in titles.items() if name != first}
            second = _choice(tr("Compare with"), others, f"map.second.{first}")
        models = {NONE: tr("none")} | {name: run.model_title(name) for name in run.model_names}
        model = _choice(tr("Highlight recommendations of"), models, "map.model", run.maps.spaces[0])
        path = len(playlist.seed.songs) > 1 and st.toggle(
            tr("Path of the {collection}", collection=collection(run.nouns)),
            key="map.way",
            persist_state="session",
            help=tr("Connects its {items} in order and lists the clusters they pass through.", items=run.nouns.items),
        )
    shown = [(first, layout)]
    if second:
        shown.append((second, run.maps.layouts(second)[0]))
    return by, model, shown, path


def _choice(label: str, titles: dict[str, str], key: str, default: str = NONE) -> str:
    return st.selectbox(
        label,
        list(titles),
        index=list(titles).index(default) if default in titles else 0,
        format_func=titles.__getitem__,
        key=key,
        persist_state="session",
        width=188,
    )


def _chart(run: LoadedRun, marked: Sequence[Mark], by: str, shown: Sequence[tuple[str, str]]) -> None:
    two = len(shown) == 2
    spaces = [chart.space(run, name, layout, run.model_title(name) if two else "") for name, layout in shown]
    with st.spinner(tr("Drawing the map …")):
        points = chart.points(run, by, tuple(shown) if by == colours.QUALITY else ())
    scatter(
        spaces,
        points,
        marked,
        chosen(run),
        f"map.scatter.{run.id}",
        lambda found: choose(run, found),
        height=HEIGHT_OF_TWO if two else HEIGHT,
        name_of=lambda found: items.labels(run.dataset, found),
    )
    how = tr(
        "Drag a box or lasso to select {items} and use them as your {collection}. Click a point to show its {item}; "
        "click empty space to deselect. Scroll to zoom; double-click to show the whole map.",
        collection=plain(collection(run.nouns)),
        **plain_nouns(run),
    )
    st.caption(" ".join((how, *_left_out(run, shown))))
    for name, layout in shown:
        projection_quality.map_words(run, name, layout)


def _left_out(run: LoadedRun, shown: Sequence[tuple[str, str]]) -> list[str]:
    """Markdown: which of the embeddings shown are laid out for fewer items, and which points are drawn where there are
    too many.
    """
    notes = []
    for name, layout in shown:
        count = int(np.isfinite(run.maps.coordinates(name, layout)[:, 0]).sum())
        if name != run.maps.spaces[0] and count < run.maps.size:
            notes.append(
                tr(
                    "The map of {model} shows the {n:,} most popular {items} it has vectors for.",
                    model=plain(run.model_title(name)),
                    n=count,
                    items=plain(run.nouns.items),
                )
            )
        elif count > canvas.MOST_DRAWN:
            notes.append(
                tr(
                    "The {drawn:,} most popular {items} are drawn as points; the shading is the density of all {n:,}. "
                    "Zoom in to see the others; a box selects them too. Those beyond the {laid_out:,} most popular "
                    "are placed at the median of their {k} nearest neighbours.",
                    drawn=canvas.MOST_DRAWN,
                    items=plain(run.nouns.items),
                    n=count,
                    laid_out=run.maps.points.num_rows,
                    k=BESIDE,
                )
            )
    return notes
