"""What playlists are called, as numbers: the character n-grams of titles and tags, and who is called alike.

Shared by the models that answer from words. A tag that training never saw can still be found in a title, so titles and
tags are one text: of Melon's published tenth the training playlists carry no tags at all, the questions do. Where the
training titles are word stems, as in that tenth, people's titles and tags are cut to the same stems first
(`title_stems`): otherwise a third of their n-grams are particles that no training title has.
"""

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array, diags_array

from playrec_core.data.dataset import Dataset, seed_matrix
from playrec_core.models.base import State
from playrec_core.numerics.sparse import pack, unpack
from playrec_core.schema import TITLE, Seed
from playrec_core.text_index.title_index import TitleIndex, count

from .title_stems import Stems


class PlaylistWords:
    """The words of some training playlists.

    Args:
        titles: over their titles and, where these have a say, tags.
        tag_grams: (n_tags, n_grams) float32: the n-grams of each tag's name.
        stems: of the training titles; None where these are not stems.
    """

    def __init__(self, titles: TitleIndex, tag_grams: csr_array, stems: Stems | None):
        self.titles, self.tag_grams, self.stems = titles, tag_grams, stems

    @classmethod
    def build(
        cls, dataset: Dataset, rows: np.ndarray, *, ngrams: tuple[int, int], tags_are_words: bool, stems: bool
    ) -> "PlaylistWords":
        """Read the words of some playlists.

        Args:
            dataset: the training data.
            rows: (n,) playlist_idx of those that are read.
            ngrams: shortest and longest n-gram.
            tags_are_words: whether tags are read beside a title; they always are where there is none.
            stems: whether the titles are word stems.
        """
        texts = dataset.playlist_table[TITLE].take(rows).to_pylist()
        found = Stems.build(texts) if stems else None
        names = [str(tag) for tag in dataset.tags.ids]
        tag_grams = count(names if found is None else list(map(found.cut, names)), ngrams)
        by_tags = np.array([tags_are_words or not text.strip() for text in texts], dtype=np.float32)
        tags = csr_array(diags_array(by_tags) @ dataset.playlist_tags[rows])
        grams = csr_array(count(texts, ngrams) + tags @ tag_grams)
        return cls(TitleIndex.of_counts(grams, ngrams), tag_grams, found)

    @cached_property
    def worded(self) -> np.ndarray:
        """(n_worded,) which of the playlists have any word: the others are like no words at all."""
        return np.flatnonzero(np.diff(self.titles.grams.indptr))

    def to_one_another(self) -> np.ndarray:
        """(n_worded, n_worded) float32, C-contiguous: the cosines of the playlists with words."""
        grams = csr_array(self.titles.grams[self.worded])
        return np.ascontiguousarray((grams @ csr_array(grams.T.tocsr())).toarray())

    def to_seed(self, seed: Seed) -> np.ndarray | None:
        """(n_worded,) float32: the cosines of the playlists with words to a seed's; None where no word is known."""
        if not seed.words and not seed.tags:
            return None
        words = seed.words if self.stems is None else self.stems.cut(seed.words)
        tags = seed_matrix([Seed(seed.tags)], self.tag_grams.shape[0])
        near = self.titles.similarity(csr_array(count([words], self.titles.ngrams) + tags @ self.tag_grams))
        return near.toarray()[0, self.worded] if near.nnz else None

    def state(self) -> State:
        """Arrays for the run store."""
        return {
            **{f"titles.{name}": array for name, array in self.titles.state().items()},
            **({} if self.stems is None else {f"stems.{name}": array for name, array in self.stems.state().items()}),
            **pack("tag_grams", self.tag_grams),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray]) -> "PlaylistWords":
        """The words that `state` stored, among other arrays of a model."""
        titles, stems = (
            {name.removeprefix(prefix): array for name, array in state.items() if name.startswith(prefix)}
            for prefix in ("titles.", "stems.")
        )
        return cls(
            TitleIndex.from_state(titles), unpack("tag_grams", state), Stems.from_state(stems) if stems else None
        )
