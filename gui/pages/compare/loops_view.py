"""``view_loops``: everything that the comparison of the two loops shows, as one picture."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from engine.analysis.loops import Cell, Loops
from engine.analysis.next_minute import LITTLE, SEVERAL, Choice, NextMinute
from gui.base.formats import about_text, count_text
from gui.base.text import MarkupLabel, markup, plain
from gui.base.theme import blend, font_dim, font_strong, font_title, space, tokens
from gui.plots.ring import RingPlot
from gui.views.labels import Words

ROWS = 8  # of the table that compares both loops
CAPTION = (
    "Outer ring: a bar a trial, clockwise, longer is better; crosses failed. Inner line: the loss of the best trial."
)
EARLY = "The chance of a better score is known after twelve finished trials."


class LoopsView(QWidget):
    """The figure at the left, the table at the right, three cards below. Signal ``chosen`` carries a ``Choice``."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("view_loops")
        self.setAccessibleName("The two loops")
        self._loops: Loops | None = None
        self._next: NextMinute | None = None
        self.title = MarkupLabel(self)
        self.title.setWordWrap(True)
        self.remark = Words(name="label_loops_remark", role="dim", font=font_dim(), wrap=True, parent=self)
        self.corner = QHBoxLayout()
        self.ring = RingPlot(self)
        self.caption = Words(CAPTION, "label_loops_caption", "dim", font_dim(), wrap=True, parent=self)
        self.cells: list[tuple[Words, MarkupLabel, MarkupLabel]] = []
        self.question = MarkupLabel(self)
        self.answer = Words(name="label_next_remark", role="dim", font=font_dim(), wrap=True, parent=self)
        self.cards = tuple(
            ChoiceCard(name, self) for name in ("button_more_trials", "button_more_steps", "button_fewer_steps")
        )
        self._build()
        for card in self.cards:
            card.chosen.connect(self.chosen)
        self._write()

    def show_loops(self, loops: Loops, found: NextMinute, blocked: Mapping[str, str]) -> None:
        """Show a study as it is; ``blocked`` says of a kind of choice why it cannot be made."""
        self._loops, self._next = loops, found
        self.ring.show_loops(loops)
        by_kind = {choice.kind: choice for choice in found.choices}
        for kind, card in zip(("trials", "steps", "shorter"), self.cards, strict=True):
            card.show_choice(by_kind.get(kind), found.best == kind, blocked.get(kind, ""))  # type: ignore[call-overload]
        self._write()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ApplicationFontChange):
            self._write()

    # -- inside ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        head = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(space(2))
        words.addWidget(self.title)
        words.addWidget(self.remark)
        head.addLayout(words, 1)
        head.addLayout(self.corner)
        left = QVBoxLayout()
        left.addWidget(self.ring, 1)
        left.addWidget(self.caption)
        table = QGridLayout()
        table.setHorizontalSpacing(space(16))
        table.setVerticalSpacing(space(4))
        table.setColumnStretch(1, 1)
        table.setColumnStretch(2, 1)
        self.heads = MarkupLabel(self), MarkupLabel(self)
        for column, label in enumerate(self.heads, 1):
            table.addWidget(label, 0, column)
        for row in range(ROWS):
            table.addWidget(_Hairline(self), 2 * row + 1, 0, 1, 3)
            name = Words(role="dim", parent=self)
            cells = MarkupLabel(self), MarkupLabel(self)
            for cell in cells:
                cell.setWordWrap(True)
                cell.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            name.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            table.addWidget(name, 2 * row + 2, 0)
            for column, cell in enumerate(cells, 1):
                table.addWidget(cell, 2 * row + 2, column)
            table.setRowStretch(2 * row + 2, 1)
            self.cells.append((name, *cells))
        middle = QHBoxLayout()
        middle.setSpacing(space(24))
        middle.addLayout(left, 3)
        middle.addLayout(table, 7)
        below = QHBoxLayout()
        below.setSpacing(space(16))
        for card in self.cards:
            policy = card.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            card.setSizePolicy(policy)
            card.hide()  # until something is known
            below.addWidget(card, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(space(16), space(12), space(16), space(12))
        rows.setSpacing(space(8))
        rows.addLayout(head)
        rows.addLayout(middle, 1)
        rows.addWidget(self.question)
        rows.addWidget(self.answer)
        rows.addLayout(below)

    def _write(self) -> None:
        colours = tokens()
        for label in (self.title, self.question, *self.heads):
            label.setFont(font_title())
        outer, inner = colours.outer, colours.inner
        self.heads[0].setText(f"{_in('Hyperparameter tuning', outer)} <span>· the outer loop</span>")
        self.heads[1].setText(f"{_in('Parameter optimisation', inner)} <span>· the inner loop</span>")
        loops, found = self._loops, self._next
        if loops is None or found is None:
            self.title.setText(markup("The two loops"))
            self.remark.setText("Working out …")
            return
        first, verb, last = loops.title
        self.title.setText(f"{_in(first, outer)} {markup(verb)} {_in(last, inner)}")
        self.remark.setText(loops.remark)
        for (name, left, right), row in zip(self.cells, loops.rows, strict=True):
            name.setText(row.name)
            left.setText(_cell(row.outer, outer))
            right.setText(_cell(row.inner, inner))
        self._ask(loops, found)

    def _ask(self, loops: Loops, found: NextMinute) -> None:
        colours = tokens()
        best = next((one for one in found.choices if one.kind == found.best), None)
        if best is None:
            self.question.setText(markup("Where is the next minute better spent? Not yet known"))
            is_early = found.choices[0].reason != SEVERAL
            self.answer.setText(
                EARLY if is_early else "With several objectives there is no single best score to improve."
            )
            return
        shade = colours.inner if best.kind == "steps" else colours.outer
        words = "On more trials" if best.kind == "trials" else f"On more {loops.step_name}s"
        if best.chance is not None and best.chance < LITTLE:
            words = "On neither: a better score is unlikely"
        self.question.setText(f"{markup('Where is the next minute better spent?')} {_in(words, shade)}")
        told = found.forecast
        held = ""
        if told.tested:
            spans = f"{told.tested} earlier spans of {told.trials} trials"
            held = f" Of {spans} {told.said:.1f} were expected to bring a better score, and {told.held} did."
        self.answer.setText(
            f"Estimated from how better scores came so far and from the last fifth of the best curve.{held}"
        )


class ChoiceCard(QWidget):
    """One way to go on: what, at which price, with which chance as a bar, and the button that does it."""

    chosen = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice: Choice | None = None
        self._is_best = False
        self.title = MarkupLabel(self)
        self.words = Words(role="dim", font=font_dim(), wrap=True, parent=self)
        self.chance = Words(font=font_strong(), parent=self)
        self.bar = _ChanceBar(self)
        self.button = QPushButton(self)
        self.button.setObjectName(name)
        self.button.clicked.connect(self._on_clicked)
        line = QHBoxLayout()
        line.setSpacing(space(8))
        line.addWidget(self.bar, 1)
        line.addWidget(self.chance)
        line.addWidget(self.button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(space(14), space(8), space(14), space(8))
        rows.setSpacing(space(2))
        rows.addWidget(self.title)
        rows.addWidget(self.words)
        rows.addLayout(line)

    def show_choice(self, choice: Choice | None, is_best: bool, blocked: str) -> None:
        """Show a choice, or none where there is none of this kind; ``blocked`` says why it cannot be made."""
        self._choice, self._is_best = choice, is_best
        self.setVisible(choice is not None)
        if choice is None:
            return
        self._write(choice)
        self.button.setEnabled(not blocked)
        self.button.setToolTip(plain(blocked))
        self.update()

    def _write(self, choice: Choice) -> None:
        epochs = count_text(choice.step or 0, "epoch")
        titles = {
            "trials": (f"{choice.count} more trials", f"Add {choice.count} trials"),
            "steps": (f"Twice the epochs, as for trial {choice.trial}", f"Copy with {2 * choice.count} epochs…"),
            "shorter": (f"{choice.count} trials of {epochs}", f"Copy with {epochs}…"),
        }
        title, verb = titles[choice.kind]
        shade = tokens().inner if choice.kind == "steps" else tokens().outer
        self.title.setFont(font_strong())
        self.title.setText(_in(title, shade))
        self.button.setText(verb)
        self.button.setAccessibleName(verb)
        better = "chance of a better score" if choice.is_of_score else "chance of a lower loss"
        parts = [about_text(choice.seconds) if choice.seconds is not None else "time not known"]
        parts.append(better if choice.chance is not None else "chance not known")
        parts += [choice.reason] if choice.reason else []
        self.words.setText(" · ".join(parts))
        self.chance.setText("?" if choice.chance is None else f"{choice.chance:.0%}")
        self.bar.show_share(choice.chance, shade)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._choice is not None:
            self._write(self._choice)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A card, framed where it is the best known choice."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(tokens().card))
        painter.setPen(QPen(QColor(tokens().text if self._is_best else tokens().line), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), space(6), space(6))
        painter.end()

    @Slot()
    def _on_clicked(self) -> None:
        if self._choice is not None:
            self.chosen.emit(self._choice)


class _Hairline(QWidget):
    """A line between two rows."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens().line))
        painter.end()


class _ChanceBar(QWidget):
    """A chance as the filled part of a line."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._share: float | None = None
        self._shade = tokens().outer
        self.setFixedHeight(space(8))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float | None, shade: str) -> None:
        """Show a share from 0 to 1; *None* leaves the line empty."""
        self._share, self._shade = share, shade
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line and what is filled of it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self.height() / 2
        painter.setBrush(QColor(blend(tokens().line, tokens().card, 0.8)))
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        if self._share:
            painter.setBrush(QColor(self._shade))
            filled = QRectF(0, 0, max(self._share * self.width(), self.height()), self.height())
            painter.drawRoundedRect(filled, radius, radius)
        painter.end()


def _in(words: str, shade: str) -> str:
    return f'<span style="color:{shade}">{markup(words)}</span>'


def _cell(cell: Cell, shade: str) -> str:
    own = f'<span style="color:{shade}; font-weight:600">{markup(cell.own)}</span> ' if cell.own else ""
    return f"{own}{markup(cell.words)}"
