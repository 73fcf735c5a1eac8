"""Content and hybrid song autoencoders: their embeddings and their training."""

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from playrec_core.config import load, parse
from playrec_core.errors import ConfigError
from playrec_core.models import registry
from playrec_core.models.content.song_autoencoder import RECONSTRUCTED, SongAutoencoder, reconstructed, train
from playrec_core.models.neighbours.neighbour_continuation import NeighbourContinuation
from playrec_core.models.neural import losses, scoring
from playrec_core.models.neural.settings import NeuralConfig, SquaredError
from playrec_core.models.neural.training import Trainer
from playrec_core.schema import Seed, no_progress
from playrec_core.testing.planted import PlantedWorld, planted, without_content

torch = pytest.importorskip("torch")

DEMO = load(Path(__file__).parents[3] / "configs" / "demo.toml")
CONTENT, HYBRID = "content-autoencoder", "hybrid-song-autoencoder"
ADAM = {"kind": "adam", "lazy": False, "learning_rate": 0.01, "final": 1.0, "weight_decay": 0.0}
BASE = {
    "hidden": (8, 4, 8),
    "activation": "selu",
    "tied": False,
    "normalise": False,
    "input_dropout": 0.0,
    "code_dropout": 0.0,
    "loss": {"sum": 0.0, "mean": 200.0, "masked": 15.0},
    "optimiser": ADAM,
    "batch": 32,
    "epochs": 40,
    "samples": 0,
    "sample_power": 0.5,
    "held_out": 0.0,
    "patience": 3,
}


def settings(**changes) -> NeuralConfig:
    return parse(NeuralConfig, BASE | changes, "test")


@pytest.fixture(scope="module")
def world() -> PlantedWorld:
    return planted()


@pytest.fixture(scope="module")
def rows() -> csr_array:
    """120 songs of 3 kinds; each song has 4 of the 8 features of its kind."""
    rng = np.random.default_rng(3)
    dense = np.zeros((120, 24), np.float32)
    for song in range(120):
        dense[song, 8 * (song % 3) + rng.permutation(8)[:4]] = 1
    return csr_array(dense)


def trained(rows: csr_array, *, refeed: bool = False, seed: int = 0, **changes) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return train(settings(**changes), rows, rng=rng, device="cpu", progress=no_progress, refeed=refeed)


def fitted(name: str, world: PlantedWorld, **changes) -> NeighbourContinuation:
    model = registry.create(name, DEMO.models[name] | changes)
    model.fit(world.dataset, rng=np.random.default_rng(1), device="cpu", progress=no_progress)
    assert isinstance(model, NeighbourContinuation)
    return model


