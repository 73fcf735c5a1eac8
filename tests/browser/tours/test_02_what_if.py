"""What if: the songs that keep a recommendation in the list, found, tried and verified; and the list re-ranked."""

import re
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from playrec_core.schema import TITLE, Seed
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.held_out.held_out import example
from tests.browser.conftest import settled
from tests.browser.tours.conftest import Picture, home

pytestmark = pytest.mark.browser
PENALISED = "Popularity: median training playlists per song: "


def place_of(run: LoadedRun, model: str, seed: Seed, item: int, banned: set[int]) -> int:
    """Rank from the scores themselves: one more than the songs that score higher."""
    scores = run.model(model).score([seed])[0].copy()
    scores[list({*seed.songs, *banned} - {item})] = -np.inf
    return int((scores > scores[item]).sum()) + 1


def test_from_why_to_what_it_takes_and_a_try(page: Page, address: str, run: LoadedRun, picture: Picture):
    question = example(run)
    assert question is not None
    home(page, address)
    page.get_by_role("link", name="Continue a playlist").click()
    expect(page.get_by_role("heading", name="Continue a playlist", level=1)).to_be_visible()
    settled(page)
    answers = page.get_by_role("list", name="Recommendations: EASE", exact=True)
    row = answers.get_by_role("listitem").nth(2)
    item = int(row.get_attribute("data-item") or -1)
    row.get_by_role("button", name=re.compile("Why does")).click()
    page.get_by_role("dialog").get_by_role("link", name="Try it on What if").click()
    expect(page.get_by_role("heading", name="What if?", level=1)).to_be_visible()
    settled(page)
    effect = page.get_by_text(re.compile(r"^Without \d+ songs? it falls to rank [\d,]+:"))
    expect(effect).to_be_visible()
    promised = re.search(r"Without (\d+) songs? it falls to rank ([\d,]+)", effect.inner_text())
    assert promised
    removed = removed_songs(page, run, question.seed, int(promised[1]))
    left = replace(question.seed, songs=tuple(song for song in question.seed.songs if song not in removed))
    place = int(promised[2].replace(",", ""))
    assert place == place_of(run, "ease", left, item, set(removed)) > 10
    page.get_by_role("button", name="Try it above").first.click()
    # At least the rank of the removed recommendation goes to another song.
    expect(page.get_by_text(re.compile(r"[1-9]\d* of the top 10 (is|are) new"))).to_be_visible()
    picture("what-if", 1950)


def removed_songs(page: Page, run: LoadedRun, seed: Seed, count: int) -> list[int]:
    """The seed's songs listed below the effect."""
    heading = page.get_by_text(re.compile("^Which songs keep it in the top 10"))
    column = heading.locator("xpath=ancestor::*[@data-testid='stColumn'][1]")
    lines = column.get_by_role("listitem").all_inner_texts()
    titles = {song: run.dataset.catalogue[TITLE][song].as_py() for song in seed.songs}
    found = [song for song, title in titles.items() if any(line.startswith(title) for line in lines)]
    assert len(lines) == len(found) == count
    return found


def test_the_sliders_change_what_is_said_of_the_list(page: Page, address: str):
    home(page, address)
    page.get_by_role("link", name="What if", exact=True).click()
    expect(page.get_by_role("heading", name="What if?", level=1)).to_be_visible()
    settled(page)
    popularity = page.get_by_text(PENALISED)
    slider = page.get_by_role("slider", name="Popularity penalty")
    slider.focus()
    slider.press("Home")
    page.get_by_role("slider", name="Diversity").focus()
    page.get_by_role("slider", name="Diversity").press("Home")
    expect(popularity).to_have_text(re.compile(r": ([\d,]+) → \1$"))  # no penalty, no change
    slider.press("End")
    expect(popularity).not_to_have_text(re.compile(r": ([\d,]+) → \1$"))
    settled(page)
    before, after = (int(figure.replace(",", "")) for figure in re.findall(r"[\d,]*\d", popularity.inner_text()))
    assert after < before
