"""Validates a submission to the Movie Rec competition: a CSV of ``user,item``, exactly k items for each user.

The competition silently counts invalid rows as misses, so they are reported here first.
"""

import csv
from collections.abc import Callable, Collection, Container
from pathlib import Path

from playrec_core.errors import SubmissionError

HEADER = ["user", "item"]


def check_pairs(
    path: Path, users: Collection[str], items: Container[str], seen: Callable[[str], Container[str]], *, k: int
) -> int:
    """Validate a submission line by line.

    Args:
        path: the file.
        users: external ids of all users to recommend for.
        items: external ids that may be recommended.
        seen: returns the items a user has already, which may not be recommended.
        k: number of items per user.

    Returns:
        The number of users.

    Raises:
        SubmissionError: names the invalid line or user.
    """
    found: dict[str, set[str]] = {user: set() for user in users}
    owned: tuple[str, Container[str]] = ("", ())
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        if next(lines, None) != HEADER:
            raise SubmissionError(f"{path}, line 1: should be {','.join(HEADER)}")
        for row in lines:
            fault = None
            if len(row) != len(HEADER):
                fault = f"has {len(row)} columns, not {len(HEADER)}"
            elif row[0] not in found:
                fault = f"unknown user {row[0]!r}"
            elif row[1] not in items:
                fault = f"there is no item {row[1]!r}"
            else:
                user, item = row
                if owned[0] != user:
                    owned = (user, seen(user))
                if item in owned[1]:
                    fault = f"user {user} has item {item} already"
                elif item in found[user]:
                    fault = f"duplicate item {item} for user {user}"
                elif len(found[user]) == k:
                    fault = f"user {user} has more than {k} items"
                found[user].add(item)
            if fault:
                raise SubmissionError(f"{path}, line {lines.line_num}: {fault}")
    short = next((user for user, given in found.items() if len(given) != k), None)
    if short is not None:
        raise SubmissionError(f"{path}: user {short} has {len(found[short])} items; exactly {k} are required")
    return len(found)
