"""Names of tags and genres in several languages, for display."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

Names = Mapping[str, Mapping[str, str]]
"""From a term, as it is in the data, to its name in each language (ISO 639-1 code)."""


@dataclass(frozen=True)
class Terms:
    """The terms that a data set names in several languages: tags, genres and other facets.

    Args:
        by_kind: the terms of each kind ("tags" or a facet of the catalogue). Their order breaks ties, so that data sets
            that differ in language only give the same results.
    """

    by_kind: Mapping[str, Names] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.by_kind)

    def name(self, kind: str, term: str, language: str) -> str:
        """The name of a term in a language; the term itself if there is none."""
        return self.by_kind.get(kind, {}).get(term, {}).get(language) or term

    def all_names(self, kind: str, term: str) -> set[str]:
        """A term and its names in every language."""
        return {term, *self.by_kind.get(kind, {}).get(term, {}).values()}

    def synonyms(self, kind: str) -> dict[str, str]:
        """From every name of a term to the term."""
        return {name: term for term, names in self.by_kind.get(kind, {}).items() for name in names.values()}

    def order(self, kind: str, terms: Sequence[str] | np.ndarray) -> np.ndarray:
        """(n,) int64 that sorts terms (n,): those with names in their order, then the others by code point."""
        rank = self._rank.get(kind)
        if not rank:
            return np.argsort(np.asarray(terms), kind="stable")
        keys = [(rank.get(str(term), len(rank)), term) for term in terms]
        return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64)

    @cached_property
    def _rank(self) -> dict[str, dict[str, int]]:
        return {kind: {term: place for place, term in enumerate(names)} for kind, names in self.by_kind.items()}
