"""Another target or metric before the first run, by clicks in a window with the real engine: the best is the best."""

from __future__ import annotations

import csv
import itertools
import json
import random
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox

from engine.cli import main
from engine.data import metrics
from engine.store import Reader
from engine.study import TableProcess, suggest_setup
from gui.base.settings import Settings
from gui.windows.study_window import StudyWindow
from tests.gui.fakes import Recorder
from tests.helpers.turned import BEST, changed, entry, with_trials

LEFT = Qt.MouseButton.LeftButton
SLOW = 60_000


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table with a number and a class to predict, both of which follow from the first two columns."""
    rng = random.Random(0)
    rows = ["width,height,colour,area"]
    for _ in range(120):
        width, height = rng.uniform(1, 9), rng.uniform(1, 9)
        colour = "red" if width + rng.gauss(0, 1) > height else "blue"
        rows.append(f"{width:.3f},{height:.3f},{colour},{width * height + rng.gauss(0, 2):.3f}")
    path = tmp_path / "boxes.csv"
    path.write_text("\n".join(rows))
    return path


@pytest.fixture
def window(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A window with the real engine, whose new studies go to this test's folder."""
    monkeypatch.setattr(Settings, "study_folder", property(lambda self: tmp_path / "studies"))
    interval = QApplication.doubleClickInterval()
    QApplication.setDoubleClickInterval(50)
    messages = Recorder()
    window = StudyWindow(Settings(), messages=messages)
    window.show()
    yield window
    QApplication.setDoubleClickInterval(interval)
    messages.answer = "pause"
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)
    window.shutdown()
    window.deleteLater()


def child(window, name: str):
    found = window.findChild(object, name)
    assert found is not None, name
    return found


def choose(window, qtbot, name: str, place: int) -> None:
    """Choose an entry of a list as a person does: a click opens it, another one takes the entry."""
    combo: QComboBox = child(window, name)
    qtbot.mouseClick(combo, LEFT)
    popup = combo.view()
    qtbot.waitUntil(popup.isVisible)
    qtbot.wait(QApplication.doubleClickInterval() + 50)  # before, a click is the end of the one that opened the list
    popup.scrollTo(popup.model().index(place, 0))
    at = popup.visualRect(popup.model().index(place, 0)).center()
    qtbot.mouseMove(popup.viewport(), at)
    qtbot.mouseClick(popup.viewport(), LEFT, pos=at)
    qtbot.waitUntil(lambda: not popup.isVisible())


def begin(window, qtbot, table: Path) -> None:
    window.take(table)
    qtbot.waitUntil(lambda: window.study.is_open, timeout=SLOW)
    qtbot.waitUntil(lambda: window.findChild(object, "page_results") is not None, timeout=20_000)
    window.show_page("setup")
    child(window, "card_model").fold(False)
    search = child(window, "search_family")
    qtbot.keyClicks(search, "neighbours")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.study.setup.objective.family == "neighbours", timeout=SLOW)
    child(window, "card_model").fold(True)
    child(window, "card_budget").fold(False)
    trials = child(window, "budget_trials")
    trials.selectAll()
    qtbot.keyClicks(trials, "6")
    child(window, "card_budget").fold(True)
    child(window, "card_data").fold(False)
    qtbot.waitUntil(lambda: child(window, "combo_target").count() == 4, timeout=SLOW)


def choose_target(window, qtbot, name: str) -> None:
    combo = child(window, "combo_target")
    choose(window, qtbot, "combo_target", combo.findText(name))
    qtbot.waitUntil(lambda: window.study.setup.objective.target == name, timeout=SLOW)


def choose_metric(window, qtbot, name: str) -> None:
    combo = child(window, "combo_metric")
    choose(window, qtbot, "combo_metric", combo.findData(name))
    qtbot.waitUntil(lambda: window.study.setup.objective.metric == name)


def run(window, qtbot) -> None:
    if not window.study.setup.objective.target_confirmed:
        qtbot.mouseClick(child(window, "button_confirm_target"), LEFT)
        qtbot.waitUntil(lambda: window.study.setup.objective.target_confirmed, timeout=SLOW)
    qtbot.waitUntil(child(window, "button_run").isEnabled, timeout=SLOW)
    qtbot.mouseMove(child(window, "button_run"))  # it must not lie over the table of trials, which would hold its rows
    qtbot.mouseClick(child(window, "button_run"), LEFT)
    qtbot.waitUntil(lambda: window.study.run_state == "ended", timeout=120_000)
    assert window.study.history.counts()["complete"] == 6


