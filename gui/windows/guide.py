"""What leads a person through the window: command palette, help, keys, and the pages that a menu opens."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow

from gui.base.help import Section
from gui.base.help_button import topic_of
from gui.base.messages import Messages
from gui.base.trial_menu import ENTRIES
from gui.dialogs.help_browser import HelpBrowser
from gui.dialogs.help_page import HelpPage
from gui.dialogs.palette import Palette
from gui.session.document import Document
from gui.session.recent import Recent
from gui.windows import about
from gui.windows.action_specs import MENUS
from gui.windows.opening import Opening
from gui.windows.palette_entries import PaletteEntries
from gui.windows.ways import Ways

KEYS_TOPIC = "keys"
ELSEWHERE = (
    ("Tab, Shift+Tab", "next control, the one before"),
    ("Enter, Space", "press the focused button"),
    ("Down", "open a list; in the filter, what may follow"),
    ("Ctrl+A, Ctrl+C", "select all trials of the table, copy them"),
    ("Shift+F10, Menu", "the menu of a trial, of a plot"),
    ("arrows", "in a plot and the table: the next trial"),
    ("R, L", "in a plot: the whole of it, a logarithmic axis"),
    ("Alt and a letter", "the menu with that letter"),
)


class Guide(QObject):
    """Owned by a window."""

    def __init__(
        self,
        window: QMainWindow,
        actions: dict[str, QAction],
        document: Document,
        recent: Recent,
        messages: Messages,
        ways: Ways,
        opening: Opening,
    ) -> None:
        super().__init__(window)
        self._window, self._actions, self._messages = window, actions, messages
        self._find = PaletteEntries(actions, document, recent, ways, opening.take, self.show_help)
        self._help: HelpBrowser | None = None
        slots = {
            "palette": self.open_palette,
            "help": self.open_help,
            "help_keys": self.open_keys,
            "help_promises": self.open_promises,
            "help_study_file": self.open_study_file,
            "about": self.tell_about,
        }
        for name, slot in slots.items():
            actions[f"action_{name}"].triggered.connect(slot)

    @Slot()
    def open_palette(self) -> None:
        """Open the command palette."""
        if not self._window.findChildren(Palette):
            Palette(self._find, self._window)

    @Slot()
    def open_help(self) -> None:
        """Open the help of what has the focus."""
        self.show_help(topic_of(self._window.focusWidget()))

    def show_help(self, topic: str) -> None:
        """Open the help at a topic."""
        if self._help is None:
            self._help = HelpBrowser(self._window, (self._keys(),))
        self._help.show_topic(topic)
        self._help.show()
        self._help.raise_()
        self._help.activateWindow()
        self._help.line.setFocus()

    @Slot()
    def open_keys(self) -> None:
        """Open the page of all keys."""
        self.show_help(KEYS_TOPIC)

    @Slot()
    def open_promises(self) -> None:
        """Open what Twinloop promises."""
        HelpPage("promises", self._window).show()

    @Slot()
    def open_study_file(self) -> None:
        """Open the description of the study file."""
        HelpPage("study_file", self._window).show()

    @Slot()
    def tell_about(self) -> None:
        """Say what Twinloop is."""
        self._messages.inform(about.text())

    def _keys(self) -> Section:
        """Every key, from the tables that make them work."""
        lines = ["| key | does |", "| --- | --- |"]
        for _, _, names in MENUS:
            for name in names:
                action = self._actions.get(f"action_{name}")
                shown = (
                    []
                    if action is None
                    else [key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts()]
                )
                if action is not None and shown:
                    lines.append(f"| {', '.join(shown)} | {action.text().replace('&', '')} |")
        lines += [f"| {entry.key} | on a trial: {entry.one.lower()} |" for entry in ENTRIES if entry is not None]
        lines += [f"| {key} | {does} |" for key, does in ELSEWHERE]
        return Section(KEYS_TOPIC, "Keyboard shortcuts", "\n".join(lines), "The window")
