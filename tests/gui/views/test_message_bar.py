"""The line at the foot of the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gui.base.messages import Line
from gui.views import message_bar
from gui.views.message_bar import MessageBar


@pytest.fixture
def bar(qtbot, monkeypatch):
    """A bar in a shown window, whose good news stays for a blink."""
    monkeypatch.setattr(message_bar, "SHOWN_MS", 30)
    bar = MessageBar()
    qtbot.addWidget(bar)
    return bar


def test_good_news_goes_by_itself(bar, qtbot):
    bar.show_line(Line("Wrote a.study."))
    assert bar.isVisible()
    qtbot.waitUntil(lambda: not bar.isVisible())


def test_what_did_not_work_stays_until_it_is_closed(bar, qtbot):
    bar.show_line(Line("The file is gone.", "Choose another.", bad=True))
    qtbot.wait(80)
    assert bar.isVisible()
    assert bar.text == "The file is gone. Choose another."
    qtbot.mouseClick(bar.findChild(object, "button_close_message"), Qt.MouseButton.LeftButton)
    assert not bar.isVisible()


def test_the_newest_line_wins(bar):
    bar.show_line(Line("First.", bad=True))
    bar.show_line(Line("Second.", bad=True))
    assert bar.text == "Second."


def test_what_fits_into_one_line_takes_one(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(1180, 600)
    bar = MessageBar(parent)
    parent.show()
    bar.show_line(Line("Short.", bad=True))
    one = bar.height()
    bar.show_line(
        Line("Every change is kept in a-long-name--neural-network.study, in /home/somebody/Documents.", bad=True)
    )
    assert bar.height() == one
    bar.show_line(Line("Much longer. " * 40, bad=True))
    assert bar.height() > one
