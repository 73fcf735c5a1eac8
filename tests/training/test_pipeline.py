"""Training from end to end on small data: content of a run, equal bytes for equal seeds, resuming."""

import json
from pathlib import Path

import numpy as np
import pytest

from playrec_core.errors import ConfigError, DataError
from playrec_core.evaluation.metrics.ndcg import NDCG
from playrec_core.models.neural import checkpoint
from playrec_core.ranking.ranker import Ranker
from playrec_core.schema import Seed
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.store.run import Run, list_runs
from playrec_core.training.pipeline import Options, train
from tests.conftest import small_config


def quietly(_line: str) -> None:
    pass


def content(artifacts: Path) -> dict[str, str]:
    """Hash of every file of the current run."""
    return {name: file.sha256 for name, file in Run.open(artifacts).manifest.files.items()}


def test_another_seed_gives_another_run(demo_run, tmp_path):
    train(small_config(), Options(tmp_path, seed=5, models=("popularity",)), quietly)
    assert Run.open(tmp_path).manifest.seed == 5
    assert content(tmp_path)["dataset/questions.arrow"] != content(demo_run)["dataset/questions.arrow"]


def test_a_model_does_not_change_because_another_was_left_out(demo_run, tmp_path):
    train(small_config(), Options(tmp_path, models=("als",), threads=1), quietly)
    alone, together = content(tmp_path), content(demo_run)
    assert alone["model-als/state.safetensors"] == together["model-als/state.safetensors"]
    assert alone["answers-als/values.safetensors"] == together["answers-als/values.safetensors"]


class Interrupted(Exception):
    """Any reason for which a training ends early."""


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A training that was interrupted and trained again, and the inode of a file from before the interruption."""
    real, calls, folder = Ranker.build, [], tmp_path_factory.mktemp("interrupted")

    def fails_once(*arguments):
        calls.append(1)
        if len(calls) == 1:
            raise Interrupted
        return real(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Ranker, "build", fails_once)
        with pytest.raises(Interrupted):
            train(small_config(), Options(folder, threads=1), quietly)
        assert list_runs(folder) == []
        assert not (folder / "current").exists()
        kept = next((folder / "unfinished").glob("*/files/search/search.sqlite"))
        inode = kept.stat().st_ino
        train(small_config(), Options(folder, threads=1), quietly)
    return folder, inode


def test_the_same_seed_gives_the_same_bytes(demo_run, interrupted):
    assert content(interrupted[0]) == content(demo_run)


def test_an_interrupted_run_is_resumed_where_it_stopped(interrupted):
    """Stages that were finished before the interruption stay; the run becomes current only at the end."""
    folder, inode = interrupted
    assert Run.open(folder).file("search/search.sqlite").stat().st_ino == inode
    assert list((folder / "unfinished").iterdir()) == []


def test_a_model_interrupted_between_two_epochs_resumes_with_the_next(demo_run, tmp_path, monkeypatch):
    real, saved = checkpoint.save, []

    def third_time_fails(*arguments):
        if len(saved) == 3:
            raise Interrupted
        saved.append(1)
        real(*arguments)

    name = "collaborative-autoencoder"
    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "save", third_time_fails)
        with pytest.raises(Interrupted):
            train(small_config(), Options(tmp_path, models=(name,), threads=1), quietly)
    monkeypatch.setattr(checkpoint, "save", lambda *arguments: (saved.append(1), real(*arguments)))
    train(small_config(), Options(tmp_path, models=(name,), threads=1), quietly)
    assert len(saved) <= small_config().models[name]["epochs"], "no epoch was trained twice"
    file = f"model-{name}/state.safetensors"
    assert content(tmp_path)[file] == content(demo_run)[file]
    assert list((tmp_path / "unfinished").iterdir()) == []


def test_a_chosen_model_is_trained_with_its_members(tmp_path):
    train(small_config(), Options(tmp_path, models=("densified-query",), threads=1), quietly)
    table = small_config().models["densified-query"]
    assert set(LoadedRun.open(tmp_path).model_names) == {"densified-query", table["content"], table["collaborative"]}


def test_missing_data_is_refused_before_any_work(tmp_path):
    config = small_config()
    config = config.model_copy(update={"data": config.data.model_copy(update={"demo": None})})
    with pytest.raises(ConfigError, match="needs --data DIR"):
        train(config, Options(tmp_path), quietly)
    with pytest.raises(DataError, match=r"train\.json"):
        train(config, Options(tmp_path, data=tmp_path), quietly)
    assert not (tmp_path / "current").exists()


@pytest.fixture
def bare_ids(demo_run, tmp_path) -> Path:
    """The demo's playlists as ids only: no song_meta.json, no tags."""
    source = next((demo_run / "demo-data").glob("*/train.json"))
    playlists = json.loads(source.read_text(encoding="utf-8"))
    folder = tmp_path / "bare"
    folder.mkdir()
    (folder / "train.json").write_text(json.dumps([one | {"tags": []} for one in playlists]), encoding="utf-8")
    return folder


