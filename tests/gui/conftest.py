"""Every window test runs offscreen, with settings of its own, and leaves no window and no thread behind."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from functools import partialmethod
from pathlib import Path

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before Qt is imported anywhere
os.environ.setdefault("QT_QUICK_BACKEND", "software")

pytest.importorskip("PySide6")

from PySide6.QtCore import QSettings, QStandardPaths
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.base.theme import apply_theme


def pytest_configure(config: pytest.Config) -> None:
    """Let through what the offscreen platform warns of: windows of a fixed size, and menus that open."""
    config.addinivalue_line("qt_log_ignore", "This plugin does not support")


PATIENCE_MS = 30_000  # what is waited for comes at once on a quiet machine, and this long may pass on a busy one


class PatientBot(QtBot):
    """Waits as long as a busy machine needs; a test that must not wait says so."""

    waitUntil = partialmethod(QtBot.waitUntil, timeout=PATIENCE_MS)  # noqa: N815 - Qt's way of names
    waitSignal = partialmethod(QtBot.waitSignal, timeout=PATIENCE_MS)  # noqa: N815 - Qt's way of names
    waitSignals = partialmethod(QtBot.waitSignals, timeout=PATIENCE_MS)  # noqa: N815 - Qt's way of names


@pytest.fixture
def qtbot(qapp, request) -> PatientBot:
    """The patient one, for every test of the window."""
    return PatientBot(request)


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """The test application's name, which its settings go by."""
    return ["twinloop-tests"]


@pytest.fixture(scope="session", autouse=True)
def themed(qapp: QApplication) -> None:
    """The application dressed as ``create_application`` dresses it."""
    qapp.setOrganizationName("Twinloop")
    qapp.setApplicationName("Twinloop tests")
    QStandardPaths.setTestModeEnabled(True)
    apply_theme(qapp, "light")


@pytest.fixture(scope="package", autouse=True)
def garbage_in_this_thread() -> Iterator[None]:
    """Collect garbage between tests and nowhere else: see :mod:`gui.base.garbage`."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(scope="module", autouse=True)
def what_lasts_is_no_garbage() -> None:
    """Between two files nothing of a test is left but modules: collecting need not walk through them again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path) -> Iterator[None]:
    """Settings in a folder of this test alone."""
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))
    store = QSettings()
    store.clear()
    yield
    store.clear()


@pytest.fixture(autouse=True)
def leaves_nothing_behind(qtbot) -> Iterator[None]:
    """Fails a test that leaves a shown window or a thread."""
    gc.collect()  # what the test before held is free only now
    before = set(threading.enumerate())
    yield
    for widget in QApplication.topLevelWidgets():
        if widget.isVisible() and widget.parent() is None:
            widget.close()
    left = [thread for thread in threading.enumerate() if thread not in before and thread.is_alive()]
    left = [thread for thread in left if not thread.name.startswith(("tables", "starter"))]  # for the whole program
    for thread in left:
        thread.join(PATIENCE_MS / 1000)
    gc.collect(1)
    assert not [thread for thread in left if thread.is_alive()]
