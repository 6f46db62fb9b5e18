"""How a table is written, to be seen and changed, with its first rows as they will be read."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.errors import UserFault
from engine.objectives.description import TableObjective
from engine.study import date_words, start_of_table
from gui.base.messages import Way
from gui.base.text import PlainLabel, caption
from gui.base.theme import font_dim, font_strong, space
from gui.bridge.background import Background
from gui.bridge.table_look import TableLook
from gui.item_models.preview import PreviewModel
from gui.pages.setup import data_words
from gui.pages.setup.read_fields import (
    DATES,
    MISSING,
    OPTIONS,
    ReadField,
    ReadOption,
    date_option,
    missing_option,
    said_with,
)
from gui.views.labels import ShortWords, Words
from gui.views.rows_table import RowsTable

TYPED = (".parquet", ".pq")  # files that say themselves what their cells are
SHEETS = (".xlsx", ".xlsm")
OF_TEXTS = {"separator", "encoding"}
PAUSE_MS = 200  # after a key before the table is read anew: a guess at what feels live while one types
PREVIEW_ROWS = 7  # that show a header and the kinds of cells; as drawn
FIELDS_HEIGHT = 300  # of the fields before they scroll, in the design's pixels


class HowWrittenDialog(QDialog):
    """``dialog_how_written``. Signal ``used`` carries what is said now of how the table is written (a dict by name).

    ``info`` is what is known of the table, *None* where it could not be read. With ``is_settled`` it is only shown.
    """

    used = Signal(object)

    def __init__(self, table: TableObjective, info: object, parent: QWidget, *, is_settled: bool = False) -> None:
        super().__init__(parent)
        self._is_settled = is_settled
        self.setObjectName("dialog_how_written")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"How {data_words.name_of(table.source)} is written")
        self._table = table
        self._read: dict[str, object] = dict(table.read)
        self._wrong: dict[str, str] = {}
        self._last = ""
        self._fields: dict[str, ReadField] = {}
        self._reasons: dict[str, Words] = {}
        self._preview = PreviewModel(self)
        self._background = Background(self, is_brief=True)
        self._look = TableLook(self._background, "written")
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._look_now)
        self.finished.connect(self._background.cancel_all)
        self._build_ui()
        self._show_fields(info)
        (self._cancel if is_settled else next(iter(self._fields.values()))).setFocus()
        self._look_now()

    # -- building ----------------------------------------------------------------------------------------------------

    def _build_ui(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(space(24), space(16), space(24), space(16))
        rows.setSpacing(space(12))
        self._scroll = QScrollArea(self)
        self._scroll.setObjectName("scroll_read_fields")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = self._inside = QWidget(self._scroll)
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(space(12))
        self._grid.setVerticalSpacing(space(4))
        self._grid.setColumnMinimumWidth(2, space(24))
        self._grid.setColumnStretch(5, 1)
        self._scroll.setWidget(inside)
        rows.addWidget(self._scroll)
        self._said = Words(name="label_written", font=font_strong(), parent=self)
        self._state = ShortWords(name="label_written_state", role="dim", parent=self)
        head = QHBoxLayout()
        head.setSpacing(space(12))
        head.addWidget(self._said)
        head.addWidget(self._state, 1)
        rows.addLayout(head)
        self._rows = RowsTable(self._preview, self, "table_written", PREVIEW_ROWS)
        self._rows.setAccessibleName("First rows as they will be read")
        rows.addWidget(self._rows)
        self._trouble = Words(name="label_written_trouble", role="bad", wrap=True, parent=self)
        self._trouble.hide()
        rows.addWidget(self._trouble)
        rows.addStretch(1)
        rows.addLayout(self._buttons())
        self.setMinimumWidth(space(860))

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._forget = QPushButton("Detect again", self)
        self._forget.setObjectName("button_forget_written")
        self._forget.clicked.connect(self._on_forget)
        row.addWidget(self._forget)
        row.addStretch(1)
        self._cancel = QPushButton("Close" if self._is_settled else "Cancel", self)
        self._cancel.setObjectName("button_cancel_written")
        self._cancel.clicked.connect(self.reject)
        self._use = QPushButton("Use", self)
        self._use.setObjectName("button_use_written")
        self._use.setProperty("main", True)
        self._use.setDefault(True)
        self._use.clicked.connect(self._on_use)
        for button in (self._forget, self._cancel, self._use):
            button.setAccessibleName(button.text())
            if button is not self._forget:
                row.addWidget(button)
            if button is not self._cancel:
                button.setVisible(not self._is_settled)
        return row

    def _show_fields(self, info: Any) -> None:
        """Show what was found; fields for dates come as there are such columns."""
        found = dict(info.read) if info is not None else {}
        if info is not None:
            found |= {DATES + one.name: date_words(one.time_formats) for one in info.columns if one.time_formats}
        for option in self._wanted(info, found):
            if option.name not in self._fields:
                self._add(option)
            if option.name == "sheet" and info is not None:
                self._fields[option.name].offer(info.sheets)
            self._fields[option.name].show_found(found.get(option.name), self._read)
        self._show_state()

    def _wanted(self, info: Any, found: dict[str, object]) -> list[ReadOption]:
        always = {"missing", "labels"}
        known = set(found) | set(self._read) | always
        plain = [option for option in OPTIONS if info is None or option.name in known]
        if info is None:
            unfit = OF_TEXTS if Path(self._table.source).suffix.lower() in SHEETS else {"sheet"}
            return [option for option in plain if option.name not in unfit]
        times = {column.name for column in info.columns if column.kind == "time"}
        times |= {name.removeprefix(DATES) for name in (*found, *self._read) if name.startswith(DATES)}
        gone = {name.removeprefix(MISSING) for name in (*found, *self._read) if name.startswith(MISSING)}
        of_columns = [missing_option(name) for name in info.names if name in gone]
        return [*plain, *of_columns, *(date_option(name) for name in info.names if name in times)]

    def _add(self, option: ReadOption) -> None:
        place = len(self._fields)
        kind = "date" if option.name.startswith(DATES) else "missing" if option.name.startswith(MISSING) else ""
        field = ReadField(option, f"read_{kind}_{place}" if kind else f"read_{option.name}", self._inside)
        field.edited.connect(self._on_edited)
        field.setEnabled(not self._is_settled)
        label = _Label(option.title, self._inside)
        label.setBuddy(field)
        reason = Words(role="bad", font=font_dim(), wrap=True, parent=self._inside)
        reason.setObjectName(f"label_{field.objectName()}")
        reason.hide()
        row, column = 2 * (place // 2), 3 * (place % 2)
        self._grid.addWidget(label, row, column)
        self._grid.addWidget(field, row, column + 1)
        self._grid.addWidget(reason, row + 1, column, 1, 2)
        self._fields[option.name], self._reasons[option.name] = field, reason
        for before, after in zip(list(self._fields.values())[:-1], list(self._fields.values())[1:], strict=True):
            QWidget.setTabOrder(before, after)

    def _fit(self) -> None:
        """As high as the fields and what is said under them, as far as there is room."""
        self._grid.activate()
        self._scroll.setFixedHeight(min(self._inside.sizeHint().height() + space(4), space(FIELDS_HEIGHT)))

    # -- changing ----------------------------------------------------------------------------------------------------

    @Slot(str, str)
    def _on_edited(self, name: str, value: str) -> None:
        self._last = name
        try:
            self._read = said_with(self._read, name, value)
        except UserFault as fault:
            self._wrong[name] = fault.remedy
            self._show_state()
            return
        self._wrong.clear()
        self._pause.start()
        self._show_state()

    @Slot()
    def _on_forget(self) -> None:
        self._read, self._last = {}, ""
        self._wrong.clear()
        self._look_now()

    @Slot()
    def _look_now(self) -> None:
        self._state.setText("reading …")
        table = self._table
        self._look.look(table.source, table.kinds, self._read, table.target, self._take, self._fail)

    def _take(self, found: Any) -> None:
        info = found.info
        self._wrong.pop(self._last, None)
        self._wrong.pop("", None)
        self._rows.horizontalHeader().setStretchLastSection(False)
        self._preview.show_rows(info.names, found.values, [column.kind for column in info.columns], found.preview)
        left_out = sum(bool(column.left_out) for column in info.columns)
        said = [f"{len(info.columns):,} columns", data_words.note_count(len(info.cautions), left_out)]
        self._said.setText(data_words.rows_text(info).capitalize())
        self._state.setText(" · ".join(part for part in (*said, "reading on …" if info.sampled else "") if part))
        self._show_fields(info)

    def _fail(self, fault: UserFault) -> None:
        self._preview.show_rows((), ())
        self._said.setText("")
        self._state.setText("")
        self._wrong[self._last] = f"{fault.what} {fault.remedy}"
        self._show_state()
        question = partial(start_of_table, self._table.source, dict(self._read))
        self._background.ask("start", question, self._show_start, self._ignore)

    def _show_start(self, found: Any) -> None:
        """Show the file as it is, for want of a table."""
        if not self._wrong:
            return
        if "sheet" in self._fields:
            self._fields["sheet"].offer(found.sheets)
        width = max(map(len, found.rows), default=0)
        names = ["first lines"] if width == 1 and not found.sheets else [_letters(n) for n in range(width)]
        self._rows.horizontalHeader().setStretchLastSection(width == 1)
        self._preview.show_rows(names, [(*row, *[""] * (width - len(row))) for row in found.rows])

    def _ignore(self, fault: UserFault) -> None:
        """Why it cannot be read is said already."""

    def _show_state(self) -> None:
        """Say under each field what is wrong with it, and whether there is anything to use."""
        for name, reason in self._reasons.items():
            text = self._wrong.get(name, "")
            reason.setText(text)
            reason.setVisible(bool(text))
            self._fields[name].mark(bool(text))
            self._fields[name].setAccessibleDescription(text or self._fields[name].option.help)
        self._fit()
        general = self._wrong.get("", "")
        self._trouble.setText(general)
        self._trouble.setVisible(bool(general))
        self._use.setEnabled(not self._wrong and self._read != self._table.read)
        self._forget.setEnabled(bool(self._read))

    @Slot()
    def _on_use(self) -> None:
        self.used.emit(self._read)
        self.accept()


def way_to_read(source: str, window: QWidget, use: Callable[[dict[str, Any]], None]) -> Way | None:
    """The way to say how a file is written that could not be read; *None* where there is nothing to say of it.

    ``use`` takes what was said.
    """
    path = Path(source)
    if source.startswith("sample:") or path.suffix.lower() in TYPED or not path.is_file():
        return None

    def ask() -> None:
        dialog = HowWrittenDialog(TableObjective(source, "", "classification", "", ""), None, window)
        dialog.used.connect(use)
        dialog.open()

    return Way("How it is written…", ask)


def _letters(place: int) -> str:
    """What a sheet's column is called: A to Z, AA and so on."""
    letters = chr(ord("A") + place % 26)
    return letters if place < 26 else _letters(place // 26 - 1) + letters


class _Label(PlainLabel):
    """Names a field; columns' names are shown as they are."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent=parent)
        shown = self.fontMetrics().elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, space(150))
        self.setText(caption(shown))
