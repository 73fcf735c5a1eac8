"""Undo and redo, and several values under names."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from playrec_core.ui.session.history import LONGEST, History, Named

VALUES = st.lists(st.integers(0, 5), max_size=20)


@given(VALUES)
def test_undo_goes_back_to_every_value_and_redo_forward_again(values: list[int]):
    history = History(0)
    for value in values:
        history = history.changed(value)
    states = [history]
    while (earlier := states[-1].undo()) != states[-1]:
        states.append(earlier)
    assert states[-1].now == 0
    assert all(a.now != b.now for a, b in pairwise(states)), "a step that changes nothing"
    again = states[-1]
    for wanted in reversed(states[:-1]):
        again = again.redo()
        assert again == wanted
    assert again.redo() == again == history


def test_a_change_after_an_undo_forgets_what_was_undone():
    history = History("a").changed("b").changed("c").undo().changed("d")
    assert history.redo() == history
    assert history.undo().now == "b"


def test_old_steps_are_forgotten():
    history = History(0)
    for value in range(1, 2 * LONGEST):
        history = history.changed(value)
    assert len(history.before) == LONGEST


def test_names_are_kept_apart():
    both = Named("a", {"a": History(1)}).added("a", 2)
    assert both.open == "a 2"
    assert [both.opened(name).current.now for name in ("a", "a 2", "no such name")] == [1, 2, 2]
    changed = both.with_current(both.current.changed(3)).opened("a")
    assert changed.current == History(1)
    assert changed.opened("a 2").current.undo().now == 2


def test_renaming_keeps_the_order_and_refuses_a_name_that_is_taken():
    both = Named("a", {"a": History(1), "b": History(2)})
    assert list(both.renamed("z").all) == ["z", "b"]
    assert both.renamed("z").current.now == 1
    assert both.renamed("b") == both.renamed("") == both


def test_the_last_one_cannot_be_removed():
    both = Named("b", {"a": History(1), "b": History(2)})
    assert both.removed().open == "a"
    assert both.removed().removed() == both.removed()
