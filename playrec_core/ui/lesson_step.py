"""The frame of a step of the walk: a paragraph, a question for the class, the page that does it in full."""

import streamlit as st


def words(text: str) -> None:
    """The paragraph, Markdown; data in it is escaped already."""
    st.markdown(text)


def ask_yourself(question: str, answer: str, *links: tuple[str, str]) -> None:
    """A question with one possible answer, folded away, and where to go on.

    Args:
        question, answer: Markdown; data in them is escaped already.
        links: the file of a page and what its link says.
    """
    with st.expander(f"**Ask yourself.** {question}", icon=":material/psychology_alt:"):
        st.caption("One answer")
        st.markdown(answer)
    with st.container(horizontal=True, gap="medium"):
        for page, label in links:
            st.page_link(page, label=label, icon=":material/arrow_forward:", width="content")
