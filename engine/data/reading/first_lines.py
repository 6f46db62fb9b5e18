"""What stands at the start of a file, for somebody who is to say how it is written because it cannot be read."""

from __future__ import annotations

import codecs
from contextlib import suppress
from pathlib import Path

import msgspec

from engine.data.reading import encodings, files
from engine.data.reading.cancelling import Cancelled
from engine.data.reading.options import ReadOptions
from engine.errors import UserFault

_LINES = 20  # lines that a person is shown: a guess
_BYTES = 1 << 16  # bytes that hold so many lines of nearly every file: a guess
_LONGEST = 1000  # characters of a line that are shown
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class FirstLines(msgspec.Struct, frozen=True):
    """The first lines of a text file, or rows of a sheet, each a tuple of its cells (one of a line); the sheets."""

    rows: tuple[tuple[str, ...], ...] = ()
    sheets: tuple[str, ...] = ()


def lines_of_text(path: Path, options: ReadOptions) -> FirstLines:
    """The first lines of a file as they are, whatever separates their cells."""
    with path.open("rb") as file:
        data = file.read(_BYTES)
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    encoding = options.encoding or marked or "utf-8"
    try:
        text = data.decode(encoding, errors="replace")
    except LookupError:
        text = data.decode("utf-8", errors="replace")
    if "\ufffd" in text.rstrip("\ufffd") and options.encoding is None:
        with suppress(UserFault, Cancelled):  # which it is where it is no text in any encoding
            text = data.decode(encodings.detect(path, data)[0], errors="replace")
    return FirstLines(tuple((line[:_LONGEST],) for line in text.splitlines()[:_LINES]))


def rows_of_sheet(path: Path, options: ReadOptions) -> FirstLines:
    """The sheets of a workbook, and the first rows of the chosen one, or of the fullest."""
    # In here because only Excel files need it.
    from engine.data.reading.excel_file import first_rows

    names, rows = first_rows(path, options.sheet, _LINES)
    return FirstLines(tuple(tuple(cell[:_LONGEST] for cell in row) for row in rows), names)


def first_lines(path: Path, options: ReadOptions, *, is_workbook: bool) -> FirstLines:
    """What can be shown of a file; nothing where not even that can be read."""
    try:
        files.check_readable(path)
        with files.told_as_faults(path):
            return rows_of_sheet(path, options) if is_workbook else lines_of_text(path, options)
    except UserFault:
        return FirstLines()
