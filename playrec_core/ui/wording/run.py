"""A run's data, split and intervals in words, as shown beside every figure."""

import re
from dataclasses import asdict

from playrec_core.config import GivenSplit, LeaveOutSplit
from playrec_core.i18n import current, fitting_particles, mark, tr
from playrec_core.schema import Nouns
from playrec_core.serving.loaded_run import LoadedRun

from .escape import plain

_PARTICLES = {form: both for both in ("을(를)", "이(가)", "은(는)", "과(와)") for form in (both[0], both[2])}
_PARTICLES |= {"으로": "(으)로", "로": "(으)로", "": ""}
# A noun with its particle, but not within a longer word (곡선, 작곡).
_KOREAN = re.compile(
    r"(?<![가-힣])(곡|플레이리스트)(?:(을|이|은|과|으로|를|가|는|와|로)(?![가-힣])"
    r"|(?=(?:들|의|도|만|에|마다|까지|부터|보다|에서|에는|이나|이며|이고)?(?![가-힣])|들))"
)


def in_nouns(text: str, nouns: Nouns) -> str:
    """A translated text about songs and playlists in the nouns of the data set, such as movies and users."""
    ours = {"song": nouns.item, "songs": nouns.items, "playlist": nouns.playlist, "playlists": nouns.playlists}
    ours |= {word.capitalize(): noun.capitalize() for word, noun in ours.items()}
    text = re.sub(rf"\b({'|'.join(ours)})\b", lambda found: ours[found[0]], text)
    if current() == "ko" and (nouns.item, nouns.playlist) != ("곡", "플레이리스트"):
        text = fitting_particles(_KOREAN.sub(lambda found: _in_korean(found[1], found[2] or "", nouns), text))
    return text


def plain_nouns(run: LoadedRun) -> dict[str, str]:
    """The values of ``{item}``, ``{items}``, ``{playlist}`` and ``{playlists}`` in a message, escaped for Markdown."""
    return {name: plain(noun) for name, noun in asdict(run.nouns).items()}


def _in_korean(noun: str, particle: str, nouns: Nouns) -> str:
    """The data set's noun, with the particle in the form that `fitting_particles` resolves."""
    return (nouns.item if noun == "곡" else nouns.playlist) + _PARTICLES[particle]


_KINDS = {
    "songs": mark("songs"),
    "songs+tags": mark("songs+tags"),
    "tags": mark("tags"),
    "title": mark("title"),
    "nothing": mark("nothing shown"),
}


def kind_in_words(kind: str, nouns: Nouns) -> str:
    """What a kind of held-out playlist shows, by its name in `playrec_core.evaluation.slices.by_query_kind`."""
    return in_nouns(tr(_KINDS[kind]), nouns) if kind in _KINDS else kind


def split_in_words(run: LoadedRun) -> str:
    """How the held-out playlists were split off, in a sentence or two."""
    split = run.config.split
    if isinstance(split, GivenSplit):
        text = tr(
            "The held-out playlists and what they hide are files given with the data ({questions}, {answers}).",
            questions=split.questions,
            answers=split.answers,
        )
    elif isinstance(split, LeaveOutSplit):
        size = (
            tr("{n} songs", n=split.count)
            if split.share is None
            else tr("{percent:.0f} % of the songs", percent=100 * split.share)
        )
        text = tr(
            "{size} of each playlist are held out: the last {last} in time, the others at random from the earlier "
            "ones. Playlists that would keep fewer than {least} songs are not evaluated. What remains of a playlist is "
            "used for training.",
            size=size,
            last=split.last,
            least=split.min_left,
        )
    else:
        text = tr(
            "{percent:.0f} % of the playlists are held out entirely. Of these, 30 % show half of their songs, 50 % "
            "half of their songs and tags, 15 % half of their tags and 5 % only their title; the rest is hidden (a "
            "reproducible version of Kakao Arena's local split). The title is blank where songs are shown.",
            percent=100 * split.share,
        )
    return in_nouns(text, run.nouns)


_SPLITS = {"kakao": mark("Kakao Arena split"), "leave-out": mark("leave-out split"), "given": mark("given split")}


def evidence(run: LoadedRun) -> str:
    """Markdown: number of held-out playlists, data, split, seed, depth and intervals."""
    return tr(
        "Evaluated on **{n:,}** held-out {playlists} (**{data}**) · {split}, seed {seed} · top {depth} · 95 % "
        "bootstrap intervals over {playlists}, {resamples:,} resamples",
        n=len(run.held_out),
        playlists=run.nouns.playlists,
        data=plain(run.dataset.name),
        split=tr(_SPLITS[run.config.split.kind]),
        seed=run.config.seed,
        depth=run.config.ranking.depth,
        resamples=run.config.evaluation.resamples,
    )


def tags_are_measurable(run: LoadedRun) -> bool:
    """Whether tag nDCG is defined: there are training tags and held-out tags."""
    return run.dataset.playlist_tags.nnz > 0 and run.held_out.hidden_tags.nnz > 0


def why_no_tags(run: LoadedRun) -> str:
    """The note to show if `tags_are_measurable` is false."""
    facts = {"playlists": run.nouns.playlists, "item": run.nouns.item}
    if run.dataset.playlist_tags.nnz == 0:
        return tr(
            "Tag nDCG is not shown: the training {playlists} have no tags, so no model can recommend any. Nor is the "
            "contest's score, 15 % of which is tags; compare {item} nDCG.",
            **facts,
        )
    return tr(
        "Tag nDCG is not shown: no tags are held out, so no recommended tag can be right or wrong. Nor is the "
        "contest's score, 15 % of which is tags; compare {item} nDCG.",
        **facts,
    )
