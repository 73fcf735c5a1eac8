from pathlib import Path

import pytest

from playrec_core.config import load
from playrec_core.errors import ConfigError
from playrec_core.models import registry


@pytest.fixture(scope="module")
def demo_models():
    return load(Path(__file__).parents[2] / "configs" / "demo.toml").models


def test_an_unknown_kind_is_rejected_with_the_known_ones():
    with pytest.raises(ConfigError, match=r"models\.magic: unknown model kind 'magic'; available: ae, als"):
        registry.create("magic", {})


def test_a_wrong_hyperparameter_is_rejected_by_name():
    with pytest.raises(ConfigError, match=r"models\.ease: regularisation: unknown key"):
        registry.create("ease", {"items": 10, "regularization": 5, "regularisation": 5})
    with pytest.raises(ConfigError, match=r"models\.ease: items: Input should be greater than 0"):
        registry.create("ease", {"items": 0, "regularization": 5})
    with pytest.raises(ConfigError, match=r"models\.ease: regularization: is missing and has no default"):
        registry.create("ease", {"items": 10})


def test_a_kind_can_be_trained_twice_under_two_names():
    wide = registry.create("ease-wide", {"kind": "ease", "items": 10, "regularization": 5})
    assert wide.kind == "ease"


def test_two_of_a_kind_are_distinguished_by_name():
    tables = {"als": {"factors": 8}, "ease": {}, "ease-wide": {"kind": "ease"}}
    titles = [registry.title_of(name, tables) for name in tables]
    assert titles == ["ALS", "EASE (ease)", "EASE (ease-wide)"]


MIXTURE = {"content": "content-neighbours", "short": 30, "for_short": 2, "for_long": 1}


def test_members_come_first_and_are_shared(demo_models):
    made = registry.create_all(demo_models, ["densified-query", "content-collaborative-mixture"])
    names = list(made)
    for name, model in made.items():
        assert all(names.index(part) < names.index(name) for part in model.parts())
        assert all(model.members[part] is made[part] for part in model.parts())
    assert set(names) == {"densified-query", "content-collaborative-mixture"} | {
        part for name in ("densified-query", "content-collaborative-mixture") for part in made[name].parts()
    }


def test_a_member_that_is_not_configured_is_rejected(demo_models):
    tables = {"mix": {"kind": "content-collaborative-mixture", "collaborative": "als"} | MIXTURE}
    with pytest.raises(ConfigError, match=r"models\.mix has the member 'content-neighbours', which is not configured"):
        registry.create_all(tables)
    tables |= {"content-neighbours": demo_models["als"] | {"kind": "als"}, "als": demo_models["als"]}
    with pytest.raises(ConfigError, match="stores no neighbours"):
        registry.create_all(tables)


def test_a_model_as_its_own_member_is_rejected(demo_models):
    tables = {"mix": {"kind": "content-collaborative-mixture", "collaborative": "mix"} | MIXTURE}
    tables["content-neighbours"] = demo_models["content-neighbours"]
    with pytest.raises(ConfigError, match=r"models\.mix is its own member: mix > mix"):
        registry.create_all(tables)


@pytest.mark.parametrize(
    "file", sorted((Path(__file__).parents[2] / "configs").glob("*.toml")), ids=lambda file: file.stem
)
def test_every_model_of_every_configuration_can_be_created(file):
    config = load(file)
    made = registry.create_all(config.models)
    assert set(made) == set(config.models)
    assert config.map.model in made
