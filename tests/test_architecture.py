"""The house keeps its shape: arrows between the parts point one way, and what must stay out stays out."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ROOT / "playrec_core"

# From the bottom up. A part may import what stands in its own layer or below (DESIGN, "The house").
LAYERS = (
    {"errors", "language", "schema", "terminal", "discovery", "sparse", "ordering", "nearest", "journey"},
    {"vocabulary", "config"},
    {"store", "search", "data"},
    {"models", "titles"},
    {"ranking", "neighbours", "maps", "explain", "counterfactuals", "rerank", "preservation", "map_rest", "engines"},
    {"qdrant_space"},
    {"evaluation", "tag_islands", "faithfulness", "mix", "mixes", "lessons"},
    {"training", "serving", "recommend", "testing"},
    {"compare", "sweep", "case_file", "panel", "agreement"},
    {"ui", "__main__"},
)
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


def layer(part: str) -> int:
    return next(level for level, names in enumerate(LAYERS) if part in names)


@pytest.mark.parametrize("file", parts(), ids=lambda file: str(file.relative_to(CORE)))
def test_arrows_point_one_way(file):
    own = layer(part_of(file))
    for name in imports(file):
        pieces = name.split(".")
        if pieces[0] == "playrec_core" and len(pieces) > 1 and pieces[1] != "__version__":
            assert layer(pieces[1]) <= own, f"{file.name} imports {name}"


def test_every_part_has_its_place():
    assert {part_of(file) for file in parts()} == set().union(*LAYERS)


def test_streamlit_stays_in_ui_and_pages():
    allowed = {CORE / "ui"}
    for file in parts():
        if not any(file.is_relative_to(folder) for folder in allowed):
            assert not any(name.split(".")[0] == "streamlit" for name in imports(file)), file


@pytest.mark.parametrize("file", [*parts(), ROOT / "train.py", ROOT / "app.py"], ids=lambda file: file.name)
def test_heavy_libraries_are_imported_where_they_are_used(file):
    """Streamlit walks every object at each rerun; torch and umap alone made that 119 to 243 ms (DESIGN, facts)."""
    assert not {name.split(".")[0] for name in imports(file, top_level=True)} & HEAVY


def test_the_app_process_starts_without_them():
    program = (
        f"import sys, playrec_core.serving, playrec_core.ui.bootstrap; print(sorted({HEAVY!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_pages_are_short_and_do_not_import_one_another():
    pages = sorted((ROOT / "pages").glob("*.py"))
    assert pages
    for file in pages:
        lines = file.read_text(encoding="utf-8").count("\n")
        assert lines < 120, f"{file.name} has {lines} lines"
        assert not any(name.split(".")[0] in {"pages", "app"} for name in imports(file)), file.name


def test_no_file_is_long():
    for file in parts():
        lines = file.read_text(encoding="utf-8").count("\n")
        assert lines <= 450, f"{file.relative_to(ROOT)} has {lines} lines: one file, one subject"


def test_nothing_is_unpickled():
    """Runs and uploads are untrusted; a pickle is a program."""
    for file in [*parts(), ROOT / "train.py"]:
        names = {name.split(".")[0] for name in imports(file)}
        assert not names & {"pickle", "joblib", "dill", "shelve", "marshal"}, file
        text = file.read_text(encoding="utf-8")
        assert "allow_pickle=True" not in text
        assert "torch.load(" not in text
