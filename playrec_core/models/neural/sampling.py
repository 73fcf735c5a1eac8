"""The outputs that a training step computes, and their inclusion probabilities.

A step needs the outputs that are a target in its batch. Sums over all outputs (the denominator of the softmax, the
squared error of the zeros) are estimated from these and from outputs sampled at random: an output included with
probability pi has the weight 1 / pi (Horvitz & Thompson, JASA 1952). In a softmax this is the logQ correction, which
subtracts log pi from the logit (Bengio & Senecal, "Adaptive Importance Sampling to Accelerate Training of a Neural
Probabilistic Language Model", IEEE TNN 2008). Without it frequent songs, which occur in most batches, score too low.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Sample:
    """The outputs of one step.

    Args:
        columns: (n,) int64 output columns, sorted, distinct.
        log_inclusion: (n,) float32 log probability that the column is included for a row of which it is no target.
    """

    columns: np.ndarray
    log_inclusion: np.ndarray


class OutputSampler:
    """Poisson sampling: each output is drawn independently, so inclusion probabilities are exact.

    An output is included if it is drawn, or if it is a target of another row of the batch. Batches are random, so the
    latter has probability 1 - (1 - share of rows that contain it) ** (batch - 1).

    Args:
        counts: (n_outputs,) int64 number of rows in which each output is a target.
        n_rows: number of rows.
        samples: expected number of outputs drawn per step; 0 takes every output.
        power: outputs are drawn in proportion to counts ** power.
    """

    def __init__(self, counts: np.ndarray, n_rows: int, samples: int, power: float):
        self.n_outputs = len(counts)
        self.all_outputs = samples == 0 or samples >= self.n_outputs
        self._shares = np.minimum(counts / max(n_rows, 1), 1.0)
        self._drawn = np.ones(self.n_outputs) if self.all_outputs else _probabilities(counts, samples, power)

    def draw(self, targets: np.ndarray, n_rows: int, rng: np.random.Generator) -> Sample:
        """The targets of a batch of ``n_rows`` rows, int64 columns, and the outputs drawn in addition."""
        if self.all_outputs:
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
    # Redistribute what the cap cut off; this converges in a few rounds.
    for _ in range(20):
        free = probabilities < 1
        left = samples - (~free).sum()
        if left <= 0 or abs(probabilities.sum() - samples) < 1e-9 * samples:
            break
        probabilities[free] = np.minimum(weights[free] * (left / weights[free].sum()), 1.0)
    return probabilities
