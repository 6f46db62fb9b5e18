"""The window's actions and menus, built from the tables of ``action_specs``."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu

from gui.base.actions import apply_icon, make_action
from gui.base.text import caption, plain
from gui.session.recent import Recent
from gui.windows.action_specs import ACTIONS, MENUS, THEMES


class Menus(QObject):
    """Owned by a window. Signals: ``recent_chosen(Path)``, ``theme_chosen(str)``."""

    recent_chosen = Signal(object)
    theme_chosen = Signal(str)

    def __init__(self, window: QMainWindow, recent: Recent) -> None:
        super().__init__(window)
        self._recent = recent
        self.actions = {spec.name: make_action(spec, window) for spec in ACTIONS}
        self._themes = QActionGroup(self)
        for name in THEMES:
            self._themes.addAction(self.action(f"theme_{name}"))
        self._themes.triggered.connect(self._on_theme_triggered)
        for name, title, entries in MENUS:
            menu = window.menuBar().addMenu(title)
            menu.setObjectName(name)
            self._fill(menu, entries)
        for action in self.actions.values():
            window.addAction(action)  # so that shortcuts work where a menu bar is hidden or the desktop's own

    def action(self, name: str) -> QAction:
        """The action called ``action_NAME``."""
        return self.actions[f"action_{name}"]

    def enable(self, enabled: bool, *names: str) -> None:
        """Let actions be taken, or not."""
        for name in names:
            self.action(name).setEnabled(enabled)

    def apply_icons(self) -> None:
        """Give the actions their icons in the colours of the theme."""
        for spec in ACTIONS:
            apply_icon(self.actions[spec.name], spec)

    def show_theme(self, choice: str) -> None:
        """Check the theme that is in force."""
        self.action(f"theme_{choice}").setChecked(True)

    def _fill(self, menu: QMenu, entries: tuple[str, ...]) -> None:
        for entry in entries:
            if not entry:
                menu.addSeparator()
            elif entry == "RECENT":
                self._recent_menu = menu.addMenu("Open &recent")
                self._recent_menu.setObjectName("menu_recent")
                self._recent_menu.aboutToShow.connect(self._fill_recent)
                self._recent_menu.triggered.connect(self._on_recent_triggered)
            elif entry == "THEME":
                themes = menu.addMenu("T&heme")
                themes.setObjectName("menu_theme")
                themes.addActions([self.action(f"theme_{name}") for name in THEMES])
            else:
                menu.addAction(self.action(entry))

    @Slot()
    def _fill_recent(self) -> None:
        self._recent_menu.clear()
        paths = self._recent.paths
        for path in paths:
            action = self._recent_menu.addAction(caption(self._recent.label(path)))
            action.setData(str(path))
            action.setToolTip(plain(str(path)))
        if not paths:
            self._recent_menu.addAction("No study yet").setEnabled(False)

    @Slot(QAction)
    def _on_recent_triggered(self, action: QAction) -> None:
        if action.data():
            self.recent_chosen.emit(Path(action.data()))

    @Slot(QAction)
    def _on_theme_triggered(self, action: QAction) -> None:
        self.theme_chosen.emit(action.objectName().removeprefix("action_theme_"))
