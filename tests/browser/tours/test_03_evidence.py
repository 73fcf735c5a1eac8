"""Evidence: for an answer and a song of the seed, the training playlists that hold both, and what chance would give."""

import re

import pytest
from playwright.sync_api import Page, expect

from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.held_out.held_out import example
from playrec_core.ui.wording.items import labels
from tests.browser.conftest import settled
from tests.browser.tours.conftest import Picture, home

pytestmark = pytest.mark.browser


def test_the_playlists_behind_an_answer_are_counted(page: Page, address: str, run: LoadedRun, picture: Picture):
    home(page, address)
    page.get_by_role("link", name="Continue a playlist").click()
    expect(page.get_by_role("heading", name="Continue a playlist", level=1)).to_be_visible()
    settled(page)
    row = page.get_by_role("list", name="Recommendations: Playlist kNN", exact=True).get_by_role("listitem").first
    item = int(row.get_attribute("data-item") or -1)
    row.get_by_role("button", name=re.compile("Why does")).click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("heading", name="Evidence: playlists containing both")).to_be_visible()
    settled(page)
    question = example(run)
    assert question is not None
    # Not the strongest, which is open at first: the second of the songs offered.
    # A list closes when what it hangs on scrolls: the field is brought into sight first, as a person would.
    field = drawer.get_by_role("combobox", name=re.compile("Co-occurrence with"))
    drawer.get_by_role("region", name="Evidence: playlists containing both").scroll_into_view_if_needed()
    field.focus()
    settled(page)
    field.press("ArrowDown")
    offered = page.get_by_role("option").nth(1)
    name = offered.inner_text()
    offered.click()
    song = next(song for song in question.seed.songs if labels(run.dataset, [song])[0] == name)
    held = run.dataset.interactions[:, [song, item]].toarray() > 0
    both, (first, second) = int(held.all(axis=1).sum()), held.sum(axis=0).tolist()
    total = len(held)
    expect(drawer.get_by_text(re.compile(f"^{re.escape(name)} with "))).to_be_visible()
    says = drawer.get_by_text(re.compile(rf"^{both:,} of {total:,} training playlists contains? both\."))
    expect(says).to_be_visible()
    expect(says).to_contain_text(f"({first:,} contain the one, {second:,} the other)")
    expected, lift = map(
        float, re.findall(r"Expected by chance ([\d.,e-]+) .* co-occur ([\d.,]+)x as often", says.inner_text())[0]
    )
    assert expected == pytest.approx(first * second / total, rel=0.06)
    assert lift == pytest.approx(both * total / (first * second), rel=0.06)
    expect(drawer.get_by_role("region", name="Evidence: playlists containing both")).to_be_visible()
    picture("evidence", of=says)
