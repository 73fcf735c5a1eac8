"""Training of the collaborative autoencoder: dense one-hot layers against embedding bags and sampled outputs.

    python -m benchmarks.dense_against_sparse speed --items 60000
    python -m benchmarks.dense_against_sparse speed --items 300000 --data DIR     (train.json in Melon's format)
    python -m benchmarks.dense_against_sparse quality

``speed`` trains the network of the Melon systems report (docs/sources/melon-systems.md: songs > 1,024 > songs, SELU,
dropout 0.8, MSE(sum) + 50 * MSE(mean), gradient descent with momentum) on the same playlists in both forms, each in a
separate process, and prints seconds per step (median), CPU seconds per step (the same on one thread, except for other
programs), peak memory above the data, and the ratios. Without ``--data`` the playlists are random: 45 songs each on
average, by Zipf's law. ``quality`` trains both forms for the same number of epochs on the demo data set and prints
their nDCG on held-out halves.
"""

import argparse
import statistics
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from scipy.sparse import csr_array

from benchmarks.autoencoder_search import REPORT, SGD
from benchmarks.script import Spent, parser, peak_memory, print_head, print_row, timed
from playrec_core.data.readers import base
from playrec_core.data.synthetic import generate
from playrec_core.models.neural.batches import batches
from playrec_core.models.neural.playlists import ndcg_of_hidden_halves
from playrec_core.models.neural.settings import NeuralConfig
from playrec_core.models.neural.training import Trainer
from playrec_core.schema import no_progress

DOCUMENT = REPORT | {
    # The report's rate of 0.2 belongs to another scale of the loss; the rate does not change the time of a step.
    "optimiser": SGD | {"learning_rate": 1e-5},
    "sample_power": 0.5,
    "held_out": 0.0,
    "patience": 1,
}
QUALITY = DOCUMENT | {
    "hidden": (128,),
    "activation": "tanh",
    "normalise": True,
    "code_dropout": 0.0,
    "input_dropout": 0.5,
    "loss": "multinomial",
    "optimiser": {"kind": "adam", "lazy": False, "learning_rate": 0.003, "final": 1.0, "weight_decay": 0.0},
}
_AT_LEAST = 20.0
"""Seconds of measured steps, so that fast steps are not measured on the first few only."""
_ROWS = (("seconds a step", "seconds"), ("of them at work", "processor"), ("peak memory, GiB", "gib"))


def drawn(n_items: int, n_playlists: int, seed: int) -> csr_array:
    """(n_playlists, n_items) float32 ones; songs by Zipf's law, the most popular first."""
    rng = np.random.default_rng(seed)
    lengths = rng.geometric(1 / 45, n_playlists)
    cumulative = np.cumsum(1 / (np.arange(n_items) + 10.0))
    songs = np.searchsorted(cumulative, rng.random(lengths.sum()) * cumulative[-1])
    matrix = csr_array((np.ones(len(songs), np.float32), (np.repeat(np.arange(n_playlists), lengths), songs)),
                       shape=(n_playlists, n_items))  # fmt: skip
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix


