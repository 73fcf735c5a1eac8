"""Character n-grams of playlists' titles and tags, and their similarities.

Used by models that read text. Titles and tags are one text, because a tag unseen in training can still occur in a
title: in Melon's published tenth the training playlists have no tags, the queries do. Where the training titles are
word stems, as in that tenth, titles and tags of queries are stemmed first (`title_stems`): otherwise a third of their
n-grams are particles that occur in no training title.
"""

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array, diags_array

from playrec_core.config import Frozen, NonNegative, Positive
from playrec_core.data.dataset import Dataset, seed_matrix
from playrec_core.models.base import State
from playrec_core.numerics.sparse import pack, unpack
from playrec_core.schema import TITLE, Seed
from playrec_core.text_index.title_index import TitleIndex, count

from .title_stems import Stems


class TextConfig(Frozen):
    """Hyperparameters of models that read text.

    Args:
        words_regularization: lambda of the linear system for text.
        ngrams: shortest and longest n-gram, in characters.
        tags_are_words: whether training tags are read in addition to the title; if false (for data whose tags were
            derived from titles), only where there is no title.
        stems: whether the training titles are word stems; seeds and tags are then stemmed too.
    """

    words_regularization: NonNegative
    ngrams: tuple[Positive, Positive]
    tags_are_words: bool
    stems: bool


class PlaylistText:
    """The text of some training playlists.

    Args:
        titles: index of their titles and, if used, tags.
        tag_grams: (n_tags, n_grams) float32 n-gram counts of the tags' names.
        stems: stems of the training titles; None if these are not stemmed.
    """

    def __init__(self, titles: TitleIndex, tag_grams: csr_array, stems: Stems | None):
        self.titles, self.tag_grams, self.stems = titles, tag_grams, stems

    @classmethod
    def build(cls, dataset: Dataset, rows: np.ndarray, config: TextConfig) -> "PlaylistText":
        """Read the text of the training playlists ``rows``, (n,) playlist_idx."""
        texts = dataset.playlist_table[TITLE].take(rows).to_pylist()
        found = Stems.build(texts) if config.stems else None
        names = [str(tag) for tag in dataset.tags.ids]
        tag_grams = count(names if found is None else list(map(found.cut, names)), config.ngrams)
        by_tags = np.array([config.tags_are_words or not text.strip() for text in texts], dtype=np.float32)
        tags = csr_array(diags_array(by_tags) @ dataset.playlist_tags[rows])
        grams = csr_array(count(texts, config.ngrams) + tags @ tag_grams)
        return cls(TitleIndex.of_counts(grams, config.ngrams), tag_grams, found)

    @cached_property
    def with_text(self) -> np.ndarray:
        """(n_with_text,) indices of the playlists with any n-gram; the others have no similarities."""
        return np.flatnonzero(np.diff(self.titles.grams.indptr))

    def gram(self) -> np.ndarray:
        """Return the cosines between the playlists with text, (n_with_text, n_with_text) float32, C-contiguous."""
        grams = csr_array(self.titles.grams[self.with_text])
        return np.ascontiguousarray((grams @ csr_array(grams.T.tocsr())).toarray())

    def similarities(self, seed: Seed) -> np.ndarray | None:
        """Return the cosines of the playlists with text to a seed, (n_with_text,) float32; None if there are none."""
        if not seed.words and not seed.tags:
            return None
        words = seed.words if self.stems is None else self.stems.cut(seed.words)
        tags = seed_matrix([Seed(seed.tags)], self.tag_grams.shape[0])
        found = self.titles.similarity(csr_array(count([words], self.titles.ngrams) + tags @ self.tag_grams))
        return found.toarray()[0, self.with_text] if found.nnz else None

    def state(self) -> State:
        """Return the arrays to store."""
        return {
            **self.titles.state(),
            **({} if self.stems is None else self.stems.state()),
            **pack("tag_grams", self.tag_grams),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray]) -> "PlaylistText":
        """Restore from `state`, which may contain other arrays of a model."""
        stems = Stems.from_state(state) if "stems.stems" in state else None
        return cls(TitleIndex.from_state(state), unpack("tag_grams", state), stems)
