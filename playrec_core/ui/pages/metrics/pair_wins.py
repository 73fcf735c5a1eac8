"""Two models compared playlist by playlist: wins, losses and significance tests."""

import numpy as np
import streamlit as st

from playrec_core.evaluation.win_counts import PairedTest, paired_test
from playrec_core.i18n import tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.held_out.playlist_rows import show_playlists
from playrec_core.ui.components.segments import segments
from playrec_core.ui.wording.escape import plain, shorten
from playrec_core.ui.wording.figures import figure, figures
from playrec_core.ui.wording.metrics import MetricWords


def who_wins(run: LoadedRun, model: str, other: str, words: dict[str, MetricWords]) -> None:
    """Draw the wins on one metric with their tests, and the playlists won by either model."""
    st.header(tr("{playlists} won by each model", playlists=plain(run.nouns.playlists.capitalize())))
    words = {name: word for name, word in words.items() if word.accuracy and not word.set_level}
    left, right = st.columns(2, vertical_alignment="bottom")
    name = left.selectbox(tr("Metric"), list(words), format_func=lambda key: words[key].title, key="pair.metric")
    word = words[name]
    mine, its = run.held_out_values(model)[name], run.held_out_values(other)[name]
    gains = (mine - its) * (1 if word.better == "higher" else -1)
    titles = {key: plain(shorten(run.model_title(key), 40)) for key in (model, other)}
    st.markdown(_verdict(paired_test(gains), titles[model], titles[other], plain(word.title)))
    with right:
        winner = segments(tr("Won by"), titles, f"pair.{model}.{other}")
    lead = np.nan_to_num(gains if winner == model else -gains)
    rows = np.argsort(-lead, kind="stable")[: int((lead > 0).sum())]
    digits = max(figures(run).places(name), 3)

    def says(row: int) -> str:
        own, rival = (figure(float(values[row]), digits) for values in (mine, its))
        return f"{titles[model]} **{own}** · {titles[other]} **{rival}**"

    show_playlists(run, rows, says, f"pair.page.{run.id}.{model}.{other}.{name}.{winner}", lambda _: [model, other])


def _verdict(test: PairedTest, model: str, other: str, metric: str) -> str:
    return tr(
        "On {metric}: {model} wins **{wins:,}**, {other} **{losses:,}**, ties **{draws:,}**. Sign test p {sign} · "
        "Wilcoxon signed-rank test p {wilcoxon}: the probability of wins, or of ranked differences, at least this "
        "uneven if the models were equally good. If the tests and the interval above disagree, one model wins often by "
        "a little and the other rarely by a lot.",
        metric=metric,
        model=model,
        other=other,
        sign=_p(test.sign_p),
        wilcoxon=_p(test.wilcoxon_p),
        **vars(test),
    )


def _p(value: float) -> str:
    return tr("below 0.001") if value < 0.001 else f"{value:.3f}"
