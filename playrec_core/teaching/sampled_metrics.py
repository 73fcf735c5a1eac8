"""Lesson: what sampled metrics hide. Recall@10 among n items drawn at random, for every n, exactly and in expectation.

Krichene & Rendle, "On sampled metrics for item recommendation", KDD 2020. Of N candidates a are ahead of a hidden item.
Draw n of them: the number X of those drawn that are ahead is hypergeometric, and the item is among the first ten when
X <= 9. So nothing needs to be drawn, and the curve has no noise: what it hides it hides for certain.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from playrec_core.evaluation.protocol_sensitivity import rank_counts
from playrec_core.schema import Progress, no_progress

from .evaluated_models import DEPTH, Questions, Scorer, scored

N_QUESTIONS = 150
SAMPLES = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)


@dataclass(frozen=True, eq=False)
class Sampled:
    """Recall@10 by the number of items drawn.

    Args:
        sizes: how many are drawn; the last stands for all, and is the mean number of candidates.
        recall: by model, (n_sizes,), the last under full ranking.
    """

    sizes: tuple[int, ...]
    recall: Mapping[str, np.ndarray]

    @property
    def full(self) -> dict[str, float]:
        """Recall@10 under full ranking, the best model first."""
        return dict(sorted(((m, float(curve[-1])) for m, curve in self.recall.items()), key=lambda one: -one[1]))

    def at(self, size: int) -> dict[str, float]:
        """Recall@10 among so many drawn, the best model first."""
        place = self.sizes.index(size)
        return dict(sorted(((m, float(curve[place])) for m, curve in self.recall.items()), key=lambda one: -one[1]))

    def flips(self, size: int) -> list[tuple[str, str]]:
        """Pairs of models whose order sampling turns round: first the one that is really ahead."""
        full, drawn = self.full, self.at(size)
        return [(a, b) for a in full for b in full if full[a] > full[b] and drawn[a] < drawn[b]]


def expected(ahead: np.ndarray, n_candidates: np.ndarray, n_drawn: int) -> np.ndarray:
    r"""The probability that an item is among the first ten of itself and n drawn candidates.

    .. math:: P(X \le 9) = \sum_{j=0}^{9} \binom{a}{j} \binom{N - a}{n - j} \Big/ \binom{N}{n}

    Args:
        ahead: (n_hidden,) how many candidates are ahead; infinite for an item that can never be found.
        n_candidates: (n_hidden,) N.
        n_drawn: n; where there are fewer candidates, all of them.

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
        # Where it is not possible the arguments are made harmless, and the term is left out.
        a, d, rest = (np.where(possible, one, j) for one in (above, drawn, total - above + j))
        chance += np.where(possible, np.exp(_choose(a, j) + _choose(rest - j, d - j) - _choose(total, drawn)), 0.0)
    return np.where(known, np.minimum(chance, 1.0), 0.0)


def _choose(n: np.ndarray, k: np.ndarray | int) -> np.ndarray:
    """The logarithm of n over k."""
    return gammaln(n + 1) - gammaln(np.asarray(k) + 1) - gammaln(n - k + 1)


def sample(models: Mapping[str, Scorer], questions: Questions, progress: Progress = no_progress) -> Sampled:
    """Rank every hidden item among all candidates, and say what any sample of them would show.

    Args:
        models: by name.
        questions: which all show and hide something.
        progress: told the finished fraction.
    """
    unseen = [questions.unseen(place) for place in range(len(questions))]
    n_candidates = np.repeat([len(one) for one in unseen], [len(one) for one in questions.hidden])
    mean = round(float(np.mean([len(one) for one in unseen]))) if unseen else 0
    drawn = [size for size in SAMPLES if size < mean]
    curves: dict[str, np.ndarray] = {}
    for done, (name, model) in enumerate(models.items()):
        ranks = np.concatenate(
            [
                rank_counts(scores, questions.hidden[place], unseen[place]).ranks("ours")
                for place, scores in enumerate(scored(model, questions))
            ]
        )
        curve = [float(expected(ranks - 1, n_candidates, size).mean()) for size in drawn]
        curves[name] = np.array([*curve, float((ranks <= DEPTH).mean())])
        progress((done + 1) / len(models))
    return Sampled((*drawn, mean), curves)
