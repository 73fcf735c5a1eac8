"""A case file: one seed, what every shown model answered, why, and what it takes to ask again; as one JSON file.

It speaks outside ids and names, so it can be read without the run, the models or playrec. With a run at hand, `recheck`
asks the same question again and says what differs. A case file comes from somebody else: it is checked against its
schema, limited in size, and trusted in nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from playrec_core.data.builder import clean
from playrec_core.data.types.vocabulary import UNKNOWN
from playrec_core.errors import DataError
from playrec_core.i18n import tr
from playrec_core.models import registry
from playrec_core.numerics.topk import TIE_RULE
from playrec_core.schema import ARTIST, TITLE, Ranked, Seed, Source

from .loaded_run import LoadedRun

LARGEST_MB = 5
EXPLAINED = 3
"""How many of a model's first answers are explained."""
_LONGEST_NAME = 500

Text = Annotated[str, Field(max_length=20_000)]
Name = Annotated[str, Field(max_length=_LONGEST_NAME)]
Id = int | Text


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class CaseItem(_Part):
    """An item: its outside id and its names when the case was saved."""

    id: Id
    title: Name
    artist: Name


class CaseAnswer(CaseItem):
    """An answered item, with the score and the path that gave it (`Source`, in lower case)."""

    score: float
    source: Literal["model", "tags", "title", "popular"]


class CaseExplanation(_Part):
    """Why one answer has its score: `playrec_core.models.explanation.Explanation`, contributions in seed order."""

    item: Id
    kind: Literal["exact", "occlusion"]
    baseline: float
    score: float
    contributions: Annotated[list[float], Field(max_length=10_000)]


class CaseModel(_Part):
    """One model's answer.

    Args:
        name: in the configuration.
        title: on screen, in the language of whoever saved it.
        settings: its table of the configuration, with its kind.
        state_sha256: of its fitted state, and of those of the models it is made of, by name.
        answers: best first.
        tags: answered tags, best first.
        explanations: of the first answers that are the model's own.
    """

    name: Name
    title: Name
    settings: dict[str, Any]
    state_sha256: dict[str, Name]
    answers: Annotated[list[CaseAnswer], Field(max_length=1000)]
    tags: Annotated[list[Text], Field(max_length=1000)]
    explanations: Annotated[list[CaseExplanation], Field(max_length=100)]


class CaseSeed(_Part):
    """The open playlist: what was given, what was banned, and the held-out question it came from ("" for none)."""

    songs: Annotated[list[CaseItem], Field(max_length=10_000)]
    weights: Annotated[list[float], Field(max_length=10_000)]
    tags: Annotated[list[Text], Field(max_length=10_000)]
    title: Text
    banned: Annotated[list[CaseItem], Field(max_length=10_000)]
    question: Name


class CaseRun(_Part):
    """Which run answered: the manifest's id, fingerprint, vocabulary hash, settings and versions."""

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
        format, version: what tells a case file from any other JSON.
        saved: UTC, ISO 8601, to the second.
        depth: how many answers were asked for.
        tag_depth: how many tags.
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
        """What `read` reads."""
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
    """Ask the models and keep what they say.

    Args:
        run: with the models.
        seed: what to continue.
        models: their names, in the order to show them.
        depth, tag_depth: how many answers and tags of each.
        banned: item_idx never to answer.
        question: id of the held-out question the seed came from.
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
            # The data's own words, whatever the language of whoever saves.
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
            _model(run, name, seed, run.answer(name, seed, k=depth, n_tags=tag_depth, banned=banned)) for name in models
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
        CaseAnswer(**vars(item), score=score, source=_SOURCES[source])
        for item, score, source in zip(
            _items(run, ranked.items.tolist()), ranked.scores.tolist(), ranked.sources.tolist(), strict=True
        )
    ]
    own = [item for item, source in zip(ranked.items.tolist(), ranked.sources.tolist(), strict=True) if not source]
    explanations = []
    for item in own[:EXPLAINED] if seed.songs else []:
        said = run.explain(name, seed, item)
        explanations.append(
            CaseExplanation(
                item=run.dataset.items.outside([item])[0],
                kind=said.kind,
                baseline=float(said.baseline),
                score=float(said.score),
                # A model that cannot score the answer without a song says so with minus infinity, which is no JSON.
                contributions=np.nan_to_num(said.contributions, nan=0.0, posinf=said.score, neginf=0.0).tolist(),
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


_SOURCES: dict[int, Literal["model", "tags", "title", "popular"]] = {
    Source.MODEL: "model",
    Source.TAGS: "tags",
    Source.TITLE: "title",
    Source.POPULAR: "popular",
}


def _settings(run: LoadedRun, name: str) -> dict[str, Any]:
    model = registry.create(name, run.config.models[name])
    return {"kind": model.kind, **model.config.model_dump(mode="json")}


def state_hashes(run: LoadedRun, name: str) -> dict[str, str]:
    """SHA-256 of a model's stored state, and of those of the models it is made of, by name."""
    stored = run.run.manifest.files.get(f"model-{name}/state.safetensors")  # a mix saved beside the run learnt nothing
    found = {name: stored.sha256} if stored else {}
    for part in run.model(name).parts():
        found |= state_hashes(run, part)
    return found


