"""Test data: planted worlds with a known structure, hostile strings, and helpers to fit models on them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_array

from playrec_core.data.builder import DatasetBuilder
from playrec_core.data.dataset import Dataset
from playrec_core.data.io.mel import BANDS
from playrec_core.models import registry
from playrec_core.models.base import Recommender
from playrec_core.schema import DETAIL_GENRES, GENRES, MONTH, YEAR, Nouns, no_progress

HOSTILE = (
    "<img src=x onerror=\"document.title='owned'\">",
    "![beacon](http://127.0.0.1:9/beacon.png)",
    "[link](javascript:alert(1))",
    "$\\frac{1}{2}$ and $x$",
    ":smile: :material/home: :red[alarm]",
    "\u202eright to left\u202c",
    "# heading *emphasis* `code` ~~gone~~",
    "a" * 10_000,
    "&lt;b&gt; &amp; <b>bold</b>",
    "{x} %s \\n \\",
    "\ud83d broken \x00 control \x1b[31m",
)
"""Titles and tags that break careless escaping, formatting or layout."""


@dataclass(frozen=True)
class PlantedWorld:
    """Playlists that each draw their songs from one of a few groups (item_idx, most popular first); some songs of the
    catalogue are in none.
    """

    dataset: Dataset
    groups: list[np.ndarray]
    unheard: np.ndarray


@dataclass(frozen=True)
class ArrayShard:
    """A `playrec_core.data.io.mel.MelShard` in memory."""

    name: str
    mels: Mapping[int, np.ndarray]

    @property
    def size(self) -> int:
        return sum(mel.nbytes for mel in self.mels.values())

    def songs(self) -> Iterator[tuple[int, np.ndarray]]:
        yield from self.mels.items()


def planted(n_groups: int = 3, group_size: int = 30, playlists: int = 240, seed: int = 0) -> PlantedWorld:
    """A world where the correct recommendations for a seed from a group are the other songs of that group.

    Every group has its own genre, tag, title word and timbre; popularity falls within a group. Five songs of the
    catalogue are in no playlist, and one song in ten has no audio.
    """
    rng = np.random.default_rng(seed)
    builder = DatasetBuilder("planted", Nouns(), Path("planted"), numeric_ids=True)
    n_songs = n_groups * group_size
    for song in range(n_songs + 5):
        group = song % n_groups
        builder.add_item(
            song, f"song {song}", artists=[f"artist {song // 5}"], genres=[f"genre {group}"], released="20100315"
        )
    weights = 1 / np.sqrt(np.arange(group_size) + 2)
    for playlist in range(playlists):
        group = playlist % n_groups
        size = int(rng.integers(6, 13))
        places = rng.choice(group_size, size=size, replace=False, p=weights / weights.sum())
        songs = [int(place) * n_groups + group for place in places]
        builder.add_playlist(playlist, songs, title=f"mood{group} mix {playlist}", tags=[f"tag{group}", "everywhere"])
    timbres = rng.normal(0, 10, (n_groups, BANDS, 1))
    mels = {
        song: (timbres[song % n_groups] + rng.normal(0, 3, (BANDS, 12))).astype(np.float32)
        for song in range(n_songs + 5)
        if song % 10
    }
    dataset = replace(builder.build(), audio=(ArrayShard("0", mels),))
    ids = np.asarray(dataset.items.ids)
    heard = dataset.item_counts > 0
    groups = [np.flatnonzero(heard & (ids % n_groups == group)) for group in range(n_groups)]
    return PlantedWorld(dataset, groups, np.flatnonzero(~heard))


def fitted(tables: Mapping[str, Mapping[str, Any]], dataset: Dataset) -> dict[str, Recommender]:
    """The models of a configuration's ``[models]`` tables, members before their ensembles, each fitted with the same
    random seed."""
    made = registry.create_all(tables)
    for model in made.values():
        model.fit(dataset, rng=np.random.default_rng(3), device="cpu", progress=no_progress)
    return made


def without_content(dataset: Dataset) -> Dataset:
    """The same playlists without genres, dates, tags and audio, like a data set of bare ids."""
    catalogue = dataset.catalogue
    for name in (GENRES, DETAIL_GENRES, YEAR, MONTH):
        place = catalogue.schema.get_field_index(name)
        kind = catalogue.schema.field(place).type
        empty = [[]] * dataset.n_items if pa.types.is_list(kind) else [0] * dataset.n_items
        catalogue = catalogue.set_column(place, name, pa.array(empty, kind))
    tags = csr_array(dataset.playlist_tags.shape, dtype=np.float32)
    return replace(dataset, catalogue=catalogue, playlist_tags=tags, audio=())
