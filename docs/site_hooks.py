"""Hooks of ``mkdocs.yml``: folders in the navigation, and links that also work in the repository."""

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
FIGURES = "benchmarks"
"""Folder outside ``docs`` whose Markdown files are pages of the site too."""
_LINK = re.compile(r"\[([^\]]*)\]\(([^)#\s]+)(#[^)\s]*)?\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Replace each ``folder/`` of the navigation by the pages in it, ``README.md`` first."""
    config.nav = _expanded(config.nav)
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of `FIGURES`."""
    for file in (ROOT / FIGURES).glob("*.md"):
        files.append(File.generated(config, f"{FIGURES}/{file.name}", content=file.read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Point links between ``docs`` and `FIGURES` at their pages; leave only the text of links to other files."""
    own = page.file.src_uri
    folder = posixpath.dirname(own if own.startswith(f"{FIGURES}/") else f"docs/{own}")

    def rewritten(found: re.Match[str]) -> str:
        text, target, anchor = found[1], found[2], found[3] or ""
        if "://" in target:
            return found[0]
        path = posixpath.normpath(posixpath.join(folder, target))
        inside = path.removeprefix("docs/")
        if inside == path and not path.startswith(f"{FIGURES}/"):
            return text
        if files.get_file_from_path(inside) is None:
            return text if path.endswith(".py") else found[0]
        return f"[{text}]({posixpath.relpath(inside, posixpath.dirname(own) or '.')}{anchor})"

    return _LINK.sub(rewritten, markdown)


def _expanded(nav: Any) -> Any:
    if isinstance(nav, list):
        return [_expanded(entry) for entry in nav]
    if isinstance(nav, dict):
        return {title: _expanded(entry) for title, entry in nav.items()}
    if isinstance(nav, str) and nav.endswith("/"):
        folder = ROOT / nav if nav.startswith(FIGURES) else ROOT / "docs" / nav
        names = sorted((file.name for file in folder.glob("*.md")), key=lambda name: (name != "README.md", name))
        return [f"{nav}{name}" for name in names]
    return nav
