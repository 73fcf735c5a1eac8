"""Errors that users can see. Each says what is wrong, where, and how to fix it; none is shown as a traceback.

Every entry point (``train.py``, ``python -m playrec_core``, the pages) catches `PlayrecError` and prints its
message; anything else is a bug in playrec and may show its traceback.
"""

from pathlib import Path

from .bundle import train_command
from .i18n import tr


class PlayrecError(Exception):
    """Base of every error that bad input or a bad environment can cause."""


class DataError(PlayrecError):
    """A data file does not follow its format.

    Args:
        file: the invalid file.
        record: the record in it ("playlist 17", "line 3, column rating"), or "" for the file as a whole.
        expected: what was expected, and how to fix it.
    """

    def __init__(self, file: Path | str, record: str, expected: str):
        self.file, self.record, self.expected = Path(file), record, expected
        where = f"{file}, {record}" if record else f"{file}"
        super().__init__(f"{where}: {expected}")


class ConfigError(PlayrecError):
    """A configuration contains an unknown key or an invalid value."""


class MissingDataError(PlayrecError):
    """The data set lacks the data that a model is trained on (`Recommender.missing`)."""


class SubmissionError(PlayrecError):
    """A results file that the contest would reject; names the first invalid record."""


class RunError(PlayrecError):
    """There is no usable run: none was trained, or the requested one does not exist."""


class DamagedRunError(RunError):
    """A file of a run is missing, truncated or changed since it was written."""

    def __init__(self, file: Path | str, problem: str):
        self.file = Path(file)
        super().__init__(
            tr(
                "{file}: {problem}. This run is damaged: train again with `{train}`, or write the id of "
                "another run into artifacts/current.",
                file=file,
                problem=problem,
                train=train_command(),
            )
        )
