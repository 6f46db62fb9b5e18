"""Cyclic garbage goes in the window's thread, and only there."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest

from gui.base.garbage import Garbage


class Knot:
    """Holds itself, so that only the collector can free it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def garbage(qapp):
    """The collector switched over, and back afterwards."""
    was_on = gc.isenabled()
    yield Garbage()
    gc.unfreeze()
    if was_on:
        gc.enable()


def test_another_thread_frees_nothing(garbage):
    knot = weakref.ref(Knot())
    thread = threading.Thread(target=lambda: [[] for _ in range(100_000)])
    thread.start()
    thread.join()
    assert knot() is not None


def test_a_look_frees_what_is_young(garbage):
    gc.collect()
    knot = weakref.ref(Knot())
    kept = [[] for _ in range(5_000)]
    garbage.collect_young()
    assert knot() is None
    assert len(kept) == 5_000


def test_a_sweep_frees_what_was_left_out_before(garbage):
    knot = weakref.ref(Knot())
    garbage.freeze()
    garbage.collect_young()
    assert knot() is not None
    garbage.collect_all()
    assert knot() is None
