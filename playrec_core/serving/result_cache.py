"""Values and results that belong to one run and are freed with it.

Neither class refers to the run. A reference cycle would keep a run that was closed: the app freezes loaded objects
(`gc.freeze`), and what is frozen is freed by its reference count alone.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from inspect import signature
from threading import Lock, RLock
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from playrec_core.i18n import current

P = ParamSpec("P")
T = TypeVar("T")


class Once:
    """Values by name, each made the first time it is asked for. Reads of values that are there take no lock."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._lock = RLock()

    def __call__(self, name: str, make: Callable[[], T]) -> T:
        """The value of a name; threads that ask for it at the same time make it once."""
        if name in self._values:
            return self._values[name]
        with self._lock:
            if name not in self._values:
                self._values[name] = make()
            return self._values[name]


class _Entry:
    def __init__(self) -> None:
        self.lock = Lock()
        self.done = False
        self.result: Any = None


class ResultCache:
    """The most recently used results, by group and key. Threads that ask for one at the same time make it once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._groups: dict[Hashable, OrderedDict[Hashable, _Entry]] = {}

    def get(self, group: Hashable, key: Hashable, make: Callable[[], T], most: int) -> T:
        """The result under a key, made if it is not there.

        Args:
            group: what is cached together, a function for example.
            key: of the result in its group.
            make: makes the result; an error is passed on, and the next call tries again.
            most: how many results of the group are kept.
        """
        with self._lock:
            results = self._groups.setdefault(group, OrderedDict())
            entry = results.setdefault(key, _Entry())
            results.move_to_end(key)
            if len(results) > most:
                results.popitem(last=False)
        if not entry.done:
            with entry.lock:
                if not entry.done:
                    entry.result = make()
                    entry.done = True
        return entry.result


class _Cached(Protocol):
    results: ResultCache


Run = TypeVar("Run", bound=_Cached)


def per_run(
    most: int, in_words: bool = False
) -> Callable[[Callable[Concatenate[Run, P], T]], Callable[Concatenate[Run, P], T]]:
    """Cache the results of a function whose first parameter is a run, in that run.

    Args:
        most: how many results are kept, by the other arguments. These are hashed, except those of parameters whose
            names begin with an underscore.
        in_words: whether the results contain translated text: they are kept by language.
    """

    def decorate(function: Callable[Concatenate[Run, P], T]) -> Callable[Concatenate[Run, P], T]:
        names = list(signature(function).parameters)[1:]
        hashed = [place for place, name in enumerate(names) if not name.startswith("_")]

        @wraps(function)
        def cached(run: Run, /, *args: P.args, **kwargs: P.kwargs) -> T:
            language = current() if in_words else ""
            key = (language, *(args[place] for place in hashed if place < len(args)), *sorted(kwargs.items()))
            return run.results.get(function, key, lambda: function(run, *args, **kwargs), most)

        return cached

    return decorate
