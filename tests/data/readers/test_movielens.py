"""The MovieLens reader: both layouts, whole and damaged."""

from pathlib import Path

import pytest

from playrec_core.data.dataset import Dataset
from playrec_core.data.readers import base
from playrec_core.errors import ConfigError, DataError
from playrec_core.schema import DateSource, no_progress

MOVIES = [
    (1, "Toy Story (1995)", "Adventure|Animation|Comedy"),
    (2, 'Amélie "Le Fabuleux Destin, d\'Amélie" (2001)', "Comedy|Romance"),
    (3, "Babylon 5", "Sci-Fi"),
    (4, "Kung Fu (1972-1975)", "(no genres listed)"),
    (5, "Never Rated (1930)", "Drama"),
]
RATINGS = [
    (7, 1, "4.0", 300),
    (7, 2, "3.5", 100),
    (7, 3, "1.0", 50),
    (7, 4, "3.0", 100),
    (2, 1, "5.0", 10),
    (2, 99, "4.5", 20),
    (9, 3, "2.5", 10),
]


def write_csv(folder: Path, newline: str = "\n", bom: bytes = b"") -> None:
    movies = ["movieId,title,genres"]
    for movie, title, genres in MOVIES:
        quoted = '"' + title.replace('"', '""') + '"' if '"' in title or "," in title else title
        movies.append(f"{movie},{quoted},{genres}")
    ratings = ["userId,movieId,rating,timestamp", *(",".join(map(str, row)) for row in RATINGS)]
    (folder / "movies.csv").write_bytes(bom + newline.join([*movies, ""]).encode())
    (folder / "ratings.csv").write_bytes(bom + newline.join([*ratings, ""]).encode())


def write_dat(folder: Path, encoding: str = "latin-1") -> None:
    for name, rows in (("movies", MOVIES), ("ratings", RATINGS)):
        text = "".join("::".join(map(str, row)) + "\n" for row in rows)
        (folder / f"{name}.dat").write_bytes(text.encode(encoding))


def read(folder: Path, min_rating: float = 3, genre_tags: int = 2) -> Dataset:
    options = {"min_rating": min_rating, "genre_tags": genre_tags}
    return base.create("movielens", options).read(folder, progress=no_progress)


def test_users_movies_and_ratings(tmp_path):
    write_csv(tmp_path)
    dataset = read(tmp_path)
    assert (dataset.nouns.item, dataset.nouns.items) == ("movie", "movies")
    assert (dataset.nouns.playlist, dataset.nouns.playlists) == ("user", "users")
    assert dataset.playlists.ids.tolist() == [7, 2]
    # By timestamp, ties as in the file; ratings below 3 are dropped, the others are the confidence.
    assert dataset.items.outside(dataset.ordered_songs(0)) == [2, 4, 1]
    assert dataset.seed_of(0).weights == (3.5, 3.0, 4.0)
    assert dataset.items.outside(dataset.ordered_songs(1)) == [1, 99]
    assert dataset.times is not None
    assert sorted(dataset.times.tolist()) == [10, 20, 100, 100, 300]
    assert "2 ratings below 3 were left out; 5 of 7 (71.43%) are kept." in dataset.notes
    assert "1 users without movies were left out." in dataset.notes
    assert "1 movies are not in the catalogue and are shown by their ids." in dataset.notes


def test_the_catalogue(tmp_path):
    write_csv(tmp_path)
    dataset = read(tmp_path)
    movies = {row["item_id"]: row for row in dataset.catalogue.to_pylist()}
    assert [movies[str(movie)]["title"] for movie, _, _ in MOVIES] == [title for _, title, _ in MOVIES]
    assert [movies[each]["year"] for each in "12345"] == [1995, 2001, 0, 1972, 1930]
    assert movies["1"]["date_source"] == DateSource.GIVEN
    assert movies["3"]["date_source"] == DateSource.MISSING
    assert movies["1"]["genres"] == ["Adventure", "Animation", "Comedy"]
    assert movies["4"]["genres"] == []
    assert movies["99"]["title"] == "99"


def test_a_users_tags_are_the_most_frequent_genres(tmp_path):
    write_csv(tmp_path)
    dataset = read(tmp_path)
    # User 7: Comedy twice, then Adventure, Animation, Romance once each: ties by name.
    assert set(dataset.tags.outside(dataset.seed_of(0).tags)) == {"Comedy", "Adventure"}
    assert set(dataset.tags.outside(dataset.seed_of(1).tags)) == {"Adventure", "Animation"}
    assert len(read(tmp_path, genre_tags=0).tags) == 0


def test_the_rating_threshold_is_an_option(tmp_path):
    write_csv(tmp_path)
    assert read(tmp_path, min_rating=0.5).interactions.nnz == len(RATINGS)
    assert read(tmp_path, min_rating=4).interactions.nnz == 3
    with pytest.raises(ConfigError, match="min_rating: is missing and has no default"):
        base.create("movielens", {"genre_tags": 3})
    with pytest.raises(ConfigError, match=r"min_rating: .*greater than 0"):
        base.create("movielens", {"min_rating": 0, "genre_tags": 3})


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig"])
def test_the_older_layout_gives_the_same_data(tmp_path, encoding):
    for folder in ("csv", "dat"):
        (tmp_path / folder).mkdir()
    write_csv(tmp_path / "csv")
    write_dat(tmp_path / "dat", encoding)
    assert read(tmp_path / "dat").fingerprint == read(tmp_path / "csv").fingerprint


