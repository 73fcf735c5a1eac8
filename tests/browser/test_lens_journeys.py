"""Where models disagree, what a figure stands on, and how much of it is the way of judging: walked with the mouse."""

import re
import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from playrec_core.serving import LoadedRun
from playrec_core.store import Run
from tests.browser.conftest import StartServer, settled

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def run(demo_run: Path) -> LoadedRun:
    return LoadedRun.open(demo_run)


def first_playlist(page: Page):
    return page.get_by_test_id("stMain").get_by_test_id("stPageLink").get_by_role("link").first


def question_in_address(page: Page) -> str:
    return parse_qs(urlparse(page.url).query).get("question", [""])[0]


def test_from_a_disagreement_to_every_models_answer(page: Page, address: str, run: LoadedRun):
    page.goto(address)
    settled(page)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Disagreements").click()
    expect(page.get_by_role("heading", name="Where models disagree")).to_be_visible()
    settled(page)
    page.get_by_text("One wins by most", exact=True).click()
    expect(page.get_by_text("ahead by").first).to_be_visible()
    settled(page)
    first_playlist(page).click()
    expect(page).to_have_url(re.compile("/Continue.*question="))
    settled(page)
    values = np.stack([run.held_out_values(model)["ndcg"] for model in run.first_shown])
    lead = np.diff(np.sort(values, axis=0)[-2:], axis=0)[0]
    row = run.held_out.table["id"].to_pylist().index(question_in_address(page))
    assert lead[row] == lead.max()
    expect(page.get_by_text(re.compile("Held-out playlist")).first).to_be_visible()


def test_a_click_on_a_cell_lists_its_playlists(page: Page, address: str, run: LoadedRun):
    page.goto(f"{address}/Metrics")
    settled(page)
    page.get_by_role("tab", name="Open a figure").click()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    settled(page)
    main = run.metrics[run.metrics["metric"] == "score"].set_index("model")["mean"]
    ranked = sorted(run.first_shown, key=lambda model: -main[model])
    expect(page.get_by_text(f"{run.model_title(ranked[0])}, Score, all playlists")).to_be_visible()
    box = page.get_by_test_id("stDataFrame").bounding_box()
    assert box is not None
    # The table is painted on a canvas: the third row of cells, the last column.
    page.mouse.click(box["x"] + box["width"] - 30, box["y"] + 35 * 3.5)
    expect(page.get_by_text(re.compile(f"{re.escape(run.model_title(ranked[2]))}, Score, title:"))).to_be_visible()
    settled(page)
    first_playlist(page).click()
    expect(page).to_have_url(re.compile("/Continue.*question="))
    kinds = dict(zip(run.held_out.table["id"].to_pylist(), run.held_out.table["kind"].to_pylist(), strict=True))
    assert kinds[question_in_address(page)] == "title"


def test_the_leaderboard_flips_and_says_why(page: Page, address: str):
    page.goto(f"{address}/Metrics")
    settled(page)
    page.get_by_role("tab", name="Protocol lens").click()
    page.get_by_role("button", name="Judge the answers six ways").click()
    expect(page.get_by_role("heading", name="Why it flips")).to_be_visible()
    settled(page)
    table = page.locator(".pr-table", has_text="pessimistic ties")
    expect(table.locator("tbody tr")).not_to_have_count(0)
    expect(page.get_by_text("places that nobody would ever scroll to")).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()


def test_a_mix_is_saved_and_asked_like_any_model(page: Page, start_server: StartServer, demo_run: Path, tmp_path: Path):
    run_id = Run.open(demo_run).id
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / run_id).symlink_to((demo_run / "runs" / run_id).absolute())
    shutil.copy(demo_run / "current", tmp_path / "current")
    page.goto(f"{start_server(tmp_path)}/Metrics")
    settled(page)
    page.get_by_role("tab", name="Mix").click()
    expect(page.get_by_text("This mix")).to_be_visible()
    page.get_by_label("Name").fill("Evening")
    page.get_by_role("button", name="Save as a model of this run").click()
    expect(page.get_by_role("heading", name="Saved beside this run")).to_be_visible()
    settled(page)
    page.get_by_role("tab", name="All metrics").click()
    expect(page.get_by_role("rowheader", name="Evening (saved mix)").first).to_be_visible()
    page.get_by_role("tab", name="Mix").click()
    page.get_by_role("link", name="Ask it").click()
    expect(page).to_have_url(re.compile("/Continue.*models=evening-"))
    settled(page)
    page.get_by_role("button", name=re.compile(r"^Models \(")).click()
    expect(page.get_by_role("button", name="Evening (saved mix)", exact=True)).to_be_visible()
    page.goto(f"{page.url.split('/Continue')[0]}/Metrics?metrics_tab=Mix")
    settled(page)
    page.locator("[class*='st-key-mix-remove']").get_by_role("button").click()
    expect(page.get_by_role("heading", name="Saved beside this run")).to_have_count(0)
