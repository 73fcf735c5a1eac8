"""Songs + tags autoencoder: songs and tags of a playlist concatenated in one row, as input and as output.

The simple model of a later review of the Melon contest (docs/sources/melon-next-steps.md): songs above a frequency
threshold and all tags are one-hot encoded together, one autoencoder is trained on whole playlists, and its outputs for
a partly hidden playlist are sorted into 100 songs and 10 tags. The review names two doubts: that the rows are very
sparse, which ``min_playlists`` and the loss address, and that a variational form might do better, which is
`songs_tags_vae`.

Because tags are inputs too, the model itself scores a query that contains only tags.
"""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
from scipy.sparse import csr_array, hstack

from playrec_core.config import Frozen, Positive
from playrec_core.data.dataset import Dataset, seed_matrix
from playrec_core.i18n import mark
from playrec_core.models.base import CANNOT_SAY, State
from playrec_core.models.card import ModelCard
from playrec_core.models.neural import playlists, scoring
from playrec_core.models.neural.network import EMBEDDING, OUTPUT
from playrec_core.models.neural.recommender import NetworkRecommender
from playrec_core.models.neural.settings import NeuralConfig
from playrec_core.models.neural.training import Divergence, Trainer
from playrec_core.models.references import MELON_REVIEW
from playrec_core.schema import Progress, Seed


class SongsTagsAutoencoderConfig(NeuralConfig):
    """Hyperparameters of `NeuralConfig`, and:

    Args:
        min_playlists: the frequency threshold: songs in fewer training playlists are neither inputs nor outputs.
    """

    min_playlists: Positive


class SongsTagsAutoencoder(NetworkRecommender):
    """score(i) = output i of the network for the seed's songs and tags; rare songs cannot be scored."""

    kind = "songs-tags-autoencoder"
    title = mark("Songs + tags autoencoder")
    family = "autoencoder"
    shares_batches = True
    reads = frozenset({"songs", "tags"})
    answers = frozenset({"songs", "tags"})
    card = ModelCard(
        summary=mark(
            "One network over songs and tags together: both are in the input row and both come out. A seed of tags "
            "alone is therefore scored by the model itself."
        ),
        equation=r"[\,s\,;\, t\,] = W_2\, \phi(W_1\, [\,w\,;\, u\,] + b_1) + b_2",
        symbols=mark(
            r"$w$, $u$: songs and tags of the seed; $s$, $t$: scores of songs and tags; $W_1$, $W_2$: encoder and "
            r"decoder; $\phi$: `activation`."
        ),
        references=(MELON_REVIEW,),
        page="songs-tags-autoencoder",
    )
    Config = SongsTagsAutoencoderConfig
    config: SongsTagsAutoencoderConfig
    arrays: Mapping[str, np.ndarray]
    """The network's parameters by name, float32; see `neural.network`. Input and output columns: the ``n_songs`` most
    popular songs, then all tags that occur in a training playlist."""
    n_all_tags: int
    n_songs: int
    history: Sequence[float] = ()
    """After `fit`: nDCG on the held-out playlists after each epoch."""

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        self.n_items, self.n_all_tags = dataset.n_items, len(dataset.tags)
        self.n_songs = max(1, int((dataset.item_counts >= self.config.min_playlists).sum()))
        n_tags = int((dataset.tag_counts > 0).sum())
        rows = hstack(
            [dataset.interactions[:, : self.n_songs], dataset.playlist_tags[:, :n_tags]], format="csr", dtype=np.float32
        )
        self.arrays, self.history = playlists.train(
            self.config,
            lambda inputs, targets: Trainer(
                self.config, inputs, targets, rng=rng, device=device, divergence=self._divergence()
            ),
            csr_array(rows),
            self.n_songs + n_tags,
            n_ranked=self.n_songs,
            rng=rng,
            progress=progress,
            checkpoint=self.checkpoint,
        )

    def _divergence(self) -> Divergence | None:
        return None

    def _outputs(self, seeds: Sequence[Seed]) -> tuple[np.ndarray, np.ndarray]:
        """(m,) int64 rows of the seeds that contain a known song or tag, and their (m, n_outputs) float32 outputs."""
        songs = seed_matrix(seeds, self.n_items)[:, : self.n_songs]
        tags = seed_matrix([Seed(seed.tags) for seed in seeds], self.n_all_tags)
        known = csr_array(hstack([songs, tags[:, : len(self.arrays[EMBEDDING]) - self.n_songs]], format="csr"))
        rows = np.flatnonzero(np.diff(known.indptr))
        return rows, scoring.outputs(self.config, self.arrays, csr_array(known[rows]))

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        return self.score_both(seeds)[0]

    def score_tags(self, seeds: Sequence[Seed]) -> np.ndarray:
        """(n_seeds, n_tags) float32 softmax over the tags: positive, like vote counts, and in the outputs' order."""
        return self.score_both(seeds)[1]

    def score_both(self, seeds: Sequence[Seed]) -> tuple[np.ndarray, np.ndarray]:
        songs = np.full((len(seeds), self.n_items), CANNOT_SAY, dtype=np.float32)
        tags = np.full((len(seeds), self.n_all_tags), CANNOT_SAY, dtype=np.float32)
        rows, outputs = self._outputs(seeds)
        songs[rows, : self.n_songs] = outputs[:, : self.n_songs]
        by_tag = outputs[:, self.n_songs :]
        shares = np.exp(by_tag - by_tag.max(axis=1, keepdims=True, initial=CANNOT_SAY))
        tags[rows, : by_tag.shape[1]] = shares / shares.sum(axis=1, keepdims=True)
        return songs, tags

    def _known_embeddings(self) -> np.ndarray:
        """The output layer's weights."""
        return (self.arrays[EMBEDDING] if self.config.tied else self.arrays[OUTPUT])[: self.n_songs]

    def state(self) -> State:
        return {**self.arrays, "sizes": np.array([self.n_items, self.n_all_tags, self.n_songs])}

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = cls(config)
        model.arrays = {name: array for name, array in state.items() if name != "sizes"}
        model.n_items, model.n_all_tags, model.n_songs = state["sizes"].tolist()
        return model
