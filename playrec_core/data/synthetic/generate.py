"""The demo data set: a synthetic catalogue and playlists with planted structure, in Melon's file format.

Teaching and testing need data with a known ground truth. `generate` writes `train.json`, `song_meta.json` and
`genre_gn_all.json` in the format of the Kakao Arena contest, for the Melon reader, `terms.json` with the names of tags
and genres in English and Korean, and `truth.json` with the planted structure:

- a song belongs to a hidden *scene* (see `catalogue`), so collaborative models can learn more than the catalogue tells;
- moods cut across genres, and the tag `drive` means three kinds of music: electronic, R&B and hip-hop;
- playlists of jazz, classical, worship and new age stay within their genre; popularity has a long tail, over all songs
  and over the songs of each artist;
- the order of a playlist follows the positions of its songs in their scene;
- with mel-spectrograms, songs of one genre and voice have the same timbre (see `mels`);
- about 2 % of the release dates have the errors of the real data (month 00 or 51, year 0000, all zero).
"""

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from playrec_core.errors import ConfigError, DataError
from playrec_core.schema import Progress, no_progress

from . import mels
from .catalogue import Catalogue, build_catalogue
from .names import ARTIST_PAIRS, MIXTURES, Mixture, album_name, artist_names, song_name
from .playlists import MAX_LENGTH, Plan, plan_playlists, playlist_records
from .terms import (
    CORE_TAGS,
    GENRES,
    MAX_DETAILS_PER_GENRE,
    MAX_TAGS,
    MOODS,
    SEASONS,
    Language,
    Term,
    base_genre,
    detail_term,
    genre_term,
    tail_tag,
)

SONG_BLOCK = 20_000
FILES = ("genre_gn_all.json", "song_meta.json", "terms.json", "train.json", "truth.json")
Names = Literal["english", "korean", "both"]


@dataclass(frozen=True)
class DemoOptions:
    """Sizes of a demo data set, and the language of its names.

    Raises:
        ConfigError: a size is invalid, or impossible with the other sizes.
    """

    songs: int = 6_000
    artists: int = 600
    albums: int = 900
    genres: int = 12
    detail_genres: int = 40
    scenes: int = 40
    playlists: int = 3_000
    mean_length: float = 45.0
    """Songs per playlist, before the cut to 200 and to the size of a scene."""
    tags: int = 600
    """Number of distinct tags."""
    popular_share: float = 0.08
    """Share of a playlist that is chosen by popularity alone."""
    mel_share: float = 0.0
    """Share of the songs that have a mel-spectrogram; 0 writes none."""
    names: Names = "english"
    """Language of the names: nine in ten English, mostly Korean, or half of each. Nothing else depends on it."""

    def __post_init__(self):
        if self.names not in get_args(Names):
            raise ConfigError(f"demo option names must be one of {', '.join(get_args(Names))}, not {self.names!r}")
        for field in fields(self):
            if field.name == "names":
                continue
            value, whole = getattr(self, field.name), isinstance(field.default, int)
            if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
                wanted = "a whole number" if whole else "a number"
                raise ConfigError(f"demo option {field.name} must be {wanted}, not {value!r}")
        self._within("genres", len(GENRES), 99)
        self._within("detail_genres", self.genres, self.genres * MAX_DETAILS_PER_GENRE)
        self._within("scenes", self.genres, self.artists)
        self._within("artists", self.scenes, min(self.albums, self.mixture.max_artists))
        self._within("albums", self.artists, self.songs)
        self._within("playlists", 1, 10_000_000)
        self._within("mean_length", 1, MAX_LENGTH)
        self._within("tags", len(CORE_TAGS), min(MAX_TAGS, len(CORE_TAGS) + 4 * self.playlists))
        self._within("popular_share", 0, 1)
        self._within("mel_share", 0, 1)

    @property
    def mixture(self) -> Mixture:
        """How many names are in which language."""
        return MIXTURES[self.names]

    def _within(self, name: str, low: float, high: float) -> None:
        value = getattr(self, name)
        if not low <= value <= high:
            raise ConfigError(f"demo option {name} = {value}: must be {low} to {high}, given the other options")


