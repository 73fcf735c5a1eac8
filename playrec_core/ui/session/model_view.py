"""Which models a session shows, in which order, and how many recommendations of each."""

from dataclasses import dataclass, replace

from playrec_core.serving.loaded_run import LoadedRun

from .url_state import UrlState

_VIEW = "playrec_view"
MODELS, DEPTH = "models", "depth"
DEPTHS = (10, 25, 50, 100)


@dataclass(frozen=True)
class View:
    """Every model of the run in order, those not shown, and the number of recommendations shown of each."""

    order: tuple[str, ...]
    hidden: frozenset[str] = frozenset()
    depth: int = DEPTHS[0]

    @property
    def shown(self) -> tuple[str, ...]:
        """The models shown, in order."""
        return tuple(name for name in self.order if name not in self.hidden)

    def only(self, shown: set[str]) -> "View":
        """The same order, with these models shown."""
        return replace(self, hidden=frozenset(self.order) - shown)

    def moved(self, name: str, step: int) -> "View":
        """One shown model further to the front (step -1) or to the back (step 1)."""
        shown = list(self.shown)
        place = shown.index(name)
        to = min(max(place + step, 0), len(shown) - 1)
        shown.insert(to, shown.pop(place))
        return replace(self, order=(*shown, *(other for other in self.order if other in self.hidden)))


def current(run: LoadedRun) -> View:
    """The view of this session."""
    return _state(run).get(valid=lambda view: set(view.order) == set(run.model_names))


def put(run: LoadedRun, view: View) -> None:
    """Replace the view, in the session and in the address."""
    _state(run).put(view)


def _state(run: LoadedRun) -> UrlState[View]:
    return UrlState(
        _VIEW,
        (MODELS, DEPTH),
        lambda given: from_address(given, run.model_names, run.first_shown),
        lambda view: to_address(view, run.first_shown),
    )


def to_address(view: View, first: tuple[str, ...]) -> dict[str, str]:
    """Query parameters; nothing for what is as it is at first."""
    wanted = {}
    if view.shown != first:
        wanted[MODELS] = ",".join(view.shown)
    if view.depth != DEPTHS[0]:
        wanted[DEPTH] = str(view.depth)
    return wanted


def from_address(values: dict[str, str], models: tuple[str, ...], first: tuple[str, ...]) -> View:
    """The view of some query parameters, with the ``first`` models if they name none; unknown ones are left out."""
    named = values[MODELS].split(",") if MODELS in values else first
    shown = tuple(dict.fromkeys(name for name in named if name in models))
    rest = tuple(name for name in models if name not in shown)
    view = View((*shown, *rest), frozenset(rest))
    depth = values.get(DEPTH, "")
    if depth in map(str, DEPTHS):
        view = replace(view, depth=int(depth))
    return view
