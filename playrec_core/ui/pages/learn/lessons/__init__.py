"""Lessons, one file each. What they compute is in `playrec_core.teaching`."""
