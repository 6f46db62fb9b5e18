"""Questions are boxes of the window that hold nothing up; their answers arrive by a call."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gui.base.messages import QtMessages, Question

QUESTION = Question("Leave?", "Trials are running.", (("go", "Leave"), ("stay", "Stay here")), "stay")


@pytest.fixture
def asked(qtbot):
    """A window with an open question, and the answers that came."""
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    answers: list[str] = []
    QtMessages(window).ask(QUESTION, answers.append)
    qtbot.waitUntil(lambda: window.findChild(object, "dialog_question").isVisible())
    return window, answers


@pytest.mark.parametrize(("button", "answer"), [("answer_go", "go"), ("answer_stay", "stay")])
def test_a_press_answers(asked, qtbot, button, answer):
    window, answers = asked
    assert answers == []
    qtbot.mouseClick(window.findChild(object, button), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: answers == [answer])


def test_escape_answers_with_the_careful_choice(asked, qtbot):
    window, answers = asked
    qtbot.keyClick(window.findChild(object, "dialog_question"), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: answers == ["stay"])


def test_enter_answers_with_the_first_choice(asked, qtbot):
    window, answers = asked
    qtbot.keyClick(window.findChild(object, "dialog_question"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: answers == ["go"])


def test_lines_go_out_as_they_are(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    messages, lines = QtMessages(window), []
    messages.spoken.connect(lines.append)
    messages.inform("Done.")
    messages.fault("The file is gone.", "Choose another.")
    assert [(str(line), line.bad) for line in lines] == [("Done.", False), ("The file is gone. Choose another.", True)]
