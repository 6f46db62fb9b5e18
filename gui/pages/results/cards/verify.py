"""The card that trains the winner again and compares its score to the last digit."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QWidget

from engine.analysis import BestSummary
from engine.applying import Verification
from engine.applying.verification import verification_sentence
from gui.base.text import plain
from gui.base.theme import font_dim
from gui.pages.results.cards import registry
from gui.pages.results.cards.base import ResultsCard, ResultsContext
from gui.session.verifying import Verifier
from gui.views.labels import Words

BEFORE = "Trains trial {number} again with its own seed and folds, and compares the score to the last digit."
BUSY = "Trial {number} is being trained again …"
SINCE = "The trial that this was about is no longer the one that is shown."


@registry.register
class VerifyCard(ResultsCard):
    """``card_verify``."""

    title: ClassVar[str] = "Verify"
    place: ClassVar[int] = 40
    help_topic: ClassVar[str] = "window:verify"

    def __init__(self, context: ResultsContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._verifier = Verifier(context.document, self)
        self._number: int | None = None
        self.button = QPushButton("Verify", self)
        self.button.setObjectName("button_verify")
        self.button.clicked.connect(self._on_clicked)
        self.head.addWidget(self.button)
        self.sentence = Words(name="label_verify", wrap=True, parent=self)
        self.details = Words(name="label_verify_details", wrap=True, parent=self)
        self.remark = Words(name="label_verify_remark", role="dim", font=font_dim(), wrap=True, parent=self)
        for part in (self.sentence, self.details, self.remark):
            self.rows.addWidget(part)
        self._verifier.changed.connect(self._show)

    def show_best(self, found: BestSummary) -> None:
        """Another trial may be the one to verify."""
        self._number = found.best.number
        self._show()

    def shutdown(self) -> None:
        """Wait for what trains."""
        self._verifier.shutdown()

    @Slot()
    def _on_clicked(self) -> None:
        if self._verifier.is_busy:
            self._verifier.stop()
        elif self._number is not None:
            self._verifier.verify(self._number)

    @Slot()
    def _show(self) -> None:
        verifier = self._verifier
        found, fault = verifier.found, verifier.fault
        self.title_label.setText(self.title)
        self.details.setText("")
        self.remark.setText("")
        self.sentence.set_role("text")
        if verifier.is_busy:
            self.sentence.setText(BUSY.format(number=verifier.number))
        elif fault is not None:
            self.sentence.setText(str(fault))
            self.sentence.set_role("bad")
        elif found is None:
            self.sentence.setText(BEFORE.format(number=self._number))
            self.sentence.set_role("dim")
        else:
            self._show_found(found)
        for part in (self.details, self.remark):
            part.setVisible(bool(part.text()))
        self.button.setText("Stop" if verifier.is_busy else "Verify" if found is None else "Verify again")
        running = self.context.document.is_running
        self.button.setEnabled(not running)
        self.button.setToolTip(plain("Trials are running. Pause them first." if running else ""))

    def _show_found(self, found: Verification) -> None:
        same = "Verified: the same to the last digit" if found.exact else "Verified: the same within rounding"
        self.title_label.setText(same if found.same else "Verified: another score")
        self.sentence.setText(verification_sentence(found))
        self.sentence.set_role("text" if found.same else "bad")
        differs = list(found.differs)
        if not found.same and not differs:
            differs = ["The recorded table, versions and machine are the same."]
        if found.trial != self._number:
            differs.append(SINCE)
        self.details.setText("\n".join((*differs, *found.notes)))
        known = " · ".join(f"{name} {value}" for name, value in (found.now or {}).items())
        table = f"table {found.fingerprint[:8]} · " if found.fingerprint else ""
        self.remark.setText(f"{table}seed {found.seed} · {known}")
