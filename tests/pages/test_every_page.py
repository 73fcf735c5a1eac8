"""What every page owes: it opens on a good run, and says what to do on an empty or a damaged one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]
PAGES = sorted(str(file.relative_to(ROOT)) for file in (ROOT / "pages").glob("*/*.py"))
OpenPage = Callable[..., AppTest]

pytestmark = pytest.mark.parametrize("page", PAGES)


def texts(app: AppTest) -> str:
    return "\n".join(str(element.value) for kind in (app.title, app.text, app.markdown, app.code) for element in kind)


def test_a_page_opens_cold_on_a_good_run(page: str, open_page: OpenPage):
    app = open_page(page)
    assert not app.exception
    assert not app.error
    assert len(app.title) == 1


def test_a_page_without_a_run_says_what_to_run(page: str, open_page: OpenPage, empty_run: Path):
    app = open_page(page, artifacts=empty_run)
    assert not app.exception
    assert "python train.py" in texts(app)
    assert str(empty_run) in texts(app)


def test_a_page_refuses_a_flipped_bit_by_the_files_name(page: str, open_page: OpenPage, damaged_run: Path):
    app = open_page(page, artifacts=damaged_run)
    assert not app.exception
    assert "model-als/state.safetensors" in texts(app)
    assert "python train.py" in texts(app)


def test_a_page_refuses_a_file_cut_short_by_its_name(page: str, open_page: OpenPage, damaged_run: Path):
    catalogue = next(damaged_run.glob("runs/*/dataset/catalogue.arrow"))
    catalogue.write_bytes(catalogue.read_bytes()[:-8])
    app = open_page(page, artifacts=damaged_run)
    assert not app.exception
    assert "dataset/catalogue.arrow" in texts(app)


def test_a_page_keeps_the_seed_it_was_linked_with(page: str, open_page: OpenPage):
    app = open_page(page, songs="1,2,3")
    assert not app.exception
    assert app.query_params["songs"] in (["1,2,3"], "1,2,3")
