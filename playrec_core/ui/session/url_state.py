"""State of a session that its address shows, so that a link, a reload and the browser's Back restore it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

T = TypeVar("T")
Parameters = dict[str, str]
"""Query parameters by name."""


@dataclass(frozen=True)
class UrlState(Generic[T]):
    """A value that lives in the session, outside any widget, and in the address.

    Streamlit forgets the value of a widget when another page is shown, so no widget owns it. An address that a person
    changed (a link, Back) wins over the session; otherwise the session wins over the address.

    Args:
        name: of the value in the session.
        parameters: the query parameters that belong to it.
        read: the value of some query parameters. They are untrusted: what cannot be is left out.
        write: the query parameters of a value; none for the first value.
        reset: whether an address with none of the parameters means the first value. By default it means nothing, and
            a link to another page keeps the value.
    """

    name: str
    parameters: Collection[str]
    read: Callable[[Parameters], T]
    write: Callable[[T], Parameters]
    reset: bool = False

    def get(self, valid: Callable[[T], bool] = lambda _: True) -> T:
        """The value, read from the address again if the session's is not valid; the address is made to show it."""
        given, session = self._given(), st.session_state
        changed = given != session.get(self._written) and bool(given or self.reset)
        if self.name not in session or changed or not valid(session[self.name]):
            session[self.name] = self.read(given)
        self.put(session[self.name])
        return session[self.name]

    def put(self, value: T) -> None:
        """Replace the value, in the session and in the address."""
        st.session_state[self.name] = value
        st.session_state[self._written] = wanted = self.write(value)
        if wanted != self._given():
            # In one go: each write is a step of the browser's history. An empty list removes a parameter.
            st.query_params.update({key: wanted.get(key, []) for key in self.parameters})

    @property
    def _written(self) -> str:
        return f"{self.name}.address"

    def _given(self) -> Parameters:
        return {key: st.query_params[key] for key in self.parameters if key in st.query_params}
