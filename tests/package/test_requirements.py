"""The ranges of the package and the pins that users and tests install are about the same libraries, and agree."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


def pins(file: str) -> dict[str, str]:
    """Versions by name; each line pins one exactly."""
    found = {}
    for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("#", "-r ")):
            name, equals, version = line.partition("==")
            assert equals, f"{file}: {line} is no exact pin"
            found[name] = version
    return found


@pytest.mark.parametrize(
    ("ranges", "file"),
    [
        (PROJECT["dependencies"], "requirements.txt"),
        (EXTRAS["qdrant"], "requirements-qdrant.txt"),
        (EXTRAS["spark"], "requirements-spark.txt"),
    ],
    ids=["package", "qdrant", "spark"],
)
def test_every_pin_is_within_its_range(ranges: list[str], file: str):
    wanted = {one.name: one.specifier for one in map(Requirement, ranges)}
    pinned = pins(file)
    assert wanted.keys() == pinned.keys()
    for name, version in pinned.items():
        assert version in wanted[name], f"{name} {version} is not within {wanted[name]}"


def test_torch_is_pinned_and_the_others_are_ranges():
    exact = [one.name for one in map(Requirement, PROJECT["dependencies"]) if "==" in str(one.specifier)]
    assert exact == ["torch"]


def test_what_development_needs_is_pinned():
    assert set(pins("requirements-dev.txt")) >= {"hatchling", "pytest", "ruff", "pyright"}


def test_there_is_one_version_number():
    assert PROJECT["dynamic"] == ["version"]
    assert "version" not in PROJECT
