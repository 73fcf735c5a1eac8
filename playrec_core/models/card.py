"""What a model kind says about itself in the model catalogue: a description, its sources, and their settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playrec_core.config import Frozen

Value = int | float | str | bool | None | tuple
"""A setting as in a configuration file; lists are tuples."""


@dataclass(frozen=True)
class Reference:
    """A paper, report or notebook, with its title in English.

    Args:
        text: authors, title, venue and year.
        url: where it can be read; "" if no address is known.
        note: what kind of document it is, if not a paper; an English message, or "".
    """

    text: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class PublishedSettings:
    """Hyperparameters that a source gives. What it leaves open is left out.

    Args:
        source: a short name of the source, an English message.
        values: by setting, as in ``configs/*.toml`` with dots between tables ("optimiser.learning_rate").
    """

    source: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class ModelCard:
    """One kind of model, described for readers who do not know it. Texts are English messages, marked for translation.

    Args:
        summary: what it does, in two to four sentences.
        equation: its score or its objective, in LaTeX.
        symbols: what the letters of the equation stand for; may contain LaTeX between dollar signs.
        references: the papers and reports it is built from, the most important one first.
        page: name of its page in ``docs/models``, without ``.md``.
        published: settings of its sources, one entry per source.
    """

    summary: str
    equation: str
    symbols: str
    references: tuple[Reference, ...]
    page: str
    published: tuple[PublishedSettings, ...] = ()


@dataclass(frozen=True)
class ComparedSetting:
    """One setting of a model beside those of its sources.

    Args:
        name: with dots between tables.
        here: its value in a configuration; None if it has no such setting.
        published: its value in each source, in the order of `ModelCard.published`; None where a source gives none.
    """

    name: str
    here: Value
    published: tuple[Value, ...]

    @property
    def differs(self) -> tuple[bool, ...]:
        """For each source, whether it gives a value other than the one here."""
        return tuple(value is not None and value != self.here for value in self.published)


def compare(config: Frozen, published: tuple[PublishedSettings, ...]) -> list[ComparedSetting]:
    """Every setting of a configuration beside those of its sources.

    Settings that only a source has come last: the model here has another network, loss or optimiser.
    """
    here = flat(config.model_dump())
    given = [flat(one.values) for one in published]
    names = dict.fromkeys([*here, *(name for values in given for name in values)])
    return [ComparedSetting(name, here.get(name), tuple(values.get(name) for values in given)) for name in names]


def flat(table: Mapping[str, Any]) -> dict[str, Value]:
    """A nested table as one level: {"a": {"b": [1]}} as {"a.b": (1,)}; an empty inner table has no entry."""
    found: dict[str, Value] = {}
    for name, value in table.items():
        if isinstance(value, Mapping):
            found |= {f"{name}.{inner}": one for inner, one in flat(value).items()}
        else:
            found[name] = tuple(value) if isinstance(value, list | tuple) else value
    return found
