"""Studies side by side: files that are dropped or added are read, never run or changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QSize, Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.comparing import Comparison
from engine.errors import UserFault
from gui.base.formats import count_text
from gui.base.messages import Messages
from gui.base.settings import Settings
from gui.base.text import plain
from gui.base.theme import font_dim, font_title, space
from gui.delegates.interval import IntervalDelegate
from gui.pages.compare.compare_tab import CompareTab
from gui.pages.compare.study_pictures import curve_lines, history_lines
from gui.pages.compare.study_rows import INTERVAL, DifferenceRows, Role, StudyRows
from gui.plots.lines import LinesPlot
from gui.session.document import Document
from gui.session.side_by_side import SideBySide
from gui.views.labels import Words
from gui.views.rows_table import style_table

STUDY = ".study"
STUDIES = f"Studies (*{STUDY})"
INVITATION = (
    "Drop study files here, or add them: best scores, learning curves and search spaces stand side by side, with what "
    "may be compared and what not. Nothing is run or changed."
)


class StudiesTab(CompareTab):
    """``tab_studies``: two plots over two tables. Signal ``remarked(str)`` says how many studies there are."""

    def __init__(self, document: Document, messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(document, messages, parent)
        self.setAcceptDrops(True)
        self.source = SideBySide(document, self)
        self.verdict = Words(name="label_studies_verdict", font=font_title(), wrap=True, parent=self)
        self.remark = Words(name="label_studies_remark", role="dim", font=font_dim(), wrap=True, parent=self)
        self.add = self._button("button_add_studies", "Add studies…", self._on_add)
        self.first = self._button("button_compare_with", "Compare with this", self._on_first)
        self.queue = self._button("button_queue_best", "Queue its best here", self._on_queue)
        self.remove = self._button("button_remove_study", "Remove", self._on_remove)
        self.histories = LinesPlot("plot_study_histories", "Best score so far of each study", log=False, parent=self)
        self.curves = LinesPlot("plot_study_curves", "Validation loss of each best trial", log=True, parent=self)
        self.rows, self.differences = StudyRows(self), DifferenceRows(self)
        self.table = self._table("table_studies", "Studies", self.rows)
        self.table.setIconSize(QSize(space(28), space(12)))
        self.table.setItemDelegateForColumn(INTERVAL, IntervalDelegate(Role.INTERVAL, self.table))
        self.spaces = self._table("table_differences", "What differs between the studies", self.differences)
        self.only = QCheckBox("Only what differs", self)
        self.only.setObjectName("check_only_differing")
        self.only.setChecked(True)
        self.told = Words(name="label_differences", role="dim", font=font_dim(), parent=self)
        self._build()
        self.only.toggled.connect(self._on_only)
        self.source.changed.connect(self._show)
        self.source.failed.connect(self._on_failed)
        self.table.selectionModel().currentRowChanged.connect(self._on_row)
        self.table.activated.connect(self._on_activated)
        document.run_state_changed.connect(self._enable)
        self._show()

    def watch(self, is_seen: bool) -> None:
        """The files are followed while somebody looks."""
        self.source.watch(is_seen)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Study files stay here; anything else is for the window."""
        if _studies_of(event):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """Set what was dropped beside the others."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.source.add(_studies_of(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes the selected study away."""
        if event.key() == Qt.Key.Key_Delete and self.table.hasFocus() and self.remove.isEnabled():
            self._on_remove()
        else:
            super().keyPressEvent(event)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _button(self, name: str, text: str, slot: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.clicked.connect(slot)
        return button

    def _table(self, name: str, title: str, model: Any) -> QTableView:
        table = QTableView(self)
        table.setObjectName(name)
        table.setAccessibleName(title)
        table.setModel(model)
        style_table(table)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + space(10))
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        table.horizontalHeader().setStretchLastSection(True)
        return table

    def _build(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(space(2))
        words.addWidget(self.verdict)
        words.addWidget(self.remark)
        head = QHBoxLayout()
        head.setContentsMargins(space(16), space(12), space(16), 0)
        head.addLayout(words, 1)
        for button in (self.queue, self.first, self.remove, self.add):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self._plots = QSplitter(Qt.Orientation.Horizontal, self)
        self._plots.setObjectName("splitter_study_plots")
        self._tables = QSplitter(Qt.Orientation.Horizontal, self)
        self._tables.setObjectName("splitter_study_tables")
        self._plots.addWidget(self.histories)
        self._plots.addWidget(self.curves)
        right = QWidget(self)
        below = QVBoxLayout(right)
        below.setContentsMargins(0, 0, 0, 0)
        line = QHBoxLayout()
        line.setContentsMargins(space(8), 0, 0, 0)
        line.addWidget(self.told, 1)
        line.addWidget(self.only)
        below.addLayout(line)
        below.addWidget(self.spaces)
        self._tables.addWidget(self.table)
        self._tables.addWidget(right)
        for splitter in (self._plots, self._tables):
            splitter.setChildrenCollapsible(False)
        around = QVBoxLayout()
        around.setContentsMargins(space(16), 0, space(16), space(12))
        around.addWidget(self._tables)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(space(8))
        rows.addLayout(head)
        rows.addWidget(self._plots, 5)
        rows.addLayout(around, 4)
        for widget, widths in ((self._plots, (690, 596)), (self._tables, (690, 564))):
            widget.setSizes([space(width) for width in widths])

    @Slot()
    def _show(self) -> None:
        found, row = self.source.found, self.table.currentIndex().row()
        several = found is not None and len(found.studies) > 1
        self.verdict.setText(found.verdict if found is not None and several else "Studies side by side")
        self.remark.setText(_remark(found) if found is not None and several else INVITATION)
        self.histories.show_lines(history_lines(found))
        lines = curve_lines(found)
        self.curves.setVisible(bool(lines.lines))
        self.curves.show_lines(lines)
        self.rows.show_comparison(found)
        self._show_differences()
        self.table.selectRow(max(0, min(row, self.rows.rowCount() - 1)))
        for table, least in ((self.table, 60), (self.spaces, 100)):
            table.resizeColumnsToContents()
            header = table.horizontalHeader()
            for column in range(header.count()):
                header.resizeSection(column, min(space(240), max(space(least), header.sectionSize(column))))
        self.table.setColumnWidth(INTERVAL, space(150))
        count = self.rows.rowCount()
        self.remarked.emit("" if count < 2 else f"{count} studies · read only")
        self._enable()

    @Slot()
    def _enable(self) -> None:
        row, count = self.table.currentIndex().row(), self.rows.rowCount()
        reasons = {
            self.first: "" if 0 < row < count else "The others are already compared with this one.",
            self.remove: "" if count > 1 and 0 <= row < count else "There is no other study here.",
            self.queue: self._why_not_queue(row),
        }
        for button, reason in reasons.items():
            button.setEnabled(not reason)
            button.setToolTip(plain(reason))

    def _why_not_queue(self, row: int) -> str:
        found, document = self.source.found, self._document
        if found is None or not 0 <= row < len(found.studies):
            return "Select a study first."
        study = found.studies[row]
        if document.path is not None and str(study.path) == os.path.realpath(document.path):
            return "This is the open study itself."
        if study.best is None:
            return "It has no best trial yet."
        if not document.writable or document.history is None:
            return "Another process works on the open study."
        try:
            document.history.space.validate(dict(study.best.params))
        except UserFault as fault:
            return f"The open study's space does not hold it: {fault.what}"
        return ""

    # -- what a person does ------------------------------------------------------------------------------------------

    @Slot()
    def _on_add(self) -> None:
        self._messages.choose_open("Add a study", Settings().folder, STUDIES, self._on_chosen)

    def _on_chosen(self, path: Path) -> None:
        self.source.add([path])

    @Slot()
    def _on_first(self) -> None:
        self.source.put_first(self.table.currentIndex().row())

    @Slot()
    def _on_remove(self) -> None:
        self.source.remove(self.table.currentIndex().row())

    @Slot()
    def _on_queue(self) -> None:
        found, row = self.source.found, self.table.currentIndex().row()
        best = None if found is None else found.studies[row].best
        if found is not None and best is not None:
            self._document.enqueue(dict(best.params))
            self._messages.inform(f"Queued the best configuration of {found.labels[row]}.")

    @Slot(bool)
    def _on_only(self, is_on: bool) -> None:
        self.differences.only_differing = is_on
        self._show_differences()

    def _show_differences(self) -> None:
        found = self.source.found
        self.differences.show_comparison(found)
        several = found is not None and len(found.studies) > 1
        count = 0 if found is None else sum(row.differs for row in found.rows)
        self.told.setText(
            "" if not several else count_text(count, "difference") if count else "The same model, strategy and space."
        )
        self.only.setVisible(several)

    @Slot(QModelIndex, QModelIndex)
    def _on_row(self, _current: QModelIndex, _before: QModelIndex) -> None:
        self._enable()

    @Slot(QModelIndex)
    def _on_activated(self, _index: QModelIndex) -> None:
        if self.first.isEnabled():
            self._on_first()

    @Slot(object)
    def _on_failed(self, fault: UserFault) -> None:
        self._messages.fault(fault.what, fault.remedy)


def _studies_of(event: QDropEvent) -> list[Path]:
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return paths if paths and all(path.suffix.lower() == STUDY for path in paths) else []


def _remark(found: Comparison) -> str:
    """Whether they may be compared, and what to bear in mind."""
    return f"{found.why} {found.remark}".strip()
