"""Weighted votes over the recommendations stored at training, without scoring again.

The rule is that of `playrec_core.models.ensembles.rank_vote`; a model of the run with the same weights and depth gives
the same recommendations (tested). With `playrec_core.config.RankingConfig.released_before_update` the two can differ:
stored lists have lost the songs issued too late before they vote, a model's lists lose them afterwards.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy.sparse import csr_array

from playrec_core.data.dataset import binary
from playrec_core.data.held_out import HeldOut
from playrec_core.evaluation.metrics.base import Answers, Catalogue
from playrec_core.evaluation.metrics.coverage import Coverage
from playrec_core.evaluation.metrics.ndcg import NDCG
from playrec_core.evaluation.metrics.novelty import Novelty
from playrec_core.models.ensembles.rank_vote import worth
from playrec_core.numerics.topk import top_k
from playrec_core.ranking.ranker import Ranker
from playrec_core.schema import Seed, Source

_FIGURES = (NDCG(), Novelty(), Coverage())
_TAG_FIGURE = NDCG(k=10, of="tags")
FIGURES = ("ndcg", "tag_ndcg", "novelty@100", "coverage@100")

Stored = Mapping[str, np.ndarray]
"""A model's recommendations, in the format of `playrec_core.evaluation.protocol.answer`."""


