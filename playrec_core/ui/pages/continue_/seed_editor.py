"""Ways to add to the open playlist: search, tags, a title, a list, a file, a held-out playlist."""

import pandas as pd
import streamlit as st

from playrec_core.data.builder import clean
from playrec_core.data.held_out import HeldOut
from playrec_core.data.types.vocabulary import UNKNOWN
from playrec_core.errors import DataError
from playrec_core.i18n import tr, trn
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.components.held_out import held_out
from playrec_core.ui.components.search_box import search_box, tag_box
from playrec_core.ui.components.seed import matching
from playrec_core.ui.components.seed.matching import Matches, Question
from playrec_core.ui.session import playlist as state
from playrec_core.ui.session.playlist import LONGEST_TITLE, OpenPlaylist
from playrec_core.ui.session.widget_sync import show
from playrec_core.ui.wording import terms
from playrec_core.ui.wording.escape import plain, shorten
from playrec_core.ui.wording.items import collection, labels
from playrec_core.ui.wording.run import in_nouns

from .uploads import LARGEST_MB, Dropped, read_upload

_WAY, _MATCHES, _DROPPED = "continue.way", "continue.matches", "continue.dropped"
LONGEST_PASTE = 200_000
_ASKED_AT_ONCE = 10


def seed_editor(run: LoadedRun, playlist: OpenPlaylist) -> None:
    """Draw the chosen way to add; only that one, to keep the page fast."""
    ways = {
        "search": ("search", run.nouns.item.capitalize()),
        "tags": ("label", tr("Tag")),
        "title": ("title", tr("Title")),
        "list": ("content_paste", tr("List or file")),
        "held out": ("quiz", tr("Held out")),
    }
    if not _has_titles(run):
        del ways["title"]

    def shown(way: str) -> str:
        icon, name = ways[way]
        return f":material/{icon}: {name}"

    if st.session_state.get(_WAY) not in ways:
        st.session_state[_WAY] = "search"
    way = st.segmented_control(
        tr("Add by"), list(ways), format_func=shown, key=_WAY, required=True, label_visibility="collapsed"
    )
    if way == "search":
        search_box(run, "continue.search", lambda item: state.put(playlist.with_song(item), run.dataset))
    elif way == "tags":
        tag_box(run, "continue.tags", lambda tag: state.put(playlist.with_tag(tag), run.dataset))
    elif way == "title":
        _title(run, playlist)
    elif way == "list":
        _paste(run)
        _answer_questions(run, playlist)
        _drop(run, playlist)
    else:
        _pick_held_out(run, playlist)


@per_run(3)
def _has_titles(run: LoadedRun) -> bool:
    """Whether training playlists have titles; without any, a title is of no use."""
    return any(title.strip() for title in run.dataset.playlist_table["title"].to_pylist())


def _put(run: LoadedRun, playlist: OpenPlaylist) -> None:
    """Take a change made while the page is drawn, and rerun the page."""
    state.put(playlist, run.dataset)
    st.rerun()


def _title(run: LoadedRun, playlist: OpenPlaylist) -> None:
    show("continue.title", playlist.seed.title)

    def changed() -> None:
        now = state.current(run.dataset)
        state.put(now.with_title(st.session_state["continue.title"]), run.dataset)

    st.text_input(
        plain(tr("Title of the {collection}", collection=collection(run.nouns))),
        key="continue.title",
        on_change=changed,
        max_chars=LONGEST_TITLE,
        placeholder=tr("Night drive, first snow, …"),
    )
    st.caption(
        tr(
            "A title alone falls back to {items} from similarly titled {playlists}, unless a model reads titles.",
            items=plain(run.nouns.items),
            playlists=plain(run.nouns.playlists),
        )
    )


def _paste(run: LoadedRun) -> None:
    with st.form("continue.paste", border=False):
        text = st.text_area(
            tr("Paste a list"),
            placeholder=tr("One {item} a line: its title, “title - artist”, or its id", item=run.nouns.item),
            max_chars=LONGEST_PASTE,
            height=120,
        )
        if st.form_submit_button(tr("Add the list"), icon=":material/playlist_add:"):
            st.session_state[_MATCHES] = matching.match(run, map(clean, (text or "").splitlines()))


def _drop(run: LoadedRun, playlist: OpenPlaylist) -> None:
    file = st.file_uploader(
        tr("Or drop a JSON or CSV file"), type=["json", "csv", "tsv", "txt"], max_upload_size=LARGEST_MB
    )
    if file is None:
        st.session_state.pop(_DROPPED, None)
        return
    try:
        found = read_upload(file.name, file.getvalue())
    except DataError as error:
        st.error(tr("This file cannot be used."))
        st.text(shorten(str(error), 500))
        return
    chosen = found[0]
    if len(found) > 1:
        place = st.selectbox(
            plain(tr("Which {playlist} of the file?", playlist=run.nouns.playlist)),
            range(len(found)),
            format_func=lambda place: f"{place + 1}. {shorten(found[place].name, 60)}",
        )
        chosen = found[place or 0]
    if st.session_state.get(_DROPPED) != (file.file_id, chosen.name):
        st.session_state[_DROPPED] = (file.file_id, chosen.name)
        matches = matching.match(run, chosen.lines)
        st.session_state[_MATCHES] = Matches((), matches.questions, matches.left_out)
        opened = _dropped(run, matches, chosen)
        _put(run, playlist if opened.empty else opened)


