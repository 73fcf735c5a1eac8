"""One-hot song features from the catalogue and the tags, as in the Melon systems (docs/sources/melon-systems.md).

One sparse row per song: release year, release month, genres, detail genres, and the most frequent training tags of the
playlists that contain the song. Year and month are separate features: dance songs come out in June and carols in
December of any year, while "songs of the eighties" depends on the year only. A date that `dates` could not repair is a
category of its own, so no date is guessed and no song is lost. The album is not a feature, as in the Melon systems:
three quarters of Melon's albums have at most two songs, and one album mixes genres and moods.

Movies have further facets: directors, writers, and the era of release in the six bins of the factorisation machine of
the Movie Rec team report (docs/sources/movie-rec-report.md): six shared columns instead of one per year.

Tags add information that the catalogue lacks: indirectly, which songs people combine and why.
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
"""Kinds with a single numeric value per item, 0 for unknown."""
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
"""Display name of each kind, to be translated where it is shown."""
NOT_KNOWN = mark("not known")
ERAS = (1920, 1950, 1970, 1980, 2000)
"""The first year of every era except the first (Movie Rec team report, docs/sources/movie-rec-report.md)."""


class FeatureConfig(Frozen):
    """The columns of the feature matrix.

    Args:
        catalogue: kinds of catalogue features, in column order.
        tags: number of tag columns: the most frequent training tags.
        playlists: whether each training playlist is a column too, as in the hybrid song autoencoder of the Melon
            systems.
    """

    catalogue: tuple[CatalogueKind, ...]
    tags: Annotated[int, Field(ge=0)]
    playlists: bool


@dataclass(frozen=True)
class SongFeatures:
    """One-hot features of every song.

    Args:
        matrix: (n_items, n_features) float32 ones, canonical CSR.
        names: (n_features,) name of each column: "year: 2015", "genre: 발라드", "tag: 드라이브". Untrusted text.
        widths: number of columns of each kind, in column order, without kinds that the data set lacks.
    """

    matrix: csr_array
    names: tuple[str, ...]
    widths: dict[Kind, int]

    def of(self, item: int) -> list[str]:
        """The names of the features of one song."""
        start, end = self.matrix.indptr[item], self.matrix.indptr[item + 1]
        return [self.names[column] for column in self.matrix.indices[start:end]]

    def columns(self, *kinds: Kind) -> np.ndarray:
        """(n_features,) bool mask of the columns of these kinds."""
        own = np.repeat(list(self.widths), list(self.widths.values()))
        return np.isin(own, kinds)


def available(dataset: Dataset, config: FeatureConfig) -> tuple[Kind, ...]:
    """The configured kinds of features that the data set has, in column order.

    A date column without any known date counts as lacking.
    """
    kinds: list[Kind] = [kind for kind in config.catalogue if _has(dataset, kind)]
    if config.tags and dataset.playlist_tags.nnz:
        kinds.append("tag")
    if config.playlists and dataset.interactions.nnz:
        kinds.append("playlist")
    return tuple(kinds)


def lacking(dataset: Dataset, config: FeatureConfig) -> str | None:
    """A message if the data set has none of the configured features, else None."""
    if available(dataset, config):
        return None
    configured = [*(f"{kind}s" for kind in config.catalogue), *(["tags"] if config.tags else [])]
    return f"the data set has none of {', '.join(configured)}" if configured else "no features are configured"


def song_features(dataset: Dataset, config: FeatureConfig) -> SongFeatures:
    """The features of every song of the catalogue; all widths are determined by the data.

    Raises:
        MissingDataError: the data set has none of the configured features.
    """
    if problem := lacking(dataset, config):
        raise MissingDataError(problem)
    kinds = available(dataset, config)
    blocks = [_block(dataset, kind, config) for kind in kinds]
    matrix = csr_array(hstack([block for block, _ in blocks], format="csr", dtype=np.float32))
    # A song that lists a genre twice has it once.
    matrix.sum_duplicates()
    matrix.data[:] = 1
    names = tuple(f"{kind}: {name}" for kind, (_, texts) in zip(kinds, blocks, strict=True) for name in texts)
    widths: dict[Kind, int] = {kind: block.shape[1] for kind, (block, _) in zip(kinds, blocks, strict=True)}
    return SongFeatures(matrix, names, widths)


def era(years: np.ndarray) -> np.ndarray:
    """(n,) int64 first year of the era of each year (n,), 1 for the first era, 0 for unknown years (0)."""
    first = np.array([1, *ERAS])
    return np.where(years > 0, first[np.searchsorted(ERAS, years, side="right")], 0)


def era_name(first: int) -> str:
    """The name of an era given its first year as in `era`: "–1919", "1920–1949", ..., "2000–"; needs no translation."""
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
        return dataset.facet(_COLUMN[kind])
    ones = np.ones(len(rows), dtype=np.float32)
    return csr_array(coo_array((ones, (rows, columns)), shape=(dataset.n_items, len(names)))), names
