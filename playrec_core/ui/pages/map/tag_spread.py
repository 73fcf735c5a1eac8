"""The clusters in which a tag appears, side by side: those of the map of all items or those of the cluster map."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import streamlit as st
from scipy.sparse import csc_array, csr_array

from playrec_core.i18n import tr
from playrec_core.numerics.topk import top_k
from playrec_core.projection.layout import CLUSTER, ITEM, Label, Share, distinguishing, item_labels, spread, tag_share
from playrec_core.projection.tag_separation import TAG
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


@dataclass(frozen=True, eq=False)
class Clustering:
    """Clusters whose tags are compared.

    Args:
        model: whose clusters they are.
        items: (n,) item_idx, ascending: the items that the map shows.
        membership: (n,) cluster of each, from 0 to the number of clusters - 1.
        leading: of each cluster, its first label, or "".
    """

    model: str
    items: np.ndarray
    membership: np.ndarray
    leading: list[str]


@st.fragment
def tag_spread(run: LoadedRun, given: OpenPlaylist, drawn: bool) -> None:
    """Draw the choice of a tag, and its clusters; if the open playlist is no longer ``given``, the page reruns.

    ``drawn`` chooses the clusters of the cluster map instead of those of the map of all items.
    """
    playlist = state.current(run.dataset)
    if playlist != given:
        st.rerun()
    tag = st.session_state.get(_TAG)
    if tag is None:
        tag = next(iter(playlist.seed.tags), example_tag(run, drawn))
    name = terms.tags(run.dataset, [tag])[0]
    st.markdown("## " + tr("Where this tag appears: {tag}", tag=plain(name, 60)))
    left, right = st.columns([1, 3], gap="medium")
    with left:
        tag_box(run, "map.tag", show, label=tr("Another tag"), icon=":material/sell:")
    with right:
        found = shares(run, tag, drawn)[:MOST_CLUSTERS]
        if not found:
            st.info(tr("This tag is not over-represented in any cluster."))
            return
        addable_lists(run, [item_list(run, tag, share, drawn) for share in found], f"map.tag.shelves.{run.id}")
        st.caption(
            tr(
                "Clusters of {model} in which the tag is most over-represented, and their {items} in the most training "
                "{playlists} with the tag (number on the right).",
                model=plain(run.model_title(clustering(run, drawn).model)),
                **plain_nouns(run),
            )
        )


def show(tag: int) -> None:
    """Show a tag from the next rerun on."""
    st.session_state[_TAG] = tag


@per_run(2)
def clustering(run: LoadedRun, drawn: bool) -> Clustering:
    """The clusters of the cluster map if ``drawn``, else of the map of all items."""
    if not drawn:
        leading = [next((label.text for label in labels), "") for labels in run.maps.cluster_labels]
        return Clustering(run.config.map.model, np.arange(run.maps.size), run.maps.clusters, leading)
    points = run.maps.cluster_map
    assert points is not None
    membership = np.unique(points[CLUSTER].to_numpy(), return_inverse=True)[1]
    tags: list[Counter[int]] = [Counter() for _ in range(int(membership.max()) + 1)]
    for cluster, tag in zip(membership.tolist(), points[TAG].to_pylist(), strict=True):
        if tag >= 0:
            tags[cluster][tag] += 1
    leading = [str(run.dataset.tags.ids[each.most_common(1)[0][0]]) if each else "" for each in tags]
    return Clustering(run.maps.cluster_map_model, points[ITEM].to_numpy().astype(np.int64), membership, leading)


@per_run(3)
def _by_tag(run: LoadedRun, drawn: bool) -> csc_array:
    """(n_points, n_tags) counts, without genres: collecting all labels of 708,000 songs takes two seconds."""
    return csc_array(run.ranker.item_tags[clustering(run, drawn).items])


@per_run(512)
def shares(run: LoadedRun, tag: int, drawn: bool) -> list[Share]:
    """`playrec_core.projection.layout.spread` of one tag over the clusters of `clustering`."""
    clusters = clustering(run, drawn)
    carried = _by_tag(run, drawn)[:, [tag]].toarray().ravel()
    return spread(clusters.membership, tag_share(run.dataset, clusters.items, carried), len(clusters.leading))


@per_run(3)
def example_tag(run: LoadedRun, drawn: bool) -> int:
    """The frequent tag, other than a genre, that is most distinctive in its third kind of cluster."""
    genres = {name.casefold() for names in run.dataset.catalogue[GENRES].slice(0, 10_000).to_pylist() for name in names}
    tags = run.dataset.tags.outside(range(min(MOST_TRIED, len(run.dataset.tags))))
    tried = [tag for tag, name in enumerate(tags) if str(name).casefold() not in genres] or [0]
    leading = clustering(run, drawn).leading
    return max(tried, key=lambda tag: _third_kind(leading, shares(run, tag, drawn)))


def _third_kind(leading: list[str], found: list[Share]) -> float:
    """Strength of a tag in the third of its clusters, counting clusters with the same leading label once."""
    strengths: dict[str, float] = {}
    for share in found:
        strengths.setdefault(leading[share.cluster], share.strength)
    return sorted(strengths.values(), reverse=True)[2] if len(strengths) > 2 else 0.0


@per_run(1)
def _drawn_labels(run: LoadedRun) -> tuple[csr_array, list[str]]:
    """`item_labels` of the cluster map's items."""
    labels, names = item_labels(run.dataset, run.ranker.item_tags)
    return csr_array(labels[clustering(run, True).items]), names


@per_run(64)
def cluster_labels(run: LoadedRun, cluster: int, drawn: bool) -> list[Label]:
    """What distinguishes one cluster of `clustering` from the others, strongest first."""
    if not drawn:
        return run.maps.cluster_labels[cluster]
    # One cluster against the rest: a table of 1,000 clusters by 30,000 labels would take gigabytes.
    return distinguishing((clustering(run, True).membership != cluster).astype(np.int64), *_drawn_labels(run), 2)[0]


def item_list(run: LoadedRun, tag: int, share: Share, drawn: bool) -> ItemList:
    """The items of one cluster that have the tag."""
    clusters = clustering(run, drawn)
    members = np.flatnonzero(clusters.membership == share.cluster)
    counts = _by_tag(run, drawn)[:, [tag]].toarray().ravel()[members]
    rows = [
        Row(int(clusters.items[members[place]]), f"{counts[place]:,.0f}")
        for place in top_k(counts, MOST_ITEMS)
        if counts[place]
    ]
    name = str(run.dataset.tags.ids[tag])
    others = [label for label in cluster_labels(run, share.cluster, drawn) if label.text != name]
    note = tr(
        "on {share:.0%} of the {playlists} containing a {item} here, {lift:.1f} times the map average",
        share=share.share,
        playlists=run.nouns.playlists,
        item=run.nouns.item,
        lift=share.lift,
    )
    title = shorten(" · ".join(terms.labels(run.dataset, others[:3])), 60) or tr("cluster {n}", n=share.cluster + 1)
    return ItemList(title, rows, note, cluster_colour(share.cluster))
