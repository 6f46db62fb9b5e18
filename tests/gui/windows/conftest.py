"""A window whose runner says what a test wants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.setup import StudySetup
from gui.base.settings import Settings
from gui.windows.study_window import StudyWindow
from tests.gui.fakes import FakeRunner, Recorder, wine_setup


@dataclass
class Stage:
    """A shown window with its fake runner and its recorded messages."""

    window: StudyWindow
    messages: Recorder
    runners: list[FakeRunner]

    @property
    def runner(self) -> FakeRunner:
        """The runner of the study that is open."""
        return self.runners[-1]

    def action(self, name: str):
        """One of the window's actions."""
        return self.window.menus.action(name)

    def child(self, name: str):
        """The widget of an object name."""
        found = self.window.findChild(object, name)
        assert found is not None, name
        return found


@pytest.fixture
def stage(qtbot) -> Iterator[Stage]:
    """A window without a study."""
    runners: list[FakeRunner] = []

    def make(listener):
        runners.append(FakeRunner(listener))
        return runners[-1]

    messages = Recorder()
    window = StudyWindow(Settings(), make, messages)
    window.resize(1366, 768)
    window.show()
    yield Stage(window, messages, runners)
    messages.answer = "pause"
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    window.shutdown()
    window.deleteLater()


@pytest.fixture
def opened(stage: Stage, qtbot, tmp_path: Path) -> Stage:
    """The window with a study on the wine sample, all pages built."""
    open_study(stage, qtbot, tmp_path / "wine.study", wine_setup())
    return stage


def open_study(stage: Stage, qtbot, path: Path, setup: StudySetup) -> None:
    """Have the window open a study that the fake runner makes up."""
    path.write_bytes(b"")
    with qtbot.waitSignal(
        stage.window.settled, timeout=30_000
    ):  # its page is shown, every other is built, and workers are asked for
        stage.window.study.create(path, setup)
