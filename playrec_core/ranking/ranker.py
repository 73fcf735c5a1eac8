"""From scores to recommendations: seed mask, stable top k, tag votes and fallbacks, shared by all models.

Ties are broken by `playrec_core.numerics.topk`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, eq=False)
class Ranker:
    """Ranks items and tags by a model's scores.

    If the model cannot score a seed, or scores too few items, fallbacks fill the list in this order: songs that
    co-occur most with the seed's tags; songs of the training playlists with the most similar titles; the most popular
    songs (as in docs/sources/melon-systems.md). Tags come from the model if it scores tags; otherwise every recommended
    song votes once for each tag it ever carried.

    Args:
        config: list lengths and settings of the fallbacks.
        item_counts: (n_items,) training frequency.
        tag_counts: (n_tags,) training frequency.
        item_tags: (n_items, n_tags) float32, number of playlists with both item and tag.
        interactions: (n_playlists, n_items), the training playlists.
        titles: index of their titles.
    """

    config: RankingConfig
    item_counts: np.ndarray
    tag_counts: np.ndarray
    item_tags: csr_array
    interactions: csr_array
    titles: TitleIndex

    @classmethod
    def build(cls, dataset: Dataset, config: RankingConfig) -> "Ranker":
        """Create the ranker of a training data set."""
        titles = TitleIndex.build(dataset.playlist_table["title"].to_pylist(), config.title_ngrams)
        return cls(
            config, dataset.item_counts, dataset.tag_counts, dataset.item_tag_counts, dataset.interactions, titles
        )

    def state(self) -> dict[str, np.ndarray]:
        """Return the arrays to store; the interactions are stored with the data set."""
        return {
            "item_counts": self.item_counts,
            "tag_counts": self.tag_counts,
            **pack("item_tags", self.item_tags),
            **self.titles.state(),
        }

    @classmethod
    def from_state(cls, config: RankingConfig, state: Mapping[str, np.ndarray], interactions: csr_array) -> "Ranker":
        """Restore a ranker from `state`."""
        return cls(
            config,
            state["item_counts"],
            state["tag_counts"],
            unpack("item_tags", state),
            interactions,
            TitleIndex.from_state(state),
        )

    @cached_property
    def _tag_items(self) -> csr_array:
        return csr_array(self.item_tags.T.tocsr())

    @cached_property
    def _contained(self) -> csr_array:
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
        """Return the model's recommendations for each seed.

        Args:
            model: a fitted model.
            seeds: the playlists to continue.
            k: number of songs, by default the configured depth; fewer only if the catalogue is smaller.
            n_tags: number of tags, by default the configured number.
            banned: item_idx to exclude besides the seed's own songs.
        """
        k = self.config.depth if k is None else k
        n_tags = self.config.tags if n_tags is None else n_tags
        scores, tag_scores = model.cached_scores(seeds)
        ranked = []
        for row, seed in enumerate(seeds):
            items, item_scores, sources = self._rank_items(scores[row], seed, k, banned)
            own = tag_scores[row] if tag_scores is not None else self.vote(items)
            tags = self.answer_tags(own, seed, n_tags)
            ranked.append(Ranked(items, item_scores, sources, tags, own[tags].astype(np.float32)))
        return ranked

    def fallback(self, seed: Seed, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return items, scores and sources, (k,) each, of the fallbacks alone, as for a model without a prediction."""
        unscored = np.full(len(self.item_counts), -np.inf, dtype=np.float32)
        return self._rank_items(unscored, seed, k, ())

    def vote(self, items: np.ndarray) -> np.ndarray:
        """Return (n_tags,) float32: how many of the items ever carried each tag."""
        votes = np.bincount(self._ever_carried[items, :].indices, minlength=len(self.tag_counts))
        return votes.astype(np.float32)

    def _rank_items(
        self, scores: np.ndarray, seed: Seed, k: int, banned: Collection[int]
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        excluded = [song for song in {*seed.songs, *banned} if 0 <= song < len(scores)]
        pieces: list[tuple[np.ndarray, np.ndarray, Source]] = []
        found = 0
        for source, path_scores in self._paths(scores, seed):
            path_scores = np.array(path_scores, dtype=np.float32)
            path_scores[excluded] = -np.inf
            best = top_k(path_scores, k - found)
            pieces.append((best, path_scores[best], source))
            found += len(best)
            if found >= k:
                break
            excluded = [*excluded, *best.tolist()]
        return (
            np.concatenate([items for items, _, _ in pieces]).astype(np.int32),
            np.concatenate([values for _, values, _ in pieces]).astype(np.float32),
            np.repeat([int(source) for *_, source in pieces], [len(items) for items, *_ in pieces]).astype(np.int8),
        )

    def _paths(self, scores: np.ndarray, seed: Seed) -> Iterator[tuple[Source, np.ndarray]]:
        """The model's scores, then those of the applicable fallbacks, each computed only when needed."""
        yield Source.MODEL, scores
        if seed.tags:
            matched = self._tag_items[list(seed.tags), :].sum(axis=0)
            yield Source.TAGS, np.where(matched > 0, matched, -np.inf)
        if seed.words.strip():
            playlists = self.titles.search([seed.words], self.config.title_neighbours)
            matched = (playlists @ self._contained).toarray()[0]
            yield Source.TITLE, np.where(matched > 0, matched, -np.inf)
        yield Source.POPULAR, self.item_counts

    def answer_tags(self, scores: np.ndarray, seed: Seed, n_tags: int) -> np.ndarray:
        """Return (n_tags,) int32 tag_idx by score, without the seed's own, padded with the most frequent tags."""
        scores = np.where(scores > 0, scores, -np.inf)
        scores[list(seed.tags)] = -np.inf
        best = top_k(scores, n_tags)
        if len(best) < n_tags:
            rest = np.array(self.tag_counts, dtype=np.float32)
            rest[[*seed.tags, *best.tolist()]] = -np.inf
            best = np.concatenate([best, top_k(rest, n_tags - len(best))])
        return best.astype(np.int32)
