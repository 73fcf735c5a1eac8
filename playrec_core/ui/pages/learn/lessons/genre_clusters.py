"""Lesson on screen: why the clusters of document 000 followed genre."""

import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.schema import GENRES, Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.teaching.genre_clusters import GenreClusters, cluster
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.pages.learn.frame.lesson_frame import Answer, Check, Lesson, Slide, named, percent
from playrec_core.ui.wording.escape import shorten

TAGS_SHOWN = 8


class GenreClustersLesson(Lesson[GenreClusters]):
    key, place = "clusters", 60
    title = mark("Why k-means clusters followed genre")
    about = mark("Somebody wanted clusters of mood and got genres. Take the genre columns out: is the genre gone?")

    def lacking(self, run: LoadedRun) -> str:
        if _several_genres(run):
            return ""
        return tr(
            "The {songs} of this data have no genres, or all the same, so nobody can say whether clusters follow them.",
            **named(run),
        )

    def opening(self, run: LoadedRun) -> None:
        st.markdown(
            tr(
                "In the Melon contest a team described each song by its release year and month, its genres and the "
                "most frequent tags, reduced that with PCA and clustered it with k-means. They hoped for clusters "
                "such as “cheerful songs for a trip”. The score was that of recommending by genre: “the clusters did "
                "not get far beyond genre”.\n\nHere the {songs} of this run are clustered the same way, into as many "
                "clusters as there are main genres, and compared with the genres by the **adjusted Rand index**: 1 "
                "when both divide the {songs} alike, 0 when they agree as chance would. Then all **genre columns are "
                "removed**.",
                **named(run),
            )
        )

    def ask(self, run: LoadedRun) -> Slide:
        return Slide(tr("Of the agreement with genre, how much is left once the genre columns are removed?"), close=8)

    def find(self, run: LoadedRun, progress: Progress) -> GenreClusters:
        return cluster(run.dataset, seed=run.config.seed, progress=progress)

    def truth(self, run: LoadedRun, found: GenreClusters) -> float:
        return 100 * found.left

    def reveal(self, run: LoadedRun, found: GenreClusters) -> None:
        st.markdown(
            tr(
                "{n:,} {songs}, {k} clusters. With all columns the agreement with genre is **{whole:.2f}**, without "
                "the genre columns **{without:.2f}**.",
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
            "genre": tr("the genre columns alone"),
            "tags": tr("the tags alone"),
            "playlists": tr("who is played with whom, no features"),
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
            html_table.show([tr("what is clustered"), tr("agreement with genre")], rows)
        with right:
            html_table.show([tr("columns"), tr("share of the variance")], spread)
        st.caption(
            tr(
                "k-means makes squared distances small, so a kind of column has a say in proportion to its variance. A "
                "small agreement of what people play together says that this data divides in other ways than by genre; "
                "a large one says that its listeners keep to genres."
            )
        )
        if found.disguised:
            self._tags(run, found)
        else:
            st.markdown(
                tr("This data has no tags, so nothing else carries the genre: with its columns the agreement goes.")
            )

    def _tags(self, run: LoadedRun, found: GenreClusters) -> None:
        st.markdown(
            tr(
                "Where does the rest come from? **Tags say genre in other words.** Of the tags that are columns here, "
                "these keep most to one genre:"
            )
        )
        tags = run.dataset.tags.outside([one.tag for one in found.disguised[:TAGS_SHOWN]])
        rows = [
            [shorten(str(tag), 40), shorten(one.genre, 40), percent(one.share, 0), percent(one.usual, 0)]
            for tag, one in zip(tags, found.disguised[:TAGS_SHOWN], strict=True)
        ]
        html_table.show(
            [tr("tag"), tr("main genre"), tr("of its {songs}", **named(run)), tr("of all {songs}", **named(run))],
            rows,
            text_columns=(1,),
        )

    def check(self, run: LoadedRun) -> Check:
        return Check(
            tr("You want clusters of {songs} that people really play together. What do you change?", **named(run)),
            (
                Answer(
                    tr("More clusters: 1,000 instead of a few"),
                    tr("They had 1,000. Finer clusters of the same columns are finer genres."),
                ),
                Answer(
                    tr("Only remove the genre columns"),
                    tr("Just done: whatever else is written in genres, tags above all, brings part of them back."),
                ),
                Answer(
                    tr("Describe a {song} by the {playlists} that hold it", **named(run)),
                    tr(
                        "So did the team’s third system: membership columns joined the features, and its nDCG went "
                        "from 0.041 to 0.108."
                    ),
                    right=True,
                ),
            ),
        )


@per_run(8)
def _several_genres(run: LoadedRun) -> bool:
    return len({genres[0] for genres in run.dataset.catalogue[GENRES].to_pylist() if genres}) > 1
