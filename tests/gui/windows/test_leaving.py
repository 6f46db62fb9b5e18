"""A window that was closed is gone, with everything that it showed: the next one is as quick as the first."""

from __future__ import annotations

import gc
import weakref

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from engine.study import catalogue
from gui.base.settings import Settings
from gui.windows.study_window import StudyWindow
from tests.gui.fakes import FakeRunner, wine_setup


def nothing(window: StudyWindow) -> None:
    """Leave everything as it is."""


def whole_setup(window: StudyWindow) -> None:
    """Unfold every card, and ask what else can be searched."""
    for card in window.findChild(object, "page_setup").cards.values():
        card.fold(False)


def open_dialogs(window: StudyWindow) -> None:
    """Leave a file dialog, the help and the palette open."""
    for name in ("save_as", "help", "palette", "about"):
        window.menus.action(name).trigger()


@pytest.mark.parametrize("before", [nothing, whole_setup, open_dialogs], ids=lambda one: one.__name__)
def test_a_closed_window_is_gone(qtbot, tmp_path, before):
    catalogue()
    shown = len(QApplication.allWidgets())
    window = StudyWindow(Settings(), FakeRunner)
    window.show()
    study = tmp_path / "wine.study"
    study.write_bytes(b"")
    window._recent.add(study)
    with qtbot.waitSignal(window.settled):
        window.study.create(study, wine_setup())
    for page in ("setup", "live", "compare", "results"):
        window.show_page(page)
        QApplication.processEvents()
    before(window)
    window.close_without_asking()
    gone = weakref.ref(window)
    qtbot.waitUntil(lambda: not gone().isVisible())
    window.shutdown()
    window.centralWidget().deleteLater()  # as the application does
    del window

    def is_gone() -> bool:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        return gone() is None

    qtbot.waitUntil(is_gone)
    assert len(QApplication.allWidgets()) <= shown
