"""LambdaMART: boosted regression trees that put the candidates of one question in order, trained by `xgboost`.

Burges, "From RankNet to LambdaRank to LambdaMART: An Overview", Microsoft Research MSR-TR-2010-82; Chen & Guestrin,
"XGBoost: A Scalable Tree Boosting System", KDD 2016. Each pair of a right and a wrong candidate pulls at the trees by
how much nDCG would change if the two changed places, so that the first places count most.

Why a single answer stands where it stands is exact for trees: Lundberg et al., "From local explanations to global
understanding with explainable AI for trees", Nature Machine Intelligence 2020. The parts of all features and the
baseline add up to the score.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from playrec_core.config import Frozen, NonNegative, Positive

if TYPE_CHECKING:
    from xgboost import Booster, DMatrix


class BoostingConfig(Frozen):
    """Hyperparameters of the trees.

    Args:
        rounds: how many trees.
        learning_rate: what one tree counts.
        depth: questions from a tree's root to a leaf, at the most.
        min_child_weight: a leaf is not made of less; larger keeps the trees from learning single questions by heart.
        regularization: L2 penalty on the leaves.
        sample: share of the candidates each tree is grown on.
        columns: share of the features each tree may look at.
        pairs: how many of the first places are compared with all the others.
    """

    rounds: Positive
    learning_rate: Annotated[float, Field(gt=0)]
    depth: Positive
    min_child_weight: NonNegative
    regularization: NonNegative
    sample: Annotated[float, Field(gt=0, le=1)]
    columns: Annotated[float, Field(gt=0, le=1)]
    pairs: Positive


class BoostedRanker:
    """A fitted ranker; `names` says what the columns of its tables are."""

    def __init__(self, booster: "Booster"):
        booster.set_param({"nthread": 1})
        self._booster = booster

    @classmethod
    def train(
        cls,
        features: np.ndarray,
        hits: np.ndarray,
        questions: np.ndarray,
        names: Sequence[str],
        trends: Sequence[int],
        config: BoostingConfig,
        rng: np.random.Generator,
    ) -> "BoostedRanker":
        """Learn to put hits first.

        Args:
            features: (n, n_features) float32, a row a candidate; NaN where a feature says nothing.
            hits: (n,) bool, which candidates are right.
            questions: (n,) int, rising: which candidates compete with one another.
            names: (n_features,) what the columns are.
            trends: (n_features,) 1 where a higher value can only raise a score, -1 where it can only lower it, 0 where
                the trees decide. What is known beforehand need not be learnt from few questions, nor be got wrong.
            config: hyperparameters.
            rng: the only source of randomness.
        """
        import xgboost

        parameters = {
            "objective": "rank:ndcg",
            "lambdarank_pair_method": "topk",
            "lambdarank_num_pair_per_sample": config.pairs,
            "lambdarank_normalization": False,
            "ndcg_exp_gain": False,
            "tree_method": "hist",
            "learning_rate": config.learning_rate,
            "max_depth": config.depth,
            "min_child_weight": config.min_child_weight,
            "lambda": config.regularization,
            "subsample": config.sample,
            "colsample_bytree": config.columns,
            "monotone_constraints": tuple(trends),
            "seed": int(rng.integers(2**31 - 1)),
            # The order of the sums, and with it the last bits of the trees, would depend on how many there are.
            "nthread": 1,
        }
        data = xgboost.DMatrix(
            features, label=hits.astype(np.float32), qid=questions, feature_names=list(names), nthread=1
        )
        return cls(xgboost.train(parameters, data, num_boost_round=config.rounds))

    @property
    def names(self) -> list[str]:
        """(n_features,)"""
        return list(self._booster.feature_names or ())

    def score(self, features: np.ndarray) -> np.ndarray:
        """(n,) float32, higher is better; comparable among the candidates of one question only."""
        return self._booster.predict(self._data(features)).astype(np.float32)

    def contributions(self, features: np.ndarray) -> np.ndarray:
        """(n, n_features + 1) float32: what each feature adds to the score, and last the baseline; a row adds up."""
        return self._booster.predict(self._data(features), pred_contribs=True)

    def gains(self) -> np.ndarray:
        """(n_features,) float64: the share of each feature in all that the trees won in training."""
        found = self._booster.get_score(importance_type="total_gain")
        gains = np.array([found.get(name, 0.0) for name in self.names], dtype=np.float64)
        return gains / (gains.sum() or 1.0)

    def to_array(self) -> np.ndarray:
        """(n,) uint8: the trees as UBJSON, which is data, not a program."""
        return np.frombuffer(self._booster.save_raw("ubj"), dtype=np.uint8)

    @classmethod
    def from_array(cls, array: np.ndarray) -> "BoostedRanker":
        """The ranker that `to_array` stored."""
        import xgboost

        booster = xgboost.Booster()
        booster.load_model(bytearray(array.tobytes()))
        return cls(booster)

    def _data(self, features: np.ndarray) -> "DMatrix":
        import xgboost

        return xgboost.DMatrix(features, feature_names=self.names, nthread=1)
