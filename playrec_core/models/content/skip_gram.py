"""Tag vectors: the skip-gram model of word2vec with negative sampling; a playlist's set of tags is a sentence.

Mikolov et al., "Distributed Representations of Words and Phrases and their Compositionality", NIPS 2013, which a later
review of the Melon contest planned to use (docs/sources/melon-next-steps.md). A set has no order, so the window is the
whole set: every tag of a playlist predicts every other one.
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
    """Hyperparameters of `Schedule`, whose rows are pairs, and:

    Args:
        width: dimensions of a tag vector.
        negatives: negative samples per pair.
        optimiser: of both tables of vectors.
    """

    width: Positive
    negatives: Positive
    optimiser: Adam


def pairs_of(sets: csr_array) -> np.ndarray:
    """(n_pairs, 2) int64: all ordered pairs of distinct columns in each row of an (n_sets, n_tags) CSR, row by row."""
    found = []
    for start, end in zip(sets.indptr[:-1].tolist(), sets.indptr[1:].tolist(), strict=True):
        members = sets.indices[start:end].astype(np.int64)
        one, other = np.nonzero(~np.eye(len(members), dtype=bool))
        found.append(np.column_stack([members[one], members[other]]))
    return np.concatenate(found) if found else np.empty((0, 2), np.int64)


def train(
    config: SkipGramConfig, sets: csr_array, *, rng: np.random.Generator, device: str, progress: Progress
) -> np.ndarray:
    """Train the tag vectors.

    Args:
        config: hyperparameters.
        sets: (n_sets, n_tags) CSR; a stored entry is a member.
        rng: the only source of randomness.
        device: "cpu" or "cuda".
        progress: called with the finished fraction.

    Returns:
        (n_tags, width) float32; zeros for tags that never occur with another one.
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
    """Maximises log sigmoid(tag . context) for pairs and log sigmoid(-tag . context) for negative samples.

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
        # word2vec's initialisation: small vectors for the tags, zeros for the contexts.
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
        tag_rows, tag_index = np.unique(pairs[:, 0], return_inverse=True)
        context_rows, context_index = np.unique(others, return_inverse=True)
        touched = {_TAGS: self._tensor(tag_rows), _CONTEXTS: self._tensor(context_rows)}
        leaves = self._leaves(touched)
        one = leaves[_TAGS].index_select(0, self._tensor(tag_index))  # (n, width)
        other = leaves[_CONTEXTS].index_select(0, self._tensor(context_index.ravel())).reshape(*others.shape, -1)
        logits = torch.einsum("nd,nkd->nk", one, other)
        # Ignore negative samples that are the positive itself.
        valid = np.column_stack([np.ones(len(pairs), bool), negatives != pairs[:, 1:]])
        sign = np.ones(others.shape, np.float32)
        sign[:, 1:] = -1
        terms = logsigmoid(logits * self._tensor(sign)) * self._tensor(valid.astype(np.float32))
        return self._apply_gradients(-terms.sum() / len(pairs), leaves, touched)
