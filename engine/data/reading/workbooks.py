"""A look at the parts of an Excel file before a library reads it: how large they truly are, what their cells hold.

The sizes in a zip directory may lie, and one cell in the last corner of a sheet makes a dense table of 17 billion
cells. So every part is unpacked once, piece by piece, and thrown away.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import join, normpath
from xml.etree import ElementTree as ET

from engine.data.reading.cancelling import Cancelled
from engine.errors import UserFault

LARGEST = 1 << 30
"""Bytes of XML that an Excel file may hold; a full sheet of ten columns has half of that."""

MOST_CELLS = 50_000_000
"""Cells of the smallest rectangle around a sheet's content, full or empty."""

_PIECE = 1 << 20  # bytes that are unpacked at a time
_SMALL = 16 << 20  # bytes of the parts that name the sheets
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})(\d{1,7})["']""")
_ERROR = re.compile(rb'<(?:\w+:)?c\s+r="([A-Z]+)\d+"(?:\s+s="\d+")?\s+t="e"')
_OPEN_FORMULA = re.compile(rb'<c\s+r="([A-Z]+)\d+"[^>]*><f[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>')
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384  # of a sheet, as Excel has them


@dataclass
class Sheet:
    """What one sheet holds: cells with content, rows, and by column the errors and formulas without a value."""

    cells: int = 0
    rows: int = 0
    height: int = 0
    width: int = 0
    errors: Counter[int] = field(default_factory=Counter)
    formulas: Counter[int] = field(default_factory=Counter)


def look_at_sheets(path: Path, cancelled: Callable[[], bool]) -> dict[str, Sheet]:
    """What each sheet of a packed workbook holds, by its name.

    Raises :class:`UserFault` for what is too large, :class:`zipfile.BadZipFile` for what is damaged, and
    :class:`Cancelled`.
    """
    sheets: dict[str, Sheet] = {}
    with zipfile.ZipFile(path) as packed:
        infos = packed.infolist()
        check_size(path, sum(info.file_size for info in infos))
        names = names_of_parts(path, packed)
        total = 0
        for info in infos:
            name = names.get(normpath(info.filename).lstrip("/"))
            sheet, tail = Sheet(), b""
            for piece in pieces(path, info):
                if piece.startswith((b"\xff\xfe", b"\xfe\xff")) and name is not None and not sheet.height:
                    raise zipfile.BadZipFile(f"{info.filename} is not UTF-8")  # its cells would not be counted
                total += len(piece)
                check_size(path, total)
                if cancelled():
                    raise Cancelled(path.name)
                if name is not None:
                    tail = count_cells(tail + piece, sheet)
            if name is not None:
                count_cells(tail + b">", sheet)
                sheets[name] = sheet
    return sheets


def check_extent(path: Path, name: str, sheet: Sheet) -> None:
    """Raises :class:`UserFault` for a sheet whose cells lie too far apart."""
    if sheet.height * sheet.width > MOST_CELLS:
        extent = f"{sheet.height:,} rows and {sheet.width:,} columns"
        raise UserFault(
            f"The sheet {name!r} of {path.name} spreads over {extent}.",
            "Copy the table into a new sheet, or save it as CSV.",
        )


def check_size(path: Path, size: int) -> None:
    """Raises :class:`UserFault` for a file that unpacks to more than a workbook may hold."""
    if size > LARGEST:
        raise UserFault(
            f"{path.name} unpacks to {size / 2**30:.1f} GB or more, which is too much for a sheet.",
            "Save the table as CSV or Parquet.",
        )


def pieces(path: Path, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of a part, however long it is in truth."""
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} or info.flag_bits & 1:
        raise zipfile.BadZipFile(f"{info.filename} is packed in an unknown way")
    with path.open("rb") as file:
        file.seek(info.header_offset)
        header = file.read(30)
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            raise zipfile.BadZipFile(f"{info.filename} has no header")
        file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
        left = info.compress_size
        inflater = zlib.decompressobj(-15) if info.compress_type == zipfile.ZIP_DEFLATED else None
        while left > 0 and (packed := file.read(min(left, 1 << 16))):
            left -= len(packed)
            if inflater is None:
                yield packed
                continue
            while packed:
                yield inflater.decompress(packed, _PIECE)
                packed = inflater.unconsumed_tail
        if inflater is not None and not inflater.eof:
            raise zipfile.BadZipFile(f"{info.filename} ends too early")


def names_of_parts(path: Path, packed: zipfile.ZipFile) -> dict[str, str]:
    """The names of the sheets by the parts that hold them."""
    try:
        book = _parsed(path, packed, "xl/workbook.xml")
        links = _parsed(path, packed, "xl/_rels/workbook.xml.rels")
    except (KeyError, ET.ParseError) as error:
        raise zipfile.BadZipFile(str(error)) from error
    targets = {link.get("Id"): link.get("Target") or "" for link in links}
    found = {}
    for sheet in book.iter():
        if sheet.tag.rpartition("}")[2] != "sheet":
            continue
        key = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), None)
        target = targets.get(key, "")
        if "chartsheets" not in target:
            found[normpath(target.lstrip("/") if target.startswith("/") else join("xl", target))] = sheet.get(
                "name", ""
            )
    return found


def _parsed(path: Path, packed: zipfile.ZipFile, name: str) -> ET.Element:
    content, size = [], 0
    for piece in pieces(path, packed.getinfo(name)):
        content.append(piece)
        size += len(piece)
        if size > _SMALL:
            raise zipfile.BadZipFile(f"{name} is too large")
    text = b"".join(content)
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:  # no program writes them; they could multiply without end
        raise zipfile.BadZipFile(f"{name} defines entities")
    return ET.fromstring(text)


def count_cells(text: bytes, sheet: Sheet) -> bytes:
    """Add what the whole tags of ``text`` hold; the rest is returned."""
    end = (
        max(text.rfind(b"</c>") + 4, text.rfind(b"<c ")) if b"</c>" in text or b"<c " in text else text.rfind(b">") + 1
    )
    whole, rest = text[:end], text[end:]
    if len(rest) > 4 * _PIECE:  # a cell of millions of signs
        whole, rest = text[:-1000], text[-1000:]
    places = _PLACE.findall(whole)
    sheet.height = max([sheet.height, *(min(int(row), _LAST_ROW) for row in {row for _, row in places})])
    columns = {column for column, _ in places}
    sheet.width = max([sheet.width, *(min(number_of_column(column), _LAST_COLUMN) for column in columns)])
    sheet.cells += whole.count(b"<v>") + whole.count(b"<is>")
    sheet.rows += whole.count(b"</row>")
    if b't="e"' in whole:
        sheet.errors.update(map(number_of_column, _ERROR.findall(whole)))
    if b"<f" in whole:
        sheet.formulas.update(map(number_of_column, _OPEN_FORMULA.findall(whole)))
    return rest


def number_of_column(letters: bytes) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
