"""Load test: reruns of the app by concurrent sessions, over Streamlit's own protocol.

    python -m benchmarks.sessions --artifacts artifacts --sessions 50 --seconds 60

Starts the app, opens the sessions (one websocket each, as a browser does), and lets each request a page with a new seed
every few seconds ("think time", exponential around 5 s). A rerun is measured from the request to the server's "script
finished". An exception element in a response counts as a failure. Prints median, p95, maximum, the number of failures
(exit code 1 if there was one) and the resident memory of the server.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
import urllib.parse
from collections.abc import Sequence

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.app_server import process, wait_until_up
from benchmarks.script import ARTIFACTS, parser, resident
from playrec_core.serving.loaded_run import LoadedRun

PAGES = ("Continue", "Continue", "Continue", "Similar", "Explain", "Metrics", "Map", "Data", "Learn", "")


def address(run: LoadedRun, rng: random.Random) -> str:
    """A query string with a seed of one to eight of the thousand most popular items."""
    rows = rng.sample(range(min(1000, run.dataset.n_items)), rng.randint(1, 8))
    return urllib.parse.urlencode({"songs": ",".join(map(str, run.dataset.items.outside(rows)))})


async def rerun(socket: websockets.ClientConnection, page: str, query: str) -> tuple[float, list[str]]:
    """Request a page; returns the seconds until it is finished, and its exceptions."""
    message = BackMsg()
    message.rerun_script.page_name = page
    message.rerun_script.query_string = query
    started, exceptions = time.perf_counter(), []
    await socket.send(message.SerializeToString())
    while True:
        answer = ForwardMsg()
        answer.ParseFromString(await socket.recv(decode=False))
        kind = answer.WhichOneof("type")
        if kind == "delta" and answer.delta.new_element.WhichOneof("type") == "exception":
            exceptions.append(answer.delta.new_element.exception.message)
        if kind == "script_finished":
            return time.perf_counter() - started, exceptions


async def session(
    port: int, run: LoadedRun, rng: random.Random, until: float, think: float, pages: Sequence[str]
) -> tuple[list[tuple[str, float]], list[str]]:
    """One user: a first page, then another page after each think time. The first page does not count."""
    times: list[tuple[str, float]] = []
    failures: list[str] = []
    uri = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with websockets.connect(uri, subprotocols=["streamlit"], max_size=None) as socket:  # type: ignore
        await asyncio.sleep(rng.uniform(0, think))
        while time.perf_counter() < until:
            page = rng.choice(pages)
            seconds, exceptions = await rerun(socket, page, address(run, rng))
            failures += exceptions
            times.append((page or "Home", seconds))
            await asyncio.sleep(rng.expovariate(1 / think))
    return times[1:], failures


async def crowd(port: int, run: LoadedRun, given: argparse.Namespace) -> int:
    until = time.perf_counter() + given.seconds
    rngs = [random.Random(f"{given.seed}/{place}") for place in range(given.sessions)]
    found = await asyncio.gather(*(session(port, run, rng, until, given.think, given.pages) for rng in rngs))
    times = [pair for part, _ in found for pair in part]
    failures = [text for _, part in found for text in part]
    for page in sorted({page for page, _ in times}):
        print(_line(page, [seconds for name, seconds in times if name == page]))
    print(_line("all", [seconds for _, seconds in times]), f"  {len(failures)} exceptions")
    print("\n".join(sorted(set(failures))))
    return 1 if failures else 0


def _line(label: str, seconds: list[float]) -> str:
    ordered = sorted(1000 * value for value in seconds)
    median, p95 = statistics.median(ordered), ordered[int(0.95 * len(ordered))]
    return (
        f"{label:<10}{len(ordered):6d} reruns   median {median:6.0f} ms   p95 {p95:6.0f} ms   max {ordered[-1]:6.0f} ms"
    )


def main() -> int:
    options = parser(__doc__, artifacts=ARTIFACTS, sessions=50, seconds=60.0, think=5.0, port=8599, seed=0)
    options.add_argument("--pages", nargs="*", default=PAGES, help='page names; "" is Home')
    given = options.parse_args()
    with process(given.artifacts, given.port) as server:
        wait_until_up(f"http://127.0.0.1:{given.port}")
        print(json.dumps({"sessions": given.sessions, "seconds": given.seconds, "think": given.think}))
        failed = asyncio.run(crowd(given.port, LoadedRun.open(given.artifacts), given))
        print(resident(server.pid))
        return failed


if __name__ == "__main__":
    sys.exit(main())
