"""Mixes: votes that people saved beside a run, which then stand among its models.

A run is sealed by its hashes and takes nothing in. So a mix is a small file next to it::

    artifacts/mixes/<run id>/<name>.toml

It holds what ``[models.NAME]`` of a configuration would hold for a `playrec_core.models.ensembles.rank_vote`, and a
title. A vote learns nothing, so that is all there is to it: its answers follow from its members'.

The name ends with a hash of the content. A mix therefore never changes: other weights are another mix under another
name. Whatever is kept under a model's name, be it an answer in memory, a link or a judge's verdict, stays true of it;
and a file that somebody cut or edited no longer fits its name and is left out.
"""

import contextlib
import hashlib
import json
import re
import tomllib
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playrec_core.config import Frozen
from playrec_core.errors import PlayrecError
from playrec_core.i18n import tr
from playrec_core.models.ensembles.rank_vote import RankVote, RankVoteConfig
from playrec_core.store.durable import replace_file

FOLDER = "mixes"
MOST_MEMBERS = 8
MOST_MIXES = 24
LONGEST_TITLE = 40
_LARGEST_FILE = 16_384
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")


class MixError(PlayrecError):
    """A mix cannot be saved or removed; says why, in the reader's language."""


@dataclass(frozen=True)
class Mix:
    """A vote of some of a run's models.

    Args:
        title: what its maker calls it: one line, at most `LONGEST_TITLE` characters.
        weights: (model, weight above 0), at least two.
        depth: how many places of each member's list count.
    """

    title: str
    weights: tuple[tuple[str, float], ...]
    depth: int

    @property
    def name(self) -> str:
        """Its key among the run's models: letters of the title, and eight digits that follow from its content."""
        ascii_title = unicodedata.normalize("NFKD", self.title).encode("ascii", "ignore").decode().lower()
        readable = re.sub(r"[^a-z0-9]+", "-", ascii_title).strip("-")[:30].strip("-")
        return f"{readable or 'mix'}-{hashlib.sha256(self._content().encode()).hexdigest()[:8]}"

    @property
    def table(self) -> dict[str, Any]:
        """``[models.NAME]``, as `playrec_core.models.registry` reads it."""
        return {"kind": RankVote.kind, "depth": self.depth, "weights": dict(self.weights)}

    def _content(self) -> str:
        return json.dumps([self.title, self.weights, self.depth], ensure_ascii=False)


class _File(Frozen):
    title: str
    models: dict[str, dict[str, Any]]


def mix_of(title: str, weights: Mapping[str, float], depth: int) -> Mix:
    """A mix under a title somebody typed: control characters go, blanks become one.

    Raises:
        MixError: nothing is left of the title, or it is too long.
    """
    printable = "".join(" " if unicodedata.category(one).startswith("C") else one for one in title)
    clean = " ".join(printable.split())
    if not clean:
        raise MixError(tr("Give the mix a name."))
    if len(clean) > LONGEST_TITLE:
        raise MixError(tr("A name may have {most} characters; this one has {n}.", most=LONGEST_TITLE, n=len(clean)))
    return Mix(clean, tuple((name, float(weight)) for name, weight in weights.items()), depth)


def as_toml(name: str, weights: Mapping[str, float], depth: int) -> str:
    """The vote as a table of a configuration: ``[models.NAME]``, to be trained with the models it is made of."""
    votes = ", ".join(f"{_quoted(model)} = {float(weight)!r}" for model, weight in weights.items())
    return f'[models.{_quoted(name)}]\nkind = "rank-vote"\ndepth = {depth}\nweights = {{ {votes} }}\n'


def _quoted(text: str) -> str:
    """A TOML string, in ASCII, so that a file that is read in another encoding says the same.

    It is JSON's, but for what lies beyond 16 bits: JSON writes two surrogates there, which TOML has not (TOML 1.0,
    "String").
    """
    return '"' + "".join(f"\\U{ord(one):08x}" if ord(one) > 0xFFFF else json.dumps(one)[1:-1] for one in text) + '"'


