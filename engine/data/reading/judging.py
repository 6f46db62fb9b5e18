"""From cells to typed columns: the kind of each column, judged from all its rows, and what is doubted about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from engine.data.fingerprint import Equal
from engine.data.reading import dates, kinds, measuring, missing, numbers
from engine.data.reading.cancelling import Cancelled
from engine.data.reading.labels import Levels
from engine.data.reading.measuring import Sheet
from engine.data.reading.number_summary import summarize
from engine.data.reading.options import DATES, MISSING, ReadOptions
from engine.data.reading.raw import RawTable
from engine.data.table import Caution, Column, Kind, NumberFormat, shortened

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

_FIRST_ROWS = 5  # among which names may stand that were taken for data
_LISTED = 3  # words of a sentence that lists them


@dataclass(frozen=True, eq=False)
class Judged:
    """The columns of a table, its typed rows, what is doubted, and how it was read with nothing left open.

    ``natural`` are the columns that hold numbers, as float64, whatever kind was chosen for them, ``cells`` all columns
    as the file has them, and ``equal`` what is known of their equal cells.
    """

    columns: tuple[Column, ...]
    frame: pd.DataFrame
    natural: Mapping[str, pd.Series]
    cells: pd.DataFrame
    equal: Mapping[str, Equal]
    cautions: tuple[Caution, ...]
    read: ReadOptions


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
    sheet = Sheet(raw, options)
    measuring.find_numbers_and_times(sheet, cancelled)
    sheet.gaps = measuring.gaps(sheet)
    columns, values, said = [], {}, list(raw.cautions)

    def judged(name: str) -> tuple[Column, pd.Series, list[Caution]]:
        if cancelled():
            raise Cancelled(name)
        return _judge_column(sheet, name, chosen.get(name), is_target=name == target)

    for column, typed, cautions in measuring.of_each(judged, sheet):
        columns.append(column)
        values[column.name] = typed
        said += cautions
    said += _names_among_rows(sheet, values)
    # In here because pandas is slow to load.
    import pandas as pd

    frame = pd.DataFrame(values, copy=False)
    days = {name: sheet.texts[name] for name in raw.plain if name in sheet.times}
    cells = raw.frame.assign(**days) if days else raw.frame
    read = _resolved(sheet, columns)
    return Judged(tuple(columns), frame, _natural(sheet, values), cells, _equal(sheet, columns), tuple(said), read)


def _equal(sheet: Sheet, columns: list[Column]) -> dict[str, Equal]:
    """The equal cells of labels whose levels were found, and of dates that are all different."""
    found = {name: Equal(levels.codes, levels.raw) for name, levels in sheet.levels.items()}
    rows = len(sheet.raw.frame)
    for column in columns:
        if column.name in sheet.times and column.distinct == rows:
            found[column.name] = Equal(
                np.arange(rows),
                sheet.texts[column.name] if column.name in sheet.raw.plain else sheet.cells[column.name],
            )
    return found


def _names_among_rows(sheet: Sheet, values: Mapping[str, pd.Series]) -> list[Caution]:
    """A sentence where one of the first rows holds words in all columns of numbers and dates, as names would be."""
    measured = [
        name
        for name in sheet.texts
        if values[name].dtype.kind == "f" and name not in sheet.clean and len(sheet.texts[name]) == len(values[name])
    ]
    clean = any(values[name].dtype.kind == "f" and name not in measured for name in values)
    if clean or not measured:  # some column of numbers has a number in every row
        return []
    unread = [
        sheet.texts[name].notna().to_numpy()
        & values[name].isna().to_numpy()
        & ~sheet.texts[name].str.casefold().isin(missing.USUAL).to_numpy()
        for name in measured
    ]
    if any(rows.sum() > _FIRST_ROWS for rows in unread):
        return []
    for place in range(min(_FIRST_ROWS, len(sheet.raw.frame))):
        words = [str(sheet.texts[name].iloc[place]) for name in measured]
        if all(rows[place] for rows in unread):
            cells = shortened(tuple(dict.fromkeys(words)), 5)
            where = f"Row {place + 1} of the data holds words ({cells}) where others hold numbers or dates"
            return [Caution("", f"{where}; it may hold the names, and the rows above it no data.")]
    return []


def is_same_as_target(judged: Judged, name: str) -> bool:
    """Whether a column that was judged as any other would be judged the same as the target."""
    column = next((column for column in judged.columns if column.name == name), None)
    if column is None or column.kind in {"number", "time"}:
        return column is not None
    return not column.missing_words and not missing.any_suspect(judged.frame[name].dropna().unique())


def _natural(sheet: Sheet, values: Mapping[str, pd.Series]) -> dict[str, pd.Series]:
    # In here because it loads pandas.
    from engine.data.reading.number_parsing import parse_numbers

    found = dict(sheet.plain)
    for name, one in sheet.numbers.items():
        written = one.format
        typed = sheet.cells[name] if name in sheet.raw.plain else values[name]
        found[name] = (
            typed
            if typed.dtype.kind == "f"
            else parse_numbers(
                sheet.texts[name], written.decimal, written.thousands, written.affixes, written.multiplied
            )
        )
    return found


def _judge_column(
    sheet: Sheet, name: str, chosen: Kind | None, *, is_target: bool
) -> tuple[Column, pd.Series, list[Caution]]:
    if name not in sheet.texts:
        return _describe_typed(sheet, name, chosen)
    texts = sheet.texts[name]
    if chosen in {"category", "text", "identifier"} or (chosen is None and not _is_measured(sheet, name)):
        return _judge_texts(sheet, name, texts, chosen, is_target=is_target)
    if chosen == "time" or (chosen is None and name in sheet.times):
        return _judge_times(sheet, name, texts, chosen)
    return _judge_numbers(sheet, name, texts, chosen)


def _describe_typed(sheet: Sheet, name: str, chosen: Kind | None) -> tuple[Column, pd.Series, list[Caution]]:
    """A column whose file knows its type, numbers that a person says are missing being so."""
    cells = sheet.cells[name]
    gone = _missing_numbers(sheet, name, cells, NumberFormat()) if cells.dtype.kind in "iuf" else ()
    if gone:
        known = cells.astype("float64")
        cells = known.mask(known.isin(gone))
    column, values, said = kinds.describe_typed(name, cells, chosen)
    if sheet.options.missing_of(name) is not None:
        said = [one for one in said if not one.instead.startswith(MISSING)]
    if chosen is None and kinds.is_code_of_places(column):
        column = kinds.as_category(column, values)
    return msgspec.structs.replace(column, number=NumberFormat(missing=gone) if gone else column.number), values, said


def _missing_numbers(sheet: Sheet, name: str, values: pd.Series, written: NumberFormat) -> tuple[float, ...]:
    """The numbers of a column among the words that a person says mean missing."""
    said = sheet.options.missing_of(name)
    if not said:
        return ()
    # In here because pandas is slow to load.
    import pandas as pd

    from engine.data.reading.number_parsing import parse_numbers

    words = pd.Series(said, dtype="str")
    numbers = parse_numbers(words, written.decimal, written.thousands, written.affixes, written.multiplied).dropna()
    return tuple(sorted(set(numbers[numbers.isin(values)].tolist())))


def _is_measured(sheet: Sheet, name: str) -> bool:
    return name in sheet.plain or name in sheet.times or name in sheet.numbers


def _judge_times(
    sheet: Sheet, name: str, texts: pd.Series, chosen: Kind | None
) -> tuple[Column, pd.Series, list[Caution]]:
    # In here because pandas is slow to load.
    import pandas as pd

    from engine.data.reading.date_parsing import parse_dates

    if name in sheet.raw.plain and name not in sheet.times:  # a person says that these numbers are times
        texts = sheet.cells[name].map(kinds.cell_text, na_action="ignore").astype("str")
    said = sheet.options.missing_of(name)
    gone = tuple(texts[texts.isin(said)].unique()) if said else ()
    texts = texts.mask(texts.isin(gone)) if gone else texts
    found = sheet.times.get(name)
    formats = found.formats if found is not None else ("ISO8601",)
    if found is not None and len(found.seconds) == len(texts):
        values = pd.Series(found.seconds, index=texts.index, name=name)
    else:
        values = parse_dates(texts, formats)
    cautions = [Caution(name, found.doubt, _other_order(name, found))] if found is not None and found.doubt else []
    cautions += _unread(name, texts, values, "dates", sheet.options)
    kind: Kind = chosen or (found.kind if found is not None else "time")
    column = kinds.describe_measured(name, texts, summarize(values), kind)
    return msgspec.structs.replace(column, time_formats=formats, missing_words=gone), values, cautions


def _other_order(name: str, found: dates.Found) -> str:
    """The option that reads a column's dates the other way round; empty where their order is not what is doubted."""
    words = dates.format_words(found.formats)
    orders = ("day first", "month first")
    assumed = [order for order in orders if order in words] if found.day_first is None else []
    if len(assumed) != 1:
        return ""
    return f"{DATES}{name}={orders[1 - orders.index(assumed[0])]}"


