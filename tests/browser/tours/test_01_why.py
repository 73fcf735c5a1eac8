"""Why: from any answer to its reasons, for a model whose parts add up and for one whose do not, and how far to trust
either.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from playrec_core.serving.loaded_run import LoadedRun
from tests.browser.conftest import settled
from tests.browser.tours.conftest import Picture, go, home, tab

pytestmark = pytest.mark.browser
SCORE = re.compile(r"sum exactly to the score .*: the bars sum to (-?[\d.]+), the score is (-?[\d.]+),")


def bars(page: Page) -> list[float]:
    """What the drawn chart's bars hold, without the total that the chart adds itself."""
    drawn = "node => Array.from(node.data[0].x).filter((_, i) => node.data[0].measure[i] !== 'total')"
    return page.get_by_role("dialog").locator(".js-plotly-plot").first.evaluate(drawn)


def test_every_answer_says_why_beside_the_list(page: Page, address: str, run: LoadedRun, picture: Picture):
    home(page, address)
    page.get_by_role("link", name="Continue a playlist").click()
    expect(page.get_by_role("heading", name="Continue a playlist", level=1)).to_be_visible()
    settled(page)
    drawer = page.get_by_role("dialog")
    answers = page.get_by_role("list", name=f"Recommendations: {run.model_title('multi-dae')}", exact=True)
    answers.get_by_role("button", name=re.compile("Why does")).first.click()
    expect(drawer.get_by_text("each bar is the change of the score when that song is removed")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(drawer).to_have_count(0)
    for model in ("als", "ease"):
        answers = page.get_by_role("list", name=f"Recommendations: {run.model_title(model)}", exact=True)
        answers.get_by_role("button", name=re.compile("Why does")).first.click()
        said = drawer.get_by_text(SCORE)
        expect(said).to_be_visible()
        settled(page)
        total, score = map(float, SCORE.search(said.inner_text()).groups())  # type: ignore[union-attr]
        assert total == pytest.approx(score, abs=1e-5)
        assert sum(bars(page)) == pytest.approx(score, abs=1e-5)
        if model == "als":
            page.get_by_role("button", name="Close").click()
            expect(drawer).to_have_count(0)
    expect(page).to_have_url(re.compile("/Continue"))  # the page never changed
    picture("why")


def test_whether_explanations_can_be_trusted_is_measured(page: Page, address: str, picture: Picture):
    home(page, address)
    go(page, "Metrics", "Metrics")
    tab(page, "Explanations")
    page.get_by_role("button", name=re.compile(r"Measure \d+ model")).click()
    table = page.get_by_role("table", name="Faithfulness; shaded: significantly better than random")
    expect(table).to_be_visible(timeout=120_000)
    settled(page)
    for kind in ("exact", "occlusion"):
        rows = table.get_by_role("row").filter(has=page.get_by_role("cell", name=kind, exact=True)).all()
        # Deletion and insertion gain: what an explanation foresees better than chance, of the best of its kind.
        gains = [float(row.get_by_role("cell").nth(1).inner_text().split()[0]) for row in rows]
        assert max(gains) > 0
    picture("trust", 1300)
