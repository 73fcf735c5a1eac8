"""A vote among models by weights one can move: measured at once, from the answers stored at training.

The rule is that of `playrec_core.models.rank_vote`; the votes are the stored lists', so nothing is scored anew. A model
of the run with the same weights and depth gives the very same answers (that is tested).
"""

import json
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.sparse import csr_array

from .data.dataset import binary
from .evaluation.base import Answers, Catalogue
from .evaluation.metrics.coverage import Coverage
from .evaluation.metrics.ndcg import NDCG
from .evaluation.metrics.novelty import Novelty
from .ordering import top_k
from .schema import Source
from .serving import LoadedRun

_FIGURES = (NDCG(), Novelty(), Coverage())
_TAG_FIGURE = NDCG(k=10, of="tags")
FIGURES = ("ndcg", "tag_ndcg", "novelty@100", "coverage@100")


class Mixer:
    """The stored answers of a run, laid out for voting.

    Args:
        run: with models that answered its questions.
        names: the models that may vote.

    Every question has its own short row of candidates, the items that some model lists; a vote is then a sum over
    rows as short as that and not as long as the catalogue.
    """

    def __init__(self, run: LoadedRun, names: Sequence[str]):
        self.names = tuple(names)
        self._held_out, self._ranker = run.held_out, run.ranker
        self._catalogue = Catalogue.from_interactions(run.dataset.interactions)
        self._depth, self._n_tags = run.config.ranking.depth, run.config.ranking.tags
        stored = [run.held_out_answers(name) for name in self.names]
        own = [np.where(one["sources"] == Source.MODEL, one["items"], -1) for one in stored]
        n, n_items = len(run.held_out), run.dataset.n_items
        keys = [np.where(items < 0, -1, np.arange(n)[:, None] * n_items + items) for items in own]
        # Sorted by question and then by item: an item's place among the candidates is also its place among ties.
        known = np.unique(np.concatenate([key.ravel() for key in keys]))
        known = known[known >= 0]
        rows = known // n_items
        start = np.searchsorted(rows, np.arange(n + 1))
        self._width = int(np.diff(start).max(initial=1))
        self._candidates = np.full((n, self._width), -1, np.int64)
        self._candidates[rows, np.arange(len(known)) - start[rows]] = known % n_items
        # (n, depth) into the flat candidates; one place more for the empty ones.
        self._spare = n * self._width
        place = np.concatenate([rows * self._width + np.arange(len(known)) - start[rows], [self._spare]])
        self._places = {
            name: place[np.where(key < 0, len(known), np.searchsorted(known, key))]
            for name, key in zip(self.names, keys, strict=True)
        }
        self._fallbacks: dict[int, np.ndarray] = {}
        self._carried = binary(self._ranker.item_tags)

    @property
    def depth(self) -> int:
        """How many places of each model are stored: no vote goes deeper."""
        return self._depth

    def items(self, weights: Mapping[str, float], depth: int) -> np.ndarray:
        """(n_questions, answer length) int64: the vote's answers, filled up as `playrec_core.ranking` fills.

        Args:
            weights: by model, above 0; models that are left out do not vote.
            depth: how many places of each model's list count.
        """
        n = len(self._candidates)
        votes = np.zeros(self._spare + 1, np.float32)
        for name, weight in weights.items():
            places = self._places[name][:, :depth]
            worth = (weight * (depth - np.arange(places.shape[1]))).astype(np.float32)
            # A list holds an item once, so no place is added to twice.
            votes[places.ravel()] += np.tile(worth, n)
        given = votes[:-1].reshape(n, self._width)
        found = np.full((n, self._depth), -1, np.int64)
        for row in range(n):
            best = top_k(np.where(given[row] > 0, given[row], -np.inf), self._depth)
            answered = self._candidates[row, best]
            if len(answered) < self._depth:
                more = self._fallback(row)
                answered = np.concatenate([answered, more[~np.isin(more, answered)]])[: self._depth]
            found[row, : len(answered)] = answered
        return found

    def _fallback(self, row: int) -> np.ndarray:
        """What the cold-start chain says to a question, twice an answer long: enough to fill one up, whatever the vote
        holds of it.
        """
        if row not in self._fallbacks:
            self._fallbacks[row] = self._ranker.fallback(self._held_out.seeds[row], 2 * self._depth)
        return self._fallbacks[row]

    def tags(self, items: np.ndarray) -> np.ndarray:
        """(n_questions, n_tags) int64: the tags that the answered items carry most, as `Ranker.vote` counts them."""
        n, n_items = len(items), self._carried.shape[0]
        held = items >= 0
        chosen = csr_array((np.ones(held.sum(), np.float32), (np.nonzero(held)[0], items[held])), shape=(n, n_items))
        votes = (chosen @ self._carried).toarray()
        found = np.full((n, self._n_tags), -1, np.int64)
        for row, seed in enumerate(self._held_out.seeds):
            best = self._ranker.answer_tags(votes[row], seed, self._n_tags)
            found[row, : len(best)] = best
        return found

    def values(self, weights: Mapping[str, float], depth: int) -> dict[str, np.ndarray]:
        """`FIGURES` of the vote, (n_questions,) each, as `playrec_core.evaluation.protocol.measure` measures."""
        items = self.items(weights, depth)
        answers = Answers(items, self._held_out.hidden_songs)
        found = {figure.name: figure.per_playlist(answers, self._catalogue) for figure in _FIGURES}
        tags = Answers(self.tags(items), self._held_out.hidden_tags)
        found[_TAG_FIGURE.name] = _TAG_FIGURE.per_playlist(tags, self._catalogue)
        return {name: found[name] for name in FIGURES}


def as_toml(name: str, weights: Mapping[str, float], depth: int) -> str:
    """The vote as a table of a configuration: ``[models.NAME]``, to be trained with the models it is made of."""
    # A JSON string is a TOML string, whatever a model is called.
    votes = ", ".join(f"{json.dumps(model)} = {float(weight)!r}" for model, weight in weights.items())
    return f'[models.{json.dumps(name)}]\nkind = "rank-vote"\ndepth = {depth}\nweights = {{ {votes} }}\n'
