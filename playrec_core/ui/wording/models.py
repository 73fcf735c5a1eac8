"""Families of models, and what they read and recommend, in words."""

from collections.abc import Collection

from playrec_core.i18n import mark, tr
from playrec_core.models.base import Family, Signal
from playrec_core.schema import Nouns

FAMILIES: dict[Family, str] = {
    "baseline": mark("Baselines"),
    "neighbours": mark("Neighbours"),
    "linear": mark("Linear"),
    "factorisation": mark("Matrix factorisation"),
    "autoencoder": mark("Autoencoders"),
    "features": mark("Side features"),
    "content": mark("Content"),
    "sequence": mark("Sequential"),
    "combination": mark("Ensembles and hybrids"),
}
"""Headings, as English messages, in the order in which families are listed."""
_SIGNALS: dict[Signal, str] = {
    "songs": "",  # the data set's noun
    "tags": mark("tags"),
    "title": mark("title"),
    "genres": mark("catalogue data"),
    "audio": mark("audio"),
    "order": mark("order"),
    "time": mark("time"),
}


def signals_in_words(signals: Collection[Signal], nouns: Nouns) -> str:
    """ "songs, tags, title"; not escaped."""
    words = [nouns.items if signal == "songs" else tr(text) for signal, text in _SIGNALS.items() if signal in signals]
    return ", ".join(words) or tr("nothing of the seed")
