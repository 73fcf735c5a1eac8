import pytest

from playrec_core.errors import ConfigError
from playrec_core.models import registry


def test_an_unknown_model_is_refused_with_the_known_ones():
    with pytest.raises(ConfigError, match=r"models\.magic: there is no model 'magic'; there are als"):
        registry.create("magic", {})


def test_a_wrong_hyperparameter_is_refused_by_name():
    with pytest.raises(ConfigError, match=r"models\.ease: regularisation: unknown key"):
        registry.create("ease", {"items": 10, "regularization": 5, "regularisation": 5})
    with pytest.raises(ConfigError, match=r"models\.ease: items: Input should be greater than 0"):
        registry.create("ease", {"items": 0, "regularization": 5})
    with pytest.raises(ConfigError, match=r"models\.ease: regularization: is missing and has no default"):
        registry.create("ease", {"items": 10})


def test_a_kind_can_be_trained_twice_under_two_names():
    wide = registry.create("ease-wide", {"kind": "ease", "items": 10, "regularization": 5})
    assert wide.kind == "ease"
