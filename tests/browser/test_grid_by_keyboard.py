"""The comparison grid without a mouse, in the reader's language."""

from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from playrec_core.schema import TITLE
from playrec_core.serving.loaded_run import LoadedRun
from tests.browser.conftest import settled

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def run(demo_run: Path) -> LoadedRun:
    return LoadedRun.open(demo_run)


def test_the_keyboard_stays_where_it_was(page: Page, address: str, run: LoadedRun):
    page.goto(f"{address}/Continue?songs={run.dataset.items.outside([0])[0]}&models=als,ease")
    settled(page)
    als = page.locator(".board section[data-model=als]")
    rows = als.locator("li.row")
    first, second = (int(rows.nth(place).get_attribute("data-item") or -1) for place in (0, 1))
    rows.nth(0).locator("button.ban").focus()
    page.keyboard.press("Enter")
    expect(als.locator(f"li.row[data-item='{first}']")).to_have_count(0)
    # What moved up has the keyboard now: another press excludes it too.
    expect(als.locator(f"li.row[data-item='{second}'] button.ban")).to_be_focused()
    page.keyboard.press("Enter")
    expect(als.locator(f"li.row[data-item='{second}']")).to_have_count(0)
    settled(page)
    als.get_by_role("button", name="Move right: ALS").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".board section").nth(1)).to_have_attribute("data-model", "als")
    expect(als.get_by_role("button", name="Move left: ALS")).to_be_visible()


def test_a_scrolled_list_stays_scrolled_through_every_redraw(page: Page, address: str, run: LoadedRun):
    """Each drawing of the grid has to note the scroll position for the next one."""
    page.goto(f"{address}/Continue?songs={run.dataset.items.outside([0])[0]}&models=als,ease&depth=50")
    settled(page)
    lists = page.locator(".board section ol")
    lists.nth(0).evaluate("list => { list.scrollTop = 200 }")
    for _ in range(2):
        row = page.locator(".board section[data-model=ease] li.row").first
        item = row.get_attribute("data-item")
        row.locator("button.ban").click()
        expect(page.locator(f".board section[data-model=ease] li.row[data-item='{item}']")).to_have_count(0)
        settled(page)
        assert [lists.nth(place).evaluate("list => list.scrollTop") for place in (0, 1)] == [200, 0]


def test_every_button_says_what_it_does_in_the_readers_language(page: Page, address: str, run: LoadedRun):
    page.goto(f"{address}/Continue?lang=ko&songs={run.dataset.items.outside([0])[0]}&models=als")
    settled(page)
    row = page.locator(".board li.row").first
    title = run.dataset.catalogue[TITLE][int(row.get_attribute("data-item") or -1)].as_py()
    for name in (f"ALS은(는) 왜 {title}", f"시드에 추가: {title}", f"제외: {title}"):
        expect(row.get_by_role("button", name=name)).to_have_count(1)
    levels = page.get_by_role("heading").evaluate_all("all => all.map(one => Number(one.tagName[1]))")
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
