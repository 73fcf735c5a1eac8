"""Hash of the source code that a result depends on: a module and everything it imports from this package.

Part of the keys of content caches and interrupted trainings, so that a change of the code invalidates what it may have
changed, and nothing else. Modules that are found by name at run time (models, readers, metrics) are imported nowhere:
callers name those they use.
"""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
"""The folder that contains the package."""
PACKAGE = __name__.partition(".")[0]


def code_version(modules: Iterable[str]) -> str:
    """SHA-256 over paths and contents of the files in `import_closure`.

    Args:
        modules: full names.
    """
    digest = hashlib.sha256()
    for path in import_closure(modules):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def import_closure(modules: Iterable[str]) -> list[Path]:
    """Source files of modules and of all that they import from this package, imports inside functions included.

    Args:
        modules: full names.

    Returns:
        Sorted paths.

    Raises:
        ModuleNotFoundError: one of ``modules`` is not in this package.
    """
    waiting = list(modules)
    for name in waiting:
        if _file(name) is None:
            raise ModuleNotFoundError(f"{name} is not a module in {ROOT / PACKAGE}")
    found: dict[str, Path] = {}
    while waiting:
        name = waiting.pop()
        path = _file(name)
        if path is not None and name not in found:
            found[name] = path
            package = name if path.name == "__init__.py" else name.rpartition(".")[0]
            waiting += [name.rpartition(".")[0], *_imports(path.read_bytes(), package)]
    return sorted(found.values())


def _file(name: str) -> Path | None:
    """The source file of a module; None for other packages and for names inside a module."""
    if name.partition(".")[0] != PACKAGE:
        return None
    path = ROOT.joinpath(*name.split("."))
    return next((file for file in (path / "__init__.py", path.with_name(path.name + ".py")) if file.is_file()), None)


@cache
def _imports(source: bytes, package: str) -> tuple[str, ...]:
    """Full names that a module of ``package`` imports: modules, and names that may be modules."""
    return tuple(dict.fromkeys(name for node in ast.walk(ast.parse(source)) for name in _names(node, package)))


def _names(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = package.split(".")[: package.count(".") + 2 - node.level] if node.level else []
        module = ".".join([*above, *([node.module] if node.module else [])])
        yield from (module, *(f"{module}.{alias.name}" for alias in node.names))
