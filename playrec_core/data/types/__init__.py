"""Types that both `playrec_core.data` and its file formats need."""
