"""Published figures for the systems reimplemented here, with source and protocol (see ``docs/sources/``).

They were measured on other data and splits, once and without intervals, so they are never shown beside measured
figures. They are given as printed, rounded to four decimal places.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from playrec_core.i18n import mark

SONG_NDCG, TAG_NDCG, SCORE = mark("Song nDCG"), mark("Tag nDCG"), mark("Score")
PUBLIC_RECALL, FINAL_RECALL = mark("Public Recall@10"), mark("Final Recall@10")
VALID_RECALL, VALID_NDCG = mark("Validation Recall@10"), mark("Validation nDCG@10")
PUBLIC_NDCG = mark("nDCG@10, headed “public”")
PUBLIC, PRIVATE = mark("Public"), mark("Private")
PRINTED_RECALL = mark("Recall@10, as printed")
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
_MOVIE_REC = Source("Movie Rec wrap-up report (in Korean)", mark("a team's report on a closed class competition"))
_NOTEBOOK = Source("MovieLens film recommendation (in Korean)", mark("a course notebook"))

_MOVIE_REC_DATA = mark("Movie Rec competition: 31,360 users, 6,807 movies, 5,154,471 interactions")
_MOVIE_REC_PROTOCOL = mark(
    "The competition's hidden test: the last movie and some random earlier ones of each user, 10 recommendations, "
    "Recall@10 divided by min(10, held-out movies). Public and final are the two parts of its leaderboard."
)


def _melon(system: str, song: float, tag: float, score: float, model: str) -> PublishedResult:
    return PublishedResult(system, {SONG_NDCG: song, TAG_NDCG: tag, SCORE: score}, model=model)


def _recall(
    system: str, public: float, recall: float | None = None, ndcg: float | None = None, note: str = "", model: str = ""
) -> PublishedResult:
    """A single model of Movie Rec: its public Recall@10, its Recall@10 and nDCG@10 on the team's validation split."""
    given = {PUBLIC_RECALL: public, VALID_RECALL: recall, VALID_NDCG: ndcg}
    return PublishedResult(system, {name: value for name, value in given.items() if value is not None}, note, model)


