"""A study whose table was moved: Run says so, one press chooses the file again, and the run goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from engine import store
from engine.cli import main
from gui.base.settings import Settings
from gui.windows.study_window import StudyWindow
from tests.gui.fakes import Recorder

LEFT = Qt.MouseButton.LeftButton
SLOW = 60_000


@pytest.fixture
def moved(tmp_path: Path):
    """A study with two trials, whose table lies elsewhere now: the study's path and the table's."""
    table, study = tmp_path / "t.csv", tmp_path / "a.study"
    table.write_text("\n".join(["n,colour,price", *[f"{n % 7},{'rgb'[n % 3]},{n * 1.5}" for n in range(80)]]))
    asked = ("--target", "price", "--model", "neighbours", "--trials", "2")
    assert main(["new", "--data", str(table), *asked, str(study)]) == 0
    assert main(["run", str(study)]) == 0
    other = tmp_path / "b" / "u.csv"
    other.parent.mkdir()
    shutil.move(table, other)
    return study, other


@pytest.fixture
def window(qtbot):
    messages = Recorder()
    window = StudyWindow(Settings(), messages=messages)
    window.resize(1280, 900)
    window.show()
    yield window
    messages.answer = "pause"
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)
    window.shutdown()
    window.deleteLater()


def child(window, name: str):
    found = window.findChild(object, name)
    assert found is not None, name
    return found


def test_the_file_is_chosen_again_and_the_run_goes_on(window, qtbot, moved):
    study, table = moved
    window.take(study)
    qtbot.waitUntil(lambda: window.study.is_open and bool(window.study.problems), timeout=SLOW)
    qtbot.waitUntil(lambda: window.findChild(object, "page_results") is not None, timeout=SLOW)
    window.run()
    assert window.messages.lines[-1].what.startswith("The table t.csv is no longer in ")
    assert window.page == "setup"
    button = child(window, "button_choose_again")
    assert button.isVisible()
    assert button.isEnabled()
    assert button.hasFocus()
    window.messages.file = study  # no table at all
    qtbot.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: not window.study.awaits_edit, timeout=SLOW)
    assert window.study.problems
    window.messages.file = table
    qtbot.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: not window.study.problems, timeout=SLOW)
    qtbot.waitUntil(lambda: not button.isVisible(), timeout=SLOW)
    assert window.study.setup.objective.source == str(table)
    budget = child(window, "budget_trials")
    child(window, "card_budget").fold(False)
    budget.selectAll()
    qtbot.keyClicks(budget, "3")
    qtbot.waitUntil(child(window, "button_run").isEnabled, timeout=SLOW)
    qtbot.mouseClick(child(window, "button_run"), LEFT)
    qtbot.waitUntil(lambda: window.study.run_state == "ended", timeout=SLOW)
    assert window.study.history.counts()["complete"] == 3
    with store.Reader(study) as reader:
        assert reader.study()[0].objective.source == "b/u.csv"


def test_a_table_that_is_named_from_the_present_folder_is_found(window, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(Settings, "study_folder", property(lambda self: tmp_path / "studies"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_text("\n".join(["n,price", *[f"{n % 7},{n * 1.5}" for n in range(80)]]))
    window.take("t.csv")
    qtbot.waitUntil(lambda: window.study.is_open, timeout=SLOW)
    qtbot.waitUntil(lambda: window.study.hints is not None, timeout=SLOW)
    assert not window.study.problems
    assert window.study.setup.objective.source == str(tmp_path / "t.csv")
