"""One person, one browser: from starting the server to the first page, and from a click to what it changes.

    python -m benchmarks.clicks --artifacts artifacts

Starts the app, opens it in headless Chromium at 1280 px, and times: the server's start to a usable first page; then, on
every page, a click that changes something, from the click to the changed element, each repeated. Prints a table of
medians, and what each page sends when it is opened. ``--all`` shows every model of the run instead of the first ones.
"""

import argparse
import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from benchmarks.app_server import ROOT, process, wait_until_up
from playrec_core.schema import TITLE
from playrec_core.serving import LoadedRun
from playrec_core.ui.navigation import pages

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def settled(page: Page) -> None:
    page.wait_for_selector("h1")
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", state="attached")
    page.wait_for_timeout(700)


WATCH = """selector => {
    // The boards live in shadow roots, where document.querySelector does not look.
    const roots = () => [document, ...[...document.querySelectorAll('*')].map(e => e.shadowRoot).filter(r => r)]
    const text = () => roots().map(r => r.querySelector(selector)?.textContent).find(t => t !== undefined) ?? ''
    const app = document.querySelector('[data-testid=stApp]')
    const old = text()
    let pressed = 0, ran = false
    const press = () => { pressed = performance.now() }
    addEventListener('pointerdown', press, {once: true, capture: true})
    // A run may begin and end between two frames: only an observer sees every one.
    const running = record => record.oldValue === 'running' || app.dataset.testScriptState === 'running'
    new MutationObserver(records => { ran ||= pressed && records.some(running) })
        .observe(app, {attributeFilter: ['data-test-script-state'], attributeOldValue: true})
    const over = () => app.dataset.testScriptState === 'notRunning' && text() && text() !== old
    // Nor does an observer see a run so short that both its ends reach the page at once: the text is new, and no run
    // follows within a second, and the time is that of the new text.
    let changed = 0
    window.answered = new Promise(done => {
        const look = () => {
            const now = performance.now()
            if (!over()) changed = 0
            else if (ran) return done(now - pressed)
            else changed ||= now
            if (changed && now - changed > 1000) return done(changed - pressed)
            requestAnimationFrame(look)
        }
        look()
    })
}"""


def timed(page: Page, click: Locator, watched: str) -> float:
    """Milliseconds from a press until the server's run is over and the watched text is another one, seen by the
    browser: what the browser changes by itself, such as the colour of a tab, does not count.
    """
    page.evaluate(WATCH, watched)
    click.click()
    spent = page.evaluate("Promise.race([window.answered, new Promise(done => setTimeout(done, 8000, -1))])")
    if spent < 0:
        raise SystemExit(f"{watched} did not change within 8 s of the click")
    settled(page)
    return spent


OVER = """() => {
    const app = document.querySelector('[data-testid=stApp]'), began = performance.now()
    window.answered = new Promise(done => {
        let ran = false
        new MutationObserver(records => {
            ran ||= app.dataset.testScriptState === 'running' || records.some(one => one.oldValue === 'running')
            if (ran && app.dataset.testScriptState === 'notRunning')
                requestAnimationFrame(() => done(performance.now() - began))
        }).observe(app, {attributeFilter: ['data-test-script-state'], attributeOldValue: true})
    })
}"""


def until_over(page: Page, act: Callable[[], None]) -> float:
    """Milliseconds from something that is no click, as a turn of the wheel or a typed letter, until the server's run
    that it brings about is over and drawn. The page's own wait for the next turn or letter (0.2 s) counts.
    """
    page.evaluate(OVER)
    act()
    spent = page.evaluate("Promise.race([window.answered, new Promise(done => setTimeout(done, 8000, -1))])")
    if spent < 0:
        raise SystemExit("no run followed within 8 s")
    settled(page)
    return spent


def repeat(page: Page, times: int, click: Callable[[int], Locator], watched: str) -> list[float]:
    return [timed(page, click(turn), watched) for turn in range(times)]


