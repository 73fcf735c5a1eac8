"""A run in words: which data, which split, how sure. What every figure on screen has to name."""

import re

from ..config import GivenSplit, LeaveOutSplit
from ..schema import Nouns
from ..serving import LoadedRun
from .text import plain


def in_nouns(text: str, nouns: Nouns) -> str:
    """A sentence of ours about songs and playlists, in the words of the data set: movies and users, say."""
    ours = {"song": nouns.item, "songs": nouns.items, "playlist": nouns.playlist, "playlists": nouns.playlists}
    ours |= {word.capitalize(): noun.capitalize() for word, noun in ours.items()}
    return re.sub(rf"\b({'|'.join(ours)})\b", lambda found: ours[found[0]], text)


def split_in_words(run: LoadedRun) -> str:
    """How the questions were made, in a sentence or two."""
    split = run.config.split
    nouns = run.nouns
    if isinstance(split, GivenSplit):
        text = f"Questions and answers came as files with the data ({split.questions}, {split.answers})."
    elif isinstance(split, LeaveOutSplit):
        size = f"{split.count} songs" if split.share is None else f"{100 * split.share:.0f} % of the songs"
        text = (
            f"Of each playlist {size} are hidden: the last {split.last} in order of time, the others drawn at random "
            f"from what comes before. Playlists that would keep fewer than {split.min_left} songs ask nothing. "
            "The questions' playlists are trained with, less what they hide."
        )
    else:
        text = (
            f"{100 * split.share:.0f} % of the playlists are held out whole. Of those 30 % show half of their songs, "
            "50 % half of their songs and tags, 15 % half of their tags and 5 % only their title; the rest is to be "
            "found (Kakao Arena's local split, made reproducible). The title is blank wherever songs are shown."
        )
    return in_nouns(text, nouns)


def evidence(run: LoadedRun) -> str:
    """Markdown: how many questions, of which data, split and seed, and what the intervals are."""
    kind = {"kakao": "Kakao Arena split", "leave-out": "leave-out split", "given": "given questions"}
    return (
        f"**{len(run.held_out):,}** {run.nouns.playlists} of **{plain(run.dataset.name)}** asked · "
        f"{kind[run.config.split.kind]}, seed {run.config.seed} · {run.config.ranking.depth} answers deep · "
        f"95 % bootstrap intervals over {run.nouns.playlists}, {run.config.evaluation.resamples:,} resamples"
    )


def tags_are_measurable(run: LoadedRun) -> bool:
    """Whether tag nDCG says anything: training has tags, and some question hides one."""
    return run.dataset.playlist_tags.nnz > 0 and run.held_out.hidden_tags.nnz > 0


def why_no_tags(run: LoadedRun) -> str:
    """The sentence to show where `tags_are_measurable` is false."""
    if run.dataset.playlist_tags.nnz == 0:
        cause = f"the training {run.nouns.playlists} carry no tags, so no model can answer one"
    else:
        cause = "no question hides a tag, so no answered tag can be right or wrong"
    return (
        f"Tag nDCG is left out: {cause}. The contest's score needs it (15 % of it are tags), so it is left out too; "
        f"compare {run.nouns.item} nDCG."
    )
