"""Help pages open from the menu and from a key, and close with Escape."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QTextBrowser

from gui.base.settings import Settings
from gui.dialogs.help_page import PAGES
from gui.windows.study_window import StudyWindow
from tests.gui.fakes import FakeRunner, Recorder


@pytest.fixture
def window(qtbot):
    shown = StudyWindow(Settings(), FakeRunner, Recorder())
    shown.show()
    yield shown
    shown.close()
    shown.shutdown()
    shown.deleteLater()


@pytest.mark.parametrize("page", PAGES)
def test_the_menu_shows_a_page_and_escape_closes_it(window, qtbot, page):
    window.findChild(QAction, f"action_help_{page}").trigger()
    dialog = window.findChild(QDialog, f"dialog_{page}")
    assert dialog.isVisible()
    assert not dialog.isModal()
    text = dialog.findChild(QTextBrowser)
    assert len(text.toPlainText()) > 500
    assert text.accessibleName() == PAGES[page]
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChild(QDialog, f"dialog_{page}") is None)
