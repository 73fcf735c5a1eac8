"""Playlist ridge by songs, tags and title: one model for all four kinds of queries.

Two linear systems are solved, one with the similarity of songs (`playlist_ridge`) and one with that of text, and their
votes are added. Text is the character n-grams of title and tags together, because a tag unseen in training can still
occur in a title: in Melon's published tenth the training playlists have no tags, the queries do. Solving instead of
counting matters for text: hundreds of titles resemble "best ballads for a rainy day" a little, most by one syllable.
"""

import numpy as np

from playrec_core.config import NonNegative
from playrec_core.data.dataset import Dataset
from playrec_core.i18n import mark
from playrec_core.models.card import ModelCard
from playrec_core.models.common.playlist_text import PlaylistText, TextConfig
from playrec_core.models.explanation import Explanation, exact
from playrec_core.models.references import RIDGE
from playrec_core.numerics.cholesky import inverse
from playrec_core.schema import Progress, Seed

from .playlist_ridge import PlaylistRidge, PlaylistRidgeConfig


class FieldsRidgeConfig(TextConfig, PlaylistRidgeConfig):
    """Hyperparameters in addition to `PlaylistRidgeConfig` and `TextConfig`.

    Args:
        words: weight of the votes by text; votes by songs have weight 1.
    """

    words: NonNegative


class FieldsRidge(PlaylistRidge):
    """score = votes of the playlists by songs + ``words`` * votes by title and tags."""

    kind = "fields-ridge"
    title = mark("Playlist ridge (songs + tags + title)")
    reads = frozenset({"songs", "tags", "title"})
    card = ModelCard(
        summary=mark(
            "Playlist ridge with a second linear system over the words of titles and tags. The votes of both are "
            "added, so a seed with only a title or tags is scored too."
        ),
        equation=r"s = k_S^{\top} (K + \lambda I)^{-1} X + c\, t_S^{\top} (T + \mu I)^{-1} X",
        symbols=mark(
            r"$K$, $k_S$: similarities by songs; $T$, $t_S$: similarities by character n-grams of title and tags; "
            r"$X$: playlists $\times$ songs; $c$: `words`; $\lambda$, $\mu$: regularisation."
        ),
        references=(RIDGE,),
        page="playlist-ridge",
    )
    Config = FieldsRidgeConfig
    fitted = (*PlaylistRidge.fitted, "text", "words_inverse")
    config: FieldsRidgeConfig
    text: PlaylistText
    """Text of the voting playlists."""
    words_inverse: np.ndarray
    """(n_with_text, n_with_text) float32: (K + lambda I)^-1 of the playlists with text."""

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        super().fit(dataset, rng=rng, device=device, progress=lambda part: progress(part / 2))
        self.text = PlaylistText.build(dataset, self._voting(dataset), self.config)
        self.words_inverse = inverse(self.text.gram(), self.config.words_regularization)
        progress(1.0)

    def _votes_by_text(self, seed: Seed) -> np.ndarray | None:
        """(n_voting,) float32: votes by text; None if no n-gram is known."""
        similarities = self.text.similarities(seed)
        if similarities is None:
            return None
        votes = np.zeros(self.playlists.shape[0], dtype=np.float32)
        votes[self.text.with_text] = self.config.words * (similarities @ self.words_inverse)
        return votes

    def votes(self, seed: Seed) -> np.ndarray | None:
        by_songs, by_text = super().votes(seed), self._votes_by_text(seed)
        if by_songs is None or by_text is None:
            return by_text if by_songs is None else by_songs
        return by_songs + by_text

    def explain(self, seed: Seed, item: int) -> Explanation:
        """The baseline is the part of title and tags, which remains without any song."""
        by_songs = super().explain(seed, item)
        by_text = self._votes_by_text(seed)
        rest = 0.0 if by_text is None else float(self.playlists[:, [item]].toarray().ravel() @ by_text)
        return exact(item, seed, by_songs.contributions, by_songs.score + rest, baseline=rest)
