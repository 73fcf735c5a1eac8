"""Case file: saved, read without network or app, opened again, and re-run."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from playrec_core.serving.loaded_run import LoadedRun
from tests.browser.conftest import settled
from tests.browser.tours.conftest import Picture, home

pytestmark = pytest.mark.browser


def upload(page: Page, file: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload", exact=True).click()
    chooser.value.set_files(file)


def test_a_case_is_saved_read_without_the_app_and_opened_again(
    page: Page, address: str, run: LoadedRun, picture: Picture, tmp_path: Path
):
    home(page, address)
    page.get_by_role("link", name="Continue a playlist").click()
    expect(page.get_by_role("heading", name="Continue a playlist", level=1)).to_be_visible()
    settled(page)
    answers = page.get_by_role("list", name="Recommendations: EASE", exact=True).get_by_role("listitem")
    expect(answers).to_have_count(10)  # the board draws itself after the page
    listed = [int(row.get_attribute("data-item") or -1) for row in answers.all()]
    page.get_by_role("button", name="Case file").click()
    for name, file in (("Report (HTML)", "case.html"), ("Reloadable (JSON)", "case.json")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        download.value.save_as(tmp_path / file)
    page.get_by_role("link", name="Open a saved case").click()
    expect(page.get_by_role("heading", name="Case file", level=1)).to_be_visible()
    settled(page)
    upload(page, tmp_path / "case.json")
    expect(page.get_by_text("Yours, as it would be saved now")).to_have_count(0)
    expect(page.get_by_text(f"all {len(run.first_shown)} models reproduce the saved lists")).to_have_count(1)
    expect(page.get_by_role("heading", name="Recommendations by model")).to_be_visible()
    picture("case", 1300)

    case = json.loads((tmp_path / "case.json").read_text(encoding="utf-8"))
    [ease] = [model for model in case["models"] if model["name"] == "ease"]
    assert [str(answer["id"]) for answer in ease["answers"]] == [str(one) for one in run.dataset.items.outside(listed)]
    ease["answers"][0], ease["answers"][1] = ease["answers"][1], ease["answers"][0]
    (tmp_path / "other.json").write_text(json.dumps(case), encoding="utf-8")
    page.get_by_role("button", name="Remove case.json").click()
    upload(page, tmp_path / "other.json")
    expect(page.get_by_text(f"1 of {len(run.first_shown)} models do not reproduce the saved list")).to_have_count(1)
    expect(page.get_by_text("differs from rank 1 on")).to_be_visible()

    page.goto("about:blank")  # the app, which fetches its parts in idle moments, asks for nothing any more
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.context.set_offline(True)
    page.goto((tmp_path / "case.html").as_uri())
    expect(page.get_by_role("heading", name="Recommendations by model")).to_be_visible()
    assert [url for url in asked if not url.startswith("file:")] == []
    picture("case-page", 1100, of=page.get_by_role("heading", level=1))
    for model in run.first_shown:
        expect(page.get_by_role("heading", name=run.model_title(model), exact=True)).to_be_visible()
