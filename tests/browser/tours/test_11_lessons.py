"""Lessons: predict, reveal, answer wrongly and rightly, and on to the next."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settled
from tests.browser.tours.conftest import Picture, go, home

pytestmark = pytest.mark.browser


def choose(page: Page, words: str) -> None:
    page.get_by_role("radiogroup").get_by_text(words, exact=True).click()
    settled(page)


def test_from_the_list_through_two_lessons(page: Page, address: str, picture: Picture):
    home(page, address)
    go(page, "Lessons", "Lessons: predict, then look")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name="Sparse matrices", level=1)).to_be_visible()
    settled(page)
    expect(page.get_by_role("button", name="Reveal")).to_be_disabled()
    choose(page, "about 1 in 10")
    page.get_by_role("button", name="Reveal").click()
    expect(page.get_by_text("cells are filled:")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    settled(page)
    choose(page, "Both quadruple")
    page.get_by_role("button", name="Check my answer").click()
    expect(page.get_by_text("Not this one.")).to_be_visible()
    settled(page)
    choose(page, "Dense quadruples, CSR doubles")
    page.get_by_role("button", name="Check my answer").click()
    expect(page.get_by_text("Right.")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Next: Why implicit feedback is not explicit").click()
    expect(page.get_by_role("heading", name="Why implicit feedback is not explicit", level=1)).to_be_visible()
    settled(page)
    choose(page, "near 0: it is not in the list")
    page.get_by_role("button", name="Reveal").click()
    expect(page.get_by_text("Not quite: see why below.")).to_be_visible()
    settled(page)
    choose(page, "Probably not wanted, but with little confidence")
    page.get_by_role("button", name="Check my answer").click()
    expect(page.get_by_text("Right.")).to_be_visible()
    settled(page)
    picture("lesson", 1750)
    page.get_by_role("button", name="All lessons").first.click()
    expect(page.get_by_text("2 of 12 done")).to_be_visible()
