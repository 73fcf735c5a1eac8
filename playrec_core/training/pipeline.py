"""Training, from a configuration to a finished run. Interrupted trainings are resumed.

Every step is a stage of a `RunWriter`: a finished stage is not repeated, and the run becomes the current one in a
single step at the end. An interrupted run is found again by a key of everything that its content depends on.
"""

from collections.abc import Callable

from playrec_core.config import TrainConfig
from playrec_core.data import serialization
from playrec_core.store.manifest import DatasetRecord
from playrec_core.store.writer import RunWriter

from .context import Context
from .data_stages import build_ranker, index_catalogue, save_data
from .evaluate import evaluate_model, write_report
from .fit import fit_model
from .key import content_key
from .maps import make_maps
from .options import Options
from .prepare import load_data
from .resolve import resolve
from .threads import limited


def train(config: TrainConfig, options: Options, say: Callable[[str], None] = print) -> str:
    """Train every model of a configuration and make the result the current run.

    Args:
        config: from `playrec_core.config.load`.
        options: where and with what.
        say: called with each line of text for the user.

    Returns:
        The run id.

    Raises:
        PlayrecError: bad data, a bad configuration, or another process writing the same run.
    """
    plan = resolve(config, options)
    with limited(options.threads):
        dataset, held_out = load_data(plan.config, options)
        plan = plan.for_data(dataset)
        notes = [*dataset.notes, *plan.left_out]
        say(
            f"{dataset.name}: {dataset.n_playlists:,} {dataset.nouns.playlists}, {dataset.n_items:,} "
            f"{dataset.nouns.items}, {dataset.interactions.nnz:,} interactions; {len(held_out):,} held-out "
            f"{dataset.nouns.playlists}"
        )
        for note in notes:
            say(f"  note: {note}")
        key = content_key(plan.config, dataset, held_out, options.device, options.engine, program=__name__)
        with RunWriter.open(options.artifacts, key) as writer:
            context = Context(plan.config, options, dataset, held_out, plan.models, plan.engine, writer)
            save_data(context)
            index_catalogue(context)
            ranker = build_ranker(context)
            for name in plan.models:
                fit_model(context, name)
                evaluate_model(context, name, ranker)
            make_maps(context)
            table = write_report(context)
            run_id = writer.finish(
                dataset=DatasetRecord(
                    name=dataset.name,
                    fingerprint=dataset.fingerprint,
                    sizes=dict(serialization.sizes(dataset, held_out)),
                ),
                vocabulary_hash=serialization.vocabulary_hash(dataset),
                config=plan.config.model_dump(mode="json"),
                seed=plan.config.seed,
                notes=notes,
            )
    say(table)
    say(f"\nRun {run_id} is now current: {options.artifacts / 'runs' / run_id}")
    return run_id
