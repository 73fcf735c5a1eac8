"""Search spaces: validation, reading and TOML."""

import tomllib

import pytest
from pydantic import ValidationError

from playrec_core.config import load as load_config
from playrec_core.errors import ConfigError
from playrec_core.models import registry
from playrec_core.training.tuning import space
from playrec_core.training.tuning.space import Range
from tests.conftest import ROOT


@pytest.mark.parametrize("file", sorted((ROOT / "configs" / "sweeps").glob("*.toml")), ids=lambda file: file.stem)
def test_every_sweep_file_fits_its_configuration(file):
    config = load_config(ROOT / "configs" / file.name)
    asked = space.load(file)
    assert asked.models
    for model, ranges in asked.models.items():
        fields = registry.kind_of(model, config.models[model]).Config.model_fields
        assert {path.split(".")[0] for path in ranges} <= set(fields)
        settings = {path: each.low if isinstance(each, Range) else each[0] for path, each in ranges.items()}
        registry.create(model, space.changed(config.models[model], settings))


@pytest.mark.parametrize(
    "wrong",
    [
        {"low": 2, "high": 1},
        {"low": 0, "high": 1, "log": True},
        {"low": 1, "high": 9, "log": True, "step": 2},
        {"low": 1},
    ],
)
def test_impossible_ranges_are_refused(wrong):
    with pytest.raises(ValidationError):
        Range.model_validate(wrong)


def test_a_sweep_file_at_fault_is_named(tmp_path):
    file = tmp_path / "ranges.toml"
    with pytest.raises(ConfigError, match="no such sweep file"):
        space.load(file)
    file.write_text("models = [", encoding="utf-8")
    with pytest.raises(ConfigError, match="not a TOML file"):
        space.load(file)
    file.write_text("[models.als]\nfactors = { low = 1, hihg = 2 }\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="hihg"):
        space.load(file)


def test_whole_numbers_stay_whole_and_steps_are_kept():
    whole, real, stepped = Range(low=1, high=9), Range(low=1, high=9.5), Range(low=0, high=100, step=25)
    assert (whole.contains(3), whole.contains(3.0), whole.contains(True)) == (True, False, False)
    assert (real.contains(3), real.contains(9.5), real.contains(9.6)) == (True, True, False)
    assert (stepped.contains(75), stepped.contains(70)) == (True, False)
    kinds = space.distributions({"a": whole, "b": real, "c": stepped, "d": [[1, 2], "x", None]})
    assert [type(kind).__name__ for kind in kinds.values()] == [
        "IntDistribution", "FloatDistribution", "IntDistribution", "CategoricalDistribution",
    ]  # fmt: skip


def test_choices_of_any_kind_survive_optuna():
    searched = {"layers": [[256], [512, 256]], "tied": [True, False]}
    settings = {"layers": [512, 256], "tied": False}
    assert space.from_optuna(space.as_optuna(settings, searched), searched) == settings


def test_settings_within_settings():
    table = {"features": {"tags": 100, "catalogue": ["year"]}, "factors": 8}
    made = space.changed(table, {"features.tags": 50, "factors": 4})
    assert made == {"features": {"tags": 50, "catalogue": ["year"]}, "factors": 4}
    assert table["features"] == {"tags": 100, "catalogue": ["year"]}, "the configuration itself stays"
    assert space.current(table, {"features.tags": Range(low=0, high=200)}) == {"features.tags": 100}
    assert space.current(table, {"factors": Range(low=9, high=20)}) is None


def test_the_table_to_paste_is_toml():
    table = {"kind": "als", "a": 1, "b": 1e-05, "c": True, "d": [[1], ['발라드 "x"']], "e": {"f g": 0.5, "h": []}}
    assert tomllib.loads(space.as_toml("my-als", table)) == {"models": {"my-als": table}}
