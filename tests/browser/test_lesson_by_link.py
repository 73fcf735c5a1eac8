"""A lesson that a link opens, in Korean, by keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settled

pytestmark = pytest.mark.browser


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    settled(page)


def test_a_link_opens_a_lesson_in_korean_and_the_slider_takes_keys(page: Page, address: str):
    page.goto(f"{address}/Learn?lesson=popular&lang=ko")
    settled(page)
    expect(page.get_by_role("heading", name="인기만으로")).to_be_visible()
    slider = page.get_by_role("slider")
    slider.focus()
    slider.press("ArrowLeft")
    settled(page)
    press(page, "결과 보기")
    # The value is above the slider, and in the sentence below it once that is drawn.
    expect(page.get_by_text("49 %", exact=True).first).to_be_visible()
    expect(page.get_by_role("heading", name="확인 문제")).to_be_visible()
    page.reload()
    settled(page)
    expect(page.get_by_role("button", name="결과 보기")).to_be_visible()  # a new session: no progress
