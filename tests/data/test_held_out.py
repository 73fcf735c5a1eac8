"""Files of questions and answers, seeds and held-out playlists."""

import json

import numpy as np
import pytest

from playrec_core.data.held_out import HeldOut, Record, hold_out, parse_record, read_questions, seed_from
from playrec_core.data.io.json import iter_json_list, read_json
from playrec_core.data.types.vocabulary import Vocabulary
from playrec_core.errors import DataError
from playrec_core.schema import Seed

ITEMS, TAGS = Vocabulary([50, 40, 30, 20]), Vocabulary(["rain", "밤"])


def write(tmp_path, content: str | bytes, name: str = "questions.json"):
    path = tmp_path / name
    path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
    return path


def test_parts_may_be_missing_empty_null_or_text(tmp_path):
    path = write(
        tmp_path,
        '\ufeff[{"id": 1},\r\n {"id": "2", "songs": null, "tags": [], "plylst_title": null, "like_cnt": "x"},'
        ' {"id": 3, "songs": [1, "2"], "tags": ["\u1100\u1161", "", "a"], "plylst_title": " \u1100\u1161 "}]\n',
    )
    assert read_questions(path) == [
        Record(1, (), (), ""),
        Record("2", (), (), ""),
        Record(3, (1, "2"), ("가", "a"), "가"),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"id": 1}', "should be a list of playlists"),
        ("", "should be a list of playlists"),
        ("[", "line 1, column 2: not JSON"),
        ('[{"id": 1}', "line 1, column 11: not JSON: expected ',' or '\\]'; is the file truncated"),
        ('[{"id": 1}\n {"id": 2}]', "line 2, column 2: not JSON: expected ','"),
        ('[{"id": 1},\n{"id": 2},\n  {"id" 3}]', "line 3, column 9: not JSON: Expecting ':'"),
        ('[{"id": 1},]', "line 1, column 12: not JSON: Expecting value"),
        ("[] []", "line 1, column 4: not JSON: unexpected text after the end"),
        ("[" + "9" * 5000 + "]", "not JSON: Exceeds the limit"),
        ("[" * 100_000, "nested too deeply"),
        (b'[{"id": 1, "plylst_title": "\xff"}]', "byte 29: not UTF-8 text; save the file as UTF-8"),
        ("[7]", r"playlist 1: should be an object, not int"),
        ("[{}]", "playlist 1: has no 'id'"),
        ('[{"id": true}]', "playlist 1: has no 'id'"),
        ('[{"id": 1.5}]', "playlist 1: has no 'id'"),
        ('[{"id": ""}]', "playlist 1: has no 'id'"),
        ('[{"id": "\\ud800"}]', "playlist 1: id .* has a lone surrogate"),
        ('[{"id": 1}, {"id": 8, "songs": "12"}]', r"playlist 2 \(id 8\): 'songs' should be a list of song ids"),
        ('[{"id": 8, "songs": [1, 2.5]}]', r"playlist 1 \(id 8\): 'songs'"),
        ('[{"id": 8, "songs": [true]}]', r"playlist 1 \(id 8\): 'songs'"),
        ('[{"id": 8, "tags": [1]}]', r"playlist 1 \(id 8\): 'tags' should be a list of texts"),
        ('[{"id": 8, "plylst_title": 3}]', r"playlist 1 \(id 8\): 'plylst_title' should be a text"),
        ('[{"id": 8}, {"id": "8"}]', "playlist 2: id 8 occurs a second time"),
    ],
)
def test_errors_name_file_and_record(tmp_path, content, message):
    path = write(tmp_path, content)
    with pytest.raises(DataError, match=message) as caught:
        read_questions(path)
    assert str(caught.value).startswith(str(path))


def test_a_missing_file(tmp_path):
    with pytest.raises(DataError, match="there is no such file"):
        read_questions(tmp_path / "none.json")
    with pytest.raises(DataError, match="cannot be read"):
        read_questions(tmp_path)


def test_lists_longer_than_one_chunk_are_read_completely(tmp_path):
    # Chunks have 1 MB: strings, numbers and three-byte characters are split at their borders.
    values: list[object] = [
        {"id": number, "title": "밤" * (number % 7), "n": number * 10**9} for number in range(60_000)
    ]
    values.append("길" * 1_500_000)
    for indent in (None, 1):
        path = write(tmp_path, json.dumps(values, ensure_ascii=False, indent=indent))
        assert list(iter_json_list(path)) == values


def test_positions_count_from_the_start_of_a_long_file(tmp_path):
    lines = [json.dumps({"id": number}) for number in range(150_000)]
    lines[140_000] = '{"id" 5}'
    with pytest.raises(DataError, match="line 140001, column 7: not JSON"):
        list(iter_json_list(write(tmp_path, "[" + ",\n".join(lines) + "]")))
    text = '["' + "가" * 700_000 + '"]'
    raw = bytearray(text.encode())
    raw[2_000_000] = 0xFF
    with pytest.raises(DataError, match=r"byte (2000001|2000000|1999999): not UTF-8"):
        list(iter_json_list(write(tmp_path, bytes(raw))))


