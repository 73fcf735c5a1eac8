"""Synchronous data parallelism with ``torch.distributed``; `playrec_core.training.engines` starts the processes.

Every process has the same generator state and draws what a single process would draw for the whole batch (order,
noise, sampled outputs), then computes its local rows. Gradients are summed before every step, weighted by the share of
local rows, so all processes make the same step and stay equal without communicating parameters. For a table of which a
step touches some rows, those of the whole batch in every process, only their gradients are sent.
"""

from typing import TYPE_CHECKING, ClassVar

import numpy as np

if TYPE_CHECKING:
    import torch


class ProcessGroup:
    """The processes of this training, and the rank of this one."""

    sharded: ClassVar[bool] = False
    """Whether tables are sharded over the processes (`shard`); set in every process before training begins."""

    def __init__(self):
        from torch import distributed

        self.rank, self.size = distributed.get_rank(), distributed.get_world_size()

    def local_rows(self, n_rows: int) -> tuple[slice, float]:
        """The local rows of a batch and their share of it. With fewer rows than processes some compute a row with
        share 0, so that all take part in every step.
        """
        part = np.array_split(np.arange(n_rows), self.size)[self.rank]
        return (slice(part[0], part[-1] + 1), len(part) / n_rows) if len(part) else (slice(0, 1), 0.0)

    def all_reduce(self, tensor: "torch.Tensor") -> "torch.Tensor":
        """The sum over all processes, the same bytes in each; ``tensor`` is not changed."""
        from torch import distributed

        whole = tensor.detach().contiguous().clone()
        distributed.all_reduce(whole)
        return whole


def process_group() -> ProcessGroup | None:
    """The current process group; None in a training of one process."""
    from torch import distributed

    return ProcessGroup() if distributed.is_available() and distributed.is_initialized() else None
