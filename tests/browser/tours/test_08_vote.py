"""Weighted vote: figures change with the weights; saved as a model, used like any other, and removed."""

import re

import pytest
from playwright.sync_api import Page, expect

from playrec_core.serving.loaded_run import LoadedRun
from tests.browser.conftest import StartServer, settled
from tests.browser.tours.conftest import Picture, go, home, tab

pytestmark = pytest.mark.browser


def test_a_vote_is_weighted_saved_and_used_like_any_model(
    page: Page, start_server: StartServer, own_artifacts, run: LoadedRun, picture: Picture
):
    home(page, start_server(own_artifacts))
    go(page, "Metrics", "Metrics")
    tab(page, "Weighted vote")
    mine = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="This vote"))
    heads = page.get_by_role("table").filter(has=mine).get_by_role("columnheader")
    for figure in ("Song nDCG", "Tag nDCG", "Novelty", "Coverage"):
        expect(heads.filter(has_text=figure)).not_to_have_count(0)
    # With one member, the figures are those stored for it.
    expect(page.get_by_role("slider").first).to_have_attribute("aria-valuetext", re.compile("^×"))
    *voters, depth = page.get_by_role("slider").all()
    assert len(voters) > 1
    expect(depth).to_have_attribute("aria-label", "List depth used")
    depth.press("End")
    for slider in voters[:-1]:
        slider.press("Home")
        settled(page)
    alone = voters[-1].get_attribute("aria-label") or ""
    member = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=alone, exact=True))
    for cell, its in zip(mine.get_by_role("cell").all(), member.get_by_role("cell").all(), strict=True):
        expect(cell).to_have_text(its.inner_text(), use_inner_text=True)
    voters[0].press("End")
    expect(page.get_by_text(re.compile("^Gain over .*, its best member by nDCG"))).to_be_visible()
    settled(page)
    page.get_by_role("textbox", name="Name").fill("Evening")
    page.get_by_role("button", name="Save as a model of this run").click()
    expect(page.get_by_role("heading", name="Saved votes")).to_be_visible()
    settled(page)
    picture("mix", 1300)
    tab(page, "All metrics")
    expect(page.get_by_role("rowheader", name="Evening (saved vote)").first).to_be_visible()
    tab(page, "Weighted vote")
    page.get_by_role("link", name="Open on Continue").click()
    expect(page.get_by_role("heading", name="Continue a playlist", level=1)).to_be_visible()
    settled(page)
    answers = page.get_by_role("list", name="Recommendations: Evening (saved vote)", exact=True)
    expect(answers.get_by_role("listitem")).to_have_count(10)
    go(page, "Metrics", "Metrics")
    tab(page, "Weighted vote")
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("heading", name="Saved votes")).to_have_count(0)
    go(page, "Continue", "Continue a playlist")
    expect(answers).to_have_count(0)
