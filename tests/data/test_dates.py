"""Months of dates, and which items a playlist is too old for. `test_builder` has the repair of release dates."""

import numpy as np
import pytest

from playrec_core.data.dates import issued_after, month_number, release_months


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2013-12-19 18:36:19.000", 2013 * 12 + 11),
        ("2014-01-01", 2014 * 12),
        ("20140131", 2014 * 12),
        ("201402", 2014 * 12 + 1),
        *[(text, 0) for text in ("", "2014", "2014-00-10", "20145100", "0000-00-00", "9999-01-01", "soon", "1/2/2014")],
    ],
)
def test_the_month_of_a_date(text: str, expected: int):
    assert month_number(text) == expected


def test_only_what_was_surely_issued_later_is_later():
    years = np.array([2013, 2013, 2014, 2014, 2014, 0, 0], np.int16)
    months = np.array([12, 1, 1, 2, 0, 0, 5], np.int8)
    released = release_months(years, months)
    assert released.dtype == np.int32
    # A year alone can be its January; what has no year is never later.
    assert issued_after(released, month_number("2013-12-31")).tolist() == [2, 3, 4]
    assert issued_after(released, month_number("2014-01-01")).tolist() == [3]
    assert issued_after(released, 0).tolist() == []
