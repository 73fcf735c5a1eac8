"""The map of the clusters (Melon systems, M4): which tags are islands of their own, and which go with any music."""

import numpy as np
import pandas as pd
import streamlit as st

from playrec_core.i18n import current, mark, tr
from playrec_core.projection.layout import CLUSTER, ITEM, X, Y
from playrec_core.projection.tag_separation import TAG, TagIsland
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.charts.theme import MUTED
from playrec_core.ui.pages.map.scatter.scatter import Chosen, Mark, Points, Space
from playrec_core.ui.session.playlist import OpenPlaylist
from playrec_core.ui.session.playlist import current as current_playlist
from playrec_core.ui.wording import items
from playrec_core.ui.wording.escape import plain, shorten

from . import tag_spread
from .chart import names_of_groups
from .colours import Colouring, cluster_colour, named
from .map_view import SEED_COLOUR
from .scatter import scatter
from .selection import choose, chosen, selection_panel

HEIGHT, MOST_NAMED = 640, 6
ISLAND, SCATTERED = 0.5, 0.2
"""From where on a tag is called an island, and up to where scattered."""
_KINDS = (
    (mark("island: {island} and more"), "#0072B2"),
    (mark("in between"), "#E69F00"),
    (mark("scattered: below {scattered}"), "#D55E00"),
    (mark("too few to say"), MUTED),
)


@st.fragment
def islands(run: LoadedRun, playlist: OpenPlaylist, given: OpenPlaylist) -> None:
    """Draw the map of the clusters and the table of its tags.

    Args:
        run: with a cluster map.
        playlist: marked on it.
        given: the playlist being built as the page was drawn; when it changes in here, the whole page is drawn anew.
    """
    if current_playlist(run.dataset) != given:
        st.rerun()
    drawn = run.maps.cluster_map
    assert drawn is not None
    shown = drawn[ITEM].to_numpy()
    offered = {"tag": tr("most frequent tag"), "kind": tr("island or scattered"), "cluster": tr("cluster")}
    by = st.segmented_control(
        tr("Coloured by"),
        list(offered),
        format_func=offered.__getitem__,
        default="kind",
        required=True,
        key="map.islands.by",
        persist_state="session",
    )
    left, right = st.columns([5, 3], gap="medium")
    place_of = {item: place for place, item in enumerate(shown.tolist())}
    seed = [place_of[song] for song in playlist.seed.songs if song in place_of]
    with left:
        now = chosen(run)
        scatter.scatter(
            [_space(run, current())],
            _points(run, by, current()),
            [Mark(tr("the {collection}", collection=items.collection(run.nouns)), seed, SEED_COLOUR, "star")]
            if seed
            else [],
            Chosen(now.turn, np.flatnonzero(np.isin(shown, now.points))),
            f"map.islands.{run.id}",
            lambda found: choose(run, Chosen(found.turn, shown[found.points])),
            height=HEIGHT,
        )
        st.caption(
            tr(
                "The most played {items} of each of the {clusters} clusters of {model}, {n:,} in all, by t-SNE, each "
                "with the tag that most of its training {playlists} carry. Texts appear as you zoom in.",
                items=plain(run.nouns.items),
                clusters=len(np.unique(drawn[CLUSTER].to_numpy())),
                model=plain(run.model_title(run.maps.cluster_map_model)),
                n=len(shown),
                playlists=plain(run.nouns.playlists),
            )
        )
    with right:
        _table(run, run.maps.tag_islands)
    found = now.points[now.points < run.maps.size]
    if len(found):
        with right, st.container(border=True):
            selection_panel(run, found, ())
    st.divider()
    tag_spread.tag_spread(run, given)


