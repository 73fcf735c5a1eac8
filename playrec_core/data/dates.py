"""Release dates: parsing, and repair of missing ones from the album as in the Melon systems.

A date counts as missing if its year is ``0000`` or outside 1800 to 2100, or if it has a month that is not 01 to 12
(Melon has ``00`` and ``51``). A missing date is copied from the first other item of the same album that has one;
otherwise year and month are both 0, a category of their own: half a date is not kept. A year without a month, as for
movies, is not missing. The Melon systems (docs/sources/melon-systems.md) also treat 2020 as missing, the year their
data was collected; ``missing_years`` in a configuration does the same.
"""

import re
from array import array
from collections.abc import Collection

import numpy as np

from playrec_core.schema import DateSource

_MONTH = re.compile(r"(\d{4})-?(\d{2})")
_YEAR_IN_TITLE = re.compile(r"\((\d{4})(?:[-–]\d{0,4})?\)\s*$")


def year_in_title(title: str) -> str:
    """The year in brackets at the end of a movie title ("Toy Story (1995)", "Kung Fu (1972-1975)"), or ""."""
    found = _YEAR_IN_TITLE.search(title)
    return found[1] if found else ""


def parse_release(text: str, missing_years: Collection[int] = ()) -> tuple[int, int]:
    """Year and month of "YYYYMMDD" (or "YYYY", "YYYYMM"); 0 for each part that is missing or invalid."""
    digits = text.strip()
    year = int(digits[:4]) if digits[:4].isdecimal() and len(digits) >= 4 else 0
    month = int(digits[4:6]) if digits[4:6].isdecimal() and len(digits) >= 6 else 0
    if year in missing_years or not 1800 <= year <= 2100:
        year = 0
    return year, month if 1 <= month <= 12 else 0


def month_number(text: str) -> int:
    """The month of a date like "2019-07-05 12:00:00" or "20190705", counted from year 0; 0 if it has none."""
    found = _MONTH.match(text)
    year, month = (int(found[1]), int(found[2])) if found else (0, 0)
    return 12 * year + month - 1 if 1800 <= year <= 2100 and 1 <= month <= 12 else 0


def release_months(year: np.ndarray, month: np.ndarray) -> np.ndarray:
    """The first month in which each item can have been issued, (n_items,) int32, counted as in `month_number`.

    Args:
        year, month: (n_items,), 0 where unknown. A year alone counts as its January; an unknown year gives 0.
    """
    return np.where(year > 0, 12 * year.astype(np.int32) + np.maximum(month, 1) - 1, 0).astype(np.int32)


def issued_after(released: np.ndarray, updated: int) -> np.ndarray:
    """The items issued in a later month than a playlist was last changed in.

    Args:
        released: (n_items,) from `release_months`.
        updated: from `month_number`.

    Returns:
        (n,) int64 item_idx, ascending; none if the date of the playlist is unknown.
    """
    return np.flatnonzero(released > updated) if updated else np.empty(0, np.int64)


class ReleaseDates:
    """Collects dates item by item and repairs missing ones from other items of the same album.

    Args:
        missing_years: years that mean "unknown" in this data set.
    """

    def __init__(self, missing_years: Collection[int] = ()):
        self._missing_years = frozenset(missing_years)
        self._rows, self._years, self._months = array("i"), array("h"), array("b")
        self._year_only = array("b")
        self._albums = array("i")
        self._album_numbers: dict[int | str, int] = {}

    def add(self, row: int, released: str, album_id: int | str | None) -> None:
        """Add the date text and the album of the item at ``row``; each row once."""
        year, month = parse_release(released, self._missing_years)
        self._rows.append(row)
        self._years.append(year)
        self._months.append(month)
        self._year_only.append(len(released.strip()) == 4)
        known = album_id is not None
        self._albums.append(self._album_numbers.setdefault(album_id, len(self._album_numbers)) if known else -1)

    def resolve(self, n_items: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return years (int16), months (int8) and `DateSource` (int8), each (n_items,); 0 where unknown."""
        rows, albums = np.frombuffer(self._rows, np.int32), np.frombuffer(self._albums, np.int32)
        years, months = np.frombuffer(self._years, np.int16), np.frombuffer(self._months, np.int8)
        # The date of an album is that of its first item with a date.
        donors = np.flatnonzero((years > 0) & (months > 0) & (albums >= 0))
        donor = np.full(len(self._album_numbers) + 1, -1)  # the last entry: no album
        donor[albums[donors[::-1]]] = donors[::-1]
        given = (years > 0) & ((months > 0) | (np.frombuffer(self._year_only, np.int8) > 0))
        repaired = ~given & (donor[albums] >= 0)
        chosen = np.where(repaired, donor[albums], np.arange(len(rows)))

        year = np.zeros(n_items, dtype=np.int16)
        month = np.zeros(n_items, dtype=np.int8)
        source = np.full(n_items, DateSource.MISSING, dtype=np.int8)
        kept = given | repaired
        year[rows[kept]], month[rows[kept]] = years[chosen][kept], months[chosen][kept]
        source[rows[given]] = DateSource.GIVEN
        source[rows[repaired]] = DateSource.ALBUM
        return year, month, source
