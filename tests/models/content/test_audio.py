"""The audio model: descriptors, exact incremental components, resuming, and the planted timbre."""

import io
import json
import tarfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from playrec_core.config import load
from playrec_core.data.dataset import Dataset
from playrec_core.data.io.mel import MelShard, find
from playrec_core.data.readers import base
from playrec_core.data.synthetic import generate
from playrec_core.data.types.vocabulary import Vocabulary
from playrec_core.models import registry
from playrec_core.models.content import audio_space
from playrec_core.models.content.audio_space import WIDTH, Components, Descriptors, Moments, describe
from playrec_core.models.content.audio_tags_autoencoder import AudioTagsAutoencoder
from playrec_core.schema import Seed, no_progress
from playrec_core.testing.planted import ArrayShard, planted

KIND = "audio-tags-autoencoder"
TABLE = load(Path(__file__).parents[3] / "configs" / "demo.toml").models[KIND]


def fitted(dataset: Dataset, checkpoint: Path | None = None) -> AudioTagsAutoencoder:
    model = registry.create(KIND, TABLE)
    assert isinstance(model, AudioTagsAutoencoder)
    model.checkpoint = checkpoint
    model.fit(dataset, rng=np.random.default_rng(5), device="cpu", progress=no_progress)
    return model


def state_bytes(model: AudioTagsAutoencoder) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in model.state().items()}


def test_descriptors_match_a_plain_implementation():
    mel = np.random.default_rng(0).normal(-30, 8, (48, 21)).astype(np.float32)
    plain = [
        [np.mean(band) for band in mel],
        [np.std(band) for band in mel],
        [np.mean([abs(band[t + 1] - band[t]) for t in range(20)]) for band in mel],
        [np.mean([abs(band[t + 8] - band[t]) for t in range(13)]) for band in mel],
    ]
    np.testing.assert_allclose(describe(mel), np.concatenate(plain), rtol=1e-5)
    assert describe(mel[:, :1]).shape == (WIDTH,)
    assert not describe(mel[:, :1])[48:].any(), "one frame neither varies nor changes"


def test_components_of_rows_added_in_parts_are_those_of_all_rows():
    from sklearn.decomposition import PCA

    rng = np.random.default_rng(1)
    rows = (rng.normal(size=(700, 12)) @ rng.normal(size=(12, WIDTH)) * rng.uniform(1, 9, WIDTH) + 50).astype(
        np.float32
    )
    moments = Moments(WIDTH)
    for part in np.split(rows, [3, 3, 250, 600]):
        moments.add(part)
    np.testing.assert_allclose(moments.products / 699, np.cov(rows.T.astype(np.float64)), rtol=1e-8, atol=1e-8)
    found = Components.of(moments, 5)
    peer = PCA(5, svd_solver="full").fit(rows.astype(np.float64))
    np.testing.assert_allclose(found.explained, peer.explained_variance_ratio_, rtol=1e-6)
    np.testing.assert_allclose(np.abs(peer.components_ @ found.axes), np.eye(5), atol=1e-6)
    assert Components.of(moments, 99).axes.shape[1] == 12, "no more components than the rank"


def test_duplicate_songs_count_once_and_unknown_songs_are_ignored():
    rng = np.random.default_rng(2)
    values = rng.normal(size=(4, WIDTH)).astype(np.float32)
    items = Vocabulary([10, 11, 12, 13])
    once = [Descriptors(np.array([10, 11, 12]), values[:3])]
    twice = [
        Descriptors(np.array([10, 77, 11]), values[[0, 3, 1]]),
        Descriptors(np.array([11, 12]), values[[3, 2]]),
    ]
    for one, other in zip(
        audio_space.item_components(once, items, 2), audio_space.item_components(twice, items, 2), strict=True
    ):
        np.testing.assert_allclose(one, other, atol=1e-5)
    assert audio_space.item_components(twice, items, 2)[1].tolist() == [True, True, True, False]


