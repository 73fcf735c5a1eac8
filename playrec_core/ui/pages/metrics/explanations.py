"""Faithfulness of the models' explanations: deletion and insertion curves, measured on demand."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import streamlit as st

from playrec_core.explain.faithfulness import SHARES, Faithfulness, faithfulness, sample
from playrec_core.i18n import mark, tr, trn
from playrec_core.schema import Seed
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.charts.plot import plot
from playrec_core.ui.charts.theme import MUTED, model_colours
from playrec_core.ui.components import html_table
from playrec_core.ui.wording.escape import chart_text, plain, shorten
from playrec_core.ui.wording.run import plain_nouns

from .tables import interval_cell, model_cell

PLAYLISTS = 24
_SECONDS = 4.0
_KINDS = {"exact": mark("exact"), "occlusion": mark("occlusion")}


@per_run(1)
def _measured(run: LoadedRun) -> dict[str, Faithfulness | None]:
    """Results so far by model, shared by all sessions and filled by `explanations`."""
    return {}


def explanations(run: LoadedRun, models: Sequence[str]) -> None:
    """Draw the tab."""
    nouns = plain_nouns(run)
    st.markdown(
        tr(
            "If an explanation is faithful, deleting its most important {items} first lowers the recommendation's rank "
            "faster than deleting {items} in random order, and inserting them first raises it faster.",
            **nouns,
        )
    )
    seeds = sample(run.held_out.seeds, PLAYLISTS)
    if not seeds:
        st.info(tr("No held-out {playlist} shows the 5 to 20 {items} that this needs.", **nouns))
        return
    found = _measured(run)
    missing = [model for model in models if model not in found]
    label = trn("Measure {n} model", "Measure {n} models", len(missing))
    key, icon = "metrics.explanations.measure", ":material/play_arrow:"
    if missing and st.button(label, type="primary", icon=icon, key=key):
        _measure(run, missing, seeds, found)
        st.rerun()
    shown = {model: one for model in models if (one := found.get(model)) is not None}
    if not shown:
        st.caption(
            tr(
                "{n} held-out {playlists}, each model's top recommendation for each; about a second per model.",
                n=len(seeds),
                **nouns,
            )
        )
        return
    _table(run, shown)
    st.caption(
        tr(
            "AUC gain: area between the two curves, above 0 if the explanation beats a random order; 95 % bootstrap "
            "intervals over n of {n} held-out {playlists} with 5 to 20 {items} (fewer for slow models), explaining the "
            "top recommendation. Rank score: 1 / log2(1 + rank). Exact explanations decompose the score exactly but "
            "need not predict the rank, because the scores of other {items} change too.",
            n=len(seeds),
            **nouns,
        )
    )
    _curves(run, shown)


def _measure(
    run: LoadedRun, models: Sequence[str], seeds: Sequence[Seed], found: dict[str, Faithfulness | None]
) -> None:
    """Measure the models into ``found``, with a progress bar."""
    bar = st.progress(0.0)
    for place, model in enumerate(models):

        def tell(part: float, place: int = place, title: str = plain(run.model_title(model))) -> None:
            bar.progress((place + part) / len(models), title)

        found[model] = faithfulness(run.model(model), seeds, seed=run.config.seed, seconds=_SECONDS, progress=tell)


def _table(run: LoadedRun, shown: Mapping[str, Faithfulness]) -> None:
    body = []
    for model, one in sorted(shown.items(), key=lambda entry: -entry[1].deletion_gain.mean):
        gains = [
            interval_cell(gain, 2, "tied" if gain.low > 0 else "") for gain in (one.deletion_gain, one.insertion_gain)
        ]
        body.append([model_cell(run, model), tr(_KINDS[one.kind]), *gains, str(one.n)])
    html_table.show(
        [tr("Model"), tr("Explanation"), tr("Deletion AUC gain"), tr("Insertion AUC gain"), "n"],
        body,
        caption=tr("Faithfulness; shaded: significantly better than random"),
        text_columns=(1,),
    )


@st.fragment
def _curves(run: LoadedRun, shown: Mapping[str, Faithfulness]) -> None:
    model = st.selectbox(
        tr("Curves for"),
        list(shown),
        format_func=lambda name: shorten(run.model_title(name)),
        key="metrics.explanations",
    )
    one, colour, items = shown[model], model_colours(run)[model], run.nouns.items
    deletion = tr("Deletion (lower is better)"), one.deletion, one.deletion_random
    insertion = tr("Insertion (higher is better)"), one.insertion, one.insertion_random
    axes = tr("% of {items} deleted", items=items), tr("% of {items} inserted", items=items)
    for column, (title, scores, chance), axis, key in zip(
        st.columns(2), (deletion, insertion), axes, ("deletion", "insertion"), strict=True
    ):
        lines = ((tr("explanation order"), scores, colour, "solid"), (tr("random order"), chance, MUTED, "dash"))
        figure = go.Figure(
            [
                go.Scatter(
                    x=[100 * share for share in SHARES],
                    y=line,
                    name=name,
                    line={"color": shade, "dash": dash, "width": 3},
                    hovertemplate="%{x:.0f} %: %{y:.3f}<extra>" + name + "</extra>",
                )
                for name, line, shade, dash in lines
            ],
            {
                "title": {"text": title, "font": {"size": 14}},
                "height": 320,
                "margin": {"l": 0, "r": 10, "t": 40, "b": 0},
                "legend": {"orientation": "h", "y": -0.22},
                "xaxis": {"title": chart_text(axis), "fixedrange": True},
                "yaxis": {"title": tr("Rank score"), "range": [0, 1.05], "fixedrange": True},
            },
        )
        with column:
            alt = tr("{title}; the areas are in the table above", title=title)
            plot(figure, alt, f"metrics.explanations.{key}.{run.id}.{model}")
