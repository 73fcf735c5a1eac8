"""The blind panel's other side: the names, who won, what nDCG would have said, and whether judges agree."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from ..agreement import among_judges, fitting, wilson, wins, with_metric
from ..errors import RunError
from ..evaluation.intervals import Interval
from ..panel import TIE, ListVerdict, SongVerdict, as_csv
from ..serving import LoadedRun
from . import html_table
from .html_table import Cell
from .panel_judge import LETTERS, Settings, judged_alike, panel, unusable
from .run_words import in_nouns
from .text import plain, shorten
from .theme import model_colours

_REVEALED = "playrec_panel_revealed"
_LATEST = 20


def reveal(run: LoadedRun, now: Settings) -> None:
    """The results for the models chosen, once a person has asked for them."""
    kept = panel()
    try:
        lists, songs = kept.lists(run.id), kept.songs(run.id)
    except RunError as error:
        unusable(error)
        return
    given = judged_alike(lists, now)
    if not given:
        st.info("No case of these models is judged yet. Judge a few under Judge; the names come out here.")
        return
    judges = len({one.judge for one in given})
    st.markdown(f"**{len(given)}** verdicts by **{judges}** judge{'' if judges == 1 else 's'} on these models.")
    if not st.session_state.get(_REVEALED):
        st.markdown("Once you have seen the names you may recognise a model by its taste. Judge first, then look.")
        st.button("Reveal the names", type="primary", on_click=lambda: st.session_state.update({_REVEALED: True}))
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
        "All verdicts of this run (CSV)",
        lambda: as_csv(lists, songs),
        "panel.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _share(found: Interval) -> Cell:
    if not found.n:
        return Cell("–")
    return Cell(f"{found.mean:.0%}", below=f"{found.low:.0%} to {found.high:.0%}")


def _wins(run: LoadedRun, given: Sequence[ListVerdict], songs: Sequence[SongVerdict]) -> None:
    colours, fits = model_colours(run.model_names), fitting(songs)
    none = Interval(np.nan, np.nan, np.nan, 0)
    st.subheader("Who won")
    html_table.show(
        ["Model", "Chosen", "Share of decided", in_nouns("Songs that fit", run.nouns)],
        [
            [
                Cell(shorten(run.model_title(one.model)), colour=colours[one.model]),
                f"{one.won} of {one.decided}",
                _share(one.share),
                _share(fits.get(one.model, none)),
            ]
            for one in wins(given)
        ],
    )
    ties = sum(one.choice == TIE for one in given)
    first = wilson(sum(one.choice == one.shown[0] for one in given if one.choice != TIE), len(given) - ties)
    chance = np.mean([1 / len(one.shown) for one in given])
    text = f"Ties: {ties} of {len(given)}. Intervals: Wilson, 95 %. "
    if first.n:
        text += (
            f"The list shown first was chosen in {first.mean:.0%} ({first.low:.0%} to {first.high:.0%}) of decided "
            f"cases; {chance:.0%} would be no preference for the place."
        )
    st.caption(plain(text, 500))


def _agreement(run: LoadedRun, given: Sequence[ListVerdict]) -> None:
    ids = run.held_out.table["id"].to_pylist()
    models = {name for one in given for name in one.shown}
    values = {name: dict(zip(ids, run.held_out_values(name)["ndcg"].tolist(), strict=True)) for name in sorted(models)}
    share, chance = with_metric(given, values)
    st.subheader("Does nDCG agree?")
    if not share.n:
        st.markdown("No decided case has one list with the highest nDCG.")
        return
    verdict = (
        "more often than chance" if share.low > chance else "less often than chance" if share.high < chance
        else "no more often than chance could explain"
    )  # fmt: skip
    st.markdown(
        f"In **{share.mean:.0%}** of {share.n} decided cases the chosen list is also the one that found most of what "
        f"was held out (95 % Wilson {share.low:.0%} to {share.high:.0%}; blind choice: {chance:.0%}): {verdict}."
    )
    st.caption(
        f"nDCG of each question, {run.config.ranking.depth} answers deep, {plain(run.dataset.name)}. Cases in which "
        "two lists share the highest nDCG are left out."
    )


def _judges(given: Sequence[ListVerdict]) -> None:
    st.subheader("Do judges agree?")
    found = among_judges(given)
    if not found:
        st.markdown("One judge so far, or no case in common. A second judge with the same seed gets the same cases.")
        return
    html_table.show(
        ["Judges", "Cases in common", "Same verdict", "Kappa"],
        [
            [
                Cell(", ".join(shorten(name, 40) for name in one.judges)),
                str(one.cases),
                str(one.same),
                Cell(
                    "–" if np.isnan(one.kappa) else f"{one.kappa:.2f}".replace("-", "−"),
                    below="Cohen" if len(one.judges) == 2 else "Fleiss",
                    note="Undefined: they all gave one and the same verdict" if np.isnan(one.kappa) else "",
                ),
            ]
            for one in found
        ],
    )
    st.caption("Kappa: 1 is full agreement, 0 what chance alone would give. A tie is a verdict like the others.")


def _cases(run: LoadedRun, given: Sequence[ListVerdict]) -> None:
    with st.expander(f"The latest {min(len(given), _LATEST)} cases, with names"):
        html_table.show(
            ["Case", "Judge", "Shown", "Chosen"],
            [
                [
                    Cell(shorten(one.question, 40)),
                    Cell(shorten(one.judge, 40)),
                    Cell(
                        ", ".join(
                            f"{letter} {run.model_title(name)}"
                            for letter, name in zip(LETTERS, one.shown, strict=False)
                        )
                    ),
                    "No list is better" if one.choice == TIE else Cell(shorten(run.model_title(one.choice))),
                ]
                for one in reversed(given[-_LATEST:])
            ],
            text_columns=(1, 2, 3),
        )
