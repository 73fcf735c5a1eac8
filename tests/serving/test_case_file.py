"""A case file contains the recommendations, survives a round trip, and detects differences."""

import json
from pathlib import Path

import pytest

from playrec_core.errors import DataError
from playrec_core.schema import Seed
from playrec_core.serving.case_file import EXPLAINED, CaseFile, build, question_of, read, recheck
from playrec_core.serving.loaded_run import LoadedRun

MODELS = ("als", "item-knn", "popularity", "rank-vote")


@pytest.fixture(scope="module")
def run(demo_run: Path) -> LoadedRun:
    return LoadedRun.open(demo_run)


@pytest.fixture(scope="module")
def seed(run: LoadedRun) -> Seed:
    """An edited held-out playlist, with its date."""
    held_out = run.held_out_by_id("17")
    return Seed((3, 1, 7), (2,), "a $title$", (1.0, 2.0, 0.5), updated=held_out.seed.updated if held_out else 0)


@pytest.fixture(scope="module")
def case(run: LoadedRun, seed: Seed) -> CaseFile:
    return build(run, seed, MODELS, depth=12, tag_depth=4, banned=(5, 9), question="17")


def changed(case: CaseFile, **values: object) -> CaseFile:
    """The case with parts of its JSON replaced, as in a text editor."""
    return read("x.json", json.dumps(json.loads(case.to_json()) | values).encode())


def test_it_contains_the_recommendations(case: CaseFile, run: LoadedRun, seed: Seed):
    for model in case.models:
        answer = run.recommend_one(model.name, seed, k=12, n_tags=4, banned=(5, 9))
        assert [one.id for one in model.answers] == run.dataset.items.outside(answer.items)
        assert [one.score for one in model.answers] == answer.scores.tolist()
        assert model.tags == run.dataset.tags.outside(answer.tags)
        assert len(model.explanations) == EXPLAINED
        file = run.run.path / f"model-{model.name}" / "state.safetensors"
        assert model.state_sha256[model.name] == run.run.manifest.files[f"model-{model.name}/{file.name}"].sha256
    vote = next(model for model in case.models if model.name == "rank-vote")
    assert set(vote.state_sha256) == {"rank-vote", *run.model("rank-vote").parts()}


def test_its_tags_are_those_of_a_list_of_any_length(case: CaseFile, run: LoadedRun, seed: Seed):
    """Every model but those that score tags has them voted for by its songs."""
    for model in case.models:
        for depth in (3, 100):
            tags = run.recommend_one(model.name, seed, k=depth, n_tags=4, banned=(5, 9)).tags
            assert model.tags == run.dataset.tags.outside(tags)


def test_exact_explanations_sum_to_the_score_in_the_file(case: CaseFile):
    exact = [said for model in case.models for said in model.explanations if said.kind == "exact"]
    assert exact
    for said in exact:
        assert said.baseline + sum(said.contributions) == pytest.approx(said.score, abs=1e-4)


def test_it_survives_a_round_trip(case: CaseFile, run: LoadedRun, seed: Seed):
    again = read("case.json", case.to_json())
    assert again == case
    assert question_of(again, run) == (seed, (5, 9), 0)


def test_the_same_run_reproduces_it(case: CaseFile, run: LoadedRun):
    found = recheck(case, run)
    assert found.same_run
    assert found.same_data
    assert found.same_vocabulary
    assert found.same_lists
    assert not found.unknown
    assert all(one.same_state and one.shared == one.length == 12 and one.score_change == 0 for one in found.models)


def test_differences_are_reported(case: CaseFile, run: LoadedRun):
    value = json.loads(case.to_json())
    answers = value["models"][0]["answers"]
    answers[2], answers[3] = answers[3], answers[2]
    value["models"][1]["answers"].pop()
    value["models"][2]["settings"]["more"] = 1
    value["models"][3]["state_sha256"]["rank-vote"] = "0" * 64
    found = recheck(changed(case, models=value["models"]), run)
    swapped, short, other, refitted = found.models
    assert not found.same_lists
    assert (swapped.same_list, swapped.first_change, swapped.shared) == (False, 3, 12)
    assert (short.same_list, short.first_change, short.shared, short.length) == (False, 12, 11, 11)
    assert not other.known
    assert refitted.same_list
    assert not refitted.same_state


def test_unknown_songs_are_counted_and_left_out(case: CaseFile, run: LoadedRun):
    value = json.loads(case.to_json())["seed"]
    value["songs"][0]["id"] = "no such song"
    value["tags"] = ["no such tag"]
    found = changed(case, seed=value, run=json.loads(case.to_json())["run"] | {"id": "other", "fingerprint": "0"})
    seed, _, unknown = question_of(found, run)
    assert (seed.songs, seed.tags, seed.weights, unknown) == ((1, 7), (), (2.0, 0.5), 2)
    checked = recheck(found, run)
    assert not checked.same_run
    assert not checked.same_data
    assert checked.unknown == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a playrec case file"),
        (b"{", "not a playrec case file"),
        (b"[" * 100_000, "not a playrec case file"),
        (b"\xff\xfe", "not a playrec case file"),
        (b'{"id": 1, "songs": []}', "not a playrec case file"),
        (b" " * 5_000_001, "larger than 5 MB"),
    ],
)
def test_other_files_are_refused_with_a_message(content: bytes, message: str):
    with pytest.raises(DataError, match=message) as error:
        read("x.json", content)
    assert "x.json" in str(error.value)
    assert len(str(error.value)) < 800


@pytest.mark.parametrize(
    ("part", "value"),
    [("version", 2), ("depth", 10**9), ("depth", "10"), ("format", "other"), ("seed", None), ("more", 1)],
)
def test_every_field_is_validated(case: CaseFile, part: str, value: object):
    with pytest.raises(DataError, match=part):
        changed(case, **{part: value})


def test_a_score_that_is_not_a_number_is_refused(case: CaseFile):
    with pytest.raises(DataError, match=r"models\.0\.answers\.0\.score"):
        read("x.json", case.to_json().replace(b'"score": ', b'"score": NaN, "was": ', 1))
