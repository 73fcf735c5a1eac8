"""The cluster map: which tags form clusters of their own, and which are scattered."""

import numpy as np
import pandas as pd
import streamlit as st

from playrec_core.i18n import current, mark, tr
from playrec_core.projection.layout import CLUSTER, ITEM, X, Y
from playrec_core.projection.tag_separation import TAG, TagSeparation
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
CLUSTERED, SCATTERED = 0.5, 0.2
"""A tag is called clustered from the first separation on, and scattered below the second."""
_KINDS = (
    (mark("clustered: {clustered} or more"), "#0072B2"),
    (mark("in between"), "#E69F00"),
    (mark("scattered: below {scattered}"), "#D55E00"),
    (mark("too few points"), MUTED),
)


@st.fragment
def tag_clusters(run: LoadedRun, playlist: OpenPlaylist, given: OpenPlaylist) -> None:
    """Draw the cluster map and the table of its tags.

    Args:
        run: with a cluster map.
        playlist: highlighted on it.
        given: the open playlist when the page was drawn; if it changes in this fragment, the whole page reruns.
    """
    if current_playlist(run.dataset) != given:
        st.rerun()
    drawn = run.maps.cluster_map
    assert drawn is not None
    shown = drawn[ITEM].to_numpy()
    offered = {"tag": tr("most frequent tag"), "kind": tr("clustered or scattered"), "cluster": tr("cluster")}
    by = st.segmented_control(
        tr("Colour by"),
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
                "t-SNE of the most popular {items} of each of the {clusters} clusters of {model}, {n:,} in total, each "
                "with its most frequent tag in the training {playlists}. Zoom in to see the tags.",
                items=plain(run.nouns.items),
                clusters=len(np.unique(drawn[CLUSTER].to_numpy())),
                model=plain(run.model_title(run.maps.cluster_map_model)),
                n=len(shown),
                playlists=plain(run.nouns.playlists),
            )
        )
    with right:
        _table(run, run.maps.tag_separation)
    found = now.points[now.points < run.maps.size]
    if len(found):
        with right, st.container(border=True):
            selection_panel(run, found, ())
    st.divider()
    tag_spread.tag_spread(run, given)


def _table(run: LoadedRun, found: list[TagSeparation]) -> None:
    if not found:
        st.info(tr("No tag has enough points here to be measured."))
        return
    tags = [one.tag for one in found]
    key = f"map.islands.table.{run.id}"

    def pick() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        now = chosen(run)
        carriers = np.empty(0, dtype=np.int64)
        if rows and rows[0] < len(tags):
            assert run.maps.cluster_map is not None
            shown = run.maps.cluster_map
            carriers = shown[ITEM].to_numpy()[shown[TAG].to_numpy() == tags[rows[0]]].astype(np.int64)
            tag_spread.show(tags[rows[0]])
        choose(run, Chosen(now.turn + 1, carriers))

    names = [shorten(str(name), 40) for name in run.dataset.tags.outside(tags)]
    isolation = [one.isolation for one in found]
    clustered, scattered = _kind(found, CLUSTERED, 2.0), _kind(found, -2.0, SCATTERED)[::-1]
    for words, kind in ((tr("Clustered"), clustered), (tr("Scattered"), scattered)):
        listed = ", ".join(plain(names[place]) for place in kind[:MOST_NAMED]) or tr("none")
        st.markdown(f"**{words}:** {listed}{' …' if len(kind) > MOST_NAMED else ''}")
    st.dataframe(
        pd.DataFrame(
            {
                "Tag": names,
                "Separation": [each.mean for each in isolation],
                "Observed": [100 * one.share for one in found],
                "Expected": [100 * one.expected for one in found],
                "Points": [one.points for one in found],
                "95 %": [tr("{low:.2f} to {high:.2f}", low=each.low, high=each.high) for each in isolation],
            }
        ),
        hide_index=True,
        height=320,
        key=key,
        on_select=pick,
        selection_mode="single-row",
        column_config={
            "Separation": st.column_config.ProgressColumn(
                tr("Separation"), min_value=0.0, max_value=1.0, format="%.2f", color="primary", width=110
            ),
            "Tag": st.column_config.TextColumn(tr("Tag"), width=95),
            "Observed": st.column_config.NumberColumn(tr("Observed"), format="%.0f %%", width=75),
            "Expected": st.column_config.NumberColumn(tr("Expected"), format="%.0f %%", width=75),
            "Points": st.column_config.NumberColumn(tr("Points"), width=55),
            "95 %": st.column_config.TextColumn(tr("95 % CI")),
        },
    )
    st.caption(
        tr(
            "Observed: of the 10 points nearest to a point with the tag, the share that also has it. Expected: that "
            "share if tags were assigned at random. Separation: (observed − expected) / (100 % − expected); 1 is a "
            "cluster with nothing else in it, 0 a tag scattered at random. Measured on this map, with 95 % bootstrap "
            "intervals over its points; tags on too few points are left out. Click a row to show its points and, "
            "below, where the tag appears."
        )
    )


def _kind(found: list[TagSeparation], low: float, high: float) -> list[int]:
    """Positions of the tags whose separation is in [low, high)."""
    return [place for place, one in enumerate(found) if low <= one.isolation.mean < high]


def tag_names(run: LoadedRun) -> list[str]:
    """The names of all tags by tag_idx, raw text."""
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
            "Map of the {n:,} most popular {items} of the clusters, with their most frequent tags",
            n=len(points),
            items=run.nouns.items,
        ),
        points,
        names_of_groups(
            points,
            [(tags == one.tag, names[one.tag]) for one in run.maps.tag_separation if one.isolation.mean >= CLUSTERED],
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
        colours = _kinds(run.maps.tag_separation, tags)
    else:
        clusters = np.unique(drawn[CLUSTER].to_numpy(), return_inverse=True)[1]
        palette = list(dict.fromkeys(cluster_colour(one) for one in range(int(clusters.max()) + 1)))
        colours = Colouring(clusters % len(palette), ("",) * len(palette), tuple(palette), legend=False)
    packed = scatter.pack_names(items.labels(run.dataset, drawn[ITEM].to_numpy()))
    pairs = list(zip(colours.names, colours.colours, strict=True))
    return Points(packed, colours.codes, pairs, colours.legend, tags, names)


def _kinds(found: list[TagSeparation], tags: np.ndarray) -> Colouring:
    """Clustered, in between and scattered, by the separation of each point's tag."""
    kind = {
        one.tag: 0 if one.isolation.mean >= CLUSTERED else 2 if one.isolation.mean < SCATTERED else 1 for one in found
    }
    codes = np.array([kind.get(tag, 3) for tag in tags.tolist()])
    names = tuple(tr(name, clustered=CLUSTERED, scattered=SCATTERED) for name, _ in _KINDS)
    return Colouring(codes, names, tuple(colour for _, colour in _KINDS))
