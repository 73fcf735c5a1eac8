"""Messages that stand in no call of ``tr``: the docstrings of metrics and the titles of a configuration's comparisons.

Extraction methods as Babel calls them (https://babel.pocoo.org/en/latest/messages.html#writing-extraction-methods);
``babel.cfg`` says which files each reads.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from babel.messages.extract import extract_python

from playrec_core.evaluation.metrics.base import Metric
from playrec_core.evaluation.registry import metrics

from .metrics import formula_of, remarks_of

Extracted = tuple[int, Any, Any, Any]
"""Line, name of the function, message, comments."""


def from_metrics(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Extracted]:
    """What the file of a metric marks, and what the docstrings of its metrics say."""
    yield from extract_python(file, keywords, comment_tags, options)
    for metric in (*metrics("songs").values(), *metrics("tags").values()):
        if type(metric).__module__.rpartition(".")[2] == Path(file.name).stem:
            yield from ((1, None, text, []) for text in of_metric(metric))


def of_metric(metric: Metric) -> list[str]:
    """The messages of a metric's docstring. A formula without words is the same in every language."""
    return [text for text in formula_of(metric) if r"\text{" in text] + remarks_of(metric)


def from_configuration(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Extracted]:
    """Titles and captions of a configuration's comparisons."""
    for one in tomllib.load(file).get("comparisons", ()):
        yield from ((1, None, one[key], []) for key in ("title", "caption") if one.get(key))