def _judge_numbers(
    sheet: Sheet, name: str, texts: pd.Series, chosen: Kind | None
) -> tuple[Column, pd.Series, list[Caution]]:
    # In here because it loads pandas.
    from engine.data.reading.number_parsing import parse_numbers

    found = sheet.numbers.get(name)
    written = found.format if found is not None else NumberFormat()
    values = sheet.cells[name] if name in sheet.raw.plain else sheet.plain.get(name)
    if values is None:
        values = parse_numbers(texts, written.decimal, written.thousands, written.affixes, written.multiplied)
    gone = _missing_numbers(sheet, name, values, written)
    if gone:
        texts = texts.mask(values.isin(gone))
        values, written = values.mask(values.isin(gone)), msgspec.structs.replace(written, missing=gone)
    cautions = [Caution(name, doubt) for doubt in found.doubts] if found is not None else []
    is_certain = name in sheet.raw.plain or (name in sheet.clean and values.isna().sum() == texts.isna().sum())
    if not is_certain:
        cautions += _unread(name, texts, values, "numbers", sheet.options)
    known = None if gone else sheet.summaries.get(name)
    known = known or summarize(values)
    column = kinds.describe_measured(name, texts, known, chosen or "number", judged=chosen is None)
    if column.kind == "number" and sheet.options.missing_of(name) is None:
        cautions += kinds.doubts_of_ends(name, known)
    if chosen is None and kinds.is_code_of_places(column):
        column = kinds.as_category(column, values)
    is_plain = name in sheet.plain and not gone
    return msgspec.structs.replace(column, number=None if is_plain else written), values, cautions


