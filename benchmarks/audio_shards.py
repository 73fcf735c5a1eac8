"""The audio path at Melon's size: reading speed of mel-spectrograms, memory, and resuming after a kill.

    python -m benchmarks.audio_shards [--songs 2000] [--shards 10] [--folder DIR]

Writes songs of the real size (48 bands, about 1,876 frames, float32: 0.36 MB each) as folders and as tar files, and
reads each form in a separate process: megabytes per second and peak memory above the libraries, for all songs and for a
tenth of them, extrapolated to 240 GB. Then a reading process is killed (SIGKILL) after half of its shards and
restarted: prints the number of shards it reads, and whether the result has the same bytes. Finally the time of the PCA
of 707,989 songs from precomputed statistics. The files were just written and are cached, so a slow disk would take
longer.
"""

import argparse
import hashlib
import json
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np

from benchmarks.script import parser, peak_memory, timed
from playrec_core.data.io.mel import BANDS, MelShard, find
from playrec_core.data.types.vocabulary import Vocabulary
from playrec_core.models.content import audio_space
from playrec_core.schema import no_progress
from playrec_core.store.files import save_arrays

MELON_BYTES, MELON_SONGS, PER_SHARD = 240e9, 707_989, 1_000


def write(folder: Path, songs: int, shards: int) -> None:
    """Write the same songs as ``folders/{shard}/{id}.npy`` and as ``tars/arena_mel_{shard}.tar``."""
    rng = np.random.default_rng(0)
    noise = rng.normal(-45, 12, (BANDS, 4_000)).astype(np.float32)
    for shard, ids in enumerate(np.array_split(np.arange(songs), shards)):
        (folder / "folders" / str(shard)).mkdir(parents=True)
        (folder / "tars").mkdir(exist_ok=True)
        with tarfile.open(folder / "tars" / f"arena_mel_{shard}.tar", "w:") as tar:
            for song in ids.tolist():
                frames, start = int(rng.integers(1_700, 2_050)), int(rng.integers(0, 1_900))
                content = BytesIO()
                np.save(content, noise[:, start : start + frames])
                member = tarfile.TarInfo(f"{shard}/{song}.npy")
                member.size = content.tell()
                (folder / "folders" / str(shard) / f"{song}.npy").write_bytes(content.getvalue())
                content.seek(0)
                tar.addfile(member, content)


@dataclass(frozen=True)
class Announced:
    """A shard that prints its name when it is opened."""

    shard: MelShard

    @property
    def name(self) -> str:
        return self.shard.name

    @property
    def size(self) -> int:
        return self.shard.size

    def songs(self) -> Iterator[tuple[int, np.ndarray]]:
        print(f"reads {self.name}", flush=True)
        return self.shard.songs()


def child_read(folder: Path, checkpoint: Path, part: float) -> None:
    """Read some of the shards, and print time and memory as JSON."""
    shards = [Announced(shard) for shard in find(folder)]
    shards = shards[: max(1, round(part * len(shards)))]
    before = peak_memory()
    found, spent = timed(audio_space.read, shards, checkpoint, no_progress)
    mib = (peak_memory() - before) / 2**20
    digest = hashlib.sha256(b"".join(one.ids.tobytes() + one.values.tobytes() for one in found)).hexdigest()
    size = sum(shard.size for shard in shards)
    print(json.dumps({"seconds": spent.seconds, "bytes": size, "mib": mib, "digest": digest}))


def child_place(folder: Path) -> None:
    """Principal components of Melon's 707,989 songs from precomputed statistics."""
    rng, parts = np.random.default_rng(0), []
    for start in range(0, MELON_SONGS, PER_SHARD):
        ids = np.arange(start, min(start + PER_SHARD, MELON_SONGS))
        file = folder / f"{start}.safetensors"
        values = rng.standard_normal((len(ids), audio_space.WIDTH), dtype=np.float32)
        save_arrays(file, {"ids": ids, "values": values})
        parts.append(audio_space.Descriptors(**audio_space.open_arrays(file)))
    before = peak_memory()
    (vectors, *_), spent = timed(audio_space.item_components, parts, Vocabulary(np.arange(MELON_SONGS)), 64)
    mib = (peak_memory() - before) / 2**20
    print(json.dumps({"seconds": spent.seconds, "mib": mib, "result": vectors.nbytes}))


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.audio_shards", "--child", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def result_of(process: subprocess.Popen[str]) -> tuple[dict, list[str]]:
    """The measurements of a child process, and the shards it read."""
    lines = process.communicate()[0].splitlines()
    return json.loads(lines[-1]), [line.removeprefix("reads ") for line in lines[:-1]]


def main() -> None:
    options = parser(__doc__, songs=2_000, shards=10)
    options.add_argument("--folder", type=Path, help="folder for the files; default: a temporary folder")
    options.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.child:
        what, folder, *more = given.child
        child_place(Path(folder)) if what == "place" else child_read(Path(folder), Path(more[0]), float(more[1]))
        return
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        work = Path(name)
        write(work, given.songs, given.shards)
        digests = set()
        for form in ("folders", "tars"):
            for part in (0.1, 1.0):
                found, _ = result_of(start("read", work / form, work / f"done-{form}-{part}", part))
                speed = found["bytes"] / found["seconds"]
                print(
                    f"{form:<8} {found['bytes'] / 1e6:6,.0f} MB: {speed / 1e6:5.0f} MB/s, {found['mib']:.1f} MiB above "
                    f"the start; 240 GB in {MELON_BYTES / speed / 60:.0f} min"
                )
            digests.add(found["digest"])
        print(f"folders and tar files: {'the same bytes' if len(digests) == 1 else 'DIFFERENT'}")
        killed, checkpoint = start("read", work / "tars", work / "killed", 1.0), work / "killed"
        while len(list(checkpoint.glob("*.safetensors"))) < given.shards // 2:
            time.sleep(0.002)
        killed.send_signal(signal.SIGKILL)
        first = killed.communicate()[0].splitlines()
        finished = len(list(checkpoint.glob("*.safetensors")))
        found, read = result_of(start("read", work / "tars", checkpoint, 1.0))
        print(
            f"killed after {finished} of {given.shards} shards ({len(first)} begun); the restart read {len(read)} "
            f"({', '.join(read)}): {'the same bytes' if found['digest'] in digests else 'DIFFERENT'}"
        )
        (work / "ready").mkdir()
        found, _ = result_of(start("place", work / "ready"))
        print(
            f"components of {MELON_SONGS:,} songs from precomputed statistics: {found['seconds']:.1f} s, "
            f"{found['mib']:.0f} MiB, {found['result'] / 2**20:.0f} of them the result"
        )


if __name__ == "__main__":
    main()
