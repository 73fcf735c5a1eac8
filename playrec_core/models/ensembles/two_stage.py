"""Two-stage ranking (row R11): several models propose candidates, a boosted ranker puts them in order.

The Movie Rec wrap-up ends with what its team would have built next: the candidates of cheap models, and a second model
that sees more of each of them than any of the first could. It is the shape of most large recommenders (Covington,
Adams & Sargin, "Deep Neural Networks for YouTube Recommendations", RecSys 2016) and of the winner of the RecSys
Challenge 2018 (Volkovs et al., "Two-stage Model for Automatic Playlist Continuation at Scale").

**The rehearsal.** The ranker must not learn from members that know the answers: a member scores a playlist that it was
fitted on as if it had looked the rest up, and the ranker would learn to believe it. So the training data is split once
more, in the manner of the questions; a second set of members is fitted on what is left, they answer the practice
questions, and from what was hidden there the ranker learns whom to believe, and when. The members that serve are the
ones fitted on everything. Nothing a ranker sees has a row number in it (`candidate_features`), so the two numberings
need no mapping.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

import numpy as np
from pydantic import Field

from playrec_core.config import Frozen, KakaoSplit, LeaveOutSplit, Positive
from playrec_core.data.dataset import Dataset
from playrec_core.data.held_out import HeldOut
from playrec_core.data.split import split
from playrec_core.errors import MissingDataError
from playrec_core.i18n import mark, tr
from playrec_core.models.base import CANNOT_SAY, Recommender, State
from playrec_core.models.trace import Trace, TraceColumn, TraceStep
from playrec_core.numerics.topk import top_k
from playrec_core.schema import Nouns, Progress, Seed, no_progress

from .boosted_ranker import BoostedRanker, BoostingConfig
from .candidate_features import CandidateConfig, CandidateFeatures, Candidates

Lesson = tuple[np.ndarray, np.ndarray]
"""One practice question: the table of its candidates, and which of them, (n,) bool, were hidden."""

_SHOWN, _MOST_MOVING, _BATCH = 10, 3, 128


class TwoStageConfig(Frozen):
    """Hyperparameters.

    Args:
        members: the models that propose, by name. Each is fitted twice: choose cheap ones.
        depth: how many songs each one proposes.
        practice: how the training data is split once more; in the manner of the questions that will be asked.
        rehearsals: how often it is split, each time anew; more of them where the questions are few. Each one costs what
            fitting the members costs.
        questions: how many practice questions of each rehearsal are learnt from, at the most.
        features: what the ranker sees of a candidate beside its places and scores.
        boosting: the ranker's own.
    """

    members: Annotated[tuple[str, ...], Field(min_length=2)]
    depth: Positive
    practice: Annotated[KakaoSplit | LeaveOutSplit, Field(discriminator="kind")]
    rehearsals: Positive
    questions: Positive
    features: CandidateConfig
    boosting: BoostingConfig


class TwoStage(Recommender):
    """score = the ranker's for every song that a member proposes; the others cannot be said.

    A member without any opinion on the seed proposes nothing; where all do, the seed is left to
    `playrec_core.ranking.ranker`. Tags are those of the first member that answers tags itself; with no such member the
    answered songs vote.
    """

    kind = "two-stage"
    title = mark("Two-stage ranking")
    family = "combination"
    reads = frozenset({"songs", "tags", "title", "genres"})
    answers = frozenset({"songs", "tags"})
    Config = TwoStageConfig
    config: TwoStageConfig
    features: CandidateFeatures
    trees: np.ndarray
    """(n,) uint8, see `BoostedRanker.to_array`."""

    def parts(self) -> tuple[str, ...]:
        return self.config.members

    def missing(self, dataset: Dataset) -> str | None:
        return super().missing(dataset) or _too_small(dataset, self.config.practice)

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        if problem := self.missing(dataset):
            raise MissingDataError(problem)
        lessons: list[Lesson] = []
        share = 0.9 / self.config.rehearsals
        for done in range(self.config.rehearsals):
            told = _part_of(progress, start=done * share, share=share)
            lessons += self._rehearsal(dataset, rng=rng, device=device, progress=told)
        if not lessons:
            raise MissingDataError("the models of the first stage propose no right answer to any practice question")
        self.features = self._features(dataset)
        self.ranker = BoostedRanker.train(
            np.concatenate([table for table, _ in lessons]),
            np.concatenate([hits for _, hits in lessons]),
            np.repeat(np.arange(len(lessons)), [len(hits) for _, hits in lessons]),
            self.features.names(self._titles(), dataset.nouns),
            self.features.trends(len(self.config.members)),
            self.config.boosting,
            rng,
        )
        self.trees = self.ranker.to_array()
        progress(1.0)

    def practice(self, dataset: Dataset, rng: np.random.Generator) -> tuple[Dataset, HeldOut]:
        """What the second set of members is fitted on, and the practice questions, in its numbering."""
        reduced, held_out = split(self.config.practice, dataset, Path(dataset.name), rng)
        chosen = np.sort(rng.permutation(len(held_out))[: self.config.questions])
        return reduced, HeldOut(held_out.table.take(chosen))

    def _features(self, dataset: Dataset) -> CandidateFeatures:
        return CandidateFeatures.build(dataset, self.config.features, self.config.depth)

    def _titles(self) -> list[str]:
        """The members' names on screen, with those in the configuration where two are called the same."""
        titles = [tr(self.members[name].title) for name in self.config.members]
        return [
            f"{title} ({name})" if titles.count(title) > 1 else title
            for name, title in zip(self.config.members, titles, strict=True)
        ]

    def _rehearsal(
        self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress
    ) -> list[Lesson]:
        """What one practice split teaches: its questions to which a right answer was proposed."""
        reduced, practice = self.practice(dataset, rng)
        members = rehearse(self.members, reduced, rng=rng, device=device, progress=progress)
        features = self._features(reduced)
        lessons = []
        for start in range(0, len(practice), _BATCH):
            seeds = practice.seeds[start : start + _BATCH]
            found = self._candidates(members, seeds)
            tables = features.tables(seeds, found)
            for question, (candidates, table) in enumerate(zip(found, tables, strict=True), start=start):
                hits = np.isin(candidates.items, practice.hidden_songs[[question], :].indices)
                # Where all are wrong there is nothing to learn about order.
                if hits.any():
                    lessons.append((table, hits))
        return lessons

    def _candidates(self, members: Mapping[str, Recommender], seeds: Sequence[Seed]) -> list[Candidates]:
        scores = [members[name].cached_scores(seeds)[0] for name in self.config.members]
        return [
            Candidates.gather([rows[place] for rows in scores], seed, self.config.depth)
            for place, seed in enumerate(seeds)
        ]

    @cached_property
    def ranker(self) -> BoostedRanker:
        """The trees, made of their bytes when they are first asked: opening a run loads no library for them."""
        return BoostedRanker.from_array(self.trees)

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        scores = np.full((len(seeds), self.features.n_items), CANNOT_SAY, dtype=np.float32)
        found = self._candidates(self.members, seeds)
        for row, (candidates, table) in enumerate(zip(found, self.features.tables(seeds, found), strict=True)):
            if len(table):
                scores[row, candidates.items] = self.ranker.score(table)
        return scores

    def score_tags(self, seeds: Sequence[Seed]) -> np.ndarray | None:
        members = (self.members[name] for name in self.config.members)
        answering = next((member for member in members if "tags" in member.answers), None)
        return None if answering is None else answering.cached_scores(seeds)[1]

    def trace(self, seed: Seed, nouns: Nouns) -> Trace | None:
        (candidates,) = self._candidates(self.members, [seed])
        if not len(candidates.items):
            return None
        (table,) = self.features.tables([seed], [candidates])
        scores = self.ranker.score(table)
        rows = top_k(scores, _SHOWN)
        answers = TraceColumn(tr("Answer"), "item", candidates.items[rows].tolist())
        return Trace(
            (
                self._proposals(candidates, rows, answers, nouns),
                self._reasons(table[rows], scores[rows], answers, nouns),
                self._habits(nouns),
            )
        )

    def _proposals(self, candidates: Candidates, rows: np.ndarray, answers: TraceColumn, nouns: Nouns) -> TraceStep:
        places = candidates.places[rows]
        by_model = [
            TraceColumn(title, "text", [f"{place:.0f}" if np.isfinite(place) else "–" for place in column.tolist()])
            for title, column in zip(self._titles(), places.T, strict=True)
        ]
        return TraceStep(
            tr("Several models propose"),
            tr(
                "Each lists its first {depth} {items}: {n} different ones in all. The first ten of the answer, and "
                "the place that each had in every list.",
                depth=self.config.depth,
                items=nouns.items,
                n=len(candidates.items),
            ),
            (answers, *by_model),
        )

    def _reasons(self, table: np.ndarray, scores: np.ndarray, answers: TraceColumn, nouns: Nouns) -> TraceStep:
        parts = self.ranker.contributions(table)[:, :-1]
        names = self.features.names(self._titles(), nouns)
        most = np.argsort(-np.abs(parts), axis=1, kind="stable")[:, :_MOST_MOVING]
        texts = [
            [f"{names[column]} = {_value(table[row, column])}: {parts[row, column]:+.2f}" for column in columns]
            for row, columns in enumerate(most.tolist())
        ]
        headings = (tr("Moved it most"), tr("second"), tr("third"))
        return TraceStep(
            tr("A ranker puts them in order"),
            tr(
                "Trees see what is known of each {item} and add up. Beside each answer, the three things that moved it "
                "most, their value, and what they added to the score or took from it. All of them and the mean of all "
                "candidates add up to the score exactly.",
                item=nouns.item,
            ),
            (
                answers,
                *(
                    TraceColumn(heading, "text", [row[place] for row in texts])
                    for place, heading in enumerate(headings)
                ),
                TraceColumn(tr("Score"), "number", scores.tolist()),
            ),
        )

    def _habits(self, nouns: Nouns) -> TraceStep:
        gains = self.ranker.gains()
        order = np.argsort(-gains, kind="stable")[:_SHOWN]
        names = self.features.names(self._titles(), nouns)
        return TraceStep(
            tr("What it learnt to look at"),
            tr(
                "The same for every seed: the share of each feature in all that the trees won in the rehearsal, where "
                "models that had not seen the answers proposed them."
            ),
            (
                TraceColumn(tr("Feature"), "text", [names[column] for column in order]),
                TraceColumn(tr("Share"), "text", [f"{gains[column]:.0%}" for column in order]),
            ),
        )

    def state(self) -> State:
        return {"trees": self.trees, **self.features.state()}

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = cls(config)
        model.trees = state["trees"]
        model.features = CandidateFeatures.from_state(model.config.features, model.config.depth, state)
        return model


