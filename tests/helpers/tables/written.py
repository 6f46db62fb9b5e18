"""Cells as texts (or as typed values for a sheet), and beside them what a right reading of each column gives."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.helpers.tables import dress
from tests.helpers.tables.habit import PLAIN, SIGNS, WORDS_FOR_LABELS, Habit
from tests.helpers.tables.truth import BOOLEANS, TrueColumn

_UNITS = ("degC", "%", "hPa", "kg", "m/s", "mm")


@dataclass(frozen=True)
class Expected:
    """What a right reading holds in one column.

    ``cells`` are floats (times in seconds since 1970, clocks and durations in seconds) or texts, *None* where missing.
    ``name`` must be part of the name read (*None*: any will do). ``scales`` are factors by which all numbers may be
    multiplied alike (percent). ``doubtful`` are rows that may hold anything as long as the column has a caution.
    ``word_gaps``: the gaps are written as a word, so that a class of that name is a told reading; ``class_word``: the
    word is a class, so that a gap is a told reading. ``merged``: labels that differ in case or blanks are one.
    ``index``: row names that may be left out altogether. ``guessed``: its name or cells hold letters beyond ASCII in a
    file that does not say its code page, so that they are a guess.
    """

    name: str | None
    what: str
    cells: tuple[Any, ...]
    style: str = ""
    flavour: str = ""
    scales: tuple[float, ...] = (1.0,)
    doubtful: frozenset[int] = frozenset()
    word_gaps: bool = False
    class_word: str = ""
    merged: bool = False
    index: bool = False
    guessed: bool = False


def column(one: TrueColumn, habit: Habit, seed: int, typed: bool = False) -> tuple[list[Any], Expected]:
    """The cells of a column as they are written, and what they mean. ``typed``: as a sheet's own types."""
    rng = random.Random(f"{seed} {one.name}")
    writer = {"number": _number, "time": _time, "clock": _clock, "duration": _duration, "label": _label, "bool": _bool}
    if one.what in writer:
        return writer[one.what](one, habit, rng, typed)
    return list(one.cells), Expected(one.name, one.what, one.cells, one.style, one.flavour)


def units(number: int) -> str:
    """A unit for the row below the names."""
    return _UNITS[number % len(_UNITS)]


def _number(one: TrueColumn, habit: Habit, rng: random.Random, typed: bool) -> tuple[list[Any], Expected]:
    decimal, thousands = SIGNS[habit.signs]
    if one.flavour == "year":
        thousands = "none"
    doubtful = frozenset(i for i, value in enumerate(one.cells) if value is not None and rng.random() < 0.06)
    doubtful = doubtful if one.style == "below limit" else frozenset()
    if typed and not one.style and habit.signs == PLAIN.signs:
        cells = [habit.missing if v is None else (int(v) if v == int(v) else float(v)) for v in one.cells]
    else:
        cells = [
            habit.missing if value is None else dress.number(value, decimal, thousands, one.style, i in doubtful)
            for i, value in enumerate(one.cells)
        ]
    digits = "{:.6e}" if one.style == "exponent" else "{}"
    values = tuple(None if value is None else float(digits.format(value)) for value in one.cells)
    scales = (1.0, 0.01) if one.style.startswith("percent") else (1.0,)
    return cells, Expected(one.name, "number", values, one.style, one.flavour, scales, doubtful)


def _time(one: TrueColumn, habit: Habit, rng: random.Random, typed: bool) -> tuple[list[Any], Expected]:
    unit, style = dress.DATE_STYLES[one.style]
    kept = [None if moment is None else dress.kept(moment, unit) for moment in one.cells]
    write = (lambda moment: moment) if typed and not one.style else style
    cells = [habit.missing if moment is None else write(moment) for moment in kept]
    if one.style == "":  # one pandas writes: the time of day in all cells of a column or in none
        days = all(moment is None or moment == dress.kept(moment, "day") for moment in kept)
        pattern = "%Y-%m-%d" if days else "%Y-%m-%d %H:%M:%S"
        if not typed:
            cells = [habit.missing if moment is None else moment.strftime(pattern) for moment in kept]
    values = tuple(None if moment is None else moment.replace(tzinfo=UTC).timestamp() for moment in kept)
    return cells, Expected(one.name, "time", values, one.style, one.flavour)


def _clock(one: TrueColumn, habit: Habit, rng: random.Random, typed: bool) -> tuple[list[Any], Expected]:
    style = dress.CLOCK_STYLES[one.style]
    moments = [datetime(2000, 1, 1) + timedelta(seconds=seconds) for seconds in one.cells]
    cells = [moment.time() if typed and not one.style else style(moment) for moment in moments]
    return cells, Expected(one.name, "clock", one.cells, one.style)


def _duration(one: TrueColumn, habit: Habit, rng: random.Random, typed: bool) -> tuple[list[Any], Expected]:
    style = dress.DURATION_STYLES[one.style]
    return [style(int(seconds)) for seconds in one.cells], Expected(one.name, "duration", one.cells, one.style)


def _label(one: TrueColumn, habit: Habit, rng: random.Random, typed: bool) -> tuple[list[Any], Expected]:
    word = habit.missing if habit.missing in WORDS_FOR_LABELS else ""
    meant = list(one.cells)
    if one.style:  # the first label is called by a word that elsewhere means missing
        counts = sorted({v for v in meant if v is not None}, key=meant.count)
        meant = [one.style if value == counts[-1] else value for value in meant]
    cells = [word if v is None else _dressed(v, habit.labels, rng) if v != one.style else v for v in meant]
    merged = habit.labels != "exact"
    gaps = bool(word) and None in meant
    return cells, Expected(
        one.name, "label", tuple(meant), one.style, one.flavour, word_gaps=gaps, class_word=one.style, merged=merged
    )


def _dressed(label: str, dressing: str, rng: random.Random) -> str:
    if dressing == "case":
        return rng.choice((label, label.upper(), label.lower()))
    if dressing == "blanks":
        return rng.choice((label, f"{label} ", f" {label}"))
    return rng.choice((label, f"{label}\u00a0")) if dressing == "nbsp" else label


def _bool(one: TrueColumn, habit: Habit, rng: random.Random, typed: bool) -> tuple[list[Any], Expected]:
    yes, no = next(words for words in BOOLEANS if words[0] == one.flavour)
    word = habit.missing if habit.missing in WORDS_FOR_LABELS else ""
    if typed and yes == "TRUE":
        cells: list[Any] = [word if value is None else value for value in one.cells]
        yes, no = "True", "False"
    else:
        cells = [word if value is None else (yes if value else no) for value in one.cells]
    values = tuple(None if value is None else (yes if value else no) for value in one.cells)
    return cells, Expected(one.name, "bool", values, one.style, one.flavour, word_gaps=bool(word) and None in values)
