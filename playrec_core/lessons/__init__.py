"""What the lessons compute, one lesson a file, on a run's own data and within seconds.

Nothing here draws or asks anything: `playrec_core.ui.lessons` has a file for each, which does.
"""
