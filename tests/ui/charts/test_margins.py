"""Margins that plotly does not measure hold what it writes into them."""

import plotly.graph_objects as go
import pytest

from playrec_core.ui.charts.margins import fixed_margins
from playrec_core.ui.charts.text_width import cut, text_pixels

# Pixels at size 12 of the page's font (Source Sans), as Chromium's canvas measures them.
MEASURED = {
    "AE": 13,
    "RecVAE": 41,
    "Playlist kNN": 60,
    "Densified query": 79,
    "DAE (dae-popularity)": 105,
    "GRU4Rec + titles, BPR": 108,
    "Factorisation machine (factorisation-machine)": 231,
}


@pytest.mark.parametrize("text", MEASURED)
def test_a_text_has_the_room_a_browser_gives_it(text: str):
    assert MEASURED[text] <= text_pixels(text) <= 1.15 * MEASURED[text] + 2


def test_a_cut_text_fits_and_says_that_it_was_cut():
    title = "끝에서 두 번째 정류장의 소문 — 열두 번째 등대지기"
    assert cut(title, 1000) == title
    short = cut(title, 120)
    assert title.startswith(short[:-1].rstrip())
    assert short.endswith("…")
    assert 80 < text_pixels(short) <= 120
    assert cut(title, 0) == "…"


def test_titles_and_tilted_labels_have_their_room():
    def chart(**layout: object) -> go.Figure:
        return go.Figure(go.Bar(x=["1,000–1,299", "2"], y=[3, 4]), layout)

    bare, titled, tilted = chart(), chart(xaxis_title="songs", yaxis_title="playlists"), chart()
    fixed_margins(bare, left=["1500"])
    fixed_margins(titled, left=["1500"])
    fixed_margins(tilted, left=["1500"], below=["1,000–1,299", "2"], tilt=45)
    assert titled.layout.margin.l == bare.layout.margin.l + 40
    assert titled.layout.margin.b == bare.layout.margin.b + 36
    assert tilted.layout.margin.b > bare.layout.margin.b + 0.7 * text_pixels("1,000–1,299") - 6
    assert bare.layout.xaxis.automargin is False
    assert bare.layout.yaxis.automargin is False


def test_labels_that_stand_off_have_the_room_for_it():
    """The first letter of a model's name was cut off where names were short."""
    chart = go.Figure(go.Scatter(x=[1], y=["AE"]))
    chart.update_yaxes(ticklabelstandoff=8)
    fixed_margins(chart, left=["AE"])
    assert chart.layout.margin.l >= MEASURED["AE"] + 8 + 8 + 1


def test_what_plotly_reads_as_markup_counts_as_it_is_shown():
    one, other = go.Figure(), go.Figure()
    fixed_margins(one, left=["R&amp;B"])
    fixed_margins(other, left=["R&B"])
    assert one.layout.margin.l == other.layout.margin.l
