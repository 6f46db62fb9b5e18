"""Which columns of a table hold numbers or times, judged column by column and then together."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from engine.data.reading import dates, missing, number_evidence, numbers
from engine.data.reading.cancelling import Cancelled
from engine.data.reading.labels import Levels
from engine.data.reading.number_summary import NumberSummary, summarize
from engine.data.reading.options import ReadOptions
from engine.data.reading.raw import RawTable

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

_LEAST_DATE, _MOST_DATE = 190_001, 21_001_231  # 190001 and 20991231 as numbers
_HOURS = 24  # of a day
_MANY_ROWS = 50_000  # from which columns are judged by several threads; a guess
_MOST_THREADS = 4  # more gain next to nothing: a guess
T = TypeVar("T")


@dataclass(eq=False)
class Sheet:
    """What is found column by column while a table is judged; ``clean`` columns are plain numbers and empty cells."""

    raw: RawTable
    options: ReadOptions
    cells: dict[str, pd.Series] = field(init=False)
    texts: dict[str, pd.Series] = field(default_factory=dict)
    times: dict[str, dates.Found] = field(default_factory=dict)
    numbers: dict[str, numbers.Found] = field(default_factory=dict)
    plain: dict[str, pd.Series] = field(default_factory=dict)
    clean: set[str] = field(default_factory=set)
    levels: dict[str, Levels] = field(default_factory=dict)
    summaries: dict[str, NumberSummary] = field(default_factory=dict)
    gaps: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.cells = dict(zip(self.raw.frame.columns, (cells for _, cells in self.raw.frame.items()), strict=True))
        for name, cells in self.cells.items():
            if name in self.raw.plain and self.raw.first is not None:
                self.texts[name] = self.raw.first[name]
            elif str(cells.dtype) == "str":
                self.texts[name] = cells


def of_each(find: Callable[[str], T], sheet: Sheet) -> Iterator[T]:
    """What ``find`` says of each column, in their order; several at once where there are many rows."""
    if len(sheet.raw.frame) < _MANY_ROWS:
        return map(find, sheet.cells)
    slow_first = sorted(sheet.cells, key=lambda name: name in sheet.raw.plain)  # texts take longer than numbers
    with ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1)) as pool:
        found = dict(zip(slow_first, pool.map(find, slow_first), strict=True))
    return (found[name] for name in sheet.cells)


def find_numbers_and_times(sheet: Sheet, cancelled: Callable[[], bool]) -> None:
    def found(name: str) -> _Measured:
        if cancelled():
            raise Cancelled(name)
        return _find_measured(sheet, name)

    evidence = {}
    for name, one in zip(sheet.cells, of_each(found, sheet), strict=True):
        if one.texts is not None:
            sheet.texts[name] = one.texts
        if one.plain is not None:
            sheet.plain[name] = one.plain
        if one.times is not None:
            sheet.times[name] = one.times
        if one.evidence is not None:
            evidence[name] = one.evidence
        if one.summary is not None:
            sheet.summaries[name] = one.summary
        if one.is_clean:
            sheet.clean.add(name)
    _settle_date_orders(sheet)
    proven = {name: number_evidence.evidence_of_plain(sheet.summaries[name]) for name in sheet.plain}
    decided = numbers.decide_formats(
        {**proven, **evidence}, sheet.raw.read.separator or "", sheet.options.decimal, sheet.options.thousands
    )
    sheet.numbers = {name: found for name, found in decided.items() if name in evidence}


@dataclass(frozen=True, eq=False)
class _Measured:
    """What a column of texts is as numbers or times: at most one of ``plain``, ``times`` and ``evidence``.

    ``texts`` are its cells without the blanks at their edges, where that was asked, and ``summary`` is that of its
    numbers where they are known.
    """

    plain: pd.Series | None = None
    summary: NumberSummary | None = None
    is_clean: bool = False
    times: dates.Found | None = None
    evidence: number_evidence.Evidence | None = None
    texts: pd.Series | None = None


def _find_measured(sheet: Sheet, name: str) -> _Measured:
    cells = sheet.texts.get(name)
    if cells is None:
        return _Measured()
    plain = sheet.cells[name] if name in sheet.raw.plain else number_evidence.read_plain(cells)
    if sheet.raw.plain.get(name) == ",":
        summary = summarize(sheet.cells[name])
        return _Measured(None, summary, is_clean=True, evidence=number_evidence.evidence_of_plain(summary, ","))
    if plain is not None:
        if name in sheet.raw.plain:
            cells = _whole_texts(plain) if _may_be_dates(sheet, name, plain) else None
        as_dates = _numbers_as_dates(sheet, name, cells, plain) if cells is not None else None
        if as_dates is not None:
            return _Measured(times=as_dates, texts=cells)
        return _Measured(plain, summarize(plain), is_clean=True)
    is_asked = bool(sheet.options.dates.get(name))
    if len(cells) >= _MANY_ROWS and not is_asked and (levels := _plain_labels(cells)) is not None:
        sheet.levels[name] = levels
        return _Measured()
    texts = cells.str.strip()
    known = _known(sheet, name, texts)
    if not len(known):
        return _Measured(texts=texts)
    if len(known) < len(cells) and (plain := number_evidence.read_plain(known)) is not None:
        as_dates = _numbers_as_dates(sheet, name, known, plain)
        if as_dates is not None:
            return _Measured(times=as_dates, texts=texts)
        plain = plain.reindex(cells.index)
        return _Measured(plain, summarize(plain), texts=texts)
    found = dates.find(known, name, sheet.options.dates.get(name, ""))
    return _Measured(times=found, evidence=None if found else number_evidence.gather_evidence(known), texts=texts)


def _plain_labels(cells: pd.Series) -> Levels | None:
    """The levels of a long column of words in which no digit stands, so that it holds neither numbers nor dates."""
    if cells.iloc[:1000].str.contains(r"\d", regex=True).any():
        return None
    levels = Levels.of(cells)
    return None if any(map(str.isnumeric, "".join(levels.raw))) else levels


def _settle_date_orders(sheet: Sheet) -> None:
    """Read dates whose day and month cannot be told apart as another column's prove it, and say so."""
    orders = {found.day_first: name for name, found in reversed(sheet.times.items()) if found.day_first is not None}
    if len(orders) != 1:
        return
    ((day_first, proof),) = orders.items()
    for name, found in sheet.times.items():
        if found.doubt and not sheet.options.dates.get(name):
            again = dates.find(_known(sheet, name, sheet.texts[name]), name, day_first=day_first) or found
            order = "day first" if day_first else "month first"
            said = f"Day and month of {name!r} cannot be told apart; they were read {order}, as in {proof!r}."
            sheet.times[name] = replace(again, doubt=said)


