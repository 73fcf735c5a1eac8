"""Takes the pictures of ``docs/screens`` from the real app on the current run: ``make screens``.

Needs Debian's chromium (and fonts-noto-cjk for Korean, fonts-noto-color-emoji for emoji in titles).
"""

from pathlib import Path

from playwright.sync_api import Page

from benchmarks.app_server import chromium, serving
from benchmarks.script import ARTIFACTS, ROOT, parser

SHOTS = {
    "home": ("", 1000),
    "continue": ("Continue", 1250),
    "similar": ("Similar", 1150),
    "map": ("Map", 1000),
    "explain": ("Explain", 1200),
    "metrics": ("Metrics", 1200),
    "figures": ("Metrics?metrics_tab=Error+analysis", 1250),
    "lens": ("Metrics?metrics_tab=Protocols", 1750),
    "disagreements": ("Disagreements", 1500),
    "models": ("Models", 1200),
    "model": ("Models?model=densified-query", 1500),
    "data": ("Data", 1000),
    "learn": ("Learn?step=3+Vectors", 1420),
    "lessons": ("Learn?lesson=popular", 1500),
    "why": ("Continue?models=ease,als,playlist-knn", 1000),
    "what-if": ("What_if?model=ease", 1600),
    "explanations": ("Metrics?metrics_tab=Explanations", 1400),
    "mix": ("Metrics?metrics_tab=Weighted+vote", 1500),
    "panel": ("Panel", 1200),
    "case": ("Case", 1200),
}
PRESSED = {
    "lessons": "button:has-text('Reveal')",
    "lens": "button:has-text('Compare protocols')",
    "why": "[data-model=ease] button[data-act=why]",
    "what-if": "button:has-text('Try it above')",
    "explanations": "button:has-text('Measure')",
}
"""Buttons that stand between a page and what its picture is of."""


def take(page: Page, address: str, folder: Path, suffix: str) -> None:
    for name, (path, height) in SHOTS.items():
        page.set_viewport_size({"width": 1280, "height": height})
        page.goto(f"{address}/{path}")
        page.wait_for_selector("h1")
        page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
        if name in PRESSED:
            page.locator(PRESSED[name]).first.click()
            page.wait_for_timeout(1500)
            page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
        page.wait_for_timeout(2500)  # charts draw themselves after the script has ended
        page.screenshot(path=folder / f"{name}{suffix}.png")


def main() -> None:
    options = parser(__doc__, artifacts=ARTIFACTS, output=ROOT / "docs" / "screens", port=8598)
    options.add_argument("--dark", action="store_true", help="the dark theme, as NAME-dark.png")
    given = options.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    with serving(given.artifacts, given.port) as address, chromium() as browser:
        page = browser.new_page(color_scheme="dark" if given.dark else "light", locale="en-GB")
        take(page, address, given.output, "-dark" if given.dark else "")


if __name__ == "__main__":
    main()
