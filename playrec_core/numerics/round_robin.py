"""Even shares of several ranked lists: they take turns."""

from collections import deque
from collections.abc import Collection, Sequence

import numpy as np


def round_robin(queues: Sequence[np.ndarray], excluded: Collection[int]) -> tuple[np.ndarray, np.ndarray]:
    """Take distinct items from several queues, one per turn, until all queues are empty.

    Args:
        queues: item_idx, best first; negative entries are skipped. The queues take turns in the given order.
        excluded: item_idx that are never taken.

    Returns:
        item_idx (n,) int32 in the order taken, and the index of the queue each came from, (n,) int32.
    """
    taken = set(excluded)
    items: list[int] = []
    owners: list[int] = []
    waiting = deque((owner, iter(queue.tolist())) for owner, queue in enumerate(queues))
    while waiting:
        owner, queue = waiting.popleft()
        for item in queue:
            if item >= 0 and item not in taken:
                taken.add(item)
                items.append(item)
                owners.append(owner)
                waiting.append((owner, queue))
                break
    return np.asarray(items, dtype=np.int32), np.asarray(owners, dtype=np.int32)