def read(name: str, content: bytes) -> CaseFile:
    """A case file that somebody gives.

    Args:
        name: of the file, for the error.
        content: its bytes.

    Raises:
        DataError: too large, not JSON, or not a case file; names the first part at fault.
    """
    file = Path(clean(name)[:100] or "file")
    if len(content) > LARGEST_MB * 1_000_000:
        raise DataError(file, "", tr("is larger than {limit} MB; a case file is not", limit=LARGEST_MB))
    try:
        return CaseFile.model_validate_json(content.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = clean(".".join(map(str, first["loc"])))[:200]
        problem = tr("is not a case file that playrec saved: {problem}", problem=first["msg"][:300])
        raise DataError(file, where, problem) from None


@dataclass(frozen=True)
class ModelCheck:
    """One model asked again.

    Args:
        name, title: as in the case.
        known: whether the current run has a model of this name, of the same kind and settings.
        same_state: whether the fitted state is the very same, byte for byte.
        same_list: the same items in the same order.
        shared: how many items both lists hold.
        length: of the saved list.
        first_change: the first place that differs, from 1; None where none does.
        same_tags: the same tags in the same order.
        score_change: the largest difference of a score among the items both lists hold at the same place.
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
    """Whether the current run would still answer the same.

    Args:
        same_run, same_data, same_vocabulary: the run's id, the data's fingerprint, the numbering of items and tags.
        unknown: songs and tags of the seed, and banned items, that the current data does not know.
        models: in the case's order.
    """

    same_run: bool
    same_data: bool
    same_vocabulary: bool
    unknown: int
    models: list[ModelCheck]

    @property
    def same_lists(self) -> bool:
        """Whether every model would give the saved list and the saved tags."""
        return all(one.same_list and one.same_tags for one in self.models)


def recheck(case: CaseFile, run: LoadedRun) -> Recheck:
    """Ask the current run the saved question and compare."""
    seed, banned, unknown = question_of(case, run)
    return Recheck(
        case.run.id == run.id,
        case.run.fingerprint == run.run.manifest.dataset.fingerprint,
        case.run.vocabulary_hash == run.run.manifest.vocabulary_hash,
        unknown,
        [_check(saved, case, run, seed, banned) for saved in case.models],
    )


def question_of(case: CaseFile, run: LoadedRun) -> tuple[Seed, tuple[int, ...], int]:
    """The saved question in a run's row numbers: seed, banned item_idx, and how many of all these it does not know."""
    songs = run.dataset.items.index([song.id for song in case.seed.songs]).tolist()
    tags = run.dataset.tags.index(case.seed.tags).tolist()
    banned = run.dataset.items.index([song.id for song in case.seed.banned]).tolist()
    weights = case.seed.weights if len(case.seed.weights) == len(songs) else []
    places = {song: place for place, song in reversed(list(enumerate(songs))) if song != UNKNOWN}
    kept = sorted(places.values())
    seed = Seed(
        tuple(songs[place] for place in kept),
        tuple(dict.fromkeys(tag for tag in tags if tag != UNKNOWN)),
        clean(case.seed.title),
        tuple(weights[place] for place in kept) if weights else (),
    )
    return seed, tuple(item for item in banned if item != UNKNOWN), [*songs, *tags, *banned].count(UNKNOWN)


def _check(saved: CaseModel, case: CaseFile, run: LoadedRun, seed: Seed, banned: tuple[int, ...]) -> ModelCheck:
    if saved.name not in run.model_names or _settings(run, saved.name) != saved.settings:
        return ModelCheck(saved.name, saved.title, False, length=len(saved.answers))
    now = run.answer(saved.name, seed, k=case.depth, n_tags=case.tag_depth, banned=banned)
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
        score_change=max(
            (abs(a[1] - b[1]) for a, b in zip(before, after, strict=False) if a[0] == b[0]),
            default=0.0,
        ),
    )
