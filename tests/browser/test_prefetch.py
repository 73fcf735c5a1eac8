"""Whoever has looked at Home for a moment waits for no code of another page."""

import re

import pytest
from playwright.sync_api import Page, Request, expect

from app import PAGES
from playrec_core.ui.shell.prefetch import KINDS, parts
from tests.browser.conftest import settled

pytestmark = pytest.mark.browser

FETCHED = """names => {
    const fetched = performance.getEntriesByType('resource').map(one => one.name)
    return names.every(name => fetched.some(address => address.endsWith('/' + name)))
}"""


def test_every_kind_is_there_under_its_name():
    """A kind that a version of Streamlit calls otherwise would be left out in silence."""
    assert [kind for kind in KINDS if not any(name.startswith(f"{kind}.") for name in parts())] == []


def test_no_page_fetches_a_script_when_it_is_first_opened(page: Page, address: str):
    page.goto(address)
    settled(page)
    page.wait_for_function(FETCHED, arg=parts())
    page.wait_for_load_state("networkidle")
    late: list[str] = []

    def note(request: Request) -> None:
        if request.resource_type == "script" and not request.url.startswith("blob:"):  # the app's own components
            late.append(f"{page.url}: {request.url}")

    page.on("request", note)
    links = page.get_by_test_id("stSidebar").get_by_role("link")
    for place, shown in enumerate(each for section in PAGES.values() for each in section):
        links.nth(place).click()
        expect(page).to_have_url(re.compile(f"/{shown.address}"))
        settled(page)
        page.wait_for_load_state("networkidle")
    assert not late
