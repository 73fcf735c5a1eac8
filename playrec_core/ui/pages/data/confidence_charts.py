"""The confidence rules on the data page: the weights they give in this data, and the distribution of interactions."""

from dataclasses import asdict
from functools import partial

import plotly.graph_objects as go
import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.models.common.confidence import RULES, Curve, Rule, curve
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.charts.plot import plot_cached
from playrec_core.ui.charts.theme import MUTED, POSITIVE
from playrec_core.ui.wording.escape import chart_text, plain

_WORDS: dict[Rule, tuple[str, str, str]] = {
    "popularity": (
        mark("Popularity"),
        mark("{playlists} with the {item}"),
        mark("Number of {playlists}, relative to the most popular {item}: popular choices are a more reliable signal."),
    ),
    "genre": (
        mark("Genre preference"),
        mark("share of the {playlist}'s {items} with its genres"),
        mark("Genres frequent in a {playlist} are a stronger signal; a single {item} of another genre may be noise."),
    ),
    "recency": (
        mark("Recency"),
        mark("relative time within the {playlist}"),
        mark("0 for the first interaction of a {playlist}, 1 for the last: tastes change."),
    ),
    "year": (
        mark("Release year, e^(year − 1980)"),
        mark("release year"),
        mark(
            "As published in the Movie Rec team report, for the growth of film after 1980. Log scale: only the newest "
            "years have any weight."
        ),
    ),
    "decade": (
        mark("Release year, e^((year − 1980) / 10)"),
        mark("release year"),
        mark("The same curve, ten times slower, so that older years keep some weight."),
    ),
}
"""Title, input variable and motivation of each rule."""


@per_run(4)
def curves_of(run: LoadedRun) -> dict[Rule, Curve]:
    """The rules that can be computed for this data."""
    return {rule: picture for rule in RULES if (picture := curve(rule, run.dataset))}


def section(run: LoadedRun) -> None:
    """Draw one small chart per rule."""
    with st.spinner(tr("Computing weights …")):
        found = curves_of(run)
    nouns = run.nouns
    if not found:
        st.info(tr("There are no interactions."))
        return
    st.header(tr("Confidence weighting"))
    st.markdown(
        plain(
            tr(
                "An interaction says that a {item} was chosen, not how strongly it is preferred. Models with "
                "confidence weights give some interactions more weight than others. Lines are weighting rules; bars "
                "are the distribution of interactions in this data.",
                item=nouns.item,
            ),
            500,
        )
    )
    for place, (rule, picture) in enumerate(found.items()):
        if place % 2 == 0:
            columns = st.columns(2)  # new columns per row, so that charts are aligned whatever the length of captions
        with columns[place % 2]:
            title, across, reason = (tr(words, **asdict(nouns)) for words in _WORDS[rule])
            st.markdown(f"**{plain(title)}**")
            alt = tr("{title}, by {variable}", title=title, variable=across)
            draw = partial(figure, picture, across)
            plot_cached(run, f"confidence: {rule}", draw, alt, f"confidence_{rule}")
            st.caption(plain(reason, 500))
    if lacking := [tr(_WORDS[rule][0]) for rule in RULES if rule not in found]:
        st.caption(plain(tr("This data lacks what these rules need: {rules}.", rules=", ".join(lacking)), 500))


def figure(picture: Curve, across: str) -> go.Figure:
    """The rule as a line, the distribution of interactions as bars."""
    bars = go.Bar(
        x=picture.x,
        y=picture.share,
        offset=0 if picture.rule in ("popularity", "genre", "recency") else None,
        marker_color=MUTED,
        opacity=0.45,
        yaxis="y2",
        hovertemplate=tr("{x}: {share} of interactions", x="%{x:.4~g}", share="%{y:.1%}") + "<extra></extra>",
    )
    line = go.Scatter(
        x=picture.x,
        y=picture.y,
        mode="lines",
        line={"color": POSITIVE, "width": 3},
        hovertemplate=tr("{x}: weight {y}", x="%{x:.4~g}", y="%{y:.3~g}") + "<extra></extra>",
    )
    drawn = go.Figure([bars, line])
    drawn.update_layout(
        showlegend=False,
        height=240,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        bargap=0.08,
        yaxis={"title": tr("weight"), "overlaying": "y2", "tickmode": "auto", "rangemode": "tozero", "nticks": 5},
        yaxis2={"title": tr("interactions"), "side": "right", "tickformat": ".0%", "showgrid": False},
    )
    if picture.rule == "year":
        drawn.update_yaxes(type="log", exponentformat="power", selector={"overlaying": "y2"})
    drawn.update_xaxes(title=chart_text(across), showgrid=False)
    return drawn
