import csv
import io
import json

import numpy as np
import pyarrow as pa
import pytest
from scipy.sparse import csr_array

from playrec_core.data.dataset import Dataset
from playrec_core.data.types.vocabulary import Vocabulary
from playrec_core.schema import Nouns, Ranked, Seed
from playrec_core.ui.components.seed import exports
from playrec_core.ui.pages.continue_.uploads import read_upload
from playrec_core.ui.session.playlist import OpenPlaylist


@pytest.fixture
def dataset() -> Dataset:
    nothing = csr_array((0, 3), dtype=np.float32)
    catalogue = pa.table({"title": ["=1+1", 'a "b", c', "밤"], "artist": ["", "Owl", "아이유"]})
    return Dataset(
        "x",
        Nouns(),
        Vocabulary([7, 8, 9]),
        Vocabulary(["rain"]),
        Vocabulary([]),
        nothing,
        np.empty(0),
        None,
        nothing,
        catalogue,
        pa.table({}),
    )


PLAYLIST = OpenPlaylist(Seed((2, 0), (0,), "밤길"), banned=(1,))


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_csv_holds_the_seed_and_no_formula(dataset: Dataset):
    content = exports.seed_csv(PLAYLIST, dataset)
    assert rows(content) == [["item_id", "title", "artist"], ["9", "밤", "아이유"], ["7", "'=1+1", ""]]


def test_what_goes_out_comes_in_again(dataset: Dataset):
    for name, make in (("a.csv", exports.seed_csv), ("a.json", exports.seed_json), ("b.json", exports.seed_contest)):
        dropped = read_upload(name, make(PLAYLIST, dataset))[0]
        assert dropped.lines == ("9", "7")
        if name != "a.csv":
            assert (dropped.tags, dropped.title) == (("rain",), "밤길")


def test_the_contest_format_is_the_contests(dataset: Dataset):
    assert json.loads(exports.seed_contest(PLAYLIST, dataset)) == [
        {"id": "seed", "songs": [9, 7], "tags": ["rain"], "plylst_title": "밤길"}
    ]


def test_answers_name_model_and_rank(dataset: Dataset):
    ranked = Ranked(
        np.array([1, 2], np.int32),
        np.array([0.5, 0.25], np.float32),
        np.zeros(2, np.int8),
        np.empty(0, np.int32),
        np.empty(0, np.float32),
    )
    assert rows(exports.recommendations_csv({"als": ranked}, dataset))[1:] == [
        ["als", "1", "8", 'a "b", c', "Owl", "0.5"],
        ["als", "2", "9", "밤", "아이유", "0.25"],
    ]
