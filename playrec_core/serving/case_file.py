"""A case file: a seed, the recommendations of several models with explanations, and provenance, as one JSON file.

It contains outside ids and names, so it can be read without the run, the models or playrec. `recheck` re-runs the case
with a loaded run and reports differences. Case files are untrusted input: they are validated against the schema and
limited in size.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from playrec_core.data.builder import clean
from playrec_core.data.held_out import Record, seed_of_rows
from playrec_core.data.types.vocabulary import UNKNOWN
from playrec_core.errors import DataError
from playrec_core.i18n import tr
from playrec_core.models import registry
from playrec_core.numerics.topk import TIE_RULE
from playrec_core.schema import ARTIST, TITLE, Ranked, Seed, Source

from .loaded_run import LoadedRun

LARGEST_MB = 5
EXPLAINED = 3
"""Number of recommendations of each model that are explained."""
_LONGEST_NAME = 500

Text = Annotated[str, Field(max_length=20_000)]
Name = Annotated[str, Field(max_length=_LONGEST_NAME)]
Id = int | Text


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class CaseItem(_Part):
    """An item: its outside id, and its names at the time of saving."""

    id: Id
    title: Name
    artist: Name


class CaseAnswer(CaseItem):
    """A recommended item, with its score and source (`Source`, in lower case)."""

    score: float
    source: Literal["model", "tags", "title", "popular"]


class CaseExplanation(_Part):
    """A `playrec_core.models.explanation.Explanation` of a recommended item, with contributions in seed order."""

    item: Id
    kind: Literal["exact", "occlusion"]
    baseline: float
    score: float
    contributions: Annotated[list[float], Field(max_length=10_000)]


class CaseModel(_Part):
    """Recommendations of one model.

    Args:
        name: in the configuration.
        title: on screen, in the language of the session that saved it.
        settings: its table of the configuration, with its kind.
        state_sha256: of its fitted state, and of those of its members, by name.
        answers: recommended items, best first.
        tags: recommended tags, best first.
        explanations: of the first items scored by the model itself.
    """

    name: Name
    title: Name
    settings: dict[str, Any]
    state_sha256: dict[str, Name]
    answers: Annotated[list[CaseAnswer], Field(max_length=1000)]
    tags: Annotated[list[Text], Field(max_length=1000)]
    explanations: Annotated[list[CaseExplanation], Field(max_length=100)]


class CaseSeed(_Part):
    """The open playlist, the excluded items, and the id of the held-out playlist it came from ("" for none)."""

    songs: Annotated[list[CaseItem], Field(max_length=10_000)]
    weights: Annotated[list[float], Field(max_length=10_000)]
    tags: Annotated[list[Text], Field(max_length=10_000)]
    title: Text
    banned: Annotated[list[CaseItem], Field(max_length=10_000)]
    question: Name


class CaseRun(_Part):
    """Provenance: the id, fingerprint, vocabulary hash, settings and versions of the run."""

    id: Name
    created: Name
    data: Name
    fingerprint: Name
    vocabulary_hash: Name
    seed: int
    ranking: dict[str, Any]
    tie_rule: Name
    versions: dict[str, Name]
    item_noun: Name
    items_noun: Name


class CaseFile(_Part):
    """The whole case.

    Args:
        format, version: identify a case file.
        saved: UTC, ISO 8601, to the second.
        depth: number of items requested.
        tag_depth: number of tags requested.
    """

    format: Literal["playrec case"]
    version: Literal[1]
    saved: Name
    depth: Annotated[int, Field(gt=0, le=1000)]
    tag_depth: Annotated[int, Field(ge=0, le=1000)]
    run: CaseRun
    seed: CaseSeed
    models: Annotated[list[CaseModel], Field(max_length=200)]

    def to_json(self) -> bytes:
        """Return the file content for `read`."""
        return self.model_dump_json(indent=1).encode()


def build(
    run: LoadedRun,
    seed: Seed,
    models: Sequence[str],
    *,
    depth: int,
    tag_depth: int,
    banned: Collection[int] = (),
    question: str = "",
) -> CaseFile:
    """Return the case of the recommendations of several models.

    Args:
        run: with the models.
        seed: the seed.
        models: their names, in display order.
        depth, tag_depth: number of items and tags of each.
        banned: excluded item_idx.
        question: id of the held-out playlist of the seed.
    """
    manifest, config = run.run.manifest, run.config
    return CaseFile(
        format="playrec case",
        version=1,
        saved=datetime.now(UTC).isoformat(timespec="seconds"),
        depth=depth,
        tag_depth=tag_depth,
        run=CaseRun(
            id=run.id,
            created=manifest.created,
            data=manifest.dataset.name,
            fingerprint=manifest.dataset.fingerprint,
            vocabulary_hash=manifest.vocabulary_hash,
            seed=manifest.seed,
            ranking=config.ranking.model_dump(mode="json"),
            tie_rule=TIE_RULE,
            versions=manifest.versions,
            # Untranslated, whatever the language of the session.
            item_noun=run.dataset.nouns.item,
            items_noun=run.dataset.nouns.items,
        ),
        seed=CaseSeed(
            songs=_items(run, seed.songs),
            weights=list(seed.weights),
            tags=list(map(str, run.dataset.tags.outside(seed.tags))),
            title=seed.title,
            banned=_items(run, tuple(banned)),
            question=question[:_LONGEST_NAME],
        ),
        models=[
            _model(run, name, seed, run.recommend_one(name, seed, k=depth, n_tags=tag_depth, banned=banned))
            for name in models
        ],
    )


def _items(run: LoadedRun, items: Sequence[int]) -> list[CaseItem]:
    rows = np.asarray(items, dtype=np.int64)
    titles, artists = (run.dataset.catalogue[column].take(rows).to_pylist() for column in (TITLE, ARTIST))
    return [
        CaseItem(id=outside, title=(title or "")[:_LONGEST_NAME], artist=(artist or "")[:_LONGEST_NAME])
        for outside, title, artist in zip(run.dataset.items.outside(rows), titles, artists, strict=True)
    ]


def _model(run: LoadedRun, name: str, seed: Seed, ranked: Ranked) -> CaseModel:
    answers = [
        CaseAnswer.model_validate(vars(item) | {"score": score, "source": Source(source).name.lower()})
        for item, score, source in zip(
            _items(run, ranked.items.tolist()), ranked.scores.tolist(), ranked.sources.tolist(), strict=True
        )
    ]
    own = [item for item, source in zip(ranked.items.tolist(), ranked.sources.tolist(), strict=True) if not source]
    explanations = []
    for item in own[:EXPLAINED] if seed.songs else []:
        found = run.explain(name, seed, item)
        explanations.append(
            CaseExplanation(
                item=run.dataset.items.outside([item])[0],
                kind=found.kind,
                baseline=float(found.baseline),
                score=float(found.score),
                # Contributions are infinite where the item has no score without a song; JSON has no infinity.
                contributions=np.nan_to_num(found.contributions, nan=0.0, posinf=found.score, neginf=0.0).tolist(),
            )
        )
    return CaseModel(
        name=name,
        title=run.model_title(name),
        settings=_settings(run, name),
        state_sha256=state_hashes(run, name),
        answers=answers,
        tags=list(map(str, run.dataset.tags.outside(ranked.tags))),
        explanations=explanations,
    )


def _settings(run: LoadedRun, name: str) -> dict[str, Any]:
    model = registry.create(name, run.config.models[name])
    return {"kind": model.kind, **model.config.model_dump(mode="json")}


def state_hashes(run: LoadedRun, name: str) -> dict[str, str]:
    """Return the SHA-256 of the stored states of a model and its members, by name."""
    stored = run.run.manifest.files.get(f"model-{name}/state.safetensors")  # an ensemble saved separately has no state
    found = {name: stored.sha256} if stored else {}
    for part in run.model(name).parts():
        found |= state_hashes(run, part)
    return found


def read(name: str, content: bytes) -> CaseFile:
    """Read a case file.

    Args:
        name: of the file, for error messages.
        content: its bytes.

    Raises:
        DataError: too large, not JSON, or not a case file; names the first invalid field.
    """
    file = Path(clean(name)[:100] or "file")
    if len(content) > LARGEST_MB * 1_000_000:
        raise DataError(file, "", tr("is larger than {limit} MB, the limit for case files", limit=LARGEST_MB))
    try:
        return CaseFile.model_validate_json(content.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = clean(".".join(map(str, first["loc"])))[:200]
        problem = tr("is not a playrec case file: {problem}", problem=first["msg"][:300])
        raise DataError(file, where, problem) from None


@dataclass(frozen=True)
class ModelCheck:
    """Comparison of one model with the case.

    Args:
        name, title: as in the case.
        known: whether the current run has a model of this name, of the same kind and settings.
        same_state: whether the fitted state is identical, by hash.
        same_list: the same items in the same order.
        shared: number of items in both lists.
        length: of the saved list.
        first_change: the first rank that differs, from 1; None if none does.
        same_tags: the same tags in the same order.
        score_change: the largest score difference of items at the same rank in both lists.
    """

    name: str
    title: str
    known: bool
    same_state: bool = False
    same_list: bool = False
    shared: int = 0
    length: int = 0
    first_change: int | None = None
    same_tags: bool = False
    score_change: float = 0.0


@dataclass(frozen=True)
class Recheck:
    """Comparison of the current run with the case.

    Args:
        same_run, same_data, same_vocabulary: whether id, data fingerprint and vocabulary hash are equal.
        unknown: number of seed songs, seed tags and excluded items that are not in the current data.
        models: in the order of the case.
    """

    same_run: bool
    same_data: bool
    same_vocabulary: bool
    unknown: int
    models: list[ModelCheck]

    @property
    def same_lists(self) -> bool:
        """Whether every model reproduces the saved list and tags."""
        return all(one.same_list and one.same_tags for one in self.models)


def recheck(case: CaseFile, run: LoadedRun) -> Recheck:
    """Re-run the case with a loaded run and compare."""
    seed, banned, unknown = question_of(case, run)
    return Recheck(
        case.run.id == run.id,
        case.run.fingerprint == run.run.manifest.dataset.fingerprint,
        case.run.vocabulary_hash == run.run.manifest.vocabulary_hash,
        unknown,
        [_check(saved, case, run, seed, banned) for saved in case.models],
    )


def question_of(case: CaseFile, run: LoadedRun) -> tuple[Seed, tuple[int, ...], int]:
    """Return the seed and the excluded item_idx of a case in a run, and the number of unknown ids among them."""
    songs = run.dataset.items.index([song.id for song in case.seed.songs]).tolist()
    tags = run.dataset.tags.index(case.seed.tags).tolist()
    banned = run.dataset.items.index([song.id for song in case.seed.banned]).tolist()
    weights = case.seed.weights if len(case.seed.weights) == len(songs) else []
    record = Record("", (), tuple(case.seed.tags), clean(case.seed.title), tuple(weights))
    held_out = run.held_out_by_id(case.seed.question)
    updated = held_out.seed.updated if held_out else 0
    seed = replace(seed_of_rows(record, songs, tags), other_tags=(), updated=updated)
    return seed, tuple(item for item in banned if item != UNKNOWN), [*songs, *tags, *banned].count(UNKNOWN)


def _check(saved: CaseModel, case: CaseFile, run: LoadedRun, seed: Seed, banned: tuple[int, ...]) -> ModelCheck:
    if saved.name not in run.model_names or _settings(run, saved.name) != saved.settings:
        return ModelCheck(saved.name, saved.title, False, length=len(saved.answers))
    now = run.recommend_one(saved.name, seed, k=case.depth, n_tags=case.tag_depth, banned=banned)
    before = [(str(answer.id), answer.score) for answer in saved.answers]
    after = [(str(i), s) for i, s in zip(run.dataset.items.outside(now.items), now.scores.tolist(), strict=True)]
    old, new = [item for item, _ in before], [item for item, _ in after]
    changes = [place for place, (a, b) in enumerate(zip(old, new, strict=False), start=1) if a != b]
    first = changes[0] if changes else (min(len(old), len(new)) + 1 if len(old) != len(new) else None)
    return ModelCheck(
        saved.name,
        saved.title,
        True,
        same_state=state_hashes(run, saved.name) == saved.state_sha256,
        same_list=old == new,
        shared=len(set(old) & set(new)),
        length=len(old),
        first_change=first,
        same_tags=list(map(str, run.dataset.tags.outside(now.tags))) == saved.tags,
        score_change=max((abs(a[1] - b[1]) for a, b in zip(before, after, strict=False) if a[0] == b[0]), default=0.0),
    )
