"""From cells to typed columns: the kind of each column, judged from all its rows, and what is doubted about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import msgspec

from engine.data.reading import dates, kinds, missing, numbers
from engine.data.reading.cancelling import Cancelled
from engine.data.reading.labels import Levels
from engine.data.reading.options import DATES, ReadOptions
from engine.data.reading.raw import RawTable
from engine.data.table import Caution, Column, Kind, NumberFormat

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

_LEAST_DATE, _MOST_DATE = 190_001, 21_001_231  # 190001 and 20991231 as numbers
_HOURS = 24
_LISTED = 3  # words of a sentence that lists them


@dataclass(frozen=True, eq=False)
class Judged:
    """The columns of a table, its typed rows, what is doubted, and how it was read with nothing left open.

    ``natural`` are the columns that hold numbers, as float64, whatever kind was chosen for them.
    """

    columns: tuple[Column, ...]
    frame: pd.DataFrame
    natural: Mapping[str, pd.Series]
    cautions: tuple[Caution, ...]
    read: ReadOptions


@dataclass(eq=False)
class _Sheet:
    """What is found column by column while a table is judged; ``clean`` columns are plain numbers and empty cells."""

    raw: RawTable
    options: ReadOptions
    texts: dict[str, pd.Series] = field(default_factory=dict)
    times: dict[str, dates.Found] = field(default_factory=dict)
    numbers: dict[str, numbers.Found] = field(default_factory=dict)
    plain: dict[str, pd.Series] = field(default_factory=dict)
    clean: set[str] = field(default_factory=set)
    gaps: frozenset[str] = frozenset()


def judge(
    raw: RawTable,
    options: ReadOptions,
    chosen: Mapping[str, Kind],
    target: str = "",
    cancelled: Callable[[], bool] = lambda: False,
) -> Judged:
    """Kinds, typed values and cautions of all columns.

    ``options`` are what a person said of how the table is written, ``chosen`` the kinds of columns that they chose,
    ``target`` the column to predict where it is known, in which words such as NA are rather classes.
    """
    sheet = _Sheet(raw, options)
    for name in raw.frame.columns:
        if cancelled():
            raise Cancelled(name)
        if str(raw.frame[name].dtype) == "str":
            sheet.texts[name] = raw.frame[name]
    _find_numbers_and_times(sheet)
    sheet.gaps = _gaps(sheet)
    columns, values, said = [], {}, list(raw.cautions)
    for name in raw.frame.columns:
        if cancelled():
            raise Cancelled(name)
        column, typed, cautions = _judge_column(sheet, name, chosen.get(name), is_target=name == target)
        columns.append(column)
        values[name] = typed
        said += cautions
    # In here because pandas is slow to load.
    import pandas as pd

    frame = pd.DataFrame(values, copy=False)
    return Judged(tuple(columns), frame, _natural(sheet, values), tuple(said), _resolved(sheet, columns))


def _natural(sheet: _Sheet, values: Mapping[str, pd.Series]) -> dict[str, pd.Series]:
    # In here because it loads pandas.
    from engine.data.reading.number_parsing import parse_numbers

    found = dict(sheet.plain)
    for name, one in sheet.numbers.items():
        written = one.format
        is_typed = values[name].dtype.kind == "f"
        found[name] = (
            values[name]
            if is_typed
            else parse_numbers(
                sheet.texts[name], written.decimal, written.thousands, written.affixes, written.multiplied
            )
        )
    return found


def _find_numbers_and_times(sheet: _Sheet) -> None:
    evidence = {}
    for name, cells in sheet.texts.items():
        plain = numbers.read_plain(cells)
        if plain is not None:
            as_dates = _numbers_as_dates(sheet, name, cells, plain)
            if as_dates is not None:
                sheet.times[name] = as_dates
            else:
                sheet.plain[name] = plain
                sheet.clean.add(name)
            continue
        texts = sheet.texts[name] = cells.str.strip()
        known = _known(sheet, texts)
        if not len(known):
            continue
        if len(known) < len(cells) and (plain := numbers.read_plain(known)) is not None:
            as_dates = _numbers_as_dates(sheet, name, known, plain)
            if as_dates is not None:
                sheet.times[name] = as_dates
            else:
                sheet.plain[name] = plain.reindex(cells.index)
            continue
        found = dates.find(known, name, sheet.options.dates.get(name, ""))
        if found is not None:
            sheet.times[name] = found
        elif (one := numbers.gather_evidence(known)) is not None:
            evidence[name] = one
    _settle_date_orders(sheet)
    proven = {name: numbers.evidence_of_plain(values) for name, values in sheet.plain.items()}
    decided = numbers.decide_formats(
        {**proven, **evidence}, sheet.raw.read.separator or "", sheet.options.decimal, sheet.options.thousands
    )
    sheet.numbers = {name: found for name, found in decided.items() if name in evidence}


def _settle_date_orders(sheet: _Sheet) -> None:
    """Read dates whose day and month cannot be told apart as another column's prove it, and say so."""
    orders = {found.day_first: name for name, found in reversed(sheet.times.items()) if found.day_first is not None}
    if len(orders) != 1:
        return
    ((day_first, proof),) = orders.items()
    for name, found in sheet.times.items():
        if found.doubt and not sheet.options.dates.get(name):
            again = dates.find(_known(sheet, sheet.texts[name]), name, day_first=day_first) or found
            order = "day first" if day_first else "month first"
            said = f"Day and month of {name!r} cannot be told apart; they were read {order}, as in {proof!r}."
            sheet.times[name] = replace(again, doubt=said)


