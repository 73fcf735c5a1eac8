"""SASRec: causal self-attention over a sequence, trained to predict the next song.

Kang & McAuley, "Self-Attentive Sequential Recommendation", ICDM 2018. The paper trains with one negative sample per
positive. With a full softmax over all songs at every position it outperforms BERT4Rec (Klenitskiy & Vasilev, "Turning
Dross Into Gold Loss: is BERT4Rec really better than SASRec?", RecSys 2023), so that is the loss here; ``samples`` makes
it a sampled softmax for large catalogues.

S3-Rec, a pre-trained SASRec, was the baseline of the Movie Rec task (docs/sources/movie-rec-report.md).
"""

from playrec_core.i18n import mark

from .sequence_model import NextSongConfig, NextSongModel
from .transformer import Transformer, TransformerConfig


class SasRecConfig(TransformerConfig, NextSongConfig):
    """Hyperparameters of `NextSongConfig` and `TransformerConfig`."""


class SasRec(NextSongModel):
    """Scores songs by the state of the last position, which attends to every song before it."""

    kind = "sasrec"
    title = mark("SASRec")
    Config = SasRecConfig
    config: SasRecConfig

    def network(self) -> Transformer:
        c = self.config
        return Transformer(c.width, c.layers, c.heads, c.feed_forward, c.max_length, causal=True, activation="relu")
