"""The same model trained locally and on an engine, on a tenth of Melon: song nDCG of both, and their ratio.

    python -m benchmarks.engines --data DIR --model als --engine "spark=local[2]"
    python -m benchmarks.engines --data DIR --model collaborative-autoencoder --engine torchrun=2

``--set factors=64`` changes a hyperparameter of both. The requirement is the same nDCG within 1 %.
"""

import json
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.melon_10pct_search import interval, ndcg
from benchmarks.script import ROOT, parser, timed
from benchmarks.trials import read_split
from playrec_core.config import load
from playrec_core.models import registry
from playrec_core.ranking.ranker import Ranker
from playrec_core.schema import no_progress
from playrec_core.training.engines import registry as engines
from playrec_core.training.engines.base import Job
from playrec_core.training.fit import model_rng


def main() -> None:
    options = parser(__doc__, data=Path, model=str, engine=str)
    options.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="JSON after the =")
    given = options.parse_args()
    config = load(ROOT / "configs" / "melon-10pct.toml")
    changes = {name: json.loads(value) for name, value in (each.split("=", 1) for each in given.set)}
    table = config.models[given.model] | changes
    dataset, held_out = read_split(config, given.data)
    ranker = Ranker.build(dataset, config.ranking)
    draws = np.random.default_rng(1).integers(len(held_out), size=(2000, len(held_out)))
    found = {}
    for engine in ("", given.engine):
        unfitted = registry.create(given.model, table)
        with tempfile.TemporaryDirectory() as folder:
            job = Job(dataset, model_rng(config.seed, given.model), "cpu", no_progress, Path(folder))
            state, spent = timed(engines.fit, unfitted, job, engines.create(engine))
        model = type(unfitted).from_state(unfitted.config, state)
        found[engine] = ndcg(model, ranker, held_out, dataset)
        print(f"{engine or 'here':<16} {interval(found[engine], draws)}   {spent.seconds:.0f} s", flush=True)
    here, there = found[""], found[given.engine]
    print(f"ratio of means {there.mean() / here.mean():.4f}; difference {interval(there - here, draws)}")


if __name__ == "__main__":
    main()
