"""Kappas and intervals against other libraries and published examples; wins against cases made by hand."""

import math
from itertools import combinations, product

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from playrec_core.human_eval.agreement import among_judges, cohen, fitting, fleiss, wilson, wins, with_metric
from playrec_core.human_eval.verdicts import TIE, ListVerdict, SongVerdict

# Fleiss, 1971, the usual worked example: 14 raters, 10 subjects, 5 categories, kappa 0.210.
FLEISS_TABLE = [
    *([0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1]),
    *([7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]),
]


def verdict(judge: str, question: str, choice: str, shown: tuple[str, ...] = ("a", "b")) -> ListVerdict:
    return ListVerdict(judge, "run", question, shown, choice, 10, 0)


@pytest.mark.parametrize("labels", [2, 3, 5])
def test_cohen_agrees_with_scikit_learn(labels: int):
    rng = np.random.default_rng(labels)
    for n in (2, 7, 60):
        one, other = (rng.choice(list("abcde")[:labels], n).tolist() for _ in range(2))
        mine, its = cohen(one, other), cohen_kappa_score(one, other)
        assert mine == pytest.approx(its, abs=1e-12, nan_ok=True)


def test_cohen_of_the_textbook():
    """Two readers, 50 proposals, 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: 0.4."""
    one = ["yes"] * 25 + ["no"] * 25
    other = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    assert cohen(one, other) == pytest.approx(0.4)


def test_fleiss_of_the_published_example():
    cases = [[str(kind) for kind, times in enumerate(row) for _ in range(times)] for row in FLEISS_TABLE]
    assert fleiss([list(labels) for labels in zip(*cases, strict=True)]) == pytest.approx(0.210, abs=5e-4)


@pytest.mark.parametrize("judges", [2, 3, 5])
def test_fleiss_agrees_with_counting_every_pair_of_verdicts(judges: int):
    """Observed: the share of pairs of judges that agree. Expected: two verdicts drawn with replacement."""
    rng = np.random.default_rng(judges)
    for cases in (1, 4, 25):
        given = [rng.choice(list("abc"), cases).tolist() for _ in range(judges)]
        pairs = [x == y for labels in zip(*given, strict=True) for x, y in combinations(labels, 2)]
        drawn = [x == y for x, y in product([label for labels in given for label in labels], repeat=2)]
        observed, expected = float(np.mean(pairs)), float(np.mean(drawn))
        its = (observed - expected) / (1 - expected) if expected < 1 else math.nan
        assert fleiss(given) == pytest.approx(its, abs=1e-12, nan_ok=True)


def test_kappa_is_undefined_if_all_verdicts_are_the_same():
    assert math.isnan(cohen(["a", "a"], ["a", "a"]))
    assert math.isnan(fleiss([["a"], ["a"], ["a"]]))
    assert math.isnan(cohen([], []))


def test_fleiss_is_one_for_full_agreement():
    labels = ["a", "b", "a", TIE]
    assert fleiss([labels, labels, labels]) == pytest.approx(1.0)


def test_wilson_is_its_formula():
    z = 1.959963984540054
    for k, n in ((0, 1), (3, 4), (17, 40), (40, 40)):
        p = k / n
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        found = wilson(k, n)
        assert (found.low, found.high) == pytest.approx((max(centre - half, 0), min(centre + half, 1)), abs=1e-9)
    assert math.isnan(wilson(0, 0).mean)


def test_wins_count_decided_cases_only():
    given = [verdict("x", "1", "a"), verdict("x", "2", TIE), verdict("y", "1", "a"), verdict("y", "3", "b", ("b", "c"))]
    found = {one.model: (one.won, one.decided) for one in wins(given)}
    assert found == {"a": (2, 2), "b": (1, 3), "c": (0, 1)}
    assert wins(given)[0].model == "a"


def test_agreement_with_a_metric_leaves_out_ties_and_the_undefined():
    ndcg = {"a": {"1": 0.5, "2": 0.1, "3": 0.2, "4": math.nan}, "b": {"1": 0.1, "2": 0.4, "3": 0.2, "4": 0.1}}
    given = [verdict("x", str(q), choice) for q, choice in ((1, "a"), (2, "a"), (3, "a"), (4, "a"), (1, TIE))]
    share, chance = with_metric(given, ndcg)
    assert (share.mean, share.n, chance) == (0.5, 2, 0.5)


def test_judges_share_cases_whatever_the_order_shown():
    given = [
        *(verdict("x", q, c) for q, c in (("1", "a"), ("2", "b"), ("3", "a"))),
        *(verdict("y", q, c, ("b", "a")) for q, c in (("1", "a"), ("2", "b"), ("4", "b"))),
        *(verdict("z", q, c) for q, c in (("1", "b"), ("2", "b"), ("5", "a"))),
    ]
    found = {one.judges: one for one in among_judges(given)}
    assert set(found) == {("x", "y"), ("x", "z"), ("y", "z"), ("x", "y", "z")}
    assert (found["x", "y"].cases, found["x", "y"].same, found["x", "y"].kappa) == (2, 2, 1.0)
    assert (found["x", "y", "z"].cases, found["x", "y", "z"].same) == (2, 1)


def test_a_song_counts_for_every_list_that_contains_it():
    given = [
        SongVerdict("x", "r", "1", "i", True, ("a", "b"), 0),
        SongVerdict("x", "r", "1", "j", False, ("b",), 0),
    ]
    found = fitting(given)
    assert (found["a"].mean, found["b"].mean, found["b"].n) == (1.0, 0.5, 2)
