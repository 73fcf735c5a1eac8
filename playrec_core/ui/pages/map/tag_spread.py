"""The clusters in which a tag appears, side by side."""

import numpy as np
import streamlit as st
from scipy.sparse import csc_array

from playrec_core.i18n import tr
from playrec_core.numerics.topk import top_k
from playrec_core.projection.layout import Share, spread, tag_share
from playrec_core.schema import GENRES
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.components.item_lists import ItemList, Row
from playrec_core.ui.components.search_box import tag_box
from playrec_core.ui.session import playlist as state
from playrec_core.ui.session.playlist import OpenPlaylist
from playrec_core.ui.wording import terms
from playrec_core.ui.wording.escape import plain, shorten
from playrec_core.ui.wording.run import plain_nouns

from .cluster_card import addable_lists
from .colours import cluster_colour

MOST_CLUSTERS, MOST_ITEMS, MOST_TRIED = 3, 6, 40
_TAG = "playrec_map_tag"


@st.fragment
def tag_spread(run: LoadedRun, given: OpenPlaylist) -> None:
    """Draw the choice of a tag, and its clusters; if the open playlist is no longer ``given``, the page reruns."""
    playlist = state.current(run.dataset)
    if playlist != given:
        st.rerun()
    tag = st.session_state.get(_TAG)
    if tag is None:
        tag = next(iter(playlist.seed.tags), example_tag(run))
    name = terms.tags(run.dataset, [tag])[0]
    st.markdown("## " + tr("Where this tag appears: {tag}", tag=plain(name, 60)))
    left, right = st.columns([1, 3], gap="medium")
    with left:
        tag_box(run, "map.tag", show, label=tr("Another tag"), icon=":material/sell:")
    with right:
        found = shares(run, tag)[:MOST_CLUSTERS]
        if not found:
            st.info(tr("This tag is not over-represented in any cluster."))
            return
        addable_lists(run, [item_list(run, tag, share) for share in found], f"map.tag.shelves.{run.id}")
        st.caption(
            tr(
                "Clusters in which the tag is most over-represented, and their {items} in the most training "
                "{playlists} with the tag (number on the right).",
                **plain_nouns(run),
            )
        )


def show(tag: int) -> None:
    """Show a tag from the next rerun on."""
    st.session_state[_TAG] = tag


@per_run(3)
def _by_tag(run: LoadedRun) -> csc_array:
    """(n_points, n_tags) counts, without genres: collecting all labels of 708,000 songs takes two seconds."""
    return csc_array(run.ranker.item_tags[: run.maps.size])


@per_run(512)
def shares(run: LoadedRun, tag: int) -> list[Share]:
    """`playrec_core.projection.layout.spread` of one tag."""
    carried = _by_tag(run)[:, [tag]].toarray().ravel()
    return spread(run.maps.clusters, tag_share(run.dataset, carried), len(run.maps.cluster_labels))


@per_run(3)
def example_tag(run: LoadedRun) -> int:
    """The frequent tag, other than a genre, that is most distinctive in its third kind of cluster."""
    genres = {name.casefold() for names in run.dataset.catalogue[GENRES].slice(0, 10_000).to_pylist() for name in names}
    tags = run.dataset.tags.outside(range(min(MOST_TRIED, len(run.dataset.tags))))
    tried = [tag for tag, name in enumerate(tags) if str(name).casefold() not in genres] or [0]
    return max(tried, key=lambda tag: _third_kind(run, shares(run, tag)))


def _third_kind(run: LoadedRun, found: list[Share]) -> float:
    """Strength of a tag in the third of its clusters, counting clusters with the same leading label once."""
    strengths: dict[str, float] = {}
    for share in found:
        leading = next((label.text for label in run.maps.cluster_labels[share.cluster]), "")
        strengths.setdefault(leading, share.strength)
    return sorted(strengths.values(), reverse=True)[2] if len(strengths) > 2 else 0.0


def item_list(run: LoadedRun, tag: int, share: Share) -> ItemList:
    """The items of one cluster that have the tag."""
    members = np.flatnonzero(run.maps.clusters == share.cluster)
    counts = run.ranker.item_tags[members, :][:, [tag]].toarray().ravel()
    rows = [Row(int(members[place]), f"{counts[place]:,.0f}") for place in top_k(counts, MOST_ITEMS) if counts[place]]
    name = str(run.dataset.tags.ids[tag])
    others = [label for label in run.maps.cluster_labels[share.cluster] if label.text != name]
    note = tr(
        "on {share:.0%} of the {playlists} containing a {item} here, {lift:.1f} times the map average",
        share=share.share,
        playlists=run.nouns.playlists,
        item=run.nouns.item,
        lift=share.lift,
    )
    title = shorten(" · ".join(terms.labels(run.dataset, others[:3])), 60) or tr("cluster {n}", n=share.cluster + 1)
    return ItemList(title, rows, note, cluster_colour(share.cluster))
