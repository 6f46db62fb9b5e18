"""The habits a table can be written in, drawn at random and kept to what a careful colleague could still read."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields, replace

from tests.helpers.tables.dress import CLOCK_STYLES, DATE_STYLES, DURATION_STYLES, NUMBER_STYLES
from tests.helpers.tables.truth import TrueColumn, TrueTable

SIGNS = {
    "point": (".", "none"),
    "comma": (",", "none"),
    "point, comma": (".", "comma"),
    "comma, point": (",", "point"),
    "comma, nbsp": (",", "nbsp"),
    "comma, nnbsp": (",", "nnbsp"),
    "comma, space": (",", "space"),
    "point, space": (".", "space"),
    "point, apostrophe": (".", "apostrophe"),
    "point, quote": (".", "quote"),
    "point, indian": (".", "indian"),
}
"""Decimal sign, and the name of the sign between groups of digits."""
ENCODINGS = {
    "utf-8": ("ascii", "german", "french", "czech", "russian", "chinese", "japanese", "greek"),
    "utf-8-sig": ("german", "chinese", "greek"),
    "utf-16": ("german", "russian", "japanese"),
    "utf-16-le": ("ascii", "german", "czech"),  # no mark
    "utf-16-be": ("ascii", "french"),  # no mark
    "cp1252": ("german", "french"),
    "latin-1": ("german", "french"),
    "cp1250": ("czech",),
    "cp1251": ("russian",),
    "gbk": ("chinese",),
    "shift_jis": ("japanese",),
}
"""Encodings, and the alphabets that are written in them."""
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
LINE_ENDS = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}
MISSING = ("", "NA", "-", "n.a.", "?", "#DIV/0!", "None", "NULL", "N/A", "nan", "k.A.", "--")
WORDS_FOR_LABELS = {"", "NA", "None", "NULL", "N/A", "nan", "?"}
"""The words that also stand for a missing label; the others would be a label of their own there."""
CLASS_WORDS = ("None", "NA", "null", "N/A", "?", "nan")


@dataclass(frozen=True)
class Habit:
    """How a table is written; every field has its plain value first (:data:`PLAIN`)."""

    form: str = "text"  # text xlsx parquet
    separator: str = "comma"
    signs: str = "point"
    encoding: str = "utf-8"
    quoting: str = "minimal"  # minimal none all
    line_end: str = "lf"
    final_newline: bool = True
    header: str = "present"  # present none two_rows units shorter two_lines duplicates
    before: str = "nothing"  # nothing title pairs comment sep
    after: str = "nothing"  # nothing total source both
    index: str = "none"  # none corner
    trailing: str = "none"  # none rows all
    missing: str = ""
    ragged: str = "no"  # no short
    labels: str = "exact"  # exact case blanks nbsp
    sheet: str = "only"  # only first second (which one holds the table)
    types: str = "usual"  # of Parquet: usual compact index whole_names


PLAIN = Habit()
DIMENSIONS = tuple(field.name for field in fields(Habit))


def random_habit(rng: random.Random) -> Habit:
    """A habit that differs from the plain one in some ways."""

    def some(share: float, values: tuple[str, ...], plain: str) -> str:
        return rng.choice(values) if rng.random() < share else plain

    form = rng.choices(("text", "xlsx", "parquet"), (86, 8, 6))[0]
    if form == "parquet":
        return Habit(form=form, types=some(0.7, ("compact", "index", "whole_names"), "usual"))
    header = some(0.35, ("none", "two_rows", "units", "shorter", "two_lines", "duplicates"), "present")
    habit = Habit(
        form=form,
        signs=some(0.6, tuple(SIGNS), "point"),
        header=header,
        before=some(0.2, ("title", "pairs", "comment", "sep"), "nothing"),
        after=some(0.2, ("total", "source", "both"), "nothing"),
        index=some(0.15, ("corner",), "none"),
        missing=some(0.5, MISSING, ""),
        labels=some(0.2, ("case", "blanks", "nbsp"), "exact"),
    )
    if form == "xlsx":
        sheet = some(0.4, ("first", "second"), "only")
        before = "title" if habit.before != "nothing" else "nothing"
        header = header if header in {"present", "none", "two_rows", "units", "duplicates"} else "present"
        return replace(habit, sheet=sheet, before=before, header=header, signs=some(0.3, tuple(SIGNS), "point"))
    return replace(
        habit,
        separator=some(0.6, tuple(SEPARATORS), "comma"),
        encoding=some(0.5, tuple(ENCODINGS), "utf-8"),
        quoting=some(0.4, ("none", "all"), "minimal"),
        line_end=some(0.3, ("crlf", "cr"), "lf"),
        final_newline=rng.random() < 0.8,
        trailing=some(0.1, ("rows", "all"), "none"),
        ragged=some(0.15, ("short",), "no"),
    )


def fair(habit: Habit, table: TrueTable) -> Habit:
    """The habit without what nobody could read in this table, or what does not go together."""
    first = table.columns[0].what
    if habit.header in {"none", "shorter"} or habit.before == "sep":
        habit = replace(habit, index="none")
    if habit.header == "none":  # a footer below nameless columns, and lines before them, could be anything
        habit = replace(habit, before="nothing", after="nothing", trailing="none")
    if habit.header == "shorter":
        habit = replace(habit, trailing="none", ragged="no")
    if habit.header == "duplicates" and "id" in {first, table.columns[-1].what}:  # only a name tells ids from counts
        habit = replace(habit, header="present")
    if habit.header == "units" and sum(column.what == "number" for column in table.columns) < 2:
        habit = replace(habit, header="present")
    if habit.after in {"total", "both"} and (first not in {"label", "time", "id", "text"} or habit.header == "shorter"):
        habit = replace(habit, after="source")
    if habit.trailing != "none":
        habit = replace(habit, ragged="no")
    if habit.separator == "comma" and habit.before == "pairs":
        habit = replace(habit, before="title")
    return habit


def random_styles(rng: random.Random, table: TrueTable, habit: Habit) -> TrueTable:
    """The table with a style for each column of a table that is not plain."""
    if habit.form == "parquet":
        return table
    dates = rng.choice([*DATE_STYLES])  # most files write all their dates alike
    return TrueTable(tuple(replace(one, style=_style(rng, one, habit, dates)) for one in table.columns))


def _style(rng: random.Random, column: TrueColumn, habit: Habit, dates: str) -> str:
    if habit.form == "xlsx" and rng.random() < 0.6:
        return ""
    if column.what == "number":
        if column.flavour in {"tiny", "long", "year"} or rng.random() < 0.7:
            return ""
        style = rng.choice(NUMBER_STYLES)
        return "" if style == "exponent" and column.flavour in {"big", "count"} else style
    if column.what == "time":
        return _date_style(rng, column.flavour, dates)
    if column.what == "label":
        word = not habit.missing and column.flavour != "codes" and None not in column.cells and rng.random() < 0.15
        return rng.choice(CLASS_WORDS) if word else ""
    styles = {"clock": CLOCK_STYLES, "duration": DURATION_STYLES}.get(column.what)
    return rng.choice([*styles]) if styles else ""


def _date_style(rng: random.Random, flavour: str, wanted: str) -> str:
    units = {
        "days": ("day", "quarter", "month"),
        "months": ("day", "month", "quarter"),
        "moments": ("minute", "second"),
        "first12": ("day",),
    }[flavour]
    fitting = [name for name, (unit, _) in DATE_STYLES.items() if unit in units]
    return wanted if wanted in fitting else rng.choice(fitting)
