"""The hyperparameters of every model over fields."""

from typing import Annotated, Literal

from pydantic import Field

from playrec_core.config import NonNegative, Positive
from playrec_core.data.features import FeatureConfig
from playrec_core.models.neural.settings import Schedule

Loss = Literal["bce", "bpr", "softmax"]


class FieldsConfig(Schedule):
    """How the fields are made and how pairs are learned from; beside `Schedule`, with playlists for rows:

    Args:
        features: which side features the candidate has, a field each; nothing asked for leaves the candidate alone.
        min_playlists: items in fewer training playlists share one vector, "rare", beside their side features; so do
            items in none, and so a new item is answered for what it is. 2 at the least, or "rare" learns nothing.
        dimensions: length of the vectors.
        history_power: the vectors of a playlist's songs are added, each times its weight, and divided by (sum of the
            weights) ** history_power: 1 is the mean, 0.5 is SVD++'s.
        hidden: in each step this share of a playlist's songs is hidden, to be told from items the playlist lacks; the
            others are the bag, so that no song explains itself.
        loss: "bce": each pair is a question of its own, yes or no; "bpr": a hidden song against each negative
            (Rendle et al., UAI 2009); "softmax": a hidden song against all its negatives together.
        negatives: items that the playlist lacks, drawn for each hidden song.
        negative_power: they are drawn in proportion to frequency ** negative_power; 0 draws all heard items alike.
    """

    features: FeatureConfig
    min_playlists: Annotated[int, Field(ge=2)]
    dimensions: Positive
    history_power: Annotated[float, Field(ge=0, le=1)]
    hidden: Annotated[float, Field(gt=0, lt=1)]
    loss: Loss
    negatives: Positive
    negative_power: NonNegative
