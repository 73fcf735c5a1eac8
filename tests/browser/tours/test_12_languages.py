"""Korean and English: by the browser's language or by the switch, on every page, with what a person does left alone."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import settled
from tests.browser.tours.conftest import Picture, go, home, press

pytestmark = pytest.mark.browser
HANGUL = re.compile("[가-힣]")


def test_the_switch_changes_the_words_of_every_page_and_nothing_else(page: Page, address: str, picture: Picture):
    home(page, address)
    go(page, "Continue", "Continue a playlist")
    press(page, "Use this example")
    answers = page.get_by_role("list", name="Recommendations: EASE", exact=True).get_by_role("listitem")
    expect(page.get_by_text("Example", exact=True)).to_have_count(0)
    expect(answers).to_have_count(10)  # the board draws itself after the page
    listed = [row.get_attribute("data-item") for row in answers.all()]
    sidebar = page.get_by_test_id("stSidebar")
    n_pages = sidebar.get_by_role("link").count()
    sidebar.get_by_role("radio", name="한국어").click()
    answers = page.get_by_role("list", name="추천: EASE", exact=True).get_by_role("listitem")
    expect(answers).to_have_count(len(listed))
    settled(page)
    expect(answers).to_have_count(len(listed))
    assert [row.get_attribute("data-item") for row in answers.all()] == listed
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    picture("korean", 1250)
    headings = set()
    for place in range(1, n_pages):
        link = sidebar.get_by_role("link").nth(place)
        assert HANGUL.search(link.inner_text())
        link.click()
        name = link.inner_text().split("\n")[-1]
        expect(page).to_have_title(f"{name} · playrec")
        settled(page)
        heading = page.get_by_role("heading", level=1).inner_text()
        assert HANGUL.search(heading)
        headings.add(heading)
    assert len(headings) == n_pages - 1
    sidebar.get_by_role("radio", name="English").click()
    expect(page.get_by_role("heading", name="Case file", level=1)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    go(page, "Continue", "Continue a playlist")
    answers = page.get_by_role("list", name="Recommendations: EASE", exact=True).get_by_role("listitem")
    expect(answers).to_have_count(len(listed))
    assert [row.get_attribute("data-item") for row in answers.all()] == listed


def test_a_korean_browser_is_answered_in_korean(browser: Browser, address: str):
    context = browser.new_context(locale="ko-KR")
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("link", name="플레이리스트 이어 가기").first).to_be_visible(timeout=30_000)
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    context.close()
