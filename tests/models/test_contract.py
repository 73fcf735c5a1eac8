"""The contract suite for every registered model, with the demo's hyperparameters."""

from pathlib import Path

import pytest

from playrec_core.config import load
from playrec_core.models import registry
from playrec_core.models.base import Recommender
from playrec_core.testing.contract import RecommenderContract
from playrec_core.testing.planted import planted

CONFIG = load(Path(__file__).parents[2] / "configs" / "demo.toml")


def test_the_demo_trains_every_registered_model():
    trained = {registry.kind_of(name, table) for name, table in CONFIG.models.items()}
    assert trained == set(registry.kinds().values())


@pytest.fixture(scope="module")
def world():
    return planted()


@pytest.fixture(scope="module")
def fitted() -> dict[str, Recommender]:
    """Fitted models by name."""
    return {}


@pytest.mark.parametrize("name", CONFIG.models)
class TestContract(RecommenderContract):
    @pytest.fixture
    def make(self, name):
        return lambda: registry.create_all(CONFIG.models, [name])[name]

    @pytest.fixture
    def model(self, name, make, world, fitted):
        if name not in fitted:
            fitted[name] = self.fitted(make, world.dataset)
        return fitted[name]
