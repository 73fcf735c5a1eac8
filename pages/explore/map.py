"""Map: the items in two dimensions, their clusters, highlights and selections."""

import numpy as np
import streamlit as st

from playrec_core.bundle import train_command
from playrec_core.i18n import tr
from playrec_core.ui.components.seed.current_playlist import current
from playrec_core.ui.components.segments import segments
from playrec_core.ui.pages.map.map_view import the_map
from playrec_core.ui.pages.map.tag_clusters import tag_clusters
from playrec_core.ui.pages.map.tag_spread import tag_spread
from playrec_core.ui.session import opened_run
from playrec_core.ui.session import playlist as state
from playrec_core.ui.wording.escape import plain, shorten
from playrec_core.ui.wording.items import collection

run = opened_run.current()
st.title(tr("Map of the {items}", items=plain(run.nouns.items)))
if not run.maps.exist:
    st.info(
        tr(
            "This run has no map. A map needs a model with vectors: set `model` under `[map]` in the configuration, "
            "train it (for example `{train} --models als`), and open this page again.",
            train=train_command(),
        )
    )
    st.stop()
given = state.current(run.dataset)
shown = current(run)
playlist = shown.playlist
whose = (
    tr("an example {collection}", collection=collection(run.nouns))
    if shown.is_example
    else tr("your {collection}", collection=collection(run.nouns))
)
ALL, TAG_CLUSTERS = "all", "islands"
views = {ALL: tr("All {items}", items=run.nouns.items), TAG_CLUSTERS: tr("Tag clusters")}
view = ALL
if run.maps.cluster_map is not None and np.any(run.dataset.tag_counts):
    view = segments(tr("View"), views, "map.view", lasting=True, labelled=False)
if view == ALL:
    st.caption(
        tr(
            "The {n:,} most popular {items}. Nearby {items} are similar; large distances are not meaningful. ★ is "
            "{whose}, ◆ the recommendations of a model. Clusters are those of {model}, named by their distinctive "
            "labels.",
            n=run.maps.size,
            items=plain(run.nouns.items),
            whose=plain(shorten(whose)),
            model=plain(run.model_title(run.config.map.model)),
        )
    )
    the_map(run, playlist, given)
    if np.any(run.dataset.tag_counts):
        st.divider()
        tag_spread(run, given, drawn=False)
else:
    st.caption(
        tr(
            "Some tags form a cluster of their own; others are scattered, because they fit many kinds of {items}. ★ is "
            "{whose}.",
            items=plain(run.nouns.items),
            whose=plain(shorten(whose)),
        )
    )
    tag_clusters(run, playlist, given)
