import pytest

from playrec_core.ui.components.comparison_grid.grid import ACTIONS
from playrec_core.ui.frontend.clicks import new_clicks


def test_clicks_are_done_once_each_and_in_order():
    sent = [[3, "add", "12", "als"], [4, "ban", "7", "ease"], [5, "hide", "als", "als"]]
    assert new_clicks(sent, 0, ACTIONS) == [(3, "add", "12", "als"), (4, "ban", "7", "ease"), (5, "hide", "als", "als")]
    assert new_clicks(sent, 4, ACTIONS) == [(5, "hide", "als", "als")]
    assert new_clicks(sent, 5, ACTIONS) == []


def test_a_click_sent_twice_in_one_message_is_done_once():
    assert new_clicks([[1, "add", "2", ""], [1, "add", "2", ""]], 0, ACTIONS) == [(1, "add", "2", "")]


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "add",
        {"add": 1},
        [[1, "add", "2"]],
        [["1", "add", "2", ""]],
        [[1, "rm -rf", "2", ""]],
        [[1, "add", 2, ""]],
        [3],
    ],
)
def test_what_is_no_click_is_left_out(sent: object):
    assert new_clicks(sent, 0, ACTIONS) == []
