"""Segmentation of Korean titles into the stems of the training titles.

Melon's published tenth has training titles of word stems without particles ("비 오 날 듣 노래"), but queries as written
("비 오는 날에 듣는 노래들"): fewer than half of the queries' words occur in any training title. The stems are therefore
used as a unigram language model. A run of Hangul is segmented into known stems and unknown single characters; the most
probable segmentation is found by the Viterbi algorithm (Kudo, "Subword Regularization", ACL 2018), and the unknown
characters, mostly particles and endings, are dropped. This needs no dictionary, and all results occur in training.
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
"""Cost of a character outside stems, in nats; higher than that of the rarest stem of ten thousand titles."""
_SURE = 20
"""Minimum count of a one-character stem; most single characters are particles or errors."""


class Stems:
    """Stems and their counts."""

    def __init__(self, counts: Mapping[str, int]):
        self.counts = dict(counts)

    @classmethod
    def build(cls, titles: Iterable[str]) -> "Stems":
        """Count the stems of titles that are already stemmed, separated by spaces."""
        return cls(Counter(run for title in titles for run in _RUN.findall(title.casefold())))

    def cut(self, text: str) -> str:
        """Return the stems of a text in order, separated by spaces. Non-Korean runs are only casefolded."""
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
            # A single character within a run is a particle or ending, even if it is a stem elsewhere.
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
        """Return the arrays to store: the stems as UTF-8, separated by newlines, and their counts."""
        return {
            "stems.stems": np.frombuffer("\n".join(self.counts).encode(), dtype=np.uint8),
            "stems.counts": np.fromiter(self.counts.values(), dtype=np.int64, count=len(self.counts)),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray]) -> "Stems":
        """Restore from `state`."""
        stems = state["stems.stems"].tobytes().decode().split("\n")
        return cls(dict(zip(stems, state["stems.counts"].tolist(), strict=False)))
