import gc

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from gui.base.turns import Turns


class Piece(QObject):
    """Notes when it works, in a list shared with others."""

    def __init__(self, name, done):
        super().__init__()
        self.name, self.done = name, done

    def work(self):
        self.done.append(self.name)


def test_pieces_of_work_run_one_after_another_with_other_timers_in_between(qtbot):
    turns, done = Turns(), []
    pieces = [Piece(name, done) for name in "abc"]
    beat = QTimer(interval=0)
    beat.timeout.connect(lambda: done.append(".") if done and done[-1] != "." else None)
    beat.start()
    for piece in pieces:
        turns.take(piece.work)
    assert done == ["a"]  # the first needs not wait
    turns.take(pieces[2].work)  # once more, before its turn has come
    qtbot.waitUntil(lambda: "c" in done)
    qtbot.wait(20)
    beat.stop()
    assert [name for name in done if name != "."] == ["a", "b", "c"]
    assert "".join(done).startswith("a.b.c")


def test_what_one_piece_left_to_paint_is_painted_before_the_next(qtbot):
    turns, done = Turns(), []

    class Painted(QWidget):
        def draw(self):
            done.append("draw")
            self.update()

        def paintEvent(self, event):
            done.append("paint")

    widgets = [Painted(), Painted()]
    for widget in widgets:
        qtbot.addWidget(widget)
        widget.show()
        qtbot.waitExposed(widget)
    qtbot.wait(20)
    done.clear()
    for widget in widgets:
        turns.take(widget.draw)
    qtbot.waitUntil(lambda: done.count("paint") == 2)
    assert done == ["draw", "paint", "draw", "paint"]


def test_who_is_gone_loses_its_turn_and_no_other(qtbot):
    turns, done = Turns(), []
    first, deleted, forgotten, last = (Piece(name, done) for name in "abcd")
    for piece in (first, deleted, forgotten, last):
        turns.take(piece.work)
    deleted.deleteLater()
    QCoreApplication.sendPostedEvents(deleted, QEvent.Type.DeferredDelete)
    del forgotten, piece
    gc.collect()
    qtbot.waitUntil(lambda: "d" in done)
    assert done == ["a", "d"]


def test_work_that_fails_does_not_end_the_turns_of_others(qtbot):
    turns, done = Turns(), []

    class Failing(Piece):
        def work(self):
            raise ValueError("on purpose")

    first, failing, last = Piece("a", done), Failing("b", done), Piece("c", done)
    with qtbot.captureExceptions() as errors:
        for piece in (first, failing, last):
            turns.take(piece.work)
        qtbot.waitUntil(lambda: "c" in done)
    assert [str(error[1]) for error in errors] == ["on purpose"]
