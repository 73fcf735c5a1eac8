"""BERT4Rec (row R5): self-attention looks both ways, and is trained to fill the gaps in a sequence.

Sun et al., "BERT4Rec: Sequential Recommendation with Bidirectional Encoder Representations from Transformer", CIKM
2019. Some songs of a sequence are replaced by a mask and asked for (the "cloze" task, with a softmax over all songs);
an answer puts a mask behind the last song.

Movie Rec asks for more than the next film: nine of ten hidden ones lie somewhere in between. A model that looks both
ways can be asked there, too: with ``votes`` above 1 masks are spread evenly over the sequence, the last at its end.
"""

from typing import Annotated, Self

import numpy as np
from pydantic import Field, model_validator
from scipy.sparse import csr_array

from playrec_core.config import Positive
from playrec_core.i18n import mark
from playrec_core.models.neural.settings import Share

from .sequence_model import SequenceModel
from .sequence_training import SequenceConfig
from .sequences import Batch, cloze
from .transformer import Transformer


class Bert4RecConfig(SequenceConfig):
    """Hyperparameters of `SequenceConfig`, and:

    Args:
        heads: of the attention; ``width`` is a multiple.
        feed_forward: width of the hidden layer in a block.
        masked: share of the songs that training masks.
        only_last: share of the sequences in which it masks nothing but the last song, as an answer does.
    """

    heads: Positive
    feed_forward: Positive
    masked: Annotated[float, Field(gt=0, lt=1)]
    only_last: Share

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.width % self.heads:
            raise ValueError(f"width {self.width} is not a multiple of heads {self.heads}")
        if self.votes >= self.max_length:
            raise ValueError(f"{self.votes} votes leave no room for a song among max_length {self.max_length}")
        return self


class Bert4Rec(SequenceModel):
    """The state at a mask, which has looked at every song around it."""

    kind = "bert4rec"
    title = mark("BERT4Rec")
    Config = Bert4RecConfig
    config: Bert4RecConfig

    def network(self) -> Transformer:
        own = self.config
        return Transformer(
            own.width, own.layers, own.heads, own.feed_forward, own.max_length, causal=False, activation="gelu"
        )

    def ask(self, sequences: csr_array, rows: np.ndarray, rng: np.random.Generator) -> Batch:
        mask = sequences.shape[1]  # the row after the last song's
        return cloze(sequences, rows, self.config.masked, self.config.only_last, mask, rng)

    def places(self, songs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        songs = songs[-(self.config.max_length - self.config.votes) :]
        before = np.arange(1, self.config.votes + 1) * len(songs) // self.config.votes
        return np.insert(songs, before, -1), before + np.arange(self.config.votes)
