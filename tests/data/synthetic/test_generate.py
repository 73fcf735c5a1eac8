import hashlib
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from playrec_core.data.synthetic import generate as demo
from playrec_core.data.synthetic.generate import DEMO, FILES, MELON_SCALE, DemoOptions, Names, generate
from playrec_core.errors import ConfigError, DataError
from playrec_core.training.options import Options
from playrec_core.training.prepare import data_source
from tests.conftest import small_config

SMALL = DemoOptions(
    songs=1_200, artists=120, albums=200, detail_genres=30, scenes=28, playlists=700, mean_length=20, tags=150
)


class Files:
    """The parsed files of one generated data set."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.playlists, self.songs, self.genres, self.truth = (
            json.loads((folder / name).read_text(encoding="utf-8"))
            for name in ("train.json", "song_meta.json", "genre_gn_all.json", "truth.json")
        )

    def truth_array(self, key: str) -> np.ndarray:
        return np.array(self.truth[key])

    def home_genre(self, playlist: int) -> dict[str, Any]:
        return self.truth["genres"][self.truth["scenes"][self.truth["playlist_scene"][playlist]]["genre"]]


@pytest.fixture(scope="module", params=get_args(Names))
def small(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("demo") / "small"
    generate(folder, replace(SMALL, names=request.param), seed=3)
    return Files(folder)


def has_hangul(text: str) -> bool:
    return any("가" <= letter <= "힣" for letter in text)


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_same_seed_same_bytes_other_seed_other_bytes(tmp_path: Path):
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        generate(tmp_path / name, SMALL, seed=seed)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    assert set(digests(tmp_path / "a")) == set(FILES)
    other = digests(tmp_path / "c")
    assert all(digests(tmp_path / "a")[name] != other[name] for name in ("train.json", "song_meta.json"))


def test_block_size_of_the_catalogue_writer_does_not_split_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(demo, "SONG_BLOCK", 70)
    generate(tmp_path / "w", SMALL, seed=3)
    assert [song["id"] for song in Files(tmp_path / "w").songs] == list(range(SMALL.songs))


def test_sizes_are_the_options(small: Files):
    assert len(small.songs) == SMALL.songs
    assert len(small.playlists) == SMALL.playlists
    assert len({song["album_id"] for song in small.songs}) == SMALL.albums
    assert len({song["artist_id_basket"][0] for song in small.songs}) == SMALL.artists
    genres = [code for code in small.genres if code.endswith("00")]
    assert (len(genres), len(small.genres) - len(genres)) == (SMALL.genres, SMALL.detail_genres)
    assert len({tag for playlist in small.playlists for tag in playlist["tags"]}) == SMALL.tags
    mean = np.mean([len(playlist["songs"]) for playlist in small.playlists])
    assert mean == pytest.approx(SMALL.mean_length, rel=0.05)


def test_default_sizes():
    assert (DEMO.songs, DEMO.artists, DEMO.albums, DEMO.genres, DEMO.detail_genres, DEMO.playlists) == (
        *(6_000, 600, 900),
        *(12, 40, 3_000),
    )
    assert (MELON_SCALE.songs, MELON_SCALE.playlists, MELON_SCALE.tags) == (707_989, 115_071, 29_160)


def test_records_have_the_contest_s_keys_and_types(small: Files):
    assert list(small.playlists[0]) == ["id", "plylst_title", "tags", "songs", "like_cnt", "updt_date"]
    assert list(small.songs[0]) == [
        *("id", "album_id", "album_name", "artist_id_basket", "artist_name_basket", "song_name"),
        *("song_gn_gnr_basket", "song_gn_dtl_gnr_basket", "issue_date"),
    ]
    for playlist in small.playlists:
        np.datetime64(playlist["updt_date"].replace(" ", "T"))
        assert len(playlist["updt_date"]) == len("2017-05-15 18:26:00.000")
        assert isinstance(playlist["like_cnt"], int)
        assert playlist["like_cnt"] >= 0


def test_every_id_is_known_and_unique(small: Files):
    ids = {song["id"] for song in small.songs}
    assert ids == set(range(SMALL.songs))
    assert len({playlist["id"] for playlist in small.playlists}) == SMALL.playlists
    for playlist in small.playlists:
        assert playlist["songs"], "no playlist is empty"
        assert playlist["tags"]
        assert len(set(playlist["songs"])) == len(playlist["songs"])
        assert len(set(playlist["tags"])) == len(playlist["tags"])
        assert ids.issuperset(playlist["songs"])
    for song in small.songs:
        assert all(code in small.genres for code in song["song_gn_gnr_basket"] + song["song_gn_dtl_gnr_basket"])
        assert {code[:4] + "00" for code in song["song_gn_dtl_gnr_basket"]} <= set(song["song_gn_gnr_basket"])
        assert len(song["artist_id_basket"]) == len(song["artist_name_basket"]) in (1, 2)


def test_an_album_or_artist_id_has_one_name_and_an_album_one_artist(small: Files):
    names, album_names, album_artists = {}, {}, {}
    for song in small.songs:
        for artist, name in zip(song["artist_id_basket"], song["artist_name_basket"], strict=True):
            assert names.setdefault(artist, name) == name
        assert album_names.setdefault(song["album_id"], song["album_name"]) == song["album_name"]
        assert album_artists.setdefault(song["album_id"], song["artist_id_basket"][0]) == song["artist_id_basket"][0]
    assert len(set(names.values())) == len(names)


def test_truth_has_the_same_playlists_and_songs(small: Files):
    assert small.truth["playlist_id"] == [playlist["id"] for playlist in small.playlists]
    assert small.truth["options"]["songs"] == SMALL.songs
    assert small.truth["seed"] == 3
    for key in ("song_scene", "song_mood", "song_position_percent", "song_popularity_rank"):
        assert len(small.truth[key]) == SMALL.songs
    for key in ("playlist_scene", "playlist_second_scene", "playlist_mood", "playlist_kind"):
        assert len(small.truth[key]) == SMALL.playlists
    assert set(small.truth["song_scene"]) == set(range(SMALL.scenes)), "no scene is empty"
    assert sorted(small.truth["song_popularity_rank"]) == list(range(SMALL.songs))


def test_dates_have_the_errors_of_the_real_data_and_truth_lists_them(small: Files):
    true_dates = dict(zip(small.truth["faulty_date_songs"], small.truth["faulty_date_true"], strict=True))
    kinds = Counter()
    for song in small.songs:
        text = song["issue_date"]
        assert len(text) == 8
        year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
        if song["id"] not in true_dates:
            np.datetime64(f"{text[:4]}-{text[4:6]}-{text[6:]}")
            assert 1970 <= year <= 2026
            continue
        true = true_dates[song["id"]]
        np.datetime64(f"{true // 10_000}-{true // 100 % 100:02d}-{true % 100:02d}")
        if text == "00000000":
            kinds["nothing"] += 1
        elif year == 0:
            kinds["year"] += 1
            assert int(text) == true % 10_000
        else:
            assert year == true // 10_000
            assert (month, day) == (0, 0) or month == 51
            kinds[f"month {month:02d}"] += 1
    assert set(kinds) == {"nothing", "year", "month 00", "month 51"}
    assert 0.01 < len(true_dates) / SMALL.songs < 0.06


def test_some_missing_dates_can_be_repaired_from_the_album_and_some_cannot(small: Files):
    faulty = set(small.truth["faulty_date_songs"])
    known = {song["album_id"]: song["issue_date"] for song in small.songs if song["id"] not in faulty}
    true_dates = dict(zip(small.truth["faulty_date_songs"], small.truth["faulty_date_true"], strict=True))
    told = [song for song in small.songs if song["id"] in faulty and song["album_id"] in known]
    assert 0 < len(told) < len(faulty)
    assert all(int(known[song["album_id"]]) == true_dates[song["id"]] for song in told)


def test_the_drive_tag_means_three_kinds_of_music(small: Files):
    moods = {mood["key"]: number for number, mood in enumerate(small.truth["moods"])}
    drive, names = small.truth["moods"][moods["drive"]], small.truth["options"]["names"]
    assert drive["tag"] in {"english": ("drive",), "korean": ("드라이브",)}.get(names, ("drive", "드라이브"))
    assert drive["kinds"] == ["electronic", "rnb", "hiphop"]
    code_of = {genre["key"]: genre["code"] for genre in small.truth["genres"]}
    heard: dict[str, Counter[str]] = {kind: Counter() for kind in drive["kinds"]}
    for number, playlist in enumerate(small.playlists):
        if drive["tag"] in playlist["tags"]:
            assert small.truth["playlist_mood"][number] == moods["drive"]
            kind = drive["kinds"][small.truth["playlist_kind"][number]]
            assert kind == small.home_genre(number)["key"]
            heard[kind].update(small.songs[song]["song_gn_gnr_basket"][0] for song in playlist["songs"])
    for kind, counts in heard.items():
        own = counts[code_of[kind]] / counts.total()
        elsewhere = [other[code_of[kind]] / other.total() for name, other in heard.items() if name != kind]
        assert own > 2 * max(elsewhere), f"{kind} is what sets this kind of drive apart"


def test_playlists_prefer_their_scenes_and_mood(small: Files):
    scene_of, mood_of = small.truth_array("song_scene"), small.truth_array("song_mood")
    home, expected, mood_match, mood_expected = [], [], [], []
    for number, playlist in enumerate(small.playlists):
        scene, mood = small.truth["playlist_scene"][number], small.truth["playlist_mood"][number]
        inside = scene_of[playlist["songs"]] == scene
        home.append(inside.mean())
        expected.append((scene_of == scene).mean())
        if mood >= 0 and inside.any():
            mood_match.append((mood_of[playlist["songs"]][inside] == mood).mean())
            mood_expected.append((mood_of[scene_of == scene] == mood).mean())
    assert np.mean(home) > 5 * np.mean(expected)
    assert np.mean(mood_match) > 1.5 * np.mean(mood_expected)


def test_connected_scenes_cross_genres_and_isolated_ones_do_not(small: Files):
    isolated_code = {genre["code"]: genre["island"] for genre in small.truth["genres"]}
    assert sum(isolated_code.values()) == 4
    crossing = [
        len({code[:4] for code in scene["detail_genres"]})
        for scene in small.truth["scenes"]
        if not small.truth["genres"][scene["genre"]]["island"]
    ]
    assert min(crossing) >= 2
    in_isolated = {
        True: Counter(),
        False: Counter(),
    }
    for number, playlist in enumerate(small.playlists):
        codes = [small.songs[song]["song_gn_gnr_basket"][0] for song in playlist["songs"]]
        in_isolated[small.home_genre(number)["island"]].update(isolated_code[code] for code in codes)
    assert in_isolated[True][True] > 0.8 * in_isolated[True].total()
    assert in_isolated[False][True] < 0.05 * in_isolated[False].total()


def test_order_follows_positions_in_the_direction_of_the_mood(small: Files):
    position, scene_of = small.truth_array("song_position_percent"), small.truth_array("song_scene")
    rises = [mood["rises"] for mood in small.truth["moods"]]
    slopes: dict[bool, list[float]] = {True: [], False: []}
    for number, playlist in enumerate(small.playlists):
        own = [song for song in playlist["songs"] if scene_of[song] == small.truth["playlist_scene"][number]]
        mood = small.truth["playlist_mood"][number]
        if mood >= 0 and len(own) >= 5 and len(set(position[own])) > 1:
            slopes[rises[mood]].append(np.corrcoef(np.arange(len(own)), position[own])[0, 1])
    assert np.median(slopes[True]) > 0.6
    assert np.median(slopes[False]) < -0.6


def test_nothing_in_a_playlist_came_out_after_its_last_change(small: Files):
    true_date = np.array([int(song["issue_date"]) for song in small.songs])
    true_date[small.truth["faulty_date_songs"]] = small.truth["faulty_date_true"]
    for playlist in small.playlists:
        assert true_date[playlist["songs"]].max() <= int(playlist["updt_date"][:10].replace("-", ""))
        assert "2010" <= playlist["updt_date"][:4] <= "2026"


def test_popularity_has_a_long_tail_and_artists_few_hits(tmp_path: Path):
    generate(tmp_path / "demo", DEMO, seed=0)
    world = Files(tmp_path / "demo")
    counts = np.bincount([song for playlist in world.playlists for song in playlist["songs"]], minlength=DEMO.songs)
    ranked = np.sort(counts)[::-1]
    assert ranked[:60].sum() > 0.04 * ranked.sum(), "the top 1% of songs take at least four times their share"
    assert ranked[: DEMO.songs // 5].sum() > 0.45 * ranked.sum()
    assert 0 < (counts == 0).sum() < 0.1 * DEMO.songs
    by_artist: dict[int, list[int]] = {}
    for song in world.songs:
        by_artist.setdefault(song["artist_id_basket"][0], []).append(int(counts[song["id"]]))
    hit_shares = [max(heard) / sum(heard) * len(heard) for heard in by_artist.values() if sum(heard) and len(heard) > 9]
    assert np.median(hit_shares) > 2, "an artist's hit is heard twice as often as the artist's mean song"


def test_likes_favour_well_known_songs(small: Files):
    rank = small.truth_array("song_popularity_rank")
    fame = np.array([rank[playlist["songs"]].mean() for playlist in small.playlists])
    likes = np.array([playlist["like_cnt"] for playlist in small.playlists])
    assert np.median(likes[fame < np.median(fame)]) > np.median(likes[fame >= np.median(fame)])
    assert likes.max() > 20 * np.median(likes)


def test_titles_are_sometimes_blank_and_in_two_languages(small: Files):
    titles = [playlist["plylst_title"] for playlist in small.playlists]
    assert 0.01 < sum(title == "" for title in titles) / len(titles) < 0.1
    korean = sum(map(has_hangul, titles)) / len(titles)
    low, high = {"english": (0.05, 0.15), "korean": (0.5, 0.8), "both": (0.4, 0.6)}[small.truth["options"]["names"]]
    assert low < korean < high


def test_progress_rises_from_zero_to_one(tmp_path: Path):
    seen: list[float] = []
    generate(tmp_path / "demo", SMALL, progress=seen.append)
    assert seen[0] == 0
    assert seen[-1] == 1
    assert seen == sorted(seen)
    assert len(seen) > 50


@pytest.mark.parametrize("at", [0.0, 0.3, 0.9])
def test_an_interruption_keeps_the_previous_data(tmp_path: Path, at: float):
    def stop(fraction: float) -> None:
        if fraction >= at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path / "new", SMALL, progress=stop)
    assert list(tmp_path.iterdir()) == []

    generate(tmp_path / "old", SMALL, seed=1)
    before = digests(tmp_path / "old")
    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path / "old", SMALL, seed=2, progress=stop)
    assert digests(tmp_path / "old") == before
    assert [path.name for path in tmp_path.iterdir()] == ["old"]


def test_demo_data_is_replaced_but_other_files_are_not(tmp_path: Path):
    output = tmp_path / "deep" / "demo"
    generate(output, SMALL, seed=1)
    generate(output, SMALL, seed=2)
    assert Files(output).truth["seed"] == 2
    (output / "notes.txt").write_text("mine")
    with pytest.raises(DataError, match=r"notes\.txt.*another folder"):
        generate(output, SMALL)
    assert Files(output).truth["seed"] == 2
    with pytest.raises(DataError, match="is a file"):
        generate(output / "notes.txt", SMALL)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"genres": 5}, r"genres = 5: .*12 to 99"),
        ({"albums": 10}, r"artists = 600: .*40 to 10"),
        ({"songs": 100}, r"albums = 900: .*600 to 100"),
        ({"detail_genres": 11}, r"detail_genres = 11: .*12 to"),
        ({"scenes": 700}, r"scenes = 700: .*12 to 600"),
        ({"playlists": 0}, r"playlists = 0: .*1 to"),
        ({"mean_length": float("nan")}, r"mean_length = nan: .*1 to 200"),
        ({"tags": 3}, r"tags = 3: .*43 to"),
        ({"popular_share": 1.5}, r"popular_share = 1\.5: .*0 to 1"),
        ({"songs": "many"}, r"songs must be a whole number, not 'many'"),
        ({"mean_length": "long"}, r"mean_length must be a number, not 'long'"),
        ({"names": "french"}, r"names must be one of english, korean, both, not 'french'"),
        ({"songs": 6000.5}, r"songs must be a whole number, not 6000\.5"),
    ],
)
def test_invalid_options_are_rejected_by_name(values: dict[str, Any], message: str):
    with pytest.raises(ConfigError, match=message):
        DemoOptions(**values)


def test_options_from_a_configuration_s_table(tmp_path: Path):
    def read(table: dict[str, Any]) -> DemoOptions | None:
        config = small_config()
        config = config.model_copy(update={"data": config.data.model_copy(update={"demo": table})})
        return data_source(config, Options(tmp_path))[1]

    assert read({"songs": 7_000}) == DemoOptions(songs=7_000)
    with pytest.raises(ConfigError, match=r"demo\.sings: unknown key; did you mean songs"):
        read({"sings": 7_000})
    with pytest.raises(ConfigError, match="seed must be 0 or more"):
        generate(Path("unused"), SMALL, seed=-1)
