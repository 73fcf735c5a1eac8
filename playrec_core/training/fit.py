"""The stage that fits a model."""

import zlib

import numpy as np

from playrec_core.store.files import open_arrays, save_arrays

from .context import Context
from .engines import registry as engines
from .engines.base import Job


def fit_model(context: Context, name: str) -> None:
    """Fit a model whose members are fitted, write its state, and replace the model by one opened from that state."""
    model, stage = context.models[name], f"model-{name}"
    model.attach({part: context.models[part] for part in model.parts()})
    with context.stage(stage, f"fit {context.title(name)}") as (folder, progress):
        if folder:
            model.checkpoint = context.writer.checkpoint(stage)
            rng = model_rng(context.config.seed, name)
            job = Job(context.dataset, rng, context.options.device, progress, model.checkpoint)
            save_arrays(folder / "state.safetensors", engines.fit(model, job, context.engine))
    # What is evaluated is what will be served.
    state = open_arrays(context.writer.path(stage) / "state.safetensors")
    context.models[name] = type(model).from_state(model.config, state)
    context.models[name].attach(model.members)


def model_rng(seed: int, name: str) -> np.random.Generator:
    """Each model's own generator, so that a model does not depend on which others are trained."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])
