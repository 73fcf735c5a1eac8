"""A stranger saves a case and opens it again, and judges lists without knowing whose they are."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import StartServer, settled

pytestmark = pytest.mark.browser


def test_a_case_is_saved_read_without_the_app_and_opened_again(page: Page, address: str, tmp_path: Path):
    page.goto(f"{address}/Continue")
    settled(page)
    page.get_by_role("button", name="Case file").click()
    for name, file in (("To read anywhere (HTML)", "case.html"), ("To open here again (JSON)", "case.json")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        download.value.save_as(tmp_path / file)
    page.get_by_role("link", name="Look at a saved case").click()
    expect(page.get_by_role("heading", name="Case file")).to_be_visible()
    page.locator("input[type=file]").set_input_files(tmp_path / "case.json")
    expect(page.get_by_text("Yours, as it would be saved now")).to_have_count(0)
    expect(page.get_by_text("models answer the same")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "case.html").as_uri())
    expect(page.get_by_role("heading", name="What each model answers")).to_be_visible()
    assert [url for url in asked if not url.startswith("file:")] == []


def test_a_person_judges_blind_and_reveals(page: Page, start_server: StartServer, demo_run: Path, tmp_path: Path):
    page.goto(f"{start_server(shutil.copytree(demo_run, tmp_path / 'artifacts'))}/Panel")
    settled(page)
    page.get_by_role("button", name="List A is best").click()
    expect(page.get_by_text("you have judged 1")).to_be_visible()
    page.get_by_role("button", name="List B is best").click()
    expect(page.get_by_text("you have judged 2")).to_be_visible()
    page.get_by_role("tab", name="Reveal").click()
    page.get_by_role("button", name="Reveal the names").click()
    expect(page.get_by_role("heading", name="Who won")).to_be_visible()
