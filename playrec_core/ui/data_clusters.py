"""The data page's part on clusters: how many kinds of items a playlist mixes, and four ways to rate them (row M3)."""

import numpy as np
import plotly.graph_objects as go
import pyarrow as pa
import streamlit as st
from plotly.subplots import make_subplots
from scipy.sparse import csr_array

from ..models.cluster_mf import ClusterCoverage, ClusterMf, Rating, cluster_counts, rate
from ..schema import TITLE
from ..serving import LoadedRun
from . import html_table
from .html_table import Cell
from .resources import chart
from .text import chart_text, plain
from .theme import model_colours

_RULES: dict[Rating, str] = {
    "presence": "presence",
    "count": "count",
    "log-count": "log count",
    "top": "the {top} most frequent",
}
_MOST_CLUSTERS = 24
# Document 000: Melon, 9,004 playlists of at least 100 songs, 1,000 clusters.
_PUBLISHED = ["9,004", "49", "139", "59.4 %", "71 %", "–"]


@st.cache_resource(max_entries=8, show_spinner="Counting clusters …")
def coverage_of(_run: LoadedRun, run_id: str, model: str) -> ClusterCoverage:
    """How many clusters describe a training playlist."""
    return clusters_of(_run, model).coverage(_run.dataset)


def clusters_of(run: LoadedRun, model: str) -> ClusterMf:
    """A model that has clusters."""
    found = run.model(model)
    assert isinstance(found, ClusterMf)
    return found


def clusters(run: LoadedRun) -> None:
    """Draw the tab."""
    names = [name for name in run.model_names if isinstance(run.model(name), ClusterMf)]
    nouns = run.nouns
    if not names:
        st.info(f"No model of this run groups the {plain(nouns.items)} into clusters.")
        return
    st.markdown(
        f"A {plain(nouns.playlist)} mixes a few of many kinds of {plain(nouns.items)}. How many clusters does it take "
        "to describe one, and how much of it do the most frequent ones hold?"
    )
    _coverage(run, names)
    for name in names:
        _rules(run, name)


def _coverage(run: LoadedRun, names: list[str]) -> None:
    rows = []
    for name in names:
        found = coverage_of(run, run.id, name)
        figures = [f"{found.playlists:,}", f"{found.mean:.1f}", f"{found.most:,}"]
        shares = [f"{share:.1%}".replace("%", " %") for share in found.covered]
        title = Cell(
            run.model_title(name),
            below=f"{len(clusters_of(run, name).cluster_songs):,} clusters, here",
            colour=model_colours(run.model_names)[name],
        )
        rows.append([title, *figures, *shares])
    rows.append([Cell("Published: Melon in full", below="1,000 clusters, document 000"), *_PUBLISHED])
    top = clusters_of(run, names[0]).config.top
    share = f"held by its {top} most frequent"
    html_table.show(
        [
            "",
            Cell(run.nouns.playlists, below="the long ones"),
            Cell("clusters of one", below="on average"),
            Cell("clusters of one", below="at the most"),
            Cell("lower quartile", below=share),
            Cell("median", below=share),
            Cell("upper quartile", below=share),
        ],
        rows,
        caption=f"Clusters of a {run.nouns.playlist}",
    )
    st.caption(
        f"Quartiles of the share of a {plain(run.nouns.playlist)}'s {plain(run.nouns.items)} that lie in its {top} "
        "most frequent clusters. The published figures come from other data and do not compare; they are why 15 "
        "was chosen."
    )


def _rules(run: LoadedRun, model: str) -> None:
    """One playlist rated by the four rules."""
    fitted, nouns = clusters_of(run, model), run.nouns
    playlist = _example(run, fitted)
    title = run.dataset.playlist_table[TITLE][playlist].as_py() or str(run.dataset.playlists.outside([playlist])[0])
    st.subheader("One " + plain(nouns.playlist) + ", rated by four rules")
    st.caption(
        f"“{plain(title)}”: {len(run.dataset.ordered_songs(playlist)):,} {plain(nouns.items)}. Presence takes one "
        f"{plain(nouns.item)} for as much as twenty; counts let a few clusters, and the longest "
        f"{plain(nouns.playlists)}, decide; the logarithm evens them out; the last rule takes the most frequent "
        f"clusters for alike and forgets the rest. {plain(run.model_title(model))} rates by "
        f"{plain(_RULES[fitted.config.rating].format(top=fitted.config.top))}."
    )
    st.plotly_chart(
        chart(run.id, f"data: rules {model}", lambda: rules_chart(run, model, playlist)),
        config={"displayModeBar": False},
        key=f"data.rules.{run.id}.{model}",
        alt=f"The rating of each cluster of one {nouns.playlist} under four rules",
    )


def _example(run: LoadedRun, model: ClusterMf) -> int:
    """A rated playlist in the middle: as many clusters as most, but more than the rule keeps; one with a title, if
    there is any.
    """
    titles = run.dataset.playlist_table[TITLE].take(pa.array(model.playlists)).to_pylist()
    named = np.array([bool(title) for title in titles])
    rows = model.playlists[named] if named.any() else model.playlists
    counts = cluster_counts(csr_array(run.dataset.interactions[rows]), model.clusters)
    different = np.diff(counts.indptr)
    wanted = max(float(np.median(different)), model.config.top * 1.25)
    return int(rows[int(np.argmin(np.abs(different - wanted)))])


def rules_chart(run: LoadedRun, model: str, playlist: int) -> go.Figure:
    """Four panels, one a rule; a bar for each cluster of the playlist, the most frequent on top."""
    fitted = clusters_of(run, model)
    counts = cluster_counts(csr_array(run.dataset.interactions[[playlist]]), fitted.clusters)
    order = counts.indices[np.argsort(-counts.data, kind="stable")][:_MOST_CLUSTERS]
    named = run.model_clusters(model)
    labels = [f"{place}. {', '.join(one.text for one in named[cluster][:2])}" for place, cluster in enumerate(order, 1)]
    labels = [chart_text(label, 40) for label in labels]
    titles = [words.format(top=fitted.config.top) for words in _RULES.values()]
    figure = make_subplots(1, len(_RULES), shared_yaxes=True, subplot_titles=titles, horizontal_spacing=0.03)
    colour = model_colours(run.model_names)[model]
    for place, rule in enumerate(_RULES, start=1):
        rating = rate(counts, rule, fitted.config.top).toarray()[0][order]
        bars = go.Bar(
            y=labels, x=rating, orientation="h", marker_color=colour, hovertemplate="%{y}: %{x:.3g}<extra></extra>"
        )
        figure.add_trace(bars, 1, place)
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(nticks=4)
    figure.update_layout(
        height=70 + 20 * len(order), margin={"l": 0, "r": 0, "t": 30, "b": 0}, bargap=0.2, showlegend=False
    )
    return figure
