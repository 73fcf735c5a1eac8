"""A model in short: what it does, where it comes from, what it reads and what it costs."""

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.models import registry
from playrec_core.models.card import ModelCard
from playrec_core.schema import Nouns
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.models import FAMILIES, signals_in_words
from playrec_core.ui.wording.run import in_nouns, plain_nouns

from .costs import costs, size_text, time_text
from .inputs import members, reads, recommends


def description(run: LoadedRun, name: str) -> None:
    """Draw family, paragraph, equation and sources of a model of the run."""
    kind = registry.kind_of(name, run.config.models[name])
    family = tr(FAMILIES[kind.family])
    st.caption(tr("{family} · `{kind}`", family=family, kind=kind.kind))
    if kind.card is None:
        st.info(tr("This kind of model comes without a description."))
    else:
        _text(kind.card, Nouns(**plain_nouns(run)))


def _text(card: ModelCard, nouns: Nouns) -> None:
    st.markdown(in_nouns(tr(card.summary), nouns))
    st.latex(card.equation)
    st.caption(in_nouns(tr(card.symbols), nouns))
    heading = tr("Sources")
    lines = [f"**{heading}**", ""]
    for one in card.references:
        text = plain(one.text, 400)
        note = f" ({tr(one.note)})" if one.note else ""
        lines.append((f"- [{text}]({one.url})" if one.url else f"- {text}") + note)
    st.markdown("\n".join(lines))
    st.caption(tr("More in the repository: `docs/models/{page}.md`", page=card.page))


def facts(run: LoadedRun, name: str) -> None:
    """Draw what a model reads and recommends, its members, and what it costs."""
    cost = costs(run, name)
    parts = [run.model_title(part) for part in members(run, name)]
    below = tr("per held-out {playlist}", playlist=run.nouns.playlist)
    rows: list[list[str | Cell]] = [
        [tr("Reads"), signals_in_words(reads(run, name), run.nouns)],
        [tr("Recommends"), _recommends(run, name)],
        *([[tr("Members"), ", ".join(parts)]] if parts else []),
        [tr("Size on disk"), Cell(size_text(cost.size), tr("without its members") if parts else "")],
        [tr("Fit time"), Cell(time_text(cost.fit), tr("without its members") if parts else "")],
        [tr("Query time"), Cell(time_text(cost.query), below)],
    ]
    html_table.show([tr("Property"), tr("Value")], rows, text_columns=(1,))


def _recommends(run: LoadedRun, name: str) -> Cell:
    scored = recommends(run, name)
    by_vote = "tags" not in scored and len(run.dataset.tags) > 0
    voted = tr("tags by vote of the recommended {items}", items=run.nouns.items) if by_vote else ""
    return Cell(signals_in_words(scored, run.nouns), voted)
