"""The training of the sequence models: item vectors, a network over them, and a loss at every asked place.

The same vectors are read and answered with (tied weights; "constrained embedding" in Hidasi & Karatzoglou, CIKM 2018):
score of a song = song vector . state + song bias.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from pydantic import Field
from scipy.sparse import csr_array

from playrec_core.config import NonNegative, Positive
from playrec_core.models.neural.dropout import Dropout
from playrec_core.models.neural.loop import Arrays, Loop
from playrec_core.models.neural.network import EMBEDDING, OUTPUT_BIAS, log_shares
from playrec_core.models.neural.sampling import OutputSampler
from playrec_core.models.neural.settings import Adam, Schedule, Share

from .sequences import NOTHING, Batch

if TYPE_CHECKING:
    import torch

TITLES = "titles"
"""(d, title dimensions): brings title vectors into the space of the item vectors."""
_START = 0.02
"""Standard deviation of the item vectors before training, as BERT's. Songs seldom heard are hardly moved by
training: what they start with stays in their scores as noise."""
Loss = Literal["softmax", "bpr"]


class SequenceConfig(Schedule):
    """What every sequence model is told; beside `Schedule`, with sequences for rows:

    Args:
        width: d, of the item vectors and of the states.
        layers: of the network.
        dropout: share of the values zeroed before and in the layers.
        max_length: a sequence's last so many songs are read.
        least_steps: a small data set is passed over more often, until so many steps are made.
        samples: expected number of songs drawn a step beside those asked for; 0 scores all songs (full softmax).
        sample_power: songs are drawn in proportion to frequency ** sample_power.
        min_playlists: songs in fewer training playlists are neither read nor answered.
        votes: how many places of a seed answer, each with its own softmax, of which the mean is taken. 1, as in the
            papers, asks for the song after the last; more also find what is missing in between.
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
    """What stands between the item vectors that are read and the states that answer."""

    def initial(self, rng: np.random.Generator) -> Arrays:
        """Its parameters before training."""
        ...

    def forward(
        self, leaves: "Mapping[str, torch.Tensor]", inputs: "torch.Tensor", lengths: "torch.Tensor", drop: Dropout
    ) -> "torch.Tensor":
        """(n_rows, n, d) vectors to (n_rows, n, d) states."""
        ...

    def encode(self, arrays: Mapping[str, np.ndarray], inputs: np.ndarray) -> np.ndarray:
        """One sequence in numpy, without dropout: (n, d) to (n, d)."""
        ...