def clicks(page: Page, address: str, run: LoadedRun, times: int, shown_models: Sequence[str]) -> dict[str, list[float]]:
    """Every page's clicks by name."""
    songs = ",".join(map(str, run.dataset.items.outside(range(5)))) + f"&models={','.join(shown_models)}"
    found: dict[str, list[float]] = {}
    board = ".board"

    def visit(path: str) -> None:
        page.goto(f"{address}/{path}")
        settled(page)

    visit(f"Continue?songs={songs}")
    last = shown_models[-1]
    section = page.locator(f".board section[data-model='{last}']")
    found["Continue: add an answer"] = repeat(page, times, lambda _: section.locator("button.add").first, board)
    found["Continue: ban an answer"] = repeat(page, times, lambda _: section.locator("button.ban").first, board)
    hide = page.locator(".board section").last.locator("[data-act=hide]")
    found["Continue: hide a model"] = repeat(page, min(times, len(shown_models) - 2), lambda _: hide, board)
    visit(f"Similar?songs={songs}")
    shelves = ".shelves"
    hop = page.locator(".shelves section").last.locator("button[data-act=open]")
    found["Similar: hop"] = repeat(page, times, lambda turn: hop.nth(2 + turn % 3), shelves)
    visit(f"Explain?songs={songs}")
    rows = page.locator(".shelves button[data-act=open]")
    heading = "[data-testid=stMain] h2"
    found["Explain: another answer"] = repeat(page, times, lambda turn: rows.nth(1 + turn % 5), heading)
    typed = page.get_by_role("searchbox").first
    titles = [run.dataset.catalogue[TITLE][row].as_py()[:6].strip() for row in range(50, 50 + 3 * times)]
    words = [title for title in titles if len(title) > 2][:times]
    found["Similar: a title typed into the search"] = [
        until_over(page, lambda text=text: typed.fill(text)) for text in words
    ]
    visit("Data")  # another page first: the map's first view is then that of this process
    map_link = page.get_by_test_id("stSidebar").get_by_role("link").filter(has_text="Map")
    found["Map: first view"] = [timed(page, map_link, "[data-testid=stMain] h1")]
    visit(f"Map?models={','.join(shown_models)}")
    if run.map_size > len(run.map_points):  # songs beyond the laid out ones: the server draws the part in view
        page.locator(".map .stage").first.hover()
        found["Map: zoom"] = [until_over(page, lambda: page.mouse.wheel(0, -400)) for _ in range(times)]
    visit(f"Map?models={','.join(shown_models)}")
    colour = page.get_by_test_id("stButtonGroup").filter(has_text="genre").get_by_role("radio")
    legend = ".map .legend"
    found["Map: another colouring"] = repeat(page, times, lambda turn: colour.nth(1 + turn % 2), legend)
    visit(f"Metrics?models={','.join(shown_models)}")
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


def sent(browser: Browser, address: str, shown_models: Sequence[str]) -> dict[str, int]:
    """Bytes that reach a fresh browser over the session's websocket when a page is opened, by page."""
    found = {}
    for name in ("", *(Path(file).stem.split("_", 1)[1] for file, _, _ in pages())):
        page, frames = browser.new_page(), []
        page.on("websocket", lambda socket, to=frames: socket.on("framereceived", lambda data: to.append(len(data))))
        page.goto(f"{address}/{name}?models={','.join(shown_models)}")
        settled(page)
        found[name or "Home"] = sum(frames)
        page.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--artifacts", type=Path, default=ROOT / "artifacts")
    parser.add_argument("--times", type=int, default=11)
    parser.add_argument("--port", type=int, default=8596)
    parser.add_argument("--all", action="store_true", help="show every model of the run")
    given = parser.parse_args()
    address = f"http://127.0.0.1:{given.port}"
    run = LoadedRun.open(given.artifacts)
    shown = run.own_models if given.all else run.first_shown
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        started = time.perf_counter()
        with process(given.artifacts, given.port):
            wait_until_up(address)
            listening = time.perf_counter()
            page.goto(address)
            page.wait_for_selector("text=The models, measured")
            usable = time.perf_counter()
            print(f"first page: {listening - started:.1f} s until the server answers, {usable - listening:.1f} s more")
            page.set_default_timeout(10_000)
            for name, spent in clicks(page, address, run, given.times, shown).items():
                ordered = sorted(spent)
                print(f"{name:<34} median {statistics.median(ordered):5.0f} ms   worst {ordered[-1]:5.0f} ms")
            for name, size in sent(browser, address, shown).items():
                print(f"{name:<34} sends {size / 1e6:6.2f} MB when it is opened")
        browser.close()


if __name__ == "__main__":
    main()
