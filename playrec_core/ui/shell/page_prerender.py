"""Every page drawn once in a process before anybody opens it, in a session that no browser sees.

What a page's first run costs beyond its second lies in many places: libraries, what is made once a run, kinds of
elements, and Streamlit's own caches. Running the page meets them all, without a list of what each of them is.
"""

import asyncio
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime, SessionClient

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
        elif kind == "page_not_found":
            self.errors.append("there is no such page")
        elif kind == "script_finished" and msg.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            if msg.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                self.errors.append("the page does not compile")
            self.over.put(None)


def rehearse(runtime: Runtime, language: str, address: str) -> list[str]:
    """Draw a page in a session of nobody's, and wait until that is done.

    Args:
        runtime: the server's.
        language: the code of the one that the page is drawn in.
        address: of the page; "" for the first.

    Returns:
        The page's errors, which are told to whoever opens it.

    Raises:
        queue.Empty: it took two minutes; it was told to end.
    """
    audience = _Audience()
    loop = runtime._get_async_objs().eventloop  # its methods may only be called there, and nothing else tells where
    session = _on(loop, lambda: runtime.connect_session(audience, {}))
    message = BackMsg()
    message.rerun_script.page_name = address
    message.rerun_script.context_info.locale = language
    try:
        _on(loop, lambda: runtime.handle_backmsg(session, message))
        audience.over.get(timeout=_PATIENCE)
    finally:
        _on(loop, lambda: runtime.close_session(session))
    return audience.errors


def _on(loop: asyncio.AbstractEventLoop, deed: Callable[[], Any]) -> Any:
    """What a deed gives, done by the thread of a loop."""

    async def do() -> Any:
        return deed()

    return asyncio.run_coroutine_threadsafe(do(), loop).result()
