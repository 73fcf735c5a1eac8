"""Sequence models: data in which only the order is informative, and equal forward passes in numpy and torch."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import norm

from playrec_core.config import load
from playrec_core.data.builder import DatasetBuilder
from playrec_core.data.dataset import Dataset
from playrec_core.errors import ConfigError, MissingDataError
from playrec_core.models import registry
from playrec_core.models.base import Recommender
from playrec_core.models.neural.dropout import Dropout
from playrec_core.models.neural.losses import multinomial
from playrec_core.models.sequential.recurrent import Recurrent
from playrec_core.models.sequential.sequence_training import bpr
from playrec_core.models.sequential.sequences import NO_TARGET, cloze, next_songs, windows
from playrec_core.models.sequential.title_vectors import title_vectors
from playrec_core.models.sequential.transformer import Transformer
from playrec_core.schema import TITLE, Nouns, Seed, no_progress

TABLES = load(Path(__file__).parents[3] / "configs" / "demo.toml").models
KINDS = ("gru4rec", "gru4rec-title-bpr", "sasrec", "bert4rec")
N_SONGS = 24
SMALL = {"width": 32, "least_steps": 200, "samples": 0, "max_length": 8, "batch": 32, "votes": 1, "dropout": 0.0}
NEXT = {"hidden": 0.0, "reach": 1, "asked": 1.0}


def make(kind: str, **changes: object) -> Recommender:
    own = NEXT if "reach" in TABLES[kind] else {"only_last": 0.5}
    return registry.create(kind, TABLES[kind] | SMALL | own | changes)


def fit(model: Recommender, dataset: Dataset, seed: int = 3) -> Recommender:
    model.fit(dataset, rng=np.random.default_rng(seed), device="cpu", progress=no_progress)
    return model


def circle(playlists: int = 240) -> Dataset:
    """Half of the playlists are clockwise arcs of a circle of songs, half counter-clockwise: only the order of songs
    determines at which end an arc continues."""
    rng = np.random.default_rng(0)
    builder = DatasetBuilder("circle", Nouns(), Path("circle"), numeric_ids=True)
    for song in range(N_SONGS):
        builder.add_item(song, f"title {song}")
    for playlist in range(playlists):
        step = 1 if playlist % 2 else -1
        start = int(rng.integers(N_SONGS))
        builder.add_playlist(playlist, [(start + step * offset) % N_SONGS for offset in range(7)], title="arc")
    return builder.build()


@pytest.fixture(scope="module")
def world() -> Dataset:
    return circle()


@pytest.mark.parametrize("kind", KINDS)
def test_the_order_determines_the_next_song(kind, world):
    model = fit(make(kind), world)
    right = 0
    for start in range(N_SONGS):
        arc = [(start + offset) % N_SONGS for offset in range(5)]
        for songs, following in ((arc, (start + 5) % N_SONGS), (arc[::-1], (start - 1) % N_SONGS)):
            seed = tuple(world.items.index(songs).tolist())
            scores = model.score([Seed(seed)])[0]
            scores[list(seed)] = -np.inf
            right += int(scores.argmax() == world.items.index([following])[0])
    # A model of sets scores both directions alike, so it is right in at most half of the cases.
    assert right >= 0.9 * 2 * N_SONGS


def test_a_model_of_sets_ignores_the_order(world):
    model = fit(registry.create("ease", TABLES["ease"]), world)
    forwards, backwards = model.score([Seed((0, 1, 2, 3)), Seed((3, 2, 1, 0))])
    np.testing.assert_allclose(forwards, backwards, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_playlists_sorted_by_id_are_refused(kind):
    builder = DatasetBuilder("sorted", Nouns(), Path("sorted"), numeric_ids=True)
    for song in range(9):
        builder.add_item(song, f"title {song}")
    for playlist in range(20):
        builder.add_playlist(playlist, sorted({playlist % 9, (playlist * 2) % 9, 8}), title="")
    dataset = builder.build()
    assert not dataset.has_order
    words = make(kind).missing(dataset)
    assert words is not None
    assert "by id" in words
    with pytest.raises(MissingDataError, match="by id"):
        fit(make(kind), dataset)


@pytest.mark.parametrize("kind", ["gru4rec-title-bpr", "sasrec"])
@pytest.mark.parametrize("samples", [0, 8])
def test_a_resumed_training_gives_the_same_model(kind, samples, world, tmp_path):
    class Killed(Exception):
        pass

    def kill(fraction: float) -> None:
        if fraction > 0.6:
            raise Killed

    def fresh() -> Recommender:
        return make(kind, samples=samples, least_steps=40, dropout=0.1)

    whole = fit(fresh(), world).state()
    halted = fresh()
    halted.checkpoint = tmp_path
    with pytest.raises(Killed):
        halted.fit(world, rng=np.random.default_rng(3), device="cpu", progress=kill)
    assert list(tmp_path.iterdir())
    resumed = fresh()
    resumed.checkpoint = tmp_path
    seen: list[float] = []
    resumed.fit(world, rng=np.random.default_rng(3), device="cpu", progress=seen.append)
    assert seen[0] > 0.4, "finished epochs are not repeated"
    assert {name: array.tobytes() for name, array in resumed.state().items()} == {
        name: array.tobytes() for name, array in whole.items()
    }


@pytest.mark.parametrize(
    "network",
    [
        Recurrent(12, 2),
        Transformer(12, 2, 3, 20, 9, causal=True, activation="relu"),
        Transformer(12, 2, 3, 20, 9, causal=False, activation="gelu"),
        Transformer(12, 2, 3, 20, 9, causal=False, activation="gelu", projected=True),
    ],
    ids=["gru", "causal", "bidirectional", "projected"],
)
def test_numpy_and_torch_agree_and_padding_is_ignored(network):
    import torch

    rng = np.random.default_rng(1)
    arrays = {name: array + 0.1 * rng.standard_normal(array.shape) for name, array in network.initial(rng).items()}
    arrays = {name: array.astype(np.float32) for name, array in arrays.items()}
    inputs, lengths = rng.standard_normal((3, 9, 12)).astype(np.float32), np.array([9, 4, 1])
    leaves = {name: torch.from_numpy(array) for name, array in arrays.items()}
    with torch.no_grad():
        both = network.forward(leaves, torch.from_numpy(inputs), torch.from_numpy(lengths), Dropout(0.0, rng, "cpu"))
    for row, length in enumerate(lengths.tolist()):
        alone = network.encode(arrays, inputs[row, :length])
        np.testing.assert_allclose(alone, both[row, :length].numpy(), atol=1e-5)


def test_bert4rec_projects_the_state_and_opens_states_without_a_projection(world):
    model = fit(make("bert4rec"), world)
    state = dict(model.state())
    songs, width = [3, 4, 5], SMALL["width"]
    weight, bias = state["projection"], state["projection_bias"]
    assert weight.shape == (width, width)
    assert np.abs(bias).max() > 0  # it is trained

    older = {name: array for name, array in state.items() if not name.startswith("projection")}
    config = TABLES["bert4rec"] | SMALL
    plain = Transformer(
        width, config["layers"], config["heads"], config["feed_forward"], 8, causal=False, activation="gelu"
    )
    vectors = state["embedding"]
    hidden = plain.encode(older, vectors[[*songs, -1]])[-1].astype(np.float64)
    inner = hidden @ weight.T + bias
    expected = (inner * norm.cdf(inner)) @ vectors[:-1].T + state["output_bias"]  # Sun et al. (2019), equation 7
    np.testing.assert_allclose(model.score([Seed(tuple(songs))])[0], expected, atol=1e-4)

    reopened = type(model).from_state(model.config, older)
    expected = hidden @ vectors[:-1].T + state["output_bias"]
    np.testing.assert_allclose(reopened.score([Seed(tuple(songs))])[0], expected, atol=1e-4)


def test_windows_keep_the_order_and_are_cut_from_the_end():
    builder = DatasetBuilder("w", Nouns(), Path("w"), numeric_ids=True)
    for song in range(8):
        builder.add_item(song, str(song))
    builder.add_playlist(0, [7, 3, 5, 1, 6], title="")
    builder.add_playlist(1, [2], title="")
    builder.add_playlist(2, [4, 0], title="")
    dataset = builder.build()
    pieces = windows(dataset, dataset.n_items, 3)
    found = [dataset.items.outside(row) for row in np.split(pieces.indices, pieces.indptr[1:-1])]
    assert found == [[7, 3], [5, 1, 6], [4, 0]]


def test_the_target_of_a_position_is_a_song_after_it():
    sequences = windows(circle(), N_SONGS, 7)
    rows, rng = np.arange(50), np.random.default_rng(2)
    exact = next_songs(sequences, rows, 0.0, 1, 1.0, rng)
    np.testing.assert_array_equal(exact.targets[:, :-1], exact.inputs[:, 1:])
    assert (exact.targets[:, -1] == NO_TARGET).all()
    far = next_songs(sequences, rows, 0.5, 3, 0.5, rng)
    for row, length in enumerate(far.lengths.tolist()):
        whole = sequences.indices[sequences.indptr[row] : sequences.indptr[row + 1]].tolist()
        for song, target in zip(far.inputs[row, :length].tolist(), far.targets[row, :length].tolist(), strict=True):
            assert target == NO_TARGET or 1 <= whole.index(target) - whole.index(song) <= 3


def test_the_targets_of_a_cloze_are_masked():
    sequences = windows(circle(), N_SONGS, 7)
    rows = np.arange(200)
    batch = cloze(sequences, rows, 0.3, 0.25, N_SONGS, np.random.default_rng(2))
    has_target = batch.targets != NO_TARGET
    np.testing.assert_array_equal(has_target, batch.inputs == N_SONGS)
    assert has_target.any(axis=1).all()
    restored = np.where(has_target, batch.targets, batch.inputs)
    np.testing.assert_array_equal(restored, sequences.indices.reshape(-1, 7)[rows])


def test_losses_match_reference_formulas():
    import torch

    rng = np.random.default_rng(4)
    scores, wanted = rng.standard_normal((5, 7)), np.array([0, 3, 3, 6, 2])
    tensors = torch.from_numpy(scores), torch.from_numpy(wanted)
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    softmax = multinomial(tensors[0], torch.arange(5), tensors[1], torch.zeros(7))
    np.testing.assert_allclose(softmax, -np.log(shares[np.arange(5), wanted]).mean(), rtol=1e-6)
    gaps = scores[np.arange(5), wanted][:, None] - scores
    others = np.arange(7) != wanted[:, None]
    # The target compared with itself is log 2, whatever its score.
    by_hand = (-np.log(1 / (1 + np.exp(-gaps[others]))).sum() + 5 * np.log(2)) / (5 * 6)
    np.testing.assert_allclose(bpr(*tensors), by_hand, rtol=1e-6)


def test_a_song_in_no_playlist_is_recommended_by_its_title():
    rng = np.random.default_rng(0)
    builder = DatasetBuilder("sequels", Nouns(), Path("sequels"), numeric_ids=True)
    words = ["starship", "midnight", "kingdom", "orchard"]
    for song in range(40):
        builder.add_item(song, f"{words[song % 4]} part {song}")
    for group, word in enumerate(words):
        builder.add_item(100 + group, f"{word} part 99")
    for playlist in range(240):
        songs = rng.permutation(np.arange(playlist % 4, 40, 4))[:7].tolist()
        builder.add_playlist(playlist, songs, title="")
    dataset = builder.build()
    table = TABLES["gru4rec-title-bpr"] | SMALL | {"title_only": 0.4}
    model = fit(registry.create("gru4rec-title-bpr", table), dataset)
    unheard = dataset.items.index(range(100, 104))
    assert (dataset.item_counts[unheard] == 0).all()
    for group in range(4):
        seed = Seed(tuple(dataset.items.index([group, group + 4, group + 8]).tolist()))
        assert model.score([seed])[0][unheard].argmax() == group
    assert not np.isfinite(fit(make("gru4rec"), dataset).score([Seed((0, 1))])[0][unheard]).any()


def test_a_catalogue_without_titles_is_refused(world):
    place = world.catalogue.schema.get_field_index(TITLE)
    bare = replace(world, catalogue=world.catalogue.set_column(place, TITLE, pa.array([""] * world.n_items)))
    assert "titles" in (make("gru4rec-title-bpr").missing(bare) or "")
    assert make("gru4rec").missing(bare) is None


def test_title_vectors_match_words_and_parts_of_words():
    vectors = title_vectors(["Toy Story (1995)", "toy stories", "Heat", ""], "ngrams")
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2
    assert not vectors[3].any()


def test_a_missing_encoder_folder_is_an_error(tmp_path):
    with pytest.raises(ConfigError, match="no such folder"):
        title_vectors(["a"], str(tmp_path / "bert"))


def test_an_encoder_without_its_package_names_the_package(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sentence_transformers", None)
    with pytest.raises(ConfigError, match="pip install sentence-transformers"):
        title_vectors(["a"], str(tmp_path))


def test_votes_are_a_mean_of_softmaxes(world):
    """A recurrent network's state after a song does not depend on the songs after it."""
    model = fit(make("gru4rec", least_steps=20), world)
    songs = (0, 5, 9)
    each = np.exp([model.score([Seed(songs[:end])])[0].astype(float) for end in (2, 3)])
    model.config = model.config.model_copy(update={"votes": 2})
    shares = np.exp(model.score([Seed(songs)])[0].astype(float))
    np.testing.assert_allclose(shares, (each / each.sum(axis=1, keepdims=True)).mean(axis=0), rtol=1e-4)