class SequenceTrainer(Loop):
    """Trains item vectors and a network.

    Args:
        config: hyperparameters.
        network: the layers.
        sequences: (n_sequences, n_items) of `sequences.windows`; every song has been heard.
        ask: makes the batch of some rows.
        loss: "softmax" cross-entropy, or "bpr".
        rng: the only source of randomness; on the CPU the same state, on as many threads, gives the same bytes.
        device: "cpu" or "cuda".
        titles: (n_items, t) float32 fixed vectors that are part of the item vectors; None for none.
        title_only: share of the item vectors that a step makes of the title alone.
    """

    def __init__(
        self,
        config: SequenceConfig,
        network: SequenceNetwork,
        sequences: csr_array,
        ask: Callable[[np.ndarray, np.random.Generator], Batch],
        *,
        loss: Loss,
        rng: np.random.Generator,
        device: str,
        titles: np.ndarray | None = None,
        title_only: float = 0.0,
    ):
        import torch

        self.config, self.network, self.sequences, self.ask, self.loss = config, network, sequences, ask, loss
        self.title_only = title_only
        self._titles = torch.from_numpy(titles).to(device) if titles is not None else None
        n_items, d = sequences.shape[1], config.width
        counts = np.bincount(sequences.indices, minlength=n_items)
        self.sampler = OutputSampler(counts, sequences.nnz, config.samples, config.sample_power)
        arrays = network.initial(rng)
        # One row more: what is read where a song is masked.
        arrays[EMBEDDING] = (_START * rng.standard_normal((n_items + 1, d))).astype(np.float32)
        # A place that knows nothing should already say how frequent each song is.
        arrays[OUTPUT_BIAS] = log_shares(counts)
        if titles is not None:
            arrays[TITLES] = (_START * rng.standard_normal((d, titles.shape[1]))).astype(np.float32)
        data = [sequences.indptr, sequences.indices, *([titles] if titles is not None else [])]
        super().__init__(config, arrays, n_rows=sequences.shape[0], data=data, rng=rng, device=device)

    def step(self, rows: np.ndarray) -> float:
        """One step of the optimiser on some sequences; the loss before it.

        Raises:
            ConfigError: the loss is no longer finite.
        """
        import torch

        batch = self.ask(rows, self.rng)
        asked = batch.targets != NOTHING
        wanted = batch.targets[asked]
        drop = Dropout(self.config.dropout, self.rng, self.device)
        sample = self.sampler.draw(wanted, len(wanted), self.rng)
        touched: dict[str, torch.Tensor | None] = dict.fromkeys(self.parameters)
        needed = np.arange(self.sequences.shape[1] + 1)
        if not self.sampler.everything:
            needed = np.unique(np.concatenate([batch.inputs.ravel(), sample.columns]))
            touched[EMBEDDING], touched[OUTPUT_BIAS] = self._tensor(needed), self._tensor(sample.columns)
        leaves = self._leaves(touched)

        vectors = leaves[EMBEDDING]  # (n_needed, d)
        if self._titles is not None:
            titles = self._titles[self._tensor(np.minimum(needed, len(self._titles) - 1))]
            vectors = drop.rows(vectors, self.title_only) + titles @ leaves[TITLES].T
        read = vectors[self._tensor(np.searchsorted(needed, batch.inputs))]  # (n_rows, n, d)
        states = self.network.forward(leaves, read, self._tensor(batch.lengths), drop)[self._tensor(asked)]
        answers = vectors[self._tensor(np.searchsorted(needed, sample.columns))]
        scores = torch.addmm(leaves[OUTPUT_BIAS], states, answers.T)  # (n_asked, n_sampled)
        places = self._tensor(np.searchsorted(sample.columns, wanted))
        loss_of = cross_entropy if self.loss == "softmax" else bpr
        loss = loss_of(scores, places, self._tensor(sample.log_inclusion))
        return self._descend(loss, leaves, touched)

    @property
    def epochs(self) -> int:
        return max(self.config.epochs, -(-self.config.least_steps // self.steps))


def cross_entropy(scores: "torch.Tensor", wanted: "torch.Tensor", log_inclusion: "torch.Tensor") -> "torch.Tensor":
    """Mean over the places of -log softmax(scores)[wanted]; exact when every song is there, with log inclusion 0.

    Args:
        scores: (n_places, n_sampled).
        wanted: (n_places,) column of the song asked for.
        log_inclusion: (n_sampled,) of each song; see `sampling`.
    """
    import torch

    rows = torch.arange(len(scores), device=scores.device)
    own = scores[rows, wanted]
    # The song asked for is always there: it stands for itself alone.
    corrected = (scores - log_inclusion).index_put((rows, wanted), own)
    return (torch.logsumexp(corrected, dim=1) - own).mean()


def bpr(scores: "torch.Tensor", wanted: "torch.Tensor", log_inclusion: "torch.Tensor") -> "torch.Tensor":
    """Mean over places and other songs of -log sigmoid(score asked for - score of the other); arguments as above.

    Rendle et al., "BPR: Bayesian Personalized Ranking from Implicit Feedback", UAI 2009. The others are the songs that
    other places ask for and the ones drawn, so the frequent ones come more often, as in GRU4Rec; that is wanted, and
    nothing is corrected.
    """
    import torch
    import torch.nn.functional as F

    own = scores[torch.arange(len(scores), device=scores.device), wanted]
    terms = F.softplus(scores - own[:, None])  # log 2 where a song meets itself: a constant
    return terms.sum() / (len(scores) * max(scores.shape[1] - 1, 1))
