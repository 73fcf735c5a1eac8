"""How many digits a figure gets, and how it is written."""

import math

import pytest

from playrec_core.evaluation.intervals import Interval
from playrec_core.ui.components.csr_view import size_in_words
from playrec_core.ui.wording.figures import decimals, figure, interval_text


@pytest.mark.parametrize(("half", "digits"), [(0.014, 3), (0.0062, 4), (0.00001, 4), (1.6, 1), (43.0, 0), (900.0, 0)])
def test_an_interval_supports_two_digits_of_its_half(half: float, digits: int):
    assert decimals([Interval(5.0, 5.0 - half, 5.0 + half, 10)]) == digits


def test_intervals_that_say_nothing_do_not_decide():
    point, undefined = Interval(1.0, 1.0, 1.0, 1), Interval(math.nan, math.nan, math.nan, 0)
    assert decimals([point, undefined, Interval(0.5, 0.4, 0.6, 9)]) == 2
    assert decimals([point]) == 4


def test_figures_are_written_with_a_minus_and_a_dash_for_nothing():
    assert figure(-0.0379, 3) == "−0.038"
    assert figure(math.nan, 3) == "–"
    assert interval_text(Interval(0, -0.5, 0.5, 3), 1) == "−0.5 to 0.5"
    assert interval_text(Interval(math.nan, math.nan, math.nan, 0), 1) == ""


@pytest.mark.parametrize(
    ("n_bytes", "words"), [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (104_400_000_000, "104 GB")]
)
def test_sizes_in_words(n_bytes: int, words: str):
    assert size_in_words(n_bytes) == words
