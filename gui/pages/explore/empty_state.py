"""What stands in place of a view's plots: a title, why there is no picture, what helps, and what can be shown."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.analysis.model_words import NEEDS
from engine.analysis.snapshot import Snapshot
from engine.analysis.title import Title
from gui.base.marks import mark_main
from gui.base.text import MarkupLabel, markup, plain
from gui.base.theme import font_dim, font_title, space, tokens
from gui.plots.raw_scores import RawScoresPlot
from gui.views.labels import Words

MORE_TRIALS = 20  # suggested at once: a guess
WIDEST = 560  # pixels of the design that a sentence takes


class EmptyState(QWidget):
    """Belongs to the view ``key``. Signals: ``model_wanted``, ``trials_wanted(int)``, ``run_wanted``."""

    model_wanted = Signal()
    trials_wanted = Signal(int)
    run_wanted = Signal()

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = MarkupLabel(self)
        self.title.setObjectName(f"title_state_{key}")
        self.title.setWordWrap(True)
        self.words = Words(role="dim", wrap=True, parent=self)
        self.words.setMaximumWidth(space(WIDEST))
        self.run = self._button(f"button_run_{key}", "Run")
        self.add = self._button(f"button_add_trials_{key}", f"Add {MORE_TRIALS} trials")
        self.nevertheless = self._button(f"button_nevertheless_{key}", "Show it anyway")
        self.run.clicked.connect(self.run_wanted)
        self.add.clicked.connect(self._on_add)
        self.nevertheless.clicked.connect(self.model_wanted)
        self.scores = RawScoresPlot(f"plot_scores_{key}", self)
        self.needs = self._needs()
        buttons = QHBoxLayout()
        buttons.setSpacing(space(8))
        for button in (self.run, self.add, self.nevertheless):
            buttons.addWidget(button)
        buttons.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(space(16), space(12), space(16), space(12))
        rows.setSpacing(space(8))
        rows.addWidget(self.title)
        rows.addWidget(self.words)
        rows.addWidget(self.scores, 3)
        rows.addSpacing(space(8))
        rows.addLayout(buttons)
        rows.addSpacing(space(16))
        rows.addWidget(self.needs)
        rows.addStretch(1)
        self._said = Title("")

    def show_nothing(self, *, is_writable: bool) -> None:
        """No trial yet."""
        remark = "After the first trials this page says what matters, where good settings lie, what acts together and"
        self._show(Title("Nothing to explain yet", "", f"{remark} where training fails.", "text"))
        self.run.setVisible(is_writable)
        mark_main((self.run, self.add, self.nevertheless), self.run)
        self.needs.show()

    def show_few(self, title: Title, snapshot: Snapshot) -> None:
        """Too few scored trials for a model: what there is of scores is shown."""
        self._show(title)
        self._show_scores(snapshot)
        self.add.show()
        mark_main((self.run, self.add, self.nevertheless), self.add)

    def show_poor_model(self, title: Title, snapshot: Snapshot) -> None:
        """A model that is not to be trusted: the scores instead of it, and ways on."""
        self.show_few(title, snapshot)
        self.nevertheless.show()

    def show_words(self, title: Title) -> None:
        """A sentence and what helps."""
        self._show(title)

    def changeEvent(self, event: object) -> None:
        """Follow the theme."""
        super().changeEvent(event)  # type: ignore[arg-type]
        if hasattr(self, "_said"):
            self._write()

    # -- inside ------------------------------------------------------------------------------------------------------

    def _show(self, title: Title) -> None:
        self._said = title
        self._write()
        for part in (self.run, self.add, self.nevertheless, self.scores, self.needs):
            part.hide()

    def _write(self) -> None:
        said = self._said
        shade = getattr(tokens(), said.loop)
        self.title.setFont(font_title())
        self.title.setText(f'<span style="color:{shade}">{markup(said.subject)}</span> {markup(said.rest)}')
        self.words.setText(said.remark)
        self.setAccessibleDescription(plain(f"{said.sentence}. {said.remark}"))

    def _show_scores(self, snapshot: Snapshot) -> None:
        self.scores.show_scores(snapshot)
        self.scores.setVisible(bool(len(snapshot.scored)))

    def _button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        return button

    def _needs(self) -> QWidget:
        box = QWidget(self)
        box.setMaximumWidth(space(WIDEST))
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(space(6))
        grid.setColumnStretch(0, 1)
        grid.addWidget(Words("What each part needs", role="dim", font=font_dim(), parent=box), 0, 0)
        for row, (part, need, loop) in enumerate(NEEDS, 1):
            grid.addWidget(Words(part, role=loop, parent=box), row, 0)
            grid.addWidget(Words(need, parent=box), row, 1)
        return box

    @Slot()
    def _on_add(self) -> None:
        self.trials_wanted.emit(MORE_TRIALS)