def test_models_that_lack_their_data_are_left_out_with_a_note(bare_ids, tmp_path):
    said: list[str] = []
    asked = ("popularity", "cluster-mf", "content-neighbours")
    train(small_config(), Options(tmp_path, data=bare_ids, models=asked), said.append)
    manifest = Run.open(tmp_path).manifest
    reason = "the data set has none of years, months, genres, detail genres, tags."
    left_out = [f"Cluster MF is left out: {reason}", f"Content neighbours is left out: {reason}"]
    assert manifest.notes[-2:] == left_out
    assert [line for line in said if "left out" in line] == [f"  note: {line}" for line in left_out]
    assert list(manifest.config["models"]) == ["popularity"]
    assert LoadedRun.open(tmp_path).model_names == ("popularity",)


def test_a_run_without_any_model_left_is_refused(bare_ids, tmp_path):
    with pytest.raises(ConfigError, match="cluster-mf cannot be fitted: the data set has none of years"):
        train(small_config(), Options(tmp_path, data=bare_ids, models=("cluster-mf",)), quietly)
    assert not (tmp_path / "current").exists()


def test_served_recommendations_are_the_evaluated_ones(demo_run):
    """Metrics are computed from the recommendations that a page shows for the same query."""
    run = LoadedRun.open(demo_run)
    for name in run.model_names:
        stored = run.held_out_answers(name)
        for row in range(0, len(run.held_out), 17):
            ranked = run.recommend_one(name, run.held_out.seeds[row])
            assert stored["items"][row].tolist() == ranked.items.tolist()
            assert stored["tags"][row].tolist() == ranked.tags.tolist()
            assert not set(ranked.items.tolist()) & set(run.held_out.seeds[row].songs)


def test_reported_means_are_those_of_the_stored_values(demo_run):
    run = LoadedRun.open(demo_run)
    table = run.metrics.set_index(["model", "metric"])
    for name in run.model_names:
        answers = run.held_out_answers(name)["items"]
        hidden = run.held_out.table["hidden_songs"].to_pylist()
        expected = []
        for row, relevant in enumerate(hidden):
            gains = [1 / np.log(rank + 2) for rank, item in enumerate(answers[row]) if item in set(relevant)]
            expected.append(sum(gains) / sum(1 / np.log(rank + 2) for rank in range(len(relevant))))
        assert table.loc[(name, NDCG().name), "mean"] == pytest.approx(np.mean(expected), abs=1e-12)
        score = 0.85 * table.loc[(name, "ndcg"), "mean"] + 0.15 * table.loc[(name, "tag_ndcg"), "mean"]
        assert table.loc[(name, "score"), "mean"] == pytest.approx(score, abs=1e-12)


def test_planted_structure_beats_popularity(demo_run):
    """The demo data has scenes that only co-occurrence shows; a model that finds none of them is broken."""
    means = LoadedRun.open(demo_run).metrics.query("metric == 'ndcg'").set_index("model")["mean"]
    for name in ("playlist-knn", "item-knn", "als", "ease"):
        assert means[name] > 1.2 * means["popularity"]


def test_the_demo_data_is_generated_once(demo_run):
    assert len(list((demo_run / "demo-data").iterdir())) == 1
    truth = json.loads(next((demo_run / "demo-data").glob("*/truth.json")).read_text(encoding="utf-8"))
    assert truth["options"]["songs"] == 400


def test_playlists_with_contain_all_given_songs(demo_run):
    run = LoadedRun.open(demo_run)
    dense = run.dataset.interactions.toarray() > 0
    for items in ((0,), (0, 1), (2, 3, 4)):
        expected = np.flatnonzero(dense[:, list(items)].all(axis=1))
        assert run.playlists_with(items).tolist() == expected.tolist()


def test_every_model_recommends_for_an_empty_seed(demo_run):
    run = LoadedRun.open(demo_run)
    for name in run.model_names:
        assert run.recommend_one(name, Seed(), k=5).items.tolist() == [0, 1, 2, 3, 4]


def test_the_language_of_the_demo_changes_no_figure_of_a_model_that_reads_no_words(demo_run, tmp_path):
    config = small_config()
    data = config.data.model_copy(update={"demo": (config.data.demo or {}) | {"names": "korean"}})
    korean = config.model_copy(update={"data": data})
    models = ("popularity", "genre-popularity", "als", "ease", "content-neighbours", "songs-tags-autoencoder")
    train(korean, Options(tmp_path, models=models, threads=1), quietly)
    english, other = LoadedRun.open(demo_run), LoadedRun.open(tmp_path)
    assert english.dataset.tags.ids.tolist() != other.dataset.tags.ids.tolist()
    # Without songs the fallbacks recommend, and they read words; coverage is a metric of all lists together.
    read = np.array(["songs" in kind for kind in english.held_out.table["kind"].to_pylist()])
    for model in models:
        mine, its = english.held_out_values(model), other.held_out_values(model)
        for metric in mine.keys() - {"coverage@100"}:
            assert mine[metric][read].tobytes() == its[metric][read].tobytes(), (model, metric)
