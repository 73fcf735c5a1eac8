"""SASRec: causal self-attention over a sequence, trained to predict the next song.

Kang & McAuley, "Self-Attentive Sequential Recommendation", ICDM 2018. The paper trains with one negative sample per
positive. With a full softmax over all songs at every position it outperforms BERT4Rec (Klenitskiy & Vasilev, "Turning
Dross Into Gold Loss: is BERT4Rec really better than SASRec?", RecSys 2023), so that is the loss here; ``samples`` makes
it a sampled softmax for large catalogues.

S3-Rec, a pre-trained SASRec, was the baseline of the Movie Rec task (docs/sources/movie-rec-report.md).
"""

from playrec_core.i18n import mark
from playrec_core.models.card import ModelCard, PublishedSettings, Reference

from .sequence_model import NextSongConfig, NextSongModel
from .transformer import Transformer, TransformerConfig


class SasRecConfig(TransformerConfig, NextSongConfig):
    """Hyperparameters of `NextSongConfig` and `TransformerConfig`."""


class SasRec(NextSongModel):
    """Scores songs by the state of the last position, which attends to every song before it."""

    kind = "sasrec"
    title = mark("SASRec")
    card = ModelCard(
        summary=mark(
            "The last song looks back over all songs before it and takes from each what matters for the next one "
            "(self-attention). Trained to predict the next song after every position."
        ),
        equation=r"h = \mathrm{Transformer}(e_{x_1} + p_1, \dots, e_{x_n} + p_n)_n, \qquad s_i = e_i \cdot h + b_i",
        symbols=mark(
            r"$x_1, \dots, x_n$: the seed's songs in order; $e_i$: the vector of song $i$; $p_t$: position vectors; "
            r"$h$: the output at the last position, which sees only earlier ones; $b_i$: a bias per song."
        ),
        references=(
            Reference(
                "Kang & McAuley, “Self-Attentive Sequential Recommendation”, ICDM 2018",
                "https://arxiv.org/abs/1808.09781",
            ),
            Reference(
                "Klenitskiy & Vasilev, “Turning Dross Into Gold Loss: is BERT4Rec really better than SASRec?”, "
                "RecSys 2023",
                "https://arxiv.org/abs/2309.07602",
            ),
        ),
        page="sasrec",
        published=(
            PublishedSettings(
                mark("Kang & McAuley 2018, MovieLens 1M"),
                {
                    "width": 50,
                    "layers": 2,
                    "heads": 1,
                    "dropout": 0.2,
                    "max_length": 200,
                    "optimiser.kind": "adam",
                    "optimiser.learning_rate": 0.001,
                    "batch": 128,
                },
            ),
        ),
    )
    Config = SasRecConfig
    config: SasRecConfig

    def network(self) -> Transformer:
        c = self.config
        return Transformer(c.width, c.layers, c.heads, c.feed_forward, c.max_length, causal=True, activation="relu")
