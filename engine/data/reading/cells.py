"""What one cell looks like on its own: a number, a date, a word or nothing, whatever the habit it is written in."""

from __future__ import annotations

import re
from functools import lru_cache
from math import isnan
from typing import Literal

from engine.data.reading.affixes import UNITS

CellKind = Literal["", "number", "date", "word"]

_GAPS = {
    "na",
    "n/a",
    "nan",
    "null",
    "none",
    "?",
    "-",
    "--",
    "–",
    "—",
    ".",
    "n.a.",
    "k.a.",
    "nd",
    "nil",
    "#n/a",
    "<na>",
    "nat",
}
_CURRENCY = r"(?:[$€£¥₹₽₩]|USD|EUR|GBP|CHF|kr|zł|Kč|Ft|R\$)"
_NUMBER = re.compile(
    rf"[<>≤≥~≈]?\s*\(?[-+−–]?\s*{_CURRENCY}?\s*[-+−]?\(?"
    r"(?:\d[\d.,'’\u00a0\u202f\u2009 ]*|[.,]\d+)(?:[eE][-+]?\d+)?"
    rf"\s*(?:%|‰|{_CURRENCY})?\)?-?"
)
_WITH_UNIT = re.compile(r"(.*\d)(?:\s+|(?=[°%‰µμ]))([^\s\d]\S{0,5})")
_MONTH = r"[^\W\d_]{3,9}\.?"
_DATE = re.compile(
    r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}\.?(?:(?:T|,?\s+)\S.*)?"  # 2024-02-01, 1/2/24 10:00, 01.02.2024
    r"|\d{4}-\d{2}(?:-\d{2})?(?:[T ].*)?|\d{8}T\d{4,6}Z?"
    r"|\d{1,3}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s*[AaPp]\.?[Mm]\.?)?"  # times of day, durations
    rf"|\d{{1,2}}\.?[- /]?{_MONTH}[- /,]*\d{{2,4}}(?:\s.*)?"  # 10-Feb-22, 10 February 2022
    rf"|{_MONTH}[- /]\d{{1,2}},?\s+\d{{4}}(?:\s.*)?|{_MONTH}[- /]\d{{4}}"  # Jan 1 2000, Jan 2000
    r"|\d{4}[- ]?[QqWw]\d{1,2}|\d{2,4}年\d{1,2}月(?:\d{1,2}日)?.*"
)


def cell_kind(cell: str) -> CellKind:
    """What a cell looks like; words that often mean a missing value count as nothing."""
    if cell.isdecimal():
        return "number"
    try:
        number = float(cell)
    except ValueError:
        return _kind_of_text(cell)
    return "" if isnan(number) else "number"


@lru_cache(maxsize=50_000)
def _kind_of_text(cell: str) -> CellKind:
    text = cell.strip()
    if not text or text.lower() in _GAPS or (text.startswith("#") and text.endswith(("!", "/A", "?"))):
        return ""
    if len(text) > 60:  # longer than any number or date
        return "word"
    if any(letter.isdigit() for letter in text):
        if _DATE.fullmatch(text):
            return "date"
        if _NUMBER.fullmatch(_without_unit(text)):
            return "number"
    return "word"


def _without_unit(text: str) -> str:
    """A text without the unit at its end, as in 12.5 kg or 3°C."""
    match = _WITH_UNIT.fullmatch(text)
    return match[1] if match and match[2] in UNITS else text


def cell_values(cell: str) -> tuple[float, ...]:
    """The numbers that a cell may mean, with a point and with a comma as decimal sign."""
    text = re.sub(r"[^\d.,eE+\-−]", "", _without_unit(cell.strip())).replace("−", "-")
    found = []
    for decimal, thousands in ((".", ","), (",", ".")):
        try:
            found.append(float(text.replace(thousands, "").replace(decimal, ".")))
        except ValueError:
            continue
    return tuple(found)


def cell_shape(cell: str) -> str:
    """A word with its letters and digits made one each: ``AB-12`` and ``XY-07`` have the same."""
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", cell.strip()))
