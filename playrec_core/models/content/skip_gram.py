"""Tags as vectors: word2vec's skip-gram with negative sampling, a playlist's set of tags for a sentence (row K2).

Mikolov et al., "Distributed Representations of Words and Phrases and their Compositionality", NIPS 2013. A set has no
order, so its window is the whole set: every tag of a playlist predicts every other one.
"""

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Positive
from playrec_core.models.neural.loop import Loop
from playrec_core.models.neural.settings import Adam, Schedule
from playrec_core.schema import Progress

_TAGS, _CONTEXTS = "tags", "contexts"
_POWER = 0.75
"""Negatives are drawn in proportion to frequency to this power, as in the paper."""


class SkipGramConfig(Schedule):
    """Hyperparameters, beside `Schedule`, whose rows are pairs.

    Args:
        width: of a tag's vector.
        negatives: tags drawn at random beside each true pair.
        optimiser: of both tables of vectors.
    """

    width: Positive
    negatives: Positive
    optimiser: Adam


def pairs_of(sets: csr_array) -> np.ndarray:
    """(n_pairs, 2) int64: every ordered pair of different columns that a row holds, row by row."""
    found = []
    for start, end in zip(sets.indptr[:-1].tolist(), sets.indptr[1:].tolist(), strict=True):
        members = sets.indices[start:end].astype(np.int64)
        one, other = np.nonzero(~np.eye(len(members), dtype=bool))
        found.append(np.column_stack([members[one], members[other]]))
    return np.concatenate(found) if found else np.empty((0, 2), np.int64)


def train(
    config: SkipGramConfig, sets: csr_array, *, rng: np.random.Generator, device: str, progress: Progress
) -> np.ndarray:
    """The vector of each column.

    Args:
        config: hyperparameters.
        sets: (n_sets, n_tags) CSR; a stored entry is a member.
        rng: the only source of randomness.
        device: "cpu" or "cuda".
        progress: called with the finished fraction.

    Returns:
        (n_tags, width) float32; zeros for tags that never stand beside another one.
    """
    pairs = pairs_of(sets)
    if not len(pairs):
        progress(1.0)
        return np.zeros((sets.shape[1], config.width), np.float32)
    trainer = SkipGramTrainer(config, pairs, sets.shape[1], rng=rng, device=device)
    vectors = trainer.run(progress=progress)[_TAGS]
    vectors[trainer.counts == 0] = 0
    return vectors


class SkipGramTrainer(Loop):
    """Raises log sigmoid(tag . context) for pairs, and log sigmoid(-tag . context) for tags drawn at random.

    Args:
        config: hyperparameters.
        pairs: (n_pairs, 2) int64, at least one.
        n_tags: number of tags.
        rng: the only source of randomness.
        device: "cpu" or "cuda".
    """

    def __init__(
        self, config: SkipGramConfig, pairs: np.ndarray, n_tags: int, *, rng: np.random.Generator, device: str
    ):
        self.config, self.pairs = config, pairs
        self.counts = np.bincount(pairs[:, 0], minlength=n_tags)
        self._odds = np.cumsum(self.counts**_POWER)
        # The paper's start: small vectors for the tags, zeros for the contexts.
        drawn = (rng.random((n_tags, config.width), dtype=np.float32) - np.float32(0.5)) / np.float32(config.width)
        arrays = {_TAGS: drawn, _CONTEXTS: np.zeros_like(drawn)}
        super().__init__(config, arrays, n_rows=len(pairs), data=[pairs], rng=rng, device=device)

    def step(self, rows: np.ndarray) -> float:
        import torch
        from torch.nn.functional import logsigmoid

        pairs = self.pairs[rows]
        drawn = self.rng.random((len(pairs), self.config.negatives)) * self._odds[-1]
        negatives = np.minimum(np.searchsorted(self._odds, drawn, side="right"), len(self._odds) - 1)
        others = np.column_stack([pairs[:, 1], negatives])  # (n, 1 + k)
        tag_rows, tag_places = np.unique(pairs[:, 0], return_inverse=True)
        context_rows, context_places = np.unique(others, return_inverse=True)
        touched = {_TAGS: self._tensor(tag_rows), _CONTEXTS: self._tensor(context_rows)}
        leaves = self._leaves(touched)
        one = leaves[_TAGS].index_select(0, self._tensor(tag_places))  # (n, width)
        other = leaves[_CONTEXTS].index_select(0, self._tensor(context_places.ravel())).reshape(*others.shape, -1)
        likeness = torch.einsum("nd,nkd->nk", one, other)
        # What was drawn and happens to be the true one says nothing.
        honest = np.column_stack([np.ones(len(pairs), bool), negatives != pairs[:, 1:]])
        sign = np.ones(others.shape, np.float32)
        sign[:, 1:] = -1
        terms = logsigmoid(likeness * self._tensor(sign)) * self._tensor(honest.astype(np.float32))
        return self._descend(-terms.sum() / len(pairs), leaves, touched)
