"""Blind panel: two people judge lists without names; then names, win rates and agreement are revealed."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from playrec_core.serving.loaded_run import LoadedRun
from tests.browser.conftest import StartServer, settled
from tests.browser.tours.conftest import Picture, go, home, tab

pytestmark = pytest.mark.browser


def judge(page: Page, name: str, verdicts: list[str]) -> None:
    field = page.get_by_role("textbox", name="Your name")
    field.fill(name)
    field.press("Enter")
    settled(page)
    for done, verdict in enumerate(verdicts, start=1):
        page.get_by_role("button", name=verdict, exact=True).click()
        expect(page.get_by_text(f"you have judged {done}.")).to_be_visible()
        settled(page)


def cohens_kappa(one: list[str], other: list[str]) -> float:
    """By its definition: agreement beyond what the marginal frequencies alone would give."""
    n = len(one)
    observed = sum(a == b for a, b in zip(one, other, strict=True)) / n
    chance = sum(one.count(label) * other.count(label) for label in {*one, *other}) / n**2
    return (observed - chance) / (1 - chance)


def test_two_people_judge_blind_and_the_names_come_out(
    page: Page, start_server: StartServer, own_artifacts: Path, run: LoadedRun, picture: Picture, tmp_path: Path
):
    home(page, start_server(own_artifacts))
    go(page, "Panel", "Blind panel")
    shown = page.get_by_test_id("stMain").inner_text()
    assert not [
        title for title in map(run.model_title, run.model_names) if re.search(rf"\b{re.escape(title)}\b", shown)
    ]
    first, second, tie = "List A is best", "List B is best", "Tie"
    page.get_by_role("button", name=re.compile("^Fits: ")).first.click()
    judge(page, "Ana", [first, second, first, tie])
    judge(page, "Bo", [first, first, first, tie])
    picture("panel-judge", 1000)
    tab(page, "Reveal")
    expect(page.get_by_text("8 verdicts by 2 judges on these models.")).to_be_visible()
    page.get_by_role("button", name="Reveal the names").click()
    expect(page.get_by_role("heading", name="Win rates")).to_be_visible()
    settled(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="All verdicts of this run (CSV)").click()
    download.value.save_as(tmp_path / "panel.csv")
    with (tmp_path / "panel.csv").open(encoding="utf-8-sig") as file:
        kept = list(csv.DictReader(file))
    lists = [row for row in kept if row["about"] == "list"]
    chosen = {name: {row["question"]: row["choice"] for row in lists if row["judge"] == name} for name in ("Ana", "Bo")}
    assert list(chosen["Ana"]) == list(chosen["Bo"])  # the same cases in the same order
    assert len([row for row in kept if row["about"] == "song"]) == 1
    kappa = cohens_kappa(*(list(verdicts.values()) for verdicts in chosen.values()))
    pair = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Ana, Bo"))
    figures = [cell.inner_text().split()[0] for cell in pair.get_by_role("cell").all()]
    assert figures == ["4", "3", f"{kappa:.2f}".replace("-", "−")]
    for name in {row["choice"] for row in lists} - {""}:
        won = sum(row["choice"] == name for row in lists)
        winner = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=run.model_title(name)))
        expect(winner.get_by_role("cell").first).to_have_text(f"{won} of 6")
    picture("panel", 1200)
