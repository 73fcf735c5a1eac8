"""A parameter table sharded by rows over the training processes, for tables that do not fit on one GPU.

As in fully sharded data parallelism (Zhao et al., "PyTorch FSDP: Experiences on Scaling Fully Sharded Data Parallel",
VLDB 2023), parameters and optimiser state, three numbers per weight, are spread over the processes. FSDP's wrappers
gather a whole layer before use; here a step gathers only the few thousand rows that it uses.
"""

from typing import TYPE_CHECKING

import numpy as np

from .data_parallel import ProcessGroup
from .optimisers import Parameter
from .settings import Adam, Sgd

if TYPE_CHECKING:
    import torch

_CHUNK = 65536


class Shard(Parameter):
    """A `Parameter` of which this process stores the rows from ``start`` up to ``end``. Every process must call its
    methods in the same order and with the same rows: `leaf`, `head` and `array` are collective operations.

    Args:
        whole: (n_rows, ...) float32 initial values; only the local rows are copied to the device.
        config: the optimiser.
        device: "cpu" or "cuda".
        group: the processes.
    """

    def __init__(self, whole: np.ndarray, config: Adam | Sgd, device: str, group: ProcessGroup):
        import torch

        self.shape, self._group = whole.shape, group
        self.start, self.end = (len(whole) * part // group.size for part in (group.rank, group.rank + 1))
        super().__init__(torch.from_numpy(whole[self.start : self.end].copy()).to(device), config)

    def _local(self, rows: "torch.Tensor") -> "tuple[torch.Tensor, torch.Tensor]":
        """(n,) bool: which of the global rows are local; and the local row numbers of those."""
        is_local = (rows >= self.start) & (rows < self.end)
        return is_local, rows[is_local] - self.start

    def catch_up(self, rows: "torch.Tensor", step: int, rate: float) -> None:
        super().catch_up(self._local(rows)[1], step, rate)

    def catch_up_all(self, step: int, rate: float) -> None:
        import torch

        for start in range(self.start, self.end, _CHUNK):
            self.catch_up(torch.arange(start, min(start + _CHUNK, self.end), device=self.value.device), step, rate)

    def head(self, n: int) -> "torch.Tensor":
        import torch

        return self.leaf(torch.arange(n, device=self.value.device)).detach()

    def leaf(self, rows: "torch.Tensor | None" = None) -> "torch.Tensor":
        import torch

        if rows is None:
            rows = torch.arange(self.shape[0], device=self.value.device)
        is_local, local = self._local(rows)
        part = torch.zeros((len(rows), *self.shape[1:]), dtype=self.value.dtype, device=self.value.device)
        part[is_local] = self.value[local]
        return self._group.all_reduce(part).requires_grad_()

    def update(self, gradient: "torch.Tensor", rows: "torch.Tensor | None", step: int, rate: float) -> None:
        if rows is None:
            super().update(gradient[self.start : self.end], None, step, rate)
        else:
            is_local, local = self._local(rows)
            super().update(gradient[is_local], local, step, rate)

    def array(self) -> np.ndarray:
        import torch

        whole = np.empty(self.shape, dtype=np.float32)
        for start in range(0, len(whole), _CHUNK):
            rows = torch.arange(start, min(start + _CHUNK, len(whole)), device=self.value.device)
            whole[start : start + len(rows)] = self.leaf(rows).detach().cpu().numpy()
        return whole