@dataclass
class Watched:
    """A shard that logs reads and can fail."""

    shard: MelShard
    log: list[str]
    fails: bool = False

    @property
    def name(self) -> str:
        return self.shard.name

    @property
    def size(self) -> int:
        return self.shard.size

    def songs(self):
        self.log.append(self.name)
        for number, song in enumerate(self.shard.songs()):
            if self.fails and number == 3:
                raise KeyboardInterrupt
            yield song


def in_shards(dataset: Dataset, count: int, log: list[str], failing: int = -1) -> Dataset:
    """The same audio in several shards."""
    mels = dict(dataset.audio[0].songs())
    parts = [ArrayShard(str(n), {song: mel for song, mel in mels.items() if song % count == n}) for n in range(count)]
    return replace(dataset, audio=tuple(Watched(part, log, n == failing) for n, part in enumerate(parts)))


def test_after_an_interruption_no_finished_shard_is_read_again_and_the_bytes_are_the_same(tmp_path):
    dataset, log = planted().dataset, []
    uninterrupted = state_bytes(fitted(in_shards(dataset, 5, log), tmp_path / "one"))
    log.clear()
    with pytest.raises(KeyboardInterrupt):
        fitted(in_shards(dataset, 5, log, failing=3), tmp_path / "two")
    assert log == ["0", "1", "2", "3"]
    log.clear()
    assert state_bytes(fitted(in_shards(dataset, 5, log), tmp_path / "two")) == uninterrupted
    assert log == ["3", "4"]
    log.clear()
    assert state_bytes(fitted(in_shards(dataset, 5, log))) == uninterrupted, "with and without a checkpoint"
    assert len(log) == 5


def test_a_changed_shard_is_read_again(tmp_path):
    shard, log = planted().dataset.audio[0], []
    audio_space.read([Watched(shard, log)], tmp_path, no_progress)
    mels = dict(shard.songs())
    mels.pop(next(iter(mels)))
    for other in (ArrayShard(shard.name, mels), ArrayShard("renamed", dict(shard.songs()))):
        audio_space.read([Watched(other, log)], tmp_path, no_progress)
    audio_space.read([Watched(shard, log)], tmp_path, no_progress)
    assert log == ["0", "0", "renamed"]


SMALL = generate.DemoOptions(
    songs=1_500, artists=120, albums=220, detail_genres=30, scenes=28, playlists=700, mean_length=20, tags=150,
    mel_share=0.9,
)  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("audio") / "world"
    generate.generate(folder, SMALL, seed=3)
    return folder


