"""Disagreements: lowest overlap, largest lead and all models missing; each opens with its recommendations."""

import re
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from playrec_core.serving.loaded_run import LoadedRun
from tests.browser.conftest import settled
from tests.browser.tours.conftest import Picture, choose, go, home

pytestmark = pytest.mark.browser


def open_first(page: Page) -> str:
    """Open the first playlist of the list; the id of the question that is then on Continue."""
    page.get_by_test_id("stMain").get_by_test_id("stPageLink").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Continue a playlist", level=1)).to_be_visible()
    settled(page)
    expect(page.get_by_text(re.compile("^Held-out playlist")).first).to_be_visible()
    return parse_qs(urlparse(page.url).query).get("question", [""])[0]


def test_from_a_disagreement_to_every_models_answer(page: Page, address: str, run: LoadedRun, picture: Picture):
    values = np.stack([run.held_out_values(model)["ndcg"] for model in run.first_shown])
    rows = run.held_out.table["id"].to_pylist()
    home(page, address)
    go(page, "Disagreements", "Where models disagree")
    choose(page, "Largest lead")
    expect(page.get_by_text("ahead by").first).to_be_visible()
    settled(page)
    lead = np.diff(np.sort(values, axis=0)[-2:], axis=0)[0]
    row = rows.index(open_first(page))
    assert lead[row] == lead.max()
    winner = run.model_title(run.first_shown[int(values[:, row].argmax())])
    picture("disagreement", 1100, of=page.get_by_role("list", name=f"Recommendations: {winner}", exact=True))
    go(page, "Disagreements", "Where models disagree")
    choose(page, "All models miss")
    best = values.max(axis=0)
    if best.min() < 0.1:
        expect(page.get_by_text(re.compile("all [0-9]+ models at 0|no model above")).first).to_be_visible()
        settled(page)
        assert best[rows.index(open_first(page))] == best.min()
        page.go_back()
        expect(page.get_by_role("heading", name="Where models disagree", level=1)).to_be_visible()
        settled(page)
    else:  # on the small run there is always one that finds something
        expect(page.get_by_text("No matching playlists.")).to_be_visible()
    choose(page, "Lowest overlap")
    said = page.get_by_text(re.compile(r"^overlap \d\.\d+; least similar")).first
    expect(said).to_be_visible()
    # The least similar pair, checked without the formula: fewer than half of the items in common.
    pair = re.search(r"least similar: (.+) and (.+) \(", said.inner_text())
    assert pair
    settled(page)
    row = rows.index(open_first(page))
    first, second = (next(one for one in run.first_shown if run.model_title(one) == name) for name in pair.groups())
    lists = [set(run.held_out_answers(name)["items"][row, :10].tolist()) for name in (first, second)]
    assert len(lists[0] & lists[1]) < 5
