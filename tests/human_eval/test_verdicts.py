"""The panel's file: round trip, changed verdicts, concurrent writes, and fair orders."""

import csv
import io
import sqlite3
import threading
from collections import Counter
from pathlib import Path

import pytest

from playrec_core.errors import RunError
from playrec_core.human_eval.verdicts import (
    TIE,
    ListVerdict,
    Panel,
    SongVerdict,
    as_csv,
    blind_order,
    case_order,
    judge_name,
)
from playrec_core.testing.planted import HOSTILE


@pytest.fixture
def panel(tmp_path: Path) -> Panel:
    return Panel(tmp_path / "panel.sqlite")


def verdict(judge: str = "x", choice: str = "als", question: str = "7") -> ListVerdict:
    return ListVerdict(judge, "run-1", question, ("als", "ease"), choice, 10, 3, '{"id": "7"}')


def test_verdicts_survive_a_round_trip(panel: Panel):
    assert panel.lists("run-1") == []
    song = SongVerdict("x", "run-1", "7", "42", False, ("als",), 3)
    panel.judge_list(verdict())
    panel.judge_song(song)
    again = Panel(panel.path)
    assert again.lists("run-1") == [verdict()]
    assert again.songs("run-1") == [song]
    assert again.lists("another run") == []


def test_a_judge_may_change_a_verdict_whatever_the_order_of_lists(panel: Panel):
    panel.judge_list(verdict())
    panel.judge_list(verdict("y"))
    changed = ListVerdict("x", "run-1", "7", ("ease", "als"), TIE, 10, 9)
    panel.judge_list(changed)
    assert {one.judge: one.choice for one in panel.lists("run-1")} == {"x": TIE, "y": "als"}
    panel.withdraw_list(changed)
    assert [one.judge for one in panel.lists("run-1")] == ["y"]
    panel.judge_song(SongVerdict("x", "run-1", "7", "42", True, ("als",), 3))
    panel.withdraw_song("x", "run-1", "7", "42")
    assert panel.songs("run-1") == []


def test_what_was_not_shown_cannot_be_chosen(panel: Panel):
    with pytest.raises(ValueError, match="not shown"):
        panel.judge_list(verdict(choice="popularity"))


def test_concurrent_writes(panel: Panel):
    def judge(name: str) -> None:
        for question in range(10):
            panel.judge_list(verdict(name, question=str(question)))

    threads = [threading.Thread(target=judge, args=(f"judge {number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(one.judge for one in panel.lists("run-1")) == {f"judge {number}": 10 for number in range(6)}
    with sqlite3.connect(panel.path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_another_file_is_refused_with_a_message(panel: Panel):
    panel.path.write_bytes(b"not a database at all, but long enough to be one" * 50)
    with pytest.raises(RunError, match="Move the file away"):
        panel.lists("run-1")


def test_another_version_is_refused(panel: Panel):
    with sqlite3.connect(panel.path) as connection:
        connection.execute("PRAGMA user_version=9")
    with pytest.raises(RunError, match="version 9"):
        panel.lists("run-1")


@pytest.mark.parametrize("text", [*HOSTILE, "=HYPERLINK(1)", "'); DROP TABLE lists;--"])
def test_names_are_stored_as_text(panel: Panel, text: str):
    name = judge_name(text)
    panel.judge_list(verdict(name))
    assert panel.lists("run-1")[0].judge == name
    rows = list(csv.DictReader(io.StringIO(as_csv(panel.lists("run-1"), []).decode("utf-8-sig"))))
    assert rows[0]["judge"] in (name, f"'{name}")
    assert not rows[0]["judge"].startswith(("=", "+", "-", "@"))
    assert rows[0]["shown"] == '["als", "ease"]'


def test_an_empty_name_is_anonymous():
    assert judge_name(" \u0000 ") == "anonymous"
    assert len(judge_name("x" * 10_000)) == 40


def test_orders_are_uniform_and_reproducible():
    models = ("als", "ease", "item-knn")
    orders = Counter(blind_order(models, str(question), 5) for question in range(3000))
    assert len(orders) == 6
    assert min(orders.values()) > 400  # 500 expected, standard deviation 20
    assert blind_order(models[::-1], "12", 5) == blind_order(models, "12", 5)
    assert sorted(case_order(50, 1).tolist()) == list(range(50))
    assert case_order(50, 1).tolist() == case_order(50, 1).tolist() != case_order(50, 2).tolist()
