"""A batch shared among the processes of one training (``torch.distributed``), started by `playrec_core.engines`.

Each draws what a training of one process would draw for the whole batch (order, noise, sampled outputs) from the same
state of the generator, and computes its part of the rows. The gradients are summed, weighted by the parts, before every
step: all processes then make the step that one alone would make, and stay equal without ever sending a parameter. Of a
table of which a step touches some rows, only the rows that any process touches are sent.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch


class Together:
    """The processes of this training, and which of them this one is."""

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

    def union(self, rows: "torch.Tensor") -> "torch.Tensor":
        """Every row that some process touches, (n,) int64, ascending.

        Args:
            rows: (m,) int64, those that this one touches.
        """
        import torch
        from torch import distributed

        count = torch.tensor([len(rows)], device=rows.device)
        counts = [torch.zeros_like(count) for _ in range(self.size)]
        distributed.all_gather(counts, count)
        longest = int(max(counts).item())
        padded = torch.full((longest,), -1, dtype=torch.int64, device=rows.device)
        padded[: len(rows)] = rows
        everybody = [torch.empty_like(padded) for _ in range(self.size)]
        distributed.all_gather(everybody, padded)
        found = torch.unique(torch.cat(everybody))
        return found[found >= 0]

    def summed_rows(self, gradient: "torch.Tensor", rows: "torch.Tensor", union: "torch.Tensor") -> "torch.Tensor":
        """(n, ...) the sum of gradients of single rows.

        Args:
            gradient: (m, ...) of this process's rows.
            rows: (m,) int64, those rows.
            union: (n,) int64, as `union` gave it.
        """
        import torch

        whole = torch.zeros((len(union), *gradient.shape[1:]), dtype=gradient.dtype, device=gradient.device)
        whole.index_copy_(0, torch.searchsorted(union, rows), gradient)
        return self.summed(whole)


def together() -> Together | None:
    """The processes that train together; None in a training of one process."""
    from torch import distributed

    return Together() if distributed.is_available() and distributed.is_initialized() else None
