"""Pages opened on the small trained run (`demo_run`), on none and on a damaged one, without a browser."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from app import PAGES
from playrec_core.config import load
from playrec_core.store.manifest import write_manifest
from playrec_core.store.run import Run
from playrec_core.training.pipeline import Options, train
from tests.conftest import small_config

ROOT = Path(__file__).parents[2]
ADDRESSES = {page.path: page.address for section in PAGES.values() for page in section}


@pytest.fixture
def empty_run(tmp_path: Path) -> Path:
    """An artifacts folder without a run."""
    return tmp_path / "nothing"


@pytest.fixture
def damaged_run(demo_run: Path, tmp_path: Path) -> Path:
    """A copy of the small run with one bit flipped in a model's state, sizes unchanged."""
    artifacts = tmp_path / "damaged"
    shutil.copytree(demo_run, artifacts)
    state = Run.open(artifacts).path / "model-als" / "state.safetensors"
    content = bytearray(state.read_bytes())
    content[-1] ^= 1
    state.write_bytes(content)
    return artifacts


@pytest.fixture
def retrained_run(demo_run: Path, tmp_path: Path) -> tuple[Path, Callable[[], None]]:
    """A copy of the small run, and what makes another run the current one, as the end of a training does."""
    artifacts = tmp_path / "retrained"
    shutil.copytree(demo_run, artifacts)

    def retrain() -> None:
        old = Run.open(artifacts)
        shutil.copytree(old.path, artifacts / "runs" / "newer")
        write_manifest(artifacts / "runs" / "newer", old.manifest.model_copy(update={"run_id": "newer"}))
        (artifacts / "current").write_text("newer\n")

    return artifacts, retrain


@pytest.fixture(scope="session")
def movies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of users who rated movies, two of them by one name; the notebook's favourites among them."""
    folder = tmp_path_factory.mktemp("movielens")
    named = ["Jurassic Park (1993)", "Men in Black (1997)", "Terminator 2: Judgment Day (1991)"]
    named += [
        "Terminator, The (1984)",
        "Matrix, The (1999)",
        "Twin (2000)",
        "Twin (2000)",
        ":smile: $x$ <b>bold</b>",
        "Aliens (a.k.a. X) (1986)",
    ]
    titles = [*named, *(f"Movie {each} ({1980 + each})" for each in range(len(named), 60))]
    lines = [f'{row},"{title}",Comedy' for row, title in enumerate(titles, start=1)]
    (folder / "movies.csv").write_text("\n".join(["movieId,title,genres", *lines]) + "\n")
    rng = np.random.default_rng(0)
    ratings = ["userId,movieId,rating,timestamp"]
    for user in range(1, 81):
        liked = rng.choice(30, 24, replace=False) + 1 + 30 * (user % 2)
        ratings += [f"{user},{movie},{rng.integers(4, 11) / 2},{1000 + when}" for when, movie in enumerate(liked)]
    (folder / "ratings.csv").write_text("\n".join(ratings) + "\n")
    config = load(ROOT / "configs" / "movielens.toml")
    quick = {"evaluation": config.evaluation.model_copy(update={"resamples": 20})}
    artifacts = tmp_path_factory.mktemp("movies")
    options = Options(artifacts, models=("popularity",), data=folder, threads=1)
    train(config.model_copy(update=quick), options, say=lambda _: None)
    return artifacts


@pytest.fixture(scope="session")
def bare_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the most popular items alone: no vectors, no neighbours, no map."""
    artifacts = tmp_path_factory.mktemp("bare")
    train(small_config(), Options(artifacts, models=("popularity",), threads=1), say=lambda _: None)
    return artifacts


@pytest.fixture
def open_page(demo_run: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Opens a page as a new session does, through a link: ``open_page("pages/explore/continue_.py", songs="12,7")``.

    Another run is looked at with ``artifacts=``. No other page runs before it.
    """

    def opened(page: str, *, artifacts: Path = demo_run, **address: str) -> AppTest:
        monkeypatch.setenv("PLAYREC_ARTIFACTS", str(artifacts))
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for name, value in address.items():
            app.query_params[name] = value
        # `switch_page` knows pages by their addresses only after a first run; a link opens a page in a new session.
        app._page_hash = calc_hash(ADDRESSES[page])
        return app.run()

    return opened
