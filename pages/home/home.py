"""Home: which model wins, what to do first, the leaderboard, and what is loaded."""

import streamlit as st

from playrec_core.ui.pages.home import home
from playrec_core.ui.session import opened_run

run = opened_run.current()
st.title("playrec")
home.who_wins(run)
home.what_it_is(run)
home.first_steps(run)
home.scores(run)
home.sizes(run)
home.provenance(run)
