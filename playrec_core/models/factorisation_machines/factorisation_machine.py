"""Factorisation machine (row R2): every pair of fields meets as the inner product of two vectors.

Rendle, "Factorization Machines", ICDM 2010; the user as the bag of what the user has seen, which is how "Factorization
Machines with libFM" (TIST 2012) writes SVD++. The document chose it as its base because side features are easily added.
It asked whether the era of release tells what people were able to see, and found that this does harm with yes-or-no
questions (BCE) and helps with comparisons (BPR): a top ten needs the order of items, not the probability of each.

With s the mean vector of the seed's songs and e_f the vectors of the candidate's fields,

    score = bias + linear weights + <s, sum of e_f> + sum of <e_f, e_g> over pairs of the candidate's fields.

The pairs among the seed's own songs are left out: they are the same for every candidate, and no ranking, and no
comparison of two candidates, can see them. So all candidates are scored by one matrix-vector product, and every seed
song's share of a score is exact.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from playrec_core.i18n import mark
from playrec_core.models.base import CANNOT_SAY
from playrec_core.models.common.products import each_with
from playrec_core.models.explanation import Explanation, exact
from playrec_core.schema import Seed

from .network import HISTORY, Array, Weights, field_pairs
from .recommender import FieldsRecommender
from .settings import FieldsConfig


class FactorisationMachineConfig(FieldsConfig):
    """Hyperparameters of every model over fields."""


class FactorisationMachine(FieldsRecommender):
    """score(i) = <s, q_i> + b_i, q_i the sum of the candidate's field vectors, b_i what is its own."""

    kind = "factorisation-machine"
    title = mark("Factorisation machine")
    Config = FactorisationMachineConfig
    config: FactorisationMachineConfig

    def initial(self, n_fields: int, n_traits: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return {}

    def prepare(self, xp: Any, weights: Weights, vectors: Array, linear: Array, traits: Array) -> tuple[Array, ...]:
        return vectors.sum(1), linear + field_pairs(vectors)

    def pair(self, xp: Any, weights: Weights, history: Array, traits: Array, items: Sequence[Array]) -> Array:
        total, own = items
        # For one playlist and many candidates this is a matrix-vector product.
        return (total @ history[0] if len(history) == 1 else (history * total).sum(1)) + own

    def pairs(
        self, weights: Weights, history: Array, traits: Array, items: Sequence[Array], first: Array, second: Array
    ) -> Array:
        """One matrix product scores every playlist of a step with every candidate; the pairs are picked from it."""
        total, own = items
        table = history @ total.T + own  # (n_playlists, n_candidates)
        return table.reshape(-1).index_select(0, first * len(own) + second)

    def against_all(self, history: np.ndarray, told: np.ndarray) -> np.ndarray:
        """One vector product a seed: at 708,000 songs, a loop over blocks took four times as long."""
        scores = each_with(self._totals, history)
        scores += self._own
        return scores

    @cached_property
    def _totals(self) -> np.ndarray:
        """(n_items, d) q_i."""
        return self.item_embeddings()

    @cached_property
    def _own(self) -> np.ndarray:
        """(n_items,) what a candidate scores whatever the seed."""
        return np.concatenate([own for _, own in self.blocks()])

    def explain(self, seed: Seed, item: int) -> Explanation:
        """A song's share is its weight in the bag times <its vector, q_i>; the baseline is b_i."""
        score = float(self.score([seed])[0, item])
        if score == CANNOT_SAY:
            return exact(item, seed, np.zeros(len(seed.songs)), 0.0)
        weights = self.shown([seed])
        share = dict(zip(weights.indices.tolist(), weights.data.tolist(), strict=True))
        vector = self._totals[item].astype(np.float64)
        shares = [share[song] * (self.arrays[HISTORY][song] @ vector) if song in share else 0.0 for song in seed.songs]
        return exact(item, seed, np.asarray(shares), score, baseline=float(self._own[item]))