def test_bom_crlf_blank_lines_and_other_columns(tmp_path):
    write_csv(tmp_path)
    plain = read(tmp_path).fingerprint
    write_csv(tmp_path, newline="\r\n", bom=b"\xef\xbb\xbf")
    assert read(tmp_path).fingerprint == plain
    write_csv(tmp_path, newline="\n\n")
    assert read(tmp_path).fingerprint == plain
    rows = (tmp_path / "ratings.csv").read_text().split()
    (tmp_path / "ratings.csv").write_text("\n".join("x," + row for row in rows))
    assert read(tmp_path).fingerprint == plain


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("ratings.csv", "2,1,5.0,10", "2,1,good,10", "line 6, column rating: 'good' should be a number"),
        ("ratings.csv", "2,1,5.0,10", "2,1,,10", "line 6, column rating: '' should be a number"),
        ("ratings.csv", "2,1,5.0,10", "2,1,nan,10", "line 6, column rating: 'nan' should be a number"),
        ("ratings.csv", "2,1,5.0,10", "2,1,1e999,10", "line 6, column rating: '1e999' should be a number"),
        ("ratings.csv", "2,1,5.0,10", "\n2,1.5,5.0,10", "line 7, column movieId: '1.5' should be a whole number"),
        ("ratings.csv", "2,1,5.0,10", f"2,1,5.0,{10**25}", "line 6, column timestamp: '10+' should be a whole number"),
        ("ratings.csv", "2,1,5.0,10", "2,1,5.0", "line 6: has 3 values instead of 4"),
        ("ratings.csv", "2,1,5.0,10", "2,1,5,0,10", "line 6: has 5 values instead of 4"),
        ("ratings.csv", "timestamp", "time", "line 1: has no column 'timestamp'; expected userId, .*, found userId,"),
        ("movies.csv", "3,Babylon 5", '3,"Babylon 5', "line 4: has 2 values instead of 3"),
        ("movies.csv", "5,Never", "five,Never", "line 6, column movieId: 'five' should be a whole number"),
    ],
)
def test_errors_name_file_and_line(tmp_path, file, old, new, message):
    write_csv(tmp_path)
    path = tmp_path / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError, match=message) as caught:
        read(tmp_path)
    assert str(caught.value).startswith(str(path))


def test_files_that_are_not_tables(tmp_path):
    write_csv(tmp_path)
    for content, message in (
        (b"", "line 1: has no column 'userId'"),
        (b"userId,movieId,rating,timestamp\n", "no user with at least one movie"),
        (b"\x00\x01\x02", "has no column 'userId'"),
        (b"userId,movieId,rating,timestamp\n1,1,\xff,5\n", "byte 37: not UTF-8 text"),
    ):
        (tmp_path / "ratings.csv").write_bytes(content)
        with pytest.raises(DataError, match=message):
            read(tmp_path)
    write_csv(tmp_path)
    movies = (tmp_path / "movies.csv").read_bytes()
    (tmp_path / "movies.csv").write_bytes(movies.decode().encode("latin-1"))
    with pytest.raises(DataError, match="not UTF-8 text; save the file as UTF-8"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2::1::5.0::10", "2::1::x::10", "line 5, column rating: 'x' should be a number"),
        ("2::1::5.0::10", "2::1::5.0", "line 5: has 3 values instead of 4"),
        ("2::1::5.0::10", "2,1,5.0,10", "line 5: has 1 values instead of 4"),
    ],
)
def test_errors_of_the_older_layout_name_file_and_line(tmp_path, old, new, message):
    write_dat(tmp_path)
    path = tmp_path / "ratings.dat"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(DataError, match=message):
        read(tmp_path)


def test_missing_files(tmp_path):
    with pytest.raises(DataError, match=r"contains no ratings; put ratings\.csv and movies\.csv, or ratings\.dat"):
        read(tmp_path)
    write_csv(tmp_path)
    (tmp_path / "movies.csv").unlink()
    with pytest.raises(DataError, match=r"movies\.csv: there is no such file"):
        read(tmp_path)


@pytest.mark.data
def test_the_small_movielens(real_data):
    folder = real_data("ml-latest-small")
    every = read(folder, min_rating=0.5)
    assert (every.interactions.nnz, every.n_playlists, every.n_items) == (100_836, 610, 9_742)
    liked = read(folder)
    assert liked.interactions.nnz == 81_763
    assert liked.interactions.data.min() == 3.0
    titles = [title for title in liked.catalogue["title"].to_pylist() if title.lower().startswith("men in black (")]
    assert titles == ["Men in Black (a.k.a. MIB) (1997)"]