def _headed_public(
    system: str, public: float, recall: float, ndcg: float, note: str = "", model: str = ""
) -> PublishedResult:
    """A model whose nDCG@10 stands below the heading "public nDCG@10"."""
    slip = mark("Every other table of the report has validation nDCG@10 in this column: the heading may be a slip.")
    figures = {PUBLIC_RECALL: public, VALID_RECALL: recall, PUBLIC_NDCG: ndcg}
    return PublishedResult(system, figures, note or slip, model)


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
        (PUBLIC_RECALL, VALID_RECALL, VALID_NDCG, PUBLIC_NDCG),
        (
            _recall(mark("Most viewed unseen movies of three favourite genres"), 0.0084, model="genre-popularity"),
            _headed_public(
                mark("Factorisation machine, BCE loss"),
                0.0696,
                0.0546,
                0.2092,
                mark(
                    "The report's table labels this “era added”; its text describes the plain model. Every other table "
                    "of the report has validation nDCG@10 in the last column: the heading may be a slip."
                ),
                model="fm-bce",
            ),
            _headed_public(
                mark("Factorisation machine, BCE loss, era of release"), 0.0624, 0.0502, 0.1940, model="fm-bce-era"
            ),
            _recall(
                mark("Factorisation machine, BPR loss"),
                0.0696,
                0.0794,
                0.2199,
                mark("The report's table says “BCE loss”, but the section is about BPR."),
                model="fm-bpr",
            ),
            _recall(
                mark("Factorisation machine, BPR loss, era of release"),
                0.0820,
                0.0938,
                0.2838,
                mark("Labelled “BCE + era” in the report's table."),
                model="fm-bpr-era",
            ),
            _recall(mark("Wide & deep"), 0.0382, 0.0442, 0.1219, model="wide-deep"),
            _recall(mark("Wide & deep with side features"), 0.0588, 0.0682, 0.1811, model="wide-deep-features"),
            _recall(mark("Autoencoder"), 0.0965, 0.2559, 0.5420, model="ae"),
            _recall(mark("Variational autoencoder"), 0.1194, 0.1617, 0.3940, model="vae"),
            _recall(mark("Variational autoencoder, multinomial"), 0.1221, 0.2066, 0.4547, model="multi-vae"),
            _recall(mark("Denoising autoencoder"), 0.1397, 0.2342, 0.5332, model="dae"),
            _recall(mark("Denoising autoencoder, multinomial"), 0.1437, 0.2272, 0.4978, model="multi-dae"),
            _recall(
                mark("Confidence experiment: none"),
                0.1397,
                0.2281,
                0.5229,
                mark("The public figure is that of the denoising autoencoder, the validation figures are not."),
            ),
            _recall(mark("Confidence experiment: time"), 0.1485, 0.2315, 0.5236, model="dae-time"),
            _recall(mark("Confidence experiment: item popularity"), 0.1489, 0.2318, 0.5262, model="dae-popularity"),
            _recall(
                mark("Confidence experiment: genre preference"),
                0.1491,
                0.2421,
                0.5450,
                mark("The report does not say which autoencoder was weighted; its vote names Multi-DAEs."),
                model="dae-genre",
            ),
            _recall("RecVAE", 0.1502, model="recvae"),
        ),
    ),
    PublishedTable(
        mark("Movie Rec, one member's own figures"),
        _MOVIE_REC_DATA,
        mark(
            "From the section of one member, who names the two parts of the leaderboard and no metric. They do not "
            "agree with the team's public Recall@10 of 0.1437 and 0.1221."
        ),
        _MOVIE_REC,
        (PUBLIC, PRIVATE),
        (
            PublishedResult("Multi-DAE", {PUBLIC: 0.1380, PRIVATE: 0.1384}),
            PublishedResult("Multi-VAE", {PUBLIC: 0.1364, PRIVATE: 0.1378}),
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
            PublishedResult(system, {PUBLIC_RECALL: public, FINAL_RECALL: final}, model=model)
            for system, public, final, model in (
                (mark("Four Multi-DAEs: genre preference, popularity, time, plain"), 0.1518, 0.1531, "vote-dae"),
                (mark("… and a Multi-VAE"), 0.1523, 0.1536, "vote-dae-vae"),
                (mark("… and ALS"), 0.1550, 0.1556, "vote-dae-vae-als"),
                (mark("… and kNN"), 0.1552, 0.1559, "rank-vote"),
            )
        ),
    ),
    PublishedTable(
        mark("Movie Rec, matrix factorisation"),
        _MOVIE_REC_DATA,
        mark(
            "As printed. The report does not say on what scale or on which users. Recall@10 as the competition defines "
            "it cannot exceed 1, and the last figure does."
        ),
        _MOVIE_REC,
        (PRINTED_RECALL,),
        tuple(
            PublishedResult(system, {PRINTED_RECALL: value}, model=model)
            for system, value, model in (
                (mark("BPR matrix factorisation"), 0.770, "bpr-mf"),
                (mark("… confidence by popularity"), 0.934, "bpr-mf-popularity"),
                (mark("… and genre preference"), 0.950, "bpr-mf-genre"),
                (mark("… times e^(year − 1980)"), 0.969, "bpr-mf-year"),
                (mark("ALS, 64 factors, confidence by popularity and genre preference"), 1.091, "confidence-als"),
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
            PublishedResult("Jurassic Park (1993)", {DOT_PRODUCT: 0.6573}, mark("One of the five favourites.")),
            PublishedResult("Terminator, The (1984)", {DOT_PRODUCT: 0.5197}, mark("One of the five favourites.")),
            PublishedResult("Aliens (1986)", {DOT_PRODUCT: 0.2959}, mark("The sixth recommendation.")),
            PublishedResult(
                "Men in Black (1997)",
                {DOT_PRODUCT: 0.0085},
                mark(
                    "Added in a different letter case, it became a second item there; playrec resolves titles to one "
                    "item."
                ),
            ),
            PublishedResult(
                "One Little Indian (1973)", {DOT_PRODUCT: 0.0025}, mark("Not a favourite, and not recommended.")
            ),
        ),
    ),
)
"""Every table, by source."""


NOTEBOOK = PUBLISHED[-1]
"""The dot products of the MovieLens ALS notebook, by the titles of MovieLens."""


def reimplemented_by(models: Collection[str]) -> list[PublishedTable]:
    """The tables restricted to systems reimplemented by some models; empty tables are left out."""
    restricted = [
        replace(table, results=tuple(result for result in table.results if result.model in models))
        for table in PUBLISHED
    ]
    return [table for table in restricted if table.results]