def names_the_true_best(window, qtbot, capsys, tmp_path: Path, metric: str) -> None:
    """Everything that names a trial names the one that ``metric`` prefers."""
    scores = window.study.history.score.tolist()
    assert len(set(scores)) > 1, "equal trials tell nothing"
    better = max if metrics.get(metric).direction == "maximize" else min
    best = scores.index(better(scores))
    window.show_page("live")
    plot, trials = child(window, "plot_history"), child(window, "table_trials")
    qtbot.waitUntil(lambda: plot._picture.progress.best == best)  # it is drawn anew a few times a second
    assert plot._picture.minimize == (better is min)
    first = f"Trial {best}, complete, best so far"
    qtbot.waitUntil(lambda: trials.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == first)
    window.show_page("results")
    qtbot.waitUntil(lambda: f"trial {best}, " in child(window, "label_result").text())
    path = window.study.path
    capsys.readouterr()
    assert main(["show", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["best"]["number"], told["best"]["score"], told["put_right"]) == (best, scores[best], [])
    assert told["direction"] == metrics.get(metric).direction
    for ending in ("json", "yaml"):
        assert main(["export", str(path), "--to", str(tmp_path / f"best.{ending}")]) == 0
        exported = getattr(msgspec, ending).decode((tmp_path / f"best.{ending}").read_bytes())
        assert (exported["trial"], exported["score"]) == (best, scores[best])
        assert exported["direction"] == metrics.get(metric).direction
    assert main(["export", str(path), "--to", str(tmp_path / "best.csv")]) == 0
    with (tmp_path / "best.csv").open() as file:
        assert [float(row["value"]) for row in csv.DictReader(file)] == scores
    assert main(["export", str(path), "--to", str(tmp_path / "best.py")]) == 0
    script = [sys.executable, str(tmp_path / "best.py")]
    printed = subprocess.run(script, capture_output=True, text=True, check=True).stdout
    assert float(printed.splitlines()[-1].removeprefix("score: ")) == scores[best]
    with Reader(path) as reader:
        assert reader.study().put_right == ()
        assert reader.history().best_number() == best


def test_a_class_instead_of_a_number_turns_the_search(window, qtbot, capsys, tmp_path, table):
    begin(window, qtbot, table)
    assert window.study.setup.direction == "minimize"
    choose_target(window, qtbot, "colour")
    assert window.study.setup.direction == "maximize"
    run(window, qtbot)
    names_the_true_best(window, qtbot, capsys, tmp_path, "accuracy")


def test_another_metric_turns_the_search(window, qtbot, capsys, tmp_path, table):
    begin(window, qtbot, table)
    choose_metric(window, qtbot, "r2")
    run(window, qtbot)
    names_the_true_best(window, qtbot, capsys, tmp_path, "r2")


def test_undo_and_redo_turn_it_back_and_forth(window, qtbot, capsys, tmp_path, table):
    begin(window, qtbot, table)
    choose_metric(window, qtbot, "r2")
    choose_target(window, qtbot, "colour")
    choose_metric(window, qtbot, "log_loss")
    for _ in range(3):
        window.menus.action("undo").trigger()
    assert (window.study.setup.objective.metric, window.study.setup.direction) == ("rmse", "minimize")
    for _ in range(2):
        window.menus.action("redo").trigger()
    assert (window.study.setup.objective.metric, window.study.setup.direction) == ("accuracy", "maximize")
    run(window, qtbot)
    names_the_true_best(window, qtbot, capsys, tmp_path, "accuracy")


def test_every_walk_through_targets_and_metrics_keeps_them_together(window, qtbot, table):
    begin(window, qtbot, table)
    walk = [("colour", "classification"), ("area", "regression"), ("colour", "classification")]
    for target, task in walk:
        if window.study.setup.objective.target != target:
            choose_target(window, qtbot, target)
        for name in itertools.chain(metrics.names(task), reversed(metrics.names(task))):
            choose_metric(window, qtbot, name)
            window.study.flush()
            right = metrics.get(name).direction
            qtbot.waitUntil(lambda: window.study.is_saved)
            assert window.study.setup.direction == right
            assert window.study.history.directions == (right,)
            assert entry(window.study.path, "directions") == [right]


def test_a_metric_undone_while_a_model_is_looked_up_stays_undone(window, qtbot, table, monkeypatch):
    begin(window, qtbot, table)
    choose_metric(window, qtbot, "r2")
    may_answer = threading.Event()

    ask = TableProcess.ask

    def slow(process, question, *values, **more):
        if question is suggest_setup:
            may_answer.wait(30.0)
        return ask(process, question, *values, **more)

    monkeypatch.setattr(TableProcess, "ask", slow)
    child(window, "card_model").fold(False)
    search = child(window, "search_family")
    search.selectAll()
    qtbot.keyClicks(search, "support")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    window.menus.action("undo").trigger()
    assert window.study.setup.objective.metric == "rmse"
    may_answer.set()
    qtbot.waitUntil(lambda: window.study.setup.objective.family == "svm", timeout=SLOW)
    assert (window.study.setup.objective.metric, window.study.setup.direction) == ("rmse", "minimize")


def test_a_file_of_old_is_put_right_as_it_is_opened_and_the_window_says_so(window, qtbot, tmp_path):
    path = changed(with_trials(tmp_path / "old.study"), directions=["minimize"])
    window.take(path)
    qtbot.waitUntil(lambda: window.study.is_open, timeout=SLOW)
    qtbot.waitUntil(lambda: window.findChild(object, "page_results") is not None, timeout=20_000)
    (line,) = window.messages.lines
    assert line.what.startswith("This study looked for the smallest accuracy, but larger is better. That is put right")
    assert line.bad, "it stays until it was read"
    window.show_page("results")
    assert f"trial {BEST}, " in child(window, "label_result").text()
    assert entry(path, "directions") == ["maximize"]
