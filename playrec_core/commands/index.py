"""Send the run's vectors to a Qdrant server, for neighbour search there."""

import argparse

from playrec_core.commands import arguments as common


def arguments(parser: argparse.ArgumentParser) -> None:
    common.as_json(parser)
    common.artifacts(parser)
    parser.add_argument("--qdrant", required=True, help="its URL, http://HOST:6333 for example")
    parser.add_argument("--models", default="", help="only these, separated by commas; the app needs all of them")


def run(given: argparse.Namespace) -> int:
    from playrec_core.serving.loaded_run import LoadedRun
    from playrec_core.similarity.qdrant import connect, upload
    from playrec_core.training.progress import ProgressBar

    loaded, client = LoadedRun.open(given.artifacts), connect(given.qdrant)
    sent = {}
    for name in common.names(given.models) or loaded.spaces():
        vectors = loaded.model(name).item_embeddings()
        if vectors is not None:
            bar = ProgressBar(f"send {loaded.model_title(name)}")
            sent[name] = upload(client, loaded.id, name, vectors, bar)
            bar.done()
    common.show(given, sent, f"{len(sent)} models of {loaded.id} are at {given.qdrant}")
    return 0
