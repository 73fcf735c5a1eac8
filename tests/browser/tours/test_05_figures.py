"""Error analysis: the playlists of a cell and a custom rule; two models compared."""

import re
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from scipy import stats

from playrec_core.serving.loaded_run import LoadedRun
from tests.browser.conftest import settled
from tests.browser.tours.conftest import Picture, go, home, pick, tab

pytestmark = pytest.mark.browser


def click_cell(page: Page, row: int) -> None:
    """The table is painted on a canvas: a row of cells, the last column."""
    box = page.get_by_test_id("stDataFrame").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] - 30, box["y"] + 35 * (row + 0.5))
    settled(page)


def test_a_click_on_a_cell_lists_its_playlists(page: Page, address: str, run: LoadedRun, picture: Picture):
    home(page, address)
    go(page, "Metrics", "Metrics")
    tab(page, "Error analysis")
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    settled(page)
    main = run.metrics[run.metrics["metric"] == "score"].set_index("model")["mean"]
    ranked = sorted(run.first_shown, key=lambda model: -main[model])
    expect(page.get_by_text(f"{run.model_title(ranked[0])}, Score, all playlists")).to_be_visible()
    click_cell(page, 3)
    expect(page.get_by_text(re.compile(f"{re.escape(run.model_title(ranked[2]))}, Score, title:"))).to_be_visible()
    picture("figure", 1300)
    page.get_by_test_id("stMain").get_by_test_id("stPageLink").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Continue a playlist", level=1)).to_be_visible()
    asked = parse_qs(urlparse(page.url).query)["question"][0]
    kinds = dict(zip(run.held_out.table["id"].to_pylist(), run.held_out.table["kind"].to_pylist(), strict=True))
    assert kinds[asked] == "title"


def test_a_rule_of_ones_own_and_a_warning(page: Page, address: str, run: LoadedRun, picture: Picture):
    home(page, address)
    go(page, "Metrics", "Metrics")
    tab(page, "Error analysis")
    pick(page, "Group by", "custom rule")
    lengths = np.array([len(seed.songs) for seed in run.held_out.seeds])
    longest = int(np.sort(lengths)[-5])  # five playlists or a few more: too few
    rule = page.get_by_role("textbox", name="Rule")
    rule.fill(f"seed_length >= {longest}")
    rule.press("Enter")
    expect(page.get_by_text("Sample too small: matches the rule")).to_be_visible()
    rule.fill("seed_length < 3 and")
    rule.press("Enter")
    refused = page.get_by_role("alert").filter(has_text="This is not a valid rule.")
    expect(refused).to_be_visible()
    rule.fill("seed_length < 3")
    rule.press("Enter")
    expect(refused).to_have_count(0)
    settled(page)
    click_cell(page, 1)
    best = run.model_title(max(run.first_shown, key=lambda model: mean_score(run, model)))
    n = int((lengths >= 3).sum())
    expect(page.get_by_text(re.compile(f"{re.escape(best)}, Score, does not match: .*n = {n:,}"))).to_be_visible()
    picture("rule", 1300)


def mean_score(run: LoadedRun, model: str) -> float:
    return float(run.held_out_values(model)["score"].mean())


def test_two_models_are_told_apart(page: Page, address: str, run: LoadedRun, picture: Picture):
    home(page, address)
    go(page, "Metrics", "Metrics")
    tab(page, "Two models")
    pick(page, "Model", "EASE")
    pick(page, "Against", "ALS")
    pick(page, "Metric", "Song nDCG")
    said = page.get_by_text(re.compile("^On Song nDCG: EASE wins"))
    expect(said).to_be_visible()
    gains = run.held_out_values("ease")["ndcg"] - run.held_out_values("als")["ndcg"]
    gains = gains[~np.isnan(gains)]
    wins, losses, draws = int((gains > 0).sum()), int((gains < 0).sum()), int((gains == 0).sum())
    expect(said).to_contain_text(f"EASE wins {wins:,}, ALS {losses:,}, ties {draws:,}")
    sign = stats.binomtest(wins, wins + losses).pvalue
    expect(said).to_contain_text(f"Sign test p {f'{sign:.3f}' if sign >= 0.001 else 'below 0.001'}")
    ranked = stats.wilcoxon(gains, zero_method="pratt").pvalue
    expect(said).to_contain_text(f"signed-rank test p {f'{ranked:.3f}' if ranked >= 0.001 else 'below 0.001'}")
    picture("two-models", 1300, of=said)
