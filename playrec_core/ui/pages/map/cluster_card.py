"""One cluster of the map: its distinctive labels, most popular items and release years."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from scipy.sparse import csr_array

from playrec_core.i18n import tr
from playrec_core.projection.layout import Label, distinguishing, item_labels
from playrec_core.schema import YEAR
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.charts.plot import plot_cached
from playrec_core.ui.components.item_card import add
from playrec_core.ui.components.item_lists import Action, ItemList, Row, item_lists
from playrec_core.ui.wording import terms
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import collection
from playrec_core.ui.wording.run import plain_nouns

from .colours import cluster_colour

MOST_ITEMS = 5


def cluster_card(run: LoadedRun, cluster: int) -> None:
    """Draw the card."""
    members = np.flatnonzero(run.maps.clusters == cluster)
    nouns = run.nouns
    st.caption(
        tr(
            "{n:,} {items}, {share:.0%} of the map. Over-represented here:",
            n=len(members),
            items=plain(nouns.items),
            share=len(members) / run.maps.size,
        ),
        help=tr(
            "For a tag: the share of the training {playlists} containing a {item} that carry it. For a genre: the "
            "share of the {items}. Sorted by log-odds ratio.",
            **plain_nouns(run),
        ),
    )
    st.markdown(in_words(run, run.maps.cluster_labels[cluster]))
    counts = run.dataset.item_counts
    top = [Row(item, f"{counts[item]:,}") for item in members[:MOST_ITEMS].tolist()]
    note = tr("number of training {playlists}", playlists=nouns.playlists)
    listed = ItemList(tr("Most popular {items}", items=nouns.items), top, note, cluster_colour(cluster))
    addable_lists(run, [listed], f"map.cluster.shelf.{run.id}", alone=True)
    years = run.dataset.catalogue[YEAR].to_numpy()[members]
    if np.any(years):
        plot_cached(
            run,
            f"map cluster years: {cluster}",
            lambda: year_chart(years[years > 0], cluster_colour(cluster)),
            tr("Number of {items} in the cluster by release year", items=nouns.items),
            f"map.cluster.years.{run.id}",
        )


def addable_lists(run: LoadedRun, content: list[ItemList], key: str, alone: bool = False) -> None:
    """Draw item lists with a button on every row that adds its item to the open playlist."""
    button = Action("add", "+", tr("Add to your {collection}", collection=collection(run.nouns)))
    level = 2 if alone else 3
    item_lists(run.dataset, content, key, lambda _, item: add(run, item), actions=(button,), wide=alone, heading=level)


def in_words(run: LoadedRun, labels: list[Label]) -> str:
    """Markdown: each label and its share."""
    shares = zip(terms.labels(run.dataset, labels), labels, strict=True)
    return " · ".join(f"**{plain(name, 40)}** {label.share:.0%}" for name, label in shares) or tr("nothing distinctive")


def year_chart(years: np.ndarray, colour: str) -> go.Figure:
    """Bar chart of items by release year."""
    values, counts = np.unique(years, return_counts=True)
    return go.Figure(
        go.Bar(x=values, y=counts, marker_color=colour, hovertemplate="%{x}: %{y}<extra></extra>"),
        {
            "height": 130,
            "margin": {"l": 14, "r": 14, "t": 24, "b": 24},
            "title": {"text": tr("Release years"), "font": {"size": 13}},
            "bargap": 0.1,
            "yaxis": {"visible": False, "automargin": False},
            "xaxis": {"nticks": 6, "automargin": False},
        },
    )


@per_run(3)
def labels_of_points(run: LoadedRun) -> tuple[csr_array, list[str]]:
    """`item_labels` of the map's points."""
    labels, names = item_labels(run.dataset, run.ranker.item_tags)
    return csr_array(labels[: run.maps.size]), names


def distinctive_labels(run: LoadedRun, chosen: np.ndarray) -> list[Label]:
    """Labels that are over-represented among some items compared with the rest of the map."""
    labels, names = labels_of_points(run)
    membership = np.ones(labels.shape[0], dtype=np.int64)
    membership[chosen] = 0
    return distinguishing(membership, labels, names, 2)[0]
