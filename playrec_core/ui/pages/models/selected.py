"""Which model the catalogue shows: named in the address, or none for the overview."""

from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.one_model import MODEL
from playrec_core.ui.session.url_state import UrlState


def current(run: LoadedRun) -> str:
    """The model of the address, by its name in the configuration; "" for none, and for one that the run lacks."""
    return _state(run).get(valid=lambda name: not name or name in run.model_names)


def put(run: LoadedRun, name: str) -> None:
    """Show another model, or the overview for ""."""
    _state(run).put(name)


def _state(run: LoadedRun) -> UrlState[str]:
    def read(given: dict[str, str]) -> str:
        return given[MODEL] if given.get(MODEL) in run.model_names else ""

    return UrlState("playrec_catalogue", (MODEL,), read, lambda name: {MODEL: name} if name else {}, reset=True)
