"""One person, one browser: from starting the server to the first page, and from a click to what it changes.

    python benchmarks/clicks.py --artifacts artifacts

Starts the app, opens it in headless Chromium at 1280 px, and times: the server's start to a usable first page; then, on
every page, a click that changes something, from the click to the changed element, each repeated. Prints a table of
medians.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

from playrec_core.serving import LoadedRun

ROOT = Path(__file__).parents[1]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def settled(page: Page) -> None:
    page.wait_for_selector("h1")
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", state="attached")
    page.wait_for_timeout(700)


def timed(page: Page, click: Locator, watched: str) -> float:
    """Milliseconds from a click until the text of the watched element is another; measured inside the browser."""
    page.evaluate(
        """selector => {
            // The boards live in shadow roots, where document.querySelector does not look.
            const roots = () => [document, ...[...document.querySelectorAll('*')].map(e => e.shadowRoot).filter(r => r)]
            const text = () => roots().map(r => r.querySelector(selector)?.textContent).find(t => t !== undefined) ?? ''
            const old = text()
            window.changed = new Promise(done => {
                const press = () => { window.pressed = performance.now() }
                addEventListener('pointerdown', press, {once: true, capture: true})
                const look = () => (window.pressed && text() !== old) ? done(performance.now() - window.pressed)
                                                                      : requestAnimationFrame(look)
                window.pressed = 0
                look()
            })
        }""",
        watched,
    )
    click.click()
    spent = page.evaluate("window.changed")
    settled(page)
    return spent


def repeat(page: Page, times: int, click: Callable[[int], Locator], watched: str) -> list[float]:
    return [timed(page, click(turn), watched) for turn in range(times)]


def clicks(page: Page, address: str, run: LoadedRun, times: int) -> dict[str, list[float]]:
    """Every page's clicks by name."""
    songs = ",".join(map(str, run.dataset.items.outside(range(5))))
    found: dict[str, list[float]] = {}
    board = ".board"

    def visit(path: str) -> None:
        page.goto(f"{address}/{path}")
        settled(page)

    visit(f"Continue?songs={songs}")
    last = run.model_names[-1]
    section = page.locator(f".board section[data-model='{last}']")
    found["Continue: add an answer"] = repeat(page, times, lambda _: section.locator("button.add").first, board)
    found["Continue: ban an answer"] = repeat(page, times, lambda _: section.locator("button.ban").first, board)
    pills = page.get_by_test_id("stButtonGroup").filter(has_text="Models").get_by_role("button")
    found["Continue: hide or show a model"] = repeat(page, times, lambda _: pills.first, board)
    visit(f"Similar?songs={songs}")
    shelves = ".shelves"
    hop = page.locator(".shelves section").last.locator("button[data-act=open]")
    found["Similar: hop"] = repeat(page, times, lambda turn: hop.nth(2 + turn % 3), shelves)
    visit(f"Explain?songs={songs}")
    rows = page.locator(".shelves button[data-act=open]")
    heading = "[data-testid=stMain] h4"
    found["Explain: another answer"] = repeat(page, times, lambda turn: rows.nth(1 + turn % 5), heading)
    visit("Map")
    colour = page.get_by_test_id("stButtonGroup").first.get_by_role("radio")
    legend = ".js-plotly-plot .legend"
    found["Map: another colouring"] = repeat(page, times, lambda turn: colour.nth(1 + turn % 2), legend)
    visit("Metrics")
    tabs = page.get_by_role("tab")
    shown = "[data-testid=stTabs] [role=tabpanel]:not([hidden])"
    found["Metrics: another tab"] = repeat(page, times, lambda turn: tabs.nth((1, 2, 3, 0)[turn % 4]), shown)
    visit("Data")
    found["Data: another tab"] = repeat(page, times, lambda turn: tabs.nth((1, 2, 3, 4, 0)[turn % 5]), shown)
    visit("")
    links = page.get_by_test_id("stSidebar").get_by_role("link")
    title = "[data-testid=stMain] h1"
    found["any page: go to another page"] = repeat(page, times, lambda turn: links.nth(1 + turn % 5), title)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--artifacts", type=Path, default=ROOT / "artifacts")
    parser.add_argument("--times", type=int, default=11)
    parser.add_argument("--port", type=int, default=8596)
    given = parser.parse_args()
    address = f"http://127.0.0.1:{given.port}"
    run = LoadedRun.open(given.artifacts)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        started = time.perf_counter()
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(given.port)],
            cwd=ROOT,
            env=os.environ | {"PLAYREC_ARTIFACTS": str(given.artifacts.resolve())},
            stdout=subprocess.DEVNULL,
        )
        try:
            while True:
                try:
                    page.goto(address)
                    break
                except Exception as error:  # the port is not open yet
                    if "ERR_CONNECTION_REFUSED" not in str(error) or server.poll() is not None:
                        raise
                    time.sleep(0.02)
            listening = time.perf_counter()
            page.wait_for_selector("text=The models, measured")
            usable = time.perf_counter()
            print(f"first page: {listening - started:.1f} s until the server answers, {usable - listening:.1f} s more")
            page.set_default_timeout(10_000)
            for name, spent in clicks(page, address, run, given.times).items():
                ordered = sorted(spent)
                print(f"{name:<34} median {statistics.median(ordered):5.0f} ms   worst {ordered[-1]:5.0f} ms")
        finally:
            server.terminate()
            server.wait()
            browser.close()


if __name__ == "__main__":
    main()
