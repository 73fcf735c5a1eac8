"""The contest's score against an independent implementation, and every invalid results file."""

import json
import math
import os
from pathlib import Path

import numpy as np
import pytest

from playrec_core.errors import DataError, SubmissionError
from playrec_core.evaluation.contest import CheckedResults, check_results, evaluate_files

MELON = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "melon-10pct"


def write(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def planted(n: int = 40, seed: int = 0) -> tuple[list[dict], list[dict]]:
    """Answers and full results for `n` playlists; songs and tags are hit at different rates."""
    rng = np.random.default_rng(seed)
    answers, results = [], []
    for playlist in range(n):
        answers.append(
            {
                "id": 1000 + playlist,
                "plylst_title": "",
                "songs": rng.permutation(150)[: rng.integers(1, 101)].tolist(),
                "tags": [f"태그{tag}" for tag in rng.permutation(40)[: rng.integers(1, 21)]],
            }
        )
        results.append(
            {
                "id": 1000 + playlist,
                "songs": rng.permutation(150)[:100].tolist(),
                "tags": [f"태그{tag}" for tag in rng.permutation(40)[:10]],
            }
        )
    return answers, [results[place] for place in rng.permutation(n)]


def expected_ndcg(answers: list[dict], results: list[dict]) -> tuple[float, float]:
    """(music nDCG, tag nDCG) by the formula, in plain loops."""
    by_id = {record["id"]: record for record in results}
    means = []
    for column in ("songs", "tags"):
        total = 0.0
        for record in answers:
            dcg = 0.0
            for rank, item in enumerate(by_id[record["id"]][column], start=1):
                if item in record[column]:
                    dcg += 1 / math.log(rank + 1)
            idcg = 0.0
            for rank in range(1, len(record[column]) + 1):
                idcg += 1 / math.log(rank + 1)
            total += dcg / idcg
        means.append(total / len(answers))
    return means[0], means[1]


def scored(tmp_path: Path, answers: object, results: object):
    return evaluate_files(write(tmp_path / "answers.json", answers), write(tmp_path / "results.json", results))


@pytest.mark.parametrize("seed", range(3))
def test_the_score_agrees_with_an_independent_count(tmp_path, seed):
    answers, results = planted(seed=seed)
    music, tags = expected_ndcg(answers, results)
    assert abs(music - tags) > 0.01  # so that swapped columns would show
    score = scored(tmp_path, answers, results)
    assert score.music_ndcg == pytest.approx(music, abs=1e-12)
    assert score.tag_ndcg == pytest.approx(tags, abs=1e-12)
    assert score.score == pytest.approx(0.85 * music + 0.15 * tags, abs=1e-12)


def test_a_perfect_result_scores_one_unless_more_than_ten_tags_are_hidden(tmp_path):
    songs, tags = list(range(100)), [f"t{n}" for n in range(10)]
    result = [{"id": 1, "songs": songs, "tags": tags}]
    perfect = scored(tmp_path, [{"id": 1, "songs": songs[:50], "tags": tags[:5]}], result)
    assert (perfect.music_ndcg, perfect.tag_ndcg, perfect.score) == pytest.approx((1, 1, 1))
    more = scored(tmp_path, [{"id": 1, "songs": songs, "tags": [*tags, *"abcdefghij"]}], result)
    assert more.tag_ndcg == pytest.approx(
        sum(1 / math.log(r + 1) for r in range(1, 11)) / sum(1 / math.log(r + 1) for r in range(1, 21))
    )


def test_a_byte_order_mark_and_text_ids_are_read(tmp_path):
    songs = [f"spotify:track:{n}" for n in range(100)]
    record = {"id": "p1", "songs": songs, "tags": [f"t{n}" for n in range(10)]}
    answers = write(tmp_path / "answers.json", [record | {"songs": songs[:1], "tags": ["t0"]}])
    results = tmp_path / "results.json"
    results.write_text(json.dumps([record]), encoding="utf-8-sig")
    assert evaluate_files(answers, results).score == pytest.approx(1)


# The change to the third record of valid results, and the expected message.
SPOILED = {
    "song missing": (lambda r: r["songs"].pop(), "99 songs; exactly 100"),
    "song too many": (lambda r: r["songs"].append(999), "101 songs; exactly 100"),
    "song twice": (lambda r: r["songs"].__setitem__(7, r["songs"][2]), "positions 3 and 8 of 'songs' are both"),
    "no songs": (lambda r: r.update(songs=[]), "0 songs; exactly 100"),
    "tag missing": (lambda r: r["tags"].pop(), "9 tags; exactly 10"),
    "tag too many": (lambda r: r["tags"].append("new"), "11 tags; exactly 10"),
    "tag twice": (lambda r: r["tags"].__setitem__(9, r["tags"][0]), "positions 1 and 10 of 'tags' are both"),
    "unknown id": (lambda r: r.update(id=77), "has no such id"),
    "id as text": (lambda r: r.update(id=str(r["id"])), "has no such id"),
    "id a truth value": (lambda r: r.update(id=True), "whole number or text, not true"),
    "id missing": (lambda r: r.pop("id"), "has no 'id'"),
    "songs missing": (lambda r: r.pop("songs"), "has no 'songs'"),
    "tags not a list": (lambda r: r.update(tags="abcdefghij"), "'tags' must be a list"),
    "song as text": (lambda r: r["songs"].__setitem__(4, "12"), "position 5 of 'songs' is \"12\""),
    "song a truth value": (lambda r: r["songs"].__setitem__(4, True), "position 5 of 'songs' is true"),
    "song with a fraction": (lambda r: r["songs"].__setitem__(4, 1.0), "position 5 of 'songs' is 1.0"),
    "song null": (lambda r: r["songs"].__setitem__(4, None), "position 5 of 'songs' is null"),
    "song a list": (lambda r: r["songs"].__setitem__(4, [1]), r"position 5 of 'songs' is [1]"),
    "tag a number": (lambda r: r["tags"].__setitem__(0, 3), "position 1 of 'tags' is 3"),
}


@pytest.mark.parametrize("case", SPOILED)
def test_a_spoiled_record_is_refused_by_name(tmp_path, case):
    answers, results = planted()
    spoil, words = SPOILED[case]
    spoil(results[2])
    with pytest.raises(SubmissionError) as refused:
        scored(tmp_path, answers, results)
    assert "results.json, record 3" in str(refused.value)
    assert words in str(refused.value)


def test_the_first_offender_is_the_one_named(tmp_path):
    answers, results = planted()
    results[30]["songs"].pop()
    results[5]["tags"].pop()
    with pytest.raises(SubmissionError, match=rf"record 6 \(id {results[5]['id']}\).*tags"):
        scored(tmp_path, answers, results)


def test_a_duplicate_id_is_refused(tmp_path):
    # The contest's evaluator compares sets of ids and would accept this, counting the playlist twice.
    answers, results = planted()
    with pytest.raises(SubmissionError, match=rf"record 41 \(id {results[0]['id']}\).*duplicate id"):
        scored(tmp_path, answers, [*results, results[0]])


def test_a_missing_id_is_refused(tmp_path):
    answers, results = planted()
    missing = results.pop(4)["id"]
    with pytest.raises(SubmissionError, match=f"id {missing}: is missing"):
        scored(tmp_path, answers, results)
    with pytest.raises(SubmissionError, match="id 1000: is missing"):
        scored(tmp_path, answers, [])


@pytest.mark.parametrize("record", [None, 3, "text", [1, 2]])
def test_a_record_that_is_no_object_is_refused(tmp_path, record):
    answers, results = planted()
    with pytest.raises(SubmissionError, match="record 1: expected an object"):
        scored(tmp_path, answers, [record, *results])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not JSON"),
        (b"[{", "is not JSON"),
        (b"\xff\xfe\x00", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[" + b"9" * 10_000 + b"]", "is not JSON"),
        (b"{}", "expected a JSON list"),
        (None, "cannot be read"),
    ],
    ids=["empty", "cut short", "not UTF-8", "too deep", "huge number", "an object", "absent"],
)
def test_files_that_are_no_list_of_records_are_refused_by_name(tmp_path, content, words):
    answers, results = planted()
    good_answers = write(tmp_path / "answers.json", answers)
    good_results = write(tmp_path / "results.json", results)
    bad = tmp_path / "bad.json"
    if content is not None:
        bad.write_bytes(content)
    with pytest.raises(SubmissionError, match=f"bad.json: {words}"):
        evaluate_files(good_answers, bad)
    with pytest.raises(DataError, match=f"bad.json: {words}"):
        evaluate_files(bad, good_results)


