"""Twin maps: two embeddings with one selection, their projection quality, and the path of a playlist."""

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


def test_two_embeddings_share_a_selection_and_show_their_projection_quality(
    page: Page, address: str, run: LoadedRun, picture: Picture
):
    home(page, address)
    go(page, "Map", "Map of the songs")
    choose(page, "projection quality")
    pick(page, "Compare with", "Content neighbours")
    maps = page.get_by_role("application")
    expect(maps).to_have_count(2)
    drag_a_box(page, 0)
    expect(page.get_by_text("are in both embeddings")).to_be_visible()
    # By keyboard: deselect, then select the point nearest the centre.
    maps.last.press("Escape")
    expect(page.get_by_text("are in both embeddings")).to_have_count(0)
    maps.last.press("+")
    maps.last.press("Enter")
    expect(page.get_by_text("It is in both embeddings")).to_be_visible()
    expect(maps.last.get_by_role("status")).not_to_be_empty()
    page.get_by_text("Path of the playlist", exact=True).click()
    question = example(run)
    assert question is not None
    songs = question.seed.songs
    mapped = [int(run.maps.clusters[song]) for song in songs if song < len(run.maps.clusters)]
    n = len(set(mapped))
    expect(
        page.get_by_role("heading", name=re.compile(rf"^Path of {len(songs)} songs through {n} clusters?"))
    ).to_be_visible()
    picture("maps", 1400)
    preserved = run.maps.neighbours_kept("als")
    assert preserved is not None
    for key in ("-", "-", "-", "a"):  # distant clusters lie outside the initial view
        maps.first.press(key)
    unreliable = int((preserved <= 0.2 + 1e-6).sum())
    expect(page.get_by_text(f"Unreliable for {unreliable:,} of").first).to_be_visible()
