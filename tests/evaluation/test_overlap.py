"""Rank-biased overlap against the paper's own sums, written out naively, and against what must hold of it."""

import numpy as np
import pytest

from playrec_core.evaluation.overlap import rank_biased_overlap


def shared(one: list[int], other: list[int], depth: int) -> int:
    return len(set(one[:depth]) & set(other[:depth]))


def extrapolated(one: list[int], other: list[int], p: float) -> float:
    """Webber, Moffat and Zobel (2010), equation 32, term by term."""
    short, long = sorted((one, other), key=len)
    s, n = len(short), len(long)
    x_s, x_l = shared(one, other, s), shared(one, other, n)
    first = sum(shared(one, other, d) / d * p**d for d in range(1, n + 1))
    second = sum(x_s * (d - s) / (s * d) * p**d for d in range(s + 1, n + 1))
    return (1 - p) / p * (first + second) + ((x_l - x_s) / n + x_s / s) * p**n


def padded(lists: list[list[int]], depth: int) -> np.ndarray:
    return np.array([one + [-1] * (depth - len(one)) for one in lists])


@pytest.mark.parametrize("p", [0.5, 0.9, 0.98])
def test_agrees_with_the_papers_sums_for_lists_of_any_length(p):
    rng = np.random.default_rng(3)
    ones = [rng.permutation(15)[: rng.integers(1, 12)].tolist() for _ in range(60)]
    others = [rng.permutation(15)[: rng.integers(1, 12)].tolist() for _ in range(60)]
    found = rank_biased_overlap(padded(ones, 12), padded(others, 14), persistence=p)
    assert found == pytest.approx([extrapolated(a, b, p) for a, b in zip(ones, others, strict=True)], abs=1e-12)
    cut = rank_biased_overlap(padded(ones, 12), padded(others, 14), persistence=p, extrapolate=False)
    naive = [
        (1 - p) * sum(p ** (d - 1) * shared(a, b, d) / d for d in range(1, 15))
        for a, b in zip(ones, others, strict=True)
    ]
    assert cut == pytest.approx(naive, abs=1e-12)


def test_values_that_can_be_worked_out_by_hand():
    """Depth 2, p 0.5, the first place swapped: X is 0, 2, so RBO_ext is 0.5 * 0.5 + 0.25 = 0.5."""
    swapped = rank_biased_overlap(np.array([[1, 2]]), np.array([[2, 1]]), persistence=0.5)
    assert swapped == pytest.approx([0.5])
    one_of_two = rank_biased_overlap(np.array([[1, 2]]), np.array([[1, 3]]), persistence=0.5)
    assert one_of_two == pytest.approx([0.5 + 0.125 + 0.5 * 0.25])


def test_the_same_list_is_one_and_disjoint_lists_are_zero():
    lists = np.arange(20).reshape(2, 10)
    assert rank_biased_overlap(lists, lists) == pytest.approx([1, 1])
    assert rank_biased_overlap(lists, lists[::-1]) == pytest.approx([0, 0])
    assert rank_biased_overlap(lists, lists, extrapolate=False) == pytest.approx([1 - 0.9**10] * 2)


def test_it_is_symmetric_and_the_top_counts_most():
    base = np.arange(10)[None]
    top, bottom = base.copy(), base.copy()
    top[0, 0], bottom[0, 9] = 90, 91
    assert rank_biased_overlap(base, top) < rank_biased_overlap(base, bottom)
    assert rank_biased_overlap(base, top) == pytest.approx(rank_biased_overlap(top, base))


def test_empty_lists():
    empty, full = np.full((1, 3), -1), np.array([[1, 2, 3]])
    assert rank_biased_overlap(empty, empty).tolist() == [1.0]
    assert rank_biased_overlap(empty, full).tolist() == [0.0]


@pytest.mark.parametrize("p", [0, 1, -1])
def test_an_impossible_persistence_is_refused(p):
    with pytest.raises(ValueError, match="persistence"):
        rank_biased_overlap(np.array([[1]]), np.array([[1]]), persistence=p)
