"""External ids that are whole numbers."""

import re
from collections.abc import Sequence
from typing import cast

import numpy as np

NO_ID = -(2**63)
"""Never an id: `whole_number` rejects it."""

_WHOLE_NUMBER = re.compile(r"\s*[+-]?\d{1,18}\s*")


def whole_number(value: object) -> int | None:
    """Return an id given as a number or as text ("12") as an integer; None if it is not a whole number.

    Text has at most 18 digits, numbers lie strictly between -2^63 and 2^63. 1.5, True and "1_000" are not ids.
    """
    if isinstance(value, str):
        return int(value) if _WHOLE_NUMBER.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        return None
    return int(value) if abs(int(value)) < 2**63 else None


def whole_numbers(values: Sequence[object]) -> Sequence[int | None]:
    """`whole_number` of each value."""
    if set(map(type, values)) == {int}:
        numbers = cast(Sequence[int], values)
        if min(numbers) > NO_ID and max(numbers) < 2**63:  # the usual case, many times faster
            return numbers
    return [whole_number(value) for value in values]
