"""The map of all items: what it is coloured by, whose space it shows and beside which, what is marked and chosen."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from playrec_core.i18n import tr
from playrec_core.projection.out_of_sample import BESIDE
from playrec_core.schema import Query
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.pages.map.scatter.scatter import Mark, Space, scatter
from playrec_core.ui.session.playlist import OpenPlaylist
from playrec_core.ui.session.playlist import current as current_playlist
from playrec_core.ui.wording import items
from playrec_core.ui.wording.escape import plain, shorten
from playrec_core.ui.wording.items import collection

from . import chart, cluster_path, colours, projection_quality
from .cluster_card import cluster_card
from .scatter import scatter as canvas
from .selection import CLUSTER_KEY, choose, chosen, selection_panel

NOBODY, MARKED = "", 20
SEED_COLOUR = "#E8112D"
HEIGHT, HEIGHT_OF_TWO = 640, 540


def marks(run: LoadedRun, playlist: OpenPlaylist, model: str, joined: bool = False) -> list[Mark]:
    """The first answers of a model, if one is named, and the seed above them, joined in its order if asked for; by
    item_idx.
    """
    found = []
    if model:
        depth = run.config.ranking.depth
        answer = run.recommend(Query(playlist.seed, playlist.banned), [model], k=depth, n_tags=10)[model]
        name = tr("{model}: first {n} answers", model=run.model_title(model), n=MARKED)
        found.append(Mark(name, answer.items[:MARKED].tolist(), model_colours(run)[model], "diamond"))
    if playlist.seed.songs:
        name = tr("the {collection}", collection=collection(run.nouns))
        found.append(Mark(name, playlist.seed.songs, SEED_COLOUR, "star", joined))
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
    by, model, spaces, way = _controls(run, playlist)
    two = len(spaces) == 2
    drawn = [chart.space(run, name, layout, run.model_title(name) if two else "") for name, layout in spaces]
    if two:
        _chart(run, marks(run, playlist, model, way), by, spaces, drawn, HEIGHT_OF_TWO)
        if way:
            cluster_path.strip(run, playlist.seed.songs)
        sides = st.columns(2, gap="medium")
    else:
        left, right = st.columns([5, 2], gap="medium")
        with left:
            _chart(run, marks(run, playlist, model, way), by, spaces, drawn, HEIGHT)
            if way:
                cluster_path.strip(run, playlist.seed.songs)
        sides = (right, right)
    found = chosen(run).points
    found = found[found < run.maps.size]
    with sides[0]:
        if len(found):
            with st.container(border=True):
                selection_panel(run, found, spaces)
        elif two:
            st.info(
                tr(
                    "Choose some {items} in one space: they are highlighted in the other, and it says here how far "
                    "the two agree about them.",
                    items=plain(run.nouns.items),
                ),
                icon=":material/highlight_alt:",
            )
    with sides[1], st.container(border=True):
        clusters = [shorten(chart.cluster_name(run, one, 2), 40) for one in range(len(run.maps.cluster_labels))]
        cluster = st.selectbox(tr("Cluster"), range(len(clusters)), format_func=clusters.__getitem__, key=CLUSTER_KEY)
        cluster_card(run, cluster)


def _controls(run: LoadedRun, playlist: OpenPlaylist) -> tuple[str, str, list[tuple[str, str]], bool]:
    """The colouring, the model whose answers are marked, the shown spaces with their layouts, and whether the
    playlist's way is drawn.
    """
    titles = {name: run.model_title(name) for name in run.maps.spaces}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = st.segmented_control(
            tr("Coloured by"),
            list(offered := colours.choices(run)),
            format_func=offered.__getitem__,
            default="cluster",
            required=True,
            key="map.by",
            persist_state="session",
        )
        first, layout, second = run.maps.spaces[0], run.maps.layouts(run.maps.spaces[0])[0], NOBODY
        if len(titles) > 1:
            first = _choice(tr("Space of"), titles, "map.space")
            layouts = run.maps.layouts(first)
            layout = layouts[0]
            if len(layouts) > 1:
                layout = st.segmented_control(
                    tr("Layout"), layouts, format_func=str.upper, default=layout, required=True, key="map.layout"
                )
            others = {NOBODY: tr("nothing")} | {name: title for name, title in titles.items() if name != first}
            second = _choice(tr("Compare with"), others, f"map.second.{first}")
        models = {NOBODY: tr("nobody")} | {name: run.model_title(name) for name in run.model_names}
        model = _choice(tr("Mark the answers of"), models, "map.model", run.maps.spaces[0])
        way = len(playlist.seed.songs) > 1 and st.toggle(
            tr("Journey of the {collection}", collection=collection(run.nouns)),
            key="map.way",
            persist_state="session",
            help=tr("Joins its {items} in order, and lists the clusters they lead through.", items=run.nouns.items),
        )
    shown = [(first, layout)]
    if second:
        shown.append((second, run.maps.layouts(second)[0]))
    return by, model, shown, way


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
    marked: Sequence[Mark],
    by: str,
    shown: Sequence[tuple[str, str]],
    spaces: Sequence[Space],
    height: int,
) -> None:
    with st.spinner(tr("Drawing the map …")):
        points = chart.points(run, by, shown)
    scatter(
        spaces,
        points,
        marked,
        chosen(run),
        f"map.scatter.{run.id}",
        lambda found: choose(run, found),
        height=height,
        name_of=lambda found: items.labels(run.dataset, found),
    )
    how = tr(
        "Drag a box or a lasso over the map to make what lies there your {collection}. A click on a point shows its "
        "{item}, one beside all points lets go; scrolling zooms, a double click shows the whole map.",
        collection=plain(collection(run.nouns)),
        item=plain(run.nouns.item),
    )
    st.caption(" ".join((how, *_left_out(run, shown))))
    for name, layout in shown:
        projection_quality.map_words(run, name, layout)


def _left_out(run: LoadedRun, shown: Sequence[tuple[str, str]]) -> list[str]:
    """Markdown: which of the shown spaces have fewer points, as they are laid out for fewer; and which of all these
    are drawn, where they are too many.
    """
    said = []
    for name, layout in shown:
        count = int(np.isfinite(run.maps.coordinates(name, layout)[:, 0]).sum())
        if name != run.maps.spaces[0] and count < run.maps.size:
            said.append(
                tr(
                    "The map of {model} has the {n:,} most popular {items} it knows.",
                    model=plain(run.model_title(name)),
                    n=count,
                    items=plain(run.nouns.items),
                )
            )
        elif count > canvas.MOST_DRAWN:
            said.append(
                tr(
                    "Points are the {drawn:,} most popular {items}; the shade beneath them shows where all {n:,} lie. "
                    "Zoom in for the others; a box catches them all. Those beyond the {laid_out:,} most popular are "
                    "placed by the {k} of these nearest to each.",
                    drawn=canvas.MOST_DRAWN,
                    items=plain(run.nouns.items),
                    n=count,
                    laid_out=run.maps.points.num_rows,
                    k=BESIDE,
                )
            )
    return said
