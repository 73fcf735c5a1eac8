"""Architecture: imports point one way, between layers and between folders, and heavy libraries stay out of start-up."""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ROOT / "playrec_core"

# From the bottom up. A part may import what is in its own layer or below.
LAYERS = (
    {"errors", "i18n", "schema", "plugins", "numerics", "bundle"},
    {"config"},
    {"store", "text_index", "data"},
    {"models"},
    {"ranking", "similarity"},
    {"evaluation"},
    {"explain", "projection", "voting", "human_eval"},
    {"training", "serving"},
    {"teaching", "api"},
    {"testing"},
    {"ui", "commands", "__main__"},
)
# The same inside the interface.
UI_LAYERS = (
    {"wording", "session", "runtime", "frontend"},
    {"charts"},
    {"components"},
    {"pages"},
    {"shell"},
)
MAX_FILES, MAX_LINES, MAX_ROOT_MODULES = 20, 400, 8
HEAVY = {"torch", "umap", "implicit", "faiss", "sklearn", "numba", "xgboost", "optuna", "pyspark", "qdrant_client"}


def parts() -> list[Path]:
    return sorted(file for file in CORE.rglob("*.py") if file != CORE / "__init__.py")


def part_of(file: Path) -> str:
    first = file.relative_to(CORE).parts[0]
    return first.removesuffix(".py")


def imports(file: Path, *, top_level: bool = False) -> set[str]:
    """Absolute names of everything a file imports; with ``top_level``, only what happens when it is loaded."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    package = ("playrec_core", *file.relative_to(CORE).parent.parts) if file.is_relative_to(CORE) else ()
    found: set[str] = set()
    for node in tree.body if top_level else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            found |= {f"{module}.{alias.name}" for alias in node.names} | {module}
    return found


def layer(part: str, layers: tuple[set[str], ...]) -> int:
    return next(level for level, names in enumerate(layers) if part in names)


@pytest.mark.parametrize("file", parts(), ids=lambda file: str(file.relative_to(CORE)))
def test_arrows_point_one_way(file: Path):
    own = layer(part_of(file), LAYERS)
    for name in imports(file):
        match name.split("."):
            case ["playrec_core", "__version__", *_]:
                pass
            case ["playrec_core", "ui", part, *_] if part_of(file) == "ui" and file.parent != CORE / "ui":
                inside = file.relative_to(CORE / "ui").parts[0]
                assert layer(part, UI_LAYERS) <= layer(inside, UI_LAYERS), f"{file.name} imports {name}"
            case ["playrec_core", part, *_]:
                assert layer(part, LAYERS) <= own, f"{file.name} imports {name}"


def test_no_page_imports_another():
    pages = CORE / "ui" / "pages"
    for file in pages.rglob("*.py"):
        for name in imports(file):
            pieces = name.split(".")
            if pieces[:3] == ["playrec_core", "ui", "pages"] and len(pieces) > 3:
                assert pieces[3] == file.relative_to(pages).parts[0], f"{file.relative_to(pages)} imports {name}"


def test_every_part_has_its_place():
    assert {part_of(file) for file in parts()} == set().union(*LAYERS)
    inside = {file.relative_to(CORE / "ui").parts[0] for file in (CORE / "ui").rglob("*.py")} - {"__init__.py"}
    assert inside == set().union(*UI_LAYERS)


@cache
def arrows() -> dict[str, set[str]]:
    """Modules by the modules of this package that they import."""
    modules = {
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
        for file in CORE.rglob("*.py")
    }
    return {name: {other for other in imports(file) if other in modules} for name, file in modules.items()}


def circles(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Groups of nodes that reach one another (Kosaraju's strongly connected components)."""
    order: list[str] = []
    seen: set[str] = set()

    def visit(node: str, edges: Mapping[str, Iterable[str]], out: list[str]) -> None:
        seen.add(node)
        for other in edges.get(node, ()):
            if other not in seen:
                visit(other, edges, out)
        out.append(node)

    for node in graph:
        if node not in seen:
            visit(node, graph, order)
    backwards: dict[str, list[str]] = {}
    for node, others in graph.items():
        for other in others:
            backwards.setdefault(other, []).append(node)
    seen.clear()
    found = []
    for node in reversed(order):
        if node not in seen:
            group: list[str] = []
            visit(node, backwards, group)
            found.append(sorted(group))
    return [group for group in found if len(group) > 1]


def folder_of(module: str) -> str:
    """A module at the top is a node of its own; every other belongs to its folder, without the folders below it."""
    inside = module.removeprefix("playrec_core").lstrip(".")
    folder = CORE / inside.replace(".", "/")
    return inside if folder.is_dir() or "." not in inside else inside.rpartition(".")[0]


def test_no_circle_between_files():
    # A package's empty `__init__` imports nothing, and "from . import sibling" names both.
    assert circles({name: others - {name} for name, others in arrows().items()}) == []


def test_no_circle_between_folders():
    between: dict[str, set[str]] = {}
    for module, others in arrows().items():
        own = folder_of(module)
        for other in others:
            is_package = (CORE / other.removeprefix("playrec_core").lstrip(".").replace(".", "/")).is_dir()
            if folder_of(other) != own and not is_package:
                between.setdefault(own, set()).add(folder_of(other))
    assert circles(between) == []


def test_no_folder_is_crowded():
    tracked = [file for file in CORE.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    files = Counter(file.parent for file in tracked if any(file.parent.glob("*.py")))
    crowded = {str(folder.relative_to(ROOT)): count for folder, count in files.items() if count > MAX_FILES}
    assert not crowded
    assert len(list(CORE.glob("*.py"))) <= MAX_ROOT_MODULES + 1  # and `__init__`


def test_streamlit_stays_in_ui_and_pages():
    allowed = {CORE / "ui"}
    for file in parts():
        if not any(file.is_relative_to(folder) for folder in allowed):
            assert not any(name.split(".")[0] == "streamlit" for name in imports(file)), file


@pytest.mark.parametrize("file", [*parts(), ROOT / "train.py", ROOT / "app.py"], ids=lambda file: file.name)
def test_heavy_libraries_are_imported_where_they_are_used(file):
    """Streamlit walks every object at each rerun; torch and umap alone made that 119 to 243 ms."""
    assert not {name.split(".")[0] for name in imports(file, top_level=True)} & HEAVY


def test_the_app_process_starts_without_them():
    modules = "playrec_core.serving.loaded_run, playrec_core.ui.shell.app"
    program = f"import sys, {modules}; print(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_pages_are_short_and_do_not_import_one_another():
    pages = sorted((ROOT / "pages").rglob("*.py"))
    assert pages
    for file in pages:
        lines = file.read_text(encoding="utf-8").count("\n")
        assert lines < 120, f"{file.name} has {lines} lines"
        assert not any(name.split(".")[0] in {"pages", "app"} for name in imports(file)), file.name


def test_no_file_is_long():
    others = [file for name in ("tests", "benchmarks", "docs", "pages") for file in (ROOT / name).rglob("*.py")]
    for file in (*parts(), *others):
        lines = file.read_text(encoding="utf-8").count("\n")
        assert lines <= MAX_LINES, f"{file.relative_to(ROOT)} has {lines} lines: one file, one subject"


def test_nothing_is_unpickled():
    """Runs and uploads are untrusted; a pickle is a program."""
    for file in [*parts(), ROOT / "train.py"]:
        names = {name.split(".")[0] for name in imports(file)}
        assert not names & {"pickle", "joblib", "dill", "shelve", "marshal"}, file
        text = file.read_text(encoding="utf-8")
        assert "allow_pickle=True" not in text
        assert "torch.load(" not in text
