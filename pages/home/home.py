"""Home: what is loaded, how its models do, and what to do first."""

import streamlit as st

from playrec_core.ui.pages.home import home
from playrec_core.ui.session import opened_run

run = opened_run.current()
st.title("playrec")
home.what_it_is(run)
home.sizes(run)
home.first_steps(run)
home.scores(run)
home.provenance(run)
