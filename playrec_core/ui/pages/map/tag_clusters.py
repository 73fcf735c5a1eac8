"""The cluster map: which tags form clusters of their own, and which are scattered."""

import numpy as np
import pandas as pd
import pyarrow as pa
import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.projection.layout import CLUSTER, ITEM, X, Y
from playrec_core.projection.tag_separation import TAG, TagSeparation
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.charts.theme import MUTED
from playrec_core.ui.components.segments import segments
from playrec_core.ui.pages.map.scatter.scatter import Chosen, Mark, Points, Space
from playrec_core.ui.session import playlist as state
from playrec_core.ui.session.playlist import OpenPlaylist
from playrec_core.ui.wording import items, terms
from playrec_core.ui.wording.escape import plain, shorten
from playrec_core.ui.wording.run import plain_nouns

from . import tag_spread
from .chart import names_of_groups
from .colours import Colouring, by_cluster, named
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
    """Draw the cluster map with the playlist highlighted, and the table of its tags; ``given`` as in `the_map`."""
    if state.current(run.dataset) != given:
        st.rerun()
    drawn = _drawn(run)
    shown = drawn[ITEM].to_numpy()
    offered = {"tag": tr("most frequent tag"), "kind": tr("clustered or scattered"), "cluster": tr("cluster")}
    by = segments(tr("Colour by"), offered, "map.islands.by", "kind", lasting=True)
    left, right = st.columns([5, 3], gap="medium")
    place_of = {item: place for place, item in enumerate(shown.tolist())}
    seed = [place_of[song] for song in playlist.seed.songs if song in place_of]
    marks = [Mark(tr("the {collection}", collection=items.collection(run.nouns)), seed, SEED_COLOUR, "star")]
    with left:
        now = chosen(run)
        scatter.scatter(
            [_space(run)],
            _points(run, by),
            marks if seed else [],
            Chosen(now.turn, np.flatnonzero(np.isin(shown, now.points))),
            f"map.islands.{run.id}",
            lambda found: choose(run, Chosen(found.turn, shown[found.points])),
            height=HEIGHT,
        )
        st.caption(
            tr(
                "t-SNE of the most popular {items} of each of the {clusters} clusters of {model}, {n:,} in total, each "
                "with its most frequent tag in the training {playlists}. Zoom in to see the tags.",
                clusters=len(np.unique(drawn[CLUSTER].to_numpy())),
                model=plain(run.model_title(run.maps.cluster_map_model)),
                n=len(shown),
                **plain_nouns(run),
            )
        )
    with right:
        _table(run, run.maps.tag_separation)
    found = now.points[now.points < run.maps.size]
    if len(found):
        with right, st.container(border=True):
            selection_panel(run, found, ())
    st.divider()
    tag_spread.tag_spread(run, given, drawn=True)


def _drawn(run: LoadedRun) -> pa.Table:
    assert run.maps.cluster_map is not None
    return run.maps.cluster_map


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
            drawn = _drawn(run)
            carriers = drawn[ITEM].to_numpy()[drawn[TAG].to_numpy() == tags[rows[0]]].astype(np.int64)
            tag_spread.show(tags[rows[0]])
        choose(run, Chosen(now.turn + 1, carriers))

    names = [shorten(name, 40) for name in terms.tags(run.dataset, tags)]
    isolation = [one.isolation for one in found]
    clustered = [name for name, one in zip(names, found, strict=True) if _kind(one) == 0]
    scattered = [name for name, one in zip(names, found, strict=True) if _kind(one) == 2][::-1]
    for words, tagged in ((tr("Clustered"), clustered), (tr("Scattered"), scattered)):
        listed = ", ".join(map(plain, tagged[:MOST_NAMED])) or tr("none")
        st.markdown(f"**{words}:** {listed}{' …' if len(tagged) > MOST_NAMED else ''}")
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


def _kind(one: TagSeparation) -> int:
    """Place in `_KINDS`."""
    return 0 if one.isolation.mean >= CLUSTERED else 2 if one.isolation.mean < SCATTERED else 1


def tag_names(run: LoadedRun) -> list[str]:
    """The names of all tags by tag_idx, raw text."""
    return terms.tags(run.dataset, range(len(run.dataset.tags)))


@per_run(6, in_words=True)
def _space(run: LoadedRun) -> Space:
    drawn = _drawn(run)
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


@per_run(18, in_words=True)
def _points(run: LoadedRun, by: str) -> Points:
    drawn = _drawn(run)
    tags = drawn[TAG].to_numpy()
    names = tag_names(run)
    if by == "tag":
        colours = named([names[tag] if tag >= 0 else "" for tag in tags.tolist()])
    elif by == "kind":
        colours = _kinds(run.maps.tag_separation, tags)
    else:
        colours = by_cluster(np.unique(drawn[CLUSTER].to_numpy(), return_inverse=True)[1])
    packed = scatter.pack_names(items.labels(run.dataset, drawn[ITEM].to_numpy()))
    return Points(packed, colours.codes, colours.categories, colours.legend, tags, names)


def _kinds(found: list[TagSeparation], tags: np.ndarray) -> Colouring:
    """Clustered, in between and scattered, by the separation of each point's tag."""
    kind = {one.tag: _kind(one) for one in found}
    codes = np.array([kind.get(tag, 3) for tag in tags.tolist()])
    words = {"clustered": CLUSTERED, "scattered": SCATTERED}
    return Colouring(codes, [(tr(name, **words), colour) for name, colour in _KINDS])
