"""Names of tags and genres in several languages."""

import json
from pathlib import Path

import numpy as np
import pytest

from playrec_core.data.readers.melon import Melon, MelonOptions
from playrec_core.data.terms import Terms
from playrec_core.errors import DataError
from playrec_core.schema import DETAIL_GENRES, GENRES, TAGS, no_progress

TERMS = Terms({TAGS: {"여행": {"en": "travel", "ko": "여행"}, "비": {"en": "rain"}}})


def test_a_term_without_a_name_in_a_language_is_its_own_name():
    assert TERMS.name(TAGS, "여행", "en") == "travel"
    assert TERMS.name(TAGS, "비", "ko") == "비"
    assert TERMS.name(TAGS, "눈", "en") == "눈"
    assert TERMS.name(GENRES, "여행", "en") == "여행"
    assert Terms().name(TAGS, "여행", "en") == "여행"


def test_named_terms_come_first_in_their_order_and_the_others_by_code_point():
    terms = np.array(["a", "비", "z", "여행", "b"], dtype=object)
    assert [terms[place] for place in TERMS.order(TAGS, terms)] == ["여행", "비", "a", "b", "z"]
    assert [terms[place] for place in Terms().order(TAGS, terms)] == sorted(terms)


def folder_with(folder: Path, terms: object) -> Path:
    playlists = [
        {"id": 1, "plylst_title": "", "tags": ["비", "여행"], "songs": [1]},
        {"id": 2, "plylst_title": "", "tags": ["여행", "비"], "songs": [1, 2]},
    ]
    songs = [
        {"id": 1, "song_gn_gnr_basket": ["GN0100"], "song_gn_dtl_gnr_basket": ["GN0105"]},
        {"id": 2, "song_gn_gnr_basket": ["GN0200"]},
    ]
    for name, content in (
        ("train.json", playlists),
        ("song_meta.json", songs),
        ("genre_gn_all.json", {"GN0100": "발라드", "GN0105": "'10-", "GN0200": "록"}),
        ("terms.json", terms),
    ):
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_the_melon_reader_reads_names_and_their_order_breaks_ties(tmp_path: Path):
    terms = {
        "tags": [{"tag": "여행", "en": "travel"}, {"tag": "비", "en": "rain"}],
        "genres": [
            {"code": "GN0200", "en": "Rock"},
            {"code": "GN0100", "en": "Ballad", "ko": "발라드"},
            {"code": "GN0105", "en": "2010s"},
        ],
    }
    dataset = Melon(MelonOptions()).read(folder_with(tmp_path, terms), progress=no_progress)
    assert dataset.tags.ids.tolist() == ["여행", "비"], "equally frequent: the order of terms.json, not 비 before 여행"
    assert dataset.facet(GENRES)[1] == ["록", "발라드"]
    assert dataset.terms.name(GENRES, "발라드", "en") == "Ballad"
    assert dataset.terms.name(DETAIL_GENRES, "발라드 · '10-", "en") == "Ballad · 2010s"
    assert dataset.terms.synonyms(GENRES) == {"Rock": "록", "Ballad": "발라드", "발라드": "발라드"}


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ([], r"terms\.json.*should be an object"),
        ({"tags": {"여행": "travel"}}, r"terms\.json.*lists of objects with 'tag'"),
        ({"tags": [{"en": "travel"}]}, r"terms\.json, tag 1.*with 'tag'"),
        (
            {"genres": [{"code": "GN0100", "en": "Ballad"}, {"code": "GN0200", "en": 3}]},
            r"code 2.*of texts",
        ),
    ],
)
def test_a_damaged_file_of_names_is_refused_by_record(tmp_path: Path, terms: object, message: str):
    with pytest.raises(DataError, match=message):
        Melon(MelonOptions()).read(folder_with(tmp_path, terms), progress=no_progress)
