"""Every page passes axe's rules for WCAG 2.1, levels A and AA, in the light and the dark theme.

axe (Deque, axe-core 4) reads the page as a browser has built it: names of controls, contrast, roles, languages. What it
cannot see, such as the order in which the keyboard reaches things, the tests beside this one cover.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from app import PAGES as SECTIONS
from playrec_core.serving.loaded_run import LoadedRun
from tests.browser.conftest import settled

pytestmark = pytest.mark.browser

# The order of headings is no rule of WCAG, but how a listener finds the way through a page.
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "rules": {"heading-order": {"enabled": True}},
    "resultTypes": ["violations"],
}
PAGES = [page.address for section in SECTIONS.values() for page in section]
# Two tabs with what no page shows at first: commands to copy, and links in captions.
TABS = ["Metrics?metrics_tab=Sweeps", "Metrics?metrics_tab=Published"]


@pytest.fixture(scope="module", params=["light", "dark"])
def visitor(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """One visitor a theme, who goes from page to page."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-GB", color_scheme=request.param, reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


@pytest.fixture(scope="module")
def songs(demo_run: Path) -> str:
    """Three songs, as addresses name them."""
    return ",".join(map(str, LoadedRun.open(demo_run).dataset.items.outside([0, 1, 2])))


def opened(page: Page, address: str) -> None:
    page.goto(address)
    settled(page)
    # Kinds of elements that the browser has not met yet are fetched; until then there are grey boxes in their places.
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    assert page.get_by_test_id("stException").count() == 0


def violations(page: Page) -> list[str]:
    """What axe finds: the rule, the place, what is wrong with it, and the HTML."""
    found: list[dict[str, Any]] = Axe().run(page, options=RULES).response["violations"]
    said = []
    for rule in found:
        for node in rule["nodes"]:
            wrong = "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])
            said.append(f"{rule['id']} ({rule['impact']}) {node['target']}: {wrong}: {node['html'][:200]}")
    return said


@pytest.mark.parametrize("name", [*PAGES, *TABS])
def test_a_page_is_accessible_in_both_themes(visitor: Page, address: str, songs: str, name: str):
    opened(visitor, f"{address}/{name}{'&' if '?' in name else '?'}songs={songs}")
    assert not violations(visitor)


def test_a_page_is_accessible_in_korean_and_says_that_it_is_korean(page: Page, address: str, songs: str):
    opened(page, f"{address}/Continue?lang=ko&songs={songs}")
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    assert not violations(page)
    page.get_by_test_id("stSidebar").get_by_role("link", name="지도").click()
    settled(page)
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    page.get_by_test_id("stSidebar").get_by_role("radio", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
