"""Mel-spectrograms as Melon ships them: ``{id // 1000}/{id}.npy`` in a folder, or in ``arena_mel_*.tar``.

Each song is a float array (48 mel bands, T frames) in decibels; T depends on the length of the excerpt. All songs
together are 240 GB, too much for earlier work on this data (docs/sources/melon-next-steps.md). So at most one song is
in memory, nothing is unpacked to disk, and the data come in *shards* (a folder of a thousand songs, or a tar file),
after each of which the work can be interrupted and resumed.

Archives are untrusted. A member is read as bytes, and its header is checked before an array is made of it; a path that
leads outside of the archive, a link, a device, a pickle or an invalid shape is rejected.
"""

import io
import re
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

import numpy as np

from playrec_core.errors import DataError

BANDS = 48
LARGEST = 1 << 26
"""Most bytes of the file of one song; Melon's have less than one million."""
_DEPTH = 3
"""Deepest level of the folders of a thousand songs, as in ``mel/arena_mel_0/17``."""
_TAR = "arena_mel_*.tar"
_SONG = re.compile(r"\d{1,18}\.npy")
_HINT = "download it again, or remove it (songs without audio use their tags)"


class MelShard(Protocol):
    """The mel-spectrograms of some songs, with a name and a size that identify them."""

    @property
    def name(self) -> str:
        """Its unique path in the data folder, with ``/`` between folders."""
        ...

    @property
    def size(self) -> int:
        """Bytes of its songs."""
        ...

    def songs(self) -> Iterator[tuple[int, np.ndarray]]:
        """Yield the external id and the (48, T) float32 spectrogram of each song, one in memory at a time.

        Raises:
            DataError: a damaged file; names the file, the member and how to fix it.
        """
        ...


@dataclass(frozen=True)
class FolderShard:
    """One folder of ``{id}.npy``."""

    name: str
    size: int
    folder: Path

    def songs(self) -> Iterator[tuple[int, np.ndarray]]:
        files = [file for file in self.folder.iterdir() if _SONG.fullmatch(file.name) and file.is_file()]
        for file in sorted(files, key=lambda file: int(file.stem)):
            size = file.stat().st_size
            if size > LARGEST:
                raise _too_large(file, "", size)
            yield int(file.stem), parse_npy(file.read_bytes(), file, "")


@dataclass(frozen=True)
class TarShard:
    """One tar file, read from front to back."""

    name: str
    size: int
    file: Path

    def songs(self) -> Iterator[tuple[int, np.ndarray]]:
        end = 0
        try:
            # "r:" rejects compression: Melon's files have none, and a compressed file could be a decompression bomb.
            with self.file.open("rb") as stream, tarfile.open(fileobj=stream, mode="r:") as tar:
                for member in tar:
                    if (song := self._song(member)) is not None:
                        content = tar.extractfile(member)
                        assert content  # a regular file, see _song
                        yield song, parse_npy(content.read(), self.file, f"member {member.name!r}")
                    end = member.offset_data + -(-member.size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
                    # Otherwise the archive keeps every member in memory.
                    tar.members.clear()  # pyright: ignore[reportAttributeAccessIssue]
                # A damaged header and a file truncated between two members both look like the end; a real end is zeros.
                stream.seek(end)
                if stream.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
                    raise tarfile.ReadError(f"no member and no end at byte {end:,}")
        except (tarfile.TarError, EOFError) as error:
            raise DataError(self.file, "", f"not a complete tar file ({error}); download it again") from None

    def _song(self, member: tarfile.TarInfo) -> int | None:
        """The song id of a member; None for folders and for other files."""
        record, path = f"member {member.name!r}", PurePosixPath(member.name)
        if path.is_absolute() or ".." in path.parts:
            raise DataError(
                self.file, record, "leads outside of the archive; do not use this file, download the original"
            )
        if member.isdir() or path.suffix != ".npy":
            return None
        if not member.isreg() or member.issparse():
            raise DataError(
                self.file, record, "is a link, a device or a sparse file; do not use it, download the original"
            )
        if member.size > LARGEST:
            raise _too_large(self.file, record, member.size)
        return int(path.stem) if _SONG.fullmatch(path.name) else None


def find(folder: Path) -> tuple[MelShard, ...]:
    """Find the shards in a data folder, in the order of their names; empty if it contains no audio.

    Looks for ``arena_mel_*.tar`` and for folders whose name is a number, in the folder and up to three levels below.
    """
    shards: list[MelShard] = []

    def visit(parent: Path, depth: int) -> None:
        shards.extend(
            TarShard(file.relative_to(folder).as_posix(), file.stat().st_size, file)
            for file in parent.glob(_TAR)
            if file.is_file()
        )
        for child in parent.iterdir():
            if not child.is_dir():
                continue
            if child.name.isdecimal():
                sizes = [file.stat().st_size for file in child.iterdir() if _SONG.fullmatch(file.name)]
                if sizes:
                    shards.append(FolderShard(child.relative_to(folder).as_posix(), sum(sizes), child))
            elif depth + 1 < _DEPTH:
                visit(child, depth + 1)

    if folder.is_dir():
        visit(folder, 0)
    return tuple(sorted(shards, key=lambda shard: _natural(shard.name)))


def identity(shards: Sequence[MelShard]) -> str:
    """Names and sizes of the shards, to detect changes of the audio without reading 240 GB."""
    return "".join(f"{shard.name}\0{shard.size}\n" for shard in shards)


def parse_npy(raw: bytes, file: Path, record: str) -> np.ndarray:
    """Parse an ``.npy`` file.

    The header is checked before memory is allocated, and objects (pickles) are rejected.

    Args:
        raw: the bytes of the file.
        file, record: their origin, for the message.

    Returns:
        (48, T) float32, decibels.

    Raises:
        DataError: the bytes are anything else.
    """
    stream = io.BytesIO(raw)
    try:
        version = np.lib.format.read_magic(stream)
        read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, by_column, dtype = read_header(stream)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError) as error:
        raise DataError(file, record, f"not an .npy file ({error}); {_HINT}") from None
    if dtype.kind != "f" or dtype.hasobject:
        raise DataError(file, record, f"contains {dtype}, not floating point numbers; {_HINT}")
    if len(shape) != 2 or shape[0] != BANDS or shape[1] < 1:
        raise DataError(file, record, f"has shape {shape}, not ({BANDS} mel bands, frames); {_HINT}")
    expected, present = shape[0] * shape[1] * dtype.itemsize, len(raw) - stream.tell()
    if present != expected:
        raise DataError(file, record, f"contains {present} bytes of data instead of {expected}; {_HINT}")
    values = np.frombuffer(raw, dtype, offset=stream.tell()).reshape(shape, order="F" if by_column else "C")
    with np.errstate(over="ignore"):
        values = values.astype(np.float32, copy=False)
    # A sum instead of a mask: it is finite if every value is.
    if not np.isfinite(values.sum(dtype=np.float64)):
        raise DataError(file, record, f"contains nan or infinite values; {_HINT}")
    return values


def _natural(name: str) -> list[tuple[int, int, str]]:
    """A sort key that puts ``9`` before ``10``."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", name)]


def _too_large(file: Path, record: str, size: int) -> DataError:
    return DataError(file, record, f"has {size:,} bytes, more than the largest allowed ({LARGEST:,}); {_HINT}")
