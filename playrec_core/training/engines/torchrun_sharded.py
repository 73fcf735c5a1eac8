"""`torchrun` with the tables of songs and tags split over the processes: ``--engine torchrun-sharded=4``.

For tables that do not fit on one GPU. The steps and the resulting state are the same (`models.neural.shard`).
"""

from .torchrun import Torchrun


class TorchrunSharded(Torchrun):
    """Each process keeps its part of each table and of the optimiser's state for it."""

    name = "torchrun-sharded"
    sharded = True
