"""Titles, artists, tags and playlist names written by an enemy show as themselves, and nothing is fetched for them.

Guards against what streamlit's Markdown makes of a title such as ``![](http://...)``: seventeen of its elements fetch
the address.
"""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect

from playrec_core.testing.planted import HOSTILE
from playrec_core.training.pipeline import Options, train
from tests.browser.conftest import StartServer, settled
from tests.conftest import small_config

LESSONS = ("1 Data", "2 Favourites", "3 Vectors", "4 Neighbours", "5 Recommendations", "6 Explanation")
PAGES = (
    *("", "Continue", "Similar", "Map", "Explain", "Metrics", "Metrics?metrics_tab=Error+analysis", "Data"),
    "Metrics?metrics_tab=Two+models",
    "Disagreements",
    "Models",
    "Models?model=als",
    "What_if",
    *(f"Learn?step={step}" for step in LESSONS),
)


class Listener:
    """A web server on loopback that counts who asks."""

    def __init__(self) -> None:
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None: ...

        self.asked = asked
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.server.shutdown()


def hostile(listener: Listener) -> list[str]:
    """`HOSTILE` with its beacon pointed at the listener, and more ways to fetch."""
    return [
        *(text.replace("http://127.0.0.1:9", listener.address) for text in HOSTILE),
        f"<img src='{listener.address}/tag.png'>",
        f"![]({listener.address}/short.png)",
        f"<script src='{listener.address}/s.js'></script>",
    ]


@pytest.fixture(scope="module")
def hostile_address(listener: Listener, start_server: StartServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The app on a run in which every name is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    names = hostile(listener)
    songs = [
        {
            "id": song,
            "song_name": f"{names[song % len(names)]}",
            "artist_name_basket": [names[(song + 3) % len(names)]],
            "album_id": song // 4,
            "album_name": names[(song + 5) % len(names)],
            "song_gn_gnr_basket": [f"GN{1 + song % 3:02d}00"],
            "song_gn_dtl_gnr_basket": [],
            "issue_date": "20100101",
        }
        for song in range(120)
    ]
    playlists = [
        {
            "id": playlist,
            "plylst_title": names[playlist % len(names)],
            "tags": [names[(playlist + shift) % len(names)] for shift in range(3)],
            "songs": [(playlist * 7 + step * (1 + playlist % 3)) % 110 for step in range(12)],
            "like_cnt": playlist,
            "updt_date": "2020-01-01",
        }
        for playlist in range(120)
    ]
    genres = {"GN0100": names[0], "GN0200": names[1], "GN0300": names[3]}
    for file, value in (("song_meta", songs), ("train", playlists), ("genre_gn_all", genres)):
        (folder / f"{file}.json").write_text(json.dumps(value), encoding="utf-8")
    config = small_config()
    config = config.model_copy(update={"data": config.data.model_copy(update={"demo": None})})
    train(config, Options(folder / "artifacts", data=folder, threads=1), say=lambda _: None)
    return start_server(folder / "artifacts")


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_fetched_and_nothing_runs(page: Page, hostile_address: str, listener: Listener, name: str):
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    given = "&" if "?" in name else "?"
    page.goto(
        f"{hostile_address}/{name}{given}songs=0,1,2,3,4,5,6,7,8,9,10,11,12,13&title=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"
    )
    settled(page)
    for expander in page.get_by_test_id("stExpander").all():
        expander.locator("summary").click()
    settled(page)
    assert "owned" not in page.title()
    assert page.locator("img[src='x'], img[onerror], [data-testid=stMain] script").count() == 0
    assert page.locator("[data-testid=stMain] a[href^='javascript']").count() == 0
    own = (hostile_address, hostile_address.replace("http", "ws"), "data:", "blob:")
    outside = [url for url in requests if not url.startswith(own)]
    assert outside == []
    assert listener.asked == []


@pytest.mark.browser
def test_they_show_as_themselves(page: Page, hostile_address: str):
    page.goto(f"{hostile_address}/Continue?songs=0,1,2,3,4,5,6,7,8,9,10")
    settled(page)
    for text in (
        "<img src=x onerror=",
        "![beacon](http://127.0.0.1",
        "$\\frac{1}{2}$ and $x$",
        ":smile: :material/home:",
    ):
        expect(page.get_by_text(text).first).to_be_visible()


@pytest.mark.slow
@pytest.mark.browser
def test_a_name_of_ten_thousand_characters_does_not_widen_the_page(page: Page, hostile_address: str):
    for name in PAGES:
        given = "&" if "?" in name else "?"
        page.goto(f"{hostile_address}/{name}{given}songs=7,18,29")
        settled(page)
        width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth - innerWidth")
        assert width <= 0, name
