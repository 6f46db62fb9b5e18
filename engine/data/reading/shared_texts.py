"""What the texts of a sheet come to once every cell that shares one holds it for itself, known before that happens.

A workbook keeps each text once and its cells name it by number; the library of sheets gives every cell a copy. So a
file of some kilobytes may ask for gigabytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path

from engine.data.reading.workbooks import check_size, names_of_parts, pieces

_TEXTS = "xl/sharedstrings.xml"
_HARMLESS = 256 << 20  # bytes that are read without a closer look
_PIECE = 1 << 20  # bytes that are read at a time
_OVERLAP = 1000  # bytes of a tag that may lie across two pieces
_SHARING = b't="s"'
_REFERENCE = re.compile(rb't="s"[^>]{0,200}>(?:<f[^>]{0,200}>[^<]{0,500}(?:</f>)?)?<v>(\d{1,9})</v>')


def check_texts(path: Path, name: str, start: io.BytesIO | None = None) -> None:
    """Raises :class:`UserFault` where the texts of the sheet ``name`` come to more than a workbook may hold.

    ``start`` is the small file that is read in place of the one at ``path``. Raises :class:`zipfile.BadZipFile` for
    what is damaged.
    """
    with zipfile.ZipFile(path) as whole:
        names = names_of_parts(path, whole)
    with zipfile.ZipFile(path if start is None else start) as packed:
        parts = {info.filename.lower().lstrip("/"): info for info in packed.infolist()}
        if _TEXTS not in parts:
            return
        lengths = _lengths(path, _content(path, packed, parts[_TEXTS], start))
        wanted = [part for part, sheet in names.items() if sheet == name]
        infos = [parts[part.lower()] for part in wanted if part.lower() in parts]
        longest = max(lengths, default=0)
        count = sum(_count(_content(path, packed, info, start)) for info in infos)
        if longest * count > _HARMLESS:
            check_size(path, sum(_total(_content(path, packed, info, start), lengths) for info in infos))


def _content(path: Path, packed: zipfile.ZipFile, info: zipfile.ZipInfo, start: io.BytesIO | None) -> Iterator[bytes]:
    if start is None:
        yield from pieces(path, info)
        return
    with packed.open(info) as part:
        while piece := part.read(_PIECE):
            yield piece


def _lengths(path: Path, content: Iterable[bytes]) -> array[int]:
    """The bytes of every shared text with its tags, in their order."""
    lengths, tail, open_bytes, size = array("q"), b"", 0, 0
    for piece in content:
        size += len(piece)
        check_size(path, size)
        whole = tail + piece
        *ended, rest = whole.split(b"</si>")
        for text in ended:
            lengths.append(open_bytes + len(text))
            open_bytes = 0
        tail = rest[-4:]
        open_bytes += len(rest) - len(tail)
    return lengths


def _count(content: Iterable[bytes]) -> int:
    count, tail = 0, b""
    for piece in content:
        whole = tail + piece
        count += whole.count(_SHARING)
        tail = whole[-len(_SHARING) + 1 :]
    return count


def _total(content: Iterable[bytes], lengths: array[int]) -> int:
    """Bytes of all texts that the cells of a sheet name."""
    total, tail = 0, b""
    for piece in content:
        whole = tail + piece
        end = max(whole.rfind(b"</c>"), len(whole) - _OVERLAP)
        for number in map(int, _REFERENCE.findall(whole[:end])):
            total += lengths[number] if number < len(lengths) else 0
        tail = whole[end:]
    return total + sum(lengths[int(number)] for number in _REFERENCE.findall(tail) if int(number) < len(lengths))