class DenseTrainer:
    """The formulation of the report: one-hot inputs, all outputs, dense targets, standard optimisers.

    Args:
        start: initialise with the parameters of this trainer.
    """

    def __init__(self, config: NeuralConfig, matrix: csr_array, seed: int, start: Trainer | None = None):
        torch.manual_seed(seed)
        n, width = matrix.shape[1], config.hidden[0]
        activation = torch.nn.SELU() if config.activation == "selu" else torch.nn.Tanh()
        self.matrix, self.config, self.targets = matrix, config, matrix
        self.network = torch.nn.Sequential(
            torch.nn.Linear(n, width), activation, torch.nn.Dropout(config.code_dropout), torch.nn.Linear(width, n)
        )
        if start:
            arrays = {name: torch.from_numpy(array) for name, array in start.arrays().items()}
            names = {"0.weight": arrays["embedding"].T, "0.bias": arrays["bias.0"]}
            self.network.load_state_dict(names | {"3.weight": arrays["output"], "3.bias": arrays["output_bias"]})
        rate = config.optimiser.learning_rate
        if config.optimiser.kind == "adam":
            self.optimiser: torch.optim.Optimizer = torch.optim.Adam(self.network.parameters(), lr=rate)
        else:
            self.optimiser = torch.optim.SGD(self.network.parameters(), lr=rate, momentum=config.optimiser.momentum)

    def step(self, rows: np.ndarray) -> None:
        """Train on one batch."""
        targets = torch.from_numpy(self.matrix[rows].toarray())  # (n_rows, n_items)
        outputs = self.network(self._prepared(torch.nn.functional.dropout(targets, self.config.input_dropout)))
        if self.config.loss == "multinomial":
            loss = -(torch.log_softmax(outputs, dim=1) * targets).sum(dim=1).mean()
        else:
            error = torch.nn.functional.mse_loss
            loss = error(outputs, targets, reduction="sum") + 50 * error(outputs, targets)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()

    def _prepared(self, rows: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.normalize(rows) if self.config.normalise else rows

    def outputs(self, inputs: csr_array) -> torch.Tensor:
        """See `Trainer.outputs`."""
        self.network.eval()
        with torch.no_grad():
            found = self.network(self._prepared(torch.from_numpy(inputs.toarray())))
        self.network.train()
        return found


def sparse(config: NeuralConfig, matrix: csr_array, seed: int) -> Trainer:
    """The formulation of this project."""
    return Trainer(config, matrix, matrix, rng=np.random.default_rng(seed), device="cpu")


def matrix_of(given: argparse.Namespace) -> csr_array:
    """The training playlists, restricted to the most popular songs."""
    if given.data is None:
        return drawn(given.items, given.playlists, 0)
    dataset = base.create("melon", {}).read(given.data, progress=no_progress)
    return csr_array(dataset.interactions[:, : given.items])


def measured(given: argparse.Namespace, form: str) -> dict[str, float]:
    """Seconds per step and peak memory of one form."""
    samples = 0 if form == "dense" else given.samples
    config = NeuralConfig.model_validate(DOCUMENT | {"batch": given.batch, "epochs": 1, "samples": samples})
    matrix = matrix_of(given)
    before = peak_memory()
    trainer = DenseTrainer(config, matrix, 0) if form == "dense" else sparse(config, matrix, 0)
    steps: list[Spent] = []
    rng = np.random.default_rng(1)
    while len(steps) < given.steps or sum(step.seconds for step in steps) < _AT_LEAST:
        for rows in batches(matrix.shape[0] // given.batch * given.batch, given.batch, rng):
            steps.append(timed(trainer.step, rows)[1])
            if len(steps) >= given.steps and sum(step.seconds for step in steps) >= _AT_LEAST:
                break
    # The first step also allocates memory.
    medians = Spent(*map(statistics.median, zip(*(steps[1:] or steps), strict=True)))
    return {**medians._asdict(), "gib": (peak_memory() - before) / 2**30}


def speed(given: argparse.Namespace) -> None:
    """Measure both forms one after the other, and print the ratios."""
    found = {}
    for form in ("dense", "sparse"):
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            found[form] = process.submit(measured, given, form).result()
    dense, ours = found["dense"], found["sparse"]
    threads = torch.get_num_threads()
    print(f"{given.items:,} songs, batch {given.batch}, {given.samples} sampled outputs, threads: {threads}")
    print_head("", "dense", "sparse", "ratio")
    for name, key in _ROWS:
        print_row(name, f"{dense[key]:.3f}", f"{ours[key]:.3f}", f"{dense[key] / ours[key]:.1f}")


def quality(given: argparse.Namespace) -> None:
    """Print nDCG after the same number of epochs, on held-out playlists."""
    with tempfile.TemporaryDirectory() as folder:
        generate.generate(Path(folder) / "demo", generate.DemoOptions(), seed=20260101, progress=no_progress)
        dataset = base.create("melon", {}).read(Path(folder) / "demo", progress=no_progress)
    playlists = dataset.interactions
    for seed in range(given.seeds):
        order = np.random.default_rng(seed).permutation(playlists.shape[0])
        cut = len(order) // 5
        held, kept = csr_array(playlists[np.sort(order[:cut])]), csr_array(playlists[np.sort(order[cut:])])
        # The halves of the held-out playlists are the same for both forms.
        judge: Callable = ndcg_of_hidden_halves(held, held.shape[1], np.random.default_rng(seed))
        figures = {}
        for form, samples in (("dense", 0), ("sparse, all outputs", 0), ("sparse, sampled", given.samples)):
            config = NeuralConfig.model_validate(QUALITY | {"batch": 128, "epochs": given.epochs, "samples": samples})
            trainer, rng = sparse(config, kept, seed), np.random.default_rng(seed)
            if form == "dense":
                trainer = DenseTrainer(config, kept, seed, start=trainer)
            for _ in range(given.epochs):
                for rows in batches(kept.shape[0], 128, rng):
                    trainer.step(rows)
            if isinstance(trainer, Trainer):
                trainer.catch_up()
            figures[form] = judge(trainer)
        print(f"seed {seed}: " + ", ".join(f"{form} {value:.4f}" for form, value in figures.items()), flush=True)


def main() -> None:
    options = parser(__doc__, items=60_000, playlists=10_000, batch=256, samples=2_000, steps=4, epochs=10, seeds=3)
    options.add_argument("what", choices=("speed", "quality"))
    options.add_argument("--data", type=Path)
    given = options.parse_args()
    {"speed": speed, "quality": quality}[given.what](given)


if __name__ == "__main__":
    main()
