"""Mel-spectrograms of the demo data set, with planted timbre, in Melon's format: ``arena_mel_{n}.tar`` with a thousand
songs each.

A timbre is a genre and one of its *voices*. Each artist has one voice, which is not in the catalogue, so timbre has
information that genre and tags lack. Genres differ in the shape of the spectrum and in tempo, voices in the shape;
songs vary around their timbre, and frames are noisy. Values are decibels relative to full scale, as in Melon.
"""

import io
import re
import tarfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from playrec_core.data.io.mel import BANDS
from playrec_core.schema import Progress

from .catalogue import Catalogue

VOICES = 3
SHORTEST, LONGEST = 24, 40
"""Frames per song; Melon's songs have about 1,900."""
PER_SHARD = 1_000
_GENRE, _VOICE, _SONG, _FRAME, _BEAT = 6.0, 5.0, 3.0, 4.0, 8.0
"""Decibels: standard deviation of the spectra of genres, voices and songs, frame noise, height of a beat."""


@dataclass(frozen=True)
class Timbres:
    """The planted timbres. `N` songs by id, `G` genres.

    Args:
        song_timbre: (N,) int64, genre * VOICES + voice.
        has_mel: (N,) bool.
        shape: (G * VOICES, 48) float64 mean spectrum of each timbre, decibels.
        period: (G,) float64 frames from beat to beat.
    """

    song_timbre: np.ndarray
    has_mel: np.ndarray
    shape: np.ndarray
    period: np.ndarray


def is_shard(name: str) -> bool:
    """Whether `write` writes files with this name."""
    return re.fullmatch(r"arena_mel_\d+\.tar", name) is not None


def plan(catalogue: Catalogue, *, share: float, rng: np.random.Generator) -> Timbres:
    """Draw the timbres.

    Args:
        catalogue: the songs.
        share: share of the songs that have a mel-spectrogram.
        rng: the only source of randomness.
    """
    genres = int(catalogue.detail_genre[-1]) + 1
    genre = catalogue.detail_genre[catalogue.song_detail]
    voice = rng.integers(0, VOICES, len(catalogue.artist_english))[catalogue.album_artist[catalogue.song_album]]
    falling = np.linspace(-20, -55, BANDS)
    shape = falling + np.repeat(_curves(genres, _GENRE, rng), VOICES, axis=0) + _curves(genres * VOICES, _VOICE, rng)
    period = rng.uniform(3, 12, genres)
    return Timbres(genre * VOICES + voice, rng.random(len(genre)) < share, shape, period)


def _curves(count: int, deviation: float, rng: np.random.Generator) -> np.ndarray:
    """(count, 48) float64 smooth curves over the bands: sums of six cosines with the given mean standard deviation."""
    waves = np.cos(np.outer(np.arange(1, 7), np.linspace(0, np.pi, BANDS)))  # (6, 48)
    return rng.normal(0, deviation / np.sqrt(3), (count, 6)) @ waves


def write(folder: Path, timbres: Timbres, *, rng: np.random.Generator, progress: Progress) -> None:
    """Write the shards of the songs that have audio; no file if there are none.

    Args:
        folder: the output folder.
        timbres: from `plan`.
        rng: the only source of randomness.
        progress: called with the finished fraction.
    """
    songs = len(timbres.has_mel)
    for number, start in enumerate(range(0, songs, PER_SHARD)):
        chosen = start + np.flatnonzero(timbres.has_mel[start : start + PER_SHARD])
        if len(chosen):
            _write_shard(folder / f"arena_mel_{number}.tar", chosen, timbres, rng)
        progress(min(1.0, (start + PER_SHARD) / songs))


def _write_shard(file: Path, songs: np.ndarray, timbres: Timbres, rng: np.random.Generator) -> None:
    timbre = timbres.song_timbre[songs]
    level = timbres.shape[timbre] + _curves(len(songs), _SONG, rng)  # (n, 48)
    phase = rng.random((len(songs), 1)) + np.arange(LONGEST) / timbres.period[timbre // VOICES, None]  # (n, frames)
    beat = _BEAT * np.exp(-4 * (phase % 1))  # attack, then decay
    noise = _FRAME * rng.standard_normal((len(songs), BANDS, LONGEST), dtype=np.float32)
    mels = np.clip(level[:, :, None] + beat[:, None, :] + noise, -100, 0).astype(np.float16)
    lengths = rng.integers(SHORTEST, LONGEST + 1, len(songs)).tolist()
    with tarfile.open(file, "w:", format=tarfile.USTAR_FORMAT) as tar:
        for song, mel, length in zip(songs.tolist(), mels, lengths, strict=True):
            content = io.BytesIO()
            np.save(content, mel[:, :length], allow_pickle=False)
            member = tarfile.TarInfo(f"{song // 1000}/{song}.npy")  # no owner, no time: the same bytes everywhere
            member.size = content.tell()
            content.seek(0)
            tar.addfile(member, content)
