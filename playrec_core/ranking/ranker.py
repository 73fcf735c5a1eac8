"""From scores to answers: seed mask, stable top-k, tag votes and the cold-start chain, written once for every model.

Ties are broken as `playrec_core.numerics.topk` says.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import RankingConfig
from playrec_core.data.dataset import Dataset, binary
from playrec_core.models.base import Recommender
from playrec_core.numerics.sparse import pack, unpack
from playrec_core.numerics.topk import top_k
from playrec_core.schema import Ranked, Seed, Source
from playrec_core.text_index.title_index import TitleIndex


class Ranker:
    """Makes continuations from a model's scores.

    A seed that holds nothing the model knows is answered by the cold-start chain (row M9): songs most often
    matched with the seed's tags; songs of the training playlists with the most similar titles; the most popular
    songs. The same chain fills an answer that is too short. Tags come from the model where it answers tags, else
    every answered song votes once for each tag it ever carried.

    Args:
        config: answer length and chain settings.
        item_counts: (n_items,) training frequency.
        tag_counts: (n_tags,) likewise.
        item_tags: (n_items, n_tags) float32, in how many playlists an item met a tag.
        interactions: (n_playlists, n_items), the training playlists.
        titles: index over their titles.
    """

    def __init__(
        self,
        config: RankingConfig,
        item_counts: np.ndarray,
        tag_counts: np.ndarray,
        item_tags: csr_array,
        interactions: csr_array,
        titles: TitleIndex,
    ):
        self.config = config
        self.item_counts, self.tag_counts = item_counts, tag_counts
        self.item_tags, self.interactions, self.titles = item_tags, interactions, titles

    @classmethod
    def build(cls, dataset: Dataset, config: RankingConfig) -> "Ranker":
        """What ranking needs of a training data set."""
        titles = TitleIndex.build(dataset.playlist_table["title"].to_pylist(), config.title_ngrams)
        return cls(
            config, dataset.item_counts, dataset.tag_counts, dataset.item_tag_counts, dataset.interactions, titles
        )

    def state(self) -> dict[str, np.ndarray]:
        """Arrays for the run store; the interactions are stored with the data set."""
        title_state = {f"titles.{name}": array for name, array in self.titles.state().items()}
        return {
            "item_counts": self.item_counts,
            "tag_counts": self.tag_counts,
            **pack("item_tags", self.item_tags),
            **title_state,
        }

    @classmethod
    def from_state(cls, config: RankingConfig, state: Mapping[str, np.ndarray], interactions: csr_array) -> "Ranker":
        """The ranker that `state` stored."""
        titles = {name.removeprefix("titles."): array for name, array in state.items() if name.startswith("titles.")}
        return cls(
            config,
            state["item_counts"],
            state["tag_counts"],
            unpack("item_tags", state),
            interactions,
            TitleIndex.from_state(titles),
        )

    @cached_property
    def _tag_items(self) -> csr_array:
        return csr_array(self.item_tags.T.tocsr())

    @cached_property
    def _held(self) -> csr_array:
        return binary(self.interactions)

    @cached_property
    def _ever_carried(self) -> csr_array:
        return binary(self.item_tags)

    def rank(
        self,
        model: Recommender,
        seeds: Sequence[Seed],
        *,
        k: int | None = None,
        n_tags: int | None = None,
        banned: Collection[int] = (),
    ) -> list[Ranked]:
        """The model's continuation of each seed.

        Args:
            model: a fitted model.
            seeds: what to continue.
            k: length of the answer; the configured depth by default. Fewer come back only when the catalogue has
            fewer.
            n_tags: number of tags; the configured number by default.
            banned: item_idx never to answer, beside the seed's own songs.
        """
        k = self.config.depth if k is None else k
        n_tags = self.config.tags if n_tags is None else n_tags
        scores, tag_scores = model.cached_scores(seeds)
        answers = []
        for row, seed in enumerate(seeds):
            items, item_scores, sources = self._answer(scores[row], seed, k, banned)
            own = tag_scores[row] if tag_scores is not None else self.vote(items)
            tags = self.answer_tags(own, seed, n_tags)
            answers.append(Ranked(items, item_scores, sources, tags, own[tags].astype(np.float32)))
        return answers

    def fallback(self, seed: Seed, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(k,) each: the items, scores and sources that the cold-start chain alone answers, as for a model that knows
        nothing of the seed.
        """
        silent = np.full(len(self.item_counts), -np.inf, dtype=np.float32)
        return self._answer(silent, seed, k, ())

    def vote(self, items: np.ndarray) -> np.ndarray:
        """(n_tags,) float32: how many of the items ever carried each tag."""
        votes = np.bincount(self._ever_carried[items, :].indices, minlength=len(self.tag_counts))
        return votes.astype(np.float32)

    def _answer(
        self, scores: np.ndarray, seed: Seed, k: int, banned: Collection[int]
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        closed = [song for song in {*seed.songs, *banned} if 0 <= song < len(scores)]
        parts: list[tuple[np.ndarray, np.ndarray, Source]] = []
        found = 0
        for source, path_scores in self._paths(scores, seed):
            path_scores = np.array(path_scores, dtype=np.float32)
            path_scores[closed] = -np.inf
            best = top_k(path_scores, k - found)
            parts.append((best, path_scores[best], source))
            found += len(best)
            if found >= k:
                break
            closed = [*closed, *best.tolist()]
        return (
            np.concatenate([items for items, _, _ in parts]).astype(np.int32),
            np.concatenate([values for _, values, _ in parts]).astype(np.float32),
            np.repeat([int(source) for *_, source in parts], [len(items) for items, *_ in parts]).astype(np.int8),
        )

    def _paths(self, scores: np.ndarray, seed: Seed) -> Iterator[tuple[Source, np.ndarray]]:
        """The model's own scores, then the steps of the chain that apply, each computed only when it is reached."""
        yield Source.MODEL, scores
        if seed.tags:
            matched = self._tag_items[list(seed.tags), :].sum(axis=0)
            yield Source.TAGS, np.where(matched > 0, matched, -np.inf)
        if seed.words.strip():
            playlists = self.titles.search([seed.words], self.config.title_neighbours)
            matched = (playlists @ self._held).toarray()[0]
            yield Source.TITLE, np.where(matched > 0, matched, -np.inf)
        yield Source.POPULAR, self.item_counts

    def answer_tags(self, scores: np.ndarray, seed: Seed, n_tags: int) -> np.ndarray:
        """Tags by score, none of the seed's, filled up with the most frequent ones."""
        scores = np.where(scores > 0, scores, -np.inf)
        scores[list(seed.tags)] = -np.inf
        best = top_k(scores, n_tags)
        if len(best) < n_tags:
            rest = np.array(self.tag_counts, dtype=np.float32)
            rest[[*seed.tags, *best.tolist()]] = -np.inf
            best = np.concatenate([best, top_k(rest, n_tags - len(best))])
        return best.astype(np.int32)
