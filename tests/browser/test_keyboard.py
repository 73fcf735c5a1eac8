"""Shelves and the map without a mouse: all is reached by Tab, pressed by Enter or Space, and seen to be reached."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from playrec_core.serving.loaded_run import LoadedRun
from tests.browser.conftest import settled

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def run(demo_run: Path) -> LoadedRun:
    return LoadedRun.open(demo_run)


def outline(place: Locator) -> str:
    return place.evaluate("one => getComputedStyle(one).outlineStyle")


def test_a_listener_hops_and_adds_from_a_shelf_by_keyboard(page: Page, address: str, run: LoadedRun):
    page.goto(f"{address}/Similar?item={run.dataset.items.outside([0])[0]}&models=als,ease")
    settled(page)
    second = page.locator(".shelves section").first.locator("li").nth(1)
    name, with_both, add = (second.locator(f"[data-act={act}]") for act in ("open", "with", "add"))
    item = int(add.get_attribute("data-item") or -1)
    page.locator(".shelves section").first.locator("li").first.locator("[data-act=add]").focus()
    page.keyboard.press("Tab")
    expect(name).to_be_focused()
    assert outline(name) == "solid"
    page.keyboard.press("Tab")
    expect(with_both).to_be_focused()
    page.keyboard.press("Space")
    expect(second).to_have_class("chosen")
    # The shelves were drawn anew, and the keyboard is where it was.
    expect(with_both).to_be_focused()
    page.keyboard.press("Tab")
    expect(add).to_be_focused()
    page.keyboard.press("Enter")
    outside = run.dataset.items.outside([item])[0]
    expect(page).to_have_url(re.compile(f"songs={outside}"))
    settled(page)
    expect(add).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(name).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"item={outside}"))
    settled(page)
    expect(name).to_be_focused()
    expect(name).not_to_have_attribute("data-item", str(item))


def test_the_map_and_its_tools_are_worked_by_keyboard(page: Page, address: str):
    page.goto(f"{address}/Map")
    settled(page)
    tools, stage = page.locator(".map .tools button"), page.locator(".stage")
    tools.first.focus()
    page.keyboard.press("Tab")
    expect(tools.nth(1)).to_be_focused()
    page.keyboard.press("Space")
    expect(tools.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(tools.first).to_have_attribute("aria-pressed", "false")
    for _ in range(tools.count() - 1):
        page.keyboard.press("Tab")
    expect(stage).to_be_focused()
    assert outline(stage) == "solid"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("a")
    selected = page.get_by_text(re.compile(r"\d+ songs selected"))
    expect(selected).to_be_visible()
    settled(page)
    expect(stage).to_be_focused()
    page.keyboard.press("Escape")
    expect(selected).to_have_count(0)
    # Out again, to what stands beside the map.
    page.keyboard.press("Tab")
    expect(stage).not_to_be_focused()
