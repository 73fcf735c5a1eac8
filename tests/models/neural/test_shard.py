"""A table sharded over processes: each stores only its local rows, and they are updated like the whole table."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
from torch import distributed

from playrec_core.models.neural.data_parallel import ProcessGroup
from playrec_core.models.neural.optimisers import Parameter
from playrec_core.models.neural.settings import Adam
from playrec_core.models.neural.shard import Shard

ROOT = Path(__file__).parents[3]
PROCESSES, N_ROWS, WIDTH, STEPS = 3, 10, 4, 5
ADAM = Adam(kind="adam", lazy=False, learning_rate=0.05, final=1.0, weight_decay=0.0)


def table() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(N_ROWS, WIDTH)).astype(np.float32)


def train(parameter: Parameter) -> None:
    """Steps on some rows each; the same in every process."""
    rng = np.random.default_rng(1)
    for step in range(STEPS):
        rows = torch.from_numpy(np.sort(rng.choice(N_ROWS, 6, replace=False)))
        gradient = torch.from_numpy(rng.normal(size=(6, WIDTH)).astype(np.float32))
        parameter.catch_up(rows, step, ADAM.learning_rate)
        parameter.leaf(rows)
        parameter.update(gradient, rows, step + 1, ADAM.learning_rate)
    parameter.catch_up_all(STEPS, ADAM.learning_rate)


def one_process(rank: int, folder: str) -> None:
    distributed.init_process_group("gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=PROCESSES)
    shard = Shard(table(), ADAM, "cpu", ProcessGroup())
    train(shard)
    n_rows = [len(tensor) for tensor in (shard.value, *shard.state.values())]
    # A view of the whole table would keep all of it in memory.
    stored = [shard.value.untyped_storage().nbytes() // (4 * WIDTH), *n_rows]
    np.save(f"{folder}/whole-{rank}.npy", shard.array())
    np.save(f"{folder}/stored-{rank}.npy", stored)
    distributed.destroy_process_group()


def test_each_process_stores_only_its_rows_and_together_they_are_the_whole_table(tmp_path: Path):
    # Not torch's spawn: its children run the caller's main module first, which streamlit replaces by a page if a page
    # was tested in the same process before.
    command = [sys.executable, "-m", "tests.models.neural.test_shard"]
    started = [subprocess.Popen([*command, str(rank), str(tmp_path)], cwd=ROOT) for rank in range(PROCESSES)]
    assert [process.wait() for process in started] == [0] * PROCESSES
    alone = Parameter(torch.from_numpy(table()), ADAM)
    train(alone)
    rows = []
    for rank in range(PROCESSES):
        np.testing.assert_allclose(np.load(tmp_path / f"whole-{rank}.npy"), alone.array(), rtol=1e-6, atol=1e-7)
        stored = np.load(tmp_path / f"stored-{rank}.npy").tolist()
        assert len(stored) == 2 + len(alone.state)
        assert len(set(stored)) == 1, "parameters and optimiser state are sharded alike"
        rows.append(stored[0])
    assert sum(rows) == N_ROWS
    assert max(rows) - min(rows) <= 1


if __name__ == "__main__":
    one_process(int(sys.argv[1]), sys.argv[2])
