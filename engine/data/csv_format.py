"""How a text file writes its table: encoding, delimiter, decimal sign and whether it has a header."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import UserFault

_CHUNK = 1 << 20
_HEAD = 1 << 18  # bytes that decide on the delimiter
_DELIMITERS = (",", ";", "\t", "|")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ENCODINGS = ("utf-8", "cp1252", "latin-1")  # latin-1 takes any byte, so it comes last


class CsvFormat(msgspec.Struct, frozen=True):
    """What a reader of the file must know; ``names`` are the columns' final names where the file's own do not serve."""

    encoding: str = "utf-8"
    delimiter: str = ","
    decimal: str = "."
    names: tuple[str, ...] = ()
    header: bool = True
    problems: tuple[str, ...] = ()

    def keywords(self) -> dict[str, Any]:
        """The arguments of ``pandas.read_csv`` for this file, those that differ from pandas' own only."""
        words: dict[str, Any] = {"sep": self.delimiter, "encoding": self.encoding, "decimal": self.decimal}
        # A question mark is a missing value in many public tables.
        words |= {"na_values": ["?"], "skipinitialspace": True, "index_col": False, "low_memory": False}
        if self.names:
            words |= {"names": list(self.names), "header": 0 if self.header else None}
        return words


def sniff(path: Path, head_only: bool = False, cancelled: Callable[[], bool] = lambda: False) -> CsvFormat:
    """Look at a file and say how it is written; with ``head_only`` its first bytes decide on the encoding too.

    Raises :class:`UserFault` for a file that is empty, is no text, or has one column only.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip():
        raise UserFault(f"{path.name} is empty.", "Choose a file with a header line and rows.")
    encoding = _encoding(path, head, head_only, cancelled)
    if encoding in _ENCODINGS and b"\0" in head:
        raise UserFault(f"{path.name} is not a text file.", "Save the table as CSV, Excel or Parquet first.")
    lines = head.decode(encoding, errors="ignore").splitlines()
    if len(head) == _HEAD:
        lines = lines[:-1] or lines
    lines = [line for line in lines if line.strip()][:200]
    delimiter = "\t" if path.suffix.lower() in {".tsv", ".tab"} else _delimiter(lines)
    header = next(iter(_split(lines[:1], delimiter)), [])
    if len(header) < 2:
        raise UserFault(
            f"{path.name} has one column only.",
            "Choose a table with a column to predict and at least one to predict it from; columns are told apart by a "
            "comma, semicolon, tab or bar.",
        )
    problems = []
    if encoding not in {"utf-8", "utf-8-sig", "utf-16"}:
        title = {"cp1252": "Windows-1252", "latin-1": "Latin-1"}[encoding]
        problems.append(f"Some bytes are not UTF-8; the file was read as {title}, so check the letters with accents.")
    has_header = not all(_is_number(cell) for cell in header)
    names, said = _names(header) if has_header else (tuple(f"column_{i + 1}" for i in range(len(header))), "")
    if not has_header:
        said = "The first line holds numbers only, so it counts as data and the columns are numbered."
    own = has_header and names == tuple(header)
    return CsvFormat(
        encoding,
        delimiter,
        _decimal(lines, delimiter),
        () if own else names,
        has_header,
        (*problems, *([said] if said else [])),
    )


def _encoding(path: Path, head: bytes, head_only: bool, cancelled: Callable[[], bool]) -> str:
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    decoders = {name: codecs.getincrementaldecoder(name)() for name in _ENCODINGS}
    with path.open("rb") as file:
        while chunk := (head if head_only else file.read(_CHUNK)):
            for name in tuple(decoders):
                try:
                    decoders[name].decode(chunk)
                except UnicodeDecodeError:
                    del decoders[name]
            if head_only or cancelled():
                break
    return next(iter(decoders))


def _delimiter(lines: list[str]) -> str:
    """The sign that splits most lines into the same number of cells, more cells winning a tie."""

    def agreement(sign: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in _split(lines, sign) if row)
        width, count = widths.most_common(1)[0] if widths else (0, 0)
        return (count / widths.total() if width > 1 else 0.0, width)

    return max(_DELIMITERS, key=agreement)


def _split(lines: list[str], delimiter: str) -> list[list[str]]:
    """The cells of lines, up to one with a cell that is longer than Python's reader takes (131,072 characters)."""
    rows = []
    with suppress(csv.Error):
        for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True):
            rows.append(row)  # noqa: PERF402 - what came before the error counts
    return rows


def _decimal(lines: list[str], delimiter: str) -> str:
    """A comma where cells such as 3,14 occur and none such as 3.14 does."""
    if delimiter == ",":
        return "."
    cells = [cell.strip() for row in _split(lines[1:], delimiter) for cell in row]
    with_comma = sum(bool(re.fullmatch(r"[-+]?\d+,\d+", cell)) for cell in cells)
    with_point = sum(bool(re.fullmatch(r"[-+]?\d+\.\d+", cell)) for cell in cells)
    return "," if with_comma and not with_point else "."


def _names(header: list[str]) -> tuple[tuple[str, ...], str]:
    """Unique, non-empty names, and a sentence where the file's own had to change."""
    taken: set[str] = set()
    names, changed = [], []
    for position, cell in enumerate(header, start=1):
        stem = cell.strip() or f"column_{position}"
        name, copy = stem, 2
        while name in taken or (name != stem and name in header):
            name, copy = f"{stem}_{copy}", copy + 1
        if name != stem:
            changed.append(name)
        taken.add(name)
        names.append(name)
    said = f"Some columns share a name; the later ones are called {', '.join(changed)}." if changed else ""
    return tuple(names), said


def _is_number(cell: str) -> bool:
    try:
        float(cell.strip().replace(",", "."))
    except ValueError:
        return False
    return True
