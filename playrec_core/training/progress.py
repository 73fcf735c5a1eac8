"""Progress bars with the remaining time, for a terminal or a log file."""

import sys
import time
from typing import TextIO

_WIDTH = 24


class ProgressBar:
    """One line per stage: redrawn in place on a terminal, printed once at the end in a log.

    Args:
        label: name of the stage.
        stream: where to write.
    """

    def __init__(self, label: str, stream: TextIO = sys.stderr):
        self._label, self._stream = label, stream
        self._started = self._drawn = time.monotonic()
        self._live = stream.isatty()

    def __call__(self, fraction: float) -> None:
        """Show the finished fraction; redraws at most ten times a second."""
        now = time.monotonic()
        if not self._live or (now - self._drawn < 0.1 and fraction < 1):
            return
        self._drawn = now
        filled = int(fraction * _WIDTH)
        elapsed = now - self._started
        left = f"{duration(elapsed / fraction - elapsed)} left" if fraction > 0.02 else "…"
        self._stream.write(f"\r  {self._label:<28} {'█' * filled}{'░' * (_WIDTH - filled)} {fraction:4.0%} {left:<16}")
        self._stream.flush()

    def done(self, remark: str = "") -> None:
        """End the line with the elapsed time and a remark."""
        start = "\r" if self._live else ""
        took = duration(time.monotonic() - self._started)
        self._stream.write(f"{start}  {self._label:<28} {took:>8}  {remark}".ljust(78) + "\n")
        self._stream.flush()


def duration(seconds: float) -> str:
    """ "0.4 s", "12 s", "3 min 05 s", "1 h 20 min"."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"
