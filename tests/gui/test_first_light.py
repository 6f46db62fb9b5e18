"""From a table to a tuned model with the real engine, as a person would: by clicks, in one window."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from engine.store import Reader
from gui.base.settings import Settings
from gui.windows.study_window import StudyWindow
from tests.gui.fakes import Recorder

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table whose last column follows from the first two."""
    rng = random.Random(0)
    rows = ["width,height,colour,area"]
    for _ in range(120):
        width, height = rng.uniform(1, 9), rng.uniform(1, 9)
        rows.append(f"{width:.3f},{height:.3f},{rng.choice('rgb')},{width * height:.3f}")
    path = tmp_path / "boxes.csv"
    path.write_text("\n".join(rows))
    return path


@pytest.fixture
def window(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A window with the real engine, whose new studies go to this test's folder."""
    monkeypatch.setattr(Settings, "study_folder", property(lambda self: tmp_path / "studies"))
    messages = Recorder()
    window = StudyWindow(Settings(), messages=messages)
    window.show()
    yield window
    messages.answer = "pause"
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)
    window.shutdown()
    window.deleteLater()


def child(window, name: str):
    return window.findChild(object, name)


def test_a_table_becomes_a_tuned_model(window, qtbot, table: Path):
    window.take(table)
    qtbot.waitUntil(lambda: window.study.is_open, timeout=60_000)
    assert window.study.setup.objective.target == "area"
    qtbot.waitUntil(lambda: child(window, "page_results") is not None, timeout=20_000)

    window.show_page("setup")
    assert not child(window, "button_run").isEnabled()
    qtbot.mouseClick(child(window, "button_confirm_target"), LEFT)
    child(window, "card_model").fold(False)
    search = child(window, "search_family")
    qtbot.keyClicks(search, "neighbours")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.study.setup.objective.family == "neighbours", timeout=30_000)
    child(window, "card_budget").fold(False)
    trials = child(window, "budget_trials")
    trials.selectAll()
    qtbot.keyClicks(trials, "4")

    qtbot.mouseClick(child(window, "button_run"), LEFT)
    qtbot.waitUntil(lambda: window.study.run_state == "ended", timeout=90_000)
    assert window.page == "live"
    assert window.study.history.counts()["complete"] == 4
    assert child(window, "label_done").text() == "4"
    assert child(window, "label_best").text() not in ("", "–")
    with Reader(window.study.path) as reader:
        assert len(reader.history()) == 4
        assert reader.history().best_number() == window.study.history.best_number()


def test_closing_while_running_and_opening_again_loses_nothing(qtbot, tmp_path: Path, monkeypatch, table: Path):
    monkeypatch.setattr(Settings, "study_folder", property(lambda self: tmp_path / "studies"))
    messages = Recorder()
    messages.answer = "pause"
    window = StudyWindow(Settings(), messages=messages)
    window.show()
    window.run_sample("sample:wine")
    qtbot.waitUntil(
        lambda: window.study.history is not None and window.study.history.counts()["complete"] >= 2, timeout=90_000
    )
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)
    shown, path = window.study.history.counts(), window.study.path
    window.shutdown()
    window.deleteLater()
    assert shown["running"] == 0
    with Reader(path) as reader:
        assert reader.history().counts() == shown


def test_a_file_that_is_no_study_is_refused_and_the_window_goes_on(window, qtbot, tmp_path: Path):
    path = tmp_path / "letter.study"
    path.write_text("Dear reader, this is not a study. " * 50)
    window.take(path)
    qtbot.waitUntil(lambda: bool(window.messages.lines), timeout=20_000)
    assert "letter.study" in window.messages.lines[0].what
    assert window.messages.lines[0].remedy
    assert window.page == "start"
    assert window.study.is_empty
    assert path.read_text().startswith("Dear reader")