DEMO = DemoOptions()
MELON_SCALE = DemoOptions(
    songs=707_989,
    artists=110_000,
    albums=285_000,
    genres=30,
    detail_genres=224,
    scenes=900,
    playlists=115_071,
    mean_length=46.5,
    tags=29_160,
)


def generate(
    output: Path,
    options: DemoOptions = DEMO,
    *,
    seed: int = 0,
    progress: Progress = no_progress,
) -> None:
    """Write a demo data set into the folder `output`; the same options and seed give the same bytes.

    The files are written into a hidden folder next to it, which is renamed at the end; if the work is interrupted, that
    folder is removed and `output` is unchanged.

    Args:
        output: a new or empty folder, or one with an earlier demo data set, which is replaced.
        options: sizes of the data set.
        seed: random seed, 0 or more.
        progress: called with the finished fraction.

    Raises:
        ConfigError: a negative seed.
        DataError: `output` is a file or contains other files.
    """
    if seed < 0:
        raise ConfigError(f"the demo's seed must be 0 or more, not {seed}")
    output = Path(output)
    _check_replaceable(output)
    partial = output.parent / f".{output.name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        _write_files(partial, options, seed, progress)
        if output.exists():
            shutil.rmtree(output)
        partial.rename(output)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    progress(1.0)


def _check_replaceable(output: Path) -> None:
    if output.exists() and not output.is_dir():
        raise DataError(output, "", "is a file; name a folder to write the demo data into")
    found = {path.name for path in output.iterdir()} if output.exists() else set()
    foreign = sorted(name for name in found - set(FILES) if not mels.is_shard(name))
    if foreign:
        raise DataError(
            output, "", f"contains {foreign[0]!r}, which is not demo data and would be lost; name another folder"
        )


def _write_files(folder: Path, options: DemoOptions, seed: int, report: Progress) -> None:
    catalogue_rng, names_rng, plan_rng, playlist_rng, mel_rng = (
        np.random.default_rng(sequence) for sequence in np.random.SeedSequence(seed).spawn(5)
    )
    report(0.0)
    catalogue = build_catalogue(
        songs=options.songs,
        artists=options.artists,
        albums=options.albums,
        genres=options.genres,
        detail_genres=options.detail_genres,
        scenes=options.scenes,
        english_artists=options.mixture.artists,
        rng=catalogue_rng,
    )
    codes = _detail_codes(catalogue.detail_genre)
    report(0.05)
    _write_list(
        folder / "song_meta.json",
        _reported(_song_records(catalogue, codes, options.mixture, names_rng), options.songs, 0.05, 0.45, report),
    )
    plan = plan_playlists(
        catalogue,
        playlists=options.playlists,
        mean_length=options.mean_length,
        tags=options.tags,
        rng=plan_rng,
    )
    blocks = playlist_records(
        catalogue, plan, popular_share=options.popular_share, mixture=options.mixture, rng=playlist_rng
    )
    records = (record for block in blocks for record in block)
    _write_list(folder / "train.json", _reported(records, options.playlists, 0.45, 0.8, report))
    timbres = mels.plan(catalogue, share=options.mel_share, rng=mel_rng)
    mels.write(folder, timbres, rng=mel_rng, progress=lambda part: report(0.8 + 0.15 * part))
    genres = list(_genre_terms(catalogue.detail_genre))
    _write_object(folder / "genre_gn_all.json", ((code, options.mixture.written(term)) for code, term in genres))
    _write_object(folder / "terms.json", _terms(genres, options))
    _write_object(folder / "truth.json", _truth(options, seed, catalogue, plan, codes, timbres))


def _genre_code(genre: int, detail: int = 0) -> str:
    """`GN0300` for a genre, `GN0302` for its second detail genre."""
    return f"GN{genre + 1:02d}{detail:02d}"


