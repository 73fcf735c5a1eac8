"""LambdaMART: boosted regression trees that rank the candidates of a query, trained by `xgboost`.

Burges, "From RankNet to LambdaRank to LambdaMART: An Overview", Microsoft Research MSR-TR-2010-82; Chen & Guestrin,
"XGBoost: A Scalable Tree Boosting System", KDD 2016. Each pair of a relevant and an irrelevant candidate contributes a
gradient in proportion to the change of nDCG when the two are swapped, so the first ranks matter most.

Explanations are exact by TreeSHAP (Lundberg et al., "From local explanations to global understanding with explainable
AI for trees", Nature Machine Intelligence 2020): the contributions of all features and the baseline sum to the score.
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
        rounds: number of trees.
        learning_rate: weight of each tree.
        depth: maximum depth of a tree.
        min_child_weight: minimum weight of a leaf; larger values reduce overfitting to single queries.
        regularization: L2 penalty on the leaves.
        sample: share of the candidates used per tree.
        columns: share of the features used per tree.
        pairs: number of top ranks that are compared with all others.
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
    """A fitted ranker; `names` are the names of its features."""

    def __init__(self, booster: "Booster"):
        booster.set_param({"nthread": 1})
        self._booster = booster

    @classmethod
    def train(
        cls,
        features: np.ndarray,
        hits: np.ndarray,
        queries: np.ndarray,
        names: Sequence[str],
        trends: Sequence[int],
        config: BoostingConfig,
        rng: np.random.Generator,
    ) -> "BoostedRanker":
        """Learn to rank hits first.

        Args:
            features: (n, n_features) float32, one row per candidate; NaN where unknown.
            hits: (n,) bool, the relevant candidates.
            queries: (n,) int, ascending: the query of each candidate.
            names: (n_features,) feature names.
            trends: (n_features,) monotone constraints: 1 where a higher value can only raise the score, -1 where it can
                only lower it, 0 for none. Known trends need not be learnt from few queries.
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
            # The order of summation, and with it the last bits of the trees, depends on the number of threads.
            "nthread": 1,
        }
        data = xgboost.DMatrix(
            features, label=hits.astype(np.float32), qid=queries, feature_names=list(names), nthread=1
        )
        return cls(xgboost.train(parameters, data, num_boost_round=config.rounds))

    @property
    def names(self) -> list[str]:
        """(n_features,)"""
        return list(self._booster.feature_names or ())

    def score(self, features: np.ndarray) -> np.ndarray:
        """Return (n,) float32, higher is better; comparable only within a query."""
        return self._booster.predict(self._data(features)).astype(np.float32)

    def contributions(self, features: np.ndarray) -> np.ndarray:
        """Return the features' contributions and the baseline, (n, n_features + 1) float32; rows sum to the score."""
        return self._booster.predict(self._data(features), pred_contribs=True)

    def gains(self) -> np.ndarray:
        """Return (n_features,) float64: each feature's share of the total gain in training."""
        found = self._booster.get_score(importance_type="total_gain")
        gains = np.array([found.get(name, 0.0) for name in self.names], dtype=np.float64)
        return gains / (gains.sum() or 1.0)

    def to_array(self) -> np.ndarray:
        """Return the trees as UBJSON, (n,) uint8; unlike a pickle it contains no code."""
        return np.frombuffer(self._booster.save_raw("ubj"), dtype=np.uint8)

    @classmethod
    def from_array(cls, array: np.ndarray) -> "BoostedRanker":
        """Restore a ranker from `to_array`."""
        import xgboost

        booster = xgboost.Booster()
        booster.load_model(bytearray(array.tobytes()))
        return cls(booster)

    def _data(self, features: np.ndarray) -> "DMatrix":
        import xgboost

        return xgboost.DMatrix(features, feature_names=self.names, nthread=1)
