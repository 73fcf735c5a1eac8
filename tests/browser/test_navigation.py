"""Every address opens its page, nothing lies under the toolbar, and the sidebar shows the language everywhere."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app import PAGES
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.pages.learn.lesson_path import entries
from tests.browser.conftest import StartServer, settled

pytestmark = pytest.mark.browser
# Addresses do not change: others have bookmarks of them.
HEADINGS = {
    "": "playrec",
    "Continue": "Continue a playlist",
    "Similar": "Similar songs",
    "Map": "Map of the songs",
    "Explain": "Why this song?",
    "Metrics": "Metrics",
    "Data": "Data",
    "Learn": "Lessons: predict, then look",
    "Disagreements": "Where models disagree",
    "Models": "Models",
    "Panel": "Blind panel",
    "What_if": "What if?",
    "Case": "Case file",
}
ADDRESSES = [page.address for section in PAGES.values() for page in section]
COVERED = """() => Array.from(document.querySelectorAll('[data-testid=stMain] :is(button, a, input, h1, p)'))
    .filter(one => {
        const box = one.getBoundingClientRect()
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
        if (!box.width || !box.height || y < 0 || y >= innerHeight || x < 0 || x >= innerWidth) return false
        return document.elementFromPoint(x, y)?.closest('[data-testid=stHeader]')
    })
    .map(one => one.textContent)"""


def test_every_page_has_an_address_that_is_tested():
    assert set(ADDRESSES) == set(HEADINGS)


def test_a_deep_link_to_a_new_server_opens_its_page_and_no_dialog(
    page: Page, start_server: StartServer, demo_run: Path
):
    song = LoadedRun.open(demo_run).dataset.items.outside([4])[0]
    page.goto(f"{start_server(demo_run)}/Continue?songs={song}")
    expect(page.get_by_role("heading", name="Continue a playlist", level=1)).to_be_visible()
    settled(page)
    expect(page.get_by_test_id("stSidebar").get_by_text("Your playlist: 1 song")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("Page not found")).to_have_count(0)


@pytest.mark.parametrize("name", HEADINGS)
def test_an_address_opens_its_page(page: Page, address: str, name: str):
    page.goto(f"{address}/{name}")
    expect(page.get_by_role("heading", name=HEADINGS[name], level=1)).to_be_visible()
    settled(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    chosen = page.get_by_test_id("stSidebar").locator("a[aria-current=page]")
    expect(chosen).to_have_attribute("href", re.compile(f"/{name}$"))


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 640])
def test_the_toolbar_covers_nothing(browser: Browser, address: str, width: int):
    """On a telephone, and at 200 % zoom in a window of 1280 pixels."""
    lesson = entries()[1].key
    context = browser.new_context(viewport={"width": width, "height": 700}, locale="en-GB")
    page = context.new_page()
    for name in [*HEADINGS, f"Learn?lesson={lesson}"]:
        page.goto(f"{address}/{name}")
        settled(page)
        expect(page.get_by_test_id("stToolbar")).to_be_visible()
        page.get_by_test_id("stMain").evaluate("node => node.scrollTo(0, 0)")
        assert page.evaluate(COVERED) == [], name
    # The buttons do what they say: a click fails on one that is covered.
    page.get_by_role("button", name="Next lesson").click(timeout=10_000)
    expect(page).to_have_url(re.compile(f"lesson={entries()[2].key}"))
    settled(page)
    page.get_by_role("button", name="All lessons").first.click(timeout=10_000)
    expect(page.get_by_role("heading", name=HEADINGS["Learn"], level=1)).to_be_visible()
    context.close()


@pytest.mark.slow
def test_the_switch_shows_the_language_on_every_page(page: Page, address: str):
    """Guards against: no language was shown as chosen on every second page."""
    sidebar = page.get_by_test_id("stSidebar")
    page.goto(address)
    settled(page)
    for chosen, other in (("English", "한국어"), ("한국어", "English")):
        sidebar.get_by_role("radio", name=chosen).click()
        for place, name in enumerate(ADDRESSES):
            sidebar.get_by_role("link").nth(place).click()
            expect(page).to_have_url(re.compile(f"/{name}([?]|$)"))
            settled(page)
            expect(sidebar.get_by_role("radio", name=chosen)).to_be_checked()
            expect(sidebar.get_by_role("radio", name=other)).not_to_be_checked()