def _detail_codes(detail_genre: np.ndarray) -> list[str]:
    """(D,) the code of each detail genre; `detail_genre` is sorted."""
    first = np.searchsorted(detail_genre, detail_genre)
    return [
        _genre_code(int(genre), place - int(start) + 1)
        for place, (genre, start) in enumerate(zip(detail_genre, first, strict=True))
    ]


def _genre_terms(detail_genre: np.ndarray) -> Iterator[tuple[str, Term]]:
    """The code and the name of every genre and detail genre."""
    for genre in range(int(detail_genre[-1]) + 1):
        yield _genre_code(genre), genre_term(genre)
        for detail in range(int((detail_genre == genre).sum())):
            yield _genre_code(genre, detail + 1), detail_term(genre, detail)


def _terms(genres: list[tuple[str, Term]], options: DemoOptions) -> Iterator[tuple[str, object]]:
    """Tags and genres in both languages, in an order that does not depend on the language of the names."""
    tags = [*CORE_TAGS, *(tail_tag(number) for number in range(options.tags - len(CORE_TAGS)))]
    yield (
        "tags",
        [{"tag": options.mixture.written(tag), **tag._asdict()} for tag in sorted(tags, key=lambda tag: tag.ko)],
    )
    main = dict(genres)
    by_korean = sorted(genres, key=lambda genre: (main[f"{genre[0][:4]}00"].ko, genre[1].ko))
    yield "genres", [{"code": code, **term._asdict()} for code, term in by_korean]


def _song_records(
    catalogue: Catalogue, codes: list[str], mixture: Mixture, rng: np.random.Generator
) -> Iterator[dict[str, object]]:
    """The objects of `song_meta.json`, in order of id; `codes` (D,) are the codes of the detail genres."""
    artists, albums = len(catalogue.artist_english), len(catalogue.album_artist)
    names = artist_names(catalogue.artist_english.tolist(), rng.permutation(ARTIST_PAIRS))
    artist_ids = rng.permutation(10 * artists)[:artists].tolist()
    album_ids = rng.permutation(10 * albums)[:albums].tolist()
    album_draws = rng.integers(0, 2**31, (albums, 4))
    songs = len(catalogue.song_album)
    for begin in range(0, songs, SONG_BLOCK):
        block = np.arange(begin, min(begin + SONG_BLOCK, songs))
        draws = rng.integers(0, 2**31, (len(block), 6)).tolist()
        details = _detail_baskets(catalogue, block, rng)
        strays = rng.random(len(block)) < mixture.strays
        for place, song in enumerate(block.tolist()):
            album, guest = int(catalogue.song_album[song]), int(catalogue.song_guest[song])
            artist = int(catalogue.album_artist[album])
            credited = [artist] if guest < 0 else [artist, guest]
            english = bool(catalogue.artist_english[artist])
            song_english = english != bool(strays[place])
            genre = int(catalogue.detail_genre[catalogue.song_detail[song]])
            genres = [genre, *(int(catalogue.detail_genre[detail]) for detail in details[place])]
            yield {
                "id": song,
                "album_id": album_ids[album],
                "album_name": album_name(_language(english), album_draws[album].tolist()),
                "artist_id_basket": [artist_ids[one] for one in credited],
                "artist_name_basket": [names[one] for one in credited],
                "song_name": song_name(
                    base_genre(genre).key,
                    int(catalogue.song_mood[song]),
                    _language(song_english),
                    draws[place],
                ),
                "song_gn_gnr_basket": [_genre_code(one) for one in dict.fromkeys(genres)],
                "song_gn_dtl_gnr_basket": [codes[detail] for detail in details[place]],
                "issue_date": f"{catalogue.written_date[song]:08d}",
            }


def _language(english: bool) -> Language:
    return "en" if english else "ko"


def _detail_baskets(catalogue: Catalogue, block: np.ndarray, rng: np.random.Generator) -> list[list[int]]:
    """The detail genres of each song: its own, sometimes another one of its scene, rarely none."""
    own = catalogue.song_detail[block].tolist()
    column = rng.integers(0, 3, len(block))
    other = catalogue.scene_details[catalogue.song_scene[block], column].tolist()
    chance = rng.random(len(block)).tolist()
    return [
        [] if c < 0.01 else list(dict.fromkeys((a, b))) if c < 0.08 else [a]
        for a, b, c in zip(own, other, chance, strict=True)
    ]


