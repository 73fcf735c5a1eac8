"""A verdict on a song in the blind panel: stored however early and often it is given, once for all lists."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from playrec_core.human_eval.verdicts import Panel, SongVerdict
from playrec_core.serving.loaded_run import LoadedRun
from tests.browser.conftest import StartServer, settled

pytestmark = pytest.mark.browser


def thumbs(page: Page, verdict: str) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^{verdict}: "))


def verdicts(artifacts: Path) -> list[SongVerdict]:
    return Panel(artifacts / "panel.sqlite").songs(LoadedRun.open(artifacts).id)


def judge_a_list(page: Page) -> None:
    """Earlier clicks are processed by then: the server handles messages in order."""
    page.get_by_role("button", name="List A is best", exact=True).click()
    expect(page.get_by_text("you have judged 1.")).to_be_visible()
    settled(page)


def test_a_thumb_among_other_clicks_is_stored(page: Page, start_server: StartServer, own_artifacts: Path):
    # Guards against: 1 of 8 tours of the panel lost its thumb to the name typed after it, on a busy machine, when
    # thumbs were widgets and the song was in both lists.
    page.goto(f"{start_server(own_artifacts)}/Panel")
    thumbs(page, "Fits").first.click()  # while the page is still being drawn
    page.get_by_role("textbox", name="Your name").fill("Ana")
    thumbs(page, "Does not fit").nth(1).click()  # which submits the name at the same moment
    judge_a_list(page)
    kept = {one.fits: one.judge for one in verdicts(own_artifacts)}
    assert kept.keys() == {True, False}  # the first is anonymous, or Ana's where both came in one go
    assert kept[False] == "Ana"


def test_a_song_in_both_lists_has_one_verdict_and_a_second_press_withdraws_it(
    page: Page, start_server: StartServer, own_artifacts: Path
):
    page.goto(f"{start_server(own_artifacts)}/Panel")
    expect(thumbs(page, "Fits")).to_have_count(10)
    labels = [str(thumb.get_attribute("aria-label")) for thumb in thumbs(page, "Fits").all()]
    twins = [label for label in labels if labels.count(label) == 2]
    alone = next(label for label in labels if labels.count(label) == 1)
    both = page.get_by_role("button", name=twins[0], exact=True)
    both.nth(1).click()
    page.get_by_role("button", name=alone, exact=True).click()
    expect(page.get_by_role("button", name=re.compile("^Fits: "), pressed=True)).to_have_count(3)
    judge_a_list(page)
    assert sorted(len(one.models) for one in verdicts(own_artifacts)) == [1, 2]
    page.get_by_role("button", name="Undo last verdict").click()
    expect(page.get_by_role("button", name=re.compile("^Fits: "), pressed=True)).to_have_count(3)
    both.first.click()
    expect(page.get_by_role("button", name=re.compile("^Fits: "), pressed=True)).to_have_count(1)
    page.get_by_role("button", name=alone.replace("Fits", "Does not fit"), exact=True).click()
    judge_a_list(page)
    assert [(len(one.models), one.fits) for one in verdicts(own_artifacts)] == [(1, False)]
