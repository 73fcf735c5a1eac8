"""The built-in world's playlists: who listens to what, in which order, and what they call it.

A playlist has a home scene, often a second one beside it, and often a mood. Most of its songs come from those, by
popularity; some are simply popular everywhere. Drawing is done for a block of playlists at a time, so memory does
not grow with their number.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .catalogue import FIRST_YEAR, LAST_MONTH, LAST_YEAR, Catalogue, choose, moods_by_genre, same_group
from .names import CORE_TAGS, base_genre, playlist_title, tail_tag
from .words import GENRES, MOODS, SCATTERED_TAGS, SEASON_TAGS

BLOCK = 2_000
MAX_LENGTH = 200
SECOND_SCENE_SHARE = 0.3
MOOD_SHARE = 0.6
STRAY_SHARE = 0.4
"""Draws from a scene met by chance: half of them of the same genre, half anywhere on the mainland or the island."""
DEEP_SHARE = 0.3
"""Draws from a scene that ignore popularity: without them half of a large catalogue would never be heard."""
WINDOW = 0.3
"""A playlist's songs lie mostly within this distance of one position of its scene."""
OVERDRAW = 4
"""Candidates drawn for each place, because repeats and songs outside the window are dropped."""

_OPENED = np.datetime64("2010-01-01").astype(np.int64)
_CLOSED = np.datetime64(f"{LAST_YEAR}-{LAST_MONTH:02d}-30").astype(np.int64)


@dataclass(frozen=True)
class Plan:
    """What each playlist was made from; every array is (P,), in the order of the file."""

    id: np.ndarray
    scene: np.ndarray
    second_scene: np.ndarray  # -1: none
    mood: np.ndarray  # index into MOODS, -1: none
    length: np.ndarray  # places wanted; a small scene may hold fewer songs
    day: np.ndarray  # days since 1970-01-01 of its last change; nothing in it came out later
    coined: dict[int, list[int]]  # playlist -> tail tags that it is the first to use
    tail_scene: np.ndarray  # (T,) the scene of each tail tag: that of the playlist that coined it


