"""The common hyperparameters of the models over fields."""

from typing import Annotated, Literal

from pydantic import Field

from playrec_core.config import NonNegative, Positive
from playrec_core.data.features import FeatureConfig
from playrec_core.models.neural.settings import Schedule

Loss = Literal["bce", "bpr", "softmax"]


class FieldsConfig(Schedule):
    """Hyperparameters of `Schedule`, whose rows are playlists, and:

    Args:
        features: the candidate's side features, one field each; none leaves only the item itself.
        min_playlists: items in fewer training playlists share one embedding, "rare", in addition to their side
            features. So do new items, which are thus scored by their features. At least 2, or "rare" is not trained.
        dimensions: length of the embeddings.
        history_power: the weighted sum of the playlist's song embeddings is divided by (sum of the weights) **
            history_power: 1 is the mean, 0.5 is the normalisation of SVD++.
        hidden: share of a playlist's songs that each step hides as positives; the others form the bag, so that no song
            predicts itself.
        loss: "bce": binary cross-entropy of each pair; "bpr": a hidden song against each negative (Rendle et al., "BPR:
            Bayesian Personalized Ranking from Implicit Feedback", UAI 2009); "softmax": a hidden song against all its
            negatives together.
        negatives: negative samples per hidden song.
        negative_power: negatives are drawn in proportion to frequency ** negative_power; 0 draws items uniformly.
    """

    features: FeatureConfig
    min_playlists: Annotated[int, Field(ge=2)]
    dimensions: Positive
    history_power: Annotated[float, Field(ge=0, le=1)]
    hidden: Annotated[float, Field(gt=0, lt=1)]
    loss: Loss
    negatives: Positive
    negative_power: NonNegative
