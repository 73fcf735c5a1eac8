"""The training of the sequence models: item vectors, a network over them, and a loss at every target position.

Input and output vectors of the items are tied ("constrained embedding" in Hidasi & Karatzoglou, CIKM 2018): score of a
song = song vector . state + song bias.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from pydantic import Field
from scipy.sparse import csr_array

from playrec_core.config import NonNegative, Positive
from playrec_core.models.neural.dropout import Dropout
from playrec_core.models.neural.loop import Arrays, Loop
from playrec_core.models.neural.losses import multinomial
from playrec_core.models.neural.network import EMBEDDING, OUTPUT_BIAS, log_shares
from playrec_core.models.neural.sampling import OutputSampler
from playrec_core.models.neural.settings import Adam, Schedule, Share

from .sequences import NO_TARGET, Batch

if TYPE_CHECKING:
    import torch

TITLES = "titles"
"""Name of the (d, title dimensions) float32 map from title embeddings to item vectors."""
_START = 0.02
"""Standard deviation of the initial item vectors, as in BERT. Training hardly changes the vectors of rare songs, so
their initial values stay in their scores as noise."""
Loss = Literal["softmax", "bpr"]


class SequenceConfig(Schedule):
    """Hyperparameters of `Schedule`, whose rows are sequences, and:

    Args:
        width: dimension d of the item vectors and the states.
        layers: number of layers.
        dropout: share of the values zeroed before and in the layers.
        max_length: number of a sequence's last songs that are read.
        least_steps: minimum number of training steps; small data sets get more epochs.
        samples: expected number of songs drawn per step in addition to the targets; 0 for the full softmax.
        sample_power: songs are drawn in proportion to frequency ** sample_power.
        min_playlists: songs in fewer training playlists are neither read nor recommended.
        votes: number of positions of a seed whose softmaxes are averaged. 1, as in the papers, predicts the song after
            the last; more also predict songs that are missing in between.
    """

    width: Positive
    layers: Positive
    dropout: Share
    max_length: Positive
    optimiser: Adam
    least_steps: int = Field(ge=0)
    samples: int = Field(ge=0)
    sample_power: NonNegative
    min_playlists: Positive
    votes: Positive


class SequenceNetwork(Protocol):
    """The layers between item vectors and states."""

    def initial(self, rng: np.random.Generator) -> Arrays:
        """Initial parameters by name, float32."""
        ...

    def forward(
        self, leaves: "Mapping[str, torch.Tensor]", inputs: "torch.Tensor", lengths: "torch.Tensor", drop: Dropout
    ) -> "torch.Tensor":
        """(n_rows, n, d) vectors to (n_rows, n, d) states; ``lengths`` are (n_rows,) int64."""
        ...

    def encode(self, arrays: Mapping[str, np.ndarray], inputs: np.ndarray) -> np.ndarray:
        """`forward` of one sequence in numpy, without dropout: (n, d) float32 to (n, d) float32."""
        ...


class SequenceTrainer(Loop):
    """Trains item vectors and a network.

    Args:
        config: hyperparameters.
        network: the layers.
        sequences: (n_sequences, n_items) CSR from `sequences.windows`.
        make_batch: makes the batch of some rows.
        loss: "softmax" cross-entropy, or "bpr".
        rng: the only source of randomness; on the CPU the same state and number of threads give the same bytes.
        device: "cpu" or "cuda".
        titles: (n_items, t) float32 fixed title embeddings that are part of the item vectors; None for none.
        title_only: share of the item vectors that a step builds from the title alone.
    """

    def __init__(
        self,
        config: SequenceConfig,
        network: SequenceNetwork,
        sequences: csr_array,
        make_batch: Callable[[np.ndarray, np.random.Generator], Batch],
        *,
        loss: Loss,
        rng: np.random.Generator,
        device: str,
        titles: np.ndarray | None = None,
        title_only: float = 0.0,
    ):
        import torch

        self.config, self.network, self.sequences = config, network, sequences
        self.make_batch, self.loss, self.title_only = make_batch, loss, title_only
        self._titles = torch.from_numpy(titles).to(device) if titles is not None else None
        n_items, d = sequences.shape[1], config.width
        counts = np.bincount(sequences.indices, minlength=n_items)
        self.sampler = OutputSampler(counts, sequences.nnz, config.samples, config.sample_power)
        arrays = network.initial(rng)
        # The additional last row is the mask's.
        arrays[EMBEDDING] = (_START * rng.standard_normal((n_items + 1, d))).astype(np.float32)
        # Start from the songs' frequencies: the best scores that do not depend on the state.
        arrays[OUTPUT_BIAS] = log_shares(counts)
        if titles is not None:
            arrays[TITLES] = (_START * rng.standard_normal((d, titles.shape[1]))).astype(np.float32)
        data = [sequences.indptr, sequences.indices, *([titles] if titles is not None else [])]
        super().__init__(config, arrays, n_rows=sequences.shape[0], data=data, rng=rng, device=device)

    def step(self, rows: np.ndarray) -> float:
        import torch

        batch = self.make_batch(rows, self.rng)
        has_target = batch.targets != NO_TARGET
        targets = batch.targets[has_target]
        drop = Dropout(self.config.dropout, self.rng, self.device)
        sample = self.sampler.draw(targets, len(targets), self.rng)
        touched: dict[str, torch.Tensor | None] = dict.fromkeys(self.parameters)
        needed = np.arange(self.sequences.shape[1] + 1)
        if not self.sampler.all_outputs:
            needed = np.unique(np.concatenate([batch.inputs.ravel(), sample.columns]))
            touched[EMBEDDING], touched[OUTPUT_BIAS] = self._tensor(needed), self._tensor(sample.columns)
        leaves = self._leaves(touched)

        vectors = leaves[EMBEDDING]  # (n_needed, d)
        if self._titles is not None:
            titles = self._titles[self._tensor(np.minimum(needed, len(self._titles) - 1))]
            vectors = drop.rows(vectors, self.title_only) + titles @ leaves[TITLES].T
        inputs = vectors[self._tensor(np.searchsorted(needed, batch.inputs))]  # (n_rows, n, d)
        states = self.network.forward(leaves, inputs, self._tensor(batch.lengths), drop)[self._tensor(has_target)]
        outputs = vectors[self._tensor(np.searchsorted(needed, sample.columns))]
        scores = torch.addmm(leaves[OUTPUT_BIAS], states, outputs.T)  # (n_targets, n_sampled)
        columns = self._tensor(np.searchsorted(sample.columns, targets))
        if self.loss == "softmax":
            positions = torch.arange(len(scores), device=scores.device)
            loss = multinomial(scores, positions, columns, self._tensor(sample.log_inclusion))
        else:
            loss = bpr(scores, columns)
        return self._apply_gradients(loss, leaves, touched)

    @property
    def epochs(self) -> int:
        return max(self.config.epochs, -(-self.config.least_steps // self.steps))


def bpr(scores: "torch.Tensor", targets: "torch.Tensor") -> "torch.Tensor":
    """Mean over positions and negatives of -log sigmoid(target's score - negative's score).

    Rendle et al., "BPR: Bayesian Personalized Ranking from Implicit Feedback", UAI 2009. Negatives are the targets of
    other positions and the sampled songs, so frequent songs occur more often, as GRU4Rec does on purpose.

    Args:
        scores: (n_positions, n_sampled) float32.
        targets: (n_positions,) int64 column of the target.
    """
    import torch
    import torch.nn.functional as F

    of_targets = scores[torch.arange(len(scores), device=scores.device), targets]
    terms = F.softplus(scores - of_targets[:, None])  # log 2 for the target itself: a constant
    return terms.sum() / (len(scores) * max(scores.shape[1] - 1, 1))
