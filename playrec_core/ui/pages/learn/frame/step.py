"""Frame of a tutorial step: a question, and links to the pages that go further."""

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.schema import Nouns
from playrec_core.ui.wording.escape import plain


def ask_yourself(question: str, answer: str, *links: tuple[str, str]) -> None:
    """Draw a question with a collapsed answer, and links to other pages.

    Args:
        question, answer: Markdown, in which data is already escaped.
        links: files of pages and link texts.
    """
    with st.expander(tr("**Ask yourself.** {question}", question=question), icon=":material/psychology_alt:"):
        st.caption(tr("A possible answer"))
        st.markdown(answer)
    with st.container(horizontal=True, gap="medium"):
        for page, label in links:
            st.page_link(page, label=label, icon=":material/arrow_forward:", width="content")


def named(nouns: Nouns) -> dict[str, str]:
    """Return the nouns of a data set, escaped: ``song``, ``songs``, ``playlist``, ``playlists``."""
    return {
        "song": plain(nouns.item),
        "songs": plain(nouns.items),
        "playlist": plain(nouns.playlist),
        "playlists": plain(nouns.playlists),
    }
