"""Names of tags and genres in the reader's language, where the data set offers them; not escaped."""

from collections.abc import Iterable

import numpy as np

from playrec_core.data.dataset import Dataset
from playrec_core.i18n import current
from playrec_core.projection.layout import Label
from playrec_core.schema import DETAIL_GENRES, GENRES, TAGS

_FACETS = {"tag": TAGS, "genre": GENRES, "detail genre": DETAIL_GENRES}
"""The facet behind each kind of feature (`playrec_core.data.features.KINDS`) that has names."""


def tags(dataset: Dataset, rows: Iterable[int] | np.ndarray) -> list[str]:
    """Names of tags, given by tag_idx."""
    language = current()
    return [dataset.terms.name(TAGS, str(tag), language) for tag in dataset.tags.outside(rows)]


def genres(dataset: Dataset, names: Iterable[str]) -> list[str]:
    """Names of genres, given as in the catalogue."""
    language = current()
    return [dataset.terms.name(GENRES, name, language) for name in names]


def labels(dataset: Dataset, found: Iterable[Label]) -> list[str]:
    """Names of labels of clusters, which are tags and genres."""
    language, names = current(), dataset.terms
    return [names.name(TAGS, names.name(GENRES, one.text, language), language) for one in found]


def feature(dataset: Dataset, name: str) -> tuple[str, str]:
    """Kind of a feature ("genre: Ballad"), and its value in the reader's language."""
    kind, _, value = name.partition(": ")
    return kind, dataset.terms.name(_FACETS.get(kind, ""), value, current())
