"""From scores to recommendations: seed mask, stable top k, tag votes and fallbacks, shared by all models.

Ties are broken by `playrec_core.numerics.topk`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import RankingConfig
from playrec_core.data.dataset import Dataset, binary
from playrec_core.data.dates import issued_after
from playrec_core.models.base import Recommender
from playrec_core.numerics.round_robin import round_robin
from playrec_core.numerics.sparse import pack, unpack
from playrec_core.numerics.topk import top_k
from playrec_core.schema import Ranked, Seed, Source
from playrec_core.text_index.title_index import TitleIndex


@dataclass(frozen=True, eq=False)
class Ranker:
    """Ranks items and tags by a model's scores.

    If the model cannot score a seed, or scores too few items, fallbacks fill the list in this order: songs that
    co-occur most with each of the seed's tags, in even shares; songs of the training playlists with the most similar
    titles; the most popular songs (as in docs/sources/melon-systems.md).

    Tags come from the model if it scores tags for the seed. Otherwise every song of the list, cut at the configured
    depth and not at the length asked for, votes once for each tag it ever carried. A list of nothing but the most
    popular songs does not vote: it goes with the most frequent tags.

    With ``config.released_before_update``, neither the model nor a fallback recommends a song issued after the playlist
    was last changed (`later_releases`).

    Args:
        config: list lengths and settings of the fallbacks.
        item_counts: (n_items,) training frequency.
        tag_counts: (n_tags,) training frequency.
        item_tags: (n_items, n_tags) float32, number of playlists with both item and tag.
        interactions: (n_playlists, n_items), the training playlists.
        titles: index of their titles.
        released: (n_items,) month of issue, as `playrec_core.data.dates.release_months`.
    """

    config: RankingConfig
    item_counts: np.ndarray
    tag_counts: np.ndarray
    item_tags: csr_array
    interactions: csr_array
    titles: TitleIndex
    released: np.ndarray

    @classmethod
    def build(cls, dataset: Dataset, config: RankingConfig) -> "Ranker":
        """Create the ranker of a training data set."""
        titles = TitleIndex.build(dataset.playlist_table["title"].to_pylist(), config.title_ngrams)
        return cls(
            config,
            dataset.item_counts,
            dataset.tag_counts,
            dataset.item_tag_counts,
            dataset.interactions,
            titles,
            dataset.release_months,
        )

    def state(self) -> dict[str, np.ndarray]:
        """Return the arrays to store; the interactions are stored with the data set."""
        return {
            "item_counts": self.item_counts,
            "tag_counts": self.tag_counts,
            "released": self.released,
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
            # Runs of earlier versions have neither the months nor the rule that reads them.
            state.get("released", np.zeros(len(state["item_counts"]), np.int32)),
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
            k: number of songs, by default the configured depth; fewer only if the catalogue, or its part of before
                the playlist's last change, is smaller.
            n_tags: number of tags, by default the configured number. They do not depend on k.
            banned: item_idx to exclude besides the seed's own songs.
        """
        k = self.config.depth if k is None else k
        n_tags = self.config.tags if n_tags is None else n_tags
        depth = self.config.depth
        scores, tag_scores = model.cached_scores(seeds)
        ranked = []
        for row, seed in enumerate(seeds):
            own = None if tag_scores is None or not (tag_scores[row] > 0).any() else tag_scores[row]
            length = max(k, depth) if own is None and n_tags else k
            items, item_scores, sources = self._rank_items(scores[row], seed, length, banned)
            if own is None:
                own = self.tag_votes(items[:depth], sources[:depth])
            tags = self.answer_tags(own, seed, n_tags)
            tag_values = own[tags].astype(np.float32)
            ranked.append(Ranked(items[:k], item_scores[:k], sources[:k], tags, tag_values))
        return ranked

    def fallback(self, seed: Seed, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return items, scores and sources, (k,) each, of the fallbacks alone, as for a model without a prediction."""
        unscored = np.full(len(self.item_counts), -np.inf, dtype=np.float32)
        return self._rank_items(unscored, seed, k, ())

    def later_releases(self, seed: Seed) -> np.ndarray:
        """Return the item_idx of the songs that ``config.released_before_update`` excludes, none if it is off."""
        return issued_after(self.released, seed.updated if self.config.released_before_update else 0)

    def tag_votes(self, items: np.ndarray, sources: np.ndarray) -> np.ndarray:
        """Return (n_tags,) float32: how many of the items ever carried each tag.

        If all of them are there for being popular, the training frequency of each tag.

        Args:
            items: (n,) item_idx.
            sources: (n,) a `Source` each.
        """
        if (sources == Source.POPULAR).all():
            return self.tag_counts.astype(np.float32)
        votes = np.bincount(self._ever_carried[items, :].indices, minlength=len(self.tag_counts))
        return votes.astype(np.float32)

    def _rank_items(
        self, scores: np.ndarray, seed: Seed, k: int, banned: Collection[int]
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        excluded = {song for song in (*seed.songs, *banned) if 0 <= song < len(scores)}
        closed, later = frozenset(excluded), self.later_releases(seed)
        pieces: list[tuple[np.ndarray, np.ndarray, Source]] = []
        found = 0
        for source, best_of in self._paths(scores, seed, closed, later):
            items, values = best_of(k - found, excluded)
            pieces.append((items, values, source))
            found += len(items)
            if found >= k:
                break
            excluded.update(items.tolist())
        return (
            np.concatenate([items for items, _, _ in pieces]).astype(np.int32),
            np.concatenate([values for _, values, _ in pieces]).astype(np.float32),
            np.repeat([int(source) for *_, source in pieces], [len(items) for items, *_ in pieces]).astype(np.int8),
        )

    def _paths(
        self, scores: np.ndarray, seed: Seed, closed: Collection[int], later: np.ndarray
    ) -> Iterator[tuple[Source, "_BestOf"]]:
        """The model, then the applicable fallbacks, each computed only when needed.

        ``closed`` and ``later`` are never recommended: seed and banned songs, and those issued too late.
        """
        yield Source.MODEL, partial(_highest, scores, later)
        if seed.tags:
            yield Source.TAGS, partial(self._tags_in_turn, seed.tags, closed, later)
        if seed.words.strip():
            playlists = self.titles.search([seed.words], self.config.title_neighbours)
            matched = (playlists @ self._contained).toarray()[0]
            yield Source.TITLE, partial(_highest, np.where(matched > 0, matched, -np.inf), later)
        yield Source.POPULAR, partial(_highest, self.item_counts, later)

    def _tags_in_turn(
        self, tags: Sequence[int], closed: Collection[int], later: np.ndarray, k: int, excluded: Collection[int]
    ) -> tuple[np.ndarray, np.ndarray]:
        """The songs that co-occur most with each tag, one tag at a time; the score is that number of playlists.

        Sums over the tags would leave a rare tag without a song beside a frequent one. The turns do not depend on what
        the model recommends, so that the fallback of a seed is one list; the model's songs are left out of it.
        """
        matrix, queues, counts = self._tag_items, [], []
        for tag in tags:
            row = slice(matrix.indptr[tag], matrix.indptr[tag + 1])
            songs, together = matrix.indices[row], matrix.data[row]
            if len(later):
                earlier = np.isin(songs, later, invert=True)
                songs, together = songs[earlier], together[earlier]
            # Before the list is full, a tag passes over no more of its own songs.
            best = top_k(together, k + len(excluded))
            queues.append(songs[best])
            counts.append(dict(zip(songs[best].tolist(), together[best].tolist(), strict=True)))
        items, owners = round_robin(queues, closed)
        new = [turn for turn in zip(items.tolist(), owners.tolist(), strict=True) if turn[0] not in excluded][:k]
        values = [counts[owner][item] for item, owner in new]
        return np.asarray([item for item, _ in new], dtype=np.int64), np.asarray(values, dtype=np.float32)

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


_BestOf = Callable[[int, Collection[int]], tuple[np.ndarray, np.ndarray]]
"""Given k and the excluded item_idx, at most k other items and their scores, best first."""


def _highest(scores: np.ndarray, later: np.ndarray, k: int, excluded: Collection[int]) -> tuple[np.ndarray, np.ndarray]:
    """The items with the highest of the scores, (n_items,), and their scores, without the items in ``later``."""
    scores = np.array(scores, dtype=np.float32)
    scores[later] = -np.inf
    scores[list(excluded)] = -np.inf
    best = top_k(scores, k)
    return best, scores[best]
