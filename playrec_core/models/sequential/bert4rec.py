"""BERT4Rec: bidirectional self-attention, trained to predict masked songs of a sequence.

Sun et al., "BERT4Rec: Sequential Recommendation with Bidirectional Encoder Representations from Transformer", CIKM
2019. Training replaces some songs of a sequence by a mask and predicts them (the cloze task, with a softmax over all
songs); inference appends a mask to the sequence. Scores are GELU(h W + b) E^T + bias, with h the state at the mask and
E the song vectors of the input (equation 7). The Movie Rec team report names it without a figure
(docs/sources/movie-rec-report.md).

Movie Rec hides more than the next film: nine of ten hidden ones lie within the sequence. A bidirectional model can
predict there too: with ``votes`` above 1 masks are spread evenly over the sequence, the last one at its end.
"""

from typing import Annotated, Self

import numpy as np
from pydantic import Field, model_validator
from scipy.sparse import csr_array

from playrec_core.i18n import mark
from playrec_core.models.card import ModelCard, PublishedSettings, Reference
from playrec_core.models.neural.settings import Share
from playrec_core.models.references import MOVIE_REC

from .sequence_model import SequenceModel
from .sequences import Batch, cloze
from .transformer import Transformer, TransformerConfig


class Bert4RecConfig(TransformerConfig):
    """Hyperparameters of `TransformerConfig`, and:

    Args:
        masked: share of the songs that training masks.
        only_last: share of the sequences in which only the last song is masked, as in inference.
    """

    masked: Annotated[float, Field(gt=0, lt=1)]
    only_last: Share

    @model_validator(mode="after")
    def _votes_fit(self) -> Self:
        if self.votes >= self.max_length:
            raise ValueError(f"{self.votes} votes leave no room for a song among max_length {self.max_length}")
        return self


class Bert4Rec(SequenceModel):
    """Scores songs by the state at a mask, which attends to every song around it."""

    kind = "bert4rec"
    title = mark("BERT4Rec")
    card = ModelCard(
        summary=mark(
            "Some songs of a playlist are masked and predicted from those before and after them. To continue a seed, "
            "a mask is put at its end. Attention looks both ways, unlike in SASRec."
        ),
        equation=(
            r"h = \mathrm{Transformer}(e_{x_1} + p_1, \dots, e_{x_n} + p_n, e_{mask} + p_{n+1})_{n+1}, \qquad s_i = "
            r"e_i \cdot h + b_i"
        ),
        symbols=mark(
            r"$x_1, \dots, x_n$: the seed's songs in order; $e_i$: the vector of song $i$, $e_{mask}$ that of the "
            r"mask; $p_t$: position vectors; $h$: the output at the mask; $b_i$: a bias per song."
        ),
        references=(
            Reference(
                "Sun et al., “BERT4Rec: Sequential Recommendation with Bidirectional Encoder Representations from "
                "Transformer”, CIKM 2019",
                "https://arxiv.org/abs/1904.06690",
            ),
            MOVIE_REC,
        ),
        page="bert4rec",
        published=(
            PublishedSettings(
                mark("Sun et al. 2019, MovieLens 20M"),
                {
                    "width": 64,
                    "layers": 2,
                    "heads": 2,
                    "max_length": 200,
                    "optimiser.kind": "adam",
                    "optimiser.learning_rate": 0.0001,
                    "optimiser.weight_decay": 0.01,
                    "batch": 256,
                    "masked": 0.2,
                },
            ),
        ),
    )
    Config = Bert4RecConfig
    config: Bert4RecConfig

    def network(self) -> Transformer:
        c = self.config
        return Transformer(
            c.width, c.layers, c.heads, c.feed_forward, c.max_length, causal=False, activation="gelu", projected=True
        )

    def make_batch(self, sequences: csr_array, rows: np.ndarray, rng: np.random.Generator) -> Batch:
        mask = sequences.shape[1]  # the row after those of the songs
        return cloze(sequences, rows, self.config.masked, self.config.only_last, mask, rng)

    def encoder_input(self, songs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        songs = songs[-(self.config.max_length - self.config.votes) :]
        before = np.arange(1, self.config.votes + 1) * len(songs) // self.config.votes
        return np.insert(songs, before, -1), before + np.arange(self.config.votes)