@pytest.fixture(scope="module")
def truth(world) -> dict:
    return json.loads((world / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def dataset(world) -> Dataset:
    return base.create("melon", {}).read(world, progress=no_progress)


@pytest.fixture(scope="module")
def model(dataset) -> AudioTagsAutoencoder:
    return fitted(dataset)


def same_timbre(model: AudioTagsAutoencoder, timbre: np.ndarray, songs: np.ndarray) -> float:
    """Share of the songs' ten nearest neighbours with the same timbre."""
    return float((timbre[model.neighbours[songs, :10]] == timbre[songs, None]).mean())


def test_the_planted_timbre_is_recovered(dataset, model, truth):
    timbre, ids = np.array(truth["song_timbre"])[dataset.items.ids], dataset.items.ids
    silent = np.isin(ids, truth["songs_without_mel"])
    assert 0.08 < silent.mean() < 0.12
    np.testing.assert_array_equal(model.further["has_audio"], ~silent)
    chance = float(((np.bincount(timbre) / len(timbre)) ** 2).sum())
    assert same_timbre(model, timbre, np.flatnonzero(~silent)) > 8 * chance
    assert same_timbre(model, timbre, np.flatnonzero(silent)) > 2 * chance, "by their tags alone"


def test_a_song_in_no_playlist_has_neighbours_by_its_audio(dataset, model, truth):
    timbre = np.array(truth["song_timbre"])[dataset.items.ids]
    new = np.flatnonzero((dataset.item_counts == 0) & model.further["has_audio"])
    assert len(new)
    chance = float(((np.bincount(timbre) / len(timbre)) ** 2).sum())
    assert same_timbre(model, timbre, new) > 5 * chance


def test_songs_with_only_tags_are_scored_and_songs_without_audio_and_tags_are_not(dataset, model):
    silent = np.flatnonzero(~model.further["has_audio"])
    nothing = silent[~np.asarray(dataset.item_tag_counts[silent].sum(axis=1)).ravel().astype(bool)]
    tagged = np.setdiff1d(silent, nothing)
    assert len(tagged)
    assert len(nothing)
    scores = model.score([Seed((int(song),)) for song in (tagged[0], nothing[0])])
    assert np.isfinite(scores[0]).sum() == TABLE["neighbours"]
    assert np.isneginf(scores[1]).all()
    assert not np.isin(model.neighbours, nothing).any(), "they are no neighbours either"


def test_tar_files_and_folders_give_the_same_model(dataset, model, world, tmp_path):
    for shard in world.glob("*.tar"):
        with tarfile.open(shard) as tar:
            for member in tar:
                file = tmp_path / "mel" / member.name
                file.parent.mkdir(parents=True, exist_ok=True)
                content = tar.extractfile(member)
                assert content
                file.write_bytes(content.read())
    shards = find(tmp_path)
    assert [shard.name for shard in shards] == ["mel/0", "mel/1"]
    assert state_bytes(fitted(replace(dataset, audio=shards))) == state_bytes(model)


def test_audio_without_tags_is_enough(dataset, truth):
    from scipy.sparse import csr_array

    untagged = replace(dataset, playlist_tags=csr_array(dataset.playlist_tags.shape, dtype=np.float32))
    timbre = np.array(truth["song_timbre"])[dataset.items.ids]
    model = fitted(untagged)
    chance = float(((np.bincount(timbre) / len(timbre)) ** 2).sum())
    assert same_timbre(model, timbre, np.flatnonzero(model.further["has_audio"])) > 8 * chance


def test_the_other_files_of_the_demo_do_not_depend_on_its_audio(world, tmp_path):
    generate.generate(tmp_path / "silent", replace(SMALL, mel_share=0.0), seed=3)
    for name in ("train.json", "song_meta.json", "genre_gn_all.json"):
        assert (tmp_path / "silent" / name).read_bytes() == (world / name).read_bytes()
    assert not list((tmp_path / "silent").glob("*.tar"))
    generate.generate(tmp_path / "silent", SMALL, seed=3)
    assert len(list(world.glob("*.tar"))) == 2
    for file in world.iterdir():
        assert (tmp_path / "silent" / file.name).read_bytes() == file.read_bytes(), "and the same seed, the same bytes"


def test_the_demo_audio_matches_its_truth(world, truth):
    found = {song: mel for shard in find(world) for song, mel in shard.songs()}
    assert sorted(set(range(SMALL.songs)) - found.keys()) == truth["songs_without_mel"]
    levels = np.array([found[song].mean(axis=1) for song in sorted(found)])
    timbre = np.array(truth["song_timbre"])[sorted(found)]
    # Variance of a band's level within a timbre against the total: songs have a standard deviation of 3 dB, timbres 8.
    within = np.mean([levels[timbre == one].var(axis=0) for one in set(timbre.tolist()) if (timbre == one).sum() > 20])
    assert within < 0.35 * levels.var(axis=0).mean()
    with tarfile.open(world / "arena_mel_0.tar") as tar:
        raw = tar.extractfile("0/1.npy") or tar.extractfile("0/2.npy")
        assert raw
        assert np.load(io.BytesIO(raw.read()), allow_pickle=False).shape[0] == 48
