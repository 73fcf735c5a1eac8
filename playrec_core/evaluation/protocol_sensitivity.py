"""Protocol sensitivity: the same scores evaluated by protocols used in papers and tools.

Three choices decide a leaderboard: the candidates a held-out item is ranked among (the whole catalogue, its part issued
before the playlist was last changed, or a random sample; Krichene and Rendle, "On sampled metrics for item
recommendation", KDD 2020, show that sampling can change the order of models), its rank among items of equal score
(first, last, or by this program's tie rule), and the playlists sampled for evaluation. Each held-out item is ranked on
its own, among the items that are neither shown nor held out, so that rankings differ only in their candidates.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from playrec_core.data.dates import issued_after
from playrec_core.data.held_out import HeldOut
from playrec_core.models.base import Recommender
from playrec_core.schema import Progress, Seed, no_progress

Ties = Literal["ours", "optimistic", "pessimistic"]
Ranking = Literal["full", "sampled", "released"]
Part = Literal["all", "first half", "second half"]
RankMetric = Literal["ndcg", "recall"]
DEPTH = 10
_BATCH = 64


@dataclass(frozen=True)
class Protocol:
    """An evaluation protocol: the candidates, the tie rule and the part of the playlists.

    The ranking "released" leaves out the items issued in a later month than the playlist was last changed in.
    """

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
"""This program's protocol, and those that differ from it in one choice."""
RELEASED = replace(OURS, ranking="released")
"""The same for data with the dates of items and playlists."""


@dataclass(frozen=True, eq=False)
class RankCounts:
    """Counts that give each held-out item's rank among some candidates under any tie rule.

    Args:
        better: (n_hidden,) float, the candidates with a higher score; infinite for an item unknown in training.
        equal: (n_hidden,) the other candidates with the same score.
        before: (n_hidden,) those with the same score that the tie rule of `playrec_core.numerics.topk` ranks first.
    """

    better: np.ndarray
    equal: np.ndarray
    before: np.ndarray

    def ranks(self, ties: Ties) -> np.ndarray:
        """(n_hidden,) float, 1-based."""
        behind = {"ours": self.before, "optimistic": 0, "pessimistic": self.equal}[ties]
        return 1 + self.better + behind

    @classmethod
    def joined(cls, parts: Sequence["RankCounts"]) -> "RankCounts":
        """The concatenation of several."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("better", "equal", "before")))


def rank_counts(scores: np.ndarray, hidden: np.ndarray, candidates: np.ndarray) -> RankCounts:
    """The `RankCounts` of each held-out item among the candidates, from one row of scores.

    Args:
        scores: (n_items,) float32; -inf where the model has no score, all of these being equal.
        hidden: (n_hidden,) item_idx; n_items or more if unknown in training.
        candidates: (n_candidates,) item_idx, none of them held out.
    """
    known = hidden < len(scores)
    own = scores[np.where(known, hidden, 0)][:, None]
    others = scores[candidates][None, :]
    ties = others == own
    better = np.where(known, (others > own).sum(axis=1), np.inf)
    return RankCounts(better, ties.sum(axis=1), (ties & (candidates[None, :] < hidden[:, None])).sum(axis=1))


@dataclass(frozen=True, eq=False)
class HeldOutRanks:
    """Ranks of held-out items by some models, ready for evaluation by any `Protocol`.

    Args:
        rows: (n_sampled,) the playlists sampled, as rows of the held-out table.
        owner: (n_hidden,) the index into ``rows`` of each held-out item's playlist.
        found: rank counts of the held-out items, by model and ranking.
        n_candidates: the mean number of candidates of a held-out item, by ranking.
    """

    rows: np.ndarray
    owner: np.ndarray
    found: Mapping[str, Mapping[Ranking, RankCounts]]
    n_candidates: Mapping[Ranking, float]

    @property
    def protocols(self) -> tuple[Protocol, ...]:
        """`PROTOCOLS`, and `RELEASED` if items were ranked by it."""
        return (*PROTOCOLS, RELEASED) if "released" in self.n_candidates else PROTOCOLS

    def values(self, model: str, protocol: Protocol, metric: RankMetric) -> np.ndarray:
        r"""(n_playlists of the part,) float64: the mean gain over a playlist's held-out items.

        .. math::
            recall@10: [rank \le 10] \qquad nDCG@10: \frac{[rank \le 10]}{\log_2(rank + 1)}
        """
        ranks = self.found[model][protocol.ranking].ranks(protocol.ties)
        gains = (ranks <= DEPTH) / (np.log2(ranks + 1) if metric == "ndcg" else 1.0)
        n = len(self.rows)
        means = np.bincount(self.owner, gains, minlength=n) / np.bincount(self.owner, minlength=n)
        half = n // 2  # the rows are in random order, so each half is a random sample
        return {"all": means, "first half": means[:half], "second half": means[half:]}[protocol.part]

    def leaderboard(self, protocol: Protocol, metric: RankMetric) -> dict[str, float]:
        """Each model's mean, the best first; ties in the order of the models."""
        means = {model: float(self.values(model, protocol, metric).mean()) for model in self.found}
        return dict(sorted(means.items(), key=lambda entry: -entry[1]))

    def moved_by_ties(self, model: str, ties: Ties) -> float:
        """The share of held-out items that another tie rule moves into or out of the top ten."""
        counts = self.found[model]["full"]
        return float(((counts.ranks("ours") <= DEPTH) != (counts.ranks(ties) <= DEPTH)).mean())

    def within(self, model: str, depth: float) -> float:
        """The share of held-out items in the top ``depth`` of the whole catalogue."""
        return float((self.found[model]["full"].ranks("ours") <= depth).mean())


