"""Published figures for the systems reimplemented here, with source and protocol (see ``docs/sources/``).

They were measured on other data and splits, once and without intervals, so they are never shown beside measured
figures. They are given as printed, rounded to four decimal places.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from playrec_core.i18n import mark

SONG_NDCG, TAG_NDCG, SCORE = mark("Song nDCG"), mark("Tag nDCG"), mark("Score")
PUBLIC_RECALL, FINAL_RECALL = mark("Public Recall@10"), mark("Final Recall@10")
PUBLIC_NDCG = mark("Public nDCG@10")
TEN_TIMES_RECALL = "Recall@10 × 10"
DOT_PRODUCT = mark("Dot product")


@dataclass(frozen=True)
class Source:
    """A report, write-up or notebook.

    Args:
        title: the original title, with an English translation.
        kind: the kind of document.
        url: given by its authors; "" if none.
    """

    title: str
    kind: str
    url: str = ""


@dataclass(frozen=True)
class PublishedResult:
    """One system of a source.

    Args:
        system: a short description.
        figures: by column; missing if the source does not give it.
        note: needed to interpret the figure, or "".
        model: name of the model in the configurations here that reimplements it, or "".
    """

    system: str
    figures: Mapping[str, float]
    note: str = ""
    model: str = ""


@dataclass(frozen=True)
class PublishedTable:
    """Results of one source that share a protocol. All texts but the title of the source are translated.

    Args:
        title: of the table.
        data: the data used.
        protocol: the evaluation protocol, in one or two sentences.
        source: where the figures come from.
        columns: names of the figures, in order.
        results: in the order of the source.
        decimals: decimal places on screen.
    """

    title: str
    data: str
    protocol: str
    source: Source
    columns: tuple[str, ...]
    results: tuple[PublishedResult, ...]
    decimals: int = 4


_MELON = Source(
    "Melon Playlist Continuation: three systems",
    mark("a contestant's write-up"),
    "https://github.com/haeuuu/RecSys-For-Melon-playlist-continuation",
)
_MOVIE_REC = Source("Movie Rec 랩업 리포트 (wrap-up report)", mark("a team's report on a closed class competition"))
_NOTEBOOK = Source("Movielens 영화 추천 (MovieLens film recommendation)", mark("a course notebook"))

_MOVIE_REC_DATA = mark("Movie Rec competition: 31,360 users, 6,807 movies, 5,154,471 interactions")
_MOVIE_REC_PROTOCOL = mark(
    "The competition's hidden test: the last movie and some random earlier ones of each user, 10 recommendations, "
    "Recall@10 divided by min(10, held-out movies). Public and final are the two parts of its leaderboard."
)


def _melon(system: str, song: float, tag: float, score: float, model: str) -> PublishedResult:
    return PublishedResult(system, {SONG_NDCG: song, TAG_NDCG: tag, SCORE: score}, model=model)


def _recall(system: str, public: float, note: str = "") -> PublishedResult:
    return PublishedResult(system, {PUBLIC_RECALL: public}, note)


PUBLISHED: tuple[PublishedTable, ...] = (
    PublishedTable(
        mark("Melon playlists, three systems"),
        mark("Kakao Arena, Melon Playlist Continuation at full size: 115,071 playlists, 707,989 songs"),
        mark(
            "The contest's nDCG over 100 songs and 10 tags (score = 0.85 × song + 0.15 × tag), on validation playlists "
            "held out by the author. The write-up gives neither their number nor the seed; nothing was submitted to "
            "the contest."
        ),
        _MELON,
        (SONG_NDCG, TAG_NDCG, SCORE),
        (
            _melon(mark("Matrix factorisation over 1,000 song clusters"), 0.0410, 0.2072, 0.0659, "cluster-mf"),
            _melon(mark("Content autoencoder alone"), 0.0675, 0.3387, 0.1082, "content-autoencoder"),
            _melon(mark("Collaborative autoencoder alone"), 0.0985, 0.1761, 0.1101, "collaborative-autoencoder"),
            _melon(
                mark("Content and collaborative recommendations mixed"),
                0.0891,
                0.2820,
                0.1180,
                "content-collaborative-mixture",
            ),
            _melon(
                mark("Query extended by content neighbours, then collaborative autoencoder"),
                0.1038,
                0.3021,
                0.1335,
                "densified-query",
            ),
            _melon(
                mark("Hybrid song autoencoder, nearest neighbours"),
                0.1078,
                0.3389,
                0.1425,
                "hybrid-song-autoencoder",
            ),
        ),
    ),
    PublishedTable(
        mark("Movie Rec, single models"),
        _MOVIE_REC_DATA,
        _MOVIE_REC_PROTOCOL,
        _MOVIE_REC,
        (PUBLIC_RECALL, PUBLIC_NDCG),
        (
            _recall(mark("Most viewed unseen movies of three favourite genres"), 0.0084),
            PublishedResult(
                mark("Factorisation machine, BCE loss"),
                {PUBLIC_RECALL: 0.0696, PUBLIC_NDCG: 0.2092},
                mark("The report's table labels this “era added”; its text describes the plain model."),
            ),
            PublishedResult(
                mark("Factorisation machine, BCE loss, era of release"), {PUBLIC_RECALL: 0.0624, PUBLIC_NDCG: 0.1940}
            ),
            _recall(
                mark("Factorisation machine, BPR loss"),
                0.0696,
                mark("The report's table says “BCE loss”, but the section is about BPR."),
            ),
            _recall(
                mark("Factorisation machine, BPR loss, era of release"),
                0.0820,
                mark("Labelled “BCE + era” in the report's table."),
            ),
            _recall(mark("Wide & deep"), 0.0382),
            _recall(mark("Wide & deep with side features"), 0.0588),
            _recall(mark("Autoencoder"), 0.0965),
            _recall(mark("Variational autoencoder"), 0.1194),
            _recall(mark("Variational autoencoder, multinomial"), 0.1221),
            _recall(mark("Denoising autoencoder"), 0.1397, mark("Also the report's baseline “confidence: none”.")),
            _recall(mark("Denoising autoencoder, multinomial"), 0.1437),
            _recall(mark("Denoising autoencoder, confidence by time"), 0.1485),
            _recall(mark("Denoising autoencoder, confidence by item popularity"), 0.1489),
            _recall(mark("Denoising autoencoder, confidence by genre preference"), 0.1491),
            _recall("RecVAE", 0.1502),
        ),
    ),
    PublishedTable(
        mark("Movie Rec, rank voting"),
        _MOVIE_REC_DATA,
        mark(
            "The competition's hidden test: the last movie and some random earlier ones of each user, 10 "
            "recommendations, Recall@10 divided by min(10, held-out movies). Public and final are the two parts of its "
            "leaderboard. The vote sums the ranks in each model's top 30 (31 if absent); the 10 lowest sums are "
            "recommended."
        ),
        _MOVIE_REC,
        (PUBLIC_RECALL, FINAL_RECALL),
        tuple(
            PublishedResult(system, {PUBLIC_RECALL: public, FINAL_RECALL: final})
            for system, public, final in (
                (mark("Four denoising autoencoders"), 0.1518, 0.1531),
                (mark("… and a variational autoencoder"), 0.1523, 0.1536),
                (mark("… and ALS"), 0.1550, 0.1556),
                (mark("… and kNN"), 0.1552, 0.1559),
            )
        ),
    ),
    PublishedTable(
        mark("Movie Rec, matrix factorisation"),
        _MOVIE_REC_DATA,
        mark(
            "The report prints these at ten times the scale of its other Recall@10 figures and does not say which "
            "users they were measured on."
        ),
        _MOVIE_REC,
        (TEN_TIMES_RECALL,),
        tuple(
            PublishedResult(system, {TEN_TIMES_RECALL: value})
            for system, value in (
                (mark("BPR matrix factorisation"), 0.770),
                (mark("… confidence by popularity"), 0.934),
                (mark("… and genre preference"), 0.950),
                (mark("… times e^(year − 1980)"), 0.969),
                (mark("ALS, 64 factors, confidence by popularity and genre preference"), 1.091),
            )
        ),
        decimals=3,
    ),
    PublishedTable(
        mark("MovieLens, ALS for one new user"),
        mark("MovieLens 1M: 836,478 of 1,000,209 ratings kept (3 and above)"),
        mark(
            "No metric was measured. Five favourite titles were added as a user; the figures are dot products of the "
            "user's and an item's vector (100 factors, regularisation 0.01, 15 iterations)."
        ),
        _NOTEBOOK,
        (DOT_PRODUCT,),
        (
            PublishedResult(mark("One of the five favourites"), {DOT_PRODUCT: 0.6573}),
            PublishedResult(
                "Men in Black (1997)",
                {DOT_PRODUCT: 0.0085},
                mark(
                    "Added in a different letter case, it became a second item there; playrec resolves titles to one "
                    "item."
                ),
            ),
        ),
    ),
)
"""Every table, by source."""


def reimplemented_by(models: Collection[str]) -> list[PublishedTable]:
    """The tables restricted to systems reimplemented by some models; empty tables are left out."""
    restricted = [
        replace(table, results=tuple(result for result in table.results if result.model in models))
        for table in PUBLISHED
    ]
    return [table for table in restricted if table.results]
