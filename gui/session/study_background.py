"""Work beside the window about the study that is open: what comes after it was left is never heard."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gui.bridge.background import Background
from gui.session.document import Document


class StudyBackground(Background):
    """A :class:`Background` whose answers are about one study.

    Whoever remembers that something was asked forgets it at ``document.left`` too, or never asks again.
    """

    def __init__(self, document: Document, parent: QObject | None = None, *, is_brief: bool = True) -> None:
        super().__init__(parent, is_brief=is_brief)
        document.left.connect(self.cancel_all)
