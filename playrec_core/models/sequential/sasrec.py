"""SASRec: causal self-attention over a sequence, trained to predict the next song.

Kang & McAuley, "Self-Attentive Sequential Recommendation", ICDM 2018. The paper trains with one negative sample per
positive. With a full softmax over all songs at every position it outperforms BERT4Rec (Klenitskiy & Vasilev, "Turning
Dross Into Gold Loss: is BERT4Rec really better than SASRec?", RecSys 2023), so that is the loss here; ``samples`` makes
it a sampled softmax for large catalogues.

S3-Rec, a pre-trained SASRec, was the baseline of the Movie Rec task (docs/sources/movie-rec-report.md).
"""

from typing import Self

from pydantic import model_validator

from playrec_core.config import Positive
from playrec_core.i18n import mark

from .sequence_model import NextSongConfig, NextSongModel
from .transformer import Transformer


class SasRecConfig(NextSongConfig):
    """Hyperparameters of `NextSongConfig`, and:

    Args:
        heads: attention heads; ``width`` must be a multiple.
        feed_forward: width of the hidden layer in a block.
    """

    heads: Positive
    feed_forward: Positive

    @model_validator(mode="after")
    def _heads_divide_width(self) -> Self:
        if self.width % self.heads:
            raise ValueError(f"width {self.width} is not a multiple of heads {self.heads}")
        return self


class SasRec(NextSongModel):
    """Scores songs by the state of the last position, which attends to every song before it."""

    kind = "sasrec"
    title = mark("SASRec")
    Config = SasRecConfig
    config: SasRecConfig

    def network(self) -> Transformer:
        c = self.config
        return Transformer(c.width, c.layers, c.heads, c.feed_forward, c.max_length, causal=True, activation="relu")
