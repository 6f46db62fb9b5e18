"""Which sign separates the cells of a text file."""

from __future__ import annotations

import io
import re
from collections import Counter
from itertools import islice

from engine.data.reading.cells import cell_kind

_SIGNS = {",": 1.0, ";": 1.0, "\t": 1.0, "|": 0.95, "^": 0.9, "~": 0.9, " ": 0.85, ":": 0.6}
"""The signs that are tried, and how much each is trusted (guesses)."""

_STRICT = " :"  # signs that stand in texts as well
_STRICT_AGREEMENT = 0.9  # share of lines that must agree on them: a guess
_MANY = 10  # lines that agree by more than chance
_NAMELESS = 0.7  # for a sign that the first line does not hold
_SEP_LINE = re.compile(r'\s*"?sep=(.)"?[\s,;]*$', re.IGNORECASE)
_QUOTED = re.compile(r'(?:^|(?<=[,;\t|^~: ]))"(?:[^"]|"")*"(?=[,;\t|^~: \r\n]|$)', re.MULTILINE)
_HIDDEN = str.maketrans(dict.fromkeys(",;\t|^~: \r\n", "\x01"))
_GROUPED = re.compile(r"[^\d,]*\d{1,3}(?:,\d{2,3})+(?:\.\d+)?[^\d,]*")
_LINES = 200  # that are looked at: a guess
_LONG_HEADER = 0.5  # a header longer than the rows is rather cut at a sign inside its names: a guess
_CELLS = 3000  # cells that are judged for each sign


def find_separator(text: str, suffix: str = "") -> str:
    """The sign that separates the cells of ``text``, the beginning of a file (whole lines); a comma where none does.

    A blank stands for runs of blanks. ``suffix`` is the ending of the file's name. Signs in quotation
    marks do not count.
    """
    first = sep_line(text[:200].partition("\n")[0])
    if first:
        return first
    hidden = _QUOTED.sub(lambda match: match[0].translate(_HIDDEN), text)
    lines = list(islice((line.rstrip("\r\n") for line in io.StringIO(hidden, newline="") if line.strip()), _LINES))
    lines = [line for line in lines if not line.startswith("#")] or lines
    scores = {sign: _fit(lines, sign) * trust for sign, trust in _SIGNS.items()}
    if scores["\t"] > 0.0 and all("\t" in line for line in lines[len(lines) // 3 :]):
        scores[" "] = 0.0  # it would cut at the tabs as well
    if suffix.lower() in {".tsv", ".tab"}:
        scores["\t"] *= 2.0
    best = max(scores, key=lambda sign: scores[sign])
    return best if scores[best] > 0.0 else ","


def sep_line(line: str) -> str:
    """The separator that a first line such as ``sep=;`` (which Excel reads) gives; empty for any other line."""
    match = _SEP_LINE.fullmatch(line.lstrip("\ufeff").rstrip("\r\n"))
    return match[1] if match and not match[1].isalnum() else ""


def _fit(lines: list[str], sign: str) -> float:
    """How well a sign cuts the lines into the same number of cells that each look like one value; 0 for not at all."""
    rows = [line.split() if sign == " " else line.split(sign) for line in lines]
    body = rows[len(rows) // 3 :]
    width, count = Counter(len(row) for row in body).most_common(1)[0] if body else (1, 0)
    if width < 2:
        width, count = Counter(len(row) for row in body if len(row) > 1).most_common(1)[0] if _some(body) else (1, 0)
    if width < 2:
        return 0.0
    agreement = count / len(body)
    first = _first_of_table(rows[: len(rows) - len(body)] or rows[:1], width)
    named = first is not None
    if sign in _STRICT and (agreement < _STRICT_AGREEMENT or not (named or len(rows) > _MANY)):
        return 0.0
    if first is None:
        agreement *= _NAMELESS
    elif len(first) > width:
        agreement *= _LONG_HEADER
    fitting = [row for row in body if len(row) == width]
    cells = [cell for row in fitting[: max(3, _CELLS // width)] for cell in row]
    clean = sum(_cleanness(cell.strip(), sign) for cell in cells) / len(cells)
    return agreement * clean * (1.0 - 0.2 / width)


def _first_of_table(top: list[list[str]], width: int) -> list[str] | None:
    """The first of the lines above the body from which on all are about as wide as it is; *None* where none is."""
    found = None
    for row in reversed(top):
        if len(row) < 2 or abs(len(row) - width) > 1:
            break
        found = row
    return found


def _some(rows: list[list[str]]) -> bool:
    return sum(len(row) > 1 for row in rows) > 0.5 * len(rows)


def _cleanness(cell: str, sign: str) -> float:
    """How much a cell looks like one value and not like several that another sign separates."""
    if not cell:
        return 1.0
    if cell[0] == '"':
        return 1.0 if len(cell) > 1 and cell[-1] == '"' else 0.2  # else other cells stand behind the quoted one
    if "\t" in cell:
        return 0.0
    if sign == " " and cell.count(",") > 1 and not _GROUPED.fullmatch(cell):
        return 0.0  # rather blanks inside of cells, as in 2,1 234,red
    if any(other in cell for other in ";|" if other != sign):
        return 0.2
    if sign != " " and re.search(r"\d +[-+]?\d", cell) and cell_kind(cell) != "date":  # Feb 20 2008 is one value
        return 1.0 if re.fullmatch(r"[-+]?\d{1,3}( \d{3})+(?:[.,]\d+)?|\d[\d./-]+ +\d[\d:.,]+.*", cell) else 0.2
    if cell_kind(cell) != "word":
        return 1.0
    if "," in cell:
        if sign == " ":
            return 0.1  # as in 952,-12.3 of 564 952,-12.3
        return 0.7 if ", " in cell else 0.4
    return 0.8
