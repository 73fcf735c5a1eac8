"""The Clusters tab: how many clusters a playlist spans, and four rules to rate them (docs/sources/melon-systems.md)."""

import numpy as np
import plotly.graph_objects as go
import pyarrow as pa
import streamlit as st
from plotly.subplots import make_subplots
from scipy.sparse import csr_array

from playrec_core.i18n import mark, tr
from playrec_core.models.factorisation.cluster_mf import ClusterCoverage, ClusterMf, Rating, cluster_counts, rate
from playrec_core.schema import TITLE
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.charts.plot import plot_cached
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.wording import terms
from playrec_core.ui.wording.escape import chart_text, plain
from playrec_core.ui.wording.run import plain_nouns

_RULES: dict[Rating, str] = {
    "presence": mark("presence"),
    "count": mark("count"),
    "log-count": mark("log count"),
    "top": mark("the {top} most frequent"),
}
_MOST_CLUSTERS = 24
# Published for the Melon systems: 9,004 playlists of at least 100 songs, 1,000 clusters.
_PUBLISHED = ["9,004", "49", "139", "59.4 %", "71 %", "–"]


@per_run(8)
def coverage_of(run: LoadedRun, model: str) -> ClusterCoverage:
    """Statistics of the number of clusters per training playlist."""
    return clusters_of(run, model).coverage(run.dataset)


def clusters_of(run: LoadedRun, model: str) -> ClusterMf:
    """A model with clusters."""
    found = run.model(model)
    assert isinstance(found, ClusterMf)
    return found


def clusters(run: LoadedRun) -> None:
    """Draw the tab."""
    names = [name for name in run.model_names if isinstance(run.model(name), ClusterMf)]
    nouns = plain_nouns(run)
    if not names:
        st.info(tr("No model of this run groups the {items} into clusters.", **nouns))
        return
    st.markdown(
        tr(
            "How many clusters does a {playlist} span, and what share of its {items} is in the most frequent ones?",
            **nouns,
        )
    )
    _coverage(run, names)
    for name in names:
        _rules(run, name)


def _coverage(run: LoadedRun, names: list[str]) -> None:
    rows = []
    for name in names:
        with st.spinner(tr("Counting clusters …")):
            found = coverage_of(run, name)
        figures = [f"{found.playlists:,}", f"{found.mean:.1f}", f"{found.most:,}"]
        shares = [f"{share:.1%}".replace("%", " %") for share in found.covered]
        title = Cell(
            run.model_title(name),
            below=tr("{n:,} clusters, this run", n=len(clusters_of(run, name).cluster_songs)),
            colour=model_colours(run)[name],
        )
        rows.append([title, *figures, *shares])
    rows.append([Cell(tr("Published: full Melon data"), below=tr("1,000 clusters, Melon systems")), *_PUBLISHED])
    top = clusters_of(run, names[0]).config.top
    counted, share = tr("clusters per {playlist}", playlist=run.nouns.playlist), tr("share in its top {n}", n=top)
    head = ["", Cell(run.nouns.playlists, below=tr("long ones only"))]
    head += [Cell(counted, below=words) for words in (tr("mean"), tr("maximum"))]
    head += [Cell(words, below=share) for words in (tr("lower quartile"), tr("median"), tr("upper quartile"))]
    html_table.show(head, rows, caption=tr("Clusters per {playlist}", playlist=run.nouns.playlist))
    st.caption(
        tr(
            "Quartiles of the share of a {playlist}'s {items} in its {n} most frequent clusters. The published "
            "figures are from other data and not comparable; they are the reason for the choice of 15.",
            n=top,
            **plain_nouns(run),
        )
    )


def _rules(run: LoadedRun, model: str) -> None:
    """Draw the ratings of one playlist under the four rules."""
    fitted, nouns = clusters_of(run, model), plain_nouns(run)
    playlist = _example(run, fitted)
    title = run.dataset.playlist_table[TITLE][playlist].as_py() or str(run.dataset.playlists.outside([playlist])[0])
    st.header(tr("One {playlist} under four rating rules", **nouns))
    st.caption(
        tr(
            "“{title}”: {n:,} {items}. With presence, one {item} counts as much as twenty; with counts, a few clusters "
            "and the longest {playlists} dominate; the logarithm dampens this; the last rule weights the most frequent "
            "clusters equally and drops the rest. {model} uses: {rule}.",
            title=plain(title),
            n=len(run.dataset.ordered_songs(playlist)),
            model=plain(run.model_title(model)),
            rule=plain(tr(_RULES[fitted.config.rating], top=fitted.config.top)),
            **nouns,
        )
    )
    plot_cached(
        run,
        f"data: rules {model}",
        lambda: rules_chart(run, model, playlist),
        tr("The rating of each cluster of one {playlist} under four rules", playlist=run.nouns.playlist),
        f"data.rules.{run.id}.{model}",
    )


def _example(run: LoadedRun, model: ClusterMf) -> int:
    """A typical rated playlist: about the median number of clusters, but more than the top rule keeps; with a title if
    any has one.
    """
    titles = run.dataset.playlist_table[TITLE].take(pa.array(model.playlists)).to_pylist()
    named = np.array([bool(title) for title in titles])
    rows = model.playlists[named] if named.any() else model.playlists
    counts = cluster_counts(csr_array(run.dataset.interactions[rows]), model.clusters)
    different = np.diff(counts.indptr)
    wanted = max(float(np.median(different)), model.config.top * 1.25)
    return int(rows[int(np.argmin(np.abs(different - wanted)))])


def rules_chart(run: LoadedRun, model: str, playlist: int) -> go.Figure:
    """Four panels, one per rule, with a bar for each cluster of the playlist, the most frequent on top."""
    fitted = clusters_of(run, model)
    counts = cluster_counts(csr_array(run.dataset.interactions[[playlist]]), fitted.clusters)
    order = counts.indices[np.argsort(-counts.data, kind="stable")][:_MOST_CLUSTERS]
    named = run.model_clusters(model)
    first = [", ".join(terms.labels(run.dataset, named[cluster][:2])) for cluster in order]
    labels = [f"{place}. {name}" for place, name in enumerate(first, 1)]
    labels = [chart_text(label, 40) for label in labels]
    titles = [tr(words, top=fitted.config.top) for words in _RULES.values()]
    figure = make_subplots(1, len(_RULES), shared_yaxes=True, subplot_titles=titles, horizontal_spacing=0.03)
    colour = model_colours(run)[model]
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
