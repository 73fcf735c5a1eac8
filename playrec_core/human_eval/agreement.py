"""Analysis of verdicts: win rates with intervals, agreement with a metric, and agreement among judges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.stats import binomtest

from playrec_core.evaluation.intervals import Interval

from .verdicts import TIE, ListVerdict, SongVerdict

Labels = Sequence[str]
"""One judge's verdict on each of several cases."""


def wilson(successes: int, n: int) -> Interval:
    """Return a proportion with its 95 % Wilson interval, NaN for n = 0: E. B. Wilson, "Probable inference, the law of
    succession, and statistical inference", JASA 22(158), 1927.
    """
    if not n:
        return Interval(np.nan, np.nan, np.nan, 0)
    found = binomtest(successes, n).proportion_ci(method="wilson")
    return Interval(successes / n, float(found.low), float(found.high), n)


@dataclass(frozen=True)
class Wins:
    """The cases of one model that were no tie, and in how many its list was chosen; the share is won / decided."""

    model: str
    won: int
    decided: int
    share: Interval


def wins(verdicts: Sequence[ListVerdict]) -> list[Wins]:
    """Return the wins of each model among the decided cases it was shown in, highest win rate first."""
    found = []
    for model in dict.fromkeys(name for verdict in verdicts for name in sorted(verdict.shown)):
        decided = [verdict for verdict in verdicts if model in verdict.shown and verdict.choice != TIE]
        won = sum(verdict.choice == model for verdict in decided)
        found.append(Wins(model, won, len(decided), wilson(won, len(decided))))
    return sorted(found, key=lambda one: -np.nan_to_num(one.share.mean))


def fitting(verdicts: Sequence[SongVerdict]) -> dict[str, Interval]:
    """Return by model the share of the judged songs of its lists that fit."""
    models = dict.fromkeys(name for verdict in verdicts for name in verdict.models)
    judged = {model: [verdict.fits for verdict in verdicts if model in verdict.models] for model in models}
    return {model: wilson(sum(fits), len(fits)) for model, fits in judged.items()}


def with_metric(verdicts: Sequence[ListVerdict], values: Mapping[str, Mapping[str, float]]) -> tuple[Interval, float]:
    """Return how often judges chose the list with the highest value of a metric, given by model and held-out id: the
    share among decided cases without a tie for the highest value, and the share expected of random choices.
    """
    agreed, chance = 0, []
    for verdict in verdicts:
        figures = [values[model].get(verdict.question, np.nan) for model in verdict.shown]
        if verdict.choice == TIE or np.isnan(figures).any() or figures.count(max(figures)) > 1:
            continue
        agreed += verdict.shown[int(np.argmax(figures))] == verdict.choice
        chance.append(1 / len(figures))
    return wilson(agreed, len(chance)), float(np.mean(chance)) if chance else np.nan


def cohen(one: Labels, other: Labels) -> float:
    r"""Cohen's kappa of two judges over the same cases.

    .. math:: \kappa = \frac{p_o - p_e}{1 - p_e}

    with :math:`p_o` the share of cases they agree on and :math:`p_e` the share expected by chance from the
    frequencies of their verdicts. J. Cohen, "A coefficient of agreement for nominal scales", Educational and
    Psychological Measurement 20(1), 1960. NaN if all verdicts are the same, or without cases.
    """
    if len(one) != len(other):
        raise ValueError(f"{len(one)} verdicts of one judge and {len(other)} of the other")
    if not one:
        return float("nan")
    labels = sorted({*one, *other})
    observed = float(np.mean([a == b for a, b in zip(one, other, strict=True)]))
    expected = sum(one.count(label) * other.count(label) for label in labels) / len(one) ** 2
    return _beyond_chance(observed, expected)


def fleiss(judges: Sequence[Labels]) -> float:
    r"""Fleiss' kappa of several judges over the same cases.

    .. math:: \kappa = \frac{\bar P - \bar P_e}{1 - \bar P_e}

    with :math:`\bar P` the mean share of pairs of judges that agree on a case and :math:`\bar P_e` the sum of the
    squared shares of the verdicts. J. L. Fleiss, "Measuring nominal scale agreement among many raters", Psychological
    Bulletin 76(5), 1971. NaN as in `cohen`.

    Args:
        judges: two or more, each with a verdict per case.
    """
    n, cases = len(judges), len(judges[0])
    if n < 2 or any(len(labels) != cases for labels in judges):
        raise ValueError("two or more judges, each with a verdict per case")
    if not cases:
        return float("nan")
    kinds = sorted({label for labels in judges for label in labels})
    table = np.array([[[*given].count(kind) for kind in kinds] for given in zip(*judges, strict=True)])
    within = ((table**2).sum(axis=1) - n) / (n * (n - 1))
    shares = table.sum(axis=0) / (n * cases)
    return _beyond_chance(float(within.mean()), float((shares**2).sum()))


def _beyond_chance(observed: float, expected: float) -> float:
    return (observed - expected) / (1 - expected) if expected < 1 else float("nan")


@dataclass(frozen=True)
class Among:
    """The cases that all of some judges judged: how many, how many with the same verdict, and Cohen's kappa for two
    judges, Fleiss' for more.
    """

    judges: tuple[str, ...]
    cases: int
    same: int
    kappa: float


def among_judges(verdicts: Sequence[ListVerdict]) -> list[Among]:
    """Return the agreement of every pair of judges with a shared case and, for more than two, of all judges."""
    by_judge: dict[str, dict[tuple, str]] = {}
    for verdict in verdicts:
        by_judge.setdefault(verdict.judge, {})[verdict.case] = verdict.choice
    names = sorted(by_judge)
    groups = [*combinations(names, 2), *([tuple(names)] if len(names) > 2 else [])]
    found = []
    for group in groups:
        shared = sorted(set.intersection(*(set(by_judge[name]) for name in group)))
        if not shared:
            continue
        given = [[by_judge[name][case] for case in shared] for name in group]
        same = sum(len(set(labels)) == 1 for labels in zip(*given, strict=True))
        found.append(Among(group, len(shared), same, cohen(*given) if len(group) == 2 else fleiss(given)))
    return found
