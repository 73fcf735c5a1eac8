"""A value with its earlier values, for undo and redo; and several such values under names."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Generic, TypeVar

T = TypeVar("T")
LONGEST = 100
"""Steps that can be undone."""


@dataclass(frozen=True)
class History(Generic[T]):
    """A value, what it was before (oldest first), and what was undone (the next to redo first)."""

    now: T
    before: tuple[T, ...] = ()
    undone: tuple[T, ...] = ()

    def changed(self, value: T) -> "History[T]":
        """The history after a change; the same if nothing changed. What was undone can no longer be redone."""
        if value == self.now:
            return self
        return History(value, (*self.before, self.now)[-LONGEST:])

    def undo(self) -> "History[T]":
        """One step back; the same at the beginning."""
        if not self.before:
            return self
        return History(self.before[-1], self.before[:-1], (self.now, *self.undone))

    def redo(self) -> "History[T]":
        """One step forward again; the same at the end."""
        if not self.undone:
            return self
        return History(self.undone[0], (*self.before, self.now), self.undone[1:])


@dataclass(frozen=True)
class Named(Generic[T]):
    """Histories by name, in the order they were added, one of them open."""

    open: str
    all: Mapping[str, History[T]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def current(self) -> History[T]:
        """The open history."""
        return self.all[self.open]

    def with_current(self, history: History[T]) -> "Named[T]":
        """The same names, with another history under the open one."""
        return replace(self, all={**self.all, self.open: history})

    def added(self, name: str, value: T) -> "Named[T]":
        """One more, which becomes the open one; a number is appended to a name that is taken."""
        free, n = name, 1
        while free in self.all:
            n += 1
            free = f"{name} {n}"
        return Named(free, {**self.all, free: History(value)})

    def opened(self, name: str) -> "Named[T]":
        """Another one open; the same for a name that is not there."""
        return replace(self, open=name) if name in self.all else self

    def renamed(self, name: str) -> "Named[T]":
        """The open one under another name, in its place; the same for a name that is taken or empty."""
        if not name or name in self.all:
            return self
        return Named(name, {name if old == self.open else old: history for old, history in self.all.items()})

    def removed(self) -> "Named[T]":
        """Without the open one, the one before it open; the same while it is the only one."""
        names = list(self.all)
        if len(names) < 2:
            return self
        place = names.index(self.open)
        left = names[:place] + names[place + 1 :]
        return Named(left[max(place - 1, 0)], {name: self.all[name] for name in left})
