"""Learn: a path of lessons, each of which asks first and shows afterwards, on this run's own data."""

from playrec_core.ui.pages.learn.lesson_path import path
from playrec_core.ui.session import opened_run

run = opened_run.current()
path(run)
