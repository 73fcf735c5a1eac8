"""Map: the items in two dimensions, their clusters, what is marked on it, and what a box makes of it."""

from collections import Counter

import numpy as np
import streamlit as st

from playrec_core.maps import CLUSTER
from playrec_core.serving import LoadedRun
from playrec_core.ui import bootstrap, held_out, map_chart, map_colours, resources, state
from playrec_core.ui.cluster_card import cluster_card
from playrec_core.ui.items import collection
from playrec_core.ui.map_chart import Mark
from playrec_core.ui.map_selection import selection_panel
from playrec_core.ui.tag_spread import tag_spread
from playrec_core.ui.text import plain, shorten
from playrec_core.ui.theme import model_colours

NO_MODEL, MARKED = "", 20
SEED_COLOUR = "#E8112D"
CONFIG = {"displaylogo": False, "displayModeBar": True, "scrollZoom": True}


def marks(run: LoadedRun, playlist: state.OpenPlaylist, model: str) -> list[Mark]:
    found = []
    if model:
        depth = run.config.ranking.depth
        answer = resources.answer(run, run.id, model, playlist.seed, depth, 10, playlist.banned)
        name = f"{run.model_title(model)}: first {MARKED} answers"
        found.append(Mark(name, answer.items[:MARKED].tolist(), model_colours(run.model_names)[model], "diamond"))
    if playlist.seed.songs:
        found.append(Mark(f"the {collection(run.nouns)}", playlist.seed.songs, SEED_COLOUR, "star", 16))
    return found


@st.fragment
def the_map(run: LoadedRun, playlist: state.OpenPlaylist, given: state.OpenPlaylist) -> None:
    if state.current(run.dataset) != given:
        st.rerun()  # it was changed in here: the marks and the rest of the page follow
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = st.segmented_control(
            "Coloured by",
            list(offered := map_colours.choices(run)),
            format_func=offered.__getitem__,
            default="cluster",
            required=True,
            key="map.by",
            persist_state="session",
        )
        known = map_chart.layouts(run)
        layout = known[0]
        if len(known) > 1:
            layout = st.segmented_control("Layout", known, format_func=str.upper, default=known[0], required=True)
        titles = {NO_MODEL: "nobody"} | {name: run.model_title(name) for name in run.model_names}
        start = run.config.map.model if run.config.map.model in run.model_names else NO_MODEL
        model = st.selectbox(
            "Mark the answers of",
            list(titles),
            index=list(titles).index(start),
            format_func=titles.__getitem__,
            key="map.model",
            persist_state="session",
            width=220,
        )
    key = f"map.chart.{run.id}.{layout}.{by}"
    membership = run.map_points[CLUSTER].to_numpy()

    def chose() -> None:
        caught = map_chart.selected(run, layout, by, st.session_state[key].selection)
        if len(caught):
            st.session_state["map.cluster"] = Counter(membership[caught].tolist()).most_common(1)[0][0]

    left, right = st.columns([5, 2], gap="medium")
    with left:
        drawn = map_chart.figure(run, layout, by, marks(run, playlist, model), dark=st.context.theme.type == "dark")
        said = st.plotly_chart(
            drawn, key=key, on_select=chose, config=CONFIG, alt=f"Map of {len(membership):,} {run.nouns.items}"
        )
        st.caption(
            "Drag a box over the map, or a lasso (its button is above), to make what lies there your "
            f"{plain(collection(run.nouns))}. A click on a point shows its {plain(run.nouns.item)}; scrolling zooms; "
            "a double click undoes."
        )
    caught = map_chart.selected(run, layout, by, said.selection)
    if len(caught):
        with right, st.container(border=True):
            selection_panel(run, caught)
    with right, st.container(border=True):
        names = [shorten(map_chart.cluster_name(run, one, 2), 40) for one in range(len(run.cluster_labels))]
        cluster = st.selectbox("Cluster", range(len(names)), format_func=names.__getitem__, key="map.cluster")
        cluster_card(run, cluster)


run = bootstrap.begin("Map", ":material/scatter_plot:")
st.title(f"Map of the {plain(run.nouns.items)}")
if not run.has_map:
    st.info(
        "This run has no map. A map is drawn from a model with vectors: name one under `[map]` as `model` in the "
        "configuration, train it (`python train.py --models als`, say), and open this page again."
    )
    st.stop()
given = state.current(run.dataset)
playlist, whose = given, f"your {collection(run.nouns)}"
if playlist.empty and (example := held_out.example(run)) is not None:
    playlist, whose = example.playlist(), f"an example {collection(run.nouns)}"
points = run.map_points.num_rows
st.caption(
    f"The {points:,} most popular {plain(run.nouns.items)}, near one another where "
    f"{plain(run.model_title(run.config.map.model))} finds them alike; far distances mean little. "
    f"★ is {plain(shorten(whose))}, ◆ what a model answers to it. A name says what sets its cluster apart."
)
the_map(run, playlist, given)
if np.any(run.dataset.tag_counts):
    st.divider()
    tag_spread(run, given)
