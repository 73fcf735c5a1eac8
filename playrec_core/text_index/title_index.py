"""Similarity of playlist titles: tf-idf cosine over hashed character n-grams.

Character n-grams rather than words, because Korean attaches particles to words and titles contain typing errors. The
n-grams are hashed to a fixed number of columns (scikit-learn's `HashingVectorizer`), so only numbers are stored.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from playrec_core.numerics.sparse import pack, scale_columns, top_per_row, unit_rows, unpack

_COLUMNS = 2**18


class TitleIndex:
    """Cosine similarity to the titles of the training playlists.

    Args:
        grams: (n_playlists, 2^18) float32, rows of norm 1.
        idf: (2^18,) float32.
        ngrams: length of the shortest and the longest n-gram, in characters.
    """

    def __init__(self, grams: csr_array, idf: np.ndarray, ngrams: tuple[int, int]):
        self.grams, self.idf, self.ngrams = grams, idf, ngrams

    @classmethod
    def build(cls, titles: Sequence[str], ngrams: tuple[int, int]) -> "TitleIndex":
        """Index titles. A playlist without one matches nothing."""
        return cls.of_counts(count(titles, ngrams), ngrams)

    @classmethod
    def of_counts(cls, counts: csr_array, ngrams: tuple[int, int]) -> "TitleIndex":
        """Index texts given as the n-gram counts of `count`."""
        seen = np.bincount(counts.indices, minlength=_COLUMNS)
        idf = np.log1p(counts.shape[0] / np.maximum(seen, 1)).astype(np.float32)
        return cls(_unit(counts, idf), idf, ngrams)

    def search(self, titles: Sequence[str], k: int) -> csr_array:
        """(n_titles, n_playlists) float32: cosine of each title to its k most similar playlists."""
        return top_per_row(self.similarity(count(titles, self.ngrams)), k)

    def similarity(self, counts: csr_array) -> csr_array:
        """(n_texts, n_playlists) float32: cosine of texts, given as n-gram counts of `count`, to all titles."""
        return csr_array(_unit(counts, self.idf) @ self._transposed)

    @cached_property
    def _transposed(self) -> csr_array:
        return csr_array(self.grams.T.tocsr())

    def state(self) -> dict[str, np.ndarray]:
        """Arrays for the run store; their names begin with "titles.", so a model's state can contain them."""
        return {
            "titles.idf": self.idf,
            "titles.ngrams": np.asarray(self.ngrams),
            **pack("titles.grams", self.grams),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray]) -> "TitleIndex":
        """The index that `state` stored."""
        low, high = state["titles.ngrams"].tolist()
        return cls(unpack("titles.grams", state), state["titles.idf"], (low, high))


def count(titles: Sequence[str], ngrams: tuple[int, int]) -> csr_array:
    """(n_titles, 2^18) float32: n-gram counts. N-grams do not cross word boundaries, so the counts of two texts joined
    by a space are the sum of their counts.
    """
    if not any(titles):  # most seeds have none, and the vectorizer needs at least one text
        return csr_array((len(titles), _COLUMNS), dtype=np.float32)
    from sklearn.feature_extraction.text import HashingVectorizer

    vectorizer = HashingVectorizer(
        analyzer="char_wb", ngram_range=ngrams, n_features=_COLUMNS, alternate_sign=False, norm=None, dtype=np.float32
    )
    return csr_array(vectorizer.transform([title.casefold() for title in titles]))


def _unit(counts: csr_array, idf: np.ndarray) -> csr_array:
    return unit_rows(scale_columns(counts, idf))
