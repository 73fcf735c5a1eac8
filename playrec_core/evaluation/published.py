"""Figures that others published for the systems rebuilt here, each with its document and its protocol.

They were measured on other data, by other splits, once and without intervals: they say what to expect, and they are
never put beside a measured figure. Every figure stands as the document prints it, rounded to four places.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from playrec_core.i18n import mark

SONG_NDCG, TAG_NDCG, SCORE = mark("Song nDCG"), mark("Tag nDCG"), mark("Score")
PUBLIC_RECALL, FINAL_RECALL = mark("Public Recall@10"), mark("Final Recall@10")
PUBLIC_NDCG = mark("Public nDCG@10")
TEN_TIMES_RECALL = "Recall@10 × 10"
FIGURE = mark("Figure")


@dataclass(frozen=True)
class Source:
    """A document.

    Args:
        title: as the document calls itself, with an English rendering.
        kind: what sort of document it is.
        url: where its authors point to; "" where the document names no address.
    """

    title: str
    kind: str
    url: str = ""


@dataclass(frozen=True)
class PublishedResult:
    """One system of a document.

    Args:
        system: what it is, in this project's words.
        figures: by column; a figure that the document does not give is absent.
        note: what one must know to read the figure, "" for nothing.
        model: the name that configurations here give to the model which rebuilds it, "" for none.
    """

    system: str
    figures: Mapping[str, float]
    note: str = ""
    model: str = ""


@dataclass(frozen=True)
class PublishedTable:
    """The results of one document that were measured alike.

    All words but the document's own title are messages of the catalogues.

    Args:
        title: what the table shows.
        data: the data the document measured on.
        protocol: how it measured, in one or two sentences.
        source: the document.
        columns: names of the figures, in order.
        results: in the document's order.
        decimals: places behind the point on screen.
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
    "The competition's hidden test: of each user the last movie and some random earlier ones, 10 answers, "
    "Recall@10 divided by min(10, hidden). Public and final are the two parts of its leaderboard."
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
            "the author held out. The document gives neither their number nor the seed; nothing was submitted to the "
            "contest."
        ),
        _MELON,
        (SONG_NDCG, TAG_NDCG, SCORE),
        (
            _melon(mark("Matrix factorisation over 1,000 song clusters"), 0.0410, 0.2072, 0.0659, "cluster-mf"),
            _melon(mark("Content autoencoder alone"), 0.0675, 0.3387, 0.1082, "content-autoencoder"),
            _melon(mark("Collaborative autoencoder alone"), 0.0985, 0.1761, 0.1101, "collaborative-autoencoder"),
            _melon(
                mark("Content and collaborative answers simply mixed"),
                0.0891,
                0.2820,
                0.1180,
                "content-collaborative-mixture",
            ),
            _melon(
                mark("Query filled up with content neighbours, then collaborative autoencoder"),
                0.1038,
                0.3021,
                0.1335,
                "densified-query",
            ),
            _melon(
                mark("Hybrid song autoencoder, continued by neighbours"),
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
                mark("The document's table calls this row “era added”; its text describes the plain model."),
            ),
            PublishedResult(
                mark("Factorisation machine, BCE loss, era of release"), {PUBLIC_RECALL: 0.0624, PUBLIC_NDCG: 0.1940}
            ),
            _recall(
                mark("Factorisation machine, BPR loss"),
                0.0696,
                mark("The table calls it “BCE loss”, the section is about BPR."),
            ),
            _recall(
                mark("Factorisation machine, BPR loss, era of release"),
                0.0820,
                mark("Called “BCE + era” in the table."),
            ),
            _recall(mark("Wide & deep"), 0.0382),
            _recall(mark("Wide & deep with side features"), 0.0588),
            _recall(mark("Autoencoder"), 0.0965),
            _recall(mark("Variational autoencoder"), 0.1194),
            _recall(mark("Variational autoencoder, multinomial"), 0.1221),
            _recall(mark("Denoising autoencoder"), 0.1397, mark("Also its baseline “confidence: none”.")),
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
            "The competition's hidden test: of each user the last movie and some random earlier ones, 10 answers, "
            "Recall@10 divided by min(10, hidden). Public and final are the two parts of its leaderboard. Each model's "
            "first 30 are ranked, absent counts 31, the sums decide the 10."
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
            "The document prints these on a scale of its own, ten times its other Recall@10, and does not say which "
            "playlists they were measured on."
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
            "No metric was measured. Five favourite titles were added as a user; the figures are dot products of that "
            "user's vector with an item's (100 factors, regularisation 0.01, 15 iterations)."
        ),
        _NOTEBOOK,
        (FIGURE,),
        (
            PublishedResult(mark("A favourite that was added"), {FIGURE: 0.6573}),
            PublishedResult(
                "Men in Black (1997)",
                {FIGURE: 0.0085},
                mark(
                    "Added in other letter case than the catalogue's, it had become a second item; "
                    "here titles resolve to one."
                ),
            ),
        ),
    ),
)
"""Every table, by document."""


def rebuilt_by(models: Collection[str]) -> list[PublishedTable]:
    """Each table cut to the systems that some models rebuild; tables without any are left out."""
    cut = [
        replace(table, results=tuple(result for result in table.results if result.model in models))
        for table in PUBLISHED
    ]
    return [table for table in cut if table.results]
