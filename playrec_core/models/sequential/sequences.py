"""Training sequences: playlists in order, cut into windows, and the inputs and targets of a step.

Two tasks. *Next song* (GRU4Rec, SASRec): the target of every position is a song after it. *Cloze* (BERT4Rec): some
songs are replaced by a mask and are the targets.

Batches are padded on the right: causal networks never read the padding, and bidirectional ones get each row's length.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from playrec_core.data.dataset import Dataset
from playrec_core.models.neural.batches import Bags

NO_TARGET = -1
"""The target of positions without one."""


@dataclass(frozen=True)
class Batch:
    """A padded batch of windows.

    Args:
        inputs: (n_rows, n) int64 item_idx, or the mask; padding is 0 and is ignored.
        lengths: (n_rows,) int64, at least 1: positions of a row without the padding.
        targets: (n_rows, n) int64 item_idx of the target of each position, or `NO_TARGET`.
    """

    inputs: np.ndarray
    lengths: np.ndarray
    targets: np.ndarray


def windows(dataset: Dataset, n_items: int, length: int) -> csr_array:
    """The playlists in their own order, in windows of at most ``length`` songs.

    A longer playlist is cut from its end, so that its last songs, which a continuation follows, stay together.

    Args:
        dataset: its ``positions`` give the order.
        n_items: songs from this item_idx on are left out.
        length: maximum length of a window, in songs.

    Returns:
        (n_windows, n_items) CSR float32 of ones whose indices are in playlist order, not sorted. Windows of one song
        contain no order and are left out.
    """
    rows = np.repeat(np.arange(dataset.n_playlists), np.diff(dataset.interactions.indptr))
    in_order = np.lexsort((dataset.positions, rows))
    songs = dataset.interactions.indices[in_order]
    known = songs < n_items
    songs, rows = songs[known], rows[known]
    ends = np.cumsum(np.bincount(rows, minlength=dataset.n_playlists))
    from_end = (ends[rows] - 1 - np.arange(len(rows))) // length
    # Within a playlist from_end is decreasing, so each (playlist, window) is one run.
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
    """The target of each visible position is one of the next ``reach`` songs, drawn uniformly.

    Args:
        sequences: (n_windows, n_items) CSR from `windows`.
        rows: (n,) int64 windows of the batch.
        hidden: share of the songs that are no inputs; they are still targets.
        reach: 1 for the next song.
        asked: share of the positions that have a target.
        rng: draws the hidden songs, the targets and their positions.
    """
    bags = Bags.of(sequences, rows)
    lengths, row_of = np.diff(bags.offsets), bags.row_of
    position = np.arange(len(row_of)) - bags.offsets[row_of]
    after = lengths[row_of] - 1 - position
    ahead = 1 + (rng.random(len(row_of)) * np.minimum(reach, after)).astype(np.int64)
    has_target = after > 0
    if asked < 1:
        chosen = has_target & (rng.random(len(row_of)) < asked)
        has_target = chosen if chosen.any() else has_target
    following = bags.columns[np.minimum(np.arange(len(row_of)) + ahead, len(row_of) - 1)]
    targets = np.where(has_target, following, NO_TARGET)
    visible = rng.random(len(row_of)) >= hidden if hidden else np.ones(len(row_of), dtype=bool)
    visible |= position == 0  # keep at least one song per row
    return _padded_batch(row_of[visible], bags.columns[visible], targets[visible], len(rows))


def cloze(
    sequences: csr_array, rows: np.ndarray, masked: float, only_last: float, mask: int, rng: np.random.Generator
) -> Batch:
    """The masked songs are the targets.

    Args:
        sequences: (n_windows, n_items) CSR from `windows`.
        rows: (n,) int64 windows of the batch.
        masked: share of the songs that are masked; in a row without any, the last song is.
        only_last: share of the rows in which only the last song is masked, as in inference.
        mask: the input value of a masked song.
        rng: draws the masks.
    """
    bags = Bags.of(sequences, rows)
    row_of = bags.row_of
    last = np.zeros(len(row_of), dtype=bool)
    last[bags.offsets[1:] - 1] = True
    chosen = (rng.random(len(row_of)) < masked) & (rng.random(len(rows)) >= only_last)[row_of]
    untouched = np.bincount(row_of[chosen], minlength=len(rows)) == 0
    chosen |= last & untouched[row_of]
    return _padded_batch(
        row_of, np.where(chosen, mask, bags.columns), np.where(chosen, bags.columns, NO_TARGET), len(rows)
    )


def _padded_batch(row_of: np.ndarray, inputs: np.ndarray, targets: np.ndarray, n_rows: int) -> Batch:
    lengths = np.bincount(row_of, minlength=n_rows)
    position = np.arange(len(row_of)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    shape = (n_rows, int(lengths.max()))
    batch = Batch(np.zeros(shape, np.int64), lengths, np.full(shape, NO_TARGET))
    batch.inputs[row_of, position], batch.targets[row_of, position] = inputs, targets
    return batch