def swapped_pairs(board: Mapping[str, float], other: Mapping[str, float]) -> list[tuple[str, str]]:
    """The pairs of models ordered differently by two leaderboards; the one ahead on the first comes first."""
    names = list(board)
    return [
        (ahead, behind)
        for index, ahead in enumerate(names)
        for behind in names[index + 1 :]
        if board[ahead] > board[behind] and other[ahead] < other[behind]
    ]


def rank_held_out(
    models: Mapping[str, Recommender],
    held_out: HeldOut,
    *,
    n_items: int,
    n_playlists: int,
    n_sampled: int,
    seed: int,
    released: np.ndarray | None = None,
    progress: Progress = no_progress,
) -> HeldOutRanks:
    """Score a sample of the held-out playlists in full and rank each held-out item.

    Args:
        models: fitted, by name.
        held_out: the run's held-out playlists.
        n_items: size of the catalogue.
        n_playlists: sample size, of the playlists with held-out items; all if there are fewer.
        n_sampled: negatives sampled per playlist for the sampled ranking, the same for every model.
        seed: of both samples.
        released: (n_items,) month of issue, as `playrec_core.data.dates.release_months`, for the ranking "released";
            None leaves that ranking out. A held-out item issued after the change is never found by it.

    Raises:
        ValueError: no playlist has held-out items.
    """
    rng = np.random.default_rng(seed)
    starts = held_out.hidden_songs.indptr
    rows = rng.permutation(np.flatnonzero(np.diff(starts)))[:n_playlists]
    if not len(rows):
        raise ValueError("no playlist has held-out items")
    hidden = [held_out.hidden_songs.indices[starts[row] : starts[row + 1]] for row in rows]
    seeds = [held_out.seeds[row] for row in rows]
    unseen = [negatives(one, own, n_items) for one, own in zip(seeds, hidden, strict=True)]
    sampled = [rng.choice(some, min(n_sampled, len(some)), replace=False) for some in unseen]
    candidates: dict[Ranking, list[np.ndarray]] = {"full": unseen, "sampled": sampled}
    wanted: dict[Ranking, list[np.ndarray]] = {"full": hidden, "sampled": hidden}
    if released is not None:
        later = [issued_after(released, one.updated) for one in seeds]
        candidates["released"] = [np.setdiff1d(some, new) for some, new in zip(unseen, later, strict=True)]
        wanted["released"] = [np.where(np.isin(own, new), n_items, own) for own, new in zip(hidden, later, strict=True)]
    found: dict[str, dict[Ranking, RankCounts]] = {}
    for done, (name, model) in enumerate(models.items()):
        ranked: dict[Ranking, list[RankCounts]] = {ranking: [] for ranking in candidates}
        for query, scores in enumerate(_scores(model, seeds, lambda part, d=done: progress((d + part) / len(models)))):
            for ranking, some in candidates.items():
                ranked[ranking].append(rank_counts(scores, wanted[ranking][query], some[query]))
        found[name] = {ranking: RankCounts.joined(parts) for ranking, parts in ranked.items()}
    owner = np.repeat(np.arange(len(rows)), [len(one) for one in hidden])
    sizes: dict[Ranking, float] = {
        ranking: float(np.mean([len(one) for one in some])) for ranking, some in candidates.items()
    }
    return HeldOutRanks(rows, owner, found, sizes)


def negatives(seed: Seed, hidden: np.ndarray, n_items: int) -> np.ndarray:
    """(n,) item_idx that are neither shown nor held out, ascending."""
    free = np.ones(n_items, dtype=bool)
    free[[song for song in (*seed.songs, *hidden.tolist()) if song < n_items]] = False
    return np.flatnonzero(free)


def _scores(model: Recommender, seeds: Sequence[Seed], progress: Callable[[float], None]):
    """A row of scores per seed, a batch at a time to bound memory."""
    for start in range(0, len(seeds), _BATCH):
        yield from model.score(seeds[start : start + _BATCH])
        progress(min(start + _BATCH, len(seeds)) / len(seeds))
