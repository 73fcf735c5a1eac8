"""Slices defined by a rule such as ``seed_length >= 5 and popularity < 0.2``, parsed but never executed.

The text is untrusted: only comparisons of named columns with numbers and texts, joined by ``and``, ``or`` and ``not``,
are accepted.
"""

import ast
import contextlib
import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from playrec_core.errors import PlayrecError
from playrec_core.i18n import tr

LONGEST_RULE = 300
LARGEST_NUMBER = 1e12
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_SIGNS = str.maketrans({"≤": "<=", "≥": ">=", "≠": "!=", "\u2060": None})


class RuleError(PlayrecError):
    """A rule is invalid; the message is translated and names the part and what is allowed."""


Columns = Mapping[str, np.ndarray]
Synonyms = Mapping[str, Mapping[str, str]]


def matching(rule: str, columns: Columns, synonyms: Synonyms = MappingProxyType({})) -> np.ndarray:
    """The rows that match a rule.

    Args:
        rule: comparisons of a column with a number or a 'text', joined by and, or, not and parentheses.
        columns: (n_rows,) each, numbers (NaN, which never matches, if unknown) or texts.
        synonyms: by column, other forms of its texts.

    Returns:
        (n_rows,) bool.

    Raises:
        RuleError: the rule is not of this form.
    """
    if len(rule) > LONGEST_RULE:
        raise RuleError(
            tr("A rule can have at most {most} characters; this one has {n:,}.", most=LONGEST_RULE, n=len(rule))
        )
    return _truth(_parsed(rule, columns), columns, synonyms)


def _parsed(rule: str, columns: Mapping[str, np.ndarray]) -> ast.expr:
    # As written, and with typographic signs replaced.
    for text in (rule, rule.translate(_SIGNS)):
        with contextlib.suppress(SyntaxError, ValueError, MemoryError, RecursionError):
            return ast.parse(text.strip(), mode="eval").body
    raise RuleError(tr("This is not a valid rule. Example: {example}", example=example(columns)))


def example(columns: Mapping[str, np.ndarray]) -> str:
    """An example of a rule on these columns."""
    numeric = [name for name, values in columns.items() if not _is_text(values)]
    return f"{numeric[0]} >= {_median(columns[numeric[0]])} and {numeric[-1]} < {_median(columns[numeric[-1]])}"


def _median(values: np.ndarray) -> str:
    known = values[~np.isnan(values)]
    return f"{np.median(known) if known.size else 0:.2g}"


def _truth(node: ast.expr, columns: Columns, synonyms: Synonyms) -> np.ndarray:
    if isinstance(node, ast.BoolOp):
        join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
        return join.reduce([_truth(part, columns, synonyms) for part in node.values])
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return ~_truth(node.operand, columns, synonyms)
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        found = [
            _compared(left, sign, right, columns, synonyms)
            for left, sign, right in zip(sides[:-1], node.ops, sides[1:], strict=True)
        ]
        return np.logical_and.reduce(found)
    raise RuleError(tr("“{part}” is not a condition: compare a column with a number or a 'text'.", part=_shown(node)))


def _compared(left: ast.expr, sign: ast.cmpop, right: ast.expr, columns: Columns, synonyms: Synonyms) -> np.ndarray:
    if type(sign) not in _COMPARISONS:
        raise RuleError(tr("Compare with <, <=, >, >=, == or !=."))
    column, other = (left, right) if isinstance(left, ast.Name) else (right, left)
    if not isinstance(column, ast.Name) or isinstance(other, ast.Name):
        raise RuleError(
            tr(
                "“{left}” and “{right}”: compare a column with a number or a 'text'.",
                left=_shown(column),
                right=_shown(other),
            )
        )
    if column.id not in columns:
        raise RuleError(
            tr("There is no column “{name}”. Columns: {columns}.", name=column.id[:40], columns=", ".join(columns))
        )
    values, constant = columns[column.id], _constant(other)
    if _is_text(values) != isinstance(constant, str):
        facts = {"name": column.id, "other": _shown(other)}
        raise RuleError(
            tr("“{name}” must be compared with a text in quotes, not with “{other}”.", **facts)
            if _is_text(values)
            else tr("“{name}” must be compared with a number, not with “{other}”.", **facts)
        )
    if isinstance(constant, str):
        constant = synonyms.get(column.id, {}).get(constant, constant)
    known = np.ones(len(values), dtype=bool) if _is_text(values) else ~np.isnan(values)
    operands = (values, constant) if column is left else (constant, values)
    return _COMPARISONS[type(sign)](*operands) & known


def _constant(node: ast.expr) -> float | str:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _constant(node.operand)
        if not isinstance(value, str):
            return -value
    elif isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST_NUMBER:
            return float(value)
    raise RuleError(
        tr(
            "“{part}” is neither a number (up to {largest:.0e}) nor a 'text'.",
            part=_shown(node),
            largest=LARGEST_NUMBER,
        )
    )


def _is_text(values: np.ndarray) -> bool:
    return values.dtype.kind in "UO"


def _shown(node: ast.expr) -> str:
    return ast.unparse(node)[:40]
