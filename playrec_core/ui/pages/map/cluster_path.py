"""The clusters that a playlist passes through, in order, as a list of segments."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from playrec_core.i18n import tr, trn
from playrec_core.projection.cluster_path import NOT_ON_MAP, Segment, cluster_path
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.charts.theme import MUTED
from playrec_core.ui.wording import items
from playrec_core.ui.wording.escape import plain, shorten

from .chart import cluster_name
from .colours import cluster_colour

MOST_SEGMENTS, MOST_NAMED = 30, 2
# An ordered list, so that a screen reader announces the number of segments.
_STYLE = """<style>
.pr-way{display:flex;flex-wrap:wrap;gap:.35rem;list-style:none;margin:0;padding:0;font-size:.8rem}
.pr-way li{display:flex;flex-direction:column;max-width:15rem;padding:.3rem .6rem;border-radius:.4rem;
border:1px solid rgba(128,128,128,.35);border-left:.35rem solid var(--pr-cluster);margin:0}
.pr-way b{font-weight:600}
.pr-way span{opacity:.78;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
</style>"""


def strip(run: LoadedRun, songs: Sequence[int]) -> None:
    """Draw the list for the songs of a playlist, in order."""
    clusters = run.maps.clusters
    path = cluster_path(songs, [int(clusters[song]) if song < len(clusters) else NOT_ON_MAP for song in songs])
    nouns = run.nouns
    st.markdown(
        "## "
        + trn(
            "Path of {songs:,} {items} through {n} cluster",
            "Path of {songs:,} {items} through {n} clusters",
            path.clusters,
            songs=len(songs),
            items=plain(nouns.items),
        )
    )
    shown = "".join(_segment(run, one) for one in path.segments[:MOST_SEGMENTS])
    st.html(f'{_STYLE}<ol class="pr-way">{shown}</ol>')
    text = trn(
        "The cluster changes once from one {item} to the next; expected for the same {items} in random order: "
        "{expected:.1f}.",
        "The cluster changes {n} times from one {item} to the next; expected for the same {items} in random order: "
        "{expected:.1f}.",
        path.changes,
        item=plain(nouns.item),
        items=plain(nouns.items),
        expected=path.expected,
    )
    left = len(path.segments) - MOST_SEGMENTS
    more = trn("{n} more segment is not shown.", "{n} more segments are not shown.", left) if left > 0 else ""
    st.caption(f"{text} {more}".strip())


def _segment(run: LoadedRun, one: Segment) -> str:
    missing = one.cluster == NOT_ON_MAP
    name = tr("not on the map") if missing else shorten(cluster_name(run, one.cluster, 2), 40)
    titles = [shorten(title, 28) for title in items.titles(run.dataset, one.songs[:MOST_NAMED])]
    left = len(one.songs) - MOST_NAMED
    listed = ", ".join(titles) + (f" +{left}" if left > 0 else "")
    colour = MUTED if missing else cluster_colour(one.cluster)
    return (
        f'<li style="--pr-cluster:{colour}"><b><bdi>{escape(name)}</bdi></b>'
        f"<span><bdi>{escape(listed)}</bdi></span></li>"
    )
