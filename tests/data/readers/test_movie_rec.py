"""The Movie Rec reader: the competition's six files, whole and damaged."""

from pathlib import Path

import pytest

from playrec_core.data.dataset import Dataset
from playrec_core.data.readers import base
from playrec_core.errors import DataError
from playrec_core.schema import DateSource, no_progress

FILES = {
    "train_ratings.csv": "user,item,time\n11,4643,1230782529\n11,170,1230782534\n14,170,5\n14,8,5\n14,531,4\n",
    "titles.tsv": "item\ttitle\n170\tHackers (1995)\n4643\tPlanet of the Apes (2001)\n8\tTom and Huck (1995)\n",
    "years.tsv": "item\tyear\n170\t1996\n4643\t2001\n",
    "directors.tsv": "item\tdirector\n170\tnm0812200\n",
    "genres.tsv": "item\tgenre\n170\tAction\n170\tCrime\n4643\tAdventure\n170\tAction\n",
    "writers.tsv": "item\twriter\n170\tnm0604948\n170\tnm0000001\n",
}


@pytest.fixture
def folder(tmp_path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def read(folder: Path) -> Dataset:
    return base.create("movie-rec", {}).read(folder, progress=no_progress)


def movies(dataset: Dataset) -> dict[str, dict]:
    return {row["item_id"]: row for row in dataset.catalogue.to_pylist()}


def test_users_and_their_movies_in_order_of_time(folder):
    dataset = read(folder)
    assert (dataset.nouns.items, dataset.nouns.playlists) == ("movies", "users")
    assert dataset.playlists.ids.tolist() == [11, 14]
    assert dataset.items.outside(dataset.ordered_songs(0)) == [4643, 170]
    assert dataset.items.outside(dataset.ordered_songs(1)) == [531, 170, 8]
    assert dataset.times is not None
    assert dataset.times.max() == 1230782534
    assert set(dataset.interactions.data.tolist()) == {1.0}


def test_facets(folder):
    dataset = read(folder)
    found = movies(dataset)
    assert found["170"] == {
        "item_id": "170", "title": "Hackers (1995)", "artist": "", "album": "", "year": 1996, "month": 0,
        "date_source": DateSource.GIVEN, "genres": ["Action", "Crime"], "detail_genres": [],
        "directors": ["nm0812200"], "writers": ["nm0604948", "nm0000001"],
    }  # fmt: skip
    assert found["8"]["year"] == 1995, "the title's year, because years.tsv does not list the movie"
    assert found["8"]["directors"] == []
    assert found["531"]["title"] == "531"
    assert "1 movies are not in the catalogue and are shown by their ids." in dataset.notes


def test_everything_but_the_ratings_is_optional(folder):
    whole = read(folder)
    for name in FILES:
        if name != "train_ratings.csv":
            (folder / name).unlink()
    dataset = read(folder)
    assert dataset.playlists.ids.tolist() == whole.playlists.ids.tolist()
    assert dataset.interactions.nnz == whole.interactions.nnz
    assert not dataset.has_genres
    assert len(dataset.notes) == 1
    assert "titles.tsv, years.tsv, genres.tsv, directors.tsv, writers.tsv" in dataset.notes[0]
    (folder / "train_ratings.csv").unlink()
    with pytest.raises(DataError, match=r"train_ratings\.csv: there is no such file"):
        read(folder)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("train_ratings.csv", "14,170,5", "14,170,noon", "line 4, column time: 'noon' should be a whole number"),
        ("train_ratings.csv", "user,item", "user,movie", "line 1: has no column 'item'; expected user, item, time"),
        ("train_ratings.csv", "14,170,5", "14,170", "line 4: has 2 values instead of 3"),
        ("years.tsv", "1996", "MCMXCVI", "line 2, column year: 'MCMXCVI' should be a whole number"),
        ("genres.tsv", "\t", ",", "line 1: has no column 'item'"),
        ("writers.tsv", "170\tnm0604948", "nm0604948\t170", "line 2, column item: 'nm0604948' should be a whole"),
    ],
)
def test_errors_name_file_and_line(folder, file, old, new, message):
    path = folder / file
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(DataError, match=message) as caught:
        read(folder)
    assert str(caught.value).startswith(str(path))


def test_a_year_that_cannot_be(folder):
    (folder / "years.tsv").write_text("item\tyear\n170\t-5\n4643\t123456\n")
    found = movies(read(folder))
    assert found["170"]["year"] == found["4643"]["year"] == 0
