"""Four comparisons, a tab each; what a tab needs is loaded when it is first seen, and nothing runs until asked to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import NamedTuple

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.base.messages import Messages
from gui.base.theme import font_dim, space
from gui.pages.compare.compare_tab import CompareTab
from gui.session.document import Document
from gui.views.flat_tabs import FlatTabs
from gui.views.labels import ShortWords


class Tab(NamedTuple):
    """One comparison: ``key`` names its file beside this one and its widget (``tab_<key>``), ``maker`` its class."""

    key: str
    title: str
    accent: str
    maker: str


TABS = (
    Tab("two_loops", "The two loops", "text", "TwoLoopsTab"),
    Tab("strategies", "Strategies", "outer", "StrategiesTab"),
    Tab("optimizers", "Optimizers", "inner", "OptimizersTab"),
    Tab("studies", "Studies", "outer", "StudiesTab"),
)


class ComparePage(QWidget):
    """``page_compare``. Each tab is a :class:`CompareTab`; what it remarks stands at the right of the row of tabs."""

    def __init__(self, document: Document, messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page_compare")
        self.setAccessibleName("Compare")
        self._parts = document, messages
        self._remarks = dict.fromkeys((tab.key for tab in TABS), "")
        self.tabs = FlatTabs(self)
        self.tabs.setObjectName("tabs_compare")
        self.tabs.setAccessibleName("Comparisons")
        self.tabs.bar.setAccessibleName("Comparisons")
        self.tabs.bar.accents = tuple(tab.accent for tab in TABS)
        self._remark = ShortWords(name="label_compare_remark", role="dim", font=font_dim(), parent=self.tabs)
        self._remark.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._made: dict[str, CompareTab] = {}
        self._places: list[QVBoxLayout] = []
        for tab in TABS:
            place = QWidget(self)
            place.setObjectName(f"place_{tab.key}")
            inside = QVBoxLayout(place)
            inside.setContentsMargins(0, 0, 0, 0)
            self._places.append(inside)
            self.tabs.addTab(place, tab.title)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.tabs)
        self.tabs.currentChanged.connect(self._on_tab_changed)

    def tab(self, key: str) -> CompareTab:
        """One of the tabs, made now where nobody has seen it yet."""
        if key not in self._made:
            index = next(index for index, tab in enumerate(TABS) if tab.key == key)
            module = import_module(f"gui.pages.compare.{key}")
            made: CompareTab = getattr(module, TABS[index].maker)(*self._parts, self)
            made.setObjectName(f"tab_{key}")
            made.setAccessibleName(TABS[index].title)
            self._made[key] = made
            self._places[index].addWidget(made)
            made.remarked.connect(self._on_remarked)
        return self._made[key]

    @property
    def parts(self) -> dict[str, Callable[[], None]]:
        """What shows each tab, by its title."""
        return {tab.title: partial(self.show_tab, tab.key) for tab in TABS}

    def show_tab(self, key: str) -> None:
        """Show one of the tabs."""
        self.tabs.setCurrentIndex([tab.key for tab in TABS].index(key))

    def showEvent(self, event: QShowEvent) -> None:
        """Make what is seen."""
        super().showEvent(event)
        self._on_tab_changed(self.tabs.currentIndex())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The remark stands in the row of tabs, right of the last."""
        super().resizeEvent(event)
        bar = self.tabs.bar
        left = bar.tabRect(bar.count() - 1).right() + space(32)
        self._remark.setGeometry(left, 0, max(0, self.width() - left - space(16)), bar.sizeHint().height() - 1)

    @Slot(int)
    def _on_tab_changed(self, index: int) -> None:
        if self.isVisible():
            self.tab(TABS[index].key)
        self._remark.setText(self._remarks[TABS[index].key])

    @Slot(str)
    def _on_remarked(self, remark: str) -> None:
        sender = self.sender()
        key = "" if sender is None else sender.objectName().removeprefix("tab_")
        self._remarks[key] = remark
        if TABS[self.tabs.currentIndex()].key == key:
            self._remark.setText(remark)
