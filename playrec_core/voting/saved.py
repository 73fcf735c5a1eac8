"""Weighted votes saved beside a run, which then appear among its models.

A run is sealed by its hashes and cannot change, so a saved vote is a small file next to it::

    artifacts/mixes/<run id>/<name>.toml

It contains a title and the ``[models.NAME]`` table of a `playrec_core.models.ensembles.rank_vote`. A vote has no fitted
state: its recommendations follow from those of its members.

The name ends with a hash of the content, so a saved vote never changes: other weights are another vote under another
name. Everything stored under a model's name (cached recommendations, links, verdicts) stays valid, and a truncated or
edited file no longer matches its name and is ignored.
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
MOST_VOTES = 24
LONGEST_TITLE = 40
_LARGEST_FILE = 16_384
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")


class VoteError(PlayrecError):
    """A vote cannot be saved or removed; the message is translated."""


@dataclass(frozen=True)
class SavedVote:
    """A weighted vote of some of a run's models.

    Args:
        title: given by the user: one line, at most `LONGEST_TITLE` characters.
        weights: (model, weight above 0), at least two.
        depth: the depth of each member's list that counts.
    """

    title: str
    weights: tuple[tuple[str, float], ...]
    depth: int

    @property
    def name(self) -> str:
        """Its key among the run's models: letters of the title and eight digits of a hash of its content."""
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


def named_vote(title: str, weights: Mapping[str, float], depth: int) -> SavedVote:
    """A vote with a title typed by the user: control characters are dropped, blanks collapsed.

    Raises:
        VoteError: the title is empty or too long.
    """
    printable = "".join(" " if unicodedata.category(one).startswith("C") else one for one in title)
    clean = " ".join(printable.split())
    if not clean:
        raise VoteError(tr("Enter a name for the vote."))
    if len(clean) > LONGEST_TITLE:
        raise VoteError(
            tr("A name can have at most {most} characters; this one has {n}.", most=LONGEST_TITLE, n=len(clean))
        )
    return SavedVote(clean, tuple((name, float(weight)) for name, weight in weights.items()), depth)


def as_toml(name: str, weights: Mapping[str, float], depth: int) -> str:
    """The vote as ``[models.NAME]`` of a configuration, to train together with its members."""
    votes = ", ".join(f"{_quoted(model)} = {float(weight)!r}" for model, weight in weights.items())
    return f'[models.{_quoted(name)}]\nkind = "rank-vote"\ndepth = {depth}\nweights = {{ {votes} }}\n'


def _quoted(text: str) -> str:
    """A TOML string in ASCII: as in JSON, except beyond 16 bits, where TOML has no surrogates (TOML 1.0, "String")."""
    return '"' + "".join(f"\\U{ord(one):08x}" if ord(one) > 0xFFFF else json.dumps(one)[1:-1] for one in text) + '"'


def save(artifacts: Path, run_id: str, vote: SavedVote) -> None:
    """Save a vote beside a run, atomically and idempotently.

    Raises:
        VoteError: there are `MOST_VOTES` already, or the folder cannot be written.
    """
    folder = artifacts / FOLDER / run_id
    file = folder / f"{vote.name}.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        others = [one for one in folder.glob("*.toml") if one != file]
        if len(others) >= MOST_VOTES:
            raise VoteError(tr("{n} votes are already saved. Remove one first.", n=len(others)))
        replace_file(file, f"title = {_quoted(vote.title)}\n\n{as_toml(vote.name, dict(vote.weights), vote.depth)}")
    except OSError as error:
        raise VoteError(tr("{file} cannot be written: {why}", file=file, why=error.strerror or error)) from None


def remove(artifacts: Path, run_id: str, name: str) -> None:
    """Remove a saved vote, if it still exists.

    Raises:
        VoteError: the file cannot be removed.
    """
    if not _NAME.fullmatch(name):
        raise VoteError(tr("There is no saved vote {name}.", name=repr(name[:80])))
    file = artifacts / FOLDER / run_id / f"{name}.toml"
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise VoteError(tr("{file} cannot be removed: {why}", file=file, why=error.strerror or error)) from None


def listing(artifacts: Path, run_id: str) -> tuple[tuple[str, int, int], ...]:
    """(file, size, modification time) of the votes saved beside a run; equal while `load` would return the same."""
    found = []
    for file in sorted((artifacts / FOLDER / run_id).glob("*.toml")):
        with contextlib.suppress(FileNotFoundError):  # another session has just removed it
            stat = file.stat()
            found.append((file.name, stat.st_size, stat.st_mtime_ns))
    return tuple(found)


def load(
    artifacts: Path, run_id: str, members: Collection[str], depth: int
) -> tuple[tuple[SavedVote, ...], tuple[str, ...]]:
    """The votes saved beside a run, by title, and a line for each unreadable file: file, fault, remedy. A vote may have
    the run's own models as members, and at most the depth of the stored lists.
    """
    found, problems = [], []
    for file, *_ in listing(artifacts, run_id):
        path = artifacts / FOLDER / run_id / file
        try:
            found.append(_read(path, members, depth))
        except _UnreadableError as fault:
            problems.append(f"{path}: {fault} Remove the file, or save the vote again.")
    return tuple(sorted(found, key=lambda vote: (vote.title, vote.name))), tuple(problems)


class _UnreadableError(Exception):
    """Why a file cannot be read, in a sentence."""


def _read(path: Path, members: Collection[str], depth: int) -> SavedVote:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE)
        values = _File.model_validate(tomllib.loads(content.decode("utf-8")))
        ((name, table),) = values.models.items()
        config = RankVoteConfig.model_validate({key: value for key, value in table.items() if key != "kind"})
    except OSError as error:
        raise _UnreadableError(f"cannot be read ({error.strerror}).") from None
    except (ValueError, RecursionError):
        raise _UnreadableError("not a saved vote: truncated or edited by hand.") from None
    vote = SavedVote(values.title, tuple(config.weights.items()), config.depth)
    if not (vote.name == name == path.stem and table.get("kind") == RankVote.kind):
        raise _UnreadableError("its content does not match the hash in its name.")
    if missing := [one for one in config.weights if one not in members]:
        raise _UnreadableError(f"its member {missing[0]!r} is not in this run.")
    if name in members:
        raise _UnreadableError("a model of the run has this name.")
    if len(vote.weights) > MOST_MEMBERS or vote.depth > depth or len(vote.title) > LONGEST_TITLE:
        raise _UnreadableError(f"more than {MOST_MEMBERS} members, or a list depth over {depth}.")
    return vote
