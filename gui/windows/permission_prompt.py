"""Asking before a study reads anything outside its own folder."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from gui.base.messages import Messages, Question
from gui.session.document import Document


class PermissionPrompt(QObject):
    """Puts the question that the engine has; the engine remembers a yes."""

    def __init__(self, study: Document, messages: Messages, parent: QObject) -> None:
        super().__init__(parent)
        self._study = study
        self._messages = messages
        study.permission_needed.connect(self._on_permission_needed)

    @Slot(str)
    def _on_permission_needed(self, what: str) -> None:
        question = Question(
            "Run this study",
            f"{what} Run only a study whose origin you know.",
            (("cancel", "Do not run"), ("allow", "Allow and run")),
            "cancel",
        )
        self._messages.ask(question, self._answer)

    def _answer(self, answer: str) -> None:
        if answer == "allow":
            self._study.grant_and_run()
