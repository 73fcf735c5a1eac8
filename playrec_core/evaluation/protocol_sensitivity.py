"""The protocol lens: the same answers of the same models, judged by rules that papers and tools really use.

Three choices hide in every leaderboard. Which items a hidden one is ranked among: the whole catalogue, or a few drawn
at random (Krichene and Rendle, "On sampled metrics for item recommendation", KDD 2020: not even the order of models
survives). Where it stands among items of equal score: first, last, or where this program's tie rule puts it. And which
questions were drawn. Each hidden item is ranked alone, among the items that are neither shown nor hidden, so that the
two ways of ranking differ in nothing but the candidates.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from playrec_core.data.held_out import HeldOut
from playrec_core.models.base import Recommender
from playrec_core.schema import Progress, Seed, no_progress

Ties = Literal["ours", "optimistic", "pessimistic"]
Ranking = Literal["full", "sampled"]
Part = Literal["all", "first half", "second half"]
LensMetric = Literal["ndcg", "recall"]
DEPTH = 10
_BATCH = 64


@dataclass(frozen=True)
class Protocol:
    """One way to judge: among which items, how ties are broken, on which of the questions."""

    ranking: Ranking = "full"
    ties: Ties = "ours"
    part: Part = "all"


OURS = Protocol()
PROTOCOLS = (
    OURS,
    replace(OURS, ranking="sampled"),
    replace(OURS, ties="optimistic"),
    replace(OURS, ties="pessimistic"),
    replace(OURS, part="first half"),
    replace(OURS, part="second half"),
)
"""This program's way, and those that differ from it in one choice."""


@dataclass(frozen=True, eq=False)
class Places:
    """Where a model puts each hidden item among some candidates.

    Args:
        better: (n_hidden,) float, the candidates with a higher score; infinite for an item that training did not know.
        equal: (n_hidden,) the other candidates with the same score.
        before: (n_hidden,) those of the equal ones that the tie rule of `playrec_core.numerics.topk` puts first.
    """

    better: np.ndarray
    equal: np.ndarray
    before: np.ndarray

    def ranks(self, ties: Ties) -> np.ndarray:
        """(n_hidden,) float, from 1."""
        behind = {"ours": self.before, "optimistic": 0, "pessimistic": self.equal}[ties]
        return 1 + self.better + behind

    @classmethod
    def joined(cls, parts: Sequence["Places"]) -> "Places":
        """Several one after the other."""
        return cls(
            np.concatenate([part.better for part in parts]),
            np.concatenate([part.equal for part in parts]),
            np.concatenate([part.before for part in parts]),
        )


def places(scores: np.ndarray, hidden: np.ndarray, candidates: np.ndarray) -> Places:
    """Where each hidden item stands among the candidates and itself, by one row of scores.

    Args:
        scores: (n_items,) float32; -inf where the model cannot say, all such items being equal.
        hidden: (n_hidden,) item_idx; at or beyond n_items when training did not know it.
        candidates: (n_candidates,) item_idx, none of them hidden.
    """
    known = hidden < len(scores)
    own = scores[np.where(known, hidden, 0)][:, None]
    others = scores[candidates][None, :]
    ties = others == own
    better = np.where(known, (others > own).sum(axis=1), np.inf)
    return Places(better, ties.sum(axis=1), (ties & (candidates[None, :] < hidden[:, None])).sum(axis=1))


