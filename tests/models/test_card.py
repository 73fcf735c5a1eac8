"""Model cards: every kind has one, its sources' settings are valid, and differences from them are found."""

from pathlib import Path
from typing import Any

import pytest

from playrec_core.config import Frozen, load
from playrec_core.models import registry
from playrec_core.models.card import PublishedSettings, compare, flat

ROOT = Path(__file__).parents[2]
CONFIGS = {file.stem: load(file).models for file in sorted((ROOT / "configs").glob("*.toml"))}
PUBLISHED = [(kind, one) for kind, cls in registry.kinds().items() if cls.card for one in cls.card.published]


@pytest.mark.parametrize("kind", registry.kinds())
def test_every_kind_has_a_card_of_its_own(kind: str):
    card = vars(registry.kinds()[kind]).get("card")
    assert card is not None, f"{kind} has no `card`, or its base class's"
    assert card.summary
    assert card.equation
    assert card.references
    assert f"`{kind}`" in (ROOT / "docs" / "models" / f"{card.page}.md").read_text(encoding="utf-8")


def nested(table: dict[str, Any], name: str, value: object) -> dict[str, Any]:
    """The table with one setting ("a.b") replaced."""
    first, _, rest = name.partition(".")
    inner = table.get(first)
    return {**table, first: nested(inner if isinstance(inner, dict) else {}, rest, value) if rest else value}


@pytest.mark.parametrize(("kind", "published"), PUBLISHED, ids=[f"{kind}-{one.source}" for kind, one in PUBLISHED])
def test_published_settings_are_settings_of_the_model(kind: str, published: PublishedSettings):
    """A misspelt or impossible setting would be shown as a difference for ever."""
    every = [(name, table) for models in CONFIGS.values() for name, table in models.items()]
    table = next(table for name, table in every if registry.kind_of(name, table).kind == kind) | {"kind": kind}
    if "optimiser.momentum" in published.values:
        table["optimiser"] = {"final": 1.0, "weight_decay": 0.0}
    if "loss.sum" in published.values or "loss.mean" in published.values:
        table["loss"] = {"sum": 0.0, "mean": 0.0, "masked": 0.0}
    for name, value in published.values.items():
        table = nested(table, name, value)
    compared = compare(registry.create("as-published", table).config, (published,))
    assert not [one.name for one in compared if one.differs[0]]


@pytest.mark.parametrize(
    ("kind", "differing"),
    {
        "cluster-mf": set(),
        "content-autoencoder": set(),
        "hybrid-song-autoencoder": set(),
        "collaborative-autoencoder": {"optimiser.learning_rate"},
        "densified-query": set(),
        "content-collaborative-mixture": set(),
    }.items(),
)
def test_the_melon_configuration_has_the_settings_of_the_melon_systems(kind: str, differing: set[str]):
    model = registry.create(kind, CONFIGS["melon"][kind])
    assert model.card is not None
    assert {one.name for one in compare(model.config, model.card.published) if any(one.differs)} == differing


class Inner(Frozen):
    rate: float
    kind: str


class Outer(Frozen):
    widths: tuple[int, ...]
    inner: Inner
    loss: str


def test_settings_are_compared_one_by_one():
    config = Outer(widths=(2, 1), inner=Inner(rate=1, kind="adam"), loss="logistic")
    first = PublishedSettings("first", {"widths": [2, 1], "inner.rate": 0.5})
    second = PublishedSettings("second", {"inner": {"kind": "adam"}, "loss.sum": 1.0})
    found = {one.name: (one.here, one.published, one.differs) for one in compare(config, (first, second))}
    assert found == {
        "widths": ((2, 1), ((2, 1), None), (False, False)),
        "inner.rate": (1.0, (0.5, None), (True, False)),
        "inner.kind": ("adam", (None, "adam"), (False, False)),
        "loss": ("logistic", (None, None), (False, False)),
        "loss.sum": (None, (None, 1.0), (False, True)),
    }


def test_nested_tables_become_one_level():
    assert flat({"a": {"b": [1, 2], "c": {"d": True}}, "e": {}}) == {"a.b": (1, 2), "a.c.d": True}
