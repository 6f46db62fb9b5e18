"""Tables in text files: from bytes to cells. Plain files go through pyarrow, the others record by record."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engine.data.reading import encodings, files, layout
from engine.data.reading.cancelling import Cancelled
from engine.data.reading.layout import Layout
from engine.data.reading.options import ReadOptions
from engine.data.reading.places import Places, places_of
from engine.data.reading.raw import RawTable
from engine.data.table import Caution
from engine.errors import UserFault

if TYPE_CHECKING:  # pandas and pyarrow are too slow to load for a module that the window imports
    import pandas as pd

_HEAD = 1 << 18  # bytes that decide how a file is written
_LARGEST_HEAD = 1 << 26  # a file whose first line is longer is no table
_TAIL = 1 << 16  # bytes of the end that are looked at: a guess
_TOP, _BOTTOM = 300, 60  # records of both ends that decide where the table is
_LARGE = 1 << 23  # bytes from which numbers are read as numbers; a guess: texts of smaller files are as fast
_MOST_BROKEN = 0.1  # share of rows that may be broken in a table: a guess
_CANCEL_EVERY = 20_000  # records
csv.field_size_limit(1 << 30)  # cells of any length, as pandas takes them


@dataclass(frozen=True)
class Writing:
    """How a text file is written: its options, all of them known, where its table is, and what is doubted.

    ``names`` has one for each column; those of ``unnamed`` have none in the file, and are dropped where they are empty.
    ``errors`` is what Python's decoders take: ``replace`` where single bytes are not of the encoding.
    """

    read: ReadOptions
    layout: Layout
    names: tuple[str, ...]
    unnamed: frozenset[str]
    skip_lines: int
    errors: str
    cautions: tuple[Caution, ...]

    @property
    def encoding(self) -> str:
        """The encoding by Python's name."""
        assert self.read.encoding is not None
        return self.read.encoding

    @property
    def separator(self) -> str:
        """The sign between cells."""
        assert self.read.separator is not None
        return self.read.separator


def read_text(
    path: Path, options: ReadOptions, cancelled: Callable[[], bool] = lambda: False, *, quick: bool = False
) -> RawTable:
    """The cells of a text file; with ``quick`` those of its first rows, their number being estimated.

    Raises :class:`UserFault` for what is no table, and :class:`Cancelled`.
    """
    head = _head_of(path)
    whole = len(head) == path.stat().st_size
    if not quick:
        files.check_memory(path, path.stat().st_size)
    writing = find_writing(path, head, options, cancelled, quick=quick)
    if quick and not whole:
        return _first_rows(path, head, writing)
    regular = _read_regular(path, head, writing)
    if regular is not None:
        return regular
    frame, cautions = _read_records(path, writing, cancelled)
    return RawTable(frame, writing.read, (*writing.cautions, *cautions), len(frame))


def find_writing(
    path: Path, head: bytes, options: ReadOptions, cancelled: Callable[[], bool] = lambda: False, *, quick: bool = False
) -> Writing:
    """How a file is written, whatever ``options`` leave open being worked out. ``head`` are its first bytes."""
    if options.encoding:
        encoding, doubt = encodings.check(path, options.encoding, cancelled), ""
    elif quick and _is_utf8(head):
        encoding, doubt = "utf-8", ""
    else:
        encoding, doubt = encodings.detect(path, head, cancelled)
    if cancelled():
        raise Cancelled(path.name)
    text = _decoded(head, encoding)
    if not text.strip("\ufeff \t\r\n"):
        raise files.empty(path)
    if len(head) < path.stat().st_size:  # the last record may be cut
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
    separator = options.separator or _separator_of(path, text)
    top, lines = _records(text, separator)
    if len(head) == path.stat().st_size:
        bottom = list(deque(_all_records(text, separator), _BOTTOM))
    else:
        bottom = _tail_records(path, head, encoding, separator)
    files.check_columns(path, max(map(len, top), default=0))
    found = layout.find_layout(top, bottom, options, path.name)
    skip_lines = lines[min(found.first_row, len(lines)) - 1] if found.first_row else 0
    names = named(found.names)
    read = msgspec.structs.replace(
        options,
        separator=separator,
        encoding=encoding,
        header=found.header_rows > 0,
        skip_top=found.skip_top,
        skip_bottom=found.skip_bottom,
    )
    unnamed = frozenset(name for name, own in zip(names, found.names, strict=True) if not own)
    errors = "replace" if doubt and encoding.startswith("utf") else "strict"
    cautions = (*([Caution("", doubt)] if doubt else []), *found.cautions)
    return Writing(read, found, names, unnamed, skip_lines, errors, cautions)


