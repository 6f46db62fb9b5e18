"""Trials side by side: what was set, what came of it, and where they differ."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.analysis import Summary
from gui.base.formats import NONE, state_text
from gui.base.theme import font_text, space
from gui.item_models.comparison import ComparisonModel, Line
from gui.pages.live.facts_view import Fact
from gui.pages.live.trial_facts import facts_learned, facts_set_before
from gui.views.focus_ring import FocusRing
from gui.views.rows_table import style_table

MOST_ROWS = 16  # that are seen without scrolling: a guess


class CompareDialog(QDialog):
    """``dialog_compare``. Rows that differ are bold; the others can be left out."""

    def __init__(self, summaries: Sequence[Summary], step: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("dialog_compare")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Trials side by side")
        self.model = ComparisonModel([f"trial {one.number}" for one in summaries], _lines(summaries, step), self)
        table = QTableView(self)
        table.setObjectName("table_compare")
        table.setAccessibleName("Trials side by side")
        table.setModel(self.model)
        style_table(table)
        table.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        table.verticalHeader().hide()
        height = QFontMetrics(font_text()).height() + space(10)
        table.verticalHeader().setDefaultSectionSize(height)
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        FocusRing(table)
        self.differing = QCheckBox("Only what differs", self)
        self.differing.setObjectName("check_only_differing")
        self.differing.setAccessibleName(self.differing.text())
        self.differing.toggled.connect(self._on_toggled)
        close = QPushButton("Close", self)
        close.setObjectName("button_close_compare")
        close.setAccessibleName("Close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(self.differing)
        foot.addStretch(1)
        foot.addWidget(close)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(space(16), space(16), space(16), space(12))
        rows.setSpacing(space(12))
        rows.addWidget(table, 1)
        rows.addLayout(foot)
        lines = min(self.model.rowCount(), MOST_ROWS)
        self.resize(space(220 + 170 * len(summaries)), (lines + 2) * height + space(80))

    @Slot(bool)
    def _on_toggled(self, only: bool) -> None:
        self.model.show_only_differing(only)


def _lines(summaries: Sequence[Summary], step: str) -> list[Line]:
    """Outcomes first, then what was set; a fact that a trial does not have is a dash."""
    columns = [
        [Fact("state", state_text(one.state)), *facts_learned(one, step), *facts_set_before(one)] for one in summaries
    ]
    outer = {fact.name for one in summaries for fact in facts_set_before(one)}
    names = dict.fromkeys(fact.name for facts in columns for fact in facts)
    found = [{fact.name: fact for fact in facts} for facts in columns]
    lines = []
    for name in names:
        facts = [facts.get(name) for facts in found]
        texts = tuple(NONE if fact is None else fact.value for fact in facts)
        full = tuple("" if fact is None else fact.full or fact.value for fact in facts)
        lines.append(Line(name, texts, full, name in outer, len(set(full)) > 1))
    return lines
