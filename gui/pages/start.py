"""The start page: what was worked on, a place to drop a table, and samples that run on one click."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.errors import UserFault
from engine.study import Catalogue, catalogue
from gui.base.text import plain
from gui.base.theme import font_big, font_title, space, tokens
from gui.base.weak import weakly
from gui.bridge.background import Background
from gui.item_models.preview import PreviewModel
from gui.session.preview import Preview, preview
from gui.session.recent import Recent
from gui.views.labels import Words
from gui.views.row_button import RowButton
from gui.views.rows_table import RowsTable
from gui.views.surfaces import RoundCard

GLIMPSED_ROWS = 6  # of a table that is dropped; as drawn
DROP = "Drop a table, a script or a program here to tune it"
KINDS = "CSV, TSV, Parquet or Excel, a Python file, one in another language, or a study. It stays on this computer."
WIDEST = 980  # of the page's columns together, in the design's pixels


class StartPage(QScrollArea):
    """Signals: ``source_chosen(object)`` a recent study's path; ``sample_chosen(str)`` a sample to run at once;
    ``new_asked`` and ``open_asked`` want a file dialog, ``comparison_asked`` the two loops compared.
    """

    source_chosen = Signal(object)
    sample_chosen = Signal(str)
    new_asked = Signal()
    open_asked = Signal()
    comparison_asked = Signal()

    def __init__(self, recent: Recent, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._recent = recent
        self._background = background
        self._rows: dict[Path, RowButton] = {}
        self._titles: dict[Path, Preview] = {}
        self._build_ui()
        recent.changed.connect(self._on_recent_changed)
        background.call("samples", catalogue, self._show_samples, self._ignore)

    def _build_ui(self) -> None:
        page = QWidget(self)
        outside = QHBoxLayout(page)
        outside.setContentsMargins(space(32), space(32), space(32), space(32))
        column = QVBoxLayout()
        column.setSpacing(space(8))
        outside.addStretch(1)
        inside = QWidget(page)
        inside.setMaximumWidth(space(WIDEST))
        inside.setLayout(column)
        outside.addWidget(inside, 1000)
        outside.addStretch(1)
        column.addWidget(Words("Twinloop", font=font_big()))
        self._drop = DropZone(inside)  # made first: the focus begins here
        said = QHBoxLayout()
        said.setSpacing(space(12))
        said.addWidget(
            Words("Tune a model's hyperparameters and watch its parameters being learned, side by side.", role="dim")
        )
        asked = QPushButton("What is the difference?", inside)
        asked.setObjectName("button_two_loops")
        asked.setProperty("shape", "aside")
        asked.setToolTip("Tuning and training, compared on a sample study")
        asked.setAutoDefault(False)
        asked.clicked.connect(self.comparison_asked)
        said.addWidget(asked)
        said.addStretch(1)
        column.addLayout(said)
        column.addSpacing(space(12))
        self._drop.new_asked.connect(self.new_asked)
        self._drop.open_asked.connect(self.open_asked)
        column.addWidget(self._drop)
        self._glimpse = Glimpse(inside)
        column.addWidget(self._glimpse)
        column.addSpacing(space(16))
        halves = QHBoxLayout()
        halves.setSpacing(space(16))
        halves.addWidget(self._build_recent(inside), 1)
        halves.addWidget(self._build_samples(inside), 1)
        column.addLayout(halves)
        column.addStretch(1)
        self.setWidget(page)

    def _build_recent(self, parent: QWidget) -> QWidget:
        card, column = self._build_card("Recent studies", parent)
        self._empty = Words(
            "Studies you work on appear here with their best score.", "label_no_recent", "dim", wrap=True, parent=card
        )
        self._empty.setIndent(space(12))
        column.addWidget(self._empty)
        self._recent_column = QVBoxLayout()
        self._recent_column.setSpacing(space(2))
        column.addLayout(self._recent_column)
        column.addStretch(1)
        return card

    def _build_samples(self, parent: QWidget) -> QWidget:
        card, column = self._build_card("Try a sample", parent)
        self._samples_column = QVBoxLayout()
        self._samples_column.setSpacing(space(2))
        column.addLayout(self._samples_column)
        column.addStretch(1)
        return card

    def _build_card(self, title: str, parent: QWidget) -> tuple[QWidget, QVBoxLayout]:
        card = RoundCard(parent)
        column = QVBoxLayout(card)
        column.setContentsMargins(space(6), space(12), space(6), space(8))
        column.setSpacing(space(2))
        heading = Words(title, font=font_title(), parent=card)
        heading.setIndent(space(12))
        column.addWidget(heading)
        column.addSpacing(space(4))
        return card, column

    def _show_samples(self, found: Catalogue) -> None:
        for entry in found.samples:
            name = entry.name.removeprefix("sample:")
            row = RowButton(entry.title, entry.summary, f"button_sample_{name}", self.widget(), lines=2)
            row.describe(entry.title, entry.summary, sign="play")
            row.setToolTip(plain(f"{entry.summary} Makes a study and runs it."))
            row.clicked.connect(weakly(self._choose_sample, entry.name))
            self._samples_column.addWidget(row)

    def _choose_sample(self, name: str, _: bool = False) -> None:
        self.sample_chosen.emit(name)

    def _choose_recent(self, path: Path, _: bool = False) -> None:
        self.source_chosen.emit(path)

    @Slot(str)
    def show_busy(self, what: str) -> None:
        """Say what takes a moment, or that nothing does any more."""
        self._drop.show_busy(what)
        self._glimpse.hide()
        for row in self.findChildren(RowButton):
            row.setEnabled(not what)

    @Slot(object)
    def show_glimpse(self, found: object) -> None:
        """Show the first rows of the table that is being read."""
        self._glimpse.show_rows(found)

    @Slot()
    def _on_recent_changed(self) -> None:
        if self.isVisible():
            self._show_recent()

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the recent studies anew: nobody looks while this page is hidden, and a look reads each file."""
        super().showEvent(event)
        self._show_recent()

    def _show_recent(self) -> None:
        for row in self._rows.values():
            self._recent_column.removeWidget(row)
            row.deleteLater()
        self._rows.clear()
        self._titles.clear()
        paths = self._recent.paths[:8]
        self._empty.setVisible(not paths)
        for place, path in enumerate(paths):
            row = RowButton(path.stem, " ", f"button_recent_{place}", self.widget())
            row.setToolTip(plain(str(path)))
            row.clicked.connect(weakly(self._choose_recent, path))
            self._recent_column.addWidget(row)
            self._rows[path] = row
            self._background.call(f"preview {place}", partial(preview, path), self._show_preview, self._ignore)

    def _show_preview(self, found: Preview) -> None:
        row = self._rows.get(found.path)
        if row is not None:
            self._titles[found.path] = found
            same = [one for path, one in self._titles.items() if one.title == found.title and path in self._rows]
            for one in same:  # titles that repeat are told apart by their files
                about = f"{self._recent.label(one.path)} · {one.summary}" if len(same) > 1 else one.summary
                self._rows[one.path].describe(one.title, about, one.score, one.best, bad=bool(one.problem))
            row.setToolTip(plain(found.problem or str(found.path)))

    def _ignore(self, fault: UserFault) -> None:
        """Looking never fails: a preview says by itself what is wrong with its file."""


