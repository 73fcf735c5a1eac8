"""The letter-case trap of step 2: a title typed in other letters made a second item, and the model learned of both.

The notebook lowered its titles and typed `Men in Black (1997)` as it is written; the data then had two of them, and
its author wondered why the second one scored 0.0085 (document 003).
"""

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.schema import TITLE
from playrec_core.teaching.als_tutorial import mistyped
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.components.seed.matching import Matches, match
from playrec_core.ui.pages.learn.frame.step import named, words
from playrec_core.ui.wording import items
from playrec_core.ui.wording.escape import plain, shorten

from .workspace import Desk


def trap(desk: Desk) -> None:
    """Draw it; nothing where no title could be typed in another way."""
    titles = desk.run.dataset.catalogue[TITLE].take(list(desk.favourites.items)).to_pylist()
    typed = {place: other for place, title in enumerate(titles) if (other := mistyped(title or "")) is not None}
    if not typed:
        return
    st.subheader(tr("The letter-case trap"))
    words(
        tr(
            "The notebook had made all its titles lower case, and then its author typed one favourite as it is "
            "written: `Men in Black (1997)`. To the program that was another string, so it became a **new item that "
            "nobody else holds**, and scored 0.0085 where its neighbours scored 0.5 and more. Choose whose title is "
            "typed so:"
        )
    )
    names = desk.labels(desk.columns)
    # The notebook's own slip was its second favourite.
    default = 1 if 1 in typed else next(iter(typed))
    place = st.pills(
        tr("Typed in other letters"),
        list(typed),
        format_func=lambda one: plain(names[one], 40),
        default=default,
        required=True,
        key=f"learn.trap.{desk.run.id}.{desk.favourites.items}",
        label_visibility="collapsed",
    )
    place = default if place is None else place
    _compare(desk, place, names[place])
    _resolve(desk, typed[place])


def _compare(desk: Desk, place: int, name: str) -> None:
    right, wrong = desk.lesson, desk.lesson_with_trap(place)
    real, second, nouns = desk.columns[place], len(desk.part.items), desk.nouns
    rank = wrong.recommended(len(wrong.scores)).tolist().index(real) + 1
    holders = int((desk.part.matrix.indices == real).sum())
    rows = [
        [
            tr("recognised: one item"),
            f"{holders + 1:,}",
            Cell(f"{right.scores[real]:z.4f}", mark="best"),
            tr("a favourite"),
        ],
        [
            tr("not recognised: the second item, which the newcomer holds"),
            "1",
            Cell(f"{wrong.scores[second]:z.4f}", mark="chosen"),
            tr("a favourite"),
        ],
        [
            tr("not recognised: the item that was meant, which the newcomer does not hold"),
            f"{holders:,}",
            f"{wrong.scores[real]:z.4f}",
            tr("an answer like any other, place {rank:,}", rank=rank),
        ],
    ]
    head = [
        shorten(name, 60),
        tr("{playlists} with it", playlists=nouns.playlists),
        tr("newcomer · {song}", song=nouns.item),
        tr("what it then is"),
    ]
    html_table.show(head, rows, text_columns=(3,))
    st.caption(
        tr(
            "Trained twice, with and without the slip, everything else alike. Of a {song} that one {playlist} alone "
            "holds nothing can be learned: its vector stays near zero, or, with a high alpha, is that {playlist} "
            "learned by heart. And the {song} that was meant can be recommended to somebody who had named it.",
            **named(nouns),
        )
    )


def _resolve(desk: Desk, slip: str) -> None:
    """How this app reads a title: typed by hand, answered by the same code that reads pasted lists."""
    typed = st.text_input(
        tr("How this app reads it: type a title in any letters"),
        slip,
        max_chars=300,
        key=f"learn.typed.{desk.run.id}.{slip}",
    )
    found = match(desk.run, [typed])
    st.markdown(in_words(desk, found))


def in_words(desk: Desk, found: Matches) -> str:
    """Markdown: the one item, the items that it could be, or none."""
    nouns, dataset = desk.nouns, desk.run.dataset
    if found.found:
        title = items.markdown(dataset, found.found[0])
        return ":material/check: " + tr("One {song}: **{title}**.", title=title, **named(nouns))
    question = next(iter(found.questions), None)
    if question is None or not question.candidates:
        nothing = tr("No {song} is called so. Nothing is added, and nothing is made up.", **named(nouns))
        return f":material/close: {nothing}"
    names = ", ".join(f"**{plain(name, 60)}**" for name in items.labels(dataset, question.candidates[:5]))
    if question.exact:
        asked = tr("It could be any of these: {names}. The app asks which one is meant; it never guesses.", names=names)
    else:
        asked = tr(
            "Nothing is called so; near it are: {names}. The app asks which one is meant; it never guesses.",
            names=names,
        )
    return f":material/help: {asked}"
