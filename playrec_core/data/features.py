"""Song features: what the catalogue and the tags say of a song, as named zeros and ones (row M1 of the Melon systems).

One sparse row a song: its release year, its release month, its genres, its detail genres, and the most frequent
training tags of the playlists that hold it. Year and month stand apart because they say different things: June brings
dance songs and December carols in any year, while "songs of the eighties" asks for the year alone. A date that `dates`
could not repair is a category of its own, so that nothing is guessed and no song is lost. The album is left out, as in
the document: three albums in four there hold two songs at the most, and one album mixes genres and moods.

Movies have further facets: directors, writers, and the era of release in the six bins of the Movie Rec team's
factorisation machine (row R2), which stand for how reachable the films of a time are: six shared columns instead of one
for each year.

Tags carry what the catalogue does not know: they say, indirectly, which songs people put together, and why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from scipy.sparse import coo_array, csr_array, hstack

from playrec_core.config import Frozen
from playrec_core.errors import MissingDataError
from playrec_core.i18n import mark
from playrec_core.schema import DETAIL_GENRES, GENRES, MONTH, YEAR

from .dataset import Dataset, binary

CatalogueKind = Literal["year", "month", "era", "genre", "detail genre", "director", "writer"]
Kind = Literal[CatalogueKind, "tag", "playlist"]
_COLUMN: dict[Kind, str] = {
    "year": YEAR,
    "month": MONTH,
    "era": YEAR,
    "genre": GENRES,
    "detail genre": DETAIL_GENRES,
    "director": "directors",
    "writer": "writers",
}
_NUMBERS: tuple[Kind, ...] = ("year", "month", "era")
"""Kinds of which an item has one value, a number, 0 for not known."""
KINDS: dict[str, str] = {
    "year": mark("year"),
    "month": mark("month"),
    "era": mark("era"),
    "genre": mark("genre"),
    "detail genre": mark("detail genre"),
    "director": mark("director"),
    "writer": mark("writer"),
    "tag": mark("tag"),
    "playlist": mark("playlist"),
}
"""What each kind is called, to be translated where it is shown."""
NOT_KNOWN = mark("not known")
ERAS = (1920, 1950, 1970, 1980, 2000)
"""The first years of all eras but the first (row R2)."""


class FeatureConfig(Frozen):
    """Which columns are made.

    Args:
        catalogue: what is taken from the catalogue, in the order of the columns.
        tags: how many of the most frequent training tags.
        playlists: whether each training playlist is a column too (the membership of row M8).
    """

    catalogue: tuple[CatalogueKind, ...]
    tags: Annotated[int, Field(ge=0)]
    playlists: bool


@dataclass(frozen=True)
class SongFeatures:
    """One-hot features of every song.

    Args:
        matrix: (n_items, n_features) float32 ones, canonical CSR.
        names: (n_features,) what each column says: "year: 2015", "genre: 발라드", "tag: 드라이브". Untrusted text.
        widths: columns of each kind, in column order; a kind the data set lacks is not there.
    """

    matrix: csr_array
    names: tuple[str, ...]
    widths: dict[Kind, int]

    def of(self, item: int) -> list[str]:
        """The features of one song, by name."""
        start, end = self.matrix.indptr[item], self.matrix.indptr[item + 1]
        return [self.names[column] for column in self.matrix.indices[start:end]]

    def columns(self, *kinds: Kind) -> np.ndarray:
        """(n_features,) bool: which columns are of these kinds."""
        own = np.repeat(list(self.widths), list(self.widths.values()))
        return np.isin(own, kinds)


def available(dataset: Dataset, config: FeatureConfig) -> tuple[Kind, ...]:
    """The kinds of features that are asked for and that the data set has, in column order.

    A date column without a single known date says nothing of any song, and counts as lacking.
    """
    kinds: list[Kind] = [kind for kind in config.catalogue if _has(dataset, kind)]
    if config.tags and dataset.playlist_tags.nnz:
        kinds.append("tag")
    if config.playlists and dataset.interactions.nnz:
        kinds.append("playlist")
    return tuple(kinds)


def lacking(dataset: Dataset, config: FeatureConfig) -> str | None:
    """That the data set has nothing of what is asked for, in words; None when it has something."""
    if available(dataset, config):
        return None
    asked = [*(f"{kind}s" for kind in config.catalogue), *(["tags"] if config.tags else [])]
    return f"the data set has none of {', '.join(asked)}" if asked else "no features are asked for"


def song_features(dataset: Dataset, config: FeatureConfig) -> SongFeatures:
    """The features of every song of the catalogue. All widths come from the data.

    Raises:
        MissingDataError: the data set has nothing of what the configuration asks for.
    """
    if problem := lacking(dataset, config):
        raise MissingDataError(problem)
    kinds = available(dataset, config)
    blocks = [_block(dataset, kind, config) for kind in kinds]
    matrix = csr_array(hstack([block for block, _ in blocks], format="csr", dtype=np.float32))
    # A song that names a genre twice has it once.
    matrix.sum_duplicates()
    matrix.data[:] = 1
    names = tuple(f"{kind}: {name}" for kind, (_, texts) in zip(kinds, blocks, strict=True) for name in texts)
    widths: dict[Kind, int] = {kind: block.shape[1] for kind, (block, _) in zip(kinds, blocks, strict=True)}
    return SongFeatures(matrix, names, widths)


def era(years: np.ndarray) -> np.ndarray:
    """(n,) the first year of each year's era, 1 for the first era, 0 for years not known (0)."""
    first = np.array([1, *ERAS])
    return np.where(years > 0, first[np.searchsorted(ERAS, years, side="right")], 0)


