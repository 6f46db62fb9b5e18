"""The dates of a whole column of texts: by which formats they are read, and what is in doubt."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from engine.data.reading.date_candidates import agreed, candidates, is_named_birth, is_named_clock
from engine.data.reading.date_orders import find_order, in_order
from engine.data.reading.date_parsing import parse_dates
from engine.data.reading.date_shapes import LOOSE, format_of
from engine.data.reading.date_words import DAY_FIRST, EPOCH, MONTH_FIRST, NAMED, Found, has_days, iso_text
from engine.errors import UserFault

_FORMAT_REMEDY = "Say day first, month first, or a format such as %d.%m.%Y."
_ENOUGH = 0.98  # share of cells that must be read before a column of texts counts as dates
_SAMPLE = 500  # texts by which formats are found: a guess
_MOST_FORMATS = 12  # of one column; with more it is no column of dates: a guess
_DURATIONS = {"duration", "minutes:seconds"}
_YEAR = 365.2425 * 86400.0  # seconds of a mean Gregorian year


@dataclass(frozen=True)
class _Column:
    name: str
    values: pd.Series  # the texts, each once where many are equal
    rows: np.ndarray  # the places of all cells among them


def find_dates(texts: pd.Series, name: str, chosen: str = "", day_first: bool | None = None) -> Found | None:
    """How the texts of a column, none missing and none with blanks around, are dates or times; None if they are not.

    ``chosen`` is what a person says of them: ``day first``, ``month first`` or a format; ``day_first`` what another
    column of the table proves. Raises :class:`UserFault` where ``chosen`` is no format or reads nothing.
    """
    word = " ".join(chosen.lower().split())
    if chosen and word not in {DAY_FIRST, MONTH_FIRST}:
        return _in_format(texts, name, {known.lower(): known for known in NAMED}.get(word, chosen.strip()))
    templates = candidates(_sample(texts), name)
    column = _column_of(texts, name, templates) if templates else None
    found = column and _read(column, templates, word, day_first)
    if chosen and not found:
        raise UserFault(f"No value of {name!r} is a date that could be read {word}.", _FORMAT_REMEDY)
    return found or None


def _in_format(texts: pd.Series, name: str, chosen: str) -> Found:
    """What a format that a person chose reads."""
    column = _column_of(texts, name)
    try:
        directives = re.findall("%(.?)", chosen)
        known = chosen in NAMED or (directives and all(map(str.isalpha, directives)))
        seconds = parse_dates(column.values, (chosen,)).to_numpy() if known else None
    except ValueError:
        seconds = None
    if seconds is None:
        raise UserFault(f"{chosen!r} is not a date format.", _FORMAT_REMEDY)
    if not np.isfinite(seconds).any():
        raise UserFault(f"No value of {name!r} is written as {chosen}.", _FORMAT_REMEDY)
    order = "".join(re.findall("%([dmYy])", chosen)).lower()
    return _found(column, seconds, (chosen,), "", {"dmy": True, "mdy": False}.get(order))


def _sample(texts: pd.Series) -> list[str]:
    """Some cells, by chance: every fortieth would be the same date where each of forty days stands for many places."""
    if len(texts) <= _SAMPLE:
        return list(texts)
    return list(texts.iloc[np.sort(np.random.default_rng(0).integers(0, len(texts), _SAMPLE))])


def _column_of(texts: pd.Series, name: str, templates: list[str] | None = None) -> _Column:
    few = texts.iloc[:: max(1, len(texts) // 1000)]
    if templates == ["ISO8601"] and few.nunique() > 0.9 * len(few):  # read faster than equal texts are found
        return _Column(name, texts.reset_index(drop=True), np.arange(len(texts)))
    rows, values = pd.factorize(texts)
    return _Column(name, pd.Series(values, dtype="str"), rows)


def _read(column: _Column, templates: list[str], word: str, day_first: bool | None) -> Found | None:
    """The column by these templates and by those that show up among what they leave unread."""
    for _ in range(3):
        seconds, formats, doubts, proven = _apply(column, templates, word, day_first)
        if doubts and proven is not None and day_first is None:
            seconds, formats, doubts, proven = _apply(column, templates, word, proven)
        unread = column.values[np.isnan(seconds)]
        few = unread.iloc[:: max(1, len(unread) // _SAMPLE)].tolist()
        forms = {text: format_of(text) for text in few}
        cells = Counter(dict.fromkeys(templates, len(column.values))) + Counter(forms.values())
        more = agreed(cells, forms, column.name)
        if not set(more) - set(templates) or len(more) > _MOST_FORMATS:
            break
        templates = more
    found = _found(column, seconds, formats, " ".join(doubts), proven)
    if not np.isfinite(seconds).any() or not (word or _is_enough(column, seconds, formats)):
        return None
    return found


def _apply(
    column: _Column, templates: list[str], word: str, day_first: bool | None
) -> tuple[np.ndarray, tuple[str, ...], list[str], bool | None]:
    """Seconds of the distinct texts, the formats that read some, doubts, and what is proven of day and month."""
    seconds = np.full(len(column.values), np.nan)
    formats: list[str] = []
    doubts: list[str] = []
    proofs: set[bool] = set()

    def read(some: tuple[str, ...]) -> None:
        for one in some:
            unread = np.flatnonzero(np.isnan(seconds))
            seconds[unread] = parse_dates(column.values.iloc[unread], (one,)).to_numpy()
            formats.extend([one] if np.isfinite(seconds[unread]).any() else [])

    read(tuple(one for one in templates if "@" not in one))
    groups: dict[str, list[str]] = {}
    for one in templates:
        if between := re.search("@(.+?)@", one):
            groups.setdefault(between[1], []).append(one)
    for sign, group in groups.items():
        if word:
            read(tuple(in_order(one, "dmy" if word == DAY_FIRST else "mdy") for one in group))
            proofs.add(word == DAY_FIRST)
            continue
        unread = np.flatnonzero(np.isnan(seconds))
        places = np.full(len(seconds), -1)
        places[unread] = np.arange(len(unread))
        rows = places[column.rows]
        ordered = find_order(column.values.iloc[unread], rows[rows >= 0], group, sign, column.name, day_first)
        if len(ordered.formats) == 1:  # read already
            seconds[unread] = ordered.seconds
            formats += ordered.formats if np.isfinite(ordered.seconds).any() else ()
        else:
            read(ordered.formats)
        doubts += [ordered.doubt] if ordered.doubt else []
        proofs |= set() if ordered.day_first is None else {ordered.day_first}
    return seconds, tuple(formats), doubts[:1], proofs.pop() if len(proofs) == 1 else None


def _is_enough(column: _Column, seconds: np.ndarray, formats: tuple[str, ...]) -> bool:
    """Whether nearly all cells are read, or more than half while the others say that there is no date."""
    cells = np.bincount(column.rows, minlength=len(seconds))
    unread = np.isnan(seconds)
    share = 1 - cells[unread].sum() / len(column.rows)
    words = column.values[unread].str.fullmatch(r"[^0-9]*|[0\W_]+|[9\W_]+").to_numpy(bool)
    if set(formats) <= set(LOOSE):
        years = seconds[~unread] / _YEAR + 1970 if has_days(formats) else np.array([2000.0])
        return bool(words.all() and share >= 0.5 and years.min() >= 1900 and years.max() <= 2101)
    if share >= _ENOUGH:
        return True
    few_words = words.sum() <= max(10, 0.05 * len(seconds))  # else they are labels; a guess
    return bool(share >= 0.5 and few_words and cells[unread][words].sum() >= 0.9 * cells[unread].sum())


def _found(column: _Column, seconds: np.ndarray, formats: tuple[str, ...], doubt: str, day_first: bool | None) -> Found:
    unread = np.isnan(seconds)
    doubts = [doubt, _of_hours_and_minutes(column, formats), _far(column.name, seconds, formats)]
    return Found(
        formats=formats,
        kind="number" if set(formats) <= _DURATIONS else "time",
        unread=tuple(column.values[unread].head(5)),
        unread_count=int(np.bincount(column.rows, minlength=len(seconds))[unread].sum()),
        doubt=" ".join(filter(None, doubts)),
        day_first=day_first,
        seconds=seconds[column.rows],
    )


def _of_hours_and_minutes(column: _Column, formats: tuple[str, ...]) -> str:
    """What was assumed of durations of two numbers, and of times that are written as numbers are."""
    if set(formats) & _DURATIONS:
        pairs = column.values[column.values.str.fullmatch("[0-9]+:[0-9]{2}")]
        small = "minute:second" if formats[0] == "minutes:seconds" else "hour:minute"
        return f"Durations of {column.name!r} such as {pairs.iloc[0]} were read as {small}." if len(pairs) else ""
    if formats == ("%H.%M",) and not is_named_clock(column.name):
        return f"Numbers of {column.name!r} such as {column.values.iloc[-1]} were read as hours and minutes."
    return ""


def _far(name: str, seconds: np.ndarray, formats: tuple[str, ...]) -> str:
    """A word on dates that are hardly meant, as two digits say little of a year."""
    if not has_days(formats) or not np.isfinite(seconds).any():
        return ""
    now = (datetime.now() - EPOCH).total_seconds()
    digits = any("%y" in one for one in formats)
    future = 0 if is_named_birth(name) else 20 if digits else 30
    earliest, latest = float(np.nanmin(seconds)), float(np.nanmax(seconds))
    if latest > now + future * _YEAR:
        why = " Years of two digits were read as 1969 to 2068." if digits else ""
        return f"The latest date of {name!r} is {iso_text(latest, formats)}, in the future.{why}"
    if earliest < (datetime(1000, 1, 1) - EPOCH).total_seconds():
        return f"The earliest date of {name!r} is {iso_text(earliest, formats)}."
    return ""
