"""The hash of code covers a module and everything it imports from the package, and nothing else."""

from pathlib import Path

import pytest

from playrec_core.store import code_version

FILES = {
    "__init__.py": "",
    "top.py": "import json\nfrom .below import part\n\ndef late():\n    import playrec_core.late\n",
    "late.py": "from playrec_core.below.part import NAME\n",
    "unused.py": "",
    "below/__init__.py": "",
    "below/part.py": "from ..back import NAME\nfrom .sibling import OTHER\n",
    "below/sibling.py": "OTHER = 1\n",
    "below/unused.py": "",
    "back.py": "import playrec_core.below.part\nNAME = 1\n",
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "playrec_core"
    (folder / "below").mkdir(parents=True)
    for name, content in FILES.items():
        (folder / name).write_text(content)
    monkeypatch.setattr(code_version, "ROOT", tmp_path)
    return folder


def closure(package: Path, *modules: str) -> set[str]:
    return {path.relative_to(package).as_posix() for path in code_version.import_closure(modules)}


def test_imports_are_followed_relative_absolute_late_and_in_circles(package: Path):
    inner = {"__init__.py", "below/__init__.py", "below/part.py", "below/sibling.py", "back.py"}
    assert closure(package, "playrec_core.back") == inner
    assert closure(package, "playrec_core.top") == inner | {"top.py", "late.py"}
    assert closure(package, "playrec_core.unused") == {"__init__.py", "unused.py"}
    assert closure(package, "playrec_core.below.sibling", "playrec_core.unused") == {
        "__init__.py", "below/__init__.py", "below/sibling.py", "unused.py",
    }  # fmt: skip


def test_the_hash_changes_with_content_and_path_of_imported_files_only(package: Path):
    def version() -> str:
        return code_version.code_version(["playrec_core.top"])

    before = version()
    (package / "unused.py").write_text("changed = 1\n")
    (package / "below" / "unused.py").write_text("changed = 1\n")
    assert version() == before
    (package / "below" / "sibling.py").write_text("OTHER = 2\n")
    changed = version()
    assert changed != before
    (package / "late.py").rename(package / "later.py")
    (package / "top.py").write_text(FILES["top.py"].replace("core.late", "core.later"))
    assert version() not in (before, changed)


def test_a_module_that_is_not_there_is_an_error(package: Path):
    for name in ("playrec_core.none", "json"):
        with pytest.raises(ModuleNotFoundError, match=name):
            code_version.import_closure([name])
