"""A table spread over processes: each keeps its own rows alone, and they are moved as the whole one would be."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
from torch import distributed

from playrec_core.models.neural.optimisers import Parameter
from playrec_core.models.neural.settings import Adam
from playrec_core.models.neural.shard import Shard
from playrec_core.models.neural.sharing import Together

ROOT = Path(__file__).parents[3]
PROCESSES, N_ROWS, WIDTH, STEPS = 3, 10, 4, 5
ADAM = Adam(kind="adam", lazy=False, learning_rate=0.05, final=1.0, weight_decay=0.0)


def table() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(N_ROWS, WIDTH)).astype(np.float32)


def train(parameter: Parameter) -> None:
    """Steps that touch some rows each; the same in every process."""
    rng = np.random.default_rng(1)
    for step in range(STEPS):
        rows = torch.from_numpy(np.sort(rng.choice(N_ROWS, 6, replace=False)))
        gradient = torch.from_numpy(rng.normal(size=(6, WIDTH)).astype(np.float32))
        parameter.carry(rows, step, ADAM.learning_rate)
        parameter.leaf(rows)
        parameter.update(gradient, rows, step + 1, ADAM.learning_rate)
    parameter.settle(STEPS, ADAM.learning_rate)


def one_process(rank: int, folder: str) -> None:
    distributed.init_process_group("gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=PROCESSES)
    shard = Shard(table(), ADAM, "cpu", Together())
    train(shard)
    n_rows = [len(tensor) for tensor in (shard.value, *shard.memory.values())]
    # A view of the whole table would keep all of it alive.
    kept = [shard.value.untyped_storage().nbytes() // (4 * WIDTH), *n_rows]
    np.save(f"{folder}/whole-{rank}.npy", shard.array())
    np.save(f"{folder}/kept-{rank}.npy", kept)
    distributed.destroy_process_group()


def test_each_process_keeps_its_rows_alone_and_together_they_are_the_whole_table(tmp_path: Path):
    # Not torch's spawn: its children run the caller's main module first, and where a page was tested in the same
    # process before, streamlit has put that page in its place.
    command = [sys.executable, "-m", "tests.models.neural.test_shard"]
    started = [subprocess.Popen([*command, str(rank), str(tmp_path)], cwd=ROOT) for rank in range(PROCESSES)]
    assert [process.wait() for process in started] == [0] * PROCESSES
    alone = Parameter(torch.from_numpy(table()), ADAM)
    train(alone)
    rows = []
    for rank in range(PROCESSES):
        np.testing.assert_allclose(np.load(tmp_path / f"whole-{rank}.npy"), alone.array(), rtol=1e-6, atol=1e-7)
        kept = np.load(tmp_path / f"kept-{rank}.npy").tolist()
        assert len(kept) == 2 + len(alone.memory)
        assert len(set(kept)) == 1, "parameters and the optimiser's memory are spread alike"
        rows.append(kept[0])
    assert sum(rows) == N_ROWS
    assert max(rows) - min(rows) <= 1


if __name__ == "__main__":
    one_process(int(sys.argv[1]), sys.argv[2])
