"""Two lessons with mouse and keyboard, as a stranger who follows only what is on screen."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settled

pytestmark = pytest.mark.browser


def choose(page: Page, words: str) -> None:
    page.get_by_test_id("stRadio").get_by_text(words, exact=True).click()
    settled(page)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    settled(page)


def test_from_the_list_through_two_lessons(page: Page, address: str):
    page.goto(address)
    settled(page)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Learn").click()
    expect(page.get_by_role("heading", name="Lessons: predict, then look")).to_be_visible()
    settled(page)
    press(page, "Begin")
    expect(page.get_by_role("heading", name="Sparse matrices")).to_be_visible()
    expect(page).to_have_url(re.compile("lesson=sparse"))
    expect(page.get_by_role("button", name="Reveal")).to_be_disabled()
    choose(page, "about 1 in 10")
    press(page, "Reveal")
    expect(page.get_by_text("cells are filled:")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    choose(page, "Both to four times their size")
    press(page, "Check my answer")
    expect(page.get_by_text("Not this one.")).to_be_visible()
    choose(page, "Dense to four times, CSR to twice its size")
    press(page, "Check my answer")
    expect(page.get_by_text("Right.")).to_be_visible()
    press(page, "On to: Why implicit is not explicit")
    expect(page.get_by_role("heading", name="Why implicit is not explicit")).to_be_visible()
    choose(page, "near 0: it is not in the list")
    press(page, "Reveal")
    expect(page.get_by_text("It turned out otherwise.")).to_be_visible()
    choose(page, "Probably not wanted, but with little confidence")
    press(page, "Check my answer")
    expect(page.get_by_text("Right.")).to_be_visible()
    press(page, "All lessons")
    expect(page.get_by_text("2 of 12 done")).to_be_visible()


def test_a_link_opens_a_lesson_in_korean_and_the_slider_takes_keys(page: Page, address: str):
    page.goto(f"{address}/Learn?lesson=popular&lang=ko")
    settled(page)
    expect(page.get_by_role("heading", name="인기만으로")).to_be_visible()
    slider = page.get_by_role("slider")
    slider.focus()
    slider.press("ArrowLeft")
    settled(page)
    press(page, "결과 보기")
    expect(page.get_by_text("49 %", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="확인 문제")).to_be_visible()
    page.reload()
    settled(page)
    expect(page.get_by_role("button", name="결과 보기")).to_be_visible()  # another session: nothing is kept
