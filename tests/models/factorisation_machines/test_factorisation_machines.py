"""Models over fields: against reference formulas, planted truth and torch."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from scipy.sparse import csr_array

from playrec_core.config import load, parse
from playrec_core.data.builder import DatasetBuilder
from playrec_core.data.features import FeatureConfig
from playrec_core.errors import ConfigError, MissingDataError
from playrec_core.models import registry
from playrec_core.models.factorisation_machines.columns import item_fields
from playrec_core.models.factorisation_machines.negatives import NegativeSampler
from playrec_core.models.factorisation_machines.network import HISTORY, LINEAR, VECTORS, field_pairs
from playrec_core.models.factorisation_machines.recommender import FieldsRecommender
from playrec_core.models.factorisation_machines.settings import FieldsConfig
from playrec_core.models.factorisation_machines.training import PairTrainer, pair_loss
from playrec_core.schema import YEAR, Nouns, Seed, no_progress
from playrec_core.testing.planted import PlantedWorld, planted, without_content

torch = pytest.importorskip("torch")

TABLES = load(Path(__file__).parents[3] / "configs" / "demo.toml").models
KINDS = ("factorisation-machine", "wide-deep", "deepfm", "autoint")
NO_FEATURES = {"catalogue": [], "tags": 0, "playlists": False}


def with_eras(world: PlantedWorld) -> PlantedWorld:
    """The planted world with years of several eras, independent of the groups."""
    table, years = world.dataset.catalogue, np.array([0, 1919, 1935, 1960, 1975, 1999, 2000])
    index = table.schema.get_field_index(YEAR)
    column = pa.array(years[np.arange(world.dataset.n_items) % len(years)], table.schema.field(index).type)
    return replace(world, dataset=replace(world.dataset, catalogue=table.set_column(index, YEAR, column)))


@pytest.fixture(scope="module")
def world() -> PlantedWorld:
    return with_eras(planted())


def fitted(name: str, world: PlantedWorld, **changes) -> FieldsRecommender:
    model = registry.create(name, TABLES[name] | changes)
    assert isinstance(model, FieldsRecommender)
    model.fit(world.dataset, rng=np.random.default_rng(1), device="cpu", progress=no_progress)
    return model


def test_field_pairs_equal_the_double_sum():
    vectors = np.random.default_rng(0).standard_normal((5, 4, 3)).astype(np.float32)
    for item, found in zip(vectors, field_pairs(vectors), strict=True):
        expected = sum(float(item[f] @ item[g]) for f, g in itertools.combinations(range(4), 2))
        assert found == pytest.approx(expected, abs=1e-5)


def test_the_machine_equals_rendles_formula_over_all_columns(world):
    """Every pair of columns of seed and candidate, except pairs within one field or within the seed."""
    model = fitted("factorisation-machine", world, epochs=2)
    seed = Seed(tuple(world.groups[0][[0, 3, 5]].tolist()), weights=(1.0, 2.0, 1.0))
    shares = np.array([1.0, 2.0, 1.0]) / 4.0**model.config.history_power
    scores, fields = model.score([seed])[0], model.fields
    for item in (0, 7, int(world.unheard[0])):
        parts = [("seed", share, model.arrays[HISTORY][song]) for song, share in zip(seed.songs, shares, strict=True)]
        expected = float(model.arrays["bias"][0])
        for field, row in enumerate(fields.rows(np.array([item])).tolist()):
            start, end = fields.bags.indptr[row : row + 2]
            for column, value in zip(fields.bags.indices[start:end], fields.bags.data[start:end], strict=True):
                parts.append((str(field), value, model.arrays[VECTORS][column]))
                expected += float(value * model.arrays[LINEAR][column, 0])
        for (one, x, v), (other, y, w) in itertools.combinations(parts, 2):
            expected += float(x * y * (v @ w)) if one != other else 0.0
        assert scores[item] == pytest.approx(expected, abs=1e-4)


def test_contributions_of_seed_songs_are_exact(world):
    model = fitted("factorisation-machine", world)
    seed = Seed((*world.groups[1][[2, 5, 8]].tolist(), int(world.unheard[0])))
    for item in (int(world.groups[1][0]), int(world.groups[0][0]), int(world.unheard[1])):
        found = model.explain(seed, item)
        assert found is not None
        assert found.total == pytest.approx(float(model.score([seed])[0, item]), abs=1e-5)
        assert found.contributions[3] == 0, "a song in no training playlist contributes nothing"
    own = model.explain(seed, int(world.groups[1][0]))
    other = model.explain(seed, int(world.groups[0][0]))
    assert own is not None
    assert other is not None
    assert own.contributions.sum() > other.contributions.sum()


@pytest.mark.parametrize("name", KINDS)
def test_scores_in_numpy_equal_scores_in_torch(world, name):
    """numpy over all items against torch over pairs."""
    model = fitted(name, world, epochs=2)
    seeds = [Seed(tuple(group[:5].tolist())) for group in world.groups]
    shown = model.seed_bags(seeds)
    weights = {key: torch.from_numpy(array) for key, array in model.arrays.items()}
    traits = model.fields.traits(*model.trait_kinds()).toarray()
    vectors = torch.from_numpy(model.fields.bags.toarray()) @ weights[VECTORS]
    linear = (torch.from_numpy(model.fields.bags.toarray()) @ weights[LINEAR]).reshape(len(traits), -1).sum(1)
    prepared = model.prepare(
        torch,
        weights,
        vectors.reshape(len(traits), model.fields.n_fields, -1),
        linear + weights["bias"],
        torch.from_numpy(traits),
    )
    history = torch.from_numpy(shown.toarray()) @ weights[HISTORY]
    binary = (shown.toarray() > 0).astype(np.float32)
    seed_traits = torch.from_numpy(binary / binary.sum(axis=1, keepdims=True) @ traits)
    scores = model.score(seeds)
    for row in range(len(seeds)):
        pairs = [each[torch.arange(len(traits))] for each in prepared]
        found = model.pair(
            torch, weights, history[row].repeat(len(traits), 1), seed_traits[row].repeat(len(traits), 1), pairs
        )
        np.testing.assert_allclose(scores[row], found.numpy(), atol=1e-5)


@pytest.mark.parametrize("name", KINDS)
def test_a_new_item_is_recommended_by_its_genre(world, name):
    model = fitted(name, world, features={"catalogue": ["genre"], "tags": 0, "playlists": False})
    for group in world.groups:
        genre = int(world.dataset.items.ids[group[0]]) % len(world.groups)
        scores = model.score([Seed(tuple(group[[0, 2, 4]].tolist()))])[0]
        best = max(world.unheard.tolist(), key=lambda item: scores[item])
        assert int(world.dataset.items.ids[best]) % len(world.groups) == genre


def test_without_side_features_a_new_item_cannot_be_scored(world):
    model = fitted("factorisation-machine", world, features=NO_FEATURES)
    scores = model.score([Seed(tuple(world.groups[0][:3].tolist()))])[0]
    assert np.isneginf(scores).tolist() == (world.dataset.item_counts == 0).tolist()


@pytest.mark.parametrize("loss", ["bce", "bpr", "softmax"])
def test_each_loss_recovers_the_planted_groups_from_songs_alone(world, loss):
    model = fitted("factorisation-machine", world, loss=loss, features=NO_FEATURES)
    for group in world.groups:
        seed = Seed(tuple(group[[1, 4, 6]].tolist()))
        scores = model.score([seed])[0]
        scores[list(seed.songs)] = -np.inf
        assert set(np.argsort(-scores)[:10].tolist()) <= set(group.tolist())


def test_losses_match_their_formulas():
    positives, negatives = torch.tensor([1.0, -0.5]), torch.tensor([[0.0, 2.0], [0.3, -1.0]])
    sigmoid = lambda x: 1 / (1 + np.exp(-x))  # noqa: E731
    p, n = positives.numpy(), negatives.numpy()
    bce = -np.log(sigmoid(p)).mean() - np.log(1 - sigmoid(n)).sum(axis=1).mean()
    bpr = -np.log(sigmoid(p[:, None] - n)).mean()
    softmax = -np.log(np.exp(p) / (np.exp(p) + np.exp(n).sum(axis=1))).mean()
    assert float(pair_loss("bce", positives, negatives)) == pytest.approx(bce, rel=1e-5)
    assert float(pair_loss("bpr", positives, negatives)) == pytest.approx(bpr, rel=1e-5)
    assert float(pair_loss("softmax", positives, negatives)) == pytest.approx(softmax, rel=1e-5)


def test_training_steps_raise_hidden_songs_above_negatives(world):
    config = parse(FieldsConfig, TABLES["factorisation-machine"] | {"loss": "bpr"}, "test")
    model = registry.create("factorisation-machine", TABLES["factorisation-machine"])
    assert isinstance(model, FieldsRecommender)
    fields = item_fields(world.dataset, config.features, config.min_playlists)
    trainer = PairTrainer(
        config, model, fields, fields.traits(), world.dataset.interactions, rng=np.random.default_rng(0), device="cpu"
    )
    losses = [trainer.step(np.arange(64)) for _ in range(60)]
    assert losses[0] == pytest.approx(np.log(2), abs=0.05), "initially both orders of a pair are equally likely"
    assert losses[-1] is not None
    assert losses[-1] < 0.3


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_a_negative_is_never_in_the_playlist(power):
    rng = np.random.default_rng(2)
    dense = (rng.random((30, 40)) < np.linspace(0.9, 0.05, 40)).astype(np.float32)
    dense[3], dense[4] = 1, 0
    dense[3, 17] = 0  # lacks a single item, which rejection sampling would hardly ever find
    dense[5] = 1
    sampler = NegativeSampler(csr_array(dense), power)
    assert np.flatnonzero(~sampler.drawable()).tolist() == [5]
    playlists = np.repeat(np.flatnonzero(sampler.drawable()), 20)
    drawn = sampler.draw(playlists, 7, rng)
    assert drawn.shape == (len(playlists), 7)
    assert not dense[playlists[:, None], drawn].any()
    assert set(drawn[playlists == 3].ravel().tolist()) == {17}


@pytest.mark.parametrize("power", [0.0, 1.0])
def test_negatives_are_drawn_in_proportion_to_frequency_to_the_power(power):
    dense = np.zeros((11, 5), np.float32)
    for item, count in enumerate([8, 4, 2, 1, 0]):
        dense[1 : 1 + count, item] = 1
    sampler = NegativeSampler(csr_array(dense), power)
    drawn = np.bincount(sampler.draw(np.zeros(40_000, np.int64), 1, np.random.default_rng(0))[:, 0], minlength=5)
    expected = np.array([8.0, 4.0, 2.0, 1.0]) ** power
    np.testing.assert_allclose(drawn[:4] / drawn.sum(), expected / expected.sum(), atol=0.01)
    assert drawn[4] == 0, "items in no playlist are not drawn"


def test_fields_of_an_item():
    builder = DatasetBuilder("few", Nouns("movie", "movies", "user", "users"), Path("few"), numeric_ids=True)
    builder.add_item(1, "one", genres=["war", "drama"], released="1955", directors=["x"])
    builder.add_item(2, "two", genres=["war"], released="1918")
    builder.add_item(3, "three", directors=["x", "y"])
    for user, seen in enumerate([[1, 2], [1], [1, 3]]):
        builder.add_playlist(user, seen)
    dataset = builder.build()
    config = FeatureConfig(catalogue=("era", "genre", "director"), tags=0, playlists=False)
    fields = item_fields(dataset, config, 2)
    assert fields.kinds == ("era", "genre", "director")
    # own, rare | not known, –1919, 1950–1969 | drama, war | x, y
    one, two, three = (fields.bags[fields.rows(np.array([item]))].toarray() for item in dataset.items.index([1, 2, 3]))
    assert one.tolist() == [
        [1, 0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 1, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0.5, 0.5, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 1, 0],
    ]
    assert two[:, :4].tolist() == [[0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert three[3].tolist() == [0, 0, 0, 0, 0, 0, 0, 0.5, 0.5]
    assert not three[2].any(), "no genre, an empty field"
    again = type(fields).from_state(fields.state())
    assert again.kinds == fields.kinds
    assert (again.bags != fields.bags).nnz == 0
    traits = fields.traits("genre")[dataset.items.index([1, 2, 3])].toarray()
    assert traits.tolist() == [[0.5, 0.5], [0, 1], [0, 0]]


def test_missing_side_features_are_named_in_the_error(world):
    bare = without_content(world.dataset)
    wanting = registry.create("factorisation-machine", TABLES["factorisation-machine"])
    assert wanting.missing(bare) == "the data set has none of eras, genres"
    with pytest.raises(MissingDataError, match="none of eras, genres"):
        wanting.fit(bare, rng=np.random.default_rng(0), device="cpu", progress=no_progress)
    content = registry.create(
        "factorisation-machine", TABLES["factorisation-machine"] | {"features": NO_FEATURES, "epochs": 1}
    )
    assert content.missing(bare) is None
    content.fit(bare, rng=np.random.default_rng(0), device="cpu", progress=no_progress)


def test_a_resumed_training_gives_the_same_bytes(world, tmp_path):
    whole = fitted("deepfm", world, epochs=4)
    model = registry.create("deepfm", TABLES["deepfm"] | {"epochs": 4})
    model.checkpoint = tmp_path

    class Killed(Exception):
        """Simulates a kill."""

    def until_half(fraction: float) -> None:
        if fraction > 0.6:
            raise Killed

    with pytest.raises(Killed):
        model.fit(world.dataset, rng=np.random.default_rng(1), device="cpu", progress=until_half)
    assert list(tmp_path.iterdir())
    seen: list[float] = []
    model.fit(world.dataset, rng=np.random.default_rng(1), device="cpu", progress=seen.append)
    assert min(seen) > 0.4, "two of four epochs were finished"
    state = whole.state()
    assert all(state[name].tobytes() == array.tobytes() for name, array in model.state().items())


def test_diverging_training_names_the_learning_rate(world):
    optimiser = {"kind": "sgd", "learning_rate": 1e30, "final": 1.0, "momentum": 0.0, "weight_decay": 0.0}
    with pytest.raises(ConfigError, match="lower learning_rate"):
        fitted("factorisation-machine", world, optimiser=optimiser)


def test_crosses_learn_which_genres_go_together(world):
    """Wide & deep: the largest cross weight of a genre is with itself."""
    model = fitted("wide-deep", world, epochs=15)
    n_genres = len(world.groups)
    crosses = np.asarray(model.arrays["crosses"])[-n_genres:, -n_genres:]
    assert (crosses.argmax(axis=0) == np.arange(n_genres)).all()
