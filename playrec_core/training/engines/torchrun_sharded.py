"""`torchrun` with the tables of songs and tags spread over the processes: ``--engine torchrun-sharded=4``.

For tables that outgrow one card; the same training otherwise, step by step, and the same state (`models.neural.shard`).
"""

from .torchrun import Torchrun


class TorchrunSharded(Torchrun):
    """Every process keeps its part of each table, and of what the optimiser remembers of it."""

    name = "torchrun-sharded"
    sharded = True
