"""Messages outside calls of ``tr``: formulas in the docstrings of metrics, and titles of a configuration's comparisons.

Extraction methods as Babel calls them (https://babel.pocoo.org/en/latest/messages.html#writing-extraction-methods);
``babel.cfg`` assigns the files.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from babel.messages.extract import extract_python

from playrec_core.evaluation.registry import metrics

from .metrics import formula_of

Extracted = tuple[int, Any, Any, Any]
"""Line, name of the function, message, comments."""


def from_metrics(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Extracted]:
    """The marked messages of a metric's file, and formulas with words in them."""
    yield from extract_python(file, keywords, comment_tags, options)
    for metric in (*metrics("songs").values(), *metrics("tags").values()):
        if type(metric).__module__.rpartition(".")[2] == Path(file.name).stem and r"\text{" in formula_of(metric):
            yield 1, None, formula_of(metric), []


def from_configuration(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Extracted]:
    """Titles and captions of a configuration's comparisons."""
    for one in tomllib.load(file).get("comparisons", ()):
        yield from ((1, None, one[key], []) for key in ("title", "caption") if one.get(key))
