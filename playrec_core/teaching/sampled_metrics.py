"""Lesson: what sampled metrics hide. The exact expectation of Recall@10 against n sampled items, for every n.

Krichene & Rendle, "On sampled metrics for item recommendation", KDD 2020. Of N candidates, a rank ahead of a hidden
item. In a sample of n candidates, the number X that rank ahead is hypergeometric, and the item is in the top ten if
X <= 9. So no sample has to be drawn, and the curve has no noise: the distortion it shows is bias.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from playrec_core.evaluation.protocol_sensitivity import swapped_pairs
from playrec_core.schema import Progress, no_progress

from .evaluated_models import DEPTH, Queries, Scorer, hidden_ranks

N_QUERIES = 150
SAMPLES = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)


@dataclass(frozen=True, eq=False)
class Sampled:
    """Recall@10 by sample size.

    Args:
        sizes: sample sizes; the last is full ranking, as the mean number of candidates.
        recall: by model, (n_sizes,).
    """

    sizes: tuple[int, ...]
    recall: Mapping[str, np.ndarray]

    @property
    def full(self) -> dict[str, float]:
        """Recall@10 under full ranking, best model first."""
        return self.at(self.sizes[-1])

    def at(self, size: int) -> dict[str, float]:
        """Recall@10 for a sample size, best model first."""
        place = self.sizes.index(size)
        found = {model: float(curve[place]) for model, curve in self.recall.items()}
        return dict(sorted(found.items(), key=lambda one: -one[1]))

    def swapped_pairs(self, size: int) -> list[tuple[str, str]]:
        """Return the pairs of models that sampling reorders: first the one ahead under full ranking."""
        return swapped_pairs(self.full, self.at(size))


def hit_probability(ahead: np.ndarray, n_candidates: np.ndarray, n_drawn: int) -> np.ndarray:
    r"""Return the probability that an item is in the top ten among itself and n sampled candidates.

    .. math:: P(X \le 9) = \sum_{j=0}^{9} \binom{a}{j} \binom{N - a}{n - j} \Big/ \binom{N}{n}

    Args:
        ahead: (n_hidden,) number of candidates ahead; infinite for an item unknown to training.
        n_candidates: (n_hidden,) N.
        n_drawn: n; all candidates if there are fewer.

    Returns:
        (n_hidden,) float64.
    """
    total = n_candidates.astype(np.float64)
    drawn = np.minimum(n_drawn, total)
    known = np.isfinite(ahead)
    above = np.where(known, ahead, 0.0)
    chance = np.zeros(len(ahead))
    for j in range(DEPTH):
        possible = (j <= above) & (j <= drawn) & (drawn - j <= total - above)
        # For impossible cases the arguments are replaced by valid ones, and the term is dropped.
        a, d, rest = (np.where(possible, one, j) for one in (above, drawn, total - above + j))
        chance += np.where(possible, np.exp(_choose(a, j) + _choose(rest - j, d - j) - _choose(total, drawn)), 0.0)
    return np.where(known, np.minimum(chance, 1.0), 0.0)


def _choose(n: np.ndarray, k: np.ndarray | int) -> np.ndarray:
    """Logarithm of the binomial coefficient."""
    return gammaln(n + 1) - gammaln(np.asarray(k) + 1) - gammaln(n - k + 1)


def sampled_recall(models: Mapping[str, Scorer], queries: Queries, progress: Progress = no_progress) -> Sampled:
    """Rank every hidden item among all candidates, and compute the expected result of every sample size.

    Args:
        models: by name.
        queries: held-out queries.
        progress: called with the finished fraction.
    """
    n_candidates = np.repeat([len(one) for one in queries.unseen], [len(one) for one in queries.hidden])
    mean = round(float(np.mean([len(one) for one in queries.unseen]))) if queries.unseen else 0
    drawn = [size for size in SAMPLES if size < mean]
    curves: dict[str, np.ndarray] = {}
    for name, counts in hidden_ranks(models, queries, progress).items():
        ranks = counts.ranks("ours")
        curve = [float(hit_probability(ranks - 1, n_candidates, size).mean()) for size in drawn]
        curves[name] = np.array([*curve, float((ranks <= DEPTH).mean())])
    return Sampled((*drawn, mean), curves)
