"""Lesson: what to do first (document 002, row K3). What audio weighs against the links, and how far one gets before it.

Its team began with the 240 GB of mel-spectrograms, lost a week to moving them, and ran out of time; the winner began
with the task, the metric and validation.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from playrec_core.data.profile import Footprint

CONTEST_AUDIO, CONTEST_SONGS = 240e9, 707_989
"""Bytes of audio in the contest (document 002) and its songs (the contest's own count)."""
CONTEST_LINKS = 5_300_000
RATIOS = (1, 10, 100, 1_000, 10_000)
"""What can be guessed: how many times as much room audio takes."""
_BYTES_PER_LINK = 8  # a float32 and an int32


@dataclass(frozen=True, eq=False)
class FirstThings:
    """Args:
    songs: in the catalogue.
    links: bytes of all links of this run as CSR.
    audio: bytes that audio of as many songs would take, at the contest's mean.
    steps: the main metric of each step there is, "popularity", "links", "audio" (the best model of each kind), as
        (model, mean).
    """

    songs: int
    links: int
    audio: float
    steps: Mapping[str, tuple[str, float]]

    @property
    def contest_ratio(self) -> float:
        """How many times the links' room audio took in the contest itself."""
        return CONTEST_AUDIO / (CONTEST_LINKS * _BYTES_PER_LINK)

    @property
    def ratio(self) -> float:
        """The same on this run's catalogue."""
        return self.audio / max(self.links, 1)

    @property
    def nearest(self) -> int:
        """The one of `RATIOS` that `contest_ratio` comes nearest, as a ratio."""
        return min(RATIOS, key=lambda one: max(one / self.contest_ratio, self.contest_ratio / one))


def weigh(
    footprint: Footprint, means: Mapping[str, float], reads: Mapping[str, Collection[str]], popular: Collection[str]
) -> FirstThings:
    """Set sizes and figures side by side.

    Args:
        footprint: of the training matrix.
        means: each model's main metric.
        reads: what each model looks at, as `Recommender.reads`.
        popular: the models that are the baseline "most popular".
    """
    groups = {
        "popularity": [name for name in means if name in popular],
        "links": [name for name in means if name not in popular and set(reads[name]) == {"songs"}],
        "audio": [name for name in means if "audio" in reads[name]],
    }
    steps = {}
    for step, names in groups.items():
        if names:
            best = max(names, key=lambda name: means[name])
            steps[step] = (best, means[best])
    audio = CONTEST_AUDIO / CONTEST_SONGS * footprint.columns
    return FirstThings(footprint.columns, footprint.csr, audio, steps)
