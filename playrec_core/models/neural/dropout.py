"""Dropout whose masks come from the generator that a checkpoint stores, not from torch's global one."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch


class Dropout:
    """Inverted dropout: zeroes a share of the values and scales up the others, so that expected sums stay the same.

    Args:
        share: share of the values that are zeroed.
        rng: seeds this step's masks.
        device: where the masks are drawn.
    """

    def __init__(self, share: float, rng: np.random.Generator, device: str):
        import torch

        self._share = share
        self._generator = torch.Generator(device).manual_seed(int(rng.integers(2**62)))

    def __call__(self, values: "torch.Tensor") -> "torch.Tensor":
        """Dropout of each value independently."""
        return values * self._mask(values.shape, self._share, values.device) if self._share else values

    def rows(self, values: "torch.Tensor", share: float) -> "torch.Tensor":
        """Dropout of whole rows of an (n, d) matrix with its own share; the other rows are not scaled."""
        if not share:
            return values
        return values * (1 - share) * self._mask((len(values), 1), share, values.device)

    def _mask(self, shape: tuple[int, ...], share: float, device: "torch.device") -> "torch.Tensor":
        import torch

        return (torch.rand(shape, generator=self._generator, device=device) >= share) / (1 - share)
