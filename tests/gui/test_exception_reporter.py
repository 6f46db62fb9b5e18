"""Mistakes of ours are written down once, told in one sentence, and nothing ends."""

from __future__ import annotations

import sys
import threading

import pytest
from PySide6.QtCore import QStandardPaths

from gui.exception_reporter import ExceptionReporter


@pytest.fixture
def crash(qapp, tmp_path, monkeypatch):
    """The hooks in force, writing to this test's folder."""
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda place: str(tmp_path))
    crash = ExceptionReporter()
    yield crash
    crash.restore()


def fail():
    raise ValueError("inside")


def raise_in(hook):
    try:
        fail()
    except ValueError:
        hook(*sys.exc_info())


def test_a_mistake_is_one_sentence_and_its_trace_is_in_a_file(crash, qtbot, tmp_path):
    with qtbot.waitSignal(crash.noticed) as heard:
        raise_in(sys.excepthook)
    assert heard.args[0].startswith("Internal error (ValueError at test_exception_reporter.py:")
    assert "Traceback" not in heard.args[0]
    assert "ValueError: inside" in (tmp_path / "errors.log").read_text()


def test_the_same_mistake_many_times_a_second_is_told_once(crash, qtbot, tmp_path):
    told = []
    crash.noticed.connect(told.append)
    for _ in range(100):
        raise_in(sys.excepthook)
    qtbot.waitUntil(lambda: bool(told))
    qtbot.wait(20)
    assert len(told) == 1
    assert (tmp_path / "errors.log").read_text().count("ValueError: inside") == 1


def test_mistakes_in_threads_are_heard_in_the_windows_thread(crash, qtbot):
    with qtbot.waitSignal(crash.noticed):
        thread = threading.Thread(target=fail)
        thread.start()
    thread.join()


def test_the_hooks_are_given_back(qapp):
    before = sys.excepthook, threading.excepthook
    ExceptionReporter().restore()
    assert (sys.excepthook, threading.excepthook) == before
