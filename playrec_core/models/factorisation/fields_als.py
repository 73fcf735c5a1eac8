"""ALS for seeds of songs, or of a title and tags only.

ALS leaves a seed without songs to the fallbacks. Here kernel ridge regression maps the titles and tags of the training
playlists to their ALS vectors, and a title's predicted vector is scored like a playlist's: attribute-to-feature mapping
(Gantner et al., "Learning Attribute-to-Feature Mappings for Cold-Start Recommendations", ICDM 2010). Unlike playlists
voting with their songs (`fields_ridge`), the vectors also reach songs in no playlist with a similar title; the errors
of the two models differ.
"""

import numpy as np

from playrec_core.data.dataset import Dataset
from playrec_core.i18n import mark
from playrec_core.models.card import ModelCard, Reference
from playrec_core.models.common.playlist_text import PlaylistText, TextConfig
from playrec_core.models.explanation import Explanation, exact
from playrec_core.models.references import IMPLICIT_ALS
from playrec_core.numerics.cholesky import solve
from playrec_core.schema import Progress, Seed

from .als import Als, AlsConfig


class FieldsAlsConfig(TextConfig, AlsConfig):
    """Hyperparameters of `AlsConfig` and, for the map from text to vectors, of `TextConfig`."""


class FieldsAls(Als):
    """score(i) = x . y_i as in `Als`; for a seed without songs x = k (K + lambda I)^-1 X, where K and k are text
    similarities to the training playlists and X (n_with_text, factors) the playlists' vectors.
    """

    kind = "fields-als"
    title = mark("ALS (songs + tags + title)")
    reads = frozenset({"songs", "tags", "title"})
    card = ModelCard(
        summary=mark(
            "ALS that also scores seeds without songs. Ridge regression learns which vectors playlists with certain "
            "titles and tags have, and predicts one for the seed's words."
        ),
        equation=r"s_i = x \cdot y_i, \qquad x = t_S^{\top} (T + \mu I)^{-1} U",
        symbols=mark(
            r"$y_i$: the vector of song $i$; $T$, $t_S$: similarities by character n-grams of title and tags; $U$: "
            r"the ALS vectors of the training playlists; $\mu$: regularisation. With songs in the seed, $x$ is that "
            r"of ALS."
        ),
        references=(
            IMPLICIT_ALS,
            Reference(
                "Gantner, Drumond, Freudenthaler, Rendle & Schmidt-Thieme, “Learning Attribute-to-Feature "
                "Mappings for Cold-Start Recommendations”, ICDM 2010",
                "https://doi.org/10.1109/ICDM.2010.129",
            ),
        ),
        page="als",
    )
    Config = FieldsAlsConfig
    fitted = (*Als.fitted, "text", "word_factors")
    config: FieldsAlsConfig
    text: PlaylistText
    word_factors: np.ndarray
    """(n_with_text, factors) float32: (K + lambda I)^-1 X."""

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        vectors = self.fit_ratings(dataset.interactions, rng, lambda part: progress(0.8 * part))
        self.text = PlaylistText.build(dataset, np.arange(dataset.n_playlists), self.config)
        targets = vectors[self.text.with_text]
        self.word_factors = solve(self.text.gram(), self.config.words_regularization, targets)
        progress(1.0)

    def fold_in(self, seed: Seed) -> np.ndarray:
        if seed.songs:
            return super().fold_in(seed)
        similarities = self.text.similarities(seed)
        if similarities is None:
            return np.zeros(self.item_factors.shape[1])
        return similarities.astype(np.float64) @ self.word_factors

    def explain(self, seed: Seed, item: int) -> Explanation:
        if seed.songs:
            return super().explain(seed, item)
        score = float(self.score([seed])[0, item])
        score = score if np.isfinite(score) else 0.0
        return exact(item, seed, np.zeros(0), score, baseline=score)
