"""SIGKILL at every step of writing a run and at random moments: the old or the new run opens, and writing resumes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

DRIVER = Path(__file__).with_name("kill_driver.py")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> list[dict]:
    artifacts = tmp_path_factory.mktemp("killed") / "artifacts"
    root = DRIVER.parents[2]
    command = [sys.executable, str(DRIVER), str(artifacts)]
    done = subprocess.run(command, cwd=root, env={"PYTHONPATH": str(root)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_kills_hit_every_stage(reports):
    done = [report["done"] for report in reports if report["how"].startswith("step")]
    assert [] in done
    assert ["data"] in done
    assert ["data", "model"] in done
    assert any(report["after_kill"]["seeds"] == [report["seed"]] for report in reports), "none after the swap"


def test_after_a_kill_the_old_run_opens_or_the_new_one(reports):
    for report in reports:
        assert report["after_kill"]["seeds"] in ([report["seed"] - 1], [report["seed"]]), report
        assert report["after_kill"]["problems"] == [], report


def test_the_next_attempt_resumes_finished_stages(reports):
    for report in reports:
        assert report["resumed"] == {"seeds": [report["seed"]], "problems": [], "died": False}, report
        assert report["redone"] == [], report
        assert report["left"] == [], report
