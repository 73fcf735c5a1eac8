"""The confidence rules on the data page: what each makes of this data, and how many links stand where."""

import plotly.graph_objects as go
import streamlit as st

from ..models.confidence import RULES, Curve, Rule, curve
from ..schema import Nouns
from ..serving import LoadedRun
from .data_charts import CONFIG
from .resources import chart
from .text import chart_text, plain
from .theme import MUTED, POSITIVE


@st.cache_resource(max_entries=4, show_spinner="Weighing …")
def curves_of(_run: LoadedRun, run_id: str) -> dict[Rule, Curve]:
    """The rules this data can follow."""
    found: dict[Rule, Curve] = {}
    for rule in RULES:
        if picture := curve(rule, _run.dataset):
            found[rule] = picture
    return found


def section(run: LoadedRun) -> None:
    """One small chart a rule."""
    found, nouns = curves_of(run, run.id), run.nouns
    if not found:
        return
    st.subheader("What a link can count")
    st.markdown(
        plain(
            f"A link says that a {nouns.item} was chosen, not how much it was meant. Models that take a "
            "confidence let some links count more than others, by what else is known of them. A line is a rule; the "
            "bars are the links of this data.",
            500,
        )
    )
    for place, (rule, picture) in enumerate(found.items()):
        if place % 2 == 0:
            columns = st.columns(2)  # a row of its own, so that charts stand level under captions of any length
        with columns[place % 2]:
            title, across, reason = words(rule, nouns)
            st.markdown(f"**{plain(title)}**")
            drawn = chart(run.id, f"confidence: {rule}", lambda p=picture, a=across: figure(p, a))
            st.plotly_chart(drawn, config=CONFIG, alt=f"{title}, by {across}", key=f"confidence_{rule}")
            st.caption(plain(reason, 500))
    if lacking := [words(rule, nouns)[0] for rule in RULES if rule not in found]:
        st.caption(plain(f"This data lacks what these rules need: {', '.join(lacking)}.", 500))


def words(rule: Rule, nouns: Nouns) -> tuple[str, str, str]:
    """A rule's title, the variable it reads, and why it was thought of."""
    return {
        "popularity": (
            "Popularity",
            f"{nouns.playlists} with the {nouns.item}",
            f"The share of the most popular {nouns.item}'s {nouns.playlists}: what many chose is a safer sign.",
        ),
        "genre": (
            "Genre preference",
            f"share of the {nouns.playlist}'s {nouns.items} with its genres",
            f"What a {nouns.playlist} holds much of is meant; a single {nouns.item} of another genre may be chance.",
        ),
        "recency": (
            "Recency",
            f"place in the {nouns.playlist}'s own time",
            f"0 for the first link of a {nouns.playlist}, 1 for the last: taste moves on.",
        ),
        "year": (
            "Release year, e^(year − 1980)",
            "release year",
            "As written in the report it comes from, for the growth of film after 1980. The scale is logarithmic: only "
            "the newest years count.",
        ),
        "decade": (
            "Release year, e^((year − 1980) / 10)",
            "release year",
            "The same curve ten times slower, so that no year is lost.",
        ),
    }[rule]


def figure(picture: Curve, across: str) -> go.Figure:
    """The rule as a line, the links as bars behind it."""
    bars = go.Bar(
        x=picture.x,
        y=picture.share,
        offset=0 if picture.rule in ("popularity", "genre", "recency") else None,
        marker_color=MUTED,
        opacity=0.45,
        yaxis="y2",
        hovertemplate="%{x:.4~g}: %{y:.1%} of the links<extra></extra>",
    )
    line = go.Scatter(
        x=picture.x,
        y=picture.y,
        mode="lines",
        line={"color": POSITIVE, "width": 3},
        hovertemplate="%{x:.4~g}: counts %{y:.3~g}<extra></extra>",
    )
    drawn = go.Figure([bars, line])
    drawn.update_layout(
        showlegend=False,
        height=240,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        bargap=0.08,
        yaxis={"title": "counts", "overlaying": "y2", "tickmode": "auto", "rangemode": "tozero", "nticks": 5},
        yaxis2={"title": "links", "side": "right", "tickformat": ".0%", "showgrid": False},
    )
    if picture.rule == "year":
        drawn.update_yaxes(type="log", exponentformat="power", selector={"overlaying": "y2"})
    drawn.update_xaxes(title=chart_text(across), showgrid=False)
    return drawn
