"""Adam and gradient descent on whole tensors or on some of their rows.

A step of a sparse autoencoder touches a few thousand of a matrix's hundreds of thousands of rows; torch's optimisers
would update all of it. Here only the touched rows are read and written. "Lazy" Adam does no more, as in
``torch.optim.SparseAdam``. Otherwise each row stores the step of its last update, and the momentum updates that it
missed are applied before it is read again.
"""

from typing import TYPE_CHECKING

import numpy as np

from .settings import Adam, Sgd

if TYPE_CHECKING:
    import torch

_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-8
_DECAY = _BETA_1 / _BETA_2**0.5
"""Ratio of successive updates of a row that gets no gradient."""
_CHUNK = 65536


class Parameter:
    """A trained tensor and its optimiser state.

    Args:
        value: (n_rows, ...) float32, changed in place.
        config: the optimiser.
    """

    def __init__(self, value: "torch.Tensor", config: Adam | Sgd):
        import torch

        self.value, self._config = value, config
        names = ("first", "second") if isinstance(config, Adam) else ("velocity",) if config.momentum else ()
        self.state: dict[str, torch.Tensor] = {name: torch.zeros_like(value) for name in names}
        if isinstance(config, Adam) and not config.lazy:
            self.state["moved"] = torch.zeros(len(value), dtype=torch.int64, device=value.device)

    def catch_up(self, rows: "torch.Tensor", step: int, rate: float) -> None:
        """Apply the updates that rows missed up to ``step``; no effect for SGD and lazy Adam.

        Without a gradient Adam's j-th update is proportional to m b1^j / sqrt(v b2^j): a geometric series, summed in
        closed form. The bias corrections are those of its first and largest term.

        Args:
            rows: (n,) int64 distinct row numbers.
            step: optimiser steps made so far.
            rate: the learning rate.
        """
        import torch

        if "moved" not in self.state:
            return
        moved = self.state["moved"].index_select(0, rows)
        rows = rows[moved < step]
        moved = moved[moved < step]
        first = self.state["first"].index_select(0, rows)
        second = self.state["second"].index_select(0, rows)
        shape = (-1,) + (1,) * (first.dim() - 1)
        missed, start = (step - moved).to(first.dtype), (moved + 1).to(torch.float64)
        series = rate * _DECAY * (1 - _DECAY**missed) / (1 - _DECAY) / (1 - _BETA_1**start)  # (n_rows,)
        deviation = (second / (1 - _BETA_2**start).to(first.dtype).reshape(shape)).sqrt_().add_(_EPSILON)
        value = self.value.index_select(0, rows) - series.to(first.dtype).reshape(shape) * first / deviation
        self.value.index_copy_(0, rows, value)
        self.state["first"].index_copy_(0, rows, first * (_BETA_1**missed).reshape(shape))
        self.state["second"].index_copy_(0, rows, second * (_BETA_2**missed).reshape(shape))
        self.state["moved"].index_fill_(0, rows, step)

    def catch_up_all(self, step: int, rate: float) -> None:
        """`catch_up` of every row, in chunks."""
        import torch

        for start in range(0, len(self.value), _CHUNK):
            end = min(start + _CHUNK, len(self.value))
            self.catch_up(torch.arange(start, end, device=self.value.device), step, rate)

    def leaf(self, rows: "torch.Tensor | None" = None) -> "torch.Tensor":
        """The tensor or some of its rows, (n,) int64, as a leaf that requires a gradient."""
        chosen = self.value if rows is None else self.value.index_select(0, rows)
        return chosen.detach().requires_grad_()

    def head(self, n: int) -> "torch.Tensor":
        """The first ``n`` rows, read-only."""
        return self.value[:n]

    def array(self) -> np.ndarray:
        """A float32 copy of the whole tensor."""
        return self.value.detach().cpu().numpy().copy()

    def update(self, gradient: "torch.Tensor", rows: "torch.Tensor | None", step: int, rate: float) -> None:
        """One optimiser step.

        Args:
            gradient: of the tensor that `leaf` returned for the same rows.
            rows: (n,) int64 distinct row numbers; None for the whole tensor.
            step: 1 for the first step.
            rate: the learning rate of this step.
        """
        if self._config.weight_decay:
            gradient = gradient + self._config.weight_decay * self._select(self.value, rows)
        if isinstance(self._config, Adam):
            value = self._select(self.value, rows)
            first = self._select(self.state["first"], rows).lerp_(gradient, 1 - _BETA_1)
            second = (
                self._select(self.state["second"], rows).mul_(_BETA_2).addcmul_(gradient, gradient, value=1 - _BETA_2)
            )
            self._write(self.state["first"], rows, first)
            self._write(self.state["second"], rows, second)
            deviation = (second / (1 - _BETA_2**step)).sqrt_().add_(_EPSILON)
            value.addcdiv_(first, deviation, value=-rate / (1 - _BETA_1**step))
            self._write(self.value, rows, value)
        else:
            if self._config.momentum:
                gradient = self._select(self.state["velocity"], rows).mul_(self._config.momentum).add_(gradient)
                self._write(self.state["velocity"], rows, gradient)
            # Updated in place: copying the rows out and back took a fifth of a step.
            if rows is None:
                self.value.add_(gradient, alpha=-rate)
            else:
                self.value.index_add_(0, rows, gradient, alpha=-rate)
        if "moved" in self.state:
            moved = self.state["moved"]
            moved.fill_(step) if rows is None else moved.index_fill_(0, rows, step)

    @staticmethod
    def _select(tensor: "torch.Tensor", rows: "torch.Tensor | None") -> "torch.Tensor":
        return tensor if rows is None else tensor.index_select(0, rows)

    @staticmethod
    def _write(tensor: "torch.Tensor", rows: "torch.Tensor | None", part: "torch.Tensor") -> None:
        if rows is not None:
            tensor.index_copy_(0, rows, part)
