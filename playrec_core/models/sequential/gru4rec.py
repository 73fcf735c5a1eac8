"""GRU4Rec: a recurrent network reads a session song by song and predicts the next song after each.

Hidasi, Karatzoglou, Baltrunas & Tikk, "Session-based Recommendations with Recurrent Neural Networks", ICLR 2016, and
Hidasi & Karatzoglou, "Recurrent Neural Networks with Top-k Gains for Session-based Recommendations", CIKM 2018, whose
cross-entropy loss and shared item vectors are used here. A playlist is a session. The papers' session-parallel
mini-batches carry a state from step to step; here a batch contains whole playlists, so every position is trained with
the whole sequence before it.

The Movie Rec team report (docs/sources/movie-rec-report.md) gives no figure, but a strength (a session is enough,
nothing about the user is needed) and a weakness (songs far back are forgotten).
"""

from playrec_core.i18n import mark
from playrec_core.models.card import ModelCard, Reference
from playrec_core.models.references import GRU4REC, MOVIE_REC

from .recurrent import Recurrent
from .sequence_model import NextSongConfig, NextSongModel


class Gru4Rec(NextSongModel):
    """Scores songs by the state after the last song of the seed."""

    kind = "gru4rec"
    title = mark("GRU4Rec")
    card = ModelCard(
        summary=mark(
            "A recurrent network reads the playlist song by song and keeps a state; the next song is predicted from "
            "that state. The order of the seed matters, and songs far back are forgotten."
        ),
        equation=r"h_t = \mathrm{GRU}(h_{t-1}, e_{x_t}), \qquad s_i = e_i \cdot h_n + b_i",
        symbols=mark(
            r"$x_1, \dots, x_n$: the seed's songs in order; $e_i$: the vector of song $i$; $h_t$: the state after "
            r"song $t$; $b_i$: a bias per song."
        ),
        references=(
            GRU4REC,
            Reference(
                "Hidasi & Karatzoglou, “Recurrent Neural Networks with Top-k Gains for Session-based "
                "Recommendations”, CIKM 2018",
                "https://arxiv.org/abs/1706.03847",
            ),
            MOVIE_REC,
        ),
        page="gru4rec",
    )
    Config = NextSongConfig

    def network(self) -> Recurrent:
        return Recurrent(self.config.width, self.config.layers)