def _numbers_as_dates(sheet: Sheet, name: str, cells: pd.Series, values: pd.Series) -> dates.Found | None:
    """How plain numbers are dates after all, such as 20220210 or a clock's 9.45."""
    if not _may_be_dates(sheet, name, values):
        return None
    return dates.find(cells.dropna().str.strip(), name, sheet.options.dates.get(name, ""))


def _may_be_dates(sheet: Sheet, name: str, values: pd.Series) -> bool:
    # In here because it loads pandas.
    from engine.data.reading.date_candidates import is_named_clock

    first = np.fmax.reduce(values.to_numpy()[:50], initial=-np.inf)
    is_date = _LEAST_DATE <= first < _MOST_DATE or (first < _HOURS and is_named_clock(name))
    return bool(is_date) or bool(sheet.options.dates.get(name))


def _whole_texts(values: pd.Series) -> pd.Series | None:
    """Whole numbers as they are written where no zero stands before them; *None* where there are fractions."""
    # In here because pandas is slow to load.
    import pandas as pd

    known = values.dropna()
    if not (known == np.floor(known)).all():
        return None
    texts = pd.Series(None, index=values.index, dtype="str")
    texts[known.index] = known.astype("int64").astype("str")
    return texts


def _known(sheet: Sheet, name: str, texts: pd.Series) -> pd.Series:
    """The cells that hold something, words that mean a missing number not among them."""
    known = texts.dropna()
    said = sheet.options.missing_of(name)
    words = missing.USUAL if said is None else {word.casefold() for word in said}
    short = known[known.str.len() <= max(map(len, words), default=0)].drop_duplicates()
    gone = short[short.str.casefold().isin(words)]
    return known[~known.isin(gone)] if len(gone) else known


def gaps(sheet: Sheet) -> frozenset[str]:
    """Words, in small letters, that stand for missing numbers or dates in this table."""
    found: set[str] = set()
    for name in {*sheet.numbers, *sheet.times, *sheet.plain} - sheet.clean:
        texts = sheet.texts[name].dropna()
        words = texts[texts.str.len() <= max(map(len, missing.SILENT))].drop_duplicates().str.casefold()
        found |= missing.SILENT.intersection(words)
    return frozenset(found)
