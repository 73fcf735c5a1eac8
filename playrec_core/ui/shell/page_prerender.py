"""Run a page in a headless session, so that its first visitor does not wait.

The cost of a first run is in many places: libraries, results per run, element types, caches of Streamlit. Running the
page covers them all.
"""

import asyncio
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime, SessionClient

_PATIENCE = 120
"""Seconds for one page."""


class _Client(SessionClient):
    """A client in place of a browser: it records errors, and when the run of the script ends.

    It sends no headers, by which pages recognise it.
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


def prerender(runtime: Runtime, language: str, address: str) -> list[str]:
    """Run the page at an address ("" for the first) in a headless session, and return its errors.

    Raises:
        queue.Empty: it took longer than two minutes and was stopped.
    """
    client = _Client()
    loop = runtime._get_async_objs().eventloop  # the methods of the runtime may only be called in its loop
    session = _on(loop, lambda: runtime.connect_session(client, {}))
    message = BackMsg()
    message.rerun_script.page_name = address
    message.rerun_script.context_info.locale = language
    try:
        _on(loop, lambda: runtime.handle_backmsg(session, message))
        client.over.get(timeout=_PATIENCE)
    finally:
        _on(loop, lambda: runtime.close_session(session))
    return client.errors


def _on(loop: asyncio.AbstractEventLoop, function: Callable[[], Any]) -> Any:
    """The result of a function, called by the thread of a loop."""

    async def do() -> Any:
        return function()

    return asyncio.run_coroutine_threadsafe(do(), loop).result()
