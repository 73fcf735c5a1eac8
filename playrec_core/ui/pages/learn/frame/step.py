"""The frame of a step of the walk: a paragraph, a question for the class, the page that does it in full."""

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.schema import Nouns
from playrec_core.ui.wording.escape import plain


def words(text: str) -> None:
    """The paragraph, Markdown; data in it is escaped already."""
    st.markdown(text)


def ask_yourself(question: str, answer: str, *links: tuple[str, str]) -> None:
    """A question with one possible answer, folded away, and where to go on.

    Args:
        question, answer: Markdown; data in them is escaped already.
        links: the file of a page and what its link says.
    """
    with st.expander(tr("**Ask yourself.** {question}", question=question), icon=":material/psychology_alt:"):
        st.caption(tr("One answer"))
        st.markdown(answer)
    with st.container(horizontal=True, gap="medium"):
        for page, label in links:
            st.page_link(page, label=label, icon=":material/arrow_forward:", width="content")


def named(nouns: Nouns) -> dict[str, str]:
    """What sentences call things, escaped: ``song``, ``songs``, ``playlist``, ``playlists``."""
    return {
        "song": plain(nouns.item),
        "songs": plain(nouns.items),
        "playlist": plain(nouns.playlist),
        "playlists": plain(nouns.playlists),
    }
