"""The clusters that a playlist leads through, in order, as a strip that can be read."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from playrec_core.i18n import tr, trn
from playrec_core.projection.cluster_path import NOWHERE, Stretch, journey
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.charts.theme import MUTED
from playrec_core.ui.wording import items
from playrec_core.ui.wording.escape import plain, shorten

from .chart import cluster_name
from .colours import cluster_colour

MOST_STRETCHES, MOST_NAMED = 30, 2
# A list, so that a screen reader says how many there are; the arrows are for the eye alone.
_STYLE = """<style>
.pr-way{display:flex;flex-wrap:wrap;gap:.35rem;list-style:none;margin:0;padding:0;font-size:.8rem}
.pr-way li{display:flex;flex-direction:column;max-width:15rem;padding:.3rem .6rem;border-radius:.4rem;
border:1px solid rgba(128,128,128,.35);border-left:.35rem solid var(--pr-cluster);margin:0}
.pr-way b{font-weight:600}
.pr-way span{opacity:.78;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
</style>"""


def strip(run: LoadedRun, songs: Sequence[int]) -> None:
    """Draw the strip.

    Args:
        run: with a map.
        songs: item_idx of the playlist, in order.
    """
    clusters = run.maps.clusters
    way = journey(songs, [int(clusters[song]) if song < len(clusters) else NOWHERE for song in songs])
    nouns = run.nouns
    st.markdown(
        "## "
        + trn(
            "The journey of {songs:,} {items} through {n} cluster",
            "The journey of {songs:,} {items} through {n} clusters",
            way.clusters,
            songs=len(songs),
            items=plain(nouns.items),
        )
    )
    shown = "".join(_stretch(run, one) for one in way.stretches[:MOST_STRETCHES])
    st.html(f'{_STYLE}<ol class="pr-way">{shown}</ol>')
    said = tr(
        "From one {item} to the next the cluster changes {changes} times; if the same {items} were shuffled, it would "
        "{expected:.1f} times.",
        item=plain(nouns.item),
        items=plain(nouns.items),
        changes=way.changes,
        expected=way.expected,
    )
    left = len(way.stretches) - MOST_STRETCHES
    more = trn("{n} further stretch is left out.", "{n} further stretches are left out.", left) if left > 0 else ""
    st.caption(f"{said} {more}".strip())


def _stretch(run: LoadedRun, one: Stretch) -> str:
    nowhere = one.cluster == NOWHERE
    name = tr("not on the map") if nowhere else shorten(cluster_name(run, one.cluster, 2), 40)
    titles = [shorten(title, 28) for title in items.titles(run.dataset, one.songs[:MOST_NAMED])]
    left = len(one.songs) - MOST_NAMED
    listed = ", ".join(titles) + (f" +{left}" if left > 0 else "")
    colour = MUTED if nowhere else cluster_colour(one.cluster)
    return (
        f'<li style="--pr-cluster:{colour}"><b><bdi>{escape(name)}</bdi></b>'
        f"<span><bdi>{escape(listed)}</bdi></span></li>"
    )
