"""Protocols: the same models under several protocols, the leaderboard changing, and why."""

import re
from itertools import combinations

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settled
from tests.browser.tours.conftest import Picture, go, home, tab

pytestmark = pytest.mark.browser


def test_the_leaderboard_changes_and_says_why(page: Page, address: str, picture: Picture):
    home(page, address)
    go(page, "Metrics", "Metrics")
    tab(page, "Protocols")
    page.get_by_role("button", name="Compare protocols").click()
    expect(page.get_by_role("heading", name="Why the order changes")).to_be_visible(timeout=60_000)
    settled(page)
    table = page.get_by_role("table").filter(has=page.get_by_role("columnheader", name="pessimistic ties"))
    rows = table.get_by_role("row").filter(has=page.get_by_role("rowheader")).all()
    cells = [
        [re.match(r"([\d.]+)\s+rank (\d+)", cell.inner_text()) for cell in row.get_by_role("cell").all()]
        for row in rows
    ]
    swaps = []
    for column in zip(*cells, strict=True):
        figures, ranks = ([read(found[group]) for found in column if found] for group, read in ((1, float), (2, int)))
        # The ranks shown are those of the figures beside them.
        assert [figures[index] for index in np.argsort(ranks)] == sorted(figures, reverse=True)
        swaps.append(sum(one > other for one, other in combinations(ranks, 2)))
    assert len(swaps) == 6
    assert swaps[0] == 0  # the rows are in the order of this app's protocol
    said = page.get_by_text(re.compile(r"up to \d+ of \d+ pairs of models swapped"))
    assert int(re.findall(r"up to (\d+)", said.inner_text())[0]) == max(swaps) > 0
    expect(page.get_by_text("ranks that nobody would scroll to")).to_be_visible()
    picture("lens", 1750)