def _table(run: LoadedRun, found: list[TagIsland]) -> None:
    if not found:
        st.info(tr("No tag stands on enough points here to be measured."))
        return
    tags = [island.tag for island in found]
    turn = f"map.islands.table.{run.id}"

    def pick() -> None:
        rows = st.session_state[turn]["selection"]["rows"]
        now = chosen(run)
        carriers = np.empty(0, dtype=np.int64)
        if rows and rows[0] < len(tags):
            assert run.maps.cluster_map is not None
            shown = run.maps.cluster_map
            carriers = shown[ITEM].to_numpy()[shown[TAG].to_numpy() == tags[rows[0]]].astype(np.int64)
            tag_spread.show(tags[rows[0]])
        choose(run, Chosen(now.turn + 1, carriers))

    names = [shorten(str(name), 40) for name in run.dataset.tags.outside(tags)]
    islands, scattered = _kind(found, ISLAND, 2.0), _kind(found, -2.0, SCATTERED)[::-1]
    for words, kind in ((tr("Islands"), islands), (tr("Scattered"), scattered)):
        listed = ", ".join(plain(names[place]) for place in kind[:MOST_NAMED]) or tr("none")
        st.markdown(f"**{words}:** {listed}{' …' if len(kind) > MOST_NAMED else ''}")
    st.dataframe(
        pd.DataFrame(
            {
                "Tag": names,
                "Island": [island.isolation.mean for island in found],
                "Near": [100 * island.share for island in found],
                "Chance": [100 * island.expected for island in found],
                "Points": [island.points for island in found],
                "95 %": [
                    tr("{low:.2f} to {high:.2f}", low=island.isolation.low, high=island.isolation.high)
                    for island in found
                ],
            }
        ),
        hide_index=True,
        height=320,
        key=turn,
        on_select=pick,
        selection_mode="single-row",
        column_config={
            "Island": st.column_config.ProgressColumn(
                tr("Island"), min_value=0.0, max_value=1.0, format="%.2f", color="primary", width=110
            ),
            "Tag": st.column_config.TextColumn(tr("Tag"), width=95),
            "Near": st.column_config.NumberColumn(tr("Near"), format="%.0f %%", width=55),
            "Chance": st.column_config.NumberColumn(tr("Chance"), format="%.0f %%", width=60),
            "Points": st.column_config.NumberColumn(tr("Points"), width=55),
            "95 %": st.column_config.TextColumn(tr("95 % of Island")),
        },
    )
    st.caption(
        tr(
            "Near: of the 10 points next to one with the tag, the share that has it too; Chance: that share if tags "
            "were dealt out anywhere. Island: how far Near gets from Chance to 100 %, so that 1 is an island nothing "
            "else touches and 0 a tag that lies anywhere, going with any kind of {items}. Measured on this map, with "
            "95 % bootstrap intervals over its points; tags on too few points are left out. A click on a row shows "
            "its points, and below, where else the tag lives.",
            items=plain(run.nouns.items),
        )
    )


def _kind(found: list[TagIsland], low: float, high: float) -> list[int]:
    """Places of the tags whose figure lies between."""
    return [place for place, island in enumerate(found) if low <= island.isolation.mean < high]


def tag_names(run: LoadedRun) -> list[str]:
    """Every tag by its number, raw text."""
    return [str(name) for name in run.dataset.tags.outside(range(len(run.dataset.tags)))]


@per_run(6)
def _space(run: LoadedRun, language: str) -> Space:
    drawn = run.maps.cluster_map
    assert drawn is not None
    points = np.column_stack([drawn[X].to_numpy(), drawn[Y].to_numpy()])
    tags, names = drawn[TAG].to_numpy(), tag_names(run)
    return scatter.space(
        f"{run.id}.islands",
        "",
        tr(
            "Map of the {n:,} most played {items} of the clusters, with their most frequent tags",
            n=len(points),
            items=run.nouns.items,
        ),
        points,
        names_of_groups(
            points, [(tags == one.tag, names[one.tag]) for one in run.maps.tag_islands if one.isolation.mean >= ISLAND]
        ),
    )


@per_run(18)
def _points(run: LoadedRun, by: str, language: str) -> Points:
    drawn = run.maps.cluster_map
    assert drawn is not None
    tags = drawn[TAG].to_numpy()
    names = tag_names(run)
    if by == "tag":
        colours = named([names[tag] if tag >= 0 else "" for tag in tags.tolist()])
    elif by == "kind":
        colours = _kinds(run.maps.tag_islands, tags)
    else:
        clusters = np.unique(drawn[CLUSTER].to_numpy(), return_inverse=True)[1]
        palette = list(dict.fromkeys(cluster_colour(one) for one in range(int(clusters.max()) + 1)))
        colours = Colouring(clusters % len(palette), ("",) * len(palette), tuple(palette), legend=False)
    packed = scatter.pack_names(items.labels(run.dataset, drawn[ITEM].to_numpy()))
    pairs = list(zip(colours.names, colours.colours, strict=True))
    return Points(packed, colours.codes, pairs, colours.legend, tags, names)


def _kinds(found: list[TagIsland], tags: np.ndarray) -> Colouring:
    """Islands, scattered tags and what lies between, by the measured figure of each point's tag."""
    kind = {
        island.tag: 0 if island.isolation.mean >= ISLAND else 2 if island.isolation.mean < SCATTERED else 1
        for island in found
    }
    codes = np.array([kind.get(tag, 3) for tag in tags.tolist()])
    names = tuple(tr(name, island=ISLAND, scattered=SCATTERED) for name, _ in _KINDS)
    return Colouring(codes, names, tuple(colour for _, colour in _KINDS))
