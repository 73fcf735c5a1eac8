"""Labels ("title — artist") and tables of items.

The texts are not escaped: fine for ``st.text`` and ``st.dataframe``; use `markdown` where Streamlit renders Markdown.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from playrec_core.data.dataset import Dataset
from playrec_core.i18n import tr, trn
from playrec_core.schema import ARTIST, TITLE, Nouns

from .escape import plain, shorten

LONGEST_TITLE, LONGEST_ARTIST = 80, 60


def labels(dataset: Dataset, items: Sequence[int] | np.ndarray) -> list[str]:
    """ "title — artist" of each item, the title alone if the artist is unknown; shortened, not escaped."""
    return [f"{title} — {artist}" if artist else title for title, artist in names(dataset, items)]


def names(dataset: Dataset, items: Sequence[int] | np.ndarray) -> list[tuple[str, str]]:
    """Title and artist of each item, "" if unknown; shortened, not escaped."""
    found = _columns(dataset, items, (TITLE, ARTIST))
    return list(zip(found[TITLE], found[ARTIST], strict=True))


def titles(dataset: Dataset, items: Sequence[int] | np.ndarray) -> list[str]:
    """The title of each item; shortened, not escaped."""
    return _columns(dataset, items, (TITLE,))[TITLE]


def label(dataset: Dataset, item: int) -> str:
    """`labels` of one item."""
    return labels(dataset, [item])[0]


def markdown(dataset: Dataset, item: int) -> str:
    """`label`, escaped for buttons, captions and other Markdown."""
    return plain(label(dataset, item))


def collection(nouns: Nouns, *, several: bool = False) -> str:
    """What the user builds: a "playlist", or a "list of movies" in data whose playlists are users."""
    if nouns.playlist == tr(Nouns().playlist):
        return nouns.playlists if several else nouns.playlist
    return tr("lists of {items}", items=nouns.items) if several else tr("list of {items}", items=nouns.items)


def counted(nouns: Nouns, n: int) -> str:
    """ "1 song", "12 songs"."""
    return trn("{n:,} {item}", "{n:,} {items}", n, item=nouns.item, items=nouns.items)


def table(
    dataset: Dataset, items: Sequence[int] | np.ndarray, columns: Sequence[str] = (TITLE, ARTIST)
) -> pd.DataFrame:
    """Columns of the catalogue, named as in `playrec_core.schema`, for items in order; long texts are shortened."""
    return pd.DataFrame(_columns(dataset, items, columns), columns=list(columns))


def _columns(dataset: Dataset, items: Sequence[int] | np.ndarray, columns: Sequence[str]) -> dict[str, list[Any]]:
    rows = pa.array(np.asarray(items, dtype=np.int64))
    found = {name: dataset.catalogue[name].take(rows).to_pylist() for name in columns}
    for name, longest in ((TITLE, LONGEST_TITLE), (ARTIST, LONGEST_ARTIST)):
        if name in found:
            found[name] = [shorten(value or "", longest) for value in found[name]]
    return found
