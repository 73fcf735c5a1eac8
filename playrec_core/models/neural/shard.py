"""A table of which every process of a training keeps some rows, for tables that outgrow one card.

What fully sharded data parallelism is for (Zhao et al., "PyTorch FSDP", VLDB 2023): parameters and the optimiser's
memory, three numbers where a table has one, are spread over the processes. FSDP's wrappers gather a layer whole before
it is used; a step here uses some thousands of a table's hundreds of thousands of rows, and only these are gathered.
"""

from typing import TYPE_CHECKING

import numpy as np

from .optimisers import Parameter
from .settings import Adam, Sgd
from .sharing import Together

if TYPE_CHECKING:
    import torch

_CHUNK = 65536


class Shard(Parameter):
    """A `Parameter` of whose rows this process keeps those from ``start`` to ``end``. Every process has to call its
    methods in the same order, with the same rows: `leaf` and `array` wait for the others.

    Args:
        whole: the tensor before training; only this process's rows of it are put on the device.
        config: which optimiser.
        device: "cpu" or "cuda".
        together: the processes.
    """

    def __init__(self, whole: np.ndarray, config: Adam | Sgd, device: str, together: Together):
        import torch

        self.shape, self._together = whole.shape, together
        self.start, self.end = (len(whole) * part // together.size for part in (together.rank, together.rank + 1))
        super().__init__(torch.from_numpy(whole[self.start : self.end].copy()).to(device), config)

    def _kept(self, rows: "torch.Tensor") -> "tuple[torch.Tensor, torch.Tensor]":
        """Which of some rows are kept here, and where."""
        mine = (rows >= self.start) & (rows < self.end)
        return mine, rows[mine] - self.start

    def carry(self, rows: "torch.Tensor", step: int, rate: float) -> None:
        super().carry(self._kept(rows)[1], step, rate)

    def settle(self, step: int, rate: float) -> None:
        import torch

        for start in range(self.start, self.end, _CHUNK):
            self.carry(torch.arange(start, min(start + _CHUNK, self.end), device=self.value.device), step, rate)

    def head(self, n: int) -> "torch.Tensor":
        import torch

        return self.leaf(torch.arange(n, device=self.value.device)).detach()

    def leaf(self, rows: "torch.Tensor | None" = None) -> "torch.Tensor":
        import torch

        if rows is None:
            rows = torch.arange(self.shape[0], device=self.value.device)
        mine, kept = self._kept(rows)
        part = torch.zeros((len(rows), *self.shape[1:]), dtype=self.value.dtype, device=self.value.device)
        part[mine] = self.value[kept]
        return self._together.summed(part).requires_grad_()

    def update(self, gradient: "torch.Tensor", rows: "torch.Tensor | None", step: int, rate: float) -> None:
        if rows is None:
            super().update(gradient[self.start : self.end], None, step, rate)
        else:
            mine, kept = self._kept(rows)
            super().update(gradient[mine], kept, step, rate)

    def array(self) -> np.ndarray:
        import torch

        whole = np.empty(self.shape, dtype=np.float32)
        for start in range(0, len(whole), _CHUNK):
            rows = torch.arange(start, min(start + _CHUNK, len(whole)), device=self.value.device)
            whole[start : start + len(rows)] = self.leaf(rows).detach().cpu().numpy()
        return whole
