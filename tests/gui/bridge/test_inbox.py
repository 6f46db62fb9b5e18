"""The inbox hands events from any thread to the window's thread, in order and in frames."""

from __future__ import annotations

import threading

import shiboken6
from PySide6.QtCore import QThread

from gui.bridge.inbox import MOST_PER_FRAME, Inbox


def test_events_posted_from_a_thread_arrive_in_order_in_the_windows_thread(qtbot):
    inbox, heard, threads = Inbox(), [], set()

    def hear(batch):
        heard.extend(batch)
        threads.add(QThread.isMainThread())

    inbox.frame.connect(hear)
    thread = threading.Thread(target=lambda: [inbox.post((number,)) for number in range(3000)])
    thread.start()
    qtbot.waitUntil(lambda: len(heard) == 3000)
    thread.join()
    assert heard == list(range(3000))
    assert threads == {True}


def test_a_flood_is_spread_over_frames(qtbot):
    inbox, sizes = Inbox(), []
    inbox.frame.connect(lambda batch: sizes.append(len(batch)))
    inbox.post(tuple(range(MOST_PER_FRAME + 10)))
    qtbot.waitUntil(lambda: sum(sizes) == MOST_PER_FRAME + 10)
    assert sizes == [MOST_PER_FRAME, 10]


def test_a_thread_may_post_to_an_inbox_whose_window_has_gone(qtbot):
    """What it touches of Qt outlives every window: a sender that is taken apart meanwhile would be a crash."""
    gone, other, heard = Inbox(), Inbox(), []
    other.frame.connect(heard.append)
    shiboken6.delete(gone)
    thread = threading.Thread(target=lambda: [one.post((1,)) for one in (gone, gone, other)])
    with qtbot.captureExceptions() as raised:
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: bool(heard))
    assert heard == [(1,)]
    assert not raised
