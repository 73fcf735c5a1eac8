"""From mel-spectrograms to principal components, shard by shard.

Principal components of the mel-spectrograms are part of a plan that a later review of the Melon contest describes and
gave up because of the size of the data (docs/sources/melon-next-steps.md). A spectrogram (48, T) cannot enter a PCA
directly: T differs between songs, and excerpts start anywhere in a song, so frame 100 of one does not correspond to
frame 100 of another. So each song is summarised over time by a *descriptor* of four numbers per mel band: the mean
level, its standard deviation, and its mean absolute change over one frame and over eight; 192 numbers per song.

This reduces 240 GB to 0.5 GB and fits an incremental, yet exact PCA: shards add their counts, means and 192 x 192
scatter matrices (Chan, Golub & LeVeque, "Algorithms for Computing the Sample Variance", The American Statistician
1983), and the components are those of the whole. scikit-learn's ``IncrementalPCA`` keeps only the current components
between batches, so its result depends on the order and size of the batches.

Each finished shard is saved in one small file. After an interruption reading resumes with the first unfinished shard
and ends with the same bytes.
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
"""In frames: the distances over which change is measured. Melon's frames are 16 ms apart."""
WIDTH = BANDS * (2 + len(LAGS))
_VERSION = "1"
"""Changes whenever `describe` does: saved files of other versions are ignored."""


def describe(mel: np.ndarray) -> np.ndarray:
    """The descriptor of a song, (192,) float32 in dB: mean level, standard deviation, and mean absolute change over 1
    and over 8 frames, each for all 48 bands.

    Args:
        mel: (48, T) float32 mel-spectrogram in dB.
    """
    level = mel.mean(axis=1)  # (48,)
    parts = [level, np.sqrt(np.square(mel - level[:, None]).mean(axis=1))]
    for lag in LAGS:
        steps = np.abs(mel[:, lag:] - mel[:, :-lag])  # (48, T - lag), empty if the excerpt is too short
        parts.append(steps.mean(axis=1) if steps.shape[1] else np.zeros(BANDS, np.float32))
    return np.concatenate(parts)


@dataclass(frozen=True)
class Descriptors:
    """The descriptors of one shard's songs.

    Args:
        ids: (n,) int64 song ids of the source data.
        values: (n, 192) float32 descriptors, in dB.
    """

    ids: np.ndarray
    values: np.ndarray


def read(shards: Sequence[MelShard], checkpoint: Path | None, progress: Progress) -> list[Descriptors]:
    """The descriptors of every shard; each shard is read once.

    Args:
        shards: the audio.
        checkpoint: a folder for one file per finished shard. Existing files are reused, and the descriptors are
            memory-mapped, so only one shard's are in memory. None saves nothing and keeps all of them in memory.
        progress: called with the finished fraction, by bytes.

    Raises:
        DataError: a song's file is broken.
    """
    total, done, found = sum(shard.size for shard in shards), 0, []
    for shard in shards:
        found.append(_read_shard(shard, checkpoint))
        done += shard.size
        progress(done / max(total, 1))
    return found


def _read_shard(shard: MelShard, checkpoint: Path | None) -> Descriptors:
    if checkpoint is None:
        return _describe_shard(shard)
    key = hashlib.sha256(f"{_VERSION}\0{shard.name}\0{shard.size}".encode()).hexdigest()
    file = checkpoint / f"mel-{key}.safetensors"
    if not file.is_file():
        checkpoint.mkdir(parents=True, exist_ok=True)
        descriptors, temporary = _describe_shard(shard), file.with_suffix(".new")
        save_arrays(temporary, {"ids": descriptors.ids, "values": descriptors.values}, {"shard": shard.name})
        temporary.replace(file)  # atomically: a kill leaves no partial file under the final name
    return Descriptors(**open_arrays(file))


def _describe_shard(shard: MelShard) -> Descriptors:
    ids, values = [], []
    for song, mel in shard.songs():
        ids.append(song)
        values.append(describe(mel))
    return Descriptors(np.asarray(ids, np.int64), np.asarray(values, np.float32).reshape(len(ids), WIDTH))


class Moments:
    """Count, mean and scatter matrix of rows that are added in parts; the rows are not stored."""

    def __init__(self, width: int):
        self.count = 0
        self.mean = np.zeros(width)
        self.products = np.zeros((width, width))
        """(width, width) float64 scatter matrix: sum of (row - mean) (row - mean)^T."""

    def add(self, rows: np.ndarray) -> None:
        """Add (n, width) rows."""
        if not len(rows):
            return
        exact = np.asarray(rows, np.float64)
        mean = exact.mean(axis=0)
        centred, shift, count = exact - mean, mean - self.mean, self.count + len(rows)
        self.products += centred.T @ centred + np.outer(shift, shift) * (self.count * len(rows) / count)
        self.mean += shift * (len(rows) / count)
        self.count = count


@dataclass(frozen=True)
class Components:
    """Principal components of descriptors, which are not standardised because all 192 numbers are in dB.

    Standardising would scale up the columns that hardly vary between songs and are mostly noise: on the built-in data,
    61 % of the ten nearest songs had the song's timbre instead of 82 %.

    Args:
        mean: (width,) float64.
        axes: (width, d) float64 unit columns by falling variance; the sign makes the largest entry positive.
        explained: (d,) float64 explained variance ratios.
    """

    mean: np.ndarray
    axes: np.ndarray
    explained: np.ndarray

    @classmethod
    def of(cls, moments: Moments, dimensions: int) -> "Components":
        """The first ``dimensions`` components, or fewer if the rows have a lower rank."""
        variances, axes = np.linalg.eigh(moments.products / max(moments.count - 1, 1))
        variances, axes = np.maximum(variances[::-1], 0), axes[:, ::-1]
        d = max(1, min(dimensions, int((variances > 1e-9 * variances.sum()).sum())))
        axes = axes[:, :d] * np.sign(axes[np.abs(axes[:, :d]).argmax(axis=0), np.arange(d)])
        return cls(moments.mean, axes, variances[:d] / max(variances.sum(), 1e-300))

    def project(self, rows: np.ndarray) -> np.ndarray:
        """(n, width) to (n, d) float32."""
        return ((rows - self.mean) @ self.axes).astype(np.float32)


def item_components(
    parts: Sequence[Descriptors], items: Vocabulary, dimensions: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The songs' principal components, one shard in memory at a time.

    Args:
        parts: from `read`. Songs outside the catalogue are ignored; of duplicates the first is used.
        items: the catalogue.
        dimensions: maximum number of components.

    Returns:
        (n_items, d) float32 components, zeros for songs without audio; (n_items,) bool: which songs have audio; (d,)
        float64 explained variance ratios.
    """
    from threadpoolctl import threadpool_limits

    known, chosen = np.zeros(len(items), dtype=bool), []
    # On one thread: the order of summation, and with it the last bits, would depend on the number of threads.
    with threadpool_limits(1):
        moments = Moments(WIDTH)
        for part in parts:
            rows, entries = np.unique(items.index(part.ids.tolist()), return_index=True)
            new = (rows >= 0) & ~known[rows]
            rows, entries = rows[new], entries[new]
            known[rows] = True
            chosen.append((rows, entries))
            moments.add(part.values[entries])
        components = Components.of(moments, dimensions)
        vectors = np.zeros((len(items), components.axes.shape[1]), np.float32)
        for part, (rows, entries) in zip(parts, chosen, strict=True):
            vectors[rows] = components.project(part.values[entries])
    return vectors, known, components.explained
