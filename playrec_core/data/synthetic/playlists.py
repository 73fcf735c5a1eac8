"""The playlists of the demo data set: songs, their order, titles and tags.

A playlist has a main scene, often a second one, and often a mood. Most of its songs are sampled from those by
popularity; some are sampled by popularity from all songs. Playlists are sampled in blocks, so memory does not grow with
their number.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .catalogue import FIRST_YEAR, LAST_MONTH, LAST_YEAR, Catalogue, choose, moods_by_genre, same_group
from .names import Mixture, playlist_title
from .terms import CORE_TAGS, GENRES, MOODS, SCATTERED, SEASONS, Term, base_genre, tail_tag

BLOCK = 2_000
MAX_LENGTH = 200
SECOND_SCENE_SHARE = 0.3
MOOD_SHARE = 0.6
STRAY_SHARE = 0.4
"""Share of samples from a random scene: half of the same genre, half of any genre within reach."""
DEEP_SHARE = 0.3
"""Share of samples from a scene that ignore popularity; otherwise half of a large catalogue would never occur."""
WINDOW = 0.3
"""Most songs of a playlist lie within this distance of one position of its scene."""
OVERDRAW = 4
"""Candidates per song, because repeats and songs outside the window are dropped."""

_OPENED = np.datetime64("2010-01-01").astype(np.int64)
_CLOSED = np.datetime64(f"{LAST_YEAR}-{LAST_MONTH:02d}-30").astype(np.int64)


@dataclass(frozen=True)
class Plan:
    """The planted structure of each playlist; arrays are (P,) int64, in the order of the file."""

    id: np.ndarray
    scene: np.ndarray
    second_scene: np.ndarray  # -1: none
    mood: np.ndarray  # index into MOODS, -1: none
    length: np.ndarray  # intended number of songs; a small scene may have fewer
    day: np.ndarray  # last change in days since 1970-01-01; no song is newer
    introduced: dict[int, list[int]]  # playlist -> rare tags that it introduces
    tail_scene: np.ndarray  # (T,) scene of each rare tag: the scene of the playlist that introduces it


@dataclass(frozen=True)
class Sampler:
    """Songs sorted by scene and mood, so that a scene, or a mood of a scene, is one range to sample from."""

    order: np.ndarray  # (N,) song ids
    cumulative: np.ndarray  # (N + 1,) float64 cumulative popularity in that order
    cells: np.ndarray  # (S * (M + 1) + 1,) start of each scene and mood, no mood first

    def range_of(self, scene: np.ndarray, mood: np.ndarray, narrow: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Start and end in `order` of each scene (n,) or, where `narrow` (n,) and not empty, of the mood in it."""
        width = len(MOODS) + 1
        begin, end = self.cells[scene * width], self.cells[(scene + 1) * width]
        cell = scene * width + mood + 1
        narrow = narrow & (mood >= 0) & (self.cells[cell + 1] > self.cells[cell])
        return np.where(narrow, self.cells[cell], begin), np.where(narrow, self.cells[cell + 1], end)

    def draw(self, begin: np.ndarray, end: np.ndarray, flat: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """(n,) one song id from each range: by popularity or, where `flat` (n,), uniformly."""
        uniform = rng.random(len(begin))
        low, high = self.cumulative[begin], self.cumulative[end]
        index = np.searchsorted(self.cumulative, low + uniform * (high - low), side="right") - 1
        index = np.where(flat, begin + np.floor(uniform * (end - begin)).astype(np.int64), index)
        return self.order[np.clip(index, begin, end - 1)]


def make_sampler(catalogue: Catalogue) -> Sampler:
    """Sort a catalogue for sampling."""
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
    """Sample the scenes, mood, length and rare tags of every playlist."""
    scenes = len(catalogue.scene_genre)
    scene_weight = rng.permutation(np.arange(4, scenes + 4) ** -0.6)  # some scenes have more listeners
    scene = choose(rng, scene_weight, playlists)
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

    # Every rare tag is introduced by one playlist, so that exactly `tags` distinct tags occur.
    tail = max(0, tags - len(CORE_TAGS))
    introducer = np.resize(rng.permutation(playlists), tail)
    introduced: dict[int, list[int]] = {}
    for tag, playlist in enumerate(introducer.tolist()):
        introduced.setdefault(playlist, []).append(tag)
    return Plan(
        id=rng.permutation(playlists + playlists // 3)[:playlists],  # the ids of the real data have gaps too
        scene=scene,
        second_scene=second,
        mood=mood,
        length=length,
        day=_last_changes(catalogue, scene, rng),
        introduced=introduced,
        tail_scene=scene[introducer],
    )


def playlist_records(
    catalogue: Catalogue, plan: Plan, *, popular_share: float, mixture: Mixture, rng: np.random.Generator
) -> Iterator[list[dict[str, object]]]:
    """Yield blocks of playlists as objects of `train.json`."""
    sampler = make_sampler(catalogue)
    tagger = _Tagger(catalogue, plan, mixture)
    released = _days(catalogue.true_date)
    # Popularity percentile of each song: the share of the catalogue that is less popular.
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
                        int(catalogue.scene_genre[scene]), scene, int(plan.mood[row]), mixture, draws[place]
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
    """The songs of a block: index of the playlist in the block (sorted) and song id, in playlist order; both (n,)."""
    owner = np.repeat(np.arange(len(rows)), plan.length[rows] * OVERDRAW)
    count = len(owner)
    row = rows[owner]
    beside = (plan.second_scene[row] >= 0) & (rng.random(count) < SECOND_SCENE_SHARE)
    popular = rng.random(count) < popular_share
    strays = rng.random(count) < STRAY_SHARE
    scene = np.where(beside, plan.second_scene[row], plan.scene[row])
    same_genre = same_group(catalogue.scene_genre, plan.scene[row], rng)
    anywhere = same_group(_reachable_group(catalogue), plan.scene[row], rng)
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
    kept &= _kept_before(owner, kept) < plan.length[row]

    # From the main scene to the second one, in the direction of the mood, with some noise; songs that were chosen
    # by popularity alone get a random position.
    mood = plan.mood[row]
    rises = np.array([*(mood_.rises for mood_ in MOODS), True])[mood]  # mood -1: the last entry
    step = np.where(rises, catalogue.position[song], 1 - catalogue.position[song])
    step = np.where(popular, rng.random(count), 0.6 * step + 0.4 * beside) + rng.normal(0, 0.05, count)
    chosen = np.flatnonzero(kept)
    chosen = chosen[np.lexsort((step[chosen], owner[chosen]))]
    return owner[chosen], song[chosen]


def _reachable_group(catalogue: Catalogue) -> np.ndarray:
    """(S,) group from which a scene takes random songs: 0 for all connected genres, genre + 1 if isolated."""
    return np.array([genre + 1 if base_genre(genre).isolated else 0 for genre in catalogue.scene_genre.tolist()])


def _first_of_each(keys: np.ndarray) -> np.ndarray:
    """(n,) bool: the first occurrence of each key; never true for key -1."""
    first = np.zeros(len(keys), dtype=bool)
    first[np.unique(keys, return_index=True)[1]] = True
    return first & (keys >= 0)


def _kept_before(owner: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """(n,) number of kept entries of the same owner before each entry; `owner` is sorted."""
    before = np.cumsum(kept) - kept
    return before - before[np.searchsorted(owner, owner)]


def _days(date: np.ndarray) -> np.ndarray:
    """Convert YYYYMMDD to days since 1970-01-01."""
    months = (date // 10_000 - FIRST_YEAR) * 12 + date // 100 % 100 - 1
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + date % 100 - 1


def _likes(fame: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(n,) numbers of likes, log-normal, increasing with the mean popularity percentile of the songs (n,)."""
    return np.floor(np.exp(3.6 + 9.0 * (fame - 0.8) + rng.normal(0, 1.6, len(fame)))).astype(np.int64)


def _last_changes(catalogue: Catalogue, scene: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(P,) day of the last change of each playlist, in days since 1970-01-01: after the release of at least 60 % of the
    songs of its `scene` (P,); later days are more frequent."""
    released = _days(catalogue.true_date)
    order = np.lexsort((released, catalogue.song_scene))
    starts = np.searchsorted(catalogue.song_scene[order], np.arange(len(catalogue.scene_genre) + 1))
    ready = released[order[starts[:-1] + (np.diff(starts) * 0.6).astype(np.int64)]]
    begin = np.maximum(ready, _OPENED)[scene]
    return begin + np.floor((_CLOSED - begin + 1) * rng.random(len(scene)) ** 0.7).astype(np.int64)


def _moments(day: np.ndarray, rng: np.random.Generator) -> list[str]:
    """Days since 1970-01-01 (n,) with a random time of day, in the format of `updt_date`."""
    moment = (day * 86_400 + rng.integers(0, 86_400, len(day))).astype("datetime64[s]")
    return [f"{text.replace('T', ' ')}.000" for text in np.datetime_as_string(moment, unit="s").tolist()]


class _Tagger:
    """Samples tags: of the mood, the genres and the season, unrelated ones, and rare ones of the scene."""

    def __init__(self, catalogue: Catalogue, plan: Plan, mixture: Mixture):
        self._catalogue, self._plan, self._mixture = catalogue, plan, mixture
        self._by_scene = np.argsort(plan.tail_scene, kind="stable")
        self._starts = np.searchsorted(
            plan.tail_scene[self._by_scene], np.arange(len(catalogue.scene_genre) + 1)
        ).tolist()

    def tags(self, rows: np.ndarray, rng: np.random.Generator) -> list[list[str]]:
        """At least one tag for each playlist of a block, without repeats."""
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
        tags: list[Term] = []
        if mood >= 0 and chance[0] < 0.85:
            tags.append(MOODS[mood].tag)
        if chance[1] < 0.6:
            tags.append(self._genre(scene))
        if second >= 0 and chance[2] < 0.35:
            tags.append(self._genre(second))
        if chance[3] < 0.25:
            own = int(self._catalogue.scene_season[scene])
            tags.append(SEASONS[own if number[0] % 3 else number[1] % len(SEASONS)])
        if chance[4] < 0.4:
            tags.append(SCATTERED[number[2] % len(SCATTERED)])
        if chance[5] < 0.02:  # a wrong tag
            tags.append(GENRES[number[0] % len(GENRES)].tag)
        begin, end = self._starts[scene], self._starts[scene + 1]
        if end > begin:  # cubed: the first tags of a scene are much more frequent than the last
            tags += [tail_tag(int(self._by_scene[begin + int((end - begin) * u**3)])) for u in rare]
        tags += [tail_tag(tag) for tag in self._plan.introduced.get(row, ())]
        return [self._mixture.written(tag) for tag in dict.fromkeys(tags) or [self._genre(scene)]]

    def _genre(self, scene: int) -> Term:
        return base_genre(int(self._catalogue.scene_genre[scene])).tag
