"""From mel-spectrograms to principal components, shard by shard (row K2 of the Melon systems).

The document's plan, given up for the size of the data: principal components of the mel-spectrograms. Two things stand
between a spectrogram (48, T) and a PCA. T differs from song to song, and the excerpts are cut from somewhere in the
song, so that frame 100 of one has nothing to do with frame 100 of another. So time is summarised, not sampled. A
song's *description* is four figures a band: its level, how much the level varies, and how much it changes from a frame
to the next and to the eighth after it (what is sustained, what is struck, at two speeds): 192 numbers a song.

That shrinks 240 GB to 0.5 GB. What remains fits a PCA which is incremental and nevertheless exact: shards add their
counts, sums and products (Chan, Golub & LeVeque, 1983), 192 x 192 numbers in all, and the components are those of the
whole. scikit-learn's ``IncrementalPCA`` keeps only its current components between batches, so its result depends on the
order and the size of the batches; and its state would have to be written after each of them.

Each finished shard leaves one small file. A reading that was killed goes on with the first unfinished shard, and
ends with the same bytes.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from playrec_core.data.io.mel import BANDS, MelShard
from playrec_core.data.types.vocabulary import Vocabulary
from playrec_core.schema import Progress
from playrec_core.store.files import open_arrays, save_arrays

LAGS = (1, 8)
"""Frames between which change is measured; Melon's frames lie 16 ms apart."""
WIDTH = BANDS * (2 + len(LAGS))
_FORM = "1"
"""Changes whenever `describe` does: files of another form are not taken up."""


def describe(mel: np.ndarray) -> np.ndarray:
    """(48, T) float32 to (192,) float32: each band's level, deviation, and mean absolute change over 1 frame and 8."""
    level = mel.mean(axis=1)  # (48,)
    parts = [level, np.sqrt(np.square(mel - level[:, None]).mean(axis=1))]
    for lag in LAGS:
        steps = np.abs(mel[:, lag:] - mel[:, :-lag])  # (48, T - lag), none in an excerpt that is too short
        parts.append(steps.mean(axis=1) if steps.shape[1] else np.zeros(BANDS, np.float32))
    return np.concatenate(parts)


@dataclass(frozen=True)
class Described:
    """The songs of one shard.

    Args:
        ids: (n,) int64 outside ids.
        values: (n, 192) float32 descriptions.
    """

    ids: np.ndarray
    values: np.ndarray


def read(shards: Sequence[MelShard], checkpoint: Path | None, progress: Progress) -> list[Described]:
    """Every shard's descriptions, each shard read once.

    Args:
        shards: the audio.
        checkpoint: a folder that keeps a file a finished shard, and is looked at first; the descriptions are then
            memory-mapped, and only one shard's are in memory. None: nothing is kept, and all of them are.
        progress: called with the finished fraction, by bytes.

    Raises:
        DataError: a song's file is broken.
    """
    total, done, found = sum(shard.size for shard in shards), 0, []
    for shard in shards:
        found.append(_one(shard, checkpoint))
        done += shard.size
        progress(done / max(total, 1))
    return found


def _one(shard: MelShard, checkpoint: Path | None) -> Described:
    if checkpoint is None:
        return _described(shard)
    key = hashlib.sha256(f"{_FORM}\0{shard.name}\0{shard.size}".encode()).hexdigest()
    file = checkpoint / f"mel-{key}.safetensors"
    if not file.is_file():
        checkpoint.mkdir(parents=True, exist_ok=True)
        described, aside = _described(shard), file.with_suffix(".new")
        save_arrays(aside, {"ids": described.ids, "values": described.values}, {"shard": shard.name})
        aside.replace(file)  # in one step: a kill leaves no half a file under the name that is looked for
    return Described(**open_arrays(file))


def _described(shard: MelShard) -> Described:
    ids, values = [], []
    for song, mel in shard.songs():
        ids.append(song)
        values.append(describe(mel))
    return Described(np.asarray(ids, np.int64), np.asarray(values, np.float32).reshape(len(ids), WIDTH))


class Moments:
    """Number, mean and products of rows that come in parts; the parts are not kept."""

    def __init__(self, width: int):
        self.count = 0
        self.mean = np.zeros(width)
        self.products = np.zeros((width, width))
        """(width, width) sum of (row - mean) (row - mean)^T."""

    def add(self, rows: np.ndarray) -> None:
        """(n, width) more rows."""
        if not len(rows):
            return
        exact = np.asarray(rows, np.float64)
        mean = exact.mean(axis=0)
        centred, away, count = exact - mean, mean - self.mean, self.count + len(rows)
        self.products += centred.T @ centred + np.outer(away, away) * (self.count * len(rows) / count)
        self.mean += away * (len(rows) / count)
        self.count = count


@dataclass(frozen=True)
class Components:
    """Principal components of descriptions, as they are: all 192 figures are decibels, so none needs another scale.

    Dividing each by its deviation, as is done where units differ, would lift those that hardly differ from song to
    song, which is mostly their noise, to the height of those that do: on the built-in world the ten nearest songs had
    the song's timbre in 61 of 100 cases instead of 82.

    Args:
        mean: (width,) float64.
        axes: (width, d) float64, one a column, the largest variance first; the sign makes the largest entry positive.
        explained: (d,) float64 shares of the variance.
    """

    mean: np.ndarray
    axes: np.ndarray
    explained: np.ndarray

    @classmethod
    def of(cls, moments: Moments, dimensions: int) -> "Components":
        """The first ``dimensions`` components, fewer where the rows have fewer."""
        variances, axes = np.linalg.eigh(moments.products / max(moments.count - 1, 1))
        variances, axes = np.maximum(variances[::-1], 0), axes[:, ::-1]
        d = max(1, min(dimensions, int((variances > 1e-9 * variances.sum()).sum())))
        axes = axes[:, :d] * np.sign(axes[np.abs(axes[:, :d]).argmax(axis=0), np.arange(d)])
        return cls(moments.mean, axes, variances[:d] / max(variances.sum(), 1e-300))

    def project(self, rows: np.ndarray) -> np.ndarray:
        """(n, width) to (n, d) float32."""
        return ((rows - self.mean) @ self.axes).astype(np.float32)


def place(parts: Sequence[Described], items: Vocabulary, dimensions: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The songs' principal components, one shard in memory at a time.

    Args:
        parts: from `read`. Songs outside the catalogue are passed over; what is there twice counts as it is first.
        items: the catalogue.
        dimensions: components at the most.

    Returns:
        (n_items, d) float32, zeros where there is no audio; (n_items,) bool, where there is; (d,) shares of variance.
    """
    from threadpoolctl import threadpool_limits

    known, chosen = np.zeros(len(items), dtype=bool), []
    # On one thread, because the order of the sums, and with it the last bits, would depend on how many there are.
    with threadpool_limits(1):
        moments = Moments(WIDTH)
        for part in parts:
            rows, places = np.unique(items.index(part.ids.tolist()), return_index=True)
            new = (rows >= 0) & ~known[rows]
            rows, places = rows[new], places[new]
            known[rows] = True
            chosen.append((rows, places))
            moments.add(part.values[places])
        components = Components.of(moments, dimensions)
        vectors = np.zeros((len(items), components.axes.shape[1]), np.float32)
        for part, (rows, places) in zip(parts, chosen, strict=True):
            vectors[rows] = components.project(part.values[places])
    return vectors, known, components.explained
