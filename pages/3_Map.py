"""Map: the items in two dimensions, their clusters, what is marked on it, and what a box makes of it."""

import numpy as np
import streamlit as st

from playrec_core.ui import bootstrap, held_out, state
from playrec_core.ui.items import collection
from playrec_core.ui.map_islands import islands
from playrec_core.ui.map_view import the_map
from playrec_core.ui.tag_spread import tag_spread
from playrec_core.ui.text import plain, shorten

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
ALL, ISLANDS = f"All {run.nouns.items}", "Islands of tags"
view = ALL
if run.cluster_map is not None and np.any(run.dataset.tag_counts):
    view = st.segmented_control(
        "View",
        [ALL, ISLANDS],
        default=ALL,
        required=True,
        key="map.view",
        persist_state="session",
        label_visibility="collapsed",
    )
if view == ALL:
    st.caption(
        f"The {run.map_points.num_rows:,} most popular {plain(run.nouns.items)}, near one another where a model finds "
        f"them alike; far distances mean little. ★ is {plain(shorten(whose))}, ◆ what a model answers to it. Clusters "
        f"are those of {plain(run.model_title(run.config.map.model))}; a name says what sets its cluster apart."
    )
    the_map(run, playlist, given)
    if np.any(run.dataset.tag_counts):
        st.divider()
        tag_spread(run, given)
else:
    st.caption(
        f"Some tags keep to themselves, as an island of {plain(run.nouns.items)} that nothing else belongs to; others "
        f"lie scattered, because they go with anything. ★ is {plain(shorten(whose))}."
    )
    islands(run, playlist, given)
