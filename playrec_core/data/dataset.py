"""One data set in memory: interactions, titles, tags and the catalogue, independent of the file format.

Invariant, used by ranking, search, EASE and the map: **items and tags are in popularity order**. item_idx 0 is the item
in most playlists, ties by external id; so the n most frequent items are ``[:n]``, and "ties go to the more frequent
item, then to the smaller id" means "ties go to the smaller index". Ties of tags follow `Dataset.terms` first.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array, csr_array

from playrec_core.data.io.mel import MelShard, identity
from playrec_core.data.types.vocabulary import Vocabulary
from playrec_core.schema import GENRES, MONTH, TAGS, YEAR, Nouns, Seed

from .dates import release_months
from .terms import Terms


@dataclass(frozen=True)
class Dataset:
    """Playlists over a catalogue.

    Args:
        name: name of the data set ("melon", "movielens", ...), for pages and run ids.
        nouns: what it calls its items and playlists.
        items: item ids, in popularity order.
        tags: tag names, in popularity order.
        playlists: playlist ids, in file order.
        interactions: (n_playlists, n_items) float32 confidence, canonical CSR (indices sorted, no duplicates).
        positions: (nnz,) int32 position of each interaction in its playlist, aligned with ``interactions.data``.
        times: (nnz,) int64 seconds since 1970, aligned likewise; None if the data has no times.
        playlist_tags: (n_playlists, n_tags) float32 ones.
        catalogue: one row per item; columns of `playrec_core.schema`, and a list<string> column for each further facet.
        playlist_table: one row per playlist: id, title, likes, updated.
        terms: names of tags and genres in several languages.
        notes: what the reader repaired or left out, as text.
        audio: files with the items' mel-spectrograms; read by models that need them, never stored in a run.
    """

    name: str
    nouns: Nouns
    items: Vocabulary
    tags: Vocabulary
    playlists: Vocabulary
    interactions: csr_array
    positions: np.ndarray
    times: np.ndarray | None
    playlist_tags: csr_array
    catalogue: pa.Table
    playlist_table: pa.Table
    terms: Terms = field(default_factory=Terms)
    notes: tuple[str, ...] = ()
    audio: tuple[MelShard, ...] = ()

    @property
    def n_items(self) -> int:
        return len(self.items)

    @property
    def n_playlists(self) -> int:
        return len(self.playlists)

    @cached_property
    def item_counts(self) -> np.ndarray:
        """(n_items,) int64: number of playlists that contain each item. Never increases along the index."""
        return np.bincount(self.interactions.indices, minlength=self.n_items).astype(np.int64)

    @cached_property
    def tag_counts(self) -> np.ndarray:
        """(n_tags,) int64: number of playlists that have each tag."""
        return np.bincount(self.playlist_tags.indices, minlength=len(self.tags)).astype(np.int64)

    @cached_property
    def item_tag_counts(self) -> csr_array:
        """(n_items, n_tags) float32: number of playlists in which an item and a tag co-occur."""
        return csr_array(binary(self.interactions).T.tocsr() @ self.playlist_tags)

    @cached_property
    def release_months(self) -> np.ndarray:
        """(n_items,) int32: the first month in which each item can have been issued, as `dates.release_months`."""
        return release_months(self.catalogue[YEAR].to_numpy(), self.catalogue[MONTH].to_numpy())

    @cached_property
    def has_order(self) -> bool:
        """Whether the order within playlists is informative, as sequence models need: False if every playlist lists its
        items by ascending external id, as in files that lost the original order.
        """
        rows = np.repeat(np.arange(self.n_playlists), np.diff(self.interactions.indptr))
        in_order = np.lexsort((self.positions, rows))
        rank = np.empty(self.n_items, dtype=np.int64)
        rank[np.argsort(self.items.ids, kind="stable")] = np.arange(self.n_items)
        falls = np.diff(rank[self.interactions.indices[in_order]]) < 0
        return bool((falls & (np.diff(rows[in_order]) == 0)).any())

    @cached_property
    def has_genres(self) -> bool:
        """Whether any item has a genre; content models need them."""
        return len(self.catalogue[GENRES].combine_chunks().flatten()) > 0

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of everything a model or a metric can depend on; of the audio, names and sizes only."""
        digest = hashlib.sha256(self.name.encode())
        for vocabulary in (self.items, self.tags, self.playlists):
            digest.update(vocabulary.fingerprint.encode())
        for array in (
            self.interactions.indptr,
            self.interactions.indices,
            self.interactions.data,
            self.positions,
            self.times if self.times is not None else np.empty(0),
            self.playlist_tags.indptr,
            self.playlist_tags.indices,
        ):
            digest.update(np.ascontiguousarray(array).tobytes())
        for table in (self.catalogue, self.playlist_table):
            for column in table.column_names:
                digest.update(column.encode())
                for part in _content(table[column].combine_chunks()):
                    digest.update(part)
        if self.terms:
            digest.update(json.dumps(self.terms.by_kind).encode())
        digest.update(identity(self.audio).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def genres_by_frequency(self) -> tuple[csr_array, list[str]]:
        """`facet` of the genres, most frequent in training first; ties keep the order of the facet."""
        genres, names = self.facet(GENRES)
        order = np.argsort(-(self.item_counts.astype(np.float64) @ genres), kind="stable")
        ordered = csr_array(genres[:, order])
        ordered.sort_indices()
        return ordered, [names[place] for place in order]

    def facet(self, name: str) -> tuple[csr_array, list[str]]:
        """The values of a facet of the catalogue ("genres", "directors", ...).

        Returns:
            (n_items, n_values) float32 ones, a value that an item lists twice counted twice, and the name of each
            column, in the order of `terms`.
        """
        lists = self.catalogue[name].combine_chunks()
        found, columns = np.unique(lists.flatten().to_numpy(zero_copy_only=False).astype(str), return_inverse=True)
        order = self.terms.order(name, found)
        place = np.empty(len(found), dtype=np.int64)
        place[order] = np.arange(len(found))
        rows = np.repeat(np.arange(self.n_items), lists.value_lengths().to_numpy())
        ones = np.ones(len(rows), dtype=np.float32)
        matrix = csr_array(coo_array((ones, (rows, place[columns])), shape=(self.n_items, len(found))))
        return matrix, list(map(str, found[order]))

    def ordered_songs(self, playlist: int) -> np.ndarray:
        """(n_songs,) int32 item_idx of one playlist, in playlist order."""
        return self.interactions.indices[self._in_order(playlist)]

    def tags_of(self, playlist: int) -> np.ndarray:
        """(n_tags,) int32 tag_idx of one playlist, the most frequent first."""
        start, end = self.playlist_tags.indptr[playlist : playlist + 2]
        return self.playlist_tags.indices[start:end]

    def _in_order(self, playlist: int) -> np.ndarray:
        """(n_songs,) indices into ``interactions.data`` of one playlist, in playlist order."""
        start, end = self.interactions.indptr[playlist], self.interactions.indptr[playlist + 1]
        return start + np.argsort(self.positions[start:end], kind="stable")

    def with_interactions(self, keep: np.ndarray) -> "Dataset":
        """The same data with some interactions removed; items and tags are renumbered by popularity.

        Args:
            keep: (nnz,) bool, aligned with ``interactions.data``.
        """
        lengths = np.diff(self.interactions.indptr)
        rows = np.repeat(np.arange(self.n_playlists), lengths)[keep]
        indptr = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=self.n_playlists))])
        interactions = csr_array(
            (self.interactions.data[keep], self.interactions.indices[keep], indptr),
            shape=self.interactions.shape,
        )
        times = self.times[keep] if self.times is not None else None
        return by_popularity(replace(self, interactions=interactions, positions=self.positions[keep], times=times))

    def with_playlists(self, rows: np.ndarray) -> "Dataset":
        """The data of some playlists (rows, in the order given) with the full catalogue, renumbered by popularity."""
        lengths = np.diff(self.interactions.indptr)[rows]
        starts = self.interactions.indptr[rows]
        entries = np.repeat(starts - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
        entries = (entries + np.arange(lengths.sum())).astype(np.int64)
        return by_popularity(
            replace(
                self,
                playlists=self.playlists.select(rows),
                interactions=csr_array(self.interactions[rows]),
                positions=self.positions[entries],
                times=self.times[entries] if self.times is not None else None,
                playlist_tags=csr_array(self.playlist_tags[rows]),
                playlist_table=self.playlist_table.take(pa.array(rows)),
            )
        )

    def seed_of(self, playlist: int) -> Seed:
        """A whole training playlist as a seed, with the confidence of its songs unless all are 1."""
        weights = self.interactions.data[self._in_order(playlist)]
        return Seed(
            tuple(self.ordered_songs(playlist).tolist()),
            tuple(self.tags_of(playlist).tolist()),
            self.playlist_table["title"][playlist].as_py(),
            () if (weights == 1).all() else tuple(weights.tolist()),
        )


def _content(column: pa.Array) -> Iterator[bytes | pa.Buffer]:
    """The bytes that identify the content of a column, independent of its chunks."""
    yield f"{column.type} {len(column)}".encode()
    yield np.packbits(column.is_valid().to_numpy(zero_copy_only=False)).tobytes()
    if pa.types.is_string(column.type):
        lengths = pc.fill_null(pc.binary_length(column), 0).to_numpy()
        yield lengths.tobytes()
        # Arrow's buffer of concatenated strings; the offsets give the part that belongs to this column.
        _, offsets, texts = column.buffers()
        if texts is not None:
            start = int(np.frombuffer(offsets, dtype=np.int32)[column.offset])
            yield texts.slice(start, int(lengths.sum()))
    elif pa.types.is_list(column.type):
        yield pc.fill_null(column.value_lengths(), 0).to_numpy().tobytes()
        yield from _content(column.flatten())
    else:
        yield pc.fill_null(column, 0).to_numpy(zero_copy_only=False).tobytes()


def binary(matrix: csr_array) -> csr_array:
    """Set every stored value to 1 (float32). Shares the index arrays."""
    ones = np.ones(matrix.nnz, dtype=np.float32)
    return csr_array((ones, matrix.indices, matrix.indptr), shape=matrix.shape)


def seed_matrix(seeds: Sequence[Seed], n_items: int) -> csr_array:
    """(n_seeds, n_items) float32: the songs of each seed with their weights, without unknown songs."""
    columns, values = [np.empty(0, np.int32)], [np.empty(0, np.float32)]
    for seed in seeds:
        songs = np.asarray(seed.songs, dtype=np.int64)
        known = (songs >= 0) & (songs < n_items)
        columns.append(songs[known].astype(np.int32))
        values.append(seed.song_weights[known])
    indptr = np.cumsum([len(each) for each in columns], dtype=np.int32)
    matrix = csr_array((np.concatenate(values), np.concatenate(columns), indptr), shape=(len(seeds), n_items))
    matrix.sum_duplicates()
    return matrix


def popularity_order(counts: np.ndarray, by_id: np.ndarray) -> np.ndarray:
    """(n,) int64 rows by decreasing count (n,), ties in the order of `by_id` (n,)."""
    return by_id[np.argsort(-counts[by_id], kind="stable")]


def by_popularity(dataset: Dataset) -> Dataset:
    """Renumber items and tags in popularity order."""
    item_order = popularity_order(dataset.item_counts, np.argsort(dataset.items.ids, kind="stable"))
    tag_order = popularity_order(dataset.tag_counts, dataset.terms.order(TAGS, dataset.tags.ids))
    interactions, permutation = _renumber(dataset.interactions, item_order)
    playlist_tags, _ = _renumber(dataset.playlist_tags, tag_order)
    return replace(
        dataset,
        items=dataset.items.select(item_order),
        tags=dataset.tags.select(tag_order),
        interactions=interactions,
        positions=dataset.positions[permutation],
        times=dataset.times[permutation] if dataset.times is not None else None,
        playlist_tags=playlist_tags,
        catalogue=dataset.catalogue.take(pa.array(item_order)),
    )


def _renumber(matrix: csr_array, order: np.ndarray) -> tuple[csr_array, np.ndarray]:
    """Reorder the columns, indices sorted; also returns the previous index of each stored value."""
    new_index = np.empty(len(order), dtype=np.int32)
    new_index[order] = np.arange(len(order), dtype=np.int32)
    columns = new_index[matrix.indices]
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    permutation = np.lexsort((columns, rows))
    # SciPy gives both index arrays the wider dtype: 64-bit row pointers would double the memory of the indices.
    indptr = matrix.indptr.astype(np.int32 if matrix.nnz < 2**31 else np.int64)
    renumbered = csr_array((matrix.data[permutation], columns[permutation], indptr), shape=matrix.shape)
    return renumbered, permutation
