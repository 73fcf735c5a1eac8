"""The three splits: proportions, hidden items, and reproducibility."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from playrec_core.config import GivenSplit, KakaoSplit, LeaveOutSplit
from playrec_core.data.builder import DatasetBuilder
from playrec_core.data.dataset import Dataset
from playrec_core.data.held_out import HeldOut
from playrec_core.data.split import split
from playrec_core.errors import DataError
from playrec_core.schema import Nouns

HERE = Path("folder")
KAKAO = KakaoSplit(kind="kakao", share=0.2)


def world(n: int = 500, *, times: bool = False, weights: bool = False, text_ids: bool = False) -> Dataset:
    """Playlists of 2 to 150 songs with a long tail, and 2 to 15 tags."""
    rng = np.random.default_rng(11)
    builder = DatasetBuilder("test", Nouns(), HERE, numeric_ids=not text_ids)
    for row in range(n):
        songs = rng.choice(400, rng.integers(2, 151), replace=False, p=np.arange(400, 0, -1) / 80_200) + 1
        builder.add_playlist(
            f"list {row}" if text_ids else row + 10_000,
            [f"song {song}" for song in songs] if text_ids else songs.tolist(),
            title=f"title {row}",
            tags=[f"tag {tag}" for tag in rng.choice(60, rng.integers(2, 16), replace=False)],
            weights=(rng.integers(6, 11, len(songs)) / 2).tolist() if weights else None,
            times=rng.integers(0, 10**9, len(songs)).tolist() if times else None,
        )
    return builder.build()


def run(config, dataset: Dataset, seed: int = 5, folder: Path = HERE) -> tuple[Dataset, HeldOut]:
    return split(config, dataset, folder, np.random.default_rng(seed))


def outside(training: Dataset, held: HeldOut) -> list[dict]:
    """The held-out table in external ids."""
    rows = held.table.to_pylist()
    for row in rows:
        for column in ("songs", "hidden_songs"):
            row[column] = training.items.outside(row[column])
        for column in ("tags", "hidden_tags"):
            row[column] = training.tags.outside(row[column])
    return rows


def playlists(dataset: Dataset) -> dict[str, tuple[list, list, str]]:
    """Songs in order, tags by popularity, and title of every playlist."""
    return {
        str(dataset.playlists.outside([row])[0]): (
            dataset.items.outside(dataset.ordered_songs(row)),
            dataset.tags.outside(dataset.seed_of(row).tags),
            dataset.seed_of(row).title,
        )
        for row in range(dataset.n_playlists)
    }


def assert_subsequence(part: list, whole: list) -> None:
    places = [whole.index(each) for each in part]
    assert places == sorted(places)


def assert_same(one: tuple[Dataset, HeldOut], other: tuple[Dataset, HeldOut]) -> None:
    assert one[0].fingerprint == other[0].fingerprint
    assert one[1].table.equals(other[1].table, check_metadata=True)


@pytest.mark.parametrize("text_ids", [False, True])
def test_kakao_shares_and_halves(text_ids):
    dataset = world(text_ids=text_ids)
    training, held = run(KAKAO, dataset)
    assert (training.n_playlists, len(held)) == (400, 100)
    assert Counter(held.table["kind"].to_pylist()) == {"songs": 30, "songs+tags": 50, "tags": 15, "title": 5}
    whole = playlists(dataset)
    for row in outside(training, held):
        songs, tags, title = whole[row["id"]]
        assert row["title"] == ("" if row["songs"] else title)
        if row["kind"].startswith("songs"):
            assert len(row["songs"]) == len(songs) // 2
            assert sorted(row["songs"] + row["hidden_songs"]) == sorted(songs)
            assert_subsequence(row["songs"], songs)
        else:
            assert (row["songs"], row["hidden_songs"]) == ([], songs[:100])
        if row["kind"].endswith("tags"):
            assert len(row["tags"]) == len(tags) // 2
            assert sorted(row["tags"] + row["hidden_tags"]) == sorted(tags)
        else:
            assert row["tags"] == []
            # The 10 most frequent of the whole data; lists are in the order of the training part.
            assert set(row["hidden_tags"]) == set(tags[:10])


def test_kakao_halves_are_random():
    dataset = world()
    training, held = run(KAKAO, dataset)
    whole = playlists(dataset)
    shown = [row for row in outside(training, held) if len(row["songs"]) > 20]
    first_half = [np.mean([whole[row["id"]][0].index(s) < len(row["songs"]) for s in row["songs"]]) for row in shown]
    assert 0.4 < np.mean(first_half) < 0.6


def test_kakao_training_is_the_rest():
    dataset = world()
    training, held = run(KAKAO, dataset)
    whole, kept, asked = playlists(dataset), playlists(training), set(held.table["id"].to_pylist())
    assert set(kept) | asked == set(whole)
    assert not set(kept) & asked
    for each, (songs, tags, title) in kept.items():
        assert (songs, set(tags), title) == (whole[each][0], set(whole[each][1]), whole[each][2])
    counts = Counter(song for songs, _, _ in kept.values() for song in songs)
    assert training.item_counts.tolist() == [counts[item] for item in training.items.ids]
    assert training.item_counts.tolist() == sorted(training.item_counts, reverse=True)


def test_a_playlist_of_one_song_becomes_a_query_by_title():
    builder = DatasetBuilder("test", Nouns(), HERE, numeric_ids=True)
    for row in range(40):
        builder.add_playlist(row, [row % 3], title=f"title {row}", tags=["only"])
    training, held = run(KakaoSplit(kind="kakao", share=0.5), builder.build())
    rows = outside(training, held)
    assert {row["kind"] for row in rows} == {"title"}
    assert all(row["title"] == f"title {row['id']}" for row in rows)
    assert all(len(row["hidden_songs"]) == len(row["hidden_tags"]) == 1 for row in rows)


CONFIGS = [
    KAKAO,
    LeaveOutSplit(kind="leave-out", count=3, last=1, min_left=5),
    LeaveOutSplit(kind="leave-out", share=0.3, last=2, min_left=5),
]


@pytest.mark.parametrize("config", CONFIGS)
def test_the_same_seed_makes_the_same_split(config):
    dataset = world(120, times=True, weights=True)
    assert_same(run(config, dataset, seed=9), run(config, world(120, times=True, weights=True), seed=9))
    assert not run(config, dataset, seed=9)[1].table.equals(run(config, dataset, seed=10)[1].table)


@pytest.mark.parametrize("config", CONFIGS)
def test_nothing_hidden_is_visible(config):
    dataset = world(150, times=True)
    training, held = run(config, dataset)
    seen = playlists(training)
    for row in outside(training, held):
        assert not set(row["songs"]) & set(row["hidden_songs"])
        assert not set(row["tags"]) & set(row["hidden_tags"])
        if row["id"] in seen:
            assert not set(row["hidden_songs"]) & set(seen[row["id"]][0])


@pytest.mark.parametrize("times", [False, True])
def test_leave_out_hides_the_last_and_some_before(times):
    dataset = world(200, times=times)
    training, held = run(LeaveOutSplit(kind="leave-out", count=4, last=2, min_left=30), dataset)
    whole, left = playlists(dataset), playlists(training)
    assert training.playlists.ids.tolist() == dataset.playlists.ids.tolist()
    rows = {row["id"]: row for row in outside(training, held)}
    assert set(rows) == {each for each, (songs, _, _) in whole.items() if len(songs) >= 34}
    from_the_end = []
    for each, row in rows.items():
        number = int(dataset.playlists.index([each])[0])
        span = slice(dataset.interactions.indptr[number], dataset.interactions.indptr[number + 1])
        keys = dataset.times[span] if dataset.times is not None else dataset.positions[span]
        in_order = dataset.items.outside(dataset.interactions.indices[span][np.argsort(keys)])
        assert len(row["hidden_songs"]) == 4
        assert set(in_order[-2:]) <= set(row["hidden_songs"])
        from_the_end += [len(in_order) - in_order.index(song) for song in row["hidden_songs"]]
        assert row["songs"] == [song for song in whole[each][0] if song not in row["hidden_songs"]]
        assert row["tags"] == []  # they may be made from the hidden items
        assert (row["title"], row["hidden_tags"]) == (whole[each][2], [])
    assert max(from_the_end) > 30, "the others come from anywhere before"
    for each, (songs, tags, _) in whole.items():
        gone = set(rows[each]["hidden_songs"]) if each in rows else set()
        assert left[each][0] == [song for song in songs if song not in gone]
        assert set(left[each][1]) == set(tags)


def test_leave_out_by_share_rounds_down():
    dataset = world(100)
    config = LeaveOutSplit(kind="leave-out", share=0.25, last=1, min_left=1)
    training, held = run(config, dataset)
    lengths = {each: len(songs) for each, (songs, _, _) in playlists(dataset).items()}
    hidden = {row["id"]: len(row["hidden_songs"]) for row in outside(training, held)}
    assert hidden == {each: n // 4 for each, n in lengths.items() if n // 4}


def test_leave_out_all_random_or_all_last():
    dataset = world(80)
    whole = playlists(dataset)
    training, held = run(LeaveOutSplit(kind="leave-out", count=3, last=9, min_left=2), dataset)
    assert all(row["hidden_songs"] == whole[row["id"]][0][-3:] for row in outside(training, held))
    training, held = run(LeaveOutSplit(kind="leave-out", count=3, last=0, min_left=2), dataset)
    last_hidden = [whole[row["id"]][0][-1] in row["hidden_songs"] for row in outside(training, held)]
    assert np.mean(last_hidden) < 0.3


def test_queries_have_the_confidence_of_their_songs():
    dataset = world(60, weights=True)
    training, held = run(LeaveOutSplit(kind="leave-out", count=2, last=1, min_left=2), dataset)
    dense = training.interactions.toarray()
    for query, seed in zip(held.table["id"].to_pylist(), held.seeds, strict=True):
        row = dense[training.playlists.index([query])[0]]
        assert seed.song_weights.tolist() == row[list(seed.songs)].tolist()
    assert all(seed.weights == () for seed in run(CONFIGS[1], world(60))[1].seeds)


@pytest.mark.parametrize("config", [KAKAO, LeaveOutSplit(kind="leave-out", count=1, last=1, min_left=1)])
def test_queries_have_the_date_of_their_playlists(config):
    builder = DatasetBuilder("dated", Nouns(), HERE, numeric_ids=True)
    for row in range(20):
        builder.add_playlist(row, [row, row + 1, row + 2], updated=f"2019-{row % 12 + 1:02}-05")
    _, held = run(config, builder.build())
    months = {str(row): 12 * 2019 + row % 12 for row in range(20)}
    assert [seed.updated for seed in held.seeds] == [months[name] for name in held.table["id"].to_pylist()]


def test_data_too_small_to_split():
    with pytest.raises(DataError, match="1 playlists are too few"):
        run(KAKAO, world(1))
    with pytest.raises(DataError, match="no playlist is long enough to hide items and keep 1000"):
        run(LeaveOutSplit(kind="leave-out", count=1, last=1, min_left=1000), world(5))


@pytest.mark.parametrize("sizes", [{}, {"count": 1, "share": 0.5}])
def test_leave_out_needs_one_size(sizes):
    with pytest.raises(ValueError, match="either count or share"):
        LeaveOutSplit(kind="leave-out", last=1, min_left=1, **sizes)


GIVEN = GivenSplit(kind="given", questions="questions.json", answers="answers.json")


def write_given(folder: Path, questions: list, answers: list) -> None:
    (folder / "questions.json").write_text(json.dumps(questions))
    (folder / "answers.json").write_text(json.dumps(answers))


def test_given_files_are_paired_by_id(tmp_path):
    dataset = world(20)
    first, second = dataset.items.ids[:2].tolist()
    write_given(
        tmp_path,
        [{"id": 1, "songs": [first, 987654]}, {"id": "2", "tags": ["nothing"], "plylst_title": "night"}],
        [{"id": 2, "songs": [555555, second]}, {"id": 1, "songs": [str(second)], "tags": [dataset.tags.ids[3]]}],
    )
    training, held = run(GIVEN, dataset, folder=tmp_path)
    assert training is dataset
    rows = held.table.to_pylist()
    assert [(row["id"], row["kind"], row["songs"], row["hidden_songs"], row["hidden_tags"]) for row in rows] == [
        ("1", "songs", [0], [1], [3]),
        ("2", "tags", [], [dataset.n_items, 1], []),
    ]
    assert rows[1]["title"] == "night"


@pytest.mark.parametrize(
    ("questions", "answers", "message"),
    [
        ([1, 2, 3], [1, 3], r"questions\.json, id 2: has no answer in answers\.json"),
        ([1, 3], [1, 2, 3, 4], r"answers\.json, id 2: has no question in questions\.json"),
        ([], [], r"questions\.json: contains no question"),
        ([1, 1], [1], r"questions\.json, playlist 2: id 1 occurs a second time"),
    ],
)
def test_given_files_that_do_not_match(tmp_path, questions, answers, message):
    write_given(tmp_path, [{"id": each} for each in questions], [{"id": each} for each in answers])
    with pytest.raises(DataError, match=message):
        run(GIVEN, world(5), folder=tmp_path)
    with pytest.raises(DataError, match=r"questions\.json: there is no such file"):
        run(GIVEN, world(5), folder=tmp_path / "elsewhere")


def test_a_note_warns_of_given_questions_that_may_be_in_the_training_data(tmp_path):
    write_given(tmp_path, [{"id": 10_003, "songs": [1]}], [{"id": 10_003, "songs": [2]}])
    training, _ = run(GIVEN, world(5), folder=tmp_path)
    assert any("1 questions have ids of training playlists" in note for note in training.notes)


@pytest.mark.data
def test_the_contests_own_questions(real_data):
    from playrec_core.data.readers import base
    from playrec_core.schema import no_progress

    folder = real_data("melon-10pct")
    dataset = base.create("melon", {}).read(folder, progress=no_progress)
    config = GivenSplit(kind="given", questions="val_questions.json", answers="val_answers.json")
    training, held = run(config, dataset, folder=folder)
    assert len(held) == 2_302
    assert Counter(held.table["kind"].to_pylist()) == {"songs": 937, "songs+tags": 904, "tags": 272, "title": 189}
    assert training.notes == dataset.notes
