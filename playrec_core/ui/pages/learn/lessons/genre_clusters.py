"""Lesson page: why the song clusters of a Melon contest system followed genre (``docs/sources/melon-systems.md``)."""

import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.schema import GENRES, Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.teaching.genre_clusters import GenreClusters, cluster
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Lesson, Slide, named, percent
from playrec_core.ui.wording import terms
from playrec_core.ui.wording.escape import shorten

TAGS_SHOWN = 8


class GenreClustersLesson(Lesson[GenreClusters]):
    key, place = "clusters", 60
    title = mark("Why k-means clusters followed genre")
    about = mark("One author wanted clusters of moods and got genres. Do they disappear without the genre columns?")
    opening = mark(
        "In the Melon contest, one system described each song by its release year and month, its genres and its most "
        "frequent tags, reduced these features with PCA and clustered the songs with k-means. Its author hoped for "
        "clusters such as “cheerful songs for a trip”. But the score was that of recommending by genre: “the clusters "
        "did not get far beyond genre”.\n\nHere the {songs} of this run are clustered in the same way, into as many "
        "clusters as there are main genres. The clusters are compared with the genres by the **adjusted Rand index**: "
        "1 for identical partitions, 0 for chance agreement. Then all **genre columns are removed**."
    )
    prediction = Slide(
        mark("How much of the agreement with genre remains when the genre columns are removed?"), close=8
    )
    check = mark("You want clusters of {songs} that really occur together. What do you change?")
    answers = (
        Answer(
            mark("Use more clusters: 1,000 instead of a few"),
            mark("The contest system had 1,000. Finer clusters of the same columns are finer genres."),
        ),
        Answer(
            mark("Only remove the genre columns"),
            mark("You have just seen it: other columns, above all tags, bring part of the genre back."),
        ),
        Answer(
            mark("Describe a {song} by its {playlists}"),
            mark(
                "The author’s third system did that: it added playlist membership to the features, and nDCG rose from "
                "0.041 to 0.108."
            ),
            right=True,
        ),
    )

    def lacking(self, run: LoadedRun) -> str:
        if _several_genres(run):
            return ""
        return tr(
            "The {songs} of this data have no genres, or all have the same one, so there is nothing to compare with.",
            **named(run),
        )

    def find(self, run: LoadedRun, progress: Progress) -> GenreClusters:
        return cluster(run.dataset, seed=run.config.seed, progress=progress)

    def truth(self, run: LoadedRun, found: GenreClusters) -> float:
        return 100 * found.left

    def reveal(self, run: LoadedRun, found: GenreClusters) -> None:
        st.markdown(
            tr(
                "{n:,} {songs}, {k} clusters. Agreement with genre is **{whole:.2f}** with all columns and "
                "**{without:.2f}** without the genre columns.",
                n=found.n_songs,
                k=found.n_clusters,
                whole=found.agreement["all"],
                without=found.agreement["without genre"],
                **named(run),
            )
        )
        ways = {
            "all": tr("all columns, as in the contest"),
            "without genre": tr("without the genre columns"),
            "genre": tr("genre columns only"),
            "tags": tr("tags only"),
            "playlists": tr("interactions only, no features"),
        }
        rows = [
            [Cell(ways[way], mark="chosen" if way in ("all", "without genre") else ""), f"{value:.2f}"]
            for way, value in found.agreement.items()
        ]
        kinds = {"year": tr("release year"), "month": tr("release month"), "genre": tr("genre"), "tag": tr("tags")}
        kinds["detail genre"] = tr("detail genre")
        spread = [[kinds[kind], percent(share, 0)] for kind, share in found.variance.items()]
        left, right = st.columns([3, 2], gap="large")
        with left:
            html_table.show([tr("input of the clustering"), tr("agreement with genre")], rows)
        with right:
            html_table.show([tr("columns"), tr("share of variance")], spread)
        st.caption(
            tr(
                "k-means minimises squared distances, so each kind of column counts in proportion to its variance. If "
                "clusters of the interactions agree little with genre, this data divides along other lines; if they "
                "agree strongly, people keep to genres."
            )
        )
        if found.genre_tags:
            self._tags(run, found)
        else:
            st.markdown(
                tr("This data has no tags, so no other column encodes the genre, and the agreement disappears.")
            )

    def _tags(self, run: LoadedRun, found: GenreClusters) -> None:
        st.markdown(
            tr(
                "Where does the rest come from? **Tags encode genre.** Of the tags used as columns, these are the "
                "most concentrated in one genre:"
            )
        )
        shown = found.genre_tags[:TAGS_SHOWN]
        tags = terms.tags(run.dataset, [one.tag for one in shown])
        genres = terms.genres(run.dataset, [one.genre for one in shown])
        rows = [
            [shorten(tag, 40), shorten(genre, 40), percent(one.share, 0), percent(one.usual, 0)]
            for tag, genre, one in zip(tags, genres, shown, strict=True)
        ]
        html_table.show(
            [tr("tag"), tr("main genre"), tr("among its {songs}", **named(run)), tr("among all {songs}", **named(run))],
            rows,
            text_columns=(1,),
        )


@per_run(8)
def _several_genres(run: LoadedRun) -> bool:
    return len({genres[0] for genres in run.dataset.catalogue[GENRES].to_pylist() if genres}) > 1
