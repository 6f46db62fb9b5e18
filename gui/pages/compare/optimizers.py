"""Optimizers raced over a surface that can be seen, and on the study's own network."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from engine.errors import UserFault
from gui.base.messages import Messages
from gui.base.theme import space
from gui.pages.compare.compare_tab import CompareTab
from gui.pages.compare.network_panel import NetworkPanel
from gui.pages.compare.surface_panel import SurfacePanel
from gui.session.document import Document
from gui.session.optimizer_race import OptimizerRace


class OptimizersTab(CompareTab):
    """``tab_optimizers``: the surface at the left, the network at the right; both race the same optimizers.

    Signal ``remarked(str)`` says what races over what.
    """

    def __init__(self, document: Document, messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(document, messages, parent)
        self.race = OptimizerRace(self)
        self.surface = SurfacePanel(self.race, self)
        self.network = NetworkPanel(self.race, document, self)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setObjectName("splitter_optimizers")
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.surface)
        splitter.addWidget(self.network)
        splitter.setSizes([space(650), space(636)])
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(splitter)
        self.race.failed.connect(self._on_failed)
        self.race.surface_changed.connect(self._remark)
        self.race.network_changed.connect(self._remark)
        self.surface.names_chosen.connect(self._on_names_chosen)
        document.left.connect(self._on_left)

    def watch(self, is_seen: bool) -> None:
        """The first look starts the race over the surface, which takes a moment."""
        if is_seen and self.race.surface is None:
            self.surface.start()

    @Slot()
    def _on_left(self) -> None:
        self.race.stop_network()
        self.race.forget_network()
        self.network.show_race()
        self.surface.show_race()

    @Slot(object)
    def _on_names_chosen(self, names: tuple[str, ...]) -> None:
        self.race.names = names
        self.surface.start()
        self.network.show_race()

    @Slot(object)
    def _on_failed(self, fault: UserFault) -> None:
        self._messages.fault(fault.what, fault.remedy)

    @Slot()
    def _remark(self) -> None:
        race = self.race.surface
        if race is not None:
            count = len(race.paths)
            self.remarked.emit(f"{count} optimizers · the same start · {self.surface.surface_title.lower()}")
