"""A failure in any call of the store while a study is made, opened, written and closed leaves the file free and whole.

What failed is kept, as a log or a debugger keeps it: its frames must not hold the file.
"""

import sys
from collections import Counter
from pathlib import Path

import pytest

from engine import Float, store
from engine.events import TrialQueued
from engine.space import SearchSpace

ROOM = str(Path(store.__file__).parent)
SPACE = SearchSpace({"x": Float(0, 1)})
MOST = 4  # calls of one function that are tried


class Injected(Exception):
    """What is raised."""


class Failing:
    """Counts the calls of the store's functions, and fails at one of them."""

    def __init__(self, target=None, call=0):
        self.counts, self.target, self.call = Counter(), target, call

    def __call__(self, frame, event, argument):
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(ROOM):
            key = Path(code.co_filename).name, code.co_qualname
            self.counts[key] += 1
            if key == self.target and self.counts[key] == self.call:
                raise Injected(f"{key}, call {self.call}")

    def __enter__(self):
        sys.settrace(self)
        return self

    def __exit__(self, *failure):
        sys.settrace(None)


def life(path, told):
    """Make a study, or open it, queue a trial and close it; ``told`` counts what was said to be written."""
    writer = store.open_writer(path) if path.exists() else store.create(path, "", SPACE)
    try:
        writer.record([TrialQueued(writer.count, {"x": 0.5}, 0.0)])
        told.append(writer.count)
    finally:
        try:
            writer.close()
        except Injected:
            writer.close()  # as people do, or whatever ends after it
            raise


def places(path):
    """Every function and call of a life."""
    with Failing() as counted:
        life(path, [])
    return [(key, call) for key, calls in sorted(counted.counts.items()) for call in range(1, min(calls, MOST) + 1)]


@pytest.mark.parametrize("exists", [False, True], ids=["made", "opened"])
def test_wherever_a_call_fails_the_file_can_be_opened_and_holds_what_was_told(tmp_path, exists):
    first = tmp_path / "first.study"
    if exists:
        life(first, [])
    found, kept = places(first), []
    assert len(found) > 60
    for number, (target, call) in enumerate(found):
        path, told = tmp_path / f"{number}.study", []
        if exists:
            life(path, told)
        try:
            with Failing(target, call):
                life(path, told)
        except BaseException as failure:  # noqa: BLE001 - whatever it became on its way
            kept.append(failure)
        life(path, told)
        with store.Reader(path) as reader:
            assert len(reader.history()) >= len(told), target
    assert len(kept) > 50