def _dropped(run: LoadedRun, matches: Matches, chosen: Dropped) -> OpenPlaylist:
    """The playlist of a file. It replaces the open one, unless this data knows nothing of it."""
    opened = OpenPlaylist().with_title(chosen.title)
    for tag in run.dataset.tags.index(chosen.tags).tolist():
        opened = opened if tag == UNKNOWN else opened.with_tag(tag)
    for item in run.dataset.items.index(chosen.banned).tolist():
        opened = opened if item == UNKNOWN else opened.with_ban(item)
    return opened.with_songs(matches.found)


def _answer_questions(run: LoadedRun, playlist: OpenPlaylist) -> None:
    """Lines of a list that are not certain, each with its candidates."""
    matches: Matches | None = st.session_state.get(_MATCHES)
    if matches is None:
        return
    if matches.found:
        st.session_state[_MATCHES] = Matches((), matches.questions, matches.left_out)
        _put(run, playlist.with_songs(matches.found))
    if matches.left_out:
        st.warning(
            tr(
                "Only the first {most:,} lines were read; {n:,} were left out.",
                most=matching.MOST_LINES,
                n=matches.left_out,
            )
        )
    if not matches.questions:
        return
    unclear = [question for question in matches.questions if question.candidates]
    unknown = [question for question in matches.questions if not question.candidates]
    if unknown:
        st.caption(tr("Not found:"))
        st.text("\n".join(shorten(question.text, 100) for question in unknown[:_ASKED_AT_ONCE]))
    with st.form("continue.questions", border=False):
        chosen = [_ask(run, question, place) for place, question in enumerate(unclear[:_ASKED_AT_ONCE])]
        rest = unclear[len(chosen) :]
        if st.form_submit_button(tr("Add selected") if chosen else tr("OK"), icon=":material/check:"):
            st.session_state[_MATCHES] = Matches((), tuple(rest)) if rest else None
            _put(run, playlist.with_songs(item for item in chosen if item is not None))


def _ask(run: LoadedRun, question: Question, place: int) -> int | None:
    names = dict(zip(question.candidates, labels(run.dataset, question.candidates), strict=True))
    text = plain(question.text, 60)
    return st.selectbox(
        tr("Several {items} match “{text}”", items=plain(run.nouns.items), text=text)
        if question.exact
        else tr("“{text}” not found. Did you mean", text=text),
        list(question.candidates),
        index=None,
        format_func=lambda item: f"{names[item]} · {run.dataset.items.outside([item])[0]}",
        placeholder=tr("Skip"),
        key=f"continue.question.{place}.{question.text}",
    )


def _pick_held_out(run: LoadedRun, playlist: OpenPlaylist) -> None:
    """Search among the held-out playlists; a click opens one."""
    if not len(run.held_out):
        st.caption(tr("This run has no held-out {playlist}.", playlist=plain(run.nouns.playlist)))
        return
    kinds = run.held_out.table[HeldOut.KIND].to_pylist()
    kind = st.pills(
        tr("What it shows"),
        [kind for kind in held_out.KINDS if kind in kinds],
        format_func=lambda kind: in_nouns(tr(held_out.KINDS[kind]), run.nouns),
        key="continue.kind",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(tr("Title, tag or id"), key="continue.held_out_text")
        rows = held_out.find(run, kind, text or "")
        if st.button(tr("Next"), icon=":material/skip_next:", key="continue.next", disabled=not len(rows)):
            _put(run, held_out.playlist_of(held_out.following(run, playlist, rows)))
    listed = rows[: held_out.MOST_LISTED].tolist()
    key = "continue.held_out_open"

    def opened() -> None:
        place = st.session_state[key]["row"]
        state.put(held_out.playlist_of(run.held_out_playlist(listed[place])), run.dataset)

    if listed:
        st.dataframe(
            _listing(run, listed),
            hide_index=True,
            height=250,
            key=f"continue.held_out.{run.id}",
            # Narrow figures leave the width to the title.
            column_config={
                "": st.column_config.ButtonColumn("", key=key, on_click=opened, type="tertiary", width=60),
                **dict.fromkeys((tr("Id"), tr("Shown"), tr("Hidden")), st.column_config.Column(width=60)),
                **dict.fromkeys((tr("Title"), tr("Tags")), st.column_config.Column(width=130)),
            },
        )
    counted = trn(
        "{n:,} held-out {playlist}",
        "{n:,} held-out {playlists}",
        len(rows),
        playlist=plain(run.nouns.playlist),
        playlists=plain(run.nouns.playlists),
    )
    if len(listed) < len(rows):
        counted = tr("{counted}, the first {n} listed", counted=counted, n=len(listed))
    st.caption(
        tr(
            "{counted}, with the number of {items} shown and hidden.",
            counted=counted,
            items=plain(run.nouns.items),
        )
    )


def _listing(run: LoadedRun, rows: list[int]) -> pd.DataFrame:
    asked = [run.held_out_playlist(row) for row in rows]
    tags = [[shorten(tag, 30) for tag in terms.tags(run.dataset, one.seed.tags)] for one in asked]
    columns = {
        "": [tr("Open")] * len(asked),
        tr("Id"): [shorten(one.id, 30) for one in asked],
        tr("Title"): [shorten(one.seed.title, 60) for one in asked],
        tr("Tags"): [", ".join(names) for names in tags],
        tr("Shown"): [len(one.seed.songs) for one in asked],
        tr("Hidden"): [len(one.hidden) for one in asked],
    }
    return pd.DataFrame({name: values for name, values in columns.items() if any(values)})
