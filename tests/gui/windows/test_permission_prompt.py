"""A study that would leave its folder is asked about, and runs only after a yes; with the real engine."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtWidgets import QLabel

from engine import store
from engine.objectives.description import TableObjective
from engine.setup import Budget, Strategy, StudySetup
from engine.space import Int
from engine.study import Runner
from gui.base.settings import Settings
from gui.windows.study_window import StudyWindow
from tests.gui.fakes import Recorder


@pytest.fixture
def strange(qtbot, tmp_path):
    """A window on a study that somebody sent, which names a table elsewhere."""
    table = tmp_path / "private" / "table.csv"
    table.parent.mkdir()
    table.write_text("x,y\n" + "\n".join(f"{i % 17},{3 * (i % 17)}" for i in range(80)))
    path = tmp_path / "mail" / "a.study"
    path.parent.mkdir()
    objective = TableObjective(str(table), "y", "regression", "neighbours", "rmse")
    strategy = Strategy("grid", {"levels": 2})
    setup = StudySetup("strange", objective, {"n_neighbors": Int(1, 2)}, "minimize", strategy, Budget(workers=1))
    store.create(path, setup.to_json(), setup.search_space(), ("minimize",)).close()
    messages = Recorder()
    window = StudyWindow(Settings(), Runner, messages)
    window.show()
    with qtbot.waitSignal(window.study.opened, timeout=10_000):
        window.study.open(path)
    yield window, messages, table
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    window.shutdown()
    window.deleteLater()


def test_no_leaves_the_study_as_it_was(strange, qtbot):
    window, messages, table = strange
    messages.answer = "cancel"
    window.run()
    qtbot.waitUntil(lambda: bool(messages.questions), timeout=10_000)
    assert str(table) in messages.questions[0].text
    assert [verb for _, verb in messages.questions[0].answers] == ["Do not run", "Allow and run"]
    assert window.study.run_state == "idle"
    assert not window.study.has_trials


def test_yes_runs_it_and_is_remembered(strange, qtbot):
    window, messages, _ = strange
    messages.answer = "allow"
    window.run()
    qtbot.waitUntil(lambda: window.study.run_state == "ended", timeout=60_000)
    assert window.study.history.counts()["complete"] == 2
    window.study.put_setup(
        msgspec.structs.replace(window.study.setup, space={"n_neighbors": Int(1, 3)}, strategy=Strategy("random"))
    )
    window.study.put_setup(msgspec.structs.replace(window.study.setup, budget=Budget(trials=3, workers=1)))
    window.run()
    qtbot.waitUntil(lambda: window.study.history.counts()["complete"] == 3, timeout=60_000)
    assert len(messages.questions) == 1


def test_nothing_of_the_table_is_read_or_shown_before_a_yes(strange, qtbot):
    window, messages, table = strange
    window.show_page("setup")
    qtbot.waitUntil(lambda: any("wants to read" in one.what for one in window.study.problems), timeout=10_000)
    assert not any(one.forbids for one in window.study.problems)
    shown = [label.text() for label in window.findChildren(QLabel)]
    assert any(str(table) in text for text in shown)
    assert not window.study.classes
    messages.answer = "allow"
    window.run()
    qtbot.waitUntil(lambda: window.study.run_state == "ended", timeout=60_000)
