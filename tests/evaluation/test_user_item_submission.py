"""The Movie Rec submission checker: every fault is named, and valid files pass."""

import pytest

from playrec_core.errors import SubmissionError
from playrec_core.evaluation.user_item_submission import check_pairs

RIGHT = ["user,item", "11,4", "11,5", "14,1", "14,5"]


def check(tmp_path, lines) -> int:
    file = tmp_path / "submission.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    seen = {"11": {"1", "2"}, "14": {"4"}}
    return check_pairs(file, ["11", "14"], {"1", "2", "4", "5"}, seen.__getitem__, k=2)


def test_a_right_file_passes_in_any_order_of_lines(tmp_path):
    assert check(tmp_path, RIGHT) == 2
    assert check(tmp_path, [RIGHT[0], RIGHT[3], RIGHT[1], RIGHT[4], RIGHT[2]]) == 2


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (RIGHT[1:], "line 1: should be user,item"),
        ([*RIGHT, "15,1"], "line 6: unknown user '15'"),
        ([*RIGHT[:4], "14,9"], "line 5: there is no item '9'"),
        ([*RIGHT[:4], "14,4"], "line 5: user 14 has item 4 already"),
        ([*RIGHT[:4], "14,1"], "line 5: duplicate item 1 for user 14"),
        ([*RIGHT, "14,2"], "line 6: user 14 has more than 2 items"),
        (RIGHT[:4], "user 14 has 1 items; exactly 2"),
        ([*RIGHT[:4], "14,5,1.0"], "line 5: has 3 columns"),
        (["item,user", *RIGHT[1:]], "line 1: should be user,item"),
    ],
)
def test_every_fault_is_named(tmp_path, lines, fault):
    with pytest.raises(SubmissionError, match=fault):
        check(tmp_path, lines)