def rehearse(
    members: Mapping[str, Recommender],
    dataset: Dataset,
    *,
    rng: np.random.Generator,
    device: str,
    progress: Progress,
) -> dict[str, Recommender]:
    """Models of the same configurations, fitted anew on another data set, with all that they are made of.

    Args:
        members: by name; they are left as they are.
        dataset: what the new ones see.
        rng: the only source of randomness.
        device: as in `Recommender.fit`.
        progress: told the finished fraction.
    """
    # A model that several are made of is fitted once.
    made: dict[int, Recommender] = {}

    def again(model: Recommender, told: Progress) -> Recommender:
        if id(model) not in made:
            fresh = type(model)(model.config)
            fresh.attach({name: again(part, no_progress) for name, part in model.members.items()})
            fresh.fit(dataset, rng=rng, device=device, progress=told)
            made[id(model)] = fresh
        return made[id(model)]

    share = 1 / len(members)
    return {
        name: again(model, _part_of(progress, start=place * share, share=share))
        for place, (name, model) in enumerate(members.items())
    }


def _part_of(progress: Progress, *, start: float, share: float) -> Progress:
    """Progress of a part of the work, told as progress of the whole."""
    return lambda part: progress(start + part * share)


def _too_small(dataset: Dataset, practice: KakaoSplit | LeaveOutSplit) -> str | None:
    """That the data leaves nothing to practise on, in words; None when it does."""
    if isinstance(practice, KakaoSplit):
        enough = 0 < int(dataset.n_playlists * (1 - practice.share)) < dataset.n_playlists
    else:
        longest = int(np.diff(dataset.interactions.indptr).max(initial=0))
        hidden = practice.count if practice.share is None else int(longest * practice.share)
        enough = bool(hidden) and longest - hidden >= practice.min_left
    return None if enough else f"there are too few {dataset.nouns.playlists} or too short ones to practise on"


def _value(value: float) -> str:
    """A feature's value in a few characters; nothing is known where it is NaN."""
    return f"{value:.4g}" if np.isfinite(value) else tr("not known")
