"""``python train.py`` in a checkout is ``playrec train``."""

import sys

from playrec_core.commands import cli, train

if __name__ == "__main__":
    sys.exit(cli.main_of(train))
