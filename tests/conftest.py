"""What tests of every part share."""

from collections.abc import Callable
from pathlib import Path

import pytest

REAL_DATA = Path(__file__).parents[1].parent / "shared" / "data"


@pytest.fixture
def real_data() -> Callable[[str], Path]:
    """The folder of a real data set by its name; the test skips where it is absent. Mark such tests `data`."""

    def folder(name: str) -> Path:
        if not (REAL_DATA / name).is_dir():
            pytest.skip(f"the real data set {name} is not here; it belongs in ../shared/data beside the project")
        return REAL_DATA / name

    return folder
