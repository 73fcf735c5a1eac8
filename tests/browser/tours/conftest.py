"""What the tours share: where they begin, how they go on, and the pictures they take.

A tour does one thing the app is for, as a newcomer would: from Home, by what is on screen alone (links, buttons, fields
by their words), until what was promised has happened. It ends with a picture.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from playrec_core.serving.loaded_run import LoadedRun
from tests.browser.conftest import settled

Picture = Callable[..., None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tours belong to `make test-all`: they take minutes, and the tests beside them cover the parts."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def run(demo_run: Path) -> LoadedRun:
    """What the server serves, to know what should be on screen."""
    return LoadedRun.open(demo_run)


@pytest.fixture
def picture(page: Page, tmp_path: Path) -> Picture:
    """``picture("why")`` takes ``tour-why.png``: into the folder that ``PLAYREC_SCREENS`` names, which `make screens`
    sets, or else where pytest cleans up.

    A height makes the window taller; ``of`` is what has to be in sight.
    """
    kept = os.environ.get("PLAYREC_SCREENS")

    def take(name: str, height: int = 1000, of: Locator | None = None) -> None:
        page.mouse.move(1270, 1)  # whatever a pointer shows goes away
        page.set_viewport_size({"width": 1280, "height": height})
        settled(page)
        if of is None:
            page.get_by_test_id("stMain").evaluate("node => node.scrollTo(0, 0)")
        else:
            of.evaluate("node => node.scrollIntoView({block: 'center'})")
        if kept:
            page.wait_for_timeout(2000)  # charts draw themselves after the script has ended; nobody looks otherwise
        page.screenshot(path=Path(kept or tmp_path) / f"tour-{name}.png")

    return take


def home(page: Page, address: str) -> None:
    """Arrive as somebody who knows nothing but the address."""
    page.goto(address)
    expect(page.get_by_role("heading", name="playrec", level=1)).to_be_visible()
    settled(page)


def go(page: Page, name: str, heading: str) -> None:
    """Follow a link of the sidebar to the page of this heading."""
    page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
    settled(page)


def press(page: Page, name: str) -> None:
    """Press a button and wait for what it does."""
    page.get_by_role("button", name=name, exact=True).click()
    settled(page)


def tab(page: Page, name: str) -> None:
    """Open a tab."""
    page.get_by_role("tab", name=name, exact=True).click()
    expect(page.get_by_role("tab", name=name, exact=True)).to_have_attribute("aria-selected", "true")
    settled(page)


def choose(page: Page, words: str) -> None:
    """Choose one of several by its words."""
    page.get_by_test_id("stMain").get_by_text(words, exact=True).click()
    settled(page)


def pick(page: Page, field: str, option: str) -> None:
    """Choose in a select box, by typing: of a long list only what is in sight is there to be clicked."""
    box = page.get_by_role("combobox", name=field, exact=True)
    box.click()
    box.press_sequentially(option)
    page.get_by_role("option", name=option, exact=True).click()
    settled(page)
