"""Rows of a form: a label, a field, and beside it what a person must know, or why the text is no value."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from gui.base.text import PlainLabel, plain
from gui.base.theme import font_dim, space
from gui.views.fields import CheckedField
from gui.views.labels import Words

LABEL_WIDTH = 150  # pixels, as drawn


class Form(QWidget):
    """A grid of three columns. Fields are reached by Tab in the order in which they were added."""

    def __init__(self, parent: QWidget | None = None, label_width: int = LABEL_WIDTH) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(space(12))
        self._grid.setVerticalSpacing(space(8))
        self._grid.setColumnMinimumWidth(0, space(label_width))
        self._grid.setColumnStretch(2, 1)
        self._rows: list[tuple[QWidget, ...]] = []

    def add(self, label: str, field: QWidget, help: str = "") -> None:
        """Add a row. A checked field says in the place of the help why its text is no value."""
        row = len(self._rows)
        name = self._label(label, field)
        said = _HelpWords(help, self)
        if isinstance(field, CheckedField):
            field.judged.connect(said.show_reason)
        field.setToolTip(plain(help))
        self._grid.addWidget(field, row, 1, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(said, row, 2, Qt.AlignmentFlag.AlignVCenter)
        self._rows.append((name, field, said))

    def add_wide(self, field: QWidget, label: str = "", named: QWidget | None = None) -> None:
        """Add a row over the rest of the width; ``label`` names ``named``, which is a part of it."""
        parts = (field,) if named is None else (field, self._label(label, named))
        self._grid.addWidget(field, len(self._rows), 1, 1, 2)
        self._rows.append(parts)

    def show_row(self, field: QWidget, shown: bool) -> None:
        """Show or hide the row of a field."""
        for row in self._rows:
            if field in row:
                for part in row:
                    part.setVisible(shown)

    def has_row(self, field: QWidget) -> bool:
        """Whether the row of a field is there and not hidden."""
        return any(field in row and not field.isHidden() for row in self._rows)

    def tell(self, field: QWidget, problem: str, *, forbids: bool = True) -> None:
        """Say beside a field what is wrong with its value, or only doubtful; nothing where that is empty."""
        for row in self._rows:
            if field in row:
                row[2].show_problem(problem, forbids=forbids)  # type: ignore[attr-defined]

    def clear(self) -> None:
        """Remove every row."""
        for row in self._rows:
            for part in row:
                self._grid.removeWidget(part)
                part.hide()
                part.deleteLater()
        self._rows.clear()

    def _label(self, text: str, field: QWidget) -> QWidget:
        """The label of the row that is added next."""
        label = PlainLabel(text, self)
        label.setBuddy(field)
        if not field.accessibleName():
            field.setAccessibleName(text)
        self._grid.addWidget(label, len(self._rows), 0, Qt.AlignmentFlag.AlignVCenter)
        return label


class _HelpWords(Words):
    """Help in dim, or a reason in the colour of what does not work."""

    def __init__(self, help: str, parent: QWidget) -> None:
        super().__init__(help, role="dim", font=font_dim(), wrap=True, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        if help:
            self.setMinimumWidth(space(150))
        self._help = help
        self._reason = ""
        self._problem, self._forbids = "", False

    def show_reason(self, reason: str) -> None:
        """Show why a text is no value, or what else there is to say."""
        self._reason = reason
        self._show()

    def show_problem(self, problem: str, *, forbids: bool) -> None:
        """Show what is wrong, or doubtful, about a value, or the help where nothing is."""
        self._problem, self._forbids = problem, forbids
        self._show()

    def _show(self) -> None:
        self.setText(self._reason or self._problem or self._help)
        wrong = self._reason or (self._problem and self._forbids)
        self.set_role("bad" if wrong else "text" if self._problem else "dim")
        self.update()
