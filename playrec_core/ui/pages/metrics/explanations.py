"""How far the models' explanations can be trusted: deletion and insertion curves, measured when a person asks."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import streamlit as st

from playrec_core.evaluation.intervals import Interval
from playrec_core.explain.faithfulness import SHARES, Faithfulness, faithfulness, sample
from playrec_core.i18n import mark, tr, trn
from playrec_core.schema import Seed
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.charts.theme import MUTED, model_colours
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.wording.escape import chart_text, plain, shorten
from playrec_core.ui.wording.figures import figure, interval_text

from . import charts
from .tables import model_cell

QUESTIONS = 24
_SECONDS = 4.0
_KINDS = {"exact": mark("exact"), "occlusion": mark("occlusion")}


@st.cache_resource(max_entries=3, show_spinner=False)
def _measured(run_id: str) -> dict[str, Faithfulness | None]:
    """What was measured on a run so far, by model: shared by all sessions, filled by `explanations`."""
    return {}


def explanations(run: LoadedRun, models: Sequence[str]) -> None:
    """Draw the tab.

    Args:
        run: whose models and questions.
        models: those chosen.
    """
    items = plain(run.nouns.items)
    st.markdown(
        tr(
            "If the {items} that an explanation names first really carry an answer, taking them away first must make "
            "it fall sooner than taking {items} away at random, and giving them back first must raise it sooner.",
            items=items,
        )
    )
    seeds = sample(run.held_out.seeds, QUESTIONS)
    if not seeds:
        st.info(tr("No held-out question shows the 5 to 20 {items} that this takes.", items=items))
        return
    found = _measured(run.id)
    missing = [model for model in models if model not in found]
    if missing:
        asked = st.button(
            trn("Measure {n} model", "Measure {n} models", len(missing)),
            type="primary",
            icon=":material/play_arrow:",
            key="metrics.explanations.measure",
        )
        if asked:
            _measure(run, missing, seeds, found)
            st.rerun()
    shown = {model: one for model in models if (one := found.get(model)) is not None}
    if not shown:
        st.caption(
            tr(
                "{n} held-out questions, each model's own first answer to each; about a second a model.",
                n=len(seeds),
            )
        )
        return
    _table(run, shown)
    st.caption(
        tr(
            "Areas between the two curves, above 0 where the explanation knows better than chance, with 95 % "
            "bootstrap intervals over n of {n} held-out questions with 5 to 20 {items}, explaining the first answer; "
            "slow models are measured on fewer. Height is 1 / log2(1 + place). Exact explanations divide the score "
            "truly and yet may foresee a place imperfectly: other answers move, too.",
            n=len(seeds),
            items=items,
        )
    )
    _curves(run, shown)


def _measure(
    run: LoadedRun, models: Sequence[str], seeds: Sequence[Seed], found: dict[str, Faithfulness | None]
) -> None:
    """Put the models' figures into ``found``, with a bar that tells how far it is."""
    bar = st.progress(0.0)
    for place, model in enumerate(models):

        def tell(part: float, place: int = place, title: str = plain(run.model_title(model))) -> None:
            bar.progress((place + part) / len(models), title)

        found[model] = faithfulness(run.model(model), seeds, seed=run.config.seed, seconds=_SECONDS, progress=tell)


def _table(run: LoadedRun, shown: Mapping[str, Faithfulness]) -> None:
    def gain(interval: Interval) -> Cell:
        return Cell(figure(interval.mean, 2), interval_text(interval, 2), "tied" if interval.low > 0 else "")

    ranked = sorted(shown, key=lambda model: -shown[model].deletion_gain.mean)
    html_table.show(
        [tr("Model"), tr("Explanation"), tr("Deletion gain"), tr("Insertion gain"), "n"],
        [
            [
                model_cell(run, model),
                tr(_KINDS[shown[model].kind]),
                gain(shown[model].deletion_gain),
                gain(shown[model].insertion_gain),
                str(shown[model].n),
            ]
            for model in ranked
        ],
        caption=tr("Faithfulness; shaded: better than chance"),
        text_columns=(1,),
    )


@st.fragment
def _curves(run: LoadedRun, shown: Mapping[str, Faithfulness]) -> None:
    model = st.selectbox(
        tr("Curves of"),
        list(shown),
        format_func=lambda name: shorten(run.model_title(name)),
        key="metrics.explanations",
    )
    one, colour = shown[model], model_colours(run)[model]
    items = run.nouns.items
    for column, title, heights, chance, axis, key in zip(
        st.columns(2),
        (tr("Deletion: the lower, the better"), tr("Insertion: the higher, the better")),
        (one.deletion, one.insertion),
        (one.deletion_random, one.insertion_random),
        (tr("% of the {items} taken away", items=items), tr("% of the {items} given back", items=items)),
        ("deletion", "insertion"),
        strict=True,
    ):
        lines = ((tr("as explained"), heights, colour, "solid"), (tr("in random order"), chance, MUTED, "dash"))
        column.plotly_chart(
            go.Figure(
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
                    "yaxis": {"title": tr("Height of the answer"), "range": [0, 1.05], "fixedrange": True},
                },
            ),
            config=charts.CONFIG,
            key=f"metrics.explanations.{key}.{run.id}.{model}",
            alt=tr("{title}; the areas stand in the table above", title=title),
        )
