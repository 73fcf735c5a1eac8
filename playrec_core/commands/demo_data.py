"""Write the built-in data set in Melon's file format."""

import argparse
from dataclasses import asdict, replace
from pathlib import Path

from playrec_core.commands import arguments as common


def arguments(parser: argparse.ArgumentParser) -> None:
    common.as_json(parser)
    parser.add_argument("--scale", choices=("demo", "melon"), default="demo")
    parser.add_argument("--names", choices=("english", "korean", "both"), default="english", help="language of names")
    parser.add_argument("--output", type=Path, required=True, help="a folder that does not exist yet")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--mels", action="store_true", help="mel-spectrograms as well (2.5 GB at Melon's scale)")


def run(given: argparse.Namespace) -> int:
    from playrec_core.data.synthetic import generate
    from playrec_core.training.progress import ProgressBar

    bar = ProgressBar("generate the demo data")
    options = replace(generate.MELON_SCALE if given.scale == "melon" else generate.DEMO, names=given.names)
    if given.mels:
        options = replace(options, mel_share=0.95)
    generate.generate(given.output, options, seed=given.seed, progress=bar)
    bar.done()
    written = {"output": str(given.output), "options": asdict(options), "seed": given.seed}
    common.show(given, written, f"{options.playlists:,} playlists over {options.songs:,} songs: {given.output}")
    return 0