def _truth(
    options: DemoOptions,
    seed: int,
    catalogue: Catalogue,
    plan: Plan,
    codes: list[str],
    timbres: mels.Timbres,
) -> Iterator[tuple[str, object]]:
    """The planted structure. Songs are listed by id, playlists in the order of `train.json`; -1 means none."""
    yield "seed", seed
    yield "options", asdict(options)
    written = options.mixture.written
    genres = [
        {"code": _genre_code(genre), "key": base.key, "name": written(genre_term(genre)), "island": base.isolated}
        for genre, base in enumerate(map(base_genre, range(options.genres)))
    ]
    yield "genres", genres
    yield (
        "moods",
        [{"key": mood.key, "tag": written(mood.tag), "kinds": mood.kinds, "rises": mood.rises} for mood in MOODS],
    )
    scenes = [
        {
            "genre": int(genre),
            "detail_genres": [codes[detail] for detail in details],
            "neighbours": neighbours,
            "season": written(SEASONS[season]),
        }
        for genre, details, neighbours, season in zip(
            catalogue.scene_genre,
            catalogue.scene_details.tolist(),
            catalogue.scene_neighbours.tolist(),
            catalogue.scene_season.tolist(),
            strict=True,
        )
    ]
    yield "scenes", scenes
    rank = np.empty(options.songs, dtype=np.int64)
    rank[np.argsort(-catalogue.popularity, kind="stable")] = np.arange(options.songs)
    yield "song_scene", catalogue.song_scene.tolist()
    yield "song_mood", catalogue.song_mood.tolist()
    yield "song_position_percent", np.floor(catalogue.position * 100).astype(np.int64).tolist()
    yield "song_popularity_rank", rank.tolist()
    if options.mel_share:
        yield "song_timbre", timbres.song_timbre.tolist()
        yield "songs_without_mel", np.flatnonzero(~timbres.has_mel).tolist()
    yield "playlist_id", plan.id.tolist()
    yield "playlist_scene", plan.scene.tolist()
    yield "playlist_second_scene", plan.second_scene.tolist()
    yield "playlist_mood", plan.mood.tolist()
    yield "playlist_kind", _kinds(catalogue, plan)
    faulty = np.flatnonzero(catalogue.written_date != catalogue.true_date)
    yield "faulty_date_songs", faulty.tolist()
    yield "faulty_date_true", catalogue.true_date[faulty].tolist()


def _kinds(catalogue: Catalogue, plan: Plan) -> list[int]:
    """For each playlist, the kind of music that its mood means: an index into the `kinds` of that mood, or -1."""
    keys = [base_genre(int(genre)).key for genre in catalogue.scene_genre]
    return [
        MOODS[mood].kinds.index(keys[scene]) if mood >= 0 else -1
        for scene, mood in zip(plan.scene.tolist(), plan.mood.tolist(), strict=True)
    ]


def _write_lines(path: Path, brackets: str, entries: Iterable[str]) -> None:
    """Write a JSON list or object with one entry per line, as a stream."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        separator = f"{brackets[0]}\n"
        for entry in entries:
            file.write(separator + entry)
            separator = ",\n"
        file.write(f"\n{brackets[1]}\n")


def _write_list(path: Path, records: Iterable[dict[str, object]]) -> None:
    _write_lines(path, "[]", (json.dumps(record, ensure_ascii=False) for record in records))


def _write_object(path: Path, entries: Iterable[tuple[str, Any]]) -> None:
    lines = (f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in entries)
    _write_lines(path, "{}", lines)


def _reported(
    records: Iterable[dict[str, object]], count: int, begin: float, end: float, report: Progress
) -> Iterator[dict[str, object]]:
    """Yield the records and report progress from `begin` to `end` about a hundred times."""
    step = max(1, count // 100)
    for place, record in enumerate(records):
        if place % step == 0:
            report(begin + (end - begin) * place / count)
        yield record