def test_progress_of_a_long_list_rises_to_one(tmp_path):
    path = write(tmp_path, json.dumps(list(range(400_000))))
    seen: list[float] = []
    assert len(list(iter_json_list(path, progress=seen.append))) == 400_000
    assert seen == sorted(seen)
    assert seen[0] < 0.5
    assert seen[-1] == 1.0


def test_a_small_json_file(tmp_path):
    assert read_json(write(tmp_path, '\ufeff{"가": 1}')) == {"가": 1}
    for content in ('{"a": }', "", "[" * 100_000, b"\xff", "[" + "9" * 5000 + "]"):
        with pytest.raises(DataError):
            read_json(write(tmp_path, content))


def test_a_seed_drops_unknown_songs():
    record = Record(1, (20, "50", 99, 20, 40), ("nothing", "밤", "밤"), "title", (1.0, 2.0, 3.0, 4.0, 5.0))
    assert seed_from(record, ITEMS, TAGS) == Seed((3, 0, 1), (1,), "title", (1.0, 2.0, 5.0), ("nothing",))
    assert seed_from(Record(1, (99,), (), "t"), ITEMS, TAGS) == Seed((), (), "t")


def test_held_out_parts():
    pairs = [
        (Record(1, (20, 77), ("밤",), ""), Record(1, (50, 77, 88, 50), ("new",), "")),
        (Record("b", (), (), "night"), Record("b", (88, 40), ("밤", "newer", "new"), "")),
        (Record(3, (99,), (), "", (4.5,)), Record(3, (), (), "")),
        (Record(4, (30, 50), (), "", (4.0, 2.0)), Record(4, (20,), (), "")),
    ]
    held = hold_out(iter(pairs), ITEMS, TAGS)
    assert held.table["id"].to_pylist() == ["1", "b", "3", "4"]
    assert held.table["kind"].to_pylist() == ["songs+tags", "title", "songs", "songs"]
    assert held.seeds == [Seed((3,), (1,)), Seed((), (), "night"), Seed(), Seed((2, 0), weights=(4.0, 2.0))]
    # Unknown ids are numbered past the vocabulary: they count, but no recommendation can hit them.
    hidden = held.table["hidden_songs"].to_pylist()
    assert hidden == [[0, 4, 5], [5, 1], [], [3]]
    assert held.table["hidden_tags"].to_pylist() == [[2], [1, 3, 2], [], []]
    expected = np.zeros((4, 6), dtype=np.float32)
    for row, columns in enumerate(hidden):
        expected[row, columns] = 1
    np.testing.assert_array_equal(held.hidden_songs.toarray(), expected)
    assert held.hidden_songs.has_canonical_format


def test_hidden_parts_are_as_wide_as_the_vocabulary():
    held = hold_out([(Record(1, (50,), (), ""), Record(1, (40,), (), ""))], ITEMS, TAGS)
    assert held.hidden_songs.shape == (1, 4)
    assert held.hidden_tags.shape == (1, 2)
    assert hold_out([], ITEMS, TAGS).hidden_songs.shape == (0, 4)


def test_the_table_alone_restores_the_queries():
    held = hold_out([(Record(1, (50,), ("rain", "never seen"), "t"), Record(1, (40,), (), ""))], ITEMS, TAGS)
    again = HeldOut(held.table)
    assert again.seeds == held.seeds
    assert again.hidden_songs.shape == held.hidden_songs.shape


def test_the_month_of_the_last_change_is_part_of_the_query(tmp_path):
    records = [
        parse_record({"id": row, "songs": [50], "updt_date": date}, tmp_path, "1")
        for row, date in enumerate(["2019-07-05 12:00:00.000", "", None, "2020-01-31"])
    ]
    held = hold_out([(record, Record(record.id, (40,), (), "")) for record in records], ITEMS, TAGS)
    months = [12 * 2019 + 6, 0, 0, 12 * 2020]
    assert [seed.updated for seed in held.seeds] == months
    assert [seed_from(record, ITEMS, TAGS).updated for record in records] == months
    with pytest.raises(DataError, match="'updt_date' should be a text"):
        parse_record({"id": 1, "updt_date": 20190705}, tmp_path, "1")


def test_a_table_without_dates_opens():
    """Runs of earlier versions have no such column."""
    held = hold_out([(Record(1, (50,), (), "", updated="2019-07-05"), Record(1, (40,), (), ""))], ITEMS, TAGS)
    earlier = HeldOut(held.table.drop_columns(["updated"]))
    assert earlier.seeds == [Seed((0,))]


def test_one_record_at_a_time(tmp_path):
    value = {"id": 5, "songs": ["a", "b"]}
    assert parse_record(value, tmp_path, "what was pasted") == Record(5, ("a", "b"), (), "")


@pytest.mark.data
def test_the_contests_questions(real_data):
    folder = real_data("melon-10pct")
    questions, answers = read_questions(folder / "val_questions.json"), read_questions(folder / "val_answers.json")
    assert len(questions) == len(answers) == 2_302
    assert len(read_questions(folder / "test.json")) == 10_740
    assert all(not question.title for question in questions if question.songs)
