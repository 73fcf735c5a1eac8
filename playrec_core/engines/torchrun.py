"""Autoencoders in several processes, on one machine or many, by ``torchrun``: synchronous data parallelism.

Every process holds the whole network and computes the gradient of its part of each batch; the gradients are summed over
all of them before the step (Li et al., "PyTorch Distributed", VLDB 2020, without the wrapper: a step here touches a few
thousand rows of a table, and only these are sent, see `models.neural.sharing`). The batch is the configured one however
many processes share it, so the hyperparameters need no second tuning.

``--engine torchrun=2`` starts two processes on this machine. Anything else after ``=`` goes to torchrun as it is:
``--engine "torchrun=--nnodes 2 --nproc-per-node 1 --rdzv-backend c10d --rdzv-endpoint HOST:29400"``; the other machines
start the command that is printed, on the same shared folder. On cards (``--device cuda``) NCCL sums, else Gloo.
"""

import shlex
import subprocess
import sys
import tempfile
from typing import ClassVar

from ..data import stored
from ..data.questions import hold_out
from ..errors import ConfigError, PlayrecError
from ..models.base import Recommender, State
from ..store import keep, open_arrays, save_json
from .base import Engine, Job

DATA, JOB, STATE, PROGRESS = "data", "job.json", "state.safetensors", "progress "
_LINES_OF_ERROR = 12


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
            keep(folder / DATA, lambda files: stored.save(files, job.dataset, nothing))
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
                said = errors.read().strip().splitlines()
                ours = [line.split(":", 1)[1].strip() for line in said if line.startswith("playrec:")]
                why = ours[0] if ours else "\n".join(said[-_LINES_OF_ERROR:])
                raise PlayrecError(f"torchrun {shlex.join(self.flags)} ended with {code}: {why}")
