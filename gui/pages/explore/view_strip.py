"""The strip of Explore: a tab a view, the list of further ones, a remark, and the filter that every view shares."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from gui.base.theme import font_dim, font_text, space, tokens
from gui.pages.explore.views.base import ExploreView
from gui.views.flat_tabs import FlatTabBar
from gui.views.labels import ShortWords
from gui.views.trials_filter import TrialsFilter

FILTER_WIDTH = 250  # pixels, as drawn


class ViewStrip(QWidget):
    """``tabs_explore`` is its bar, ``edit_filter_explore`` its filter. Signal ``chosen(str)`` carries a view's key."""

    chosen = Signal(str)

    def __init__(self, views: Sequence[tuple[str, type[ExploreView]]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views = dict(views)
        self._keys = [key for key, view in views if view.in_strip]
        self._extra = ""  # the further view that has a tab for the time being
        self.bar = FlatTabBar(self)
        self.bar.setObjectName("tabs_explore")
        self.bar.setAccessibleName("Views")
        for key in self._keys:
            self.bar.addTab(self._views[key].title)
        self.more = QToolButton(self)
        self.more.setObjectName("button_more_views")
        self.more.setText("More")
        self.more.setAccessibleName("More views")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more.setProperty("shape", "quiet")
        self.menu = QMenu(self.more)
        self.menu.setObjectName("menu_more_views")
        for key, view in views:
            if not view.in_strip:
                action = self.menu.addAction(view.title)
                action.setObjectName(f"action_view_{key}")
                action.setData(key)
        self.more.setMenu(self.menu)
        self.more.setVisible(bool(self.menu.actions()))
        self.remark = ShortWords(name="label_explore_remark", role="dim", font=font_dim(), parent=self)
        self.remark.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.remark.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.filter = TrialsFilter(self, "edit_filter_explore", slim=True)
        self.filter.setFixedWidth(space(FILTER_WIDTH))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, space(16), 0)
        row.setSpacing(space(12))
        row.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self.more, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.remark, 1)
        row.addWidget(self.filter)
        self._colour()
        self._size()
        self.bar.currentChanged.connect(self._on_tab)
        self.menu.triggered.connect(self._on_further)

    @property
    def keys(self) -> list[str]:
        """The views that have a tab now, from left to right."""
        return [*self._keys, *([self._extra] if self._extra else [])]

    @property
    def key(self) -> str:
        """The view whose tab is open."""
        return self.keys[self.bar.currentIndex()]

    def show_key(self, key: str) -> None:
        """Open the tab of a view; a further one gets a tab for the time."""
        if key not in self._keys and key != self._extra:
            if self._extra:
                self._extra = key
                self.bar.setTabText(len(self._keys), self._views[key].title)
            else:
                self._extra = key
                self.bar.addTab(self._views[key].title)
            self._colour()
        place = self.keys.index(key)
        if place == self.bar.currentIndex():
            self._on_tab(place)
        else:
            self.bar.setCurrentIndex(place)

    def step(self, by: int) -> None:
        """Go to a tab beside the open one, round and round."""
        self.bar.setCurrentIndex((self.bar.currentIndex() + by) % self.bar.count())

    def sizeHint(self) -> QSize:
        """36 pixels of the design high."""
        return QSize(space(600), space(36))

    def minimumSizeHint(self) -> QSize:
        """As narrow as it must be."""
        return QSize(space(400), space(36))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The hairline under all of it."""
        painter = QPainter(self)
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), QColor(tokens().line))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._size()

    def _size(self) -> None:
        self.setFixedHeight(max(space(36), self.bar.sizeHint().height()))
        self.more.setFont(font_text())

    def _colour(self) -> None:
        self.bar.accents = tuple(self._views[key].accent for key in self.keys)
        self.bar.update()

    @Slot(int)
    def _on_tab(self, place: int) -> None:
        if 0 <= place < len(self.keys):
            self.chosen.emit(self.keys[place])

    @Slot(QAction)
    def _on_further(self, action: QAction) -> None:
        self.show_key(str(action.data()))
