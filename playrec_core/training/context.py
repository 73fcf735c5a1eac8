"""What all stages of a training share."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playrec_core.config import TrainConfig
from playrec_core.data.dataset import Dataset
from playrec_core.data.held_out import HeldOut
from playrec_core.models import registry
from playrec_core.models.base import Recommender
from playrec_core.schema import Progress
from playrec_core.store.writer import RunWriter

from .engines.base import Engine
from .options import Options
from .progress import ProgressBar


@dataclass(frozen=True)
class Context:
    """The data, the models and the run being written.

    Args:
        config: with the models that are trained.
        options: of the training.
        dataset: the training part.
        held_out: the held-out playlists.
        models: by name, each after its members; `playrec_core.training.fit` replaces them by the fitted ones.
        engine: None for this process.
        writer: of the run.
    """

    config: TrainConfig
    options: Options
    dataset: Dataset
    held_out: HeldOut
    models: dict[str, Recommender]
    engine: Engine | None
    writer: RunWriter

    @contextmanager
    def stage(self, name: str, label: str) -> Iterator[tuple[Path | None, Progress]]:
        """The folder of a stage to write and its progress bar; None for the folder if the stage is done already."""
        bar = ProgressBar(label)
        if self.writer.done(name):
            bar.done("done before the interruption")
            yield None, bar
            return
        with self.writer.stage(name) as folder:
            bar(0.0)
            yield folder, bar
        bar.done()

    def title(self, name: str) -> str:
        """A model's name on screen."""
        return registry.title_of(name, self.config.models)
