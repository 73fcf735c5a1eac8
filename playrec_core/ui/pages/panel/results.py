"""Results of the blind panel: win rates, agreement with nDCG, and agreement among judges."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from playrec_core.errors import RunError
from playrec_core.evaluation.intervals import Interval
from playrec_core.human_eval.agreement import among_judges, fitting, wilson, wins, with_metric
from playrec_core.human_eval.verdicts import TIE, ListVerdict, SongVerdict, as_csv
from playrec_core.i18n import tr, trn
from playrec_core.schema import Query
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.components.why import why_dialog
from playrec_core.ui.wording.escape import plain, shorten
from playrec_core.ui.wording.run import in_nouns

from .judging import LETTERS, Settings, comparable, panel, unusable

_REVEALED = "playrec_panel_revealed"
_LATEST = 20


def reveal(run: LoadedRun, now: Settings) -> None:
    """Draw the results for the selected models, once revealed."""
    verdicts = panel()
    try:
        lists, songs = verdicts.lists(run.id), verdicts.songs(run.id)
    except RunError as error:
        unusable(error)
        return
    given = comparable(lists, now)
    if not given:
        st.info(tr("No case of these models is judged yet. Judge a few under Judge; the names are revealed here."))
        return
    judges = trn("**{n}** judge", "**{n}** judges", len({one.judge for one in given}))
    st.markdown(
        trn(
            "**{n}** verdict by {judges} on these models.",
            "**{n}** verdicts by {judges} on these models.",
            len(given),
            judges=judges,
        )
    )
    if not st.session_state.get(_REVEALED):
        st.markdown(tr("Once you know the names you may recognise a model by its lists. Judge first, then reveal."))
        st.button(tr("Reveal the names"), type="primary", on_click=lambda: st.session_state.update({_REVEALED: True}))
        return
    mine = [one for one in songs if set(one.models) <= set(now.models)]
    left, right = st.columns(2, gap="large")
    with left:
        _wins(run, given, mine)
    with right:
        _agreement(run, given)
        _judges(given)
    _cases(run, given)
    st.download_button(
        tr("All verdicts of this run (CSV)"),
        lambda: as_csv(lists, songs),
        "panel.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _share(found: Interval) -> Cell:
    if not found.n:
        return Cell("–")
    return Cell(f"{found.mean:.0%}", below=tr("{low:.0%} to {high:.0%}", low=found.low, high=found.high))


def _wins(run: LoadedRun, given: Sequence[ListVerdict], songs: Sequence[SongVerdict]) -> None:
    colours, fits = model_colours(run), fitting(songs)
    none = Interval(np.nan, np.nan, np.nan, 0)
    st.header(tr("Win rates"))
    html_table.show(
        [tr("Model"), tr("Wins"), tr("Win rate"), in_nouns(tr("Songs that fit"), run.nouns)],
        [
            [
                Cell(shorten(run.model_title(one.model)), colour=colours[one.model]),
                tr("{won} of {n}", won=one.won, n=one.decided),
                _share(one.share),
                _share(fits.get(one.model, none)),
            ]
            for one in wins(given)
        ],
    )
    ties = sum(one.choice == TIE for one in given)
    first = wilson(sum(one.choice == one.shown[0] for one in given if one.choice != TIE), len(given) - ties)
    chance = float(np.mean([1 / len(one.shown) for one in given]))
    text = tr("Ties: {ties} of {n}. Intervals: Wilson, 95 %.", ties=ties, n=len(given))
    if first.n:
        text += " " + tr(
            "The list shown first was chosen in {share:.0%} ({low:.0%} to {high:.0%}) of decided cases; without "
            "position bias it would be {chance:.0%}.",
            share=first.mean,
            chance=chance,
            **vars(first),
        )
    st.caption(plain(text, 500))


def _agreement(run: LoadedRun, given: Sequence[ListVerdict]) -> None:
    ids = run.held_out.table["id"].to_pylist()
    models = {name for one in given for name in one.shown}
    values = {name: dict(zip(ids, run.held_out_values(name)["ndcg"].tolist(), strict=True)) for name in sorted(models)}
    share, chance = with_metric(given, values)
    st.header(tr("Does nDCG agree?"))
    if not share.n:
        st.markdown(tr("In no decided case does a single list have the highest nDCG."))
        return
    if share.low > chance:
        verdict = tr("significantly more often than chance")
    elif share.high < chance:
        verdict = tr("significantly less often than chance")
    else:
        verdict = tr("not significantly different from chance")
    st.markdown(
        tr(
            "In **{share:.0%}** of {n} decided cases the chosen list also has the highest nDCG (95 % Wilson {low:.0%} "
            "to {high:.0%}; random choice: {chance:.0%}): {verdict}.",
            share=share.mean,
            chance=chance,
            verdict=verdict,
            **vars(share),
        )
    )
    st.caption(
        tr(
            "nDCG@{depth} of each held-out {playlist}, {data}. Cases in which lists tie for the highest nDCG are left "
            "out.",
            depth=run.config.ranking.depth,
            playlist=plain(run.nouns.playlist),
            data=plain(run.dataset.name),
        )
    )


def _judges(given: Sequence[ListVerdict]) -> None:
    st.header(tr("Do judges agree?"))
    found = among_judges(given)
    if not found:
        st.markdown(
            tr("One judge so far, or no case in common. A second judge with the same seed gets the same cases.")
        )
        return
    undefined = tr("Undefined: all verdicts are the same")
    html_table.show(
        [tr("Judges"), tr("Cases in common"), tr("Same verdict"), tr("Kappa")],
        [
            [
                Cell(", ".join(shorten(name, 40) for name in one.judges)),
                str(one.cases),
                str(one.same),
                Cell(
                    "–" if np.isnan(one.kappa) else f"{one.kappa:.2f}".replace("-", "−"),
                    below="Cohen" if len(one.judges) == 2 else "Fleiss",
                    note=undefined if np.isnan(one.kappa) else "",
                ),
            ]
            for one in found
        ],
    )
    st.caption(tr("Kappa: 1 is full agreement, 0 agreement by chance. A tie counts as a verdict."))


def _cases(run: LoadedRun, given: Sequence[ListVerdict]) -> None:
    latest = given[: -_LATEST - 1 : -1]
    with st.expander(trn("The latest case, with names", "The latest {n} cases, with names", len(latest))):
        html_table.show(
            [tr("Case"), tr("Judge"), tr("Lists shown"), tr("Chosen")],
            [
                [
                    Cell(shorten(one.question, 40)),
                    Cell(shorten(one.judge, 40)),
                    Cell(", ".join(_lettered(run, one).values())),
                    tr("Tie") if one.choice == TIE else Cell(shorten(run.model_title(one.choice))),
                ]
                for one in latest
            ],
            text_columns=(1, 2, 3),
        )
    _case(run, latest)


def _lettered(run: LoadedRun, one: ListVerdict) -> dict[str, str]:
    """Models of one case in the order shown, with their letters."""
    return {
        name: f"{letter} {shorten(run.model_title(name))}" for letter, name in zip(LETTERS, one.shown, strict=False)
    }


@st.fragment
def _case(run: LoadedRun, latest: Sequence[ListVerdict]) -> None:
    """Draw the lists of one judged case with model names, and explanations."""
    # A retrained run of the same id may lack the held-out playlist.
    known = [(one, run.held_out_by_id(one.question)) for one in latest]
    cases = {place: (one, question) for place, (one, question) in enumerate(known) if question is not None}
    if not cases:
        return
    st.header(tr("Judged lists"))

    def name(place: int) -> str:
        one, _ = cases[place]
        won = tr("Tie") if one.choice == TIE else _lettered(run, one)[one.choice]
        facts = {"question": one.question, "judge": one.judge, "choice": won}
        return shorten(tr("{question}, judged by {judge}: {choice}", **facts))

    chosen = st.selectbox(tr("Judged case"), list(cases), format_func=name, key="panel.case", width=560)
    one, question = cases[chosen]
    ranked = run.recommend(Query(question.seed), one.shown, k=one.depth)
    why_dialog.lists(run, Query(question.seed, (), question), ranked, f"panel.why.{run.id}.{chosen}", question.hidden)
