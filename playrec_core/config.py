"""Configuration: TOML files parsed into typed, immutable classes. Errors name the table and the key.

Every hyperparameter is set in a file in ``configs/``: the configuration classes of models and readers define types
and bounds, never defaults.
"""

import difflib
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from .errors import ConfigError

Model = TypeVar("Model", bound=BaseModel)
Positive = Annotated[int, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]


class Frozen(BaseModel):
    """Base of every configuration class: immutable, without unknown keys, infinities or NaN."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class DataConfig(Frozen):
    """The reader and its options. With ``demo``, the synthetic data set is generated when no folder is given."""

    reader: str
    options: dict[str, Any] = {}
    demo: dict[str, Any] | None = None


class KakaoSplit(Frozen):
    """The contest organisers' local split: a share of the playlists becomes queries of four kinds
    (https://github.com/kakao-arena/melon-playlist-continuation).
    """

    kind: Literal["kakao"]
    share: Annotated[float, Field(gt=0, lt=1)]


class LeaveOutSplit(Frozen):
    """Hide ``count`` items of each playlist, or the fraction ``share`` of them: the last ``last`` by time or position,
    the rest at random.
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
    """Queries and hidden items are read from two files in the data folder, in the contest's format."""

    kind: Literal["given"]
    questions: str
    answers: str


class RankingConfig(Frozen):
    """Length of the recommendation lists, and the fallback for seeds that a model has no prediction for.

    With ``released_before_update``, songs issued in a later month than the playlist was last changed in are not
    recommended; off where the file does not say so. It needs both dates: where one is unknown, it leaves the song in.
    """

    depth: Positive
    tags: Positive
    title_ngrams: tuple[Positive, Positive]
    title_neighbours: Positive
    released_before_update: bool = False


class OtherSpacesConfig(Frozen):
    """Size of the layouts of the other models' embeddings; smaller than the main map, because there are many."""

    points: Positive
    epochs: Positive


class ClusterMapConfig(Frozen):
    """t-SNE of the ``per_cluster`` most popular songs of each cluster of ``model`` (docs/sources/melon-systems.md)."""

    model: str
    per_cluster: Positive


class MapConfig(Frozen):
    """Two-dimensional layout of the songs. ``others`` and ``cluster_map`` add further maps. Without ``epochs``, UMAP
    chooses their number. With ``rest``, songs beyond ``points`` are placed next to similar songs.
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
    """Bootstrap resamples for intervals, and the number of held-out playlists scored at once."""

    resamples: Positive
    batch: Positive


class Comparison(Frozen):
    """A table on the metrics page that compares some of the models, such as those of a published experiment.

    Args:
        title: its heading.
        models: at least two names; the others are compared with the first. The page lists those not in a run.
        caption: a few sentences about the experiment.
        metrics: names, in the order of the columns; by default the contest's.
    """

    title: str
    models: Annotated[tuple[str, ...], Field(min_length=2)]
    caption: str = ""
    metrics: tuple[str, ...] = ("ndcg", "tag_ndcg", "score")


class TrainConfig(Frozen):
    """A configuration file for ``train.py``."""

    name: str
    seed: int
    data: DataConfig
    split: Annotated[KakaoSplit | LeaveOutSplit | GivenSplit, Field(discriminator="kind")]
    ranking: RankingConfig
    map: MapConfig
    evaluation: EvaluationConfig
    shown: tuple[str, ...] = ()
    """The models that the app selects by default; empty for all."""
    models: dict[str, dict[str, Any]]
    comparisons: tuple[Comparison, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Self:
        for name in self.shown:
            if name not in self.models:
                raise ValueError(f"shown: there is no [models.{name}]{suggestion(name, self.models)}")
        return self


def load(path: Path) -> TrainConfig:
    """Read and check a TOML file.

    Raises:
        ConfigError: the file is missing, is not TOML, or contains an unknown key or an invalid value.
    """
    known = ", ".join(sorted(file.stem for file in path.parent.glob("*.toml"))) or "none"
    return read_toml(TrainConfig, path, f"there is no such configuration (found there: {known})")


def read_toml(kind: type[Model], path: Path, absent: str) -> Model:
    """`load` for any configuration class; ``absent`` is the message for a missing file."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: {absent}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not a TOML file: {error}") from None
    return parse(kind, table, str(path))


def parse(kind: type[Model], table: dict[str, Any], where: str) -> Model:
    """Validate a table.

    Raises:
        ConfigError: names every unknown key and invalid value, one per line; ``where`` begins each line.
    """
    try:
        return kind.model_validate(table)
    except ValidationError as error:
        raise ConfigError("\n".join(_line(kind, fault, where) for fault in error.errors())) from None


def suggestion(name: str, known: Iterable[str]) -> str:
    """The end of an error message: the valid names most similar to a wrong one, or all of them if none is similar."""
    known = list(known)
    near = difflib.get_close_matches(name, known)
    return f"; did you mean {' or '.join(near)}?" if near else f"; valid: {', '.join(known) or 'none'}"


def _line(kind: type[BaseModel], fault: Any, where: str) -> str:
    """One of pydantic's errors in words, without its internal names for members of unions."""
    steps = [step for step in map(str, fault["loc"]) if not step.startswith(("function-", "list["))]
    words = {"missing": "is missing and has no default"}.get(fault["type"], fault["msg"].removeprefix("Value error, "))
    if fault["type"] == "extra_forbidden":
        words = "unknown key" + suggestion(str(fault["loc"][-1]), _keys_at(kind, steps[:-1]))
    return ": ".join(filter(None, (where, ".".join(steps), words)))


def _keys_at(kind: type[BaseModel], steps: list[str]) -> list[str]:
    """Valid keys of the table that these keys, indices and values of ``kind`` lead to."""
    tables = [kind]
    for step in steps:
        fields = [table.model_fields[step].annotation for table in tables if step in table.model_fields]
        kinds = [table for table in tables if step in _kinds(table)]
        tables = [inner for field in fields for inner in _tables_in(field)] or kinds or tables
    return list(dict.fromkeys(key for table in tables for key in table.model_fields))


def _kinds(table: type[BaseModel]) -> tuple[Any, ...]:
    return get_args(table.model_fields["kind"].annotation) if "kind" in table.model_fields else ()


def _tables_in(annotation: Any) -> list[type[BaseModel]]:
    """Configuration classes in an annotation, also those inside unions and containers."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [table for part in get_args(annotation) for table in _tables_in(part)]