@dataclass(frozen=True)
class Sampler:
    """Songs laid out by scene and mood, so that any scene, or mood of a scene, is one range to draw from."""

    order: np.ndarray  # (N,) song ids
    cumulative: np.ndarray  # (N + 1,) summed popularity in that order
    cells: np.ndarray  # (S * (M + 1) + 1,) where each scene's no-mood and moods begin

    def range_of(self, scene: np.ndarray, mood: np.ndarray, narrow: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Begin and end in `order` of each scene or, where `narrow` and it is not empty, of the mood in it."""
        width = len(MOODS) + 1
        begin, end = self.cells[scene * width], self.cells[(scene + 1) * width]
        cell = scene * width + mood + 1
        narrow = narrow & (mood >= 0) & (self.cells[cell + 1] > self.cells[cell])
        return np.where(narrow, self.cells[cell], begin), np.where(narrow, self.cells[cell + 1], end)

    def draw(self, begin: np.ndarray, end: np.ndarray, flat: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """One song id from each range: by popularity or, where `flat`, each alike."""
        uniform = rng.random(len(begin))
        low, high = self.cumulative[begin], self.cumulative[end]
        place = np.searchsorted(self.cumulative, low + uniform * (high - low), side="right") - 1
        place = np.where(flat, begin + np.floor(uniform * (end - begin)).astype(np.int64), place)
        return self.order[np.clip(place, begin, end - 1)]


def make_sampler(catalogue: Catalogue) -> Sampler:
    """Lay a catalogue out for drawing."""
    width = len(MOODS) + 1
    cell = catalogue.song_scene * width + catalogue.song_mood + 1
    order = np.argsort(cell, kind="stable")
    return Sampler(
        order=order,
        cumulative=np.r_[0.0, np.cumsum(catalogue.popularity[order])],
        cells=np.searchsorted(cell[order], np.arange(len(catalogue.scene_genre) * width + 1)),
    )


def plan_playlists(
    catalogue: Catalogue, *, playlists: int, mean_length: float, tags: int, rng: np.random.Generator
) -> Plan:
    """Decide for every playlist where it comes from, how long it is and which rare tags it coins."""
    scenes = len(catalogue.scene_genre)
    liking = rng.permutation(np.arange(4, scenes + 4) ** -0.6)  # some scenes have more listeners
    scene = choose(rng, liking, playlists)
    neighbour = catalogue.scene_neighbours[scene, rng.integers(0, 2, playlists)]
    second = np.where((rng.random(playlists) < 0.55) & (neighbour != scene), neighbour, -1)

    moods = moods_by_genre(int(catalogue.scene_genre.max()) + 1)
    genre = catalogue.scene_genre[scene]
    mood = np.array(
        [moods[g][d % len(moods[g])] for g, d in zip(genre, rng.integers(0, 2**16, playlists), strict=True)]
    )
    mood[rng.random(playlists) < 0.25] = -1

    length = rng.lognormal(0, 0.65, playlists)
    length = np.clip(np.rint(length * mean_length / length.mean()), 1, MAX_LENGTH).astype(np.int64)

    # Every tail tag is coined by one playlist, so that exactly `tags` different tags occur.
    tail = max(0, tags - len(CORE_TAGS))
    coiner = np.resize(rng.permutation(playlists), tail)
    coined: dict[int, list[int]] = {}
    for tag, playlist in enumerate(coiner.tolist()):
        coined.setdefault(playlist, []).append(tag)
    return Plan(
        id=rng.permutation(playlists + playlists // 3)[:playlists],  # the real file's ids have gaps too
        scene=scene,
        second_scene=second,
        mood=mood,
        length=length,
        day=_last_changes(catalogue, scene, rng),
        coined=coined,
        tail_scene=scene[coiner],
    )


def playlist_records(
    catalogue: Catalogue, plan: Plan, *, popular_share: float, rng: np.random.Generator
) -> Iterator[list[dict[str, object]]]:
    """Blocks of playlists, each playlist as an object of `train.json`."""
    sampler = make_sampler(catalogue)
    tagger = _Tagger(catalogue, plan)
    released = _days(catalogue.true_date)
    # How well known a song is: the share of the catalogue that is less popular.
    fame = np.empty(len(catalogue.popularity))
    fame[np.argsort(catalogue.popularity, kind="stable")] = np.arange(len(fame)) / len(fame)
    for begin in range(0, len(plan.id), BLOCK):
        rows = np.arange(begin, min(begin + BLOCK, len(plan.id)))
        owner, songs = _songs(catalogue, released, sampler, plan, rows, popular_share, rng)
        starts = np.searchsorted(owner, np.arange(len(rows) + 1))
        likes = _likes(np.add.reduceat(fame[songs], starts[:-1]) / np.diff(starts), rng)
        updated = _moments(np.maximum(plan.day[rows], np.maximum.reduceat(released[songs], starts[:-1])), rng)
        draws = rng.integers(0, 2**31, (len(rows), 6)).tolist()
        tags = tagger.tags(rows, rng)
        block = []
        for place, row in enumerate(rows.tolist()):
            scene = int(plan.scene[row])
            block.append(
                {
                    "id": int(plan.id[row]),
                    "plylst_title": playlist_title(
                        int(catalogue.scene_genre[scene]), scene, int(plan.mood[row]), draws[place]
                    ),
                    "tags": tags[place],
                    "songs": songs[starts[place] : starts[place + 1]].tolist(),
                    "like_cnt": int(likes[place]),
                    "updt_date": updated[place],
                }
            )
        yield block


def _songs(
    catalogue: Catalogue,
    released: np.ndarray,
    sampler: Sampler,
    plan: Plan,
    rows: np.ndarray,
    popular_share: float,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """The songs of a block: their playlists' places in the block (sorted) and their ids, in playlist order."""
    owner = np.repeat(np.arange(len(rows)), plan.length[rows] * OVERDRAW)
    count = len(owner)
    row = rows[owner]
    beside = (plan.second_scene[row] >= 0) & (rng.random(count) < SECOND_SCENE_SHARE)
    popular = rng.random(count) < popular_share
    strays = rng.random(count) < STRAY_SHARE
    scene = np.where(beside, plan.second_scene[row], plan.scene[row])
    same_genre = same_group(catalogue.scene_genre, plan.scene[row], rng)
    anywhere = same_group(_realm(catalogue), plan.scene[row], rng)
    scene = np.where(strays, np.where(rng.random(count) < 0.5, same_genre, anywhere), scene)
    begin, end = sampler.range_of(scene, plan.mood[row], ~strays & (rng.random(count) < MOOD_SHARE))
    begin, end = np.where(popular, 0, begin), np.where(popular, len(sampler.order), end)
    song = sampler.draw(begin, end, ~popular & (rng.random(count) < DEEP_SHARE), rng)

    centre = rng.random(len(rows))[owner]
    kept = popular | (np.abs(catalogue.position[song] - centre) < WINDOW) | (rng.random(count) < 0.3)
    kept &= released[song] <= plan.day[row]
    starts = np.searchsorted(owner, np.arange(len(rows)))
    kept[starts[~np.logical_or.reduceat(kept, starts)]] = True  # no playlist ends up empty
    kept &= _first_of_each(np.where(kept, owner * len(sampler.order) + song, -1))
    kept &= _places(owner, kept) < plan.length[row]

    # From the home scene towards the second one, along the direction of the mood, with a little disorder;
    # what is merely popular turns up anywhere.
    mood = plan.mood[row]
    rises = np.array([*(mood_.rises for mood_ in MOODS), True])[mood]  # mood -1: the last entry
    step = np.where(rises, catalogue.position[song], 1 - catalogue.position[song])
    step = np.where(popular, rng.random(count), 0.6 * step + 0.4 * beside) + rng.normal(0, 0.05, count)
    chosen = np.flatnonzero(kept)
    chosen = chosen[np.lexsort((step[chosen], owner[chosen]))]
    return owner[chosen], song[chosen]


def _realm(catalogue: Catalogue) -> np.ndarray:
    """(S,) what a scene's listeners may stray over: 0 for the whole mainland, an island's genre + 1 for itself."""
    return np.array([genre + 1 if base_genre(genre).island else 0 for genre in catalogue.scene_genre.tolist()])


def _first_of_each(keys: np.ndarray) -> np.ndarray:
    """(n,) bool: the first occurrence of each key; never true for key -1."""
    first = np.zeros(len(keys), dtype=bool)
    first[np.unique(keys, return_index=True)[1]] = True
    return first & (keys >= 0)


def _places(owner: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """(n,) how many of the same owner's were kept before each; `owner` is sorted."""
    before = np.cumsum(kept) - kept
    return before - before[np.searchsorted(owner, owner)]


def _days(date: np.ndarray) -> np.ndarray:
    """YYYYMMDD as days since 1970-01-01."""
    months = (date // 10_000 - FIRST_YEAR) * 12 + date // 100 % 100 - 1
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + date % 100 - 1


def _likes(fame: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(n,) likes from the mean fame of a playlist's songs: few have many, and well-known songs help."""
    return np.floor(np.exp(3.6 + 9.0 * (fame - 0.8) + rng.normal(0, 1.6, len(fame)))).astype(np.int64)


def _last_changes(catalogue: Catalogue, scene: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(P,) a day for each playlist, when at least six in ten songs of its `scene` (P,) had come out; late ones are
    more frequent."""
    released = _days(catalogue.true_date)
    order = np.lexsort((released, catalogue.song_scene))
    starts = np.searchsorted(catalogue.song_scene[order], np.arange(len(catalogue.scene_genre) + 1))
    ready = released[order[starts[:-1] + (np.diff(starts) * 0.6).astype(np.int64)]]
    begin = np.maximum(ready, _OPENED)[scene]
    return begin + np.floor((_CLOSED - begin + 1) * rng.random(len(scene)) ** 0.7).astype(np.int64)


def _moments(day: np.ndarray, rng: np.random.Generator) -> list[str]:
    """Days since 1970-01-01 (n,) as texts with a time of day, in the form of `updt_date`."""
    moment = (day * 86_400 + rng.integers(0, 86_400, len(day))).astype("datetime64[s]")
    return [f"{text.replace('T', ' ')}.000" for text in np.datetime_as_string(moment, unit="s").tolist()]


class _Tagger:
    """Draws tags: of the mood, the genre, the season, none of these, and the rare ones of a scene."""

    def __init__(self, catalogue: Catalogue, plan: Plan):
        self._catalogue, self._plan = catalogue, plan
        self._by_scene = np.argsort(plan.tail_scene, kind="stable")
        self._starts = np.searchsorted(
            plan.tail_scene[self._by_scene], np.arange(len(catalogue.scene_genre) + 1)
        ).tolist()

    def tags(self, rows: np.ndarray, rng: np.random.Generator) -> list[list[str]]:
        """At least one tag for each playlist of a block, none twice."""
        chance = rng.random((len(rows), 6)).tolist()
        number = rng.integers(0, 2**31, (len(rows), 3)).tolist()
        rare = rng.random((len(rows), 3)).tolist()
        rare_count = rng.poisson(0.9, len(rows)).clip(0, 3).tolist()
        return [
            self._of_one(row, chance[place], number[place], rare[place][: rare_count[place]])
            for place, row in enumerate(rows.tolist())
        ]

    def _of_one(self, row: int, chance: list[float], number: list[int], rare: list[float]) -> list[str]:
        scene, second, mood = (int(of[row]) for of in (self._plan.scene, self._plan.second_scene, self._plan.mood))
        tags = []
        if mood >= 0 and chance[0] < 0.85:
            tags.append(MOODS[mood].tag)
        if chance[1] < 0.6:
            tags.append(self._genre(scene))
        if second >= 0 and chance[2] < 0.35:
            tags.append(self._genre(second))
        if chance[3] < 0.25:
            own = int(self._catalogue.scene_season[scene])
            tags.append(SEASON_TAGS[own if number[0] % 3 else number[1] % len(SEASON_TAGS)])
        if chance[4] < 0.4:
            tags.append(SCATTERED_TAGS[number[2] % len(SCATTERED_TAGS)])
        if chance[5] < 0.02:  # a tag that is simply wrong
            tags.append(GENRES[number[0] % len(GENRES)].korean)
        begin, end = self._starts[scene], self._starts[scene + 1]
        if end > begin:  # cubed: the first tags of a scene are used far more often than the last
            tags += [tail_tag(int(self._by_scene[begin + int((end - begin) * u**3)])) for u in rare]
        tags += [tail_tag(tag) for tag in self._plan.coined.get(row, ())]
        return list(dict.fromkeys(tags)) or [self._genre(scene)]

    def _genre(self, scene: int) -> str:
        return base_genre(int(self._catalogue.scene_genre[scene])).korean
