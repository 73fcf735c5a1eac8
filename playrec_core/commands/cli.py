"""The ``playrec`` program: find the commands, parse the arguments, print errors.

Exit codes: 0 done; 1 bad input or no usable run, with a message on standard error; 2 wrong arguments; 3 (`check`) the
run is damaged; 130 interrupted.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from playrec_core import __version__, commands
from playrec_core.errors import PlayrecError
from playrec_core.plugins import modules_in

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command of `playrec`, by default the one on the command line, and return its exit code."""
    return _run(_parser(), arguments)


def main_of(command: ModuleType, arguments: Sequence[str] | None = None) -> int:
    """`main` for a script that is one command, as ``train.py`` is."""
    return _run(_declare(command, argparse.ArgumentParser(**_words(command))), arguments)


def available() -> Mapping[str, ModuleType]:
    """Every command by name, in alphabetical order."""
    found = [module for module in modules_in(commands) if hasattr(module, "run")]
    return {module.__name__.rpartition(".")[2].replace("_", "-"): module for module in found}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="playrec", description="Look inside playlist-continuation recommenders.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    names = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command in available().items():
        words = _words(command)
        _declare(command, names.add_parser(name, help=words["description"].partition(". ")[0].rstrip("."), **words))
    return parser


class _Formatter(argparse.ArgumentDefaultsHelpFormatter):
    """Names the default where there is one."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return super()._get_help_string(action) if action.default not in (None, False, "") else action.help


def _words(command: ModuleType) -> dict[str, Any]:
    text = " ".join((command.__doc__ or "").replace("``", "").split())
    return {"description": text, "formatter_class": _Formatter}


def _declare(command: ModuleType, parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.arguments(parser)
    parser.add_argument("--threads", type=int, help="threads of the numerical libraries")
    parser.set_defaults(command=command)
    return parser


def _run(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> int:
    given = parser.parse_args(arguments)
    _limit_threads(given.threads)
    try:
        return given.command.run(given)
    except (PlayrecError, OSError) as error:
        # An OSError is a full disk or a folder that may not be written: its text names the file.
        print("\n" * sys.stderr.isatty() + str(error), file=sys.stderr)  # below a progress bar that is not done
        return 1
    except KeyboardInterrupt:
        goes_on = getattr(given.command, "CONTINUES", False)
        print("\nInterrupted." + " The same command goes on where it stopped." * goes_on, file=sys.stderr)
        return 130


def _limit_threads(threads: int | None) -> None:
    """Set what the numerical libraries read once, when they are loaded."""
    if threads:
        os.environ.update(dict.fromkeys(_THREADS, str(threads)))
    # Threads that spin while they wait made a training four times slower beside another busy process.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
