"""Adam and gradient descent on whole tensors or on some rows of them.

A step of a sparse autoencoder touches a few thousand rows of a matrix of hundreds of thousands; the stock optimisers
would walk all of it. Here a row's moments rest while the row is not touched ("lazy" Adam, as ``torch.optim.SparseAdam``
has it).
"""

from typing import TYPE_CHECKING

from .settings import Adam, Sgd

if TYPE_CHECKING:
    import torch

_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-8


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

    def leaf(self, rows: "torch.Tensor | None" = None) -> "torch.Tensor":
        """The tensor, or some of its rows, to compute a gradient for."""
        chosen = self.value if rows is None else self.value.index_select(0, rows)
        return chosen.detach().requires_grad_()

    def update(self, gradient: "torch.Tensor", rows: "torch.Tensor | None", step: int, rate: float) -> None:
        """One step of the optimiser.

        Args:
            gradient: of what `leaf` gave for the same rows.
            rows: distinct row numbers; None for the whole tensor.
            step: 1 for the first step.
            rate: the learning rate of this step.
        """
        value = self._part(self.value, rows)
        if self._config.weight_decay:
            gradient = gradient + self._config.weight_decay * value
        if isinstance(self._config, Adam):
            first = self._part(self.memory["first"], rows).lerp_(gradient, 1 - _BETA_1)
            second = (
                self._part(self.memory["second"], rows).mul_(_BETA_2).addcmul_(gradient, gradient, value=1 - _BETA_2)
            )
            self._put(self.memory["first"], rows, first)
            self._put(self.memory["second"], rows, second)
            deviation = (second / (1 - _BETA_2**step)).sqrt_().add_(_EPSILON)
            value.addcdiv_(first, deviation, value=-rate / (1 - _BETA_1**step))
        else:
            if self._config.momentum:
                gradient = self._part(self.memory["velocity"], rows).mul_(self._config.momentum).add_(gradient)
                self._put(self.memory["velocity"], rows, gradient)
            value.add_(gradient, alpha=-rate)
        self._put(self.value, rows, value)

    @staticmethod
    def _part(tensor: "torch.Tensor", rows: "torch.Tensor | None") -> "torch.Tensor":
        return tensor if rows is None else tensor.index_select(0, rows)

    @staticmethod
    def _put(tensor: "torch.Tensor", rows: "torch.Tensor | None", part: "torch.Tensor") -> None:
        if rows is not None:
            tensor.index_copy_(0, rows, part)
