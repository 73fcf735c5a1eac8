"""Dropout whose masks come from the generator that a checkpoint keeps, not from torch's hidden one."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch


class Dropout:
    """Zeroes a share of the values, and enlarges the others so that sums keep their expectation.

    Args:
        share: of the values that are zeroed.
        rng: gives the seed of this step's masks.
        device: where they are drawn.
    """

    def __init__(self, share: float, rng: np.random.Generator, device: str):
        import torch

        self._share = share
        self._generator = torch.Generator(device).manual_seed(int(rng.integers(2**62)))

    def __call__(self, values: "torch.Tensor") -> "torch.Tensor":
        """Each value by itself."""
        return values * self._mask(values.shape, self._share, values.device) if self._share else values

    def rows(self, values: "torch.Tensor", share: float) -> "torch.Tensor":
        """Whole rows of a matrix, with another share; what stays keeps its size."""
        if not share:
            return values
        return values * (1 - share) * self._mask((len(values), 1), share, values.device)

    def _mask(self, shape: tuple[int, ...], share: float, device: "torch.device") -> "torch.Tensor":
        import torch

        return (torch.rand(shape, generator=self._generator, device=device) >= share) / (1 - share)
