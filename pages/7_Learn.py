"""Learn: a path of lessons, each of which asks first and shows afterwards, on this run's own data."""

from playrec_core.ui import bootstrap
from playrec_core.ui.learn.lesson_path import path

with bootstrap.page("Learn", ":material/school:") as run:
    path(run)
