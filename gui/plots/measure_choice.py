"""The switch of what a plot of the inner loop shows: one word that opens a menu."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from engine.analysis import Measure
from gui.base.text import caption, plain


class MeasureChoice(QToolButton):
    """Hidden while there is nothing to choose. Signal ``chosen`` carries the :class:`Measure` that a person chose."""

    chosen = Signal(object)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("shape", "quiet")
        self.setAccessibleName(self.tr("What the learning curves show"))
        self.setToolTip(self.tr("What the curves show"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.offered: tuple[Measure, ...] = ()
        self.menu_of_measures = QMenu(self)
        self.menu_of_measures.triggered.connect(self._on_triggered)
        self.clicked.connect(self._on_clicked)
        self.hide()

    def offer(self, measures: tuple[Measure, ...]) -> None:
        """What can be chosen."""
        if measures == self.offered:
            return
        self.offered = measures
        self.menu_of_measures.clear()
        for index, measure in enumerate(measures):
            action = self.menu_of_measures.addAction(caption(measure.title))
            action.setObjectName(f"action_{self.objectName().removeprefix('choice_')}_{measure.name}")
            action.setToolTip(plain(measure.title))  # else Qt reads the text as its tip, and as HTML
            action.setData(index)
        self.setVisible(len(measures) > 1)

    def show_choice(self, measure: Measure) -> None:
        """Name what is shown."""
        self.setText(f"{caption(measure.title)} ▾")
        self.setAccessibleDescription(measure.title)

    @Slot()
    def _on_clicked(self) -> None:
        self.menu_of_measures.popup(self.mapToGlobal(self.rect().bottomLeft()))

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.chosen.emit(self.offered[action.data()])
