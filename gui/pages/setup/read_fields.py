"""Fields for how a table is written: each shows what was found, and takes what a person says instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from engine.errors import UserFault
from engine.study import read_with
from gui.base.choice_box import ChoiceBox
from gui.base.marks import mark
from gui.base.text import plain, seen
from gui.base.theme import space

DATES = "dates."
MISSING = "missing."
SIGNS = {
    ".": "point",
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "bar",
    " ": "space",
    ":": "colon",
    "'": "apostrophe",
    "": "none",
}
ENCODINGS = ("utf-8", "utf-16", "cp1252", "latin-1", "cp1250", "cp1251", "gbk", "shift_jis")
NO_WORDS = ","  # as a list of words: none of them


@dataclass(frozen=True, slots=True)
class ReadOption:
    """One thing to say of how a table is written: its name for the engine, its label, and what is usual.

    ``choices`` pairs what the engine takes with what a person reads; others may be typed where ``is_open``.
    """

    name: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    is_open: bool = True
    help: str = ""

    @property
    def title(self) -> str:
        """The label with what it says of a single column."""
        if self.name.startswith(DATES):
            return f"Dates of {self.label}"
        return f"Missing in {self.label}" if self.name.startswith(MISSING) else self.label


OPTIONS = (
    ReadOption(
        "separator", "Separator", tuple((SIGNS[sign], SIGNS[sign]) for sign in ",;\t| :"), help="Between two cells."
    ),
    ReadOption("sheet", "Sheet"),
    ReadOption("decimal", "Decimal separator", (("point", "point"), ("comma", "comma")), False),
    ReadOption("encoding", "Encoding", tuple((name, name) for name in ENCODINGS)),
    ReadOption(
        "thousands",
        "Thousands separator",
        tuple((SIGNS[sign], SIGNS[sign]) for sign in ("", ".", ",", " ", "'")),
        False,
        "Between groups of digits.",
    ),
    ReadOption("header", "Names", (("yes", "in the first row"), ("no", "none: columns are numbered")), False),
    ReadOption(
        "missing",
        "Missing",
        ((NO_WORDS, "empty cells only"),),
        help="Words that mean a missing value, such as NA, unknown. Empty cells are always missing.",
    ),
    ReadOption("skip_top", "Skip rows at the top", help="Rows above the table."),
    ReadOption(
        "labels",
        "Labels",
        (("merged", "case ignored"), ("exact", "exactly as written")),
        False,
        "Whether Yes, yes and YES are the same label.",
    ),
    ReadOption("skip_bottom", "Skip rows at the end", help="Rows below the table, such as totals and sources."),
)
UNSAID = {"missing": "the usual words", "labels": "case ignored"}


def date_option(column: str) -> ReadOption:
    """How the dates of a column are written."""
    return ReadOption(
        DATES + column,
        column,
        (("day first", "day first"), ("month first", "month first")),
        help="Or a format, such as %d.%m.%Y or %Y%m%d.",
    )


def missing_option(column: str) -> ReadOption:
    """Which words mean a missing value in a column."""
    return ReadOption(MISSING + column, column, ((NO_WORDS, "empty cells only"),), help="Words of this column alone.")


def found_text(name: str, found: object) -> str:
    """What was found out of a file, as a person reads it."""
    if name == "header":
        return "in the first row" if found else "none: columns are numbered"
    if name == "labels":
        return "exactly as written" if found == "exact" else UNSAID["labels"]
    if isinstance(found, list | tuple):
        return ", ".join(found) or "empty cells only"
    return SIGNS.get(found, found) if isinstance(found, str) and name not in {"sheet", "encoding"} else str(found)


class ReadField(ChoiceBox):
    """The first entry is what was found. Signal ``edited(str, str)``: the option, and what is said (empty: nothing)."""

    edited = Signal(str, str)

    def __init__(self, option: ReadOption, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.option = option
        self.setObjectName(name)
        self.setAccessibleName(option.title)
        self.setAccessibleDescription(option.help)
        self.setToolTip(plain(option.help))
        self.setFixedWidth(space(254))
        self.setEditable(option.is_open)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.addItem("", "")
        for value, title in option.choices:
            self.addItem(title, value)
        self.activated.connect(self._on_activated)
        if option.is_open:
            self.setCompleter(None)  # type: ignore[arg-type]
        line = self.lineEdit()
        if line is not None:
            line.setObjectName(f"{name}_text")
            line.setAccessibleName(self.accessibleName())
            line.textEdited.connect(self._on_text_edited)

    def show_found(self, found: Any, read: Mapping[str, object]) -> None:
        """Show what was found (*None* where nothing is known), and what is said in ``read``."""
        said = read.get(self.option.name)
        if said is None:
            text = UNSAID.get(self.option.name) if found is None else found_text(self.option.name, found)
            self.setItemText(0, f"{text} (found)" if text and found is not None else text or "automatic")
        else:
            self.setItemText(0, "automatic")
        line = self.lineEdit()
        if line is None or not (line.hasFocus() and line.isModified()):  # else it is being typed into
            self._show_said(said)

    def offer(self, values: Iterable[str]) -> None:
        """Have these be among what can be chosen."""
        for value in values:
            if self.findData(value) < 0:
                self.addItem(seen(value), value)

    def _show_said(self, said: object) -> None:
        if said is None:
            self.setCurrentIndex(0)
            if self.isEditable():
                self.setEditText(self.itemText(0))
            self._show_beginning()
            return
        for place in range(1, self.count()):
            if read_with({}, self.option.name, self.itemData(place)).get(self.option.name) == said:
                self.setCurrentIndex(place)
                return
        self.setCurrentIndex(-1)
        self.setEditText(", ".join(said) if isinstance(said, list) else str(said))
        self._show_beginning()

    def _show_beginning(self) -> None:
        if (line := self.lineEdit()) is not None:
            line.setCursorPosition(0)

    def mark(self, is_wrong: bool) -> None:
        """Draw the field as one whose value does not work."""
        for part in (self, self.lineEdit()):
            if part is not None:
                mark(part, "wrong", is_wrong)

    @Slot(int)
    def _on_activated(self, place: int) -> None:
        if (line := self.lineEdit()) is not None:
            line.setModified(False)
        self.edited.emit(self.option.name, self.itemData(place))

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        known = {self.itemText(place): self.itemData(place) for place in range(self.count())}
        self.edited.emit(self.option.name, known.get(text, text if text.strip() else ""))


def said_with(read: Mapping[str, object], name: str, value: str) -> dict[str, object]:
    """``read`` with one thing said, or, with an empty ``value``, left to be found; raises :class:`UserFault`."""
    if value:
        return read_with(read, name, value)
    return {known: said for known, said in read.items() if known != name}


__all__ = [
    "DATES",
    "MISSING",
    "OPTIONS",
    "ReadField",
    "ReadOption",
    "UserFault",
    "date_option",
    "found_text",
    "missing_option",
    "said_with",
]