class Glimpse(QWidget):
    """The first rows of a table, while all of it is being read."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._said = Words(name="label_glimpse", role="dim", parent=self)
        self._model = PreviewModel(self)
        rows = RowsTable(self._model, self, "table_glimpse", GLIMPSED_ROWS)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(4))
        column.addWidget(self._said)
        column.addWidget(rows)
        self.hide()

    def show_rows(self, found: Any) -> None:
        """Show an inspection of the first rows."""
        info = found.info
        self._said.setText(f"The first rows, of about {info.rows:,}.")
        kinds = [column.kind for column in info.columns]
        self._model.show_rows(info.names, found.values[:GLIMPSED_ROWS], kinds, found.preview[:GLIMPSED_ROWS])
        self.show()


class DropZone(QWidget):
    """A dashed frame that says what can be dropped on the window, with the same as buttons."""

    new_asked = Signal()
    open_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("drop_zone")
        row = QHBoxLayout(self)
        row.setContentsMargins(space(24), space(24), space(24), space(24))
        row.setSpacing(space(8))
        words = QVBoxLayout()
        words.setSpacing(space(4))
        self._what = Words(DROP, "label_drop", font=font_title())
        words.addWidget(self._what)
        self._kinds = Words(KINDS, role="dim")
        self._kinds.setWordWrap(True)
        words.addWidget(self._kinds)
        row.addLayout(words, 1)
        self._new = QPushButton("Choose a file…", self)
        self._new.setObjectName("button_new")
        self._new.setProperty("main", True)
        self._new.clicked.connect(self.new_asked)
        self._open = QPushButton("Open a study…", self)
        self._open.setObjectName("button_open")
        self._open.clicked.connect(self.open_asked)
        for button in (self._new, self._open):
            button.setAccessibleName(button.text().rstrip("…"))
            button.setAutoDefault(False)
            row.addWidget(button)

    def show_busy(self, what: str) -> None:
        """Say what takes a moment; the buttons wait meanwhile."""
        self._what.setText(what or DROP)
        for button in (self._new, self._open):
            button.setEnabled(not what)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dashed frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(tokens().card))
        pen = QPen(QColor(tokens().dim), 1, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), space(6), space(6))
        painter.end()
