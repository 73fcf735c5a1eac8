"""Collaborative and songs + tags autoencoders: their inputs and what they recommend."""

from pathlib import Path

import numpy as np
import pytest

from playrec_core.config import load
from playrec_core.errors import ConfigError
from playrec_core.models import registry
from playrec_core.models.base import Recommender
from playrec_core.schema import Seed, no_progress
from playrec_core.testing.planted import PlantedWorld, planted

CONFIG = load(Path(__file__).parents[3] / "configs" / "demo.toml")
BOTH = ("songs-tags-autoencoder", "songs-tags-vae")


@pytest.fixture(scope="module")
def world() -> PlantedWorld:
    return planted()


def fitted(name: str, world: PlantedWorld, **changes) -> Recommender:
    model = registry.create(name, CONFIG.models[name] | changes)
    model.fit(world.dataset, rng=np.random.default_rng(1), device="cpu", progress=no_progress)
    return model


def tag_of(group: int, world: PlantedWorld) -> int:
    return int(world.dataset.tags.index([f"tag{group}"])[0])


def group_number(group: np.ndarray, world: PlantedWorld) -> int:
    return int(world.dataset.items.outside([int(group[0])])[0]) % len(world.groups)


@pytest.mark.parametrize("name", BOTH)
def test_a_tag_alone_recommends_the_songs_of_its_playlists(world, name):
    model = fitted(name, world)
    for group in world.groups:
        seed = Seed(tags=(tag_of(group_number(group, world), world),))
        best = np.argsort(-model.score([seed])[0], kind="stable")[:10]
        assert set(best.tolist()) <= set(group.tolist())


@pytest.mark.parametrize("name", BOTH)
def test_songs_alone_recommend_the_tag_of_their_playlists(world, name):
    model = fitted(name, world)
    for group in world.groups:
        found = model.score_tags([Seed(tuple(group[[1, 4, 6]].tolist()))])
        assert found is not None
        groups = [tag_of(other, world) for other in range(len(world.groups))]
        assert groups[int(np.argmax(found[0, groups]))] == tag_of(group_number(group, world), world)
        assert found[0].sum() == pytest.approx(1, rel=1e-5)


@pytest.mark.parametrize("name", BOTH)
def test_a_title_alone_is_not_scored(world, name):
    model = fitted(name, world)
    tags = model.score_tags([Seed(title="mood0")])
    assert np.isneginf(model.score([Seed(title="mood0")])).all()
    assert tags is not None
    assert np.isneginf(tags).all()


@pytest.mark.parametrize("name", ["collaborative-autoencoder", *BOTH])
def test_songs_below_the_threshold_are_never_recommended(world, name):
    threshold = int(np.median(world.dataset.item_counts))
    model = fitted(name, world, min_playlists=threshold)
    scores = model.score([Seed(tuple(world.groups[0][:3].tolist()))])[0]
    assert np.isfinite(scores).tolist() == (world.dataset.item_counts >= threshold).tolist()


def test_the_collaborative_autoencoder_reads_songs_that_it_never_recommends(world):
    threshold = int(np.median(world.dataset.item_counts))
    model = fitted("collaborative-autoencoder", world, min_playlists=threshold)
    rare = [int(song) for song in world.groups[1] if world.dataset.item_counts[song] < threshold]
    best = np.argsort(-model.score([Seed(tuple(rare[:4]))])[0], kind="stable")[:8]
    assert set(best.tolist()) <= set(world.groups[1].tolist())


def test_held_out_playlists_give_a_metric_per_epoch(world):
    model = fitted("collaborative-autoencoder", world, held_out=0.2, epochs=6)
    history = vars(model)["history"]
    assert 1 <= len(history) <= 6
    assert max(history) > 0.5, "the planted groups are found"


def test_a_variational_code_requires_a_hidden_layer_before_it():
    with pytest.raises(ConfigError, match="at least two widths"):
        registry.create("songs-tags-vae", CONFIG.models["songs-tags-vae"] | {"hidden": [8], "tied": False})