def _numbers_as_dates(sheet: _Sheet, name: str, cells: pd.Series, values: pd.Series) -> dates.Found | None:
    """How plain numbers are dates after all, such as 20220210 or a clock's 9.45."""
    # In here because it loads pandas.
    from engine.data.reading.date_candidates import is_named_clock

    chosen = sheet.options.dates.get(name, "")
    first = values.iloc[:50].max()
    if not chosen and not (_LEAST_DATE <= first < _MOST_DATE or (is_named_clock(name) and first < _HOURS)):
        return None
    return dates.find(cells.dropna().str.strip(), name, chosen)


def _known(sheet: _Sheet, texts: pd.Series) -> pd.Series:
    """The cells that hold something, words that mean a missing number not among them."""
    known = texts.dropna()
    words = missing.USUAL if sheet.options.missing is None else {word.casefold() for word in sheet.options.missing}
    short = known[known.str.len() <= max(map(len, words), default=0)].drop_duplicates()
    gone = short[short.str.casefold().isin(words)]
    return known[~known.isin(gone)] if len(gone) else known


def _gaps(sheet: _Sheet) -> frozenset[str]:
    """Words, in small letters, that stand for missing numbers or dates in this table."""
    found: set[str] = set()
    for name in {*sheet.numbers, *sheet.times, *sheet.plain} - sheet.clean:
        texts = sheet.texts[name].dropna()
        words = texts[texts.str.len() <= max(map(len, missing.SILENT))].drop_duplicates().str.casefold()
        found |= missing.SILENT.intersection(words)
    return frozenset(found)


def _judge_column(
    sheet: _Sheet, name: str, chosen: Kind | None, *, is_target: bool
) -> tuple[Column, pd.Series, list[Caution]]:
    if name not in sheet.texts:
        return kinds.describe_typed(name, sheet.raw.frame[name], chosen)
    texts = sheet.texts[name]
    if chosen in {"category", "text", "identifier"} or (chosen is None and not _is_measured(sheet, name)):
        return _judge_texts(sheet, name, texts, chosen, is_target=is_target)
    if chosen == "time" or (chosen is None and name in sheet.times):
        return _judge_times(sheet, name, texts, chosen)
    return _judge_numbers(sheet, name, texts, chosen)


def _is_measured(sheet: _Sheet, name: str) -> bool:
    return name in sheet.plain or name in sheet.times or name in sheet.numbers


def _judge_times(
    sheet: _Sheet, name: str, texts: pd.Series, chosen: Kind | None
) -> tuple[Column, pd.Series, list[Caution]]:
    # In here because it loads pandas.
    from engine.data.reading.date_parsing import parse_dates

    found = sheet.times.get(name)
    formats = found.formats if found is not None else ("ISO8601",)
    values = parse_dates(texts, formats)
    cautions = [Caution(name, found.doubt, _other_order(name, found))] if found is not None and found.doubt else []
    cautions += _unread(name, texts, values, "dates", sheet.options)
    kind: Kind = chosen or (found.kind if found is not None else "time")
    column = kinds.describe_measured(name, texts, values, kind)
    return msgspec.structs.replace(column, time_formats=formats), values, cautions


def _other_order(name: str, found: dates.Found) -> str:
    """The option that reads a column's dates the other way round; empty where their order is not what is doubted."""
    words = dates.format_words(found.formats)
    orders = ("day first", "month first")
    assumed = [order for order in orders if order in words] if found.day_first is None else []
    if len(assumed) != 1:
        return ""
    return f"{DATES}{name}={orders[1 - orders.index(assumed[0])]}"


