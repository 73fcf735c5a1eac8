"""Who is ahead: planted differences are found, planted equality is not broken."""

import numpy as np
import pytest

from playrec_core.evaluation.comparison import differences, leaders
from playrec_core.evaluation.intervals import paired_difference


def planted(n=400):
    rng = np.random.default_rng(3)
    hard = rng.normal(0, 1, n)  # shared: what makes unpaired intervals wide
    return {
        "good": {"up": hard + 0.30 + rng.normal(0, 0.1, n), "down": hard + 1},
        "as good": {"up": hard + 0.30 + rng.normal(0, 0.1, n), "down": hard + 1 + rng.normal(0, 0.1, n)},
        "worse": {"up": hard + 0.25 + rng.normal(0, 0.1, n), "down": hard},
    }


def test_what_cannot_be_told_apart_is_tied_and_a_small_sure_gap_is_not():
    found = leaders(planted(), {"up": "higher", "down": "lower"})
    assert {found["up"].best, *found["up"].tied} == {"good", "as good"}
    assert not found["up"].clear
    assert found["down"].best == "worse"
    assert found["down"].clear


def test_equal_answers_are_tied():
    same = np.random.default_rng(1).random(50)
    found = leaders({"a": {"m": same}, "b": {"m": same.copy()}}, {"m": "higher"})["m"]
    assert (found.best, found.tied) == ("a", ("b",))


def test_the_order_of_the_models_does_not_decide():
    values = planted()
    turned = dict(reversed(values.items()))
    assert leaders(values, {"down": "lower"}) == leaders(turned, {"down": "lower"})


def test_undefined_metrics_and_lonely_models_have_no_leader():
    nothing = np.full(4, np.nan)
    assert leaders({"a": {"m": nothing}, "b": {"m": nothing}}, {"m": "higher"}) == {}
    assert leaders({"a": {"m": np.arange(4.0)}}, {"m": "higher"}) == {}


def test_differences_equal_the_paired_bootstrap_of_each_metric():
    values = planted()
    found = differences(values["good"], values["worse"], seed=7, resamples=200)
    for metric in ("up", "down"):
        alone = paired_difference(values["good"][metric], values["worse"][metric], seed=7, resamples=200)
        assert (found[metric].low, found[metric].high) == pytest.approx((alone.low, alone.high), abs=1e-12)
        assert found[metric].n == alone.n
