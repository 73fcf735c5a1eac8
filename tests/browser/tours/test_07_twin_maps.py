"""Twin maps: two models' spaces with one selection, what a map keeps of neighbourhoods, and a playlist's journey."""

import re

import pytest
from playwright.sync_api import Page, expect

from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.held_out.held_out import example
from tests.browser.tours.conftest import Picture, choose, go, home, pick

pytestmark = pytest.mark.browser


def drag_a_box(page: Page, panel: int) -> None:
    """Over nearly all of one map."""
    place = page.get_by_role("application").nth(panel).bounding_box()
    assert place
    page.mouse.move(place["x"] + 0.03 * place["width"], place["y"] + 0.1 * place["height"])
    page.mouse.down()
    page.mouse.move(place["x"] + 0.97 * place["width"], place["y"] + 0.9 * place["height"], steps=6)
    page.mouse.up()


def test_two_spaces_share_a_selection_and_say_where_they_mislead(
    page: Page, address: str, run: LoadedRun, picture: Picture
):
    home(page, address)
    go(page, "Map", "Map of the songs")
    choose(page, "what the map keeps")
    pick(page, "Compare with", "Content neighbours")
    maps = page.get_by_role("application")
    expect(maps).to_have_count(2)
    drag_a_box(page, 0)
    expect(page.get_by_text("have a place in both spaces")).to_be_visible()
    # By keyboard: let go, then choose the point nearest the middle.
    maps.last.press("Escape")
    expect(page.get_by_text("have a place in both spaces")).to_have_count(0)
    maps.last.press("+")
    maps.last.press("Enter")
    expect(page.get_by_text("It has a place in both spaces")).to_be_visible()
    expect(maps.last.get_by_role("status")).not_to_be_empty()
    page.get_by_text("Journey of the playlist", exact=True).click()
    question = example(run)
    assert question is not None
    songs = question.seed.songs
    mapped = [int(run.maps.clusters[song]) for song in songs if song < len(run.maps.clusters)]
    n = len(set(mapped))
    expect(
        page.get_by_role("heading", name=re.compile(rf"^The journey of {len(songs)} songs through {n} clusters?"))
    ).to_be_visible()
    picture("maps", 1400)
    kept = run.maps.neighbours_kept("als")
    assert kept is not None
    for key in ("-", "-", "-", "a"):  # far islands lie beyond the first view
        maps.first.press(key)
    misled = int((kept <= 0.2 + 1e-6).sum())
    expect(page.get_by_text(re.compile(f"{misled:,} lies? where two dimensions mislead")).first).to_be_visible()
