"""RecVAE: a variational autoencoder whose prior includes the posterior of the previous epoch's encoder.

Shenbin, Alekseev, Tutubalina, Malykh & Nikolenko, "RecVAE: A New Variational Autoencoder for Top-N Recommendations
with Implicit Feedback", WSDM 2020. The best single model of the Movie Rec team report (Recall@10 0.1502;
docs/sources/movie-rec-report.md). It differs from Multi-VAE in:

* an encoder of densely connected layers (each adds the outputs of all earlier ones) with swish and layer norm;
* a composite prior: a mixture of a standard normal, the old encoder's posterior for the same row, and a wide normal.
  The old posterior keeps training from forgetting;
* beta' = gamma * |x_u|: the divergence weighs more for users with more items; there is no annealing to tune;
* alternating updates: encoder passes over rows with input dropout, then decoder passes over whole rows.

`recvae_network` trains it; scores are computed here, in numpy.
"""

from collections.abc import Mapping

import numpy as np
from scipy.sparse import csr_array

from playrec_core.i18n import mark
from playrec_core.models.card import ModelCard, PublishedSettings, Reference
from playrec_core.models.common.products import each_with
from playrec_core.models.neural import scoring
from playrec_core.models.neural.batches import Bags
from playrec_core.models.neural.network import EMBEDDING, OUTPUT, OUTPUT_BIAS
from playrec_core.models.references import MOVIE_REC

from .playlist_autoencoder import ConfidenceLoss, ConfidenceLossConfig
from .recvae_network import EPSILON, RecVaeTrainer, RecVaeTraining


class RecVaeConfig(ConfidenceLossConfig, RecVaeTraining):
    """Hyperparameters of `RecVaeTraining` and `ConfidenceLossConfig`."""


class RecVae(ConfidenceLoss):
    """score(i) = output_i . mean of the seed's code + bias_i; rare songs cannot be scored."""

    kind = "recvae"
    title = mark("RecVAE")
    card = ModelCard(
        summary=mark(
            "A variational autoencoder that is kept close to its own encoder of the epoch before, so that training "
            "does not forget. Encoder and decoder are trained in turn, and long playlists are regularised more."
        ),
        equation=(
            r"\max_{\theta} \; \ln p(x \mid z) - \gamma\, |x|\, \mathrm{KL}(q(z \mid x) \,\Vert\, \alpha_1 "
            r"\mathcal{N}(0, I) + \alpha_2\, q_{old}(z \mid x) + \alpha_3 \mathcal{N}(0, e^{v} I))"
        ),
        symbols=mark(
            r"$x$: a playlist, $|x|$ its length; $z$: a code drawn from the encoder $q$; $q_{old}$: the encoder of "
            r"the epoch before; $\gamma$, $\alpha$, $v$: `gamma` and the settings of `prior`."
        ),
        references=(
            Reference(
                "Shenbin, Alekseev, Tutubalina, Malykh & Nikolenko, “RecVAE: A New Variational Autoencoder for "
                "Top-N Recommendations with Implicit Feedback”, WSDM 2020",
                "https://arxiv.org/abs/1912.11160",
            ),
            MOVIE_REC,
        ),
        page="recvae",
        published=(
            PublishedSettings(
                mark("Shenbin et al. 2020, MovieLens 20M"),
                {
                    "width": 600,
                    "layers": 5,
                    "code": 200,
                    "input_dropout": 0.5,
                    "gamma": 0.005,
                    "prior.standard": 0.15,
                    "prior.old": 0.75,
                    "prior.wide": 0.1,
                    "prior.wide_log_variance": 10.0,
                    "encoder_passes": 3,
                    "decoder_passes": 1,
                    "optimiser.kind": "adam",
                    "optimiser.learning_rate": 0.0005,
                    "batch": 500,
                },
            ),
        ),
    )
    Config = RecVaeConfig
    config: RecVaeConfig
    arrays: Mapping[str, np.ndarray]
    """The network's parameters by name, float32; see `recvae_network`."""

    def _trainer(self, inputs: csr_array, targets: csr_array, rng: np.random.Generator, device: str) -> RecVaeTrainer:
        return RecVaeTrainer(self.config, inputs, targets, rng=rng, device=device)

    def _outputs(self, inputs: csr_array) -> np.ndarray:
        return each_with(self.arrays[OUTPUT], self.codes(inputs)) + self.arrays[OUTPUT_BIAS]

    def codes(self, songs: csr_array) -> np.ndarray:
        """(n_rows, code) float32 means of the rows' codes: `recvae_network.encode` in numpy.

        Args:
            songs: (n_rows, n_inputs) CSR of ones.
        """
        bags = Bags.of(songs, np.arange(songs.shape[0])).normalised()
        rows = csr_array((bags.values, bags.columns, bags.offsets), shape=songs.shape)
        arrays = self.arrays
        inner = np.asarray(rows @ arrays[EMBEDDING], dtype=np.float32)
        before = np.zeros_like(inner)
        for layer in range(self.config.layers):
            inner = inner + arrays[f"bias.{layer}"] + before
            values = (
                scoring.layer_norm(inner / (1 + np.exp(-inner)), EPSILON) * arrays[f"scale.{layer}"]
                + arrays[f"shift.{layer}"]
            )
            before = before + values
            following = f"weight.{layer + 1}" if layer + 1 < self.config.layers else "mean.weight"
            inner = each_with(arrays[following], values)
        return inner + arrays["mean.bias"]

    def _known_embeddings(self) -> np.ndarray:
        return self.arrays[OUTPUT]
