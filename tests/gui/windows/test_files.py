"""Which study is which: one entry a file, names where titles repeat, what a drop does, and nothing that moves."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent

from engine import store
from engine.setup import Budget
from engine.study import Rejected, StartRun
from gui.app import Windows
from gui.base.messages import Line
from gui.base.settings import Settings
from gui.session.recent import Recent
from gui.windows.drops import words_for
from tests.gui.fakes import wine_setup
from tests.gui.windows.conftest import Stage

NONE = Qt.KeyboardModifier.NoModifier
ANY = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction


def test_a_file_is_one_entry_however_it_was_called(tmp_path: Path, qtbot):
    recent = Recent(Settings())
    (tmp_path / "a").mkdir()
    real, link = tmp_path / "a" / "x.study", tmp_path / "link.study"
    real.write_bytes(b"")
    link.symlink_to(real)
    for path in (real, link, tmp_path / "a" / ".." / "a" / "x.study"):
        recent.add(path)
    assert recent.paths == (real.resolve(),)
    recent.forget(link)
    assert recent.paths == ()


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path, qtbot):
    recent = Recent(Settings())
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.study").write_bytes(b"")
        recent.add(tmp_path / folder / "x.study")
    (tmp_path / "y.study").write_bytes(b"")
    recent.add(tmp_path / "y.study")
    labels = [recent.label(path) for path in recent.paths]
    assert labels == ["y.study", f"x.study ({tmp_path / 'b'})", f"x.study ({tmp_path / 'a'})"]


def test_studies_of_one_title_show_their_files_on_the_start_page(tmp_path: Path, stage: Stage, qtbot):
    for name in ("first", "second"):
        setup = wine_setup(budget=Budget(trials=3))
        with store.create(tmp_path / f"{name}.study", setup.to_json(), setup.search_space()):
            pass
        stage.window._recent.add(tmp_path / f"{name}.study")
    rows = stage.window._stack.start._rows
    qtbot.waitUntil(lambda: all(row.text() == "wine · neural network" for row in rows.values()), timeout=20_000)
    assert {row.accessibleDescription().split(" · ")[0] for row in rows.values()} == {"first.study", "second.study"}


@pytest.mark.parametrize(
    ("names", "is_empty", "what", "about"),
    [
        (["a.study"], True, "Open a.study", "The file stays where it is."),
        (["a.csv"], True, "Tune a model on a.csv", "The file stays where it is."),
        (["a.csv"], False, "Tune a model on a.csv", "It opens in a window of its own. The file stays where it is."),
        (
            ["a.csv", "b.csv", "c.study", "d.pdf"],
            True,
            "Open a study and 2 tables",
            "Each opens in a window of its own. 1 other file is left out. The files stay where they are.",
        ),
    ],
)
def test_a_drag_says_what_a_drop_will_do(names, is_empty, what, about):
    assert words_for([Path(name) for name in names], is_empty=is_empty) == (what, about)


def test_what_cannot_be_opened_is_said_before_the_drop():
    what, about = words_for([Path("a.pdf")], is_empty=True)
    assert what == "Nothing here can be opened"
    assert ".parquet" in about


def test_a_drag_over_the_window_is_a_copy_and_its_words_go_with_it(stage: Stage, tmp_path: Path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.csv"))])
    veil = stage.child("drop_veil")
    left = Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(9, 9), ANY, data, left, NONE)
    stage.window.dragEnterEvent(enter)
    assert veil.isVisible()
    assert veil.words[0] == "Tune a model on a.csv"
    move = QDragMoveEvent(QPoint(9, 9), ANY, data, left, NONE)
    stage.window.dragMoveEvent(move)
    assert enter.dropAction() == move.dropAction() == Qt.DropAction.CopyAction
    stage.window.dragLeaveEvent(QDragLeaveEvent())
    assert not veil.isVisible()


def test_a_message_moves_nothing(opened: Stage, qtbot):
    opened.window.show_page("live")
    page, seen = opened.child("page_live"), []

    def is_at_rest() -> bool:
        seen.append(page.geometry())
        return len(seen) > 5 and seen[-5:] == [seen[-1]] * 5

    qtbot.waitUntil(is_at_rest)
    before = page.geometry()
    opened.window._bar.show_line(Line("The file is gone.", "Choose another.", bad=True))
    qtbot.wait(20)
    assert page.geometry() == before
    bar = opened.child("message_bar")
    assert bar.isVisible()
    assert bar.geometry().bottom() == bar.parent().height() - 1
    opened.window.resize(1000, 700)
    qtbot.waitUntil(lambda: bar.geometry().bottom() == bar.parent().height() - 1)


def test_after_run_the_bar_says_so_before_the_engine_does(opened: Stage, qtbot):
    opened.runner.start = lambda: opened.runner._note("start")  # an engine that takes its time
    opened.action("run").trigger()
    assert opened.child("label_run_state").text() == "Starting …"
    opened.action("run").trigger()
    assert opened.runner.names().count("start") == 1
    opened.runner.run_state("running")
    qtbot.waitUntil(lambda: opened.child("label_run_state").text() != "Starting …")
    assert opened.action("pause").isEnabled()


def test_a_run_that_is_refused_can_be_tried_again(opened: Stage, qtbot):
    opened.runner.refuse["start"] = Rejected(StartRun, "The table is gone.", "Choose it again.")
    opened.action("run").trigger()
    qtbot.waitUntil(lambda: opened.child("label_run_state").text() == "")
    del opened.runner.refuse["start"]
    opened.action("run").trigger()
    qtbot.waitUntil(opened.action("pause").isEnabled)


def test_quit_asks_every_window_to_close(qtbot, monkeypatch):
    closed = []

    class Fake:
        def __init__(self, name: str) -> None:
            self.name = name

        def close(self) -> bool:
            closed.append(self.name)
            return False  # as a window whose study is still being closed

    class Some:
        open_windows = (Fake("a"), Fake("b"))

    Windows.close_all(Some())
    assert closed == ["a", "b"]


def test_quit_reaches_the_application(stage: Stage, qtbot):
    with qtbot.waitSignal(stage.window.quit_wanted):
        stage.action("quit").trigger()
