"""Autoencoders in several processes, on one machine or many, by ``torchrun``: synchronous data parallelism.

Every process holds the whole network and computes the gradient of its part of each batch; the gradients are summed over
all of them before the step (Li et al., "PyTorch Distributed", VLDB 2020, without the wrapper: a step here touches a few
thousand rows of a table, and only these are sent, see `models.neural.data_parallel`). The batch is the configured one
however many processes share it, so the hyperparameters need no second tuning.

``--engine torchrun=2`` starts two processes on this machine. Anything else after ``=`` goes to torchrun as it is:
``--engine "torchrun=--nnodes 2 --nproc-per-node 1 --rdzv-backend c10d --rdzv-endpoint HOST:29400"``; the other machines
start the command that is printed, on the same shared folder. On cards (``--device cuda``) NCCL sums, else Gloo.
"""

import re
import shlex
import subprocess
import sys
import tempfile
from typing import ClassVar

from playrec_core.data import serialization
from playrec_core.data.held_out import hold_out
from playrec_core.errors import ConfigError, PlayrecError
from playrec_core.models.base import Recommender, State
from playrec_core.store.content_cache import write_cached
from playrec_core.store.files import open_arrays, save_json

from .base import Engine, Job

DATA, JOB, STATE, PROGRESS = "data", "job.json", "state.safetensors", "progress "
_LINES_OF_PROCESSES, _LINES_OF_REPORT = 30, 9
_REPORT = re.compile(r"torch/distributed/elastic/.* (Sending process|failed) ")
"""The first of torchrun's own lines when a process has failed."""


class Torchrun(Engine):
    """Fits the models that share batches (`Recommender.shares_batches`)."""

    name = "torchrun"
    sharded: ClassVar[bool] = False
    """Whether the tables are spread over the processes."""

    def __init__(self, where: str):
        super().__init__(where)
        asked = where or "2"
        self.flags = ["--standalone", "--nproc-per-node", asked] if asked.isdigit() else shlex.split(asked)
        if asked == "0" or not all(each.isprintable() for each in self.flags):
            raise ConfigError(f"--engine torchrun={where}: give a number of processes, or torchrun's own options")

    def fits(self, model: Recommender) -> bool:
        return model.shares_batches

    def fit(self, model: Recommender, job: Job) -> State:
        job.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=job.folder, prefix="torchrun-") as made:
            folder = job.folder / made
            nothing = hold_out([], job.dataset.items, job.dataset.tags)
            write_cached(folder / DATA, lambda files: serialization.save(files, job.dataset, nothing))
            save_json(
                folder / JOB,
                {
                    "kind": model.kind,
                    "config": model.config.model_dump(mode="json"),
                    "rng": job.rng.bit_generator.state,
                    "device": job.device,
                    "sharded": self.sharded,
                },
            )
            command = ["-m", "torch.distributed.run", *self.flags, "-m", f"{__package__}.torchrun_worker", str(folder)]
            self._run(command, job)
            return {name: array.copy() for name, array in open_arrays(folder / STATE).items()}

    def _run(self, command: list[str], job: Job) -> None:
        if "--standalone" not in self.flags:
            print(f"\n  on the other machines: python {shlex.join(command)}")
        with tempfile.TemporaryFile("w+") as errors:
            process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, stderr=errors, text=True)
            try:
                assert process.stdout is not None
                for line in process.stdout:
                    if line.startswith(PROGRESS):
                        job.progress(float(line.removeprefix(PROGRESS)))
            except BaseException:
                # An interrupted training leaves no processes behind.
                process.terminate()
                raise
            finally:
                code = process.wait()
            if code:
                errors.seek(0)
                raise PlayrecError(f"torchrun {shlex.join(self.flags)} ended with {code}: {last_words(errors.read())}")


def last_words(said: str) -> str:
    """Why a fit ended: our own message if a process gave one, else what the processes said last and, below it, which of
    them torchrun saw fail and how.

    Args:
        said: everything on standard error, the processes' lines and then torchrun's.
    """
    lines = said.strip().splitlines()
    ours = [line.split(":", 1)[1].strip() for line in lines if line.startswith("playrec:")]
    if ours:
        return ours[0]
    reported = next((n for n, line in enumerate(lines) if _REPORT.search(line)), len(lines))
    return "\n".join([*lines[:reported][-_LINES_OF_PROCESSES:], *lines[reported:][-_LINES_OF_REPORT:]])
