"""List the models of the current run, the fields they read and those they recommend."""

import argparse
import json

from playrec_core.commands import arguments as common


def arguments(parser: argparse.ArgumentParser) -> None:
    common.as_json(parser)
    common.artifacts(parser)


def run(given: argparse.Namespace) -> int:
    from playrec_core.models import registry
    from playrec_core.serving.loaded_run import LoadedRun

    loaded = LoadedRun.open(given.artifacts)
    rows = []
    for name in loaded.model_names:
        kind = registry.kind_of(name, loaded.config.models[name])
        rows.append(
            {
                "model": name,
                "title": loaded.model_title(name),
                "reads": sorted(kind.reads),
                "answers": sorted(kind.answers),
            }
        )
    if given.json:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        print(f"{'model':<20}{'title':<22}{'reads':<20}recommends")
        for row in rows:
            reads, answers = ", ".join(row["reads"]) or "nothing", ", ".join(row["answers"])
            print(f"{row['model']:<20}{row['title']:<22}{reads:<20}{answers}")
    return 0