def _judge_texts(
    sheet: Sheet, name: str, texts: pd.Series, chosen: Kind | None, *, is_target: bool
) -> tuple[Column, pd.Series, list[Caution]]:
    if chosen == "category" and (name in sheet.plain or name in sheet.numbers):
        column, values, said = _judge_numbers(sheet, name, texts, "number")
        return kinds.as_category(column, values), values, said
    is_exact = sheet.options.labels == "exact"
    cells = (
        Levels.of(sheet.cells[name], exact=True) if is_exact else sheet.levels.get(name) or Levels.of(sheet.cells[name])
    )
    kind = chosen or kinds.kind_of_labels(name, cells.counts(), len(texts))
    cautions: list[Caution] = []
    gone: tuple[str, ...] = ()
    if kind in {"category", "constant"}:
        words = sheet.options.missing_of(name)
        gone, doubts = missing.missing_in_texts(cells.counts(), sheet.gaps, words, is_target)
        cautions += [Caution(name, f"In {name!r}, {doubt}.", _other_words(name, gone, word)) for word, doubt in doubts]
        cells = cells.without(gone)
        if not is_exact:
            if cells.differ_in_blanks():
                sentence = f"Labels of {name!r} that differ only in blanks count as one."
                cautions.append(Caution(name, sentence, "labels=exact"))
            merged = cells.merged()
            cautions += _merged(name, cells, merged)
            cells = merged
        if chosen is None:
            kind = kinds.kind_of_labels(name, cells.counts(), len(texts))
    column = kinds.describe_labels(name, cells.counts(), len(texts), kind)
    return msgspec.structs.replace(column, missing_words=gone), cells.series(texts.index), cautions


def _other_words(name: str, gone: tuple[str, ...], word: str) -> str:
    """The option by which one word changes between a label and a missing value."""
    others = [one for one in gone if one != word] if word in gone else [*gone, word]
    return f"{MISSING}{name}={','.join(others)}"


def _unread(name: str, texts: pd.Series, values: pd.Series, noun: str, options: ReadOptions) -> list[Caution]:
    """Sentences on cells that are no numbers or dates, without those that programs write for missing ones."""
    unread = texts[values.isna() & texts.notna()]
    infinite = unread.str.fullmatch(r"[-+]?inf(inity)?", case=False)
    said = []
    if infinite.any():
        said.append(f"{_values(int(infinite.sum()))} of {name!r} are infinite and count as missing.")
        unread = unread[~infinite.astype(bool)]
    chosen = options.missing_of(name)
    quiet = missing.SILENT if chosen is None else {word.casefold() for word in chosen}
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


def _resolved(sheet: Sheet, columns: list[Column]) -> ReadOptions:
    found = {**sheet.numbers}
    decimal, thousands = numbers.usual_signs(found, sheet.raw.read.separator or "")
    plain = ("ISO8601",)
    orders = {one.name: " | ".join(one.time_formats) for one in columns if one.time_formats not in ((), plain)}
    return msgspec.structs.replace(
        sheet.raw.read,
        decimal=sheet.options.decimal or decimal,
        thousands=thousands if sheet.options.thousands is None else sheet.options.thousands,
        missing=sheet.options.missing,
        missing_in=sheet.options.missing_in,
        labels=sheet.options.labels or "merged",
        dates={**orders, **sheet.options.dates},
    )
