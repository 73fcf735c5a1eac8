"""Which outputs a step computes, and how likely each was to be among them.

A step needs the outputs that hold a target of its batch; the sums over all outputs (the multinomial's denominator,
the squared error of the zeros) are estimated from these and from outputs drawn at random. An output that was included
with probability pi stands for 1 / pi outputs like it (Horvitz & Thompson, JASA 1952); in a softmax this is the "logQ
correction" (Bengio & Senecal, 2008): log pi is taken from the logit. Without it frequent songs, which stand in most
batches, would be pushed down.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Sample:
    """The outputs of one step.

    Args:
        columns: (n,) int64 output columns, sorted, distinct.
        log_inclusion: (n,) float32, log of the probability that a row meets the column though it is not its target.
    """

    columns: np.ndarray
    log_inclusion: np.ndarray


class OutputSampler:
    """Draws outputs independently of one another ("Poisson sampling"), so that inclusion probabilities are exact.

    An output enters by being drawn, or as a target of another row of the batch; batches are random, so the latter has
    probability 1 - (1 - share of rows that hold it) ** (batch - 1).

    Args:
        counts: (n_outputs,) in how many of the rows each output is a target.
        n_rows: number of rows.
        samples: expected number drawn a step; 0 takes every output.
        power: drawn in proportion to counts ** power.
    """

    def __init__(self, counts: np.ndarray, n_rows: int, samples: int, power: float):
        self.n_outputs = len(counts)
        self.everything = samples == 0 or samples >= self.n_outputs
        self._shares = np.minimum(counts / max(n_rows, 1), 1.0)
        self._drawn = np.ones(self.n_outputs) if self.everything else _probabilities(counts, samples, power)

    def draw(self, targets: np.ndarray, n_rows: int, rng: np.random.Generator) -> Sample:
        """The targets of a batch of ``n_rows`` rows and what is drawn beside them."""
        if self.everything:
            return Sample(np.arange(self.n_outputs), np.zeros(self.n_outputs, np.float32))
        chosen = rng.random(self.n_outputs) < self._drawn
        chosen[targets] = True
        columns = np.flatnonzero(chosen)
        missed = (1 - self._drawn[columns]) * (1 - self._shares[columns]) ** max(n_rows - 1, 0)
        inclusion = np.maximum(1 - missed, np.finfo(np.float32).tiny)
        return Sample(columns, np.log(inclusion).astype(np.float32))


def _probabilities(counts: np.ndarray, samples: int, power: float) -> np.ndarray:
    """Inclusion probabilities proportional to counts ** power, capped at one, with sum ``samples``."""
    weights = np.maximum(counts, 1).astype(np.float64) ** power
    probabilities = np.minimum(weights * (samples / weights.sum()), 1.0)
    # What the cap cut off goes to the others; a handful of rounds settle it.
    for _ in range(20):
        free = probabilities < 1
        left = samples - (~free).sum()
        if left <= 0 or abs(probabilities.sum() - samples) < 1e-9 * samples:
            break
        probabilities[free] = np.minimum(weights[free] * (left / weights[free].sum()), 1.0)
    return probabilities
