"""The errors a user can meet. Each says what is wrong, where, and the cure; none is shown as a traceback.

Every entry point (``train.py``, ``python -m playrec_core``, the pages) catches `PlayrecError` and prints its
text; anything else is a fault of ours and may show its traceback.
"""

from pathlib import Path

from .i18n import tr


class PlayrecError(Exception):
    """Base of every error that bad input or a bad environment can cause."""


class DataError(PlayrecError):
    """A data file does not hold what its format promises.

    Args:
        file: the file at fault.
        record: which record in it ("playlist 17", "line 3, column rating"), or "" for the file as a whole.
        expected: what was expected, and what to do about it.
    """

    def __init__(self, file: Path | str, record: str, expected: str):
        self.file, self.record, self.expected = Path(file), record, expected
        where = f"{file}, {record}" if record else f"{file}"
        super().__init__(f"{where}: {expected}")


class ConfigError(PlayrecError):
    """A configuration names an unknown key or an impossible value."""


class MissingDataError(PlayrecError):
    """A model was asked to learn from a data set that has nothing of what it learns from (`Recommender.missing`)."""


class SubmissionError(PlayrecError):
    """A results file that the contest would refuse; names the first offending record."""


class RunError(PlayrecError):
    """There is no usable run: none was trained, or the one asked for does not exist."""


class DamagedRunError(RunError):
    """A file of a run is missing, cut short or changed since it was written."""

    def __init__(self, file: Path | str, problem: str):
        self.file = Path(file)
        super().__init__(
            tr(
                "{file}: {problem}. The run cannot be trusted: train again with `python train.py`, or name another run "
                "in artifacts/current.",
                file=file,
                problem=problem,
            )
        )
