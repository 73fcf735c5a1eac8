"""A batch shared among the processes of one training (``torch.distributed``), started by
`playrec_core.training.engines`.

Each draws what a training of one process would draw for the whole batch (order, noise, sampled outputs) from the same
state of the generator, and computes its part of the rows. The gradients are summed, weighted by the parts, before every
step: all processes then make the step that one alone would make, and stay equal without ever sending a parameter. Of a
table of which a step touches some rows, only these are sent; they are the same for all, those of the whole batch.
"""

from typing import TYPE_CHECKING, ClassVar

import numpy as np

if TYPE_CHECKING:
    import torch


class Together:
    """The processes of this training, and which of them this one is."""

    sharded: ClassVar[bool] = False
    """Whether each keeps a part of the tables alone (`shard`); set before a training begins, in every process."""

    def __init__(self):
        from torch import distributed

        self.rank, self.size = distributed.get_rank(), distributed.get_world_size()

    def own(self, n_rows: int) -> tuple[slice, float]:
        """Which rows of a batch are this process's part, and its share of them. Fewer rows than processes: some get a
        row without a share, so that all take part in every step.
        """
        part = np.array_split(np.arange(n_rows), self.size)[self.rank]
        return (slice(part[0], part[-1] + 1), len(part) / n_rows) if len(part) else (slice(0, 1), 0.0)

    def summed(self, tensor: "torch.Tensor") -> "torch.Tensor":
        """The sum over all processes; the same bytes in each."""
        from torch import distributed

        whole = tensor.detach().contiguous().clone()
        distributed.all_reduce(whole)
        return whole


def together() -> Together | None:
    """The processes that train together; None in a training of one process."""
    from torch import distributed

    return Together() if distributed.is_available() and distributed.is_initialized() else None
