"""What the scripts share: options, measured time and memory, printed tables."""

import argparse
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
ROOT = Path(__file__).parents[1]
ARTIFACTS = ROOT / "artifacts"


class Spent(NamedTuple):
    """Seconds by the clock, and of CPU."""

    seconds: float
    processor: float


def parser(doc: str | None, **options: Any) -> argparse.ArgumentParser:
    """A parser with a script's docstring as its help. An option has the type of its default; it is required if a type
    stands in place of the default, and a switch if that is False.
    """
    made = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in options.items():
        option = f"--{name.replace('_', '-')}"
        if default is False:
            made.add_argument(option, action="store_true")
        elif isinstance(default, type):
            made.add_argument(option, type=default, required=True)
        else:
            made.add_argument(option, type=type(default), default=default)
    return made


def timed(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[T, Spent]:
    """The result of a call, and the time it took."""
    wall, processor = time.perf_counter(), time.process_time()
    found = work(*args, **kwargs)
    return found, Spent(time.perf_counter() - wall, time.process_time() - processor)


def peak_memory() -> int:
    """Peak resident memory of this process, bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def resident(process: int | None = None) -> str:
    """Resident memory of a process in bytes (Linux; this process by default): private memory, and mapped files, which
    are shared with other processes and can be evicted.
    """
    status = Path("/proc", str(process or "self"), "status").read_text(encoding="ascii")
    own, mapped, peak = (
        int(text.split()[1]) / 1e6
        for name in ("RssAnon:", "RssFile:", "VmHWM:")
        for text in status.splitlines()
        if text.startswith(name)
    )
    return f"resident: {own:.2f} GB of its own and {mapped:.2f} GB of mapped files; at its peak {peak:.2f} GB"


def print_head(*titles: str) -> None:
    """Print the head of a Markdown table."""
    print(f"| {' | '.join(titles)} |\n{'|---' * len(titles)}|")


def print_row(*cells: object) -> None:
    """Print a row of a Markdown table."""
    print(f"| {' | '.join(map(str, cells))} |", flush=True)
