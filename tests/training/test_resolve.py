"""Impossible configurations and options are refused before any work, by one error that names table and key."""

import contextlib
import copy
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playrec_core.config import TrainConfig, load, parse
from playrec_core.errors import ConfigError, DataError
from playrec_core.training.options import Options
from playrec_core.training.resolve import resolve
from tests.conftest import ROOT, small_config

TABLE = small_config().model_dump(mode="json", exclude_none=True)


def changed(path: str, value: Any) -> dict[str, Any]:
    """The small configuration with the value at a dotted path replaced or added."""
    table = copy.deepcopy(TABLE)
    *outer, last = path.split(".")
    place: Any = table
    for step in outer:
        place = place[int(step) if step.isdigit() else step]
    place[last] = value
    return table


def resolved(table: dict[str, Any], **options: Any):
    return resolve(parse(TrainConfig, table, "tiny.toml"), Options(Path("nowhere"), **options))


@pytest.mark.parametrize("file", sorted((ROOT / "configs").glob("*.toml")), ids=lambda file: file.stem)
def test_every_shipped_configuration_can_be_trained(file: Path, tmp_path: Path):
    assert resolve(load(file), Options(tmp_path, data=tmp_path)).models


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("data.demo.sogns", 400, r"data\.demo\.sogns: unknown key; did you mean songs\?"),
        ("data.demo.zzz", 400, r"data\.demo\.zzz: unknown key; valid: songs, artists"),
        ("data.demo.songs", "many", r"data\.demo: .*songs must be a whole number, not 'many'"),
        ("data.demo.songs", 1, r"data\.demo: .*albums = 90"),
        ("data.options.missing_year", [2020], r"data\.options .*: missing_year: .*; did you mean missing_years\?"),
        ("data.reader", "melno", r"data\.reader: there is no reader 'melno'; did you mean melon\?"),
        ("map.model", "asl", r"map\.model: demo has no model 'asl'; did you mean .*als"),
        ("map.cluster_map.model", "cluster-fm", r"map\.cluster_map\.model: .*did you mean cluster-mf"),
        ("map.min_dist", 2.0, r"map\.min_dist: 2\.0 is more than 1"),
        ("ranking.title_ngrams", [3, 2], r"ranking\.title_ngrams: \[3, 2\] is not \[shortest, longest\]"),
        ("comparisons.0.models", ["als", "eaes"], r"comparisons\.0\.models: .*'eaes'; did you mean ease"),
        ("comparisons.1.metrics", ["ndgc"], r"comparisons\.1\.metrics: .*no metric 'ndgc'; did you mean .*ndcg"),
        ("models.als.factor", 3, r"models\.als: factor: unknown key; did you mean factors\?"),
        ("models.My model", {"kind": "als"}, r"models\.My model: a name has"),
        ("seed", -1, r"seed: -1 is not between 0"),
        ("seed", 2**32, r"seed: 4294967296 is not between 0"),
    ],
)
def test_an_impossible_value_is_refused_by_table_and_key(path: str, value: Any, message: str):
    with pytest.raises(ConfigError, match=message) as caught:
        resolved(changed(path, value))
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seed": -1}, "--seed: -1 is not between 0"),
        ({"threads": 0}, "--threads: 0 is not 1 or more"),
        ({"models": ("magic",)}, "--models: demo has no model 'magic'; valid: popularity"),
        ({"models": ("esae",)}, r"--models: demo has no model 'esae'; did you mean .*ease"),
        ({"engine": "torchrn=2"}, r"--engine torchrn=2: there is no engine 'torchrn'; did you mean torchrun"),
    ],
)
def test_an_impossible_option_is_refused_by_name(options: dict[str, Any], message: str):
    with pytest.raises(ConfigError, match=message):
        resolved(TABLE, **options)


def test_a_data_folder_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(DataError, match=r"there is no such folder; put train\.json"):
        resolved(TABLE, data=tmp_path / "none")


def places(table: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Paths of all values but those of comparisons and of most models."""
    for key, value in table.items() if isinstance(table, dict) else ():
        if path != ("models",) or key in ("als", "multi-vae", "two-stage", "cluster-mf"):
            yield (*path, key)
            yield from places(value, (*path, key))


def test_whatever_stands_in_a_configuration_no_other_error_is_raised():
    values = ("x", "", -1, 2**70, math.nan, math.inf, True, [], [3, 2], {}, {"a": 1}, None)
    for place in places(TABLE):
        for value in values:
            with contextlib.suppress(ConfigError):
                resolved(changed(".".join(place), value))
