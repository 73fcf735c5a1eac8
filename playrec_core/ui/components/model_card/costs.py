"""What a model costs: the size of its state, and the time to fit it and to query it, as the run's manifest has them."""

from dataclasses import dataclass

from playrec_core.i18n import tr
from playrec_core.serving.loaded_run import LoadedRun


@dataclass(frozen=True)
class Costs:
    """Costs of one trained model; None where nothing was measured, as for a saved vote.

    Args:
        size: bytes of its own state on disk, without those of its members.
        fit: seconds of wall-clock time; the members of an ensemble are fitted before.
        query: seconds per held-out playlist, when all of them were scored, ranked and stored in batches.
    """

    size: int | None = None
    fit: float | None = None
    query: float | None = None


def costs(run: LoadedRun, model: str) -> Costs:
    """The costs of a model of a run."""
    if model not in run.own_models:
        return Costs()
    manifest, stage = run.run.manifest, f"model-{model}"
    sizes = [record.size for name, record in manifest.files.items() if name.startswith(f"{stage}/")]
    evaluated = manifest.timings.get(f"answers-{model}")
    return Costs(
        sum(sizes) if sizes else None,
        manifest.timings.get(stage),
        None if evaluated is None or not len(run.held_out) else evaluated / len(run.held_out),
    )


def size_text(size: int | None) -> str:
    """Bytes in the largest unit (powers of 1,000) in which they are at least 1: "1.3 MB"."""
    if size is None:
        return "–"
    for factor, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= factor:
            return f"{_short(size / factor)} {unit}"
    return tr("{n} bytes", n=size)


def time_text(seconds: float | None) -> str:
    """A duration with two significant digits at least: "0.35 ms", "12 ms", "4.1 s", "12 min"."""
    if seconds is None:
        return "–"
    if not seconds:
        return tr("< {n} ms", n=1)  # manifests have milliseconds
    if seconds < 1:
        return tr("{n} ms", n=_short(1000 * seconds))
    return tr("{n} s", n=_short(seconds)) if seconds < 120 else tr("{n} min", n=_short(seconds / 60))


def _short(value: float) -> str:
    return f"{value:.2f}" if value < 1 else f"{value:.1f}" if value < 10 else f"{value:,.0f}"