def test_an_invalid_answers_file_is_refused(tmp_path):
    answers, results = planted()
    for column in ("songs", "tags"):
        emptied = [dict(record) for record in answers]
        emptied[6][column] = []
        with pytest.raises(DataError, match=rf"answers.json, record 7 \(id 1006\): hides no {column}"):
            scored(tmp_path, emptied, results)
    doubtful = [answers[0] | {"songs": [1, True]}, *answers[1:]]
    with pytest.raises(DataError, match=r"record 1 \(id 1000\): position 2 of 'songs' is true"):
        scored(tmp_path, doubtful, results)
    with pytest.raises(DataError, match=r"record 41 \(id 1000\): duplicate id"):
        scored(tmp_path, [*answers, answers[0]], results)
    with pytest.raises(DataError, match="contains no playlists"):
        scored(tmp_path, [], results)


def test_text_from_the_file_is_shortened_and_printable_in_the_message(tmp_path):
    answers, results = planted()
    results[0]["id"] = "<b>" + "x" * 10_000 + "\ud800"
    (tmp_path / "results.json").write_text(json.dumps(results), encoding="utf-8")
    with pytest.raises(SubmissionError) as refused:
        evaluate_files(write(tmp_path / "answers.json", answers), tmp_path / "results.json")
    assert len(str(refused.value)) < 300 + 2 * len(os.fspath(tmp_path))
    str(refused.value).encode("utf-8")


