"""The first rows of a large Excel file as a small one, for a look that must not wait for all of it.

The library of sheets parses a sheet as a whole, so it is given a copy in memory whose sheets end early.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from posixpath import normpath

import msgspec

from engine.data.reading.cancelling import Cancelled
from engine.data.reading.workbooks import Sheet, check_size, count_cells, names_of_parts, pieces

LARGE = 16 << 20
"""Bytes of XML from which a file is cut; it takes a second (measured: 20 MB a second, counted and parsed)."""

_START = 3 << 20  # bytes of each sheet, about 5,000 rows of ten columns
_ROW_END, _END = b"</row>", b"</sheetData></worksheet>"


class Start(msgspec.Struct, frozen=True):
    """A workbook cut short: the file, and what its sheets hold (an estimate of what the whole ones do)."""

    file: io.BytesIO
    sheets: dict[str, Sheet]


def start_of(path: Path, cancelled: Callable[[], bool]) -> Start | None:
    """The start of a large packed workbook; *None* where it is small, or not written as most programs do.

    Raises as :func:`engine.data.reading.workbooks.look_at_sheets` does.
    """
    sheets: dict[str, Sheet] = {}
    file = io.BytesIO()
    with zipfile.ZipFile(path) as packed, zipfile.ZipFile(file, "w") as cut:
        infos = packed.infolist()
        size = sum(info.file_size for info in infos)
        check_size(path, size)
        if size < LARGE:
            return None
        names, total = names_of_parts(path, packed), 0
        for info in infos:
            name = names.get(normpath(info.filename).lstrip("/"))
            if name is None and not info.filename.endswith((".xml", ".rels")):
                continue  # a picture
            part, whole = bytearray(), True
            for piece in pieces(path, info):
                part += piece
                total += len(piece)
                check_size(path, total)
                if name is not None and part.startswith((b"\xff\xfe", b"\xfe\xff")):
                    return None
                if cancelled():
                    raise Cancelled(path.name)
                if name is not None and len(part) > _START:
                    whole = False
                    break
            if not whole:
                end = part.rfind(_ROW_END, 0, _START)
                if end < 0:
                    return None
                part[end + len(_ROW_END) :] = _END
            if name is not None:
                sheets[name] = _judged(bytes(part), 1.0 if whole else max(1.0, info.file_size / len(part)))
            cut.writestr(info.filename, bytes(part))
    file.seek(0)
    return Start(file, sheets)


def _judged(text: bytes, share: float) -> Sheet:
    """What a sheet holds by its start, of which it is ``share`` times as long."""
    sheet = Sheet()
    count_cells(text + b">", sheet)
    sheet.cells, sheet.rows = round(sheet.cells * share), round(sheet.rows * share)
    return sheet