def era_name(first: int) -> str:
    """What an era is called, given what `era` gives: "–1919", "1920–1949", ..., "2000–": words in no language."""
    if not first:
        return NOT_KNOWN
    if first == ERAS[-1]:
        return f"{first}–"
    after = next(start for start in ERAS if start > first)
    return f"{first}–{after - 1}" if first in ERAS else f"–{after - 1}"


def _has(dataset: Dataset, kind: Kind) -> bool:
    column = _COLUMN[kind]
    if column not in dataset.catalogue.column_names:
        return False
    if kind in _NUMBERS:
        return bool(dataset.catalogue[column].to_numpy().any())
    return len(dataset.catalogue[column].combine_chunks().flatten()) > 0


def _block(dataset: Dataset, kind: Kind, config: FeatureConfig) -> tuple[csr_array, Sequence[str]]:
    if kind == "tag":
        n = min(config.tags, int((dataset.tag_counts > 0).sum()))
        return csr_array(binary(csr_array(dataset.item_tag_counts[:, :n]))), dataset.tags.ids[:n].tolist()
    if kind == "playlist":
        return csr_array(binary(dataset.interactions).T.tocsr()), [
            str(value) for value in dataset.playlists.ids.tolist()
        ]
    if kind in _NUMBERS:
        rows, values = np.arange(dataset.n_items), dataset.catalogue[_COLUMN[kind]].to_numpy()
        known, columns = np.unique(era(values) if kind == "era" else values, return_inverse=True)
        name = era_name if kind == "era" else str
        names = [name(value) if value else NOT_KNOWN for value in known.tolist()]
    else:
        lists = dataset.catalogue[_COLUMN[kind]].combine_chunks()
        rows = np.repeat(np.arange(dataset.n_items), lists.value_lengths().to_numpy())
        texts = lists.flatten().to_numpy(zero_copy_only=False).astype(str)
        unique, columns = np.unique(texts, return_inverse=True)
        names = unique.tolist()
    ones = np.ones(len(rows), dtype=np.float32)
    return csr_array(coo_array((ones, (rows, columns)), shape=(dataset.n_items, len(names)))), names