@pytest.mark.data
@pytest.mark.skipif(not MELON.is_dir(), reason="needs ../shared/data/melon-10pct")
def test_popular_songs_on_real_melon_score_as_measured_before(tmp_path):
    read = {
        name: json.loads((MELON / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("train", "val_answers", "val_questions")
    }
    counts: dict[int, int] = {}
    for record in read["train"]:
        for song in record["songs"]:
            counts[song] = counts.get(song, 0) + 1
    popular = sorted(counts, key=lambda song: (-counts[song], song))[:300]
    results = []
    for record in read["val_questions"]:
        seen = set(record["songs"])
        unseen = [song for song in popular if song not in seen][:100]
        results.append({"id": record["id"], "songs": unseen, "tags": [f"t{n}" for n in range(10)]})
    score = evaluate_files(MELON / "val_answers.json", write(tmp_path / "results.json", results))
    music, _ = expected_ndcg(read["val_answers"], results)
    assert score.music_ndcg == pytest.approx(music, abs=1e-12)
    assert round(score.music_ndcg, 4) == 0.0168


QUESTIONS = [{"id": 1, "songs": [900], "tags": [], "plylst_title": ""}, {"id": 2, "songs": [], "tags": ["여름"]}]


def results_for(questions: list[dict]) -> list[dict]:
    tags = [f"태그{tag}" for tag in range(10)]
    return [{"id": question["id"], "songs": list(range(100)), "tags": tags} for question in questions]


def test_results_can_be_checked_before_the_answers_are_known(tmp_path):
    questions = write(tmp_path / "q.json", QUESTIONS)
    assert check_results(questions, write(tmp_path / "r.json", results_for(QUESTIONS))) == CheckedResults(2, ())


@pytest.mark.parametrize(
    ("place", "change", "fault"),
    [
        (0, {"songs": list(range(99))}, "has 99 songs; exactly 100"),
        (1, {"id": 3}, "has no such id"),
        (1, {"id": 1}, "duplicate id"),
        (0, {"songs": [*range(99), 0]}, "positions 1 and 100 of 'songs' are both 0"),
        (1, {"tags": ["a"] * 10}, "positions 1 and 2 of 'tags' are both"),
        (1, {"tags": []}, "has 0 tags; exactly 10"),
    ],
)
def test_unscorable_results_are_refused_beforehand(tmp_path, place, change, fault):
    results = results_for(QUESTIONS)
    results[place] |= change
    with pytest.raises(SubmissionError, match=fault):
        check_results(write(tmp_path / "q.json", QUESTIONS), write(tmp_path / "r.json", results))


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ([(0, {"songs": [*range(99), 900]})], ["misses: 1 in 1 of 2 records; first: record 1 (id 1), 900"]),
        (
            [(1, {"tags": ["여름", *[f"태그{tag}" for tag in range(9)]]})],
            ['misses: 1 in 1 of 2 records; first: record 2 (id 2), "여름"'],
        ),
        (
            [(0, {"songs": [900, *range(99)]}), (1, {"tags": [*[f"태그{tag}" for tag in range(9)], "여름"]})],
            ["misses: 2 in 2 of 2 records; first: record 1 (id 1), 900"],
        ),
        (
            [(0, {"songs": [str(song) for song in range(100)]})],
            ["misses: in 1 of 2 records; first: record 1 (id 1), position 1 of 'songs' is \"0\"; the song ids in "],
        ),
    ],
)
def test_what_the_contest_counts_as_a_miss_is_only_warned_of(tmp_path, changes, warned):
    results = results_for(QUESTIONS)
    for place, change in changes:
        results[place] |= change
    checked = check_results(write(tmp_path / "q.json", QUESTIONS), write(tmp_path / "r.json", results))
    assert checked.playlists == 2
    assert len(checked.warnings) == len(warned)
    assert all(part in warning for part, warning in zip(warned, checked.warnings, strict=True))


def test_a_question_left_out_is_named(tmp_path):
    results = write(tmp_path / "r.json", results_for(QUESTIONS)[:1])
    with pytest.raises(SubmissionError, match="id 2: is missing"):
        check_results(write(tmp_path / "q.json", QUESTIONS), results)