def named(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of columns, those without one being called by their place."""
    taken = set(names)
    found = []
    for place, name in enumerate(names, start=1):
        stem = new = name or f"column_{place}"
        copy = 2
        while not name and new in taken:
            new, copy = f"{stem}_{copy}", copy + 1
        taken.add(new)
        found.append(new)
    return tuple(found)


def _is_utf8(head: bytes) -> bool:
    if b"\0" in head or head[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} or head.startswith(codecs.BOM_UTF8):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _head_of(path: Path) -> bytes:
    """The first bytes of a file, as many as hold a few lines."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        while len(head) >= _HEAD and head.count(b"\n") + head.count(b"\r") < 20 and len(head) < _LARGEST_HEAD:
            more = file.read(len(head))
            if not more:
                break
            head += more
    return head


def _decoded(data: bytes, encoding: str) -> str:
    return data.decode(encoding, errors="ignore").removeprefix("\ufeff")


def _separator_of(path: Path, text: str) -> str:
    return layout.find_separator(text, path.suffix)


def _reader(text: str | io.TextIOBase, separator: str) -> Iterator[list[str]]:
    file: Iterable[str] = io.StringIO(text, newline="") if isinstance(text, str) else text
    if separator == " ":  # it stands for runs of blanks
        file = (re.sub(r"[ \t]+", " ", line.strip(" \t")) for line in file)
    return csv.reader(file, delimiter=separator, skipinitialspace=separator != "\t")


def _records(text: str, separator: str) -> tuple[list[list[str]], list[int]]:
    """The first records, and the number of lines that each one ends at."""
    reader = _reader(text, separator)
    records, lines = [], []
    for record in reader:
        records.append(record)
        lines.append(reader.line_num)  # type: ignore[attr-defined]
        if len(records) == _TOP:
            break
    return records, lines


def _all_records(text: str, separator: str) -> Iterator[list[str]]:
    return iter(_reader(text, separator))


def _tail_records(path: Path, head: bytes, encoding: str, separator: str) -> list[list[str]]:
    """The last records of a long file; one that begins before the part that is read is left out."""
    width = 4 if "32" in encoding else 2 if "16" in encoding else 1
    with path.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        file.seek((size - _TAIL) // width * width)
        data = file.read()
    plain = {"utf-16": "utf-16-le", "utf-32": "utf-32-le", "utf-8-sig": "utf-8"}.get(encoding, encoding)
    if encoding == "utf-16" and head.startswith(codecs.BOM_UTF16_BE):
        plain = "utf-16-be"
    text = data.decode(plain, errors="ignore")
    cut = re.search(r"[\r\n]+", text)
    text = text[cut.end() :] if cut else text
    return list(deque(_all_records(text, separator), _BOTTOM))


def _first_rows(path: Path, head: bytes, writing: Writing) -> RawTable:
    text = _decoded(head, writing.encoding)
    text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
    whole = msgspec.structs.replace(writing.read, skip_bottom=0)
    frame, cautions = _collect(_reader(text, writing.separator), writing, lambda: False, 0, path.name)
    rows = max(len(frame), round(path.stat().st_size / max(1, len(head)) * len(frame)))
    return RawTable(frame, whole, (*writing.cautions, *cautions), rows, sampled=True)


def _read_regular(path: Path, head: bytes, writing: Writing) -> RawTable | None:
    """The table by a parser that is much faster than record by record; *None* where the file is not regular."""
    start = head[:_HEAD]
    if (
        re.search(rb'[,;\t|] +"', start)
        or b"\r" in start.replace(b"\r\n", b"")
        or writing.separator == " "
        or writing.errors != "strict"
    ):
        return None
    # In here because pyarrow is slow to load.
    from engine.data.reading import number_evidence, regular_file

    file = regular_file.RegularFile(
        path, writing.names, writing.separator, writing.encoding, writing.skip_lines, quoted=b'"' in start
    )
    found: tuple[pd.DataFrame, dict[str, str]] | None = None
    first = None
    read = writing.read
    chosen = any(one is not None for one in (read.decimal, read.thousands, read.missing)) or bool(read.missing_in)
    if path.stat().st_size >= _LARGE and not writing.read.skip_bottom and not chosen:
        first = _first_rows(path, head, writing).frame
        found = file.read_typed(number_evidence.surely_plain, first, writing.read.dates)
    if found is None:
        texts = file.read_texts()
        found = None if texts is None else (texts, {})
    if found is None or (b'"' in start and _ends_in_quotes(path)):
        return None  # record by record broken rows can be counted, and told
    frame = _without_edges(found[0], writing, writing.read.skip_bottom or 0)
    return RawTable(
        frame, writing.read, writing.cautions, len(frame), plain=found[1], first=first if found[1] else None
    )


def _read_records(
    path: Path, writing: Writing, cancelled: Callable[[], bool]
) -> tuple[pd.DataFrame, tuple[Caution, ...]]:
    with path.open(encoding=writing.encoding, errors=writing.errors, newline="") as file:
        found = _collect(_reader(file, writing.separator), writing, cancelled, writing.read.skip_bottom or 0, path.name)
    last = found[0].iloc[-1].dropna() if len(found[0]) else None
    if last is not None and len(last) and "\n" in last.iloc[-1] and _ends_in_quotes(path):
        with path.open("rb") as file:
            lines = sum(1 for _ in file) - last.iloc[-1].count("\n")
        raise UserFault(
            f"{path.name} has a quotation mark in line {lines + 1} that is never closed.",
            "Close it or remove it, and choose the file again.",
        )
    return found


def _ends_in_quotes(path: Path) -> bool:
    """Whether a file has an odd number of quotation marks."""
    count = 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 22):
            count += chunk.count(b'"')
    return count % 2 == 1


def _collect(
    records: Iterator[list[str]], writing: Writing, cancelled: Callable[[], bool], skip_bottom: int, name: str
) -> tuple[pd.DataFrame, tuple[Caution, ...]]:
    # In here because pandas is slow to load.
    import pandas as pd

    names = writing.names
    width = len(names)
    rows: list[list[str]] = []
    short = broken = 0
    for record in _data_records(records, writing.skip_lines, name):
        while len(record) > width and not record[-1].strip():
            record.pop()
        if len(record) > width:
            broken += 1
        elif any(record):
            short += len(record) < width
            rows.append(record + [""] * (width - len(record)))
        if len(rows) % _CANCEL_EVERY == 0 and cancelled():
            raise Cancelled(name)
    if broken > _MOST_BROKEN * (len(rows) + broken):
        raise UserFault(
            f"{name} is broken: {broken:,} of {len(rows) + broken:,} rows have more cells than the header.",
            "Check the separator, and put cells that contain it in quotation marks.",
        )
    if skip_bottom:
        short -= sum(not all(row) for row in rows[-skip_bottom:])
    frame = pd.DataFrame(rows, columns=list(names), dtype="str").replace("", None).astype("str")
    cautions = []
    if broken:
        were = "row was" if broken == 1 else "rows were"
        cautions.append(Caution("", f"{broken:,} broken {were} left out: too many cells."))
    if short > 0:
        have = "row has" if short == 1 else "rows have"
        cautions.append(Caution("", f"{short:,} {have} fewer cells than the header; what is missing counts as empty."))
    return _without_edges(frame, writing, skip_bottom), tuple(cautions)


def _data_records(records: Iterator[list[str]], skip_lines: int, name: str) -> Iterator[list[str]]:
    """The records after the first lines, blank ones left out."""
    try:
        for record in records:
            if record and records.line_num > skip_lines:  # type: ignore[attr-defined]
                yield record
    except csv.Error as error:
        raise UserFault(f"{name} cannot be read as a table.", "Check its rows and separators.") from error


def _without_edges(frame: pd.DataFrame, writing: Writing, skip_bottom: int) -> pd.DataFrame:
    """Rows without those at the end that are no data and empty ones, columns without empty ones that have no name."""
    empty = frame.isna().all(axis=1)  # such rows are not counted at the end
    frame = frame[~empty].reset_index(drop=True) if empty.any() else frame
    if skip_bottom:
        frame = frame.iloc[: max(0, len(frame) - skip_bottom)]
    return frame.drop(columns=[name for name in writing.unnamed if frame[name].isna().all()])


def find_columns(path: Path, options: ReadOptions) -> tuple[Places, Writing]:
    """Where the columns of a file are, and how it is written, ``options`` leaving nothing open."""
    head = _head_of(path)
    writing = find_writing(path, head, options)
    top, _ = _records(_decoded(head, writing.encoding), writing.separator)
    found = writing.layout
    places = {name: place for place, name in enumerate(writing.names)}
    return replace(places_of(top, found.skip_top, found.first_row, found.units, places), width=len(places)), writing
