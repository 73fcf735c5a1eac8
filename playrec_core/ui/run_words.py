"""A run in words: which data, which split, how sure. What every figure on screen has to name."""

import re
from dataclasses import astuple

from ..config import GivenSplit, LeaveOutSplit
from ..language import current, fitting_particles, tr, trn
from ..schema import Nouns
from ..serving import LoadedRun
from .text import plain

_PARTICLES = {"을": "을(를)", "를": "을(를)", "이": "이(가)", "가": "이(가)", "은": "은(는)", "는": "은(는)"}
_PARTICLES |= {"과": "과(와)", "와": "과(와)", "으로": "(으)로", "로": "(으)로"}


def in_nouns(text: str, nouns: Nouns) -> str:
    """A sentence of ours about songs and playlists, in the words of the data set: movies and users, say.

    Args:
        text: in the reader's language: pass it through `tr` first.
        nouns: in the reader's language too, as `LoadedRun.nouns` are.
    """
    own = Nouns()
    ours = {tr(name): noun for name, noun in zip(astuple(own), astuple(nouns), strict=True)}
    if current() == "ko":
        return _in_korean_nouns(text, ours)
    ours |= {word.capitalize(): noun.capitalize() for word, noun in ours.items()}
    return re.sub(rf"\b({'|'.join(ours)})\b", lambda found: ours[found[0]], text)


def _in_korean_nouns(text: str, ours: dict[str, str]) -> str:
    """Korean nouns have no plural, but the particle after one goes by its last sound: 곡을, 영화를."""
    particles = "|".join(sorted(_PARTICLES, key=len, reverse=True))
    # 곡선 and 선곡 are other words.
    found = re.compile(rf"(?<![가-힣])({'|'.join(ours)})(?!선)(?:({particles})(?![가-힣(]))?")
    filled = found.sub(lambda match: ours[match[1]] + _PARTICLES.get(match[2] or "", ""), text)
    return fitting_particles(filled)


def split_in_words(run: LoadedRun) -> str:
    """How the questions were made, in a sentence or two."""
    split = run.config.split
    nouns = run.nouns
    if isinstance(split, GivenSplit):
        text = tr(
            "Questions and answers came as files with the data ({questions}, {answers}).",
            questions=split.questions,
            answers=split.answers,
        )
    elif isinstance(split, LeaveOutSplit):
        size = (
            trn("{n} song", "{n} songs", split.count or 0)
            if split.share is None
            else tr("{share:.0f} % of the songs", share=100 * split.share)
        )
        text = tr(
            "Of each playlist {size} are hidden: the last {last} in order of time, the others drawn at random from "
            "what comes before. Playlists that would keep fewer than {least} songs ask nothing. The questions' "
            "playlists are trained with, less what they hide.",
            size=size,
            last=split.last,
            least=split.min_left,
        )
    else:
        text = tr(
            "{share:.0f} % of the playlists are held out whole. Of those 30 % show half of their songs, 50 % half of "
            "their songs and tags, 15 % half of their tags and 5 % only their title; the rest is to be found (Kakao "
            "Arena's local split, made reproducible). The title is blank wherever songs are shown.",
            share=100 * split.share,
        )
    return in_nouns(text, nouns)


def evidence(run: LoadedRun) -> str:
    """Markdown: how many questions, of which data, split and seed, and what the intervals are."""
    kind = {"kakao": tr("Kakao Arena split"), "leave-out": tr("leave-out split"), "given": tr("given questions")}
    return tr(
        "**{n:,}** {playlists} of **{data}** asked · {split}, seed {seed} · {depth} answers deep · 95 % bootstrap "
        "intervals over {playlists}, {resamples:,} resamples",
        n=len(run.held_out),
        playlists=plain(run.nouns.playlists),
        data=plain(run.dataset.name),
        split=kind[run.config.split.kind],
        seed=run.config.seed,
        depth=run.config.ranking.depth,
        resamples=run.config.evaluation.resamples,
    )


def tags_are_measurable(run: LoadedRun) -> bool:
    """Whether tag nDCG says anything: training has tags, and some question hides one."""
    return run.dataset.playlist_tags.nnz > 0 and run.held_out.hidden_tags.nnz > 0


def why_no_tags(run: LoadedRun) -> str:
    """The sentence to show where `tags_are_measurable` is false."""
    if run.dataset.playlist_tags.nnz == 0:
        cause = tr(
            "the training {playlists} carry no tags, so no model can answer one", playlists=plain(run.nouns.playlists)
        )
    else:
        cause = tr("no question hides a tag, so no answered tag can be right or wrong")
    return tr(
        "Tag nDCG is left out: {cause}. The contest's score needs it (15 % of it are tags), so it is left out too; "
        "compare {item} nDCG.",
        cause=cause,
        item=plain(run.nouns.item),
    )