@dataclass(frozen=True, eq=False)
class Lens:
    """Some models' answers to some questions, ready to be judged by any `Protocol`.

    Args:
        rows: (n_questions,) the questions that were drawn, as rows of the held-out table.
        owner: (n_hidden,) to which of ``rows`` each hidden item belongs, as a place in it.
        found: where each model puts each hidden item, by model and ranking.
        n_candidates: the mean number of items a hidden one is ranked among, by ranking.
    """

    rows: np.ndarray
    owner: np.ndarray
    found: Mapping[str, Mapping[Ranking, Places]]
    n_candidates: Mapping[Ranking, float]

    def values(self, model: str, protocol: Protocol, metric: LensMetric) -> np.ndarray:
        r"""(n_questions of the part,) float64: the mean over a question's hidden items of what each is worth.

        .. math::
            recall@10: [rank \le 10] \qquad nDCG@10: \frac{[rank \le 10]}{\log_2(rank + 1)}
        """
        ranks = self.found[model][protocol.ranking].ranks(protocol.ties)
        gains = (ranks <= DEPTH) / (np.log2(ranks + 1) if metric == "ndcg" else 1.0)
        n = len(self.rows)
        means = np.bincount(self.owner, gains, minlength=n) / np.bincount(self.owner, minlength=n)
        half = n // 2  # the rows were drawn in random order, so either half is a fair draw
        return {"all": means, "first half": means[:half], "second half": means[half:]}[protocol.part]

    def board(self, protocol: Protocol, metric: LensMetric) -> dict[str, float]:
        """Each model's mean, the best first; equal ones in the order of the models."""
        means = {model: float(self.values(model, protocol, metric).mean()) for model in self.found}
        return dict(sorted(means.items(), key=lambda entry: -entry[1]))

    def moved_by_ties(self, model: str, ties: Ties) -> float:
        """The share of hidden items that another tie rule brings into the first ten, or out of them."""
        where = self.found[model]["full"]
        return float(((where.ranks("ours") <= DEPTH) != (where.ranks(ties) <= DEPTH)).mean())

    def within(self, model: str, depth: float) -> float:
        """The share of hidden items among the first ``depth`` of the whole catalogue."""
        return float((self.found[model]["full"].ranks("ours") <= depth).mean())


def swapped_pairs(board: Mapping[str, float], other: Mapping[str, float]) -> list[tuple[str, str]]:
    """The pairs of models whose order two leaderboards disagree on, first the one that the first board has ahead."""
    names = list(board)
    return [
        (ahead, behind)
        for place, ahead in enumerate(names)
        for behind in names[place + 1 :]
        if board[ahead] > board[behind] and other[ahead] < other[behind]
    ]


def look(
    models: Mapping[str, Recommender],
    held_out: HeldOut,
    *,
    n_items: int,
    n_questions: int,
    n_sampled: int,
    seed: int,
    progress: Progress = no_progress,
) -> Lens:
    """Ask the models again, keeping every score this time, and place each hidden item.

    Args:
        models: fitted, by name.
        held_out: the run's questions.
        n_items: size of the catalogue.
        n_questions: how many questions are drawn, of those that hide an item; all where there are fewer.
        n_sampled: how many items are drawn for the sampled ranking, for each question anew and alike for every model.
        seed: of both draws.

    Raises:
        ValueError: no question hides an item.
    """
    rng = np.random.default_rng(seed)
    starts = held_out.hidden_songs.indptr
    rows = rng.permutation(np.flatnonzero(np.diff(starts)))[:n_questions]
    if not len(rows):
        raise ValueError("no question hides an item")
    hidden = [held_out.hidden_songs.indices[starts[row] : starts[row + 1]] for row in rows]
    seeds = [held_out.seeds[row] for row in rows]
    unseen = [_unseen(one, gone, n_items) for one, gone in zip(seeds, hidden, strict=True)]
    drawn = [rng.choice(some, min(n_sampled, len(some)), replace=False) for some in unseen]
    candidates: dict[Ranking, list[np.ndarray]] = {"full": unseen, "sampled": drawn}
    found: dict[str, dict[Ranking, Places]] = {}
    for done, (name, model) in enumerate(models.items()):
        placed: dict[Ranking, list[Places]] = {"full": [], "sampled": []}
        for question, scores in enumerate(
            _scores(model, seeds, lambda part, d=done: progress((d + part) / len(models)))
        ):
            for ranking, some in candidates.items():
                placed[ranking].append(places(scores, hidden[question], some[question]))
        found[name] = {ranking: Places.joined(parts) for ranking, parts in placed.items()}
    owner = np.repeat(np.arange(len(rows)), [len(one) for one in hidden])
    sizes: dict[Ranking, float] = {
        ranking: float(np.mean([len(one) for one in some])) for ranking, some in candidates.items()
    }
    return Lens(rows, owner, found, sizes)


def _unseen(seed: Seed, hidden: np.ndarray, n_items: int) -> np.ndarray:
    """Every item that is neither shown nor hidden."""
    free = np.ones(n_items, dtype=bool)
    free[[song for song in (*seed.songs, *hidden.tolist()) if song < n_items]] = False
    return np.flatnonzero(free)


def _scores(model: Recommender, seeds: Sequence[Seed], progress: Callable[[float], None]):
    """A row of scores a seed; never more than a batch of them in memory."""
    for start in range(0, len(seeds), _BATCH):
        yield from model.score(seeds[start : start + _BATCH])
        progress(min(start + _BATCH, len(seeds)) / len(seeds))
