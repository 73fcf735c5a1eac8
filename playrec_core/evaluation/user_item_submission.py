"""Checks a submission of the Movie Rec competition: a CSV of ``user,item``, exactly k items for each user.

The competition takes any such file and scores what it cannot use as a miss, silently; so faults are looked for before.
"""

import csv
from collections.abc import Callable, Collection, Container
from pathlib import Path

from playrec_core.errors import SubmissionError

HEADER = ["user", "item"]


def check_pairs(
    path: Path, users: Collection[str], items: Container[str], seen: Callable[[str], Container[str]], *, k: int
) -> int:
    """Read a submission, line by line, and refuse it at its first fault.

    Args:
        path: the file.
        users: outside ids of all who are to be answered.
        items: outside ids that may be answered.
        seen: what a user has already, which is no answer.
        k: how many items each user gets.

    Returns:
        The number of users.

    Raises:
        SubmissionError: names the line, or the user, at fault.
    """
    answered: dict[str, set[str]] = {user: set() for user in users}
    owned: tuple[str, Container[str]] = ("", ())
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        if next(lines, None) != HEADER:
            raise SubmissionError(f"{path}, line 1: should be {','.join(HEADER)}")
        for row in lines:
            fault = None
            if len(row) != len(HEADER):
                fault = f"has {len(row)} columns, not {len(HEADER)}"
            elif row[0] not in answered:
                fault = f"user {row[0]!r} is not asked for"
            elif row[1] not in items:
                fault = f"there is no item {row[1]!r}"
            else:
                user, item = row
                if owned[0] != user:
                    owned = (user, seen(user))
                if item in owned[1]:
                    fault = f"user {user} has item {item} already"
                elif item in answered[user]:
                    fault = f"item {item} was answered for user {user} before"
                elif len(answered[user]) == k:
                    fault = f"user {user} has more than {k} items"
                answered[user].add(item)
            if fault:
                raise SubmissionError(f"{path}, line {lines.line_num}: {fault}")
    short = next((user for user, found in answered.items() if len(found) != k), None)
    if short is not None:
        raise SubmissionError(f"{path}: user {short} has {len(answered[short])} items; exactly {k} are asked for")
    return len(answered)
