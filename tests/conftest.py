"""What tests of every part share."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

# As in train.py, and before any numerical library reads it: beside another busy process, threads that spin while they
# wait made fits ten times slower.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from playrec_core.config import DataConfig, TrainConfig, load
from playrec_core.models.neural import checkpoint
from playrec_core.store import code_version
from playrec_core.training.pipeline import Options, train

ROOT = Path(__file__).parents[1]
REAL_DATA = ROOT.parent / "shared" / "data"
CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(autouse=True)
def a_checkpoint_after_every_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Epochs are too short here for one to be due."""
    monkeypatch.setattr(checkpoint, "SPACING", 0.0)


@pytest.fixture
def real_data() -> Callable[[str], Path]:
    """The folder of a real data set by its name; the test skips where it is absent. Mark such tests `data`."""

    def folder(name: str) -> Path:
        if not (REAL_DATA / name).is_dir():
            pytest.skip(f"the real data set {name} is not here; it belongs in ../shared/data beside the project")
        return REAL_DATA / name

    return folder


@pytest.fixture
def copied_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the source files that hashes of code are taken from, for tests to change."""
    package = tmp_path / "code" / code_version.PACKAGE
    shutil.copytree(ROOT / code_version.PACKAGE, package, ignore=lambda _, names: [n for n in names if "__pyc" in n])
    monkeypatch.setattr(code_version, "ROOT", package.parent)
    return package


def small_config() -> TrainConfig:
    """The demo's configuration with everything small; every model, every stage."""
    config = load(ROOT / "configs" / "demo.toml")
    world = {"songs": 400, "artists": 60, "albums": 90, "scenes": 40, "playlists": 300, "mean_length": 12.0}
    models = {name: dict(table) for name, table in config.models.items()}
    models["als"] |= {"factors": 8, "iterations": 3}
    models["ease"] |= {"items": 300}
    return config.model_copy(
        update={
            "data": DataConfig(reader="melon", demo=world | {"tags": 120, "mel_share": 0.95}),
            "models": models,
            "map": config.map.model_copy(update={"points": 300, "clusters": 6}),
            "evaluation": config.evaluation.model_copy(update={"resamples": 50}),
        }
    )


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The artifacts folder of a small trained run; look, do not touch.

    While writing a page, train it once (`python -m tests.small_run DIR`) and name it in ``PLAYREC_TEST_RUN``: then no
    session of tests trains anew.
    """
    if kept := os.environ.get("PLAYREC_TEST_RUN"):
        return Path(kept)
    artifacts = tmp_path_factory.mktemp("artifacts")
    train(small_config(), Options(artifacts, threads=1), say=lambda _: None)
    return artifacts


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; the tests skip, saying so, where there is none."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
