"""The key of an interrupted training changes with the code that the run depends on, and with no other."""

from pathlib import Path

import pytest

from playrec_core.data.dataset import Dataset
from playrec_core.data.held_out import HeldOut
from playrec_core.training import pipeline
from playrec_core.training.key import content_key
from playrec_core.training.options import Options
from playrec_core.training.prepare import load_data
from tests.conftest import small_config

Data = tuple[Dataset, HeldOut]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Data:
    return load_data(small_config(), Options(tmp_path_factory.mktemp("artifacts")))


@pytest.mark.parametrize(
    ("file", "counts"),
    [
        ("numerics/topk.py", True),
        ("training/pipeline.py", True),
        ("training/maps.py", True),
        ("training/engines/base.py", True),
        ("data/readers/melon.py", True),
        ("models/base.py", True),
        ("models/linear/ease.py", True),
        ("evaluation/metrics/recall.py", True),
        ("projection/layout.py", True),
        ("ui/shell/page.py", False),
        ("ui/pages/map/chart.py", False),
        ("serving/loaded_run.py", False),
        ("models/factorisation/als.py", False),
        ("data/readers/mpd.py", False),
        ("training/engines/torchrun.py", False),
        ("training/tuning/search.py", False),
    ],
)
def test_code_in_the_key(data: Data, copied_package: Path, file: str, counts: bool):
    config = small_config()
    config = config.model_copy(update={"models": {"ease": config.models["ease"]}})

    def key() -> str:
        return content_key(config, *data, "cpu", program=pipeline.__name__)

    before = key()
    with (copied_package / file).open("a", encoding="utf-8") as source:
        source.write("# changed\n")
    assert (key() != before) is counts


def test_an_engine_s_code_is_in_the_key_with_what_it_starts_elsewhere(data: Data, copied_package: Path):
    def key() -> str:
        return content_key(small_config(), *data, "cpu", "torchrun=2", program=pipeline.__name__)

    keys = [key()]
    for file in ("torchrun.py", "torchrun_worker.py"):
        with (copied_package / "training" / "engines" / file).open("a", encoding="utf-8") as source:
            source.write("# changed\n")
        keys.append(key())
    assert len(set(keys)) == 3
