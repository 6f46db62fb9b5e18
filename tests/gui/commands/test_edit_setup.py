"""Edits undo and redo exactly, in any order, and typing undoes as one."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QUndoStack

from engine.setup import Budget
from gui.commands.edit_setup import EditSetup
from tests.gui.fakes import wine_setup


class Holder:
    """Shows a definition, as a document does."""

    def __init__(self) -> None:
        self.setup = wine_setup()

    def put(self, setup) -> None:
        self.setup = setup

    def edit(self, stack: QUndoStack, trials: int, key: str = "") -> None:
        after = msgspec.structs.replace(self.setup, budget=Budget(trials=trials))
        if after != self.setup:
            stack.push(EditSetup(f"{trials} trials", self.setup, after, self.put, key))


steps = st.lists(st.one_of(st.integers(1, 5), st.just("undo"), st.just("redo")), max_size=30)


@settings(deadline=None, max_examples=60)
@given(steps)
def test_undoing_all_gives_the_start_and_redoing_all_the_end(walk):
    holder, stack = Holder(), QUndoStack()
    for step in walk:
        if step == "undo":
            stack.undo()
        elif step == "redo":
            stack.redo()
        else:
            holder.edit(stack, step)
    end = holder.setup
    while stack.canRedo():
        stack.redo()
    last = holder.setup
    while stack.canUndo():
        stack.undo()
    assert holder.setup == wine_setup()
    while stack.canRedo():
        stack.redo()
    assert holder.setup == last
    assert end is not None


def test_typing_a_number_undoes_as_one(qapp):
    holder, stack = Holder(), QUndoStack()
    for trials in (1, 12, 120):
        holder.edit(stack, trials, "budget.trials")
    assert stack.count() == 1
    stack.undo()
    assert holder.setup == wine_setup()


def test_edits_of_different_fields_stay_apart(qapp):
    holder, stack = Holder(), QUndoStack()
    holder.edit(stack, 1, "a")
    holder.edit(stack, 2, "b")
    assert stack.count() == 2


def test_typing_that_ends_where_it_began_leaves_no_step(qapp):
    holder, stack = Holder(), QUndoStack()
    holder.edit(stack, 2, "a")
    before = wine_setup()
    stack.push(EditSetup("back", holder.setup, before, holder.put, "a"))
    assert stack.count() == 0
    assert holder.setup == before