def save(artifacts: Path, run_id: str, mix: Mix) -> None:
    """Keep a mix beside a run, in one step; again is harmless.

    Raises:
        MixError: there are `MOST_MIXES` already, or the folder cannot be written.
    """
    folder = artifacts / FOLDER / run_id
    file = folder / f"{mix.name}.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        others = [one for one in folder.glob("*.toml") if one != file]
        if len(others) >= MOST_MIXES:
            raise MixError(tr("{n} mixes are saved already. Remove one first.", n=len(others)))
        replace_file(file, f"title = {_quoted(mix.title)}\n\n{as_toml(mix.name, dict(mix.weights), mix.depth)}")
    except OSError as error:
        raise MixError(tr("{file} cannot be written: {why}", file=file, why=error.strerror or error)) from None


def remove(artifacts: Path, run_id: str, name: str) -> None:
    """Forget a saved mix; one that is gone already is gone.

    Raises:
        MixError: the file cannot be removed.
    """
    if not _NAME.fullmatch(name):
        raise MixError(tr("There is no mix {name}.", name=repr(name[:80])))
    file = artifacts / FOLDER / run_id / f"{name}.toml"
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise MixError(tr("{file} cannot be removed: {why}", file=file, why=error.strerror or error)) from None


def listing(artifacts: Path, run_id: str) -> tuple[tuple[str, int, int], ...]:
    """(file, size, time of change) of what is saved beside a run: equal as long as `load` would find the same."""
    found = []
    for file in sorted((artifacts / FOLDER / run_id).glob("*.toml")):
        with contextlib.suppress(FileNotFoundError):  # another session removed it this moment
            stat = file.stat()
            found.append((file.name, stat.st_size, stat.st_mtime_ns))
    return tuple(found)


def load(artifacts: Path, run_id: str, members: Collection[str], depth: int) -> tuple[tuple[Mix, ...], tuple[str, ...]]:
    """What is saved beside a run, by title.

    Args:
        artifacts: the folder of runs.
        run_id: whose mixes.
        members: the run's own models: nobody else may vote.
        depth: how many places of each are stored: no vote goes deeper.

    Returns:
        The mixes, and a line for each file that is none: file, fault, cure.
    """
    found, problems = [], []
    for file, *_ in listing(artifacts, run_id):
        path = artifacts / FOLDER / run_id / file
        try:
            found.append(_read(path, members, depth))
        except _UnreadableError as fault:
            problems.append(f"{path}: {fault} Remove the file, or save the mix anew.")
    return tuple(sorted(found, key=lambda mix: (mix.title, mix.name))), tuple(problems)


class _UnreadableError(Exception):
    """Why a file is no mix, in a sentence."""


def _read(path: Path, members: Collection[str], depth: int) -> Mix:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE)
        values = _File.model_validate(tomllib.loads(content.decode("utf-8")))
        ((name, table),) = values.models.items()
        config = RankVoteConfig.model_validate({key: value for key, value in table.items() if key != "kind"})
    except OSError as error:
        raise _UnreadableError(f"cannot be read ({error.strerror}).") from None
    except (ValueError, RecursionError):
        raise _UnreadableError("not a mix: cut short or edited by hand.") from None
    mix = Mix(values.title, tuple(config.weights.items()), config.depth)
    if not (mix.name == name == path.stem and table.get("kind") == RankVote.kind):
        raise _UnreadableError("its content is not what its name was made from.")
    if missing := [one for one in config.weights if one not in members]:
        raise _UnreadableError(f"it asks {missing[0]!r}, which this run has not trained.")
    if name in members:
        raise _UnreadableError("a model of the run has this name.")
    if len(mix.weights) > MOST_MEMBERS or mix.depth > depth or len(mix.title) > LONGEST_TITLE:
        raise _UnreadableError(f"at most {MOST_MEMBERS} models may vote, on at most {depth} places each.")
    return mix