@pytest.mark.parametrize("name", [CONTENT, HYBRID])
def test_the_state_contains_the_codes_but_not_the_network(world, name):
    model = fitted(name, world)
    hidden = DEMO.models[name]["hidden"]
    assert model.vectors.shape == (world.dataset.n_items, hidden[len(hidden) // 2])
    assert set(model.state()) == {"vectors", "neighbours", RECONSTRUCTED}


@pytest.mark.parametrize(("name", "least"), [(CONTENT, 1.0), (HYBRID, 0.6)])
def test_a_song_in_no_playlist_is_continued_with_songs_of_its_genre(world, name, least):
    """There are three genres. For the hybrid an empty playlist half makes songs similar too."""
    model = fitted(name, world, batch=16, epochs=40)
    own = []
    genres = world.dataset.catalogue["genres"].to_pylist()
    for song in world.unheard.tolist():
        items, brought = model.continuation(Seed((song,)))
        own += [genres[item] == genres[song] for item in items[:8].tolist()]
        assert not set(brought.tolist()) - {0}
        assert not set(items.tolist()) & set(world.unheard.tolist())
    assert np.mean(own) >= least


def test_the_hybrid_distinguishes_songs_with_the_same_metadata(world):
    """Only playlists determine a song's group: the source's reason for the hybrid (docs/sources/melon-systems.md)."""
    one_genre = {"catalogue": ["year", "month"], "tags": 0}
    groups = np.full(world.dataset.n_items, -1)
    for number, group in enumerate(world.groups):
        groups[group] = number

    def own_group(name: str, playlists: bool) -> float:
        changes = {"min_songs": 1} if playlists else {}
        model = fitted(name, world, features=one_genre | {"playlists": playlists}, batch=16, epochs=20, **changes)
        songs = np.concatenate(world.groups)
        return float(np.mean(groups[model.neighbours[songs, :8]] == groups[songs][:, None]))

    assert own_group(HYBRID, playlists=True) > 0.9
    assert own_group(CONTENT, playlists=False) == pytest.approx(1 / len(world.groups), abs=0.1)


def test_a_hybrid_without_one_half_of_its_data_is_left_out(world):
    bare = without_content(world.dataset)
    table = DEMO.models[HYBRID]
    words = registry.create(HYBRID, table).missing(bare)
    assert words == "the data set has none of years, months, genres, detail genres, tags"
    alone = table | {"features": {"catalogue": [], "tags": 0, "playlists": True}}
    assert registry.create(HYBRID, alone).missing(bare) is None, "unless only playlists are configured"
    words = registry.create(HYBRID, table | {"min_songs": 1000}).missing(world.dataset)
    assert words == "no playlist contains 1000 or more songs"


def test_a_song_without_features_has_a_zero_vector(world):
    model = fitted(HYBRID, world, features={"catalogue": [], "tags": 0, "playlists": True}, min_songs=1)
    assert not model.vectors[world.unheard].any()
    assert model.vectors[world.groups[0]].any(axis=1).all()


def test_the_dot_product_favours_long_codes_and_the_cosine_does_not(world):
    cosine, dot = (fitted(HYBRID, world, similarity=similarity, min_songs=1) for similarity in ("cosine", "dot"))
    np.testing.assert_array_equal(cosine.vectors, dot.vectors)
    lengths = np.linalg.norm(cosine.vectors, axis=1)
    assert lengths[dot.neighbours[:, :5]].mean() > lengths[cosine.neighbours[:, :5]].mean()
    unit = cosine.vectors / lengths[:, None]
    similarity = unit @ unit[: int((world.dataset.item_counts > 0).sum())].T
    np.fill_diagonal(similarity, -np.inf)
    nearest = np.take_along_axis(similarity, cosine.neighbours[:, :1], axis=1)[:, 0]
    np.testing.assert_allclose(nearest, similarity.max(axis=1), atol=1e-3)


def test_the_masked_error_alone_predicts_ones_everywhere(rows):
    """The source's observation, with its dropout, and the reason to add the error over all entries."""
    alone = {"code_dropout": 0.8, "loss": {"sum": 0.0, "mean": 0.0, "masked": 15.0}, "epochs": 120}
    outputs = scoring.outputs(settings(), trained(rows, **alone), rows)
    np.testing.assert_allclose(outputs, 1, atol=0.3)
    assert outputs[rows.toarray() == 0].mean() == pytest.approx(1, abs=0.05)
    ones, zeros = reconstructed(settings(), trained(rows), rows)
    assert ones > 0.9
    assert zeros < 0.2


def test_reconstructed_counts_ones_and_zeros_above_one_half():
    """A network with outputs of 0.6 for ones of the first three features, and of 0.4 for those of the others."""
    n = 6
    arrays = {
        "embedding": np.eye(n, dtype=np.float32),
        "bias.0": np.zeros(n, np.float32),
        "output": np.diag([0.6, 0.6, 0.6, 0.4, 0.4, 0.4]).astype(np.float32),
        "output_bias": np.array([0, 0, 0, 0, 0, 0.5], np.float32),
    }
    features = csr_array(np.array([[1, 0, 0, 1, 0, 0], [1, 1, 1, 0, 0, 1]], np.float32))
    found = reconstructed(settings(hidden=(n,), activation="identity"), arrays, features)
    np.testing.assert_allclose(found, [5 / 6, 1 / 6])


@pytest.mark.parametrize("activation", ["selu", "relu"])
def test_codes_in_blocks_equal_the_hidden_layer(rows, monkeypatch, activation):
    config = settings(activation=activation, hidden=(9, 6, 4, 6, 9), tied=True, normalise=True)
    arrays = trained(rows, activation=activation, hidden=(9, 6, 4, 6, 9), tied=True, normalise=True, epochs=2)
    monkeypatch.setattr(scoring, "_BLOCK", 7)
    codes = scoring.codes(config, arrays, rows)
    assert codes.shape == (rows.shape[0], 4)
    np.testing.assert_allclose(codes, scoring.hidden_layers(config, arrays, rows)[2], rtol=1e-5, atol=1e-6)


def test_tied_weights_are_shared_by_encoder_and_decoder(rows):
    shape = {"hidden": (9, 6, 4, 6, 9), "tied": True, "loss": {"sum": 1.0, "mean": 3.0, "masked": 0.0}}
    arrays = trained(rows, **shape)
    assert sorted(name for name in arrays if name.startswith(("weight", "output", "embedding"))) == [
        "embedding",
        "output_bias",
        "weight.1",
        "weight.2",
    ]
    # The textbook form, with the encoder's own matrices in the decoder.
    config = settings(**shape)
    first, second = arrays["weight.1"], arrays["weight.2"]
    x = rows.toarray()

    def layer(values: np.ndarray, weight: np.ndarray, number: int) -> np.ndarray:
        values = (values @ weight + arrays[f"bias.{number}"]).astype(np.float64)
        return 1.0507009873554805 * np.where(values > 0, values, 1.6732632423543772 * np.expm1(values))

    x = layer(layer(layer(x, arrays["embedding"], 0), first.T, 1), second.T, 2)
    x = layer(layer(x, second, 3), first, 4) @ arrays["embedding"].T + arrays["output_bias"]
    np.testing.assert_allclose(scoring.outputs(config, arrays, rows), x, rtol=1e-4, atol=1e-5)


def test_re_feeding_is_a_second_step_on_the_outputs_of_the_first(rows):
    """Against the paper's two steps with torch's own layers and optimiser, without dropout."""
    config = settings(batch=120, activation="tanh")
    ours = Trainer(config, rows, rows, rng=np.random.default_rng(0), device="cpu", refeed=True)
    weights = {name: torch.from_numpy(array).requires_grad_() for name, array in ours.arrays().items()}
    peer = torch.optim.Adam(weights.values(), lr=0.01)

    def forward(x):
        x = torch.tanh(x @ weights["embedding"] + weights["bias.0"])
        x = torch.tanh(x @ weights["weight.1"].T + weights["bias.1"])
        x = torch.tanh(x @ weights["weight.2"].T + weights["bias.2"])
        return x @ weights["output"].T + weights["output_bias"]

    def descend(outputs, targets):
        error = torch.nn.functional.mse_loss
        rated = targets != 0
        peer.zero_grad()
        (200 * error(outputs, targets) + 15 * error(outputs[rated], targets[rated])).backward()
        peer.step()

    dense = torch.from_numpy(rows.toarray())
    for _ in range(3):
        ours.step(np.arange(120))
        outputs = forward(dense)
        descend(outputs, dense)
        again = outputs.detach()
        descend(forward(again), again)
    assert ours.done.step == 6
    for name, array in ours.arrays().items():
        np.testing.assert_allclose(array, weights[name].detach().numpy(), rtol=1e-3, atol=1e-5)


def test_re_feeding_brings_the_network_closer_to_a_fixed_point(rows):
    def distance(arrays: dict[str, np.ndarray]) -> float:
        once = scoring.outputs(settings(), arrays, rows)
        twice = scoring.outputs(settings(), arrays, csr_array(once))
        return float(((twice - once) ** 2).mean())

    plain, fed, same = trained(rows), trained(rows, refeed=True), trained(rows, refeed=True)
    assert all(fed[name].tobytes() == same[name].tobytes() for name in fed)
    assert distance(fed) < distance(plain)


@pytest.mark.parametrize("wrong", [{"samples": 3}, {"loss": "multinomial"}], ids=str)
def test_re_feeding_requires_all_outputs_and_a_squared_error(rows, wrong):
    with pytest.raises(ConfigError, match="refeed needs"):
        registry.create(HYBRID, DEMO.models[HYBRID] | {"refeed": True} | wrong)
    with pytest.raises(ValueError, match="re-feeding needs"):
        Trainer(settings(**wrong), rows, rows, rng=np.random.default_rng(0), device="cpu", refeed=True)


def test_the_dense_loss_equals_the_sparse_one_if_all_entries_are_ones():
    outputs = torch.randn((5, 7), generator=torch.Generator().manual_seed(1))
    weights = SquaredError(sum=2.0, mean=200.0, masked=15.0)
    places = torch.arange(5).repeat_interleave(7), torch.arange(7).repeat(5)
    sparse = losses.squared(outputs, *places, torch.zeros(7), weights, 7)
    assert float(losses.squared_dense(outputs, torch.ones(5, 7), weights)) == pytest.approx(float(sparse), rel=1e-5)


def test_held_out_songs_select_the_epoch(rows):
    """With too high a learning rate the best epoch is not the last one."""
    steep = {"optimiser": ADAM | {"learning_rate": 0.3}, "held_out": 0.25, "epochs": 12, "patience": 12}
    config = settings(**steep)
    best = trained(rows, **steep)
    rng = np.random.default_rng(0)
    order = rng.permutation(rows.shape[0])
    held, kept = csr_array(rows[np.sort(order[:30])]), csr_array(rows[np.sort(order[30:])])
    seen = []
    trainer = Trainer(config, kept, kept, rng=rng, device="cpu")
    trainer.run(progress=no_progress, validate=lambda network: seen.append(network.arrays()) or 0.0, patience=12)

    def dense_loss(arrays: dict[str, np.ndarray]) -> float:
        error = (scoring.outputs(config, arrays, held) - held.toarray()) ** 2
        return 200 * error.mean() + 15 * error[held.toarray() > 0].mean()

    losses_seen = [dense_loss(arrays) for arrays in seen]
    chosen = int(np.argmin(losses_seen))
    assert best["embedding"].tobytes() == seen[chosen]["embedding"].tobytes()


def test_short_playlists_are_not_columns(world):
    table = DEMO.models[HYBRID]
    sizes = np.diff(world.dataset.interactions.indptr)
    made = [registry.create(HYBRID, table | {"min_songs": least}) for least in (1, 10)]
    all_of_them, long_ones = (model.features(world.dataset) for model in made if isinstance(model, SongAutoencoder))
    content = all_of_them.shape[1] - world.dataset.n_playlists
    kept = np.concatenate([np.ones(content, bool), sizes >= 10])
    assert 0 < (sizes >= 10).sum() < len(sizes)
    np.testing.assert_array_equal(long_ones.toarray(), all_of_them.toarray()[:, kept])
