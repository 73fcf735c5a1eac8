"""Two-stage ranking: several models generate candidates, a boosted ranker orders them.

The next step named in docs/sources/movie-rec-report.md, the architecture of most large recommenders (Covington, Adams &
Sargin, "Deep Neural Networks for YouTube Recommendations", RecSys 2016) and of the winner of the RecSys Challenge 2018
(Volkovs et al., "Two-stage Model for Automatic Playlist Continuation at Scale").

**Out-of-fold training.** The ranker must not be trained on scores of members fitted on the same playlists: these are
too good, and the ranker would trust them too much. So the training data is split again like the held-out playlists, a
second set of members is fitted on the rest, and the ranker learns from their candidates for the playlists split off.
The members that serve are fitted on all training data. The features contain no item indices (`candidate_features`), so
the indices of the two data sets need no mapping.
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
from playrec_core.models.card import ModelCard, Reference
from playrec_core.models.references import MOVIE_REC
from playrec_core.models.trace import Trace, TraceColumn, TraceStep
from playrec_core.numerics.topk import top_k
from playrec_core.schema import Nouns, Progress, Seed, no_progress

from .boosted_ranker import BoostedRanker, BoostingConfig
from .candidate_features import CandidateConfig, CandidateFeatures, Candidates

Example = tuple[np.ndarray, np.ndarray]
"""One out-of-fold query: the features of its candidates, and which of them were hidden, (n,) bool."""

_SHOWN, _MOST_MOVING, _BATCH = 10, 3, 128


class TwoStageConfig(Frozen):
    """Hyperparameters.

    Args:
        members: names of the first-stage models. Each is fitted 1 + ``rehearsals`` times: choose cheap ones.
        depth: candidates per member.
        practice: how the training data is split again; should resemble the split of the held-out playlists.
        rehearsals: number of such splits; each costs as much as fitting the members. More are useful if queries are
            few.
        questions: maximum number of queries per split.
        features: features of a candidate besides ranks and scores.
        boosting: hyperparameters of the ranker.
    """

    members: Annotated[tuple[str, ...], Field(min_length=2)]
    depth: Positive
    practice: Annotated[KakaoSplit | LeaveOutSplit, Field(discriminator="kind")]
    rehearsals: Positive
    questions: Positive
    features: CandidateConfig
    boosting: BoostingConfig


class TwoStage(Recommender):
    """score = the ranker's score for every candidate; other songs are not scored.

    Members without a prediction for the seed contribute no candidates; if there are none, the seed is left to the
    ranker in `playrec_core.ranking`. Tag scores are those of the first member that scores tags; without one the
    recommended songs vote.
    """

    kind = "two-stage"
    title = mark("Two-stage ranking")
    family = "combination"
    reads = frozenset({"songs", "tags", "title", "genres"})
    answers = frozenset({"songs", "tags"})
    card = ModelCard(
        summary=mark(
            "Several models propose candidates; boosted trees that see more about each candidate than any of the "
            "models put them in order. The trees learn from playlists that the members had not seen."
        ),
        equation=r"s_i = \sum_{k} T_k(\varphi(S, i))",
        symbols=mark(
            r"$\varphi(S, i)$: features of a candidate: rank and score by each member, popularity, tags and content "
            r"shared with the seed; $T_k$: regression trees trained for nDCG (LambdaMART)."
        ),
        references=(
            Reference(
                "Covington, Adams & Sargin, “Deep Neural Networks for YouTube Recommendations”, RecSys 2016",
                "https://doi.org/10.1145/2959100.2959190",
            ),
            Reference(
                "Volkovs et al., “Two-stage Model for Automatic Playlist Continuation at Scale”, RecSys Challenge 2018",
                "https://doi.org/10.1145/3267471.3267480",
            ),
            Reference(
                "Burges, “From RankNet to LambdaRank to LambdaMART: An Overview”, MSR-TR-2010-82",
                "https://www.microsoft.com/en-us/research/publication/from-ranknet-to-lambdarank-to-lambdamart-an-overview/",
            ),
            MOVIE_REC,
        ),
        page="two-stage",
    )
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
        examples: list[Example] = []
        share = 0.9 / self.config.rehearsals
        for done in range(self.config.rehearsals):
            share_of = _part_of(progress, start=done * share, share=share)
            examples += self._out_of_fold(dataset, rng=rng, device=device, progress=share_of)
        if not examples:
            raise MissingDataError("the first-stage models find no hidden item of any out-of-fold query")
        self.features = self._features(dataset)
        self.ranker = BoostedRanker.train(
            np.concatenate([table for table, _ in examples]),
            np.concatenate([hits for _, hits in examples]),
            np.repeat(np.arange(len(examples)), [len(hits) for _, hits in examples]),
            self.features.names(self._titles(), dataset.nouns),
            self.features.trends(len(self.config.members)),
            self.config.boosting,
            rng,
        )
        self.trees = self.ranker.to_array()
        progress(1.0)

    def practice(self, dataset: Dataset, rng: np.random.Generator) -> tuple[Dataset, HeldOut]:
        """Split the training data: what the second set of members is fitted on, and the playlists split off."""
        reduced, held_out = split(self.config.practice, dataset, Path(dataset.name), rng)
        chosen = np.sort(rng.permutation(len(held_out))[: self.config.questions])
        return reduced, HeldOut(held_out.table.take(chosen))

    def _features(self, dataset: Dataset) -> CandidateFeatures:
        return CandidateFeatures.build(dataset, self.config.features, self.config.depth)

    def _titles(self) -> list[str]:
        """The members' display names, with their names in the configuration where titles are equal."""
        titles = [tr(self.members[name].title) for name in self.config.members]
        return [
            f"{title} ({name})" if titles.count(title) > 1 else title
            for name, title in zip(self.config.members, titles, strict=True)
        ]

    def _out_of_fold(
        self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress
    ) -> list[Example]:
        """The training examples of one split: its queries for which a hidden item was found."""
        reduced, held_out = self.practice(dataset, rng)
        members = refit(self.members, reduced, rng=rng, device=device, progress=progress)
        features = self._features(reduced)
        examples = []
        for start in range(0, len(held_out), _BATCH):
            seeds = held_out.seeds[start : start + _BATCH]
            found = self._candidates(members, seeds)
            tables = features.tables(seeds, found)
            for query, (candidates, table) in enumerate(zip(found, tables, strict=True), start=start):
                hits = np.isin(candidates.items, held_out.hidden_songs[[query], :].indices)
                # Without a hit there is nothing to learn about the order.
                if hits.any():
                    examples.append((table, hits))
        return examples

    def _candidates(self, members: Mapping[str, Recommender], seeds: Sequence[Seed]) -> list[Candidates]:
        scores = [members[name].cached_scores(seeds)[0] for name in self.config.members]
        return [
            Candidates.gather([rows[row] for rows in scores], seed, self.config.depth) for row, seed in enumerate(seeds)
        ]

    @cached_property
    def ranker(self) -> BoostedRanker:
        """The trees, loaded when first needed, so that opening a run does not import xgboost."""
        return BoostedRanker.from_array(self.trees)

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        scores = np.full((len(seeds), self.features.n_items), CANNOT_SAY, dtype=np.float32)
        found = self._candidates(self.members, seeds)
        for row, (candidates, table) in enumerate(zip(found, self.features.tables(seeds, found), strict=True)):
            if len(table):
                scores[row, candidates.items] = self.ranker.score(table)
        return scores

    def trace(self, seed: Seed, nouns: Nouns) -> Trace | None:
        (candidates,) = self._candidates(self.members, [seed])
        if not len(candidates.items):
            return None
        (table,) = self.features.tables([seed], [candidates])
        scores = self.ranker.score(table)
        rows = top_k(scores, _SHOWN)
        items = TraceColumn(tr("Recommendation"), "item", candidates.items[rows].tolist())
        return Trace(
            (
                self._candidate_step(candidates, rows, items, nouns),
                self._ranking_step(table[rows], scores[rows], items, nouns),
                self._importance_step(nouns),
            )
        )

    def _candidate_step(self, candidates: Candidates, rows: np.ndarray, items: TraceColumn, nouns: Nouns) -> TraceStep:
        ranks = candidates.ranks[rows]
        by_model = [
            TraceColumn(title, "text", [f"{rank:.0f}" if np.isfinite(rank) else "–" for rank in column.tolist()])
            for title, column in zip(self._titles(), ranks.T, strict=True)
        ]
        return TraceStep(
            tr("Several models generate candidates"),
            tr(
                "The top {depth} {items} of each model: {n} different ones in all. Below, the first ten "
                "recommendations and their rank in each list.",
                depth=self.config.depth,
                items=nouns.items,
                n=len(candidates.items),
            ),
            (items, *by_model),
        )

    def _ranking_step(self, table: np.ndarray, scores: np.ndarray, items: TraceColumn, nouns: Nouns) -> TraceStep:
        parts = self.ranker.contributions(table)[:, :-1]
        names = self.features.names(self._titles(), nouns)
        most = np.argsort(-np.abs(parts), axis=1, kind="stable")[:, :_MOST_MOVING]
        texts = [
            [f"{names[column]} = {_value(table[row, column])}: {parts[row, column]:+.2f}" for column in columns]
            for row, columns in enumerate(most.tolist())
        ]
        headings = (tr("Largest contribution"), tr("second"), tr("third"))
        return TraceStep(
            tr("A ranker orders the candidates"),
            tr(
                "Boosted trees score the features of each {item}. The table shows the three features with the largest "
                "contributions, their values and contributions. All contributions and the mean score of the candidates "
                "sum exactly to the score.",
                item=nouns.item,
            ),
            (
                items,
                *(TraceColumn(heading, "text", [row[i] for row in texts]) for i, heading in enumerate(headings)),
                TraceColumn(tr("Score"), "number", scores.tolist()),
            ),
        )

    def _importance_step(self, nouns: Nouns) -> TraceStep:
        gains = self.ranker.gains()
        order = np.argsort(-gains, kind="stable")[:_SHOWN]
        names = self.features.names(self._titles(), nouns)
        return TraceStep(
            tr("Feature importance"),
            tr(
                "The same for every seed: each feature's share of the trees' total gain in training, on out-of-fold "
                "candidates."
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


def refit(
    members: Mapping[str, Recommender],
    dataset: Dataset,
    *,
    rng: np.random.Generator,
    device: str,
    progress: Progress,
) -> dict[str, Recommender]:
    """Fit new models of the same configurations, with their members, to another data set.

    Args:
        members: models by name; not modified.
        dataset: the data set to fit.
        rng: the only source of randomness.
        device: as in `Recommender.fit`.
        progress: called with the finished fraction.
    """
    # A member of several models is fitted once.
    made: dict[int, Recommender] = {}

    def fit(model: Recommender, done: Progress) -> Recommender:
        if id(model) not in made:
            fresh = type(model)(model.config)
            fresh.attach({name: fit(member, no_progress) for name, member in model.members.items()})
            fresh.fit(dataset, rng=rng, device=device, progress=done)
            made[id(model)] = fresh
        return made[id(model)]

    share = 1 / len(members)
    return {
        name: fit(model, _part_of(progress, start=i * share, share=share))
        for i, (name, model) in enumerate(members.items())
    }


def _part_of(progress: Progress, *, start: float, share: float) -> Progress:
    """Convert progress of a part of the work to progress of the whole."""
    return lambda part: progress(start + part * share)


def _too_small(dataset: Dataset, practice: KakaoSplit | LeaveOutSplit) -> str | None:
    """A message that the data is too small for the practice split; None if it is large enough."""
    if isinstance(practice, KakaoSplit):
        enough = 0 < int(dataset.n_playlists * (1 - practice.share)) < dataset.n_playlists
    else:
        longest = int(np.diff(dataset.interactions.indptr).max(initial=0))
        hidden = practice.count if practice.share is None else int(longest * practice.share)
        enough = bool(hidden) and longest - hidden >= practice.min_left
    return (
        None
        if enough
        else f"there are too few {dataset.nouns.playlists}, or they are too short, for the practice split"
    )


def _value(value: float) -> str:
    """A feature's value as a short text; NaN is unknown."""
    return f"{value:.4g}" if np.isfinite(value) else tr("not known")
