"""Lessons, one file each. Their computations are in `playrec_core.teaching`."""
