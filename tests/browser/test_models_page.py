"""The model catalogue in a browser: a click opens a card, Back leads to the overview, and Continue has a short form."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settled

pytestmark = pytest.mark.browser


def test_a_click_on_a_model_opens_its_card_and_back_the_overview(page: Page, address: str):
    page.goto(f"{address}/Models")
    settled(page)
    page.get_by_role("button", name="Open: EASE", exact=True).click()
    expect(page.get_by_role("heading", name="EASE", level=2)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/Models\?model=ease$"))
    page.go_back()
    expect(page.get_by_role("button", name="Open: SLIM", exact=True)).to_be_visible()


def test_a_family_and_an_order_narrow_and_sort_the_table(page: Page, address: str):
    page.goto(f"{address}/Models")
    settled(page)
    rows = page.locator("button[data-act=open]")
    expect(page.get_by_role("button", name="Open: SLIM", exact=True)).to_be_visible()
    every = rows.count()
    page.get_by_role("radio", name="Baselines (2)").click()
    expect(rows).to_have_count(2)
    page.get_by_role("radio", name="Score", exact=True).click()
    expect(page.locator("tr.group")).to_have_count(0)
    assert every > 2


def test_a_models_name_on_continue_opens_its_description(page: Page, address: str):
    page.goto(f"{address}/Continue?models=ease,als")
    settled(page)
    page.get_by_role("button", name="About EASE", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("linear autoencoder whose weights have a closed form")).to_be_visible()
    dialog.get_by_role("link", name="Settings, metrics and published figures").click()
    expect(page).to_have_url(re.compile(r"/Models\?.*model=ease"))
    expect(page.get_by_role("heading", name="EASE", level=2)).to_be_visible()
