"""GRU4Rec (row R4): a recurrent network reads a session song by song and says after each what comes next.

Hidasi, Karatzoglou, Baltrunas & Tikk, "Session-based Recommendations with Recurrent Neural Networks", ICLR 2016, and
Hidasi & Karatzoglou, "Recurrent Neural Networks with Top-k Gains for Session-based Recommendations", CIKM 2018, whose
cross-entropy loss and shared item vectors are used here. A playlist is a session. The papers' session-parallel
mini-batches carry a state from step to step; here a batch holds whole playlists, so every place of each is trained on
the whole way before it.

Document 004 gives no figure, but the model's strength (a session speaks for itself, nothing of the person is needed)
and its weakness: what lies far back is forgotten.
"""

from playrec_core.i18n import mark

from .recurrent import Recurrent
from .sequence_model import NextSongConfig, NextSongModel


class Gru4Rec(NextSongModel):
    """The state after the last song, compared with every song's vector."""

    kind = "gru4rec"
    title = mark("GRU4Rec")
    Config = NextSongConfig

    def network(self) -> Recurrent:
        return Recurrent(self.config.width, self.config.layers)
