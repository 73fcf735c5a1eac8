"""People's titles cut to the stems that training titles are made of.

Melon's published tenth holds its training titles as word stems without particles ("비 오 날 듣 노래"), its questions
as people wrote them ("비 오는 날에 듣는 노래들"): fewer than half of the questions' words stand in any training title.
The stems themselves say where to cut. Of all ways to cut a run of Korean letters into known stems and single letters
that belong to none, the likeliest under the stems' own frequencies is taken (Viterbi; the unigram segmentation of
Kudo, "Subword Regularization", ACL 2018), and what belongs to none is dropped: mostly particles and endings. No
dictionary is needed, and what comes out is in the training titles by construction.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np

_RUN = re.compile(r"[가-힣]+|\d+|[^\W\d_가-힣]+")
_KOREAN = re.compile(r"[가-힣]+")
_NO_STEM = 12.0
"""What a letter that belongs to no stem costs, in nats: more than the rarest stem of ten thousand titles."""
_SURE = 20
"""A stem of one letter is believed from so many titles on: most single letters are particles, or mistakes."""


class Stems:
    """The stems and how often each occurs."""

    def __init__(self, counts: Mapping[str, int]):
        self.counts = dict(counts)

    @classmethod
    def build(cls, titles: Iterable[str]) -> "Stems":
        """Of titles that are stems already, divided by blanks."""
        return cls(Counter(run for title in titles for run in _RUN.findall(title.casefold())))

    def cut(self, text: str) -> str:
        """The text's stems in order, divided by blanks. Runs that are not Korean stay as they are, casefolded."""
        parts: list[str] = []
        for run in _RUN.findall(text.casefold()):
            parts += self._cut_run(run) if _KOREAN.fullmatch(run) else [run]
        return " ".join(parts)

    def _cut_run(self, run: str) -> list[str]:
        costs, longest = self._costs, self._longest
        best = [0.0] + [math.inf] * len(run)
        start = [0] * (len(run) + 1)
        for end in range(1, len(run) + 1):
            for begin in range(max(0, end - longest), end):
                cost = costs.get(run[begin:end], _NO_STEM if end - begin == 1 else math.inf)
                if best[begin] + cost < best[end]:
                    best[end], start[end] = best[begin] + cost, begin
        stems = []
        end = len(run)
        while end:
            begin = start[end]
            # Within a run a single letter is a particle or an ending, also where it happens to be a stem elsewhere.
            if run[begin:end] in costs and (end - begin > 1 or begin == 0):
                stems.append(run[begin:end])
            end = begin
        return stems[::-1]

    @cached_property
    def _costs(self) -> dict[str, float]:
        total = sum(self.counts.values())
        return {
            stem: -math.log(count / total) for stem, count in self.counts.items() if len(stem) > 1 or count >= _SURE
        }

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._costs), default=1)

    def state(self) -> dict[str, np.ndarray]:
        """Arrays for the run store: the stems as UTF-8, divided by line ends, and their counts."""
        return {
            "stems": np.frombuffer("\n".join(self.counts).encode(), dtype=np.uint8),
            "counts": np.fromiter(self.counts.values(), dtype=np.int64, count=len(self.counts)),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray]) -> "Stems":
        """The stems that `state` stored."""
        stems = state["stems"].tobytes().decode().split("\n")
        return cls(dict(zip(stems, state["counts"].tolist(), strict=False)))
