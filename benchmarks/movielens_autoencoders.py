"""Which settings make the autoencoders of row R9 good on a small MovieLens: the trials behind ``configs/movielens.toml``.

    python -m benchmarks.movielens_autoencoders --data ../shared/data/ml-latest-small [--only NAME,...]

The configuration's own split is made first and its answers are thrown away. What is left is split once more in the
same way (the last movie of each user and nine others): trials are fitted on the inner training part and judged by the
inner answers. Printed: mean Recall@10 and nDCG@10 over the users asked, and the time. Every trial is a change to the
table of that model in the configuration.
"""

import argparse
import time
from pathlib import Path

import numpy as np

from playrec_core.config import load
from playrec_core.data import reader
from playrec_core.data.dataset import Dataset
from playrec_core.data.questions import HeldOut
from playrec_core.data.split import split
from playrec_core.evaluation import protocol
from playrec_core.models import registry
from playrec_core.ranking import Ranker
from playrec_core.schema import no_progress

ROOT = Path(__file__).parents[1]
