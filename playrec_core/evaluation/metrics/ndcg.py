"""Normalised discounted cumulative gain: hits near the top count more."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from playrec_core.i18n import mark, tr

from .base import Answers, Catalogue, Metric


def discounts(depth: int) -> np.ndarray:
    """(depth,) float64: ``1 / ln(rank + 1)``, the gain of a hit at ranks 1..depth."""
    return 1.0 / np.log(np.arange(depth) + 2.0)


@dataclass(frozen=True)
class NDCG(Metric):
    r"""nDCG with binary relevance.

    .. math::
        DCG@k = \sum_{r=1}^{k} \frac{[\text{the item at rank } r \text{ is held out}]}{\ln(r + 1)}
        \qquad nDCG = \frac{DCG@k}{IDCG}
        \qquad IDCG = \sum_{r=1}^{m} \frac{1}{\ln(r + 1)}

    With ``cap=False``, m is the number of held-out items, even if the list is shorter: the rule of the Kakao Arena
    contest (its public ``evaluate.py``), which allows 100 songs and 10 tags. A playlist with 30 held-out tags cannot
    reach 1 there. With ``cap=True``, m = min(k, held-out items), the usual nDCG@k of Järvelin and Kekäläinen
    (TOIS 2002). The base of the logarithm cancels.

    Args:
        k: the list depth.
        cap: whether the ideal list also stops at k.
        of: "tags" for the contest's tag nDCG, which differs in name only.

    Edge cases: NaN without held-out items. A list shorter than k counts as padded with misses.
    """

    k: int = 100
    cap: bool = False
    of: Literal["songs", "tags"] = "songs"

    order: ClassVar[int] = 10
    meaning: ClassVar[str] = mark(
        "How many held-out items are recovered, weighted towards the top; 1 is a perfect list."
    )
    help: ClassVar[str] = mark(
        "m: the number of held-out items (the rule of the Kakao Arena contest: with 10 recommended tags, a playlist "
        "with more held-out tags cannot reach 1); for nDCG@k, at most k."
    )
    source: ClassVar[str] = (
        'Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", TOIS 20(4), 2002.'
    )

    @property
    def name(self) -> str:
        return ("tag_" if self.of == "tags" else "") + (f"ndcg@{self.k}" if self.cap else "ndcg")

    @property
    def title(self) -> str:
        name = f"nDCG@{self.k}" if self.cap else "nDCG"
        return tr("Tag {name}", name=name) if self.of == "tags" else name

    def per_playlist(self, answers: Answers, catalogue: Catalogue) -> np.ndarray:
        hits = answers.hits[:, : self.k]
        gain = np.where(hits, discounts(hits.shape[1]), 0.0).sum(axis=1)
        ideal_depth = np.minimum(answers.relevant_counts, self.k) if self.cap else answers.relevant_counts
        ideal = np.cumsum(discounts(max(int(ideal_depth.max(initial=0)), 1)))[np.maximum(ideal_depth, 1) - 1]
        return answers.where_defined(gain / ideal)


METRICS = (NDCG(k=100), NDCG(k=10, cap=True), NDCG(k=10, of="tags"))
