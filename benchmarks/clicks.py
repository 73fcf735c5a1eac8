"""Latency for one user: from the start of the server to the first page, and from a click to its effect.

    python -m benchmarks.clicks --artifacts artifacts

Starts the app, opens it in headless Chromium at 1280 px, and measures: server start to a usable first page; the first
view of every other page in this process, one sample each; and on every page clicks that change something, from the
click to the changed element, repeated. Prints a table of medians, and the bytes that each page sends when it is opened.
``--all`` shows every model of the run instead of the default ones.

    python -m benchmarks.clicks --artifacts artifacts --first-views 4

measures only first views, in that many processes, one after the other.
"""

import re
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, ViewportSize

from app import PAGES
from benchmarks.app_server import chromium, process, serving, wait_until_up
from benchmarks.script import ARTIFACTS, parser
from playrec_core.schema import TITLE
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.wording.escape import shorten

READ = 5000
"""Milliseconds on the first page before the first click."""
SIZE: ViewportSize = {"width": 1280, "height": 900}


def settled(page: Page) -> None:
    page.wait_for_selector("h1")
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", state="attached")
    page.wait_for_timeout(700)


WATCH = """selector => {
    // Custom components are in shadow roots, which document.querySelector does not search.
    const roots = () => [document, ...[...document.querySelectorAll('*')].map(e => e.shadowRoot).filter(r => r)]
    const text = () => roots().map(r => r.querySelector(selector)?.textContent).find(t => t !== undefined) ?? ''
    const app = document.querySelector('[data-testid=stApp]')
    const old = text()
    let pressed = 0, ran = false
    const press = () => { pressed = performance.now() }
    addEventListener('pointerdown', press, {once: true, capture: true})
    // A run may begin and end between two frames; only an observer sees all of them.
    const running = record => record.oldValue === 'running' || app.dataset.testScriptState === 'running'
    new MutationObserver(records => { ran ||= pressed && records.some(running) })
        .observe(app, {attributeFilter: ['data-test-script-state'], attributeOldValue: true})
    const over = () => app.dataset.testScriptState === 'notRunning' && text() && text() !== old
    // Not even an observer sees a very short run, whose start and end reach the page at once: then the text has
    // changed and no run follows within a second, and the time of the new text counts.
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


def answered(page: Page, problem: str) -> float:
    """Milliseconds that a script of the page measured; if it did not end within 8 s, exits with the problem."""
    spent = page.evaluate("Promise.race([window.answered, new Promise(done => setTimeout(done, 8000, -1))])")
    if spent < 0:
        raise SystemExit(problem)
    settled(page)
    return spent


def timed(page: Page, click: Locator, watched: str) -> float:
    """Milliseconds from a click until the rerun is over and the watched text has changed in the browser. Changes by the
    browser itself, such as the colour of a tab, do not count.
    """
    page.evaluate(WATCH, watched)
    click.click()
    return answered(page, f"{watched} did not change within 8 s of the click")


OVER = """() => {
    const app = document.querySelector('[data-testid=stApp]')
    let began = performance.now()
    addEventListener('pointerdown', () => { began = performance.now() }, {once: true, capture: true})
    window.answered = new Promise(done => {
        let ran = false, changed = 0
        new MutationObserver(records => {
            ran ||= app.dataset.testScriptState === 'running' || records.some(one => one.oldValue === 'running')
            if (ran && app.dataset.testScriptState === 'notRunning')
                requestAnimationFrame(() => done(performance.now() - began))
        }).observe(app, {attributeFilter: ['data-test-script-state'], attributeOldValue: true})
        // As above: a short run may be missed; then the time of its last change counts.
        new MutationObserver(() => { changed = performance.now() })
            .observe(app, {subtree: true, childList: true, characterData: true})
        const look = () => {
            if (changed && !ran && performance.now() - changed > 1000) return done(changed - began)
            requestAnimationFrame(look)
        }
        look()
    })
}"""


def until_over(page: Page, act: Callable[[], None]) -> float:
    """Milliseconds from a click, a turn of the wheel or a typed letter until the rerun is over and rendered, including
    the debounce of the page (0.2 s).
    """
    page.evaluate(OVER)
    act()
    return answered(page, f"no run followed within 8 s on {page.url}")


class Clicks:
    """The clicks of every page by name, in milliseconds."""

    def __init__(self, page: Page, address: str, run: LoadedRun, times: int, shown_models: Sequence[str]) -> None:
        self.page, self.address, self.run, self.times, self.shown = page, address, run, times, shown_models
        self.songs = ",".join(map(str, run.dataset.items.outside(range(5)))) + f"&models={','.join(shown_models)}"
        self.found: dict[str, list[float]] = {}

    def visit(self, path: str) -> None:
        self.page.goto(f"{self.address}/{path}")
        settled(self.page)

    def changed(self, name: str, click: Callable[[int], Locator], watched: str, times: int | None = None) -> None:
        """Clicks that change the text of an element."""
        spent = [timed(self.page, click(turn), watched) for turn in range(self.times if times is None else times)]
        self.found[name] = spent

    def ran(
        self,
        name: str,
        act: Callable[[int], None],
        *,
        before: Callable[[int], None] | None = None,
        after: Callable[[], None] | None = None,
    ) -> None:
        """Actions that are followed by a rerun; ``before`` and ``after`` are not measured."""
        for turn in range(self.times):
            if before:
                before(turn)
            self.found.setdefault(name, []).append(until_over(self.page, lambda turn=turn: act(turn)))
            if after:
                after()
                settled(self.page)

    def all(self) -> dict[str, list[float]]:
        pages = (self.first_views, self.continuing, self.similar, self.explained, self.map, self.measured, self.what_if)
        for measure in (*pages, self.others):
            measure()
        return self.found

    def first_views(self) -> None:
        """Open every page once in the order of the navigation, after a pause on the first one."""
        self.visit(f"?models={','.join(self.shown)}")
        self.page.wait_for_timeout(READ)
        links = self.page.get_by_test_id("stSidebar").get_by_role("link")
        for place in range(1, links.count()):
            page = links.nth(place).inner_text().split("\n")[-1].strip()
            self.changed(f"first view of {page}", lambda _, at=place: links.nth(at), "[data-testid=stMain] h1", times=1)

    def continuing(self) -> None:
        self.visit(f"Continue?songs={self.songs}")
        section = self.page.locator(f".board section[data-model='{self.shown[-1]}']")
        self.changed("Continue: add a recommendation", lambda _: section.locator("button.add").first, ".board")
        self.changed("Continue: exclude a recommendation", lambda _: section.locator("button.ban").first, ".board")
        explain = section.get_by_role("button", name=re.compile("^Why does"))
        drawer = self.page.get_by_role("dialog")

        def close() -> None:
            drawer.get_by_role("button", name="Close").click()
            drawer.wait_for(state="hidden")

        self.ran("Continue: explain a recommendation", lambda turn: explain.nth(turn % 5).click(), after=close)
        hide = self.page.locator(".board section").last.locator("[data-act=hide]")
        self.changed("Continue: hide a model", lambda _: hide, ".board", min(self.times, len(self.shown) - 2))

    def similar(self) -> None:
        self.visit(f"Similar?songs={self.songs}")
        hop = self.page.locator(".shelves section").last.locator("button[data-act=open]")
        self.changed("Similar: hop", lambda turn: hop.nth(2 + turn % 3), ".shelves")
        typed = self.page.get_by_role("searchbox").first
        titles = [self.run.dataset.catalogue[TITLE][row].as_py()[:6].strip() for row in range(50, 50 + 3 * self.times)]
        words = [title for title in titles if len(title) > 2]
        self.ran("Similar: a title typed into the search", lambda turn: typed.fill(words[turn]))

    def explained(self) -> None:
        self.visit(f"Explain?songs={self.songs}")
        rows = self.page.locator(".shelves button[data-act=open]")
        self.changed("Explain: another recommendation", lambda turn: rows.nth(1 + turn % 5), "[data-testid=stMain] h2")

    def map(self) -> None:
        self.visit(f"Map?models={','.join(self.shown)}")
        # The server renders the visible part of the points outside the layout.
        if self.run.maps.size > len(self.run.maps.points):
            self.page.locator(".map .stage").first.hover()
            self.ran("Map: zoom", lambda _: self.page.mouse.wheel(0, -400))
            self.visit(f"Map?models={','.join(self.shown)}")
        colour = self.page.get_by_test_id("stButtonGroup").filter(has_text="genre").get_by_role("radio")
        self.changed("Map: another colouring", lambda turn: colour.nth(1 + turn % 2), ".map .legend")

    def measured(self) -> None:
        self.visit(f"Metrics?models={','.join(self.shown)}")
        tabs, panel = self.page.get_by_role("tab"), "[data-testid=stTabs] [role=tabpanel]:not([hidden])"
        n = tabs.count()
        self.changed("Metrics: each of its tabs", lambda turn: tabs.nth((1 + turn) % n), panel, max(n, self.times))
        self.visit("Data")
        self.changed("Data: another tab", lambda turn: tabs.nth((1, 2, 3, 4, 0)[turn % 5]), panel)

    def what_if(self) -> None:
        self.visit(f"What_if?songs={self.songs}&model={self.shown[0]}")
        depths = self.page.get_by_role("radiogroup", name="Show top").get_by_role("radio")
        self.ran("What if: a longer or shorter list", lambda turn: depths.nth(turn % 3).click())
        models = self.page.get_by_role("combobox", name="Model")
        names = [shorten(self.run.model_title(name)) for name in self.run.model_names if name != self.shown[0]]

        def name(turn: int) -> str:
            return names[turn % len(names)]

        self.ran(
            "What if: another model",
            lambda turn: self.page.get_by_role("option", name=name(turn), exact=True).click(),
            before=lambda turn: models.fill(name(turn)),
        )

    def others(self) -> None:
        self.visit(f"Disagreements?models={','.join(self.shown)}")
        sought = self.page.get_by_role("radiogroup", name="Look for").get_by_role("radio")
        self.ran("Disagreements: look for another kind", lambda turn: sought.nth((1 + turn) % 3).click())
        self.visit("Panel")
        self.ran("Panel: skip a case", lambda _: self.page.get_by_role("button", name="Skip").click())
        self.visit("Learn")
        onwards = re.compile("^(Begin|Continue:)")
        ways = [self.page.get_by_role("button", name=name).first for name in (onwards, "All lessons")]
        heading = "[data-testid=stMain] h1"
        self.changed("Learn: open a lesson, and go back", lambda turn: ways[turn % 2], heading)
        self.visit("")
        links = self.page.get_by_test_id("stSidebar").get_by_role("link")
        self.changed("any page: go to another page", lambda turn: links.nth(1 + turn % (links.count() - 1)), heading)


def sent(browser: Browser, address: str, shown_models: Sequence[str]) -> dict[str, int]:
    """Bytes that a new browser receives over the websocket when a page is opened, by page."""
    found = {}
    for name in (page.address for section in PAGES.values() for page in section):
        page, frames = browser.new_page(), []
        page.on("websocket", lambda socket, to=frames: socket.on("framereceived", lambda data: to.append(len(data))))
        page.goto(f"{address}/{name}?models={','.join(shown_models)}")
        settled(page)
        found[name or "Home"] = sum(frames)
        page.close()
    return found


def first_views(
    browser: Browser, artifacts: Path, port: int, run: LoadedRun, shown_models: Sequence[str], processes: int
) -> dict[str, list[float]]:
    """First views of every page by a new browser in new processes, in milliseconds by page."""
    found: dict[str, list[float]] = {}
    for _ in range(processes):
        with serving(artifacts, port) as address:
            context = browser.new_context(viewport=SIZE)
            clicks = Clicks(context.new_page(), address, run, 1, shown_models)
            clicks.first_views()
            for name, spent in clicks.found.items():
                found.setdefault(name, []).extend(spent)
            context.close()
    return found


def show(found: dict[str, list[float]]) -> None:
    for name, spent in found.items():
        print(f"{name:<40} median {statistics.median(spent):5.0f} ms   worst {max(spent):5.0f} ms")


def main() -> None:
    options = parser(__doc__, artifacts=ARTIFACTS, times=11, port=8596, all=False)
    options.add_argument("--first-views", type=int, metavar="PROCESSES", help="measure only them, in so many processes")
    given = options.parse_args()
    address = f"http://127.0.0.1:{given.port}"
    run = LoadedRun.open(given.artifacts)
    shown = run.own_models if given.all else run.first_shown
    with chromium() as browser:
        if given.first_views:
            show(first_views(browser, given.artifacts, given.port, run, shown, given.first_views))
            return
        page = browser.new_page(viewport=SIZE)
        started = time.perf_counter()
        with process(given.artifacts, given.port):
            wait_until_up(address)
            listening = time.perf_counter()
            page.goto(address)
            page.wait_for_selector("text=Leaderboard")
            usable = time.perf_counter()
            print(f"first page: {listening - started:.1f} s until the server responds, {usable - listening:.1f} s more")
            page.set_default_timeout(10_000)
            show(Clicks(page, address, run, given.times, shown).all())
            for name, size in sent(browser, address, shown).items():
                print(f"{name:<40} sends {size / 1e6:6.2f} MB when it is opened")


if __name__ == "__main__":
    main()