def _judge_numbers(
    sheet: _Sheet, name: str, texts: pd.Series, chosen: Kind | None
) -> tuple[Column, pd.Series, list[Caution]]:
    # In here because it loads pandas.
    from engine.data.reading.number_parsing import parse_numbers

    found = sheet.numbers.get(name)
    written = found.format if found is not None else NumberFormat()
    values = sheet.plain.get(name)
    if values is None:
        values = parse_numbers(texts, written.decimal, written.thousands, written.affixes, written.multiplied)
    cautions = [Caution(name, doubt) for doubt in found.doubts] if found is not None else []
    if name not in sheet.clean or values.isna().sum() > texts.isna().sum():
        cautions += _unread(name, texts, values, "numbers", sheet.options)
    column = kinds.describe_measured(name, texts, values, chosen or "number", judged=chosen is None)
    is_plain = name in sheet.plain
    return msgspec.structs.replace(column, number=None if is_plain else written), values, cautions


def _judge_texts(
    sheet: _Sheet, name: str, texts: pd.Series, chosen: Kind | None, *, is_target: bool
) -> tuple[Column, pd.Series, list[Caution]]:
    if chosen == "category" and (name in sheet.plain or name in sheet.numbers):
        column, values, said = _judge_numbers(sheet, name, texts, "number")
        return kinds.as_category(column, values), values, said
    cells = Levels.of(sheet.raw.frame[name])
    kind = chosen or kinds.kind_of_labels(name, cells.counts(), len(texts))
    cautions: list[Caution] = []
    gone: tuple[str, ...] = ()
    if kind in {"category", "constant"}:
        gone, doubt = missing.missing_in_texts(cells.counts(), sheet.gaps, sheet.options.missing, is_target)
        cautions += [Caution(name, f"In {name!r}, {doubt}.")] if doubt else []
        cells = cells.without(gone)
        if sheet.options.labels != "exact":
            if cells.differ_in_blanks():
                cautions.append(Caution(name, f"Labels of {name!r} that differ only in blanks count as one."))
            merged = cells.merged()
            cautions += _merged(name, cells, merged)
            cells = merged
        if chosen is None:
            kind = kinds.kind_of_labels(name, cells.counts(), len(texts))
    column = kinds.describe_labels(name, cells.counts(), len(texts), kind)
    return msgspec.structs.replace(column, missing_words=gone), cells.series(texts.index), cautions


def _unread(name: str, texts: pd.Series, values: pd.Series, noun: str, options: ReadOptions) -> list[Caution]:
    """Sentences on cells that are no numbers or dates, without those that programs write for missing ones."""
    unread = texts[values.isna() & texts.notna()]
    infinite = unread.str.fullmatch(r"[-+]?inf(inity)?", case=False)
    said = []
    if infinite.any():
        said.append(f"{_values(int(infinite.sum()))} of {name!r} are infinite and count as missing.")
        unread = unread[~infinite.astype(bool)]
    quiet = missing.SILENT if options.missing is None else {word.casefold() for word in options.missing}
    unread = unread[~unread.str.casefold().isin(quiet)]
    if len(unread):
        counts = unread.value_counts()
        words = ", ".join(repr(str(word)) for word in counts.index[:_LISTED])
        more = f" and {len(counts) - _LISTED} more" if len(counts) > _LISTED else ""
        are, count = ("is", "counts") if len(unread) == 1 else ("are", "count")
        said.append(f"{_values(len(unread))} of {name!r} {are} no {noun} and {count} as missing: {words}{more}.")
    return [Caution(name, sentence) for sentence in said]


def _merged(name: str, before: Levels, after: Levels) -> list[Caution]:
    pairs = {old: new for old, new in zip(before.labels, after.labels, strict=True) if old is not None and old != new}
    if not pairs:
        return []
    shown = ", ".join(f"{old!r} as {pairs[old]!r}" for old in list(pairs)[:_LISTED])
    more = f" and {len(pairs) - _LISTED} more" if len(pairs) > _LISTED else ""
    said = f"Labels of {name!r} that differ only in case count as one: {shown}{more}."
    return [Caution(name, said, "labels=exact")]


def _values(count: int) -> str:
    return f"{count:,} value{'' if count == 1 else 's'}"


def _resolved(sheet: _Sheet, columns: list[Column]) -> ReadOptions:
    found = {**sheet.numbers}
    decimal, thousands = numbers.usual_signs(found, sheet.raw.read.separator or "")
    plain = ("ISO8601",)
    orders = {one.name: " | ".join(one.time_formats) for one in columns if one.time_formats not in ((), plain)}
    return msgspec.structs.replace(
        sheet.raw.read,
        decimal=sheet.options.decimal or decimal,
        thousands=thousands if sheet.options.thousands is None else sheet.options.thousands,
        missing=sheet.options.missing,
        labels=sheet.options.labels or "merged",
        dates={**orders, **sheet.options.dates},
    )
