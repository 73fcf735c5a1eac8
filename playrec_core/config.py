"""Configuration: TOML in, typed and frozen out; unknown or impossible values are refused by name.

Every hyperparameter stands in a file of ``configs/`` and nowhere else: the configuration classes of models and
readers give types and bounds, never defaults.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from .errors import ConfigError

Model = TypeVar("Model", bound=BaseModel)
Positive = Annotated[int, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]


class Frozen(BaseModel):
    """Base of every configuration class: immutable, no unknown keys, no silent conversions but int to float."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class DataConfig(Frozen):
    """Which reader, with which options; ``demo`` asks for the built-in world, made on the spot."""

    reader: str
    options: dict[str, Any] = {}
    demo: dict[str, Any] | None = None


class KakaoSplit(Frozen):
    """The organisers' local split: a share of the playlists becomes questions of four kinds (SEEDS, Kakao Arena)."""

    kind: Literal["kakao"]
    share: Annotated[float, Field(gt=0, lt=1)]


class LeaveOutSplit(Frozen):
    """Per playlist, some items are hidden: the last ``last`` in order of time or position, the rest drawn at random.

    ``count`` items of a playlist, or the fraction ``share`` of them, whichever is given.
    """

    kind: Literal["leave-out"]
    count: Positive | None = None
    share: Annotated[float, Field(gt=0, lt=1)] | None = None
    last: Annotated[int, Field(ge=0)]
    min_left: Positive

    @model_validator(mode="after")
    def _one_amount(self) -> Self:
        if (self.count is None) == (self.share is None):
            raise ValueError("give either count or share, not both and not neither")
        return self


class GivenSplit(Frozen):
    """Questions and answers come from files beside the training data."""

    kind: Literal["given"]
    questions: str
    answers: str


class RankingConfig(Frozen):
    """The cold-start chain and the length of the answers."""

    depth: Positive
    tags: Positive
    title_ngrams: tuple[Positive, Positive]
    title_neighbours: Positive


class OtherSpacesConfig(Frozen):
    """Layouts of the other models' spaces: fewer points and epochs than the first one's, for there are many."""

    points: Positive
    epochs: Positive


class ClusterMapConfig(Frozen):
    """t-SNE of the ``per_cluster`` most played songs of each of ``model``'s clusters (the Melon systems, M4)."""

    model: str
    per_cluster: Positive


class MapConfig(Frozen):
    """The songs in two dimensions. Without ``others`` or ``cluster_map`` the run has none of these; without ``epochs``
    UMAP chooses their number. With ``rest``, songs beyond ``points`` have a place beside those they are like.
    """

    model: str
    layouts: tuple[Literal["umap", "tsne"], ...]
    points: Positive
    neighbours: Positive
    min_dist: NonNegative
    perplexity: Positive
    clusters: Positive
    epochs: Positive | None = None
    others: OtherSpacesConfig | None = None
    cluster_map: ClusterMapConfig | None = None
    rest: bool = False


class EvaluationConfig(Frozen):
    """How the held-out questions are measured."""

    resamples: Positive
    batch: Positive


class Comparison(Frozen):
    """Some of the models, set side by side on the metrics page: an experiment of a document as one table.

    Args:
        title: its heading.
        models: names of models, at least two; the others are compared with the first. One that is not trained in a run
            is said to be absent there.
        caption: what the table is for, in a few sentences.
        metrics: which, in the order of the columns; by default the contest's.
    """

    title: str
    models: Annotated[tuple[str, ...], Field(min_length=2)]
    caption: str = ""
    metrics: tuple[str, ...] = ("ndcg", "tag_ndcg", "score")


class TrainConfig(Frozen):
    """Everything ``train.py`` is told."""

    name: str
    seed: int
    data: DataConfig
    split: Annotated[KakaoSplit | LeaveOutSplit | GivenSplit, Field(discriminator="kind")]
    ranking: RankingConfig
    map: MapConfig
    evaluation: EvaluationConfig
    shown: tuple[str, ...] = ()
    """The models that the app shows until others are chosen; empty for all."""
    models: dict[str, dict[str, Any]]
    comparisons: tuple[Comparison, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Self:
        unknown = [name for name in self.shown if name not in self.models]
        if unknown:
            raise ValueError(f"shown names {unknown[0]!r}, for which there is no [models.{unknown[0]}]")
        return self


def load(path: Path) -> TrainConfig:
    """Read and check a TOML file.

    Raises:
        ConfigError: the file is missing, is not TOML, or holds an unknown key or an impossible value.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        known = ", ".join(sorted(file.stem for file in path.parent.glob("*.toml"))) or "none"
        raise ConfigError(f"{path}: there is no such configuration (found there: {known})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not a TOML file: {error}") from None
    return parse(TrainConfig, table, str(path))


def parse(kind: type[Model], table: dict[str, Any], where: str) -> Model:
    """A table as one configuration class; every fault is named, one a line."""
    try:
        return kind.model_validate(table)
    except ValidationError as error:
        lines = [
            f"{where}: {'.'.join(map(str, fault['loc']))}: {_plain(fault['type'], fault['msg'])}"
            for fault in error.errors()
        ]
        raise ConfigError("\n".join(lines)) from None


def _plain(kind: str, message: str) -> str:
    return {"extra_forbidden": "unknown key", "missing": "is missing and has no default"}.get(kind, message)
