"""Every page drawn once in a process before anybody opens it, in a session that no browser sees.

What a page's first run costs beyond its second lies in many places: libraries, what is made once a run, kinds of
elements, and Streamlit's own caches. Running the page meets them all, without a list of what each of them is.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime, SessionClient

from .navigation import address_of

_PATIENCE = 120
"""Seconds for one page: an audience that has waited so long for a large run's map leaves."""


class _Audience(SessionClient):
    """What a browser would be: it takes what the page sends, and remembers only what went wrong and when it is over.

    It sends no headers, by which pages tell that nobody looks.
    """

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.over: SimpleQueue[None] = SimpleQueue()

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        kind = msg.WhichOneof("type")
        if kind == "delta" and msg.delta.new_element.WhichOneof("type") == "exception":
            self.errors.append(msg.delta.new_element.exception.message)
        elif kind == "script_finished" and msg.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self.over.put(None)


@contextmanager
def rehearsal(runtime: Runtime, language: str) -> Iterator[Callable[[str], list[str]]]:
    """A session of nobody's for as long as the block lasts; what it gives draws a page and waits until that is done.

    The page's errors come back as texts: they are shown to whoever opens it.

    Args:
        runtime: the server's.
        language: the code of the one that pages are drawn in.

    Raises:
        queue.Empty: a page took two minutes; the block is over.
    """
    audience = _Audience()
    loop = runtime._get_async_objs().eventloop  # its methods may only be called there, and nothing else tells where
    session = _on(loop, lambda: runtime.connect_session(audience, {}))

    def draw(file: str) -> list[str]:
        audience.errors = []
        message = BackMsg()
        message.rerun_script.page_name = address_of(file)
        message.rerun_script.context_info.locale = language
        _on(loop, lambda: runtime.handle_backmsg(session, message))
        audience.over.get(timeout=_PATIENCE)
        return audience.errors

    try:
        yield draw
    finally:
        _on(loop, lambda: runtime.close_session(session))


def _on(loop: asyncio.AbstractEventLoop, deed: Callable[[], Any]) -> Any:
    """What a deed gives, done by the thread of a loop."""
    done: Future[Any] = Future()

    def do() -> None:
        try:
            done.set_result(deed())
        except BaseException as error:
            done.set_exception(error)

    loop.call_soon_threadsafe(do)
    return done.result()
