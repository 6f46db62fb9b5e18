"""Whether a table was read right, wrongly but with a caution that names the doubt, or wrongly in silence."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from typing import Any

from tests.helpers.tables.written import Expected

_NUMBER_WORDS = re.compile(
    r"thousand|decimal|comma|point|separator|percent|per cent|unit|currenc|sign|minus|bracket|exponent|group",
    re.IGNORECASE,
)
_DATE_WORDS = re.compile(r"\b(day|month|year|date|time|order|zone|century|quarter)s?\b", re.IGNORECASE)
_ROW_WORDS = re.compile(r"\b(row|line|total|footer|header|end|top|sheet)s?\b", re.IGNORECASE)
_COLUMN_WORDS = re.compile(r"\b(column|separator|delimiter|sheet|header|cell)s?\b", re.IGNORECASE)
_GUESSED_LETTERS = re.compile(r"\bUTF-8\b.*\ba guess\b")  # said of a file whose code page only its letters tell
_NAME_WORDS = re.compile(r"\b(name|named|called|header)s?\b", re.IGNORECASE)
_ABOUT_GAPS_ONLY = re.compile(r"missing", re.IGNORECASE)


@dataclass(frozen=True)
class Reading:
    """A table as a reader gives it: numbers and times as floats, the rest as texts or whole numbers, gaps *None*."""

    names: list[str]
    kinds: list[str]
    left_out: list[str]
    columns: list[list[Any]]
    cautions: list[tuple[str, str]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return len(self.columns[0]) if self.columns else 0


@dataclass(frozen=True)
class Difference:
    """One way in which a reading is not the truth; ``about`` decides which cautions tell of it. No column: the file.

    Where letters of the column are ``guessed``, the caution that they are tells of a wrong name, and of signs such as
    the pound's that make numbers of money to anybody who guesses better.
    """

    about: str  # values dates missing kind labels name rows columns renamed doubtful left_out
    column: str
    sentence: str
    told: bool = False
    guessed: bool = False


@dataclass(frozen=True)
class Verdict:
    """``status`` is right, told or wrong; ``differences`` say why. ``cautions``: how many there were."""

    status: str
    differences: tuple[Difference, ...] = ()
    cautions: tuple[tuple[str, str], ...] = ()

    @property
    def wrong(self) -> tuple[Difference, ...]:
        return tuple(one for one in self.differences if not one.told)


def reading_of(table: Any) -> Reading:
    """A :class:`Reading` from what ``engine.data.reading.load`` gives."""
    info = table.info
    columns = []
    for column in info.columns:
        values = table.frame[column.name].astype(object).tolist()
        columns.append([None if _is_missing(value) else value for value in values])
    return Reading(
        names=list(info.names),
        kinds=[column.kind for column in info.columns],
        left_out=[column.left_out or "" for column in info.columns],
        columns=columns,
        cautions=[(caution.column, caution.sentence) for caution in info.cautions],
    )


def judge(expected: tuple[Expected, ...], reading: Reading, *, left_out: bool, renamed: bool, plain: bool) -> Verdict:
    """Hold a reading to the truth. ``left_out``: lines with numbers were to be left out, which must be told, as must
    new names (``renamed``). A ``plain`` table must have no caution at all, and its numbers every digit.
    """
    found, pairs = _paired(expected, reading)
    rows = len(expected[0].cells)
    if reading.rows != rows:
        found.append(Difference("rows", "", f"{reading.rows} rows were read, there are {rows}"))
    else:
        for one, i in pairs:
            if i is not None:
                found += [replace(off, guessed=one.guessed) for off in _differences(one, reading, i, plain)]
    if left_out and not any(_ROW_WORDS.search(said) for column, said in reading.cautions if not column):
        found.append(Difference("rows", "", "a line of totals was left out in silence"))
    if renamed and not reading.cautions:
        found.append(Difference("renamed", "", "two columns had one name, and nothing says so"))
    if plain:
        found += [Difference("needless", column, f"needless caution: {said}") for column, said in reading.cautions]
    judged = tuple(_with_told(one, reading) for one in found)
    status = "right" if not judged else "told" if all(one.told for one in judged) else "wrong"
    return Verdict(status, judged, tuple(reading.cautions))


def _paired(
    expected: tuple[Expected, ...], reading: Reading
) -> tuple[list[Difference], list[tuple[Expected, int | None]]]:
    """Which column read stands for which true one; columns without any value that are left out do not count."""
    real = [
        i
        for i, values in enumerate(reading.columns)
        if not (reading.left_out[i] and all(value is None for value in values))
    ]
    meant = list(expected)
    if len(real) == len(meant) - 1 and meant[0].index:
        meant = meant[1:]
    if len(real) == len(meant):
        pairs: list[tuple[Expected, int | None]] = list(zip(meant, real, strict=True))
        if len(meant) > 1 and all(_fits(one, reading.names[i]) for one, i in pairs):
            return [], pairs
        by_name = {reading.names[i]: i for i in real}
        moved = [(one, by_name.get(one.name or "")) for one in meant]
        if all(i is not None for _, i in moved):  # another order, as a Parquet index comes back in front
            return [], moved
        return [
            _misnamed(one, reading.names[i])
            for one, i in zip(meant, real, strict=True)
            if not _fits(one, reading.names[i])
        ], pairs
    said = f"{len(real)} columns were read ({', '.join(map(repr, reading.names))}), there are {len(meant)}"
    return [Difference("columns", "", said)], []


def _fits(one: Expected, name: str) -> bool:
    return one.name is None or " ".join(one.name.split()) in " ".join(name.split())


def _misnamed(one: Expected, name: str) -> Difference:
    return Difference("name", name, f"{one.name!r} is called {name!r}", guessed=one.guessed)


def _differences(one: Expected, reading: Reading, i: int, plain: bool) -> list[Difference]:
    name, kind, values = reading.names[i], reading.kinds[i], reading.columns[i]
    allowed = {
        "number": {"number"},
        "time": {"time"},
        "clock": {"number", "time"},
        "duration": {"number"},
        "label": {"category"},
        "bool": {"category", "number"} if one.flavour == "1" else {"category"},
        "id": {"identifier"},
        "zip": {"category", "identifier", "text"},
        "text": {"text", "identifier"},
    }[one.what]
    found = []
    if kind not in allowed:
        found.append(Difference("kind", name, f"{one.what} column {name!r} was read as {kind} ({_some(values)})"))
    out = reading.left_out[i]
    if out and one.what not in {"id", "zip", "text"}:
        found.append(Difference("left_out", name, f"{name!r} is left out: {out}"))
    if kind == "identifier" and not out and not _about(reading, name):
        found.append(Difference("left_out", name, f"{name!r} is an identifier, and nothing says that it is left out"))
    if kind not in allowed and one.what not in {"id", "zip"}:
        return found  # its values cannot be compared
    if one.what in {"number", "time", "clock", "duration"}:
        found += _number_differences(one, name, kind, values, plain)
    else:
        found += _text_differences(one, name, values)
    if one.doubtful:
        found.append(Difference("doubtful", name, f"{name!r} has values below a limit"))
    return found


def _number_differences(one: Expected, name: str, kind: str, values: list[Any], plain: bool) -> list[Difference]:
    about = "dates" if one.what == "time" else "values"
    if not all(value is None or isinstance(value, int | float) for value in values):
        return [Difference(about, name, f"{name!r} holds {_some(values)} instead of numbers")]
    best: list[tuple[int, Any, Any]] = []
    gone: list[tuple[int, Any, Any]] = []
    for tried, scale in enumerate(one.scales):
        off, lost = [], []
        for row, (true, read) in enumerate(zip(one.cells, values, strict=True)):
            if row in one.doubtful or (true is None and read is None):
                continue
            if read is None:
                lost.append((row, true, read))
            elif true is None or not _same(true * scale, float(read), one, kind, plain):
                off.append((row, true, read))
        if not tried or len(off) < len(best):
            best, gone = off, lost
    found = []
    if best:
        row, true, read = best[0]
        found.append(Difference(about, name, f"{len(best)} of {name!r} are wrong, row {row}: {true} read as {read}"))
    if gone:
        found.append(Difference("missing", name, f"{len(gone)} of {name!r} are lost, row {gone[0][0]}: {gone[0][1]}"))
    return found


def _same(true: float, read: float, one: Expected, kind: str, plain: bool) -> bool:
    if one.what == "clock" and kind == "time":
        return math.isclose(true % 86_400, read % 86_400, abs_tol=1e-3)
    if one.what != "number":
        return math.isclose(true, read, rel_tol=0, abs_tol=1e-3)
    return true == read if plain else math.isclose(true, read, rel_tol=1e-12)


def _text_differences(one: Expected, name: str, values: list[Any]) -> list[Difference]:
    true = [None if cell is None else _text(cell) for cell in one.cells]
    read = [None if value is None else _text(value) for value in values]
    if one.what == "bool":
        words = {"true": "True", "false": "False", "1": "True", "0": "False"} if one.flavour == "TRUE" else {}
        true, read = ([c and words.get(c.lower(), c.lower()) for c in cells] for cells in (true, read))
    if one.merged:
        return _merge_differences(one, name, true, read)
    off = [(row, t, r) for row, (t, r) in enumerate(zip(true, read, strict=True)) if t != r]
    return _labels_off(one, name, off)


def _merge_differences(one: Expected, name: str, true: list[str | None], read: list[str | None]) -> list[Difference]:
    """Labels that are one may be called by any of their spellings."""
    called: dict[str, set[str]] = {}
    for t, r in zip(true, read, strict=True):
        if t is not None and r is not None:
            called.setdefault(t, set()).add(r)
    split = {t: spelt for t, spelt in called.items() if len(spelt) > 1}
    if split:
        return [Difference("labels", name, f"one label is several in {name!r}: {split}")]
    off = [
        (row, t, r)
        for row, (t, r) in enumerate(zip(true, read, strict=True))
        if (t is None) != (r is None) or (t is not None and r is not None and t.casefold() != r.casefold())
    ]
    return _labels_off(one, name, off)


def _labels_off(one: Expected, name: str, off: list[tuple[int, Any, Any]]) -> list[Difference]:
    if not off:
        return []
    row, true, read = off[0]
    about = "missing" if all(r is None for _, _, r in off) else "labels"
    return [Difference(about, name, f"{len(off)} of {name!r} are wrong, row {row}: {true!r} read as {read!r}")]


def _about(reading: Reading, name: str) -> list[str]:
    """The cautions that name a column."""
    return [said for column, said in reading.cautions if column == name or repr(name) in said]


def _with_told(one: Difference, reading: Reading) -> Difference:
    """The difference, marked where a caution tells of it."""
    of_any = [said for _, said in reading.cautions]
    of_table = [said for column, said in reading.cautions if not column]
    of_column = _about(reading, one.column) if one.column else []
    if one.about == "needless":
        return one
    if one.about == "values":
        own = [said for said in of_column if _NUMBER_WORDS.search(said) or not _ABOUT_GAPS_ONLY.search(said)]
        told = bool(own) or any(map(_NUMBER_WORDS.search, of_table))
    elif one.about == "dates":
        told = any(_DATE_WORDS.search(said) for said in of_column)
    elif one.about in {"missing", "kind", "left_out", "doubtful"} or one.about == "labels":
        told = bool(of_column)
    else:
        words = {"rows": _ROW_WORDS, "columns": _COLUMN_WORDS, "name": _NAME_WORDS, "renamed": _NAME_WORDS}[one.about]
        told = any(words.search(said) for said in (of_any if one.about in {"name", "renamed"} else of_table))
    return replace(one, told=told or (one.guessed and any(map(_GUESSED_LETTERS.search, of_table))))


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split())


def _some(values: list[Any]) -> str:
    return ", ".join(repr(value) for value in list(dict.fromkeys(value for value in values if value is not None))[:4])


def _is_missing(value: Any) -> bool:
    return value is None or value != value or type(value).__name__ in {"NAType", "NaTType"}
