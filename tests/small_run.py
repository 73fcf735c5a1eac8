"""Trains the small run of the tests into a folder, for ``PLAYREC_TEST_RUN``: ``python -m tests.small_run DIR``."""

import sys
from pathlib import Path

from playrec_core.training.pipeline import Options, train
from tests.conftest import small_config

if __name__ == "__main__":
    train(small_config(), Options(Path(sys.argv[1]), threads=1))
