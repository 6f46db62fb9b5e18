"""*Focus here* and *avoid here*: what is brushed becomes a wish of the study, listed with its removal."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QPushButton

from engine.analysis import region_words
from engine.setup import replace
from engine.space import Extent, Wish
from gui.base.text import plain
from gui.commands.edit_setup import EditSetup
from gui.pages.explore.brushed_lines import BrushedLines
from gui.pages.explore.view_note import LOOKING_ON
from gui.pages.explore.views.base import ExploreView
from gui.views.wish_list import WishList

NO_BRUSH = "Drag along an axis first."
EVERYWHERE = "The brushed trials lie all over the space."


class BrushWishes(QObject):
    """``button_focus_here``, ``button_avoid_here`` and ``list_wishes_explore``, each with ``suffix`` at its end."""

    def __init__(self, view: ExploreView, lines: BrushedLines, suffix: str = "") -> None:
        super().__init__(view)
        self._view, self._lines = view, lines
        self.focus = self._button(f"button_focus_here{suffix}", "Focus here")
        self.avoid = self._button(f"button_avoid_here{suffix}", "Avoid here")
        self.list = WishList(f"list_wishes_explore{suffix}", view)
        self.focus.clicked.connect(self._on_focus)
        self.avoid.clicked.connect(self._on_avoid)
        self.list.removed.connect(self._on_removed)
        lines.settled.connect(self.refresh)
        document = view.tools.document
        document.setup_changed.connect(self.refresh)
        document.opened.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Follow the brushes and the definition."""
        document = self._view.tools.document
        self.list.show_wishes({} if document.setup is None else document.setup.wishes, is_writable=document.writable)
        region = self._region()
        reason = LOOKING_ON if not document.writable else "" if region else EVERYWHERE
        reason = reason if self._lines.brushes else NO_BRUSH
        for button, verb in ((self.focus, "Look first at"), (self.avoid, "Try nothing at")):
            button.setEnabled(not reason)
            button.setToolTip(plain(reason or f"{verb} {region_words(region)} from now on."))

    def _region(self) -> dict[str, Extent]:
        return self._lines.region if self._lines.brushes else {}

    def _wish(self, kind: Literal["focus", "avoid"]) -> None:
        region = self._region()
        if region:
            self._view.tools.trial_actions.wish(kind, region)

    @Slot()
    def _on_focus(self) -> None:
        self._wish("focus")

    @Slot()
    def _on_avoid(self) -> None:
        self._wish("avoid")

    @Slot(object)
    def _on_removed(self, kept: dict[str, Wish]) -> None:
        document = self._view.tools.document
        if document.setup is not None:
            after = replace(document.setup, wishes=kept)
            document.undo_stack.push(EditSetup("wish", document.setup, after, document.put_setup))

    def _button(self, name: str, words: str) -> QPushButton:
        button = QPushButton(words, self._view)
        button.setObjectName(name)
        button.setAccessibleName(words)
        return button
