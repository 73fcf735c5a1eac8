"""Lesson: what to do first. The size of audio against that of interactions, and the nDCG reached without audio.

A team of the Melon contest began with the 240 GB of mel-spectrograms, lost a week to moving them, and ran out of time;
the winner began with the task, the metric and validation (``docs/sources/melon-next-steps.md``).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from playrec_core.data.profile import Footprint

CONTEST_AUDIO, CONTEST_SONGS = 240e9, 707_989
"""Bytes of audio in the Melon contest (as that team reports them) and its number of songs."""
CONTEST_INTERACTIONS = 5_300_000
RATIOS = (1, 10, 100, 1_000, 10_000)
"""Options of the prediction: size of the audio as a multiple of that of the interactions."""
_BYTES_PER_INTERACTION = 8  # a float32 and an int32


@dataclass(frozen=True, eq=False)
class FirstThings:
    """Args:
    songs: size of the catalogue.
    interactions: bytes of all interactions of this run as CSR.
    audio: bytes of audio for as many songs, at the contest's mean size.
    steps: (best model, its mean main metric) for each of "popularity", "interactions" and "audio" that has a model.
    """

    songs: int
    interactions: int
    audio: float
    steps: Mapping[str, tuple[str, float]]

    @property
    def contest_ratio(self) -> float:
        """Size of the contest's audio as a multiple of that of its interactions."""
        return CONTEST_AUDIO / (CONTEST_INTERACTIONS * _BYTES_PER_INTERACTION)

    @property
    def nearest(self) -> int:
        """The one of `RATIOS` nearest to `contest_ratio` on a log scale."""
        return min(RATIOS, key=lambda one: max(one / self.contest_ratio, self.contest_ratio / one))


def compare_sizes(
    footprint: Footprint, means: Mapping[str, float], reads: Mapping[str, Collection[str]], popular: Collection[str]
) -> FirstThings:
    """Compare sizes, and the best model of each step.

    Args:
        footprint: of the training matrix.
        means: main metric by model.
        reads: inputs of each model, as `Recommender.reads`.
        popular: names of the most-popular baselines.
    """
    groups = {
        "popularity": [name for name in means if name in popular],
        "interactions": [name for name in means if name not in popular and set(reads[name]) == {"songs"}],
        "audio": [name for name in means if "audio" in reads[name]],
    }
    best = {step: max(names, key=means.__getitem__) for step, names in groups.items() if names}
    steps = {step: (name, means[name]) for step, name in best.items()}
    audio = CONTEST_AUDIO / CONTEST_SONGS * footprint.columns
    return FirstThings(footprint.columns, footprint.csr, audio, steps)
