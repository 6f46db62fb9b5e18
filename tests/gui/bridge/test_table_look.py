"""A table is looked at twice in the background: its first rows at once, then all of it, unless nobody wants it more."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from engine.errors import UserFault
from gui.bridge.background import Background
from gui.bridge.table_look import TableLook

ROWS = 60_000  # more than the head of a file that a quick look reads


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> Path:
    """A table whose last rows say something else of a column than the first."""
    path = tmp_path_factory.mktemp("large") / "large.csv"
    lines = [f"{row},{row % 7},{'word' if row == ROWS - 1 else row % 3}" for row in range(ROWS)]
    path.write_text("\n".join(["n,y,late", *lines]))
    return path


@pytest.fixture
def background(qapp):
    background = Background()
    yield background
    background.shutdown()


def test_the_first_rows_come_first_and_then_all(background, qtbot, large):
    found = []
    TableLook(background, "look").look(str(large), {}, {}, "y", found.append, pytest.fail)
    qtbot.waitUntil(lambda: len(found) == 2, timeout=30_000)
    first, whole = (one.info for one in found)
    assert first.sampled
    assert not whole.sampled
    assert whole.rows == ROWS
    assert 0.8 * ROWS < first.rows < 1.2 * ROWS
    assert first.cautions == ()
    assert "'word'" in whole.cautions[0].sentence


def test_a_small_table_is_looked_at_once(background, qtbot, tmp_path):
    path = tmp_path / "small.csv"
    path.write_text("a,b\n" + "1,2\n3,4\n" * 20)
    found = []
    TableLook(background, "look").look(str(path), {}, {}, "b", found.append, pytest.fail)
    qtbot.waitUntil(lambda: bool(found) and not background.is_busy, timeout=30_000)
    assert [one.info.sampled for one in found] == [False]


def test_a_fault_is_told_once(background, qtbot, tmp_path):
    told = []
    TableLook(background, "look").look(str(tmp_path / "gone.csv"), {}, {}, "b", pytest.fail, told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=30_000)
    assert [type(one) for one in told] == [UserFault]
    assert not background.is_busy


def test_a_newer_look_is_the_only_one_answered(background, qtbot, large, tmp_path):
    path = tmp_path / "small.csv"
    path.write_text("a,b\n" + "1,2\n3,4\n" * 20)
    look, older, newer = TableLook(background, "look"), [], []
    look.look(str(large), {}, {}, "y", older.append, pytest.fail)
    look.look(str(path), {}, {}, "b", newer.append, pytest.fail)
    qtbot.waitUntil(lambda: bool(newer) and not background.is_busy, timeout=30_000)
    assert older == []


def test_work_hears_that_nobody_waits_for_it_any_more(background, qtbot):
    begun, ended = threading.Event(), threading.Event()

    def work(cancelled):
        begun.set()
        while not cancelled():
            time.sleep(0.005)
        ended.set()

    background.call_cancellable("slow", work, pytest.fail, pytest.fail)
    assert begun.wait(10)
    assert not ended.is_set()
    done = []
    background.call("slow", lambda: 5, done.append, pytest.fail)
    qtbot.waitUntil(lambda: done == [5], timeout=10_000)
    assert ended.is_set()


@pytest.mark.parametrize("let_go", ["forget", "drop"])
def test_work_is_cancelled_when_everything_is_let_go(background, let_go):
    begun, ended = threading.Event(), threading.Event()

    def work(cancelled):
        begun.set()
        while not cancelled():
            time.sleep(0.005)
        ended.set()

    background.call_cancellable("slow", work, pytest.fail, pytest.fail)
    assert begun.wait(10)
    background.cancel_all() if let_go == "forget" else background.drop("slow")
    assert ended.wait(10)


def test_a_brief_background_leaves_no_thread(qapp, qtbot):
    background, done = Background(is_brief=True), []
    for number in range(3):
        background.call(f"topic {number}", lambda number=number: number, done.append, pytest.fail)
    qtbot.waitUntil(lambda: sorted(done) == [0, 1, 2], timeout=10_000)
    qtbot.waitUntil(lambda: not [one for one in threading.enumerate() if one.name == "background"], timeout=10_000)
