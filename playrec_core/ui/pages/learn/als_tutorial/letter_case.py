"""The letter-case trap of step 2: a title typed in another case creates a second item.

The MovieLens notebook (``docs/sources/als-notebook.md``) converts titles to lower case but types `Men in Black (1997)`
as written. The data then has two such items, and the second one scores 0.0085.
"""

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.schema import TITLE
from playrec_core.teaching.als_tutorial import mistyped
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.components.seed.matching import Matches, match
from playrec_core.ui.pages.learn.frame.step import named
from playrec_core.ui.wording import items
from playrec_core.ui.wording.escape import plain, shorten

from .workspace import Workspace


def trap(workspace: Workspace) -> None:
    """Draw it, or nothing if no title has another spelling."""
    titles = workspace.run.dataset.catalogue[TITLE].take(list(workspace.favourites.items)).to_pylist()
    typed = {place: other for place, title in enumerate(titles) if (other := mistyped(title or "")) is not None}
    if not typed:
        return
    st.subheader(tr("The letter-case trap"))
    st.markdown(
        tr(
            "The MovieLens notebook converted all titles to lower case, but one favourite was typed as written: `Men "
            "in Black (1997)`. To the program this was a different string, so it became a **new item with a single "
            "interaction**. It scored 0.0085, while other favourites scored 0.5 and more. Choose the favourite whose "
            "title is mistyped:"
        )
    )
    names = workspace.labels(workspace.columns)
    # In the notebook it was the second favourite.
    default = 1 if 1 in typed else next(iter(typed))
    place = st.pills(
        tr("Mistyped favourite"),
        list(typed),
        format_func=lambda one: plain(names[one], 40),
        default=default,
        required=True,
        key=f"learn.trap.{workspace.run.id}.{workspace.favourites.items}",
        label_visibility="collapsed",
    )
    _compare(workspace, place, names[place])
    _resolve(workspace, typed[place])


def _compare(workspace: Workspace, place: int, name: str) -> None:
    right, wrong = workspace.fitted, workspace.trained(place)[0]
    real, second, nouns = workspace.columns[place], len(workspace.subset.items), workspace.nouns
    rank = wrong.recommended(len(wrong.scores)).tolist().index(real) + 1
    n_with = int((workspace.subset.matrix.indices == real).sum())
    rows = [
        [
            tr("recognised: one item"),
            f"{n_with + 1:,}",
            Cell(f"{right.scores[real]:z.4f}", mark="best"),
            tr("a favourite"),
        ],
        [
            tr("not recognised: the duplicate item, which is in the new row"),
            "1",
            Cell(f"{wrong.scores[second]:z.4f}", mark="chosen"),
            tr("a favourite"),
        ],
        [
            tr("not recognised: the original item, which is not in the new row"),
            f"{n_with:,}",
            f"{wrong.scores[real]:z.4f}",
            tr("a recommendation like any other, rank {rank:,}", rank=rank),
        ],
    ]
    head = [
        shorten(name, 60),
        tr("{playlists} with it", playlists=nouns.playlists),
        tr("score (x · y)"),
        tr("role"),
    ]
    html_table.show(head, rows, text_columns=(3,))
    st.caption(
        tr(
            "The model was trained twice, with and without the mistake; everything else is the same. Nothing can be "
            "learned about a {song} with a single interaction: its vector stays near zero or, with a high alpha, "
            "memorises that one {playlist}. The original {song} may now be recommended to somebody who already named "
            "it.",
            **named(nouns),
        )
    )


def _resolve(workspace: Workspace, typed: str) -> None:
    """Draw an input whose text is matched by the same code as pasted lists."""
    text = st.text_input(
        tr("How this app matches titles: type one in upper or lower case"),
        typed,
        max_chars=300,
        key=f"learn.typed.{workspace.run.id}.{typed}",
    )
    found = match(workspace.run, [text])
    st.markdown(in_words(workspace, found))


def in_words(workspace: Workspace, found: Matches) -> str:
    """Return Markdown with the matching item, the candidates, or none."""
    nouns, dataset = workspace.nouns, workspace.run.dataset
    if found.found:
        title = items.markdown(dataset, found.found[0])
        return ":material/check: " + tr("One matching {song}: **{title}**.", title=title, **named(nouns))
    unresolved = next(iter(found.questions), None)
    if unresolved is None or not unresolved.candidates:
        nothing = tr("No {song} has this title. Nothing is added.", **named(nouns))
        return f":material/close: {nothing}"
    names = ", ".join(f"**{plain(name, 60)}**" for name in items.labels(dataset, unresolved.candidates[:5]))
    if unresolved.exact:
        message = tr(
            "Several {songs} match: {names}. The app asks which one is meant; it never guesses.",
            names=names,
            **named(nouns),
        )
    else:
        message = tr(
            "No exact match. Similar titles: {names}. The app asks which one is meant; it never guesses.",
            names=names,
        )
    return f":material/help: {message}"
