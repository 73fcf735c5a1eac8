"""Adam and gradient descent on whole tensors or on some rows of them.

A step of a sparse autoencoder touches a few thousand rows of a matrix of hundreds of thousands; the stock optimisers
would walk all of it. Here only the touched rows are read and written. "Lazy" Adam leaves it at that, as
``torch.optim.SparseAdam`` does. Otherwise a row remembers the step it was last moved in, and before it is read again it
is carried to where the momentum of the steps between would have brought it.
"""

from typing import TYPE_CHECKING

import numpy as np

from .settings import Adam, Sgd

if TYPE_CHECKING:
    import torch

_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-8
_FADING = _BETA_1 / _BETA_2**0.5
"""By what a row's next move is smaller than its last, while it gets no gradient."""
_CHUNK = 65536


class Parameter:
    """A tensor that is trained, with the optimiser's memory of it.

    Args:
        value: the tensor, changed in place.
        config: which optimiser.
    """

    def __init__(self, value: "torch.Tensor", config: Adam | Sgd):
        import torch

        self.value, self._config = value, config
        names = ("first", "second") if isinstance(config, Adam) else ("velocity",) if config.momentum else ()
        self.memory: dict[str, torch.Tensor] = {name: torch.zeros_like(value) for name in names}
        if isinstance(config, Adam) and not config.lazy:
            self.memory["moved"] = torch.zeros(len(value), dtype=torch.int64, device=value.device)

    def carry(self, rows: "torch.Tensor", step: int, rate: float) -> None:
        """Bring rows to where they would stand after ``step`` steps had each step moved them; without effect for
        optimisers that let rows rest.

        Without a gradient Adam's j-th move is m b1^j / sqrt(v b2^j): a geometric series, summed here at once. The
        bias corrections are taken where the series is largest, at its start.
        """
        import torch

        if "moved" not in self.memory:
            return
        moved = self.memory["moved"].index_select(0, rows)
        rows = rows[moved < step]
        moved = moved[moved < step]
        first = self.memory["first"].index_select(0, rows)
        second = self.memory["second"].index_select(0, rows)
        shape = (-1,) + (1,) * (first.dim() - 1)
        missed, start = (step - moved).to(first.dtype), (moved + 1).to(torch.float64)
        way = rate * _FADING * (1 - _FADING**missed) / (1 - _FADING) / (1 - _BETA_1**start)  # (n_rows,)
        deviation = (second / (1 - _BETA_2**start).to(first.dtype).reshape(shape)).sqrt_().add_(_EPSILON)
        value = self.value.index_select(0, rows) - way.to(first.dtype).reshape(shape) * first / deviation
        self.value.index_copy_(0, rows, value)
        self.memory["first"].index_copy_(0, rows, first * (_BETA_1**missed).reshape(shape))
        self.memory["second"].index_copy_(0, rows, second * (_BETA_2**missed).reshape(shape))
        self.memory["moved"].index_fill_(0, rows, step)

    def settle(self, step: int, rate: float) -> None:
        """`carry` every row, some at a time."""
        import torch

        for start in range(0, len(self.value), _CHUNK):
            end = min(start + _CHUNK, len(self.value))
            self.carry(torch.arange(start, end, device=self.value.device), step, rate)

    def leaf(self, rows: "torch.Tensor | None" = None) -> "torch.Tensor":
        """The tensor, or some of its rows, to compute a gradient for."""
        chosen = self.value if rows is None else self.value.index_select(0, rows)
        return chosen.detach().requires_grad_()

    def head(self, n: int) -> "torch.Tensor":
        """The first ``n`` rows, to be read."""
        return self.value[:n]

    def array(self) -> np.ndarray:
        """A copy of the whole tensor."""
        return self.value.detach().cpu().numpy().copy()

    def update(self, gradient: "torch.Tensor", rows: "torch.Tensor | None", step: int, rate: float) -> None:
        """One step of the optimiser.

        Args:
            gradient: of what `leaf` gave for the same rows.
            rows: distinct row numbers; None for the whole tensor.
            step: 1 for the first step.
            rate: the learning rate of this step.
        """
        if self._config.weight_decay:
            gradient = gradient + self._config.weight_decay * self._part(self.value, rows)
        if isinstance(self._config, Adam):
            value = self._part(self.value, rows)
            first = self._part(self.memory["first"], rows).lerp_(gradient, 1 - _BETA_1)
            second = (
                self._part(self.memory["second"], rows).mul_(_BETA_2).addcmul_(gradient, gradient, value=1 - _BETA_2)
            )
            self._put(self.memory["first"], rows, first)
            self._put(self.memory["second"], rows, second)
            deviation = (second / (1 - _BETA_2**step)).sqrt_().add_(_EPSILON)
            value.addcdiv_(first, deviation, value=-rate / (1 - _BETA_1**step))
            self._put(self.value, rows, value)
        else:
            if self._config.momentum:
                gradient = self._part(self.memory["velocity"], rows).mul_(self._config.momentum).add_(gradient)
                self._put(self.memory["velocity"], rows, gradient)
            # Added where the rows stand: to take them out and put them back took a fifth of a step.
            if rows is None:
                self.value.add_(gradient, alpha=-rate)
            else:
                self.value.index_add_(0, rows, gradient, alpha=-rate)
        if "moved" in self.memory:
            moved = self.memory["moved"]
            moved.fill_(step) if rows is None else moved.index_fill_(0, rows, step)

    @staticmethod
    def _part(tensor: "torch.Tensor", rows: "torch.Tensor | None") -> "torch.Tensor":
        return tensor if rows is None else tensor.index_select(0, rows)

    @staticmethod
    def _put(tensor: "torch.Tensor", rows: "torch.Tensor | None", part: "torch.Tensor") -> None:
        if rows is not None:
            tensor.index_copy_(0, rows, part)
