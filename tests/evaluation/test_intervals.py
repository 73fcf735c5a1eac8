"""Bootstrap intervals against scipy's, the normal approximation, and planted differences."""

import math

import numpy as np
import pytest
from scipy import stats

from playrec_core.evaluation.intervals import Interval, mean_interval, mean_intervals, paired_difference


@pytest.fixture(scope="module")
def skewed() -> np.ndarray:
    """400 values shaped like nDCG: many zeros, a long right tail."""
    rng = np.random.default_rng(11)
    return np.where(rng.random(400) < 0.4, 0.0, rng.beta(1, 6, 400))


def test_scipys_percentile_bootstrap_gives_the_same_interval(skewed):
    ours = mean_interval(skewed, resamples=20_000)
    theirs = stats.bootstrap(
        (skewed,), np.mean, n_resamples=20_000, method="percentile", rng=np.random.default_rng(0)
    ).confidence_interval
    # Two independent draws: their ends differ by about the Monte Carlo error, 1/40 of the standard error.
    error = skewed.std() / math.sqrt(len(skewed)) / 10
    assert ours.low == pytest.approx(theirs.low, abs=error)
    assert ours.high == pytest.approx(theirs.high, abs=error)
    assert ours.mean == pytest.approx(skewed.mean(), abs=1e-15)


@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.95])
def test_the_width_follows_the_confidence_asked_for(skewed, confidence):
    interval = mean_interval(skewed, resamples=20_000, confidence=confidence)
    half = stats.norm.ppf(0.5 + confidence / 2) * skewed.std() / math.sqrt(len(skewed))
    assert (interval.high - interval.low) / 2 == pytest.approx(half, rel=0.05)


def test_ninety_five_of_a_hundred_intervals_hold_the_true_mean():
    rng = np.random.default_rng(2)
    worlds = rng.exponential(size=(400, 200))  # the true mean is 1
    held = sum(interval.low <= 1 <= interval.high for interval in map(mean_interval, worlds))
    assert 0.91 <= held / 400 <= 0.98


def test_undefined_playlists_are_left_out(skewed):
    with_gaps = np.concatenate([skewed, np.full(400, np.nan)])
    interval = mean_interval(with_gaps, resamples=20_000)
    alone = mean_interval(skewed, resamples=20_000)
    assert interval.n == 400
    assert interval.mean == pytest.approx(alone.mean, abs=1e-15)
    assert interval.low == pytest.approx(alone.low, rel=0.03)
    assert interval.high == pytest.approx(alone.high, rel=0.03)


def test_the_same_seed_gives_the_same_interval_and_another_seed_another(skewed):
    assert mean_interval(skewed, seed=5) == mean_interval(skewed, seed=5)
    assert mean_interval(skewed, seed=5) != mean_interval(skewed, seed=6)


def test_columns_share_their_resamples(skewed):
    first, second = mean_intervals(np.stack([skewed, 2 * skewed], axis=1))
    assert (second.low, second.high) == pytest.approx((2 * first.low, 2 * first.high), rel=1e-12)


def test_blocks_of_resamples_do_not_repeat_each_other():
    # 50 thousand playlists need several blocks of draws; a block that started the generator anew would
    # repeat the same few means and narrow the interval.
    values = np.random.default_rng(3).random(50_000)
    interval = mean_interval(values, resamples=500)
    half = 1.96 * values.std() / math.sqrt(len(values))
    assert (interval.high - interval.low) / 2 == pytest.approx(half, rel=0.15)


def test_one_playlist_none_and_only_undefined_ones():
    assert mean_interval(np.array([0.25])) == Interval(0.25, 0.25, 0.25, 1)
    for empty in (np.zeros(0), np.full(3, np.nan)):
        interval = mean_interval(empty)
        assert interval.n == 0
        assert all(map(math.isnan, (interval.mean, interval.low, interval.high)))


def test_few_defined_among_many_undefined_still_have_an_interval():
    interval = mean_interval(np.array([np.nan] * 50 + [0.5]))
    assert interval == Interval(0.5, 0.5, 0.5, 1)


def test_a_pair_tells_apart_what_two_overlapping_intervals_do_not(skewed):
    better = skewed + 0.002
    one, other = mean_interval(skewed), mean_interval(better)
    assert one.high > other.low
    difference = paired_difference(better, skewed)
    assert difference.mean == pytest.approx(0.002)
    assert difference.excludes_zero
    assert not paired_difference(skewed, np.random.default_rng(1).permutation(skewed)).excludes_zero


def test_scipys_paired_bootstrap_gives_the_same_interval(skewed):
    other = np.clip(skewed + np.random.default_rng(5).normal(0.01, 0.05, len(skewed)), 0, 1)
    ours = paired_difference(other, skewed, resamples=20_000)
    theirs = stats.bootstrap(
        (other, skewed),
        lambda one, two, axis: one.mean(axis) - two.mean(axis),
        paired=True,
        vectorized=True,
        n_resamples=20_000,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    error = (other - skewed).std() / math.sqrt(len(skewed)) / 10
    assert ours.low == pytest.approx(theirs.low, abs=error)
    assert ours.high == pytest.approx(theirs.high, abs=error)


@pytest.mark.parametrize(("shift", "apart"), [(0.0, False), (0.004, False), (0.02, True), (-0.02, True)])
def test_what_excludes_zero_is_what_scipys_permutation_test_rejects(skewed, shift: float, apart: bool):
    """Two ways to ask the same question; the shifts are far enough from the border for both to see them."""
    noise = np.random.default_rng(6).normal(0, 0.05, len(skewed))
    other = skewed + noise - noise.mean() + shift
    p = stats.permutation_test(
        (other, skewed),
        lambda one, two, axis: (one - two).mean(axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=5000,
        rng=np.random.default_rng(0),
    ).pvalue
    assert (p < 0.05) == apart
    assert paired_difference(other, skewed, resamples=5000).excludes_zero == apart


def test_a_pair_leaves_out_playlists_where_either_is_undefined():
    difference = paired_difference(np.array([1.0, np.nan, 3.0]), np.array([0.0, 9.0, np.nan]))
    assert (difference.mean, difference.n) == (1.0, 1)


def test_impossible_requests_are_refused(skewed):
    with pytest.raises(ValueError, match="confidence"):
        mean_interval(skewed, confidence=95)
    with pytest.raises(ValueError, match="same playlists"):
        paired_difference(skewed, skewed[1:])
