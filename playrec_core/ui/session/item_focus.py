"""The one item that a page is about, by its outside id in the address.

Each page names its own query parameter, so that a link to one page says nothing to another.
"""

from playrec_core.data.dataset import Dataset
from playrec_core.data.types.vocabulary import UNKNOWN

from .url_state import Parameters, UrlState


def current(dataset: Dataset, name: str) -> int | None:
    """The item_idx under the query parameter ``name``; None for none."""
    return _state(dataset, name).get()


def put(dataset: Dataset, name: str, item: int | None) -> None:
    """Look at another item, or at none."""
    _state(dataset, name).put(item)


def _state(dataset: Dataset, name: str) -> UrlState[int | None]:
    def read(given: Parameters) -> int | None:
        found = int(dataset.items.index([given[name]])[0]) if name in given else UNKNOWN
        return None if found == UNKNOWN else found

    def write(item: int | None) -> Parameters:
        return {} if item is None else {name: str(dataset.items.outside([item])[0])}

    return UrlState(f"playrec_focus_{name}", (name,), read, write)
