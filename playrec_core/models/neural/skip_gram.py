"""Tags as vectors: word2vec's skip-gram with negative sampling, a playlist's set of tags for a sentence (row K2).

Mikolov et al., "Distributed Representations of Words and Phrases and their Compositionality", NIPS 2013. A set has no
order, so its window is the whole set: every tag of a playlist predicts every other one.
"""

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from ...config import Frozen, Positive
from ...schema import Progress
from .optimisers import Parameter
from .settings import Adam

if TYPE_CHECKING:
    import torch

_POWER = 0.75
"""Negatives are drawn in proportion to frequency to this power, as in the paper."""


class SkipGramConfig(Frozen):
    """Hyperparameters.

    Args:
        width: of a tag's vector.
        negatives: tags drawn at random beside each true pair.
        batch: pairs a step.
        epochs: passes over all pairs.
        optimiser: of both tables of vectors.
    """

    width: Positive
    negatives: Positive
    batch: Positive
    epochs: Positive
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
    import torch

    n_tags, pairs = sets.shape[1], pairs_of(sets)
    if not len(pairs):
        progress(1.0)
        return np.zeros((n_tags, config.width), np.float32)
    counts = np.bincount(pairs[:, 0], minlength=n_tags)
    odds = np.cumsum(counts**_POWER)
    # The paper's start: small vectors for the tags, zeros for the contexts.
    drawn = (rng.random((n_tags, config.width), dtype=np.float32) - np.float32(0.5)) / np.float32(config.width)
    tags, contexts = (
        Parameter(torch.from_numpy(array).to(device), config.optimiser) for array in (drawn, np.zeros_like(drawn))
    )
    steps, step, rate = -(-len(pairs) // config.batch) * config.epochs, 0, config.optimiser.learning_rate
    for _ in range(config.epochs):
        order = rng.permutation(len(pairs))
        for start in range(0, len(order), config.batch):
            chosen = pairs[order[start : start + config.batch]]
            negative = np.searchsorted(odds, rng.random((len(chosen), config.negatives)) * odds[-1], side="right")
            rate = config.optimiser.learning_rate * (1 - (1 - config.optimiser.final) * step / steps)
            step += 1
            _step(tags, contexts, chosen, np.minimum(negative, n_tags - 1), step, rate)
            progress(step / steps)
    tags.settle(steps, rate)
    vectors = tags.value.cpu().numpy().copy()
    vectors[counts == 0] = 0
    return vectors


def _step(
    tags: Parameter, contexts: Parameter, pairs: np.ndarray, negatives: np.ndarray, step: int, rate: float
) -> None:
    """Raise log sigmoid(tag . context) for the pairs (n, 2), and log sigmoid(-tag . context) for negatives (n, k)."""
    import torch
    from torch.nn.functional import logsigmoid

    def tensor(array: np.ndarray) -> "torch.Tensor":
        return torch.from_numpy(np.ascontiguousarray(array)).to(tags.value.device)

    tag_rows, tag_places = np.unique(pairs[:, 0], return_inverse=True)
    others = np.column_stack([pairs[:, 1], negatives])  # (n, 1 + k)
    context_rows, context_places = np.unique(others, return_inverse=True)
    rows = {tags: tensor(tag_rows), contexts: tensor(context_rows)}
    for table, touched in rows.items():
        table.carry(touched, step - 1, rate)
    leaves = {table: table.leaf(touched) for table, touched in rows.items()}
    one = leaves[tags].index_select(0, tensor(tag_places))  # (n, width)
    other = leaves[contexts].index_select(0, tensor(context_places.reshape(-1))).reshape(*others.shape, -1)
    likeness = torch.einsum("nd,nkd->nk", one, other)
    # What was drawn and happens to be the true one says nothing.
    honest = np.column_stack([np.ones(len(pairs), bool), negatives != pairs[:, 1:]])
    sign = np.ones(others.shape, np.float32)
    sign[:, 1:] = -1
    loss = -(logsigmoid(likeness * tensor(sign)) * tensor(honest.astype(np.float32))).sum() / len(pairs)
    gradients = torch.autograd.grad(loss, list(leaves.values()))
    for (table, touched), gradient in zip(rows.items(), gradients, strict=True):
        table.update(gradient, touched, step, rate)
