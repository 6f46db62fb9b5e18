"""A hand that does anything a person can do to a window, in no order: what is seen and enabled, it may touch."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import shiboken6
from PySide6.QtCore import QAbstractListModel, QEvent, QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QWidget,
)

NEVER = frozenset({"action_quit", "action_close", "action_new", "action_open"})  # the campaign opens and closes
ENDINGS = ("", ".csv", ".json", ".py", ".study", ".png", ".html")
TEXTS = (
    *("", " ", "0", "1", "-1", "3", "5", "10", "1e-3", "1e400", "nan", "0,5", "0.25", "21", "99", "soon", "2 min", "a"),
    *("state = complete", "score >", "score > 0.5 and", "top 3", "x ~ (", "note is missing", "ä ∑ \u202e", "1, 2, 3"),
    *("64, 32", "%s %d {}", "<b>x</b>", "0.1 to 1", "1 - 2", "adam, sgd", "*", "=", "'", '"', "in ("),
)
KEYS = (
    *(Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_Up),
    *(Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageDown),
    *(Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_R, Qt.Key.Key_L, Qt.Key.Key_S, Qt.Key.Key_X, Qt.Key.Key_C),
    *(Qt.Key.Key_N, Qt.Key.Key_F2, Qt.Key.Key_F1, Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight, Qt.Key.Key_1),
)
NONE, CONTROL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def note(what: str) -> None:
    """Where the environment says so, write down what is about to be done: a crash of the process leaves that alone."""
    if path := os.environ.get("ORDERS_TRAIL"):
        with Path(path).open("a", encoding="utf-8", errors="replace") as file:
            file.write(what + "\n")


def name_of(widget: QWidget) -> str:
    """What a report calls a widget."""
    return widget.objectName() or type(widget).__name__


class Hand:
    """Acts on one window and whatever it opened; every move returns words for the trail."""

    def __init__(self, rng: Random, folder) -> None:
        self._rng = rng
        self._folder = folder
        self.moves = (
            *(self.press, self.choose, self.type_text, self.key, self.click, self.edit_cell, self.act) * 3,
            *(self.select_rows, self.context_menu, self.turn_wheel, self.resize, self.hover, self.sort, self.drag),
        )

    def move(self, window: QWidget) -> str:
        """One move: an open list, menu or box first, as a person must."""
        popup = QApplication.activePopupWidget()
        if popup is not None:
            return self._in_popup(popup)
        boxes = [
            box for box in QApplication.topLevelWidgets() if box.isVisible() and box is not window and box.parent()
        ]
        boxes = [box for box in boxes if window.isAncestorOf(box) or box.parent() is window]
        if boxes and self._rng.random() < 0.8:
            return self._in_box(boxes[-1])
        chosen = self._rng.choice(self.moves)
        note(chosen.__name__)
        return chosen(window)

    # -- moves -------------------------------------------------------------------------------------------------------

    def press(self, window: QWidget) -> str:
        button = self._one(window, QAbstractButton)
        if button is None:
            return ""
        name = button.objectName()
        note(name)
        button.click()
        return f"press {name}"

    def choose(self, window: QWidget) -> str:
        combo = self._one(window, QComboBox)
        if combo is None or not combo.count():
            return ""
        place = self._rng.randrange(combo.count())
        name = combo.objectName()
        combo.setCurrentIndex(place)
        combo.activated.emit(place)
        return f"choose {place} in {name}"

    def type_text(self, window: QWidget) -> str:
        field = self._one(window, (QLineEdit, QAbstractSpinBox, QPlainTextEdit))
        if field is None:
            return ""
        name = name_of(field)
        field.setFocus()
        if hasattr(field, "selectAll"):
            field.selectAll()
        text = self._rng.choice(TEXTS)
        for letter in text or "\b":
            self._type(field, letter)
        if self._rng.random() < 0.6 and shiboken6.isValid(field):
            self._key(field, self._rng.choice((Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape)))
        return f"type {text!r} in {name}"

    def key(self, window: QWidget) -> str:
        key, modifier = self._rng.choice(KEYS), self._rng.choice((NONE, NONE, NONE, CONTROL, SHIFT))
        target = QApplication.focusWidget() or window
        name = name_of(target)
        self._key(target, key, modifier)
        return f"key {key.name} {modifier.name} at {name}"

    def click(self, window: QWidget) -> str:
        widget = self._one(window, QWidget)
        if widget is None:
            return ""
        name = name_of(widget)
        at = self._somewhere(widget)
        kinds = [QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease]
        if self._rng.random() < 0.2:
            kinds += [QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseButtonRelease]
        for kind in kinds:
            self._mouse(widget, kind, at, self._rng.choice((NONE, NONE, CONTROL, SHIFT)))
        return f"click {name} at {at.x()}, {at.y()}"

    def drag(self, window: QWidget) -> str:
        widget = self._one(window, QWidget)
        if widget is None:
            return ""
        name = name_of(widget)
        places = [self._somewhere(widget) for _ in "1234"]
        self._mouse(widget, QEvent.Type.MouseButtonPress, places[0])
        for place in places:
            self._mouse(widget, QEvent.Type.MouseMove, place, buttons=Qt.MouseButton.LeftButton)
        self._mouse(widget, QEvent.Type.MouseButtonRelease, places[-1])
        return f"drag over {name}"

    def hover(self, window: QWidget) -> str:
        widget = self._one(window, QWidget)
        if widget is None:
            return ""
        at = self._somewhere(widget)
        self._mouse(widget, QEvent.Type.MouseMove, at, buttons=Qt.MouseButton.NoButton)
        return ""

    def edit_cell(self, window: QWidget) -> str:
        view = self._one(window, QAbstractItemView)
        if view is None or view.model() is None:
            return ""
        model = view.model()
        rows, columns = model.rowCount(), 1 if isinstance(model, QAbstractListModel) else model.columnCount()
        if not rows or not columns:
            return ""
        index = model.index(self._rng.randrange(rows), self._rng.randrange(columns))
        view.setCurrentIndex(index)
        words = f"edit {view.objectName()} {index.row()}, {index.column()}"
        if index.flags() & Qt.ItemFlag.ItemIsUserCheckable and self._rng.random() < 0.5:
            state = Qt.CheckState.Checked if self._rng.random() < 0.5 else Qt.CheckState.Unchecked
            model.setData(index, state.value, Qt.ItemDataRole.CheckStateRole)
            return f"{words}: tick"
        if index.flags() & Qt.ItemFlag.ItemIsEditable and view.editTriggers():
            view.edit(index)
            text, editor = self._rng.choice(TEXTS), QApplication.focusWidget()
            if isinstance(editor, QLineEdit) and view.isAncestorOf(editor):
                editor.selectAll()
                for letter in text:
                    self._type(editor, letter)
                self._key(editor, self._rng.choice((Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape)))
                return f"{words}: {text!r}"
        return words

    def act(self, window) -> str:
        actions = [a for a in window.menus.actions.values() if a.isEnabled() and a.objectName() not in NEVER]
        often = [a for a in actions if a.objectName().split("_")[1] in {"run", "pause", "stop", "undo", "redo", "show"}]
        action = self._rng.choice(often if often and self._rng.random() < 0.6 else actions)
        name = action.objectName()
        note(name)
        action.trigger()
        return name

    def select_rows(self, window: QWidget) -> str:
        view = self._one(window, QTableView)
        if view is None or view.model() is None or not view.model().rowCount():
            return ""
        model, flags = view.model(), QItemSelectionModel.SelectionFlag
        for _ in range(self._rng.randrange(1, 6)):
            index = model.index(self._rng.randrange(model.rowCount()), 0)
            view.selectionModel().select(index, self._rng.choice((flags.Toggle, flags.Select)) | flags.Rows)
        return f"select rows of {view.objectName()}"

    def sort(self, window: QWidget) -> str:
        view = self._one(window, QTableView)
        if view is None or not view.isSortingEnabled():
            return ""
        order = self._rng.choice((Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder))
        column = self._rng.randrange(view.model().columnCount())
        view.sortByColumn(column, order)
        return f"sort {view.objectName()} by {column} {order.name}"

    def context_menu(self, window: QWidget) -> str:
        widget = self._one(window, QWidget)
        if widget is None:
            return ""
        name = name_of(widget)
        at = widget.rect().center()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, widget.mapToGlobal(at))
        QApplication.sendEvent(widget, event)
        return f"menu of {name}"

    def turn_wheel(self, window: QWidget) -> str:
        widget = self._one(window, QWidget)
        if widget is None:
            return ""
        name, at = name_of(widget), widget.rect().center()
        turn = QPoint(0, self._rng.choice((-240, -120, 120, 240)))
        phase, buttons = Qt.ScrollPhase.NoScrollPhase, Qt.MouseButton.NoButton
        event = QWheelEvent(at, widget.mapToGlobal(at), QPoint(), turn, buttons, NONE, phase, False)
        QApplication.sendEvent(widget, event)
        return f"wheel at {name}"

    def resize(self, window: QWidget) -> str:
        window.resize(self._rng.randrange(720, 2000), self._rng.randrange(480, 1200))
        return "resize"

    # -- how ---------------------------------------------------------------------------------------------------------

    def _in_popup(self, popup: QWidget) -> str:
        key = self._rng.choice((Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Up))
        name = name_of(popup)
        self._key(popup, key)
        return f"{key.name} in {name}"

    def _in_box(self, box: QWidget) -> str:
        name = name_of(box)
        if isinstance(box, QFileDialog):
            if self._rng.random() < 0.5:
                box.reject()
                return f"cancel {name}"
            ending = self._rng.choice(ENDINGS)
            target = self._folder / f"out{self._rng.randrange(4)}{ending}"
            box.selectFile(str(target))
            box.fileSelected.emit(str(target))
            box.close()
            return f"{name}: {target.name}"
        if self._rng.random() < 0.3:
            self._key(box, Qt.Key.Key_Escape)
            return f"leave {name}"
        return f"{name}: {self._rng.choice((self.press, self.type_text, self.choose, self.key, self.edit_cell))(box)}"

    def _somewhere(self, widget: QWidget) -> QPoint:
        return QPoint(self._rng.randrange(max(1, widget.width())), self._rng.randrange(max(1, widget.height())))

    def _one(self, window: QWidget, kind) -> QWidget | None:
        kinds = kind if isinstance(kind, tuple) else (kind,)
        found = [w for one in kinds for w in window.findChildren(one) if w.isVisible() and w.isEnabled()]
        found = [w for w in found if not isinstance(w.window(), QFileDialog)]  # asks in loops of its own
        return self._rng.choice(found) if found else None

    @staticmethod
    def _key(widget: QWidget, key: Qt.Key, modifier=NONE, text: str = "") -> None:
        note(f"{key.name} {text!r} to {widget!r}")
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            if shiboken6.isValid(widget):
                QApplication.sendEvent(widget, QKeyEvent(kind, key, modifier, text))

    def _type(self, widget: QWidget, letter: str) -> None:
        code = ord(letter.upper()) if letter.isascii() and letter.isprintable() else 0
        self._key(
            widget,
            Qt.Key.Key_Backspace if letter == "\b" else Qt.Key(code) if code else Qt.Key.Key_unknown,
            NONE,
            letter,
        )

    @staticmethod
    def _mouse(widget: QWidget, kind: QEvent.Type, at: QPoint, modifier=NONE, buttons=None) -> None:
        if not shiboken6.isValid(widget):
            return
        note(f"{kind.name} {at} to {widget!r}")
        held = Qt.MouseButton.LeftButton if buttons is None else buttons
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        where = widget.mapToGlobal(at).toPointF()
        QApplication.sendEvent(widget, QMouseEvent(kind, at.toPointF(), where, button, held, modifier))
