"""SASRec: self-attention looks back over a sequence and picks what matters for the next song.

Kang & McAuley, "Self-Attentive Sequential Recommendation", ICDM 2018. The paper trains with one random song against
each right one. With the full softmax instead, over all songs at all places, it is better than BERT4Rec: Klenitskiy &
Vasilev, "Turning Dross Into Gold Loss: is BERT4Rec really better than SASRec?", RecSys 2023. So here; ``samples`` makes
the softmax a sampled one where a catalogue is too large.

The Movie Rec task came with S3-Rec, a pre-trained SASRec, as its baseline (document 004).
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
        heads: of the attention; ``width`` is a multiple.
        feed_forward: width of the hidden layer in a block.
    """

    heads: Positive
    feed_forward: Positive

    @model_validator(mode="after")
    def _even_heads(self) -> Self:
        if self.width % self.heads:
            raise ValueError(f"width {self.width} is not a multiple of heads {self.heads}")
        return self


class SasRec(NextSongModel):
    """The state of the last place, which has looked at every song before it."""

    kind = "sasrec"
    title = mark("SASRec")
    Config = SasRecConfig
    config: SasRecConfig

    def network(self) -> Transformer:
        own = self.config
        return Transformer(
            own.width, own.layers, own.heads, own.feed_forward, own.max_length, causal=True, activation="relu"
        )
