"""Why and what if by a link: where lists stand on other pages, and where nothing is left."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from playrec_core.explain.attribution import without
from playrec_core.schema import Seed
from playrec_core.serving.loaded_run import LoadedRun
from tests.browser.conftest import settled

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def run(demo_run: Path) -> LoadedRun:
    return LoadedRun.open(demo_run)


def test_why_is_asked_where_the_lists_stand(page: Page, address: str, run: LoadedRun):
    """In a case and below a chart of What if: the page stays."""
    outside = ",".join(map(str, run.dataset.items.outside((4, 11, 30, 52))))
    page.goto(f"{address}/Case?songs={outside}&models=ease,als")
    settled(page)
    page.get_by_text("Recommendations of the current run, with explanations").click()
    row = page.locator(".shelves li").nth(2)
    name = row.locator("bdi.title").inner_text()
    row.get_by_role("button").click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("heading", name=name).first).to_be_visible()
    expect(page).to_have_url(re.compile("/Case"))
    page.goto(f"{address}/What_if?songs={outside}&model=als")
    settled(page)
    page.get_by_role("combobox", name="Why?").first.click()
    page.get_by_role("option").nth(3).click()
    expect(drawer.get_by_text("Evidence: playlists containing both")).to_be_visible()
    expect(page).to_have_url(re.compile("/What_if"))


def test_a_single_song_holds_nothing_but_itself(page: Page, address: str, run: LoadedRun):
    """With one song in the playlist the smallest removal is that song, and the model is left with nothing to say."""
    assert without(Seed((4,)), 0) == Seed()
    page.goto(f"{address}/What_if?songs={run.dataset.items.outside([4])[0]}&model=item-knn")
    settled(page)
    expect(page.get_by_text("Without 1 song the model gives it no score:")).to_be_visible()
