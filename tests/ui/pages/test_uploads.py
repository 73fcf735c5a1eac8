import json

import pytest

from playrec_core.errors import DataError
from playrec_core.ui.pages.continue_.uploads import LARGEST_MB, Dropped, read_upload


def as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def test_one_contest_record():
    record = {"id": 7, "songs": [1, 2], "tags": ["rain", ""], "plylst_title": " 밤 "}
    assert read_upload("a.json", as_json(record)) == [Dropped("7 · 밤", ("1", "2"), ("rain",), "밤")]


def test_several_contest_records_and_their_missing_parts():
    found = read_upload("a.json", as_json([{"id": 1, "songs": ["x"]}, {"id": "b", "tags": ["t"]}]))
    assert found == [Dropped("1", ("x",)), Dropped("b", (), ("t",))]


def test_a_record_without_an_id_is_called_by_the_files_name():
    assert read_upload("mine.json", as_json({"songs": [5]})) == [Dropped("mine", ("5",))]


def test_bans_of_an_export_come_back():
    assert read_upload("a.json", as_json({"songs": [5], "banned": [7, "x"]}))[0].banned == ("7", "x")
    with pytest.raises(DataError, match="'banned' should be a list of ids"):
        read_upload("a.json", as_json({"songs": [5], "banned": {"7": 1}}))


@pytest.mark.parametrize("name", ["list.json", "list"])
def test_a_list_of_ids_and_titles(name: str):
    assert read_upload(name, as_json([12, "Moon River"]))[0].lines == ("12", "Moon River")


def test_csv_by_id_with_a_byte_order_mark_and_other_columns():
    content = "\ufeffrank,Item_ID,title\r\n1,12,Moon\r\n2,,River\r\n\r\n".encode()
    assert read_upload("a.csv", content)[0].lines == ("12", "River")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_by_title_and_artist(delimiter: str):
    content = f"title{delimiter}artist\nMoon{delimiter}Owl\nRiver{delimiter}\n".encode()
    assert read_upload("a.csv", content)[0].lines == ("Moon - Owl", "River")


def test_csv_without_a_header_is_a_list():
    assert read_upload("a.csv", b"[MV] Moon\nRiver\n")[0].lines == ("[MV] Moon", "River")


def test_a_text_file_is_a_list_whatever_commas_it_holds():
    assert read_upload("a.txt", b"title, artist\n[MV] Moon, River\n\n")[0].lines == (
        "title, artist",
        "[MV] Moon, River",
    )


def test_a_comma_below_a_first_line_without_one_is_part_of_the_title():
    assert read_upload("a.csv", b"Moon\nRiver, Rain\n")[0].lines == ("Moon", "River, Rain")


def test_quoted_commas_and_line_breaks():
    assert read_upload("a.csv", b'title,artist\n"Moon, River","A\nB"\n')[0].lines == ("Moon, River - A B",)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.json", b"", "is empty"),
        ("a.json", b"   ", "is empty"),
        ("a.json", b'{"id": 1, "songs": [1', "line 1, column"),
        ("a.json", b'{"id": 1, "songs": "12"}', "'songs' should be a list"),
        ("a.json", b'[{"id": 1}, {"songs": []}]', "playlist 2: has no 'id'"),
        ("a.json", b"[1, [2]]", "entry 2"),
        ("a.json", b"[true]", "entry 1"),
        ("a.json", b"3", "neither a list nor a playlist"),
        ("a.json", b"[]", "nothing to continue"),
        ("a.json", b'{"id": 1}', "nothing to continue"),
        ("a.json", b"[" * 100_000, "not usable JSON"),
        ("a.json", b"[" + b"9" * 5000 + b"]", "not usable JSON"),
        ("a.csv", "노래".encode("cp949"), "not UTF-8"),
        ("a.csv", b"PK\x03\x04\x00\x00", "not text"),
        ("a.csv", b"year,month\n2020,1\n", "no column item_id or title"),
        ("a.csv", b"item_id,title\n1,a\n2\n", "row 3: has 1 values"),
        ("a.csv", b"title\n" + b'"' + b"x" * 200_000, "cannot be read as CSV"),
        ("a.csv", b"x" * (LARGEST_MB * 1_000_000 + 1), "larger than"),
    ],
)
def test_a_bad_file_is_one_clear_error_that_names_it(name: str, content: bytes, says: str):
    with pytest.raises(DataError) as raised:
        read_upload(name, content)
    assert says in str(raised.value)
    assert str(raised.value).startswith(name)
    assert len(str(raised.value)) < 500


def test_the_files_own_name_is_not_trusted():
    with pytest.raises(DataError) as raised:
        read_upload("\x1b[31m" + "x" * 5000 + ".json", b"")
    assert "\x1b" not in str(raised.value)
    assert len(str(raised.value)) < 500
