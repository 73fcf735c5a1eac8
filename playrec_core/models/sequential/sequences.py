"""Sequences for training: playlists in their own order, cut into windows, and what a step asks of them.

Two tasks. *Next song* (GRU4Rec, SASRec): every place of a window is asked for a song that comes after it. *Cloze*
(BERT4Rec): some songs are replaced by a mask and asked for.

A batch is a rectangle, filled from the left and padded on the right: nothing that looks only backwards ever meets
the padding, and what looks both ways is told each row's length.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from playrec_core.data.dataset import Dataset
from playrec_core.models.neural.batches import Bags

NOTHING = -1
"""At a place where no song is asked for."""


@dataclass(frozen=True)
class Batch:
    """Some windows.

    Args:
        inputs: (n_rows, width) int64 songs as the network sees them; padding is 0 and means nothing.
        lengths: (n_rows,) int64, at least 1: places of a row that are not padding.
        targets: (n_rows, width) int64 song asked for at each place, or `NOTHING`.
    """

    inputs: np.ndarray
    lengths: np.ndarray
    targets: np.ndarray


def windows(dataset: Dataset, n_items: int, length: int) -> csr_array:
    """The playlists in their own order, in pieces of at most ``length`` songs.

    A longer playlist is cut from its end, so that its last songs, with which an answer goes on, stay together.

    Args:
        dataset: whose ``positions`` give the order.
        n_items: songs from this item_idx on are left out.
        length: of a window.

    Returns:
        (n_windows, n_items) CSR of ones whose indices stand in playlist order. Windows of one song say nothing about
        order and are left out.
    """
    rows = np.repeat(np.arange(dataset.n_playlists), np.diff(dataset.interactions.indptr))
    in_order = np.lexsort((dataset.positions, rows))
    songs = dataset.interactions.indices[in_order]
    known = songs < n_items
    songs, rows = songs[known], rows[known]
    ends = np.cumsum(np.bincount(rows, minlength=dataset.n_playlists))
    from_end = (ends[rows] - 1 - np.arange(len(rows))) // length
    # Within a playlist from_end falls, so each (playlist, piece) is one run.
    starts = np.flatnonzero(np.diff(rows, prepend=-1) | np.diff(from_end, prepend=-1))
    sizes = np.diff(np.append(starts, len(rows)))
    kept = np.repeat(sizes > 1, sizes)
    indptr = np.concatenate([[0], np.cumsum(sizes[sizes > 1])])
    return csr_array(
        (np.ones(kept.sum(), np.float32), songs[kept], indptr), shape=(len(indptr) - 1, n_items), dtype=np.float32
    )


def next_songs(
    sequences: csr_array, rows: np.ndarray, hidden: float, reach: int, asked: float, rng: np.random.Generator
) -> Batch:
    """Visible places ask for one of the next ``reach`` songs, each as likely.

    Args:
        sequences: of `windows`.
        rows: which of them.
        hidden: share of the songs that are not seen; they are still asked for, as an answer's songs are.
        reach: 1 asks for the very next song.
        asked: share of the places that ask.
        rng: draws what is hidden, what is asked for, and where.
    """
    bags = Bags.of(sequences, rows)
    lengths, row_of = np.diff(bags.offsets), bags.row_of
    place = np.arange(len(row_of)) - bags.offsets[row_of]
    after = lengths[row_of] - 1 - place
    ahead = 1 + (rng.random(len(row_of)) * np.minimum(reach, after)).astype(np.int64)
    asking = after > 0
    if asked < 1:
        chosen = asking & (rng.random(len(row_of)) < asked)
        asking = chosen if chosen.any() else asking
    wanted = np.where(asking, bags.columns[np.minimum(np.arange(len(row_of)) + ahead, len(row_of) - 1)], NOTHING)
    seen = rng.random(len(row_of)) >= hidden if hidden else np.ones(len(row_of), dtype=bool)
    seen |= place == 0  # no row is left without a song
    return _rectangle(row_of[seen], bags.columns[seen], wanted[seen], len(rows))


def cloze(
    sequences: csr_array, rows: np.ndarray, masked: float, only_last: float, mask: int, rng: np.random.Generator
) -> Batch:
    """Masked songs are asked for.

    Args:
        sequences: of `windows`.
        rows: which of them.
        masked: share of the songs that are masked; at least one in a row, its last.
        only_last: share of the rows in which nothing but the last song is masked, as an answer will ask.
        mask: the input that stands for a masked song.
        rng: draws the masks.
    """
    bags = Bags.of(sequences, rows)
    row_of = bags.row_of
    last = np.zeros(len(row_of), dtype=bool)
    last[bags.offsets[1:] - 1] = True
    chosen = (rng.random(len(row_of)) < masked) & (rng.random(len(rows)) >= only_last)[row_of]
    untouched = np.bincount(row_of[chosen], minlength=len(rows)) == 0
    chosen |= last & untouched[row_of]
    return _rectangle(row_of, np.where(chosen, mask, bags.columns), np.where(chosen, bags.columns, NOTHING), len(rows))


def _rectangle(row_of: np.ndarray, inputs: np.ndarray, targets: np.ndarray, n_rows: int) -> Batch:
    lengths = np.bincount(row_of, minlength=n_rows)
    place = np.arange(len(row_of)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    shape = (n_rows, int(lengths.max()))
    batch = Batch(np.zeros(shape, np.int64), lengths, np.full(shape, NOTHING))
    batch.inputs[row_of, place], batch.targets[row_of, place] = inputs, targets
    return batch