class ColdStart:
    """The fallback recommendations of `playrec_core.ranking.ranker` for each query.

    Where one of the models whose recommendations are stored had no prediction, its list is the fallback; the rest is
    computed when needed. (Searching titles loads a library, which takes longer than a vote.)
    """

    def __init__(self, ranker: Ranker, seeds: Sequence[Seed], stored: Iterable[Stored]):
        self._ranker, self._seeds = ranker, seeds
        self._found: dict[int, tuple[np.ndarray, np.ndarray, np.ndarray]] = {}
        for one in stored:
            for row in np.flatnonzero((one["sources"] != Source.MODEL).all(axis=1)).tolist():
                if row not in self._found:
                    present = one["items"][row] >= 0
                    self._found[row] = tuple(one[part][row, present] for part in ("items", "scores", "sources"))  # type: ignore[assignment] - three

    def __getitem__(self, row: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Items, scores and sources for one query, best first."""
        if row not in self._found:
            self._found[row] = self._ranker.fallback(self._seeds[row], self._ranker.config.depth)
        return self._found[row]


class WeightedVoter:
    """The stored recommendations of the possible members, by name, laid out for voting.

    Every query has a short row of candidates, the items recommended by some model, so a vote sums over that row and not
    over the catalogue.
    """

    def __init__(
        self,
        stored: Mapping[str, Stored],
        held_out: HeldOut,
        ranker: Ranker,
        catalogue: Catalogue,
        cold_start: ColdStart,
    ):
        self.names = tuple(stored)
        self._held_out, self._ranker, self._catalogue, self._cold_start = held_out, ranker, catalogue, cold_start
        self.depth, self._n_tags = ranker.config.depth, ranker.config.tags
        own = [np.where(one["sources"] == Source.MODEL, one["items"], -1) for one in stored.values()]
        n, n_items = len(held_out), len(ranker.item_counts)
        keys = [np.where(items < 0, -1, np.arange(n)[:, None] * n_items + items) for items in own]
        # Sorted by query and then by item, so candidates are in tie-break order.
        known = np.unique(np.concatenate([key.ravel() for key in keys]))
        known = known[known >= 0]
        rows = known // n_items
        start = np.searchsorted(rows, np.arange(n + 1))
        self._width = int(np.diff(start).max(initial=1))
        self._candidates = np.full((n, self._width), -1, np.int64)
        self._candidates[rows, np.arange(len(known)) - start[rows]] = known % n_items
        # (n, depth) indices into the flat candidates; one spare index for padding.
        self._spare = n * self._width
        position = np.concatenate([rows * self._width + np.arange(len(known)) - start[rows], [self._spare]])
        self._positions = {
            name: position[np.where(key < 0, len(known), np.searchsorted(known, key))]
            for name, key in zip(self.names, keys, strict=True)
        }
        self._carried = binary(ranker.item_tags)

    def answers(self, weights: Mapping[str, float], depth: int) -> dict[str, np.ndarray]:
        """The vote's recommendations, in the format of `playrec_core.evaluation.protocol.answer`.

        Args:
            weights: by model, above 0; other models do not vote.
            depth: the depth of each model's list that counts.
        """
        items, scores, sources = self._lists(weights, depth)
        return {
            "items": items.astype(np.int32),
            "scores": scores,
            "sources": sources,
            "tags": self.tags(items, sources).astype(np.int32),
        }

    def items(self, weights: Mapping[str, float], depth: int) -> np.ndarray:
        """(n_playlists, list length) int64: the items of `answers`."""
        return self._lists(weights, depth)[0]

    def _lists(self, weights: Mapping[str, float], depth: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        n = len(self._candidates)
        votes = np.zeros(self._spare + 1, np.float32)
        for name, weight in weights.items():
            positions = self._positions[name][:, :depth]
            # A list contains an item once, so the indices are unique but for the spare one.
            votes[positions.ravel()] += np.tile(worth(weight, depth, positions.shape[1]), n)
        given = votes[:-1].reshape(n, self._width)
        items = np.full((n, self.depth), -1, np.int64)
        scores = np.full((n, self.depth), np.nan, np.float32)
        sources = np.full((n, self.depth), -1, np.int8)
        for row in range(n):
            best = top_k(np.where(given[row] > 0, given[row], -np.inf), self.depth)
            end = len(best)
            items[row, :end], scores[row, :end] = self._candidates[row, best], given[row, best]
            sources[row, :end] = Source.MODEL
            if end < self.depth:
                # A list's length of fallback items is enough, even if the vote already contains some of them.
                more, more_scores, more_sources = self._cold_start[row]
                new = np.flatnonzero(~np.isin(more, items[row, :end]))[: self.depth - end]
                filled = slice(end, end + len(new))
                items[row, filled], scores[row, filled] = more[new], more_scores[new]
                sources[row, filled] = more_sources[new]
        return items, scores, sources

    def tags(self, items: np.ndarray, sources: np.ndarray) -> np.ndarray:
        """(n_playlists, n_tags) int64: the recommended tags of lists, counted as in `Ranker.tag_votes`.

        Args:
            items: (n_playlists, list length) item_idx, padded with -1.
            sources: of the items, padded with -1.
        """
        n, n_items = len(items), self._carried.shape[0]
        present = items >= 0
        chosen = csr_array(
            (np.ones(present.sum(), np.float32), (np.nonzero(present)[0], items[present])), shape=(n, n_items)
        )
        votes = (chosen @ self._carried).toarray()
        votes[((sources == Source.POPULAR) | ~present).all(axis=1)] = self._ranker.tag_counts
        found = np.full((n, self._n_tags), -1, np.int64)
        for row, seed in enumerate(self._held_out.seeds):
            best = self._ranker.answer_tags(votes[row], seed, self._n_tags)
            found[row, : len(best)] = best
        return found

    def values(self, weights: Mapping[str, float], depth: int) -> dict[str, np.ndarray]:
        """`FIGURES` of the vote, (n_playlists,) each, as in `playrec_core.evaluation.protocol.measure`."""
        items, _, sources = self._lists(weights, depth)
        answers = Answers(items, self._held_out.hidden_songs)
        found = {figure.name: figure.per_playlist(answers, self._catalogue) for figure in _FIGURES}
        tags = Answers(self.tags(items, sources), self._held_out.hidden_tags)
        found[_TAG_FIGURE.name] = _TAG_FIGURE.per_playlist(tags, self._catalogue)
        return {name: found[name] for name in FIGURES}
