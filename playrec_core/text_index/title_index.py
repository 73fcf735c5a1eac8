"""Playlist titles as vectors: which training playlists are called something like this?

Character n-grams rather than words, because Korean titles glue particles to words and people misspell; tf-idf
cosine over n-grams hashed to a fixed number of columns, so nothing but numbers is stored (scikit-learn's
`HashingVectorizer`).
"""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from playrec_core.numerics.sparse import pack, scale_columns, top_per_row, unit_rows, unpack

_COLUMNS = 2**18


class TitleIndex:
    """Cosine search over the titles of the training playlists.

    Args:
        grams: (n_playlists, 2^18) float32, rows of length one.
        idf: (2^18,) float32.
        ngrams: shortest and longest n-gram.
    """

    def __init__(self, grams: csr_array, idf: np.ndarray, ngrams: tuple[int, int]):
        self.grams, self.idf, self.ngrams = grams, idf, ngrams

    @classmethod
    def build(cls, titles: Sequence[str], ngrams: tuple[int, int]) -> "TitleIndex":
        """Index titles; a playlist without one matches nothing."""
        return cls.of_counts(count(titles, ngrams), ngrams)

    @classmethod
    def of_counts(cls, counts: csr_array, ngrams: tuple[int, int]) -> "TitleIndex":
        """The index over texts that `count` has counted."""
        seen = np.bincount(counts.indices, minlength=_COLUMNS)
        idf = np.log1p(counts.shape[0] / np.maximum(seen, 1)).astype(np.float32)
        return cls(_unit(counts, idf), idf, ngrams)

    def search(self, titles: Sequence[str], k: int) -> csr_array:
        """(n_titles, n_playlists) float32: cosine of the k most similar playlists, nothing stored elsewhere."""
        return top_per_row(self.likeness(count(titles, self.ngrams)), k)

    def likeness(self, counts: csr_array) -> csr_array:
        """(n_texts, n_playlists) float32: cosines of texts, given as `count` makes them, to all titles."""
        return csr_array(_unit(counts, self.idf) @ self._transposed)

    @cached_property
    def _transposed(self) -> csr_array:
        return csr_array(self.grams.T.tocsr())

    def state(self) -> dict[str, np.ndarray]:
        """Arrays for the run store."""
        return {"idf": self.idf, "ngrams": np.asarray(self.ngrams), **pack("grams", self.grams)}

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray]) -> "TitleIndex":
        """The index that `state` stored."""
        low, high = state["ngrams"].tolist()
        return cls(unpack("grams", state), state["idf"], (low, high))


def count(titles: Sequence[str], ngrams: tuple[int, int]) -> csr_array:
    """(n_titles, 2^18) float32: how often each n-gram occurs. N-grams never reach over a space, so the counts of two
    texts written one after the other are the sum of theirs.
    """
    if not any(titles):  # most seeds have none, and the vectorizer wants at least one text
        return csr_array((len(titles), _COLUMNS), dtype=np.float32)
    from sklearn.feature_extraction.text import HashingVectorizer

    vectorizer = HashingVectorizer(
        analyzer="char_wb", ngram_range=ngrams, n_features=_COLUMNS, alternate_sign=False, norm=None, dtype=np.float32
    )
    return csr_array(vectorizer.transform([title.casefold() for title in titles]))


def _unit(counts: csr_array, idf: np.ndarray) -> csr_array:
    return unit_rows(scale_columns(counts, idf))
