"""Random tables in random habits: what a person could have saved, with the truth beside it, and the judge of a reading.

``make_case(seed)`` draws a table and a habit (:class:`tests.helpers.tables.habit.Habit`), ``case.write(folder)`` saves
the file, ``judged(case, path)`` reads it with ``engine.data.reading.load`` and gives a verdict: *right*; *told*, where
each difference has a caution that names its column (or the table, for doubts about the whole file); *wrong*, where
something differs in silence, or the reader refuses or fails. A table in the plain habit with any caution is wrong too.
``shrunk(case, ...)`` looks for the smallest table in the plainest habit that still is wrong.

What is true is settled by what was written, not by what a reader makes of it:

* a column of numbers may have a currency, a unit, a percent sign (as 48.2 or 0.482, all alike), brackets for a minus;
* days and months that nobody can tell apart are right in the order of the writer, or told;
* a value below a limit (``<0.5``) may be anything, but told; clocks and durations are seconds (clocks may be times);
* a word such as NA is a gap where it is written for one, and a class where it is the commonest label; else it is told;
* where a file does not say its code page, letters beyond ASCII are told by the caution that they are a guess;
* row names in front may be left out; a line of totals must be, with a caution; new names for equal ones need a caution.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.helpers.tables.habit import (
    DIMENSIONS,
    ENCODINGS,
    PLAIN,
    Habit,
    fair,
    random_habit,
    random_styles,
)
from tests.helpers.tables.judging import Difference, Reading, Verdict, judge, reading_of
from tests.helpers.tables.truth import TrueColumn, TrueTable, random_table
from tests.helpers.tables.writing import File, write

__all__ = [
    "DIMENSIONS",
    "PLAIN",
    "Case",
    "Habit",
    "Reading",
    "Verdict",
    "judged",
    "make_case",
    "shrunk",
    "traits",
    "verdict_on",
]

_PLAIN_SHARE = 0.2
_SMALLEST = 8  # rows; fewer would leave nothing to tell by


@dataclass(frozen=True)
class Case:
    """One table in one habit, written. ``seed`` and the two make the same file again."""

    seed: int
    table: TrueTable
    habit: Habit
    file: File

    @property
    def plain(self) -> bool:
        """Whether the table is in the plain habit in every respect, so that nothing is to be said."""
        silent = {"number", "time", "label", "bool"}
        return self.habit == PLAIN and all(one.what in silent and not one.style for one in self.table.columns)

    @property
    def name(self) -> str:
        return f"table_{self.seed}.{self.file.suffix}"

    def write(self, folder: Path) -> Path:
        """Save the file and say where."""
        path = folder / self.name
        path.write_bytes(self.file.content)
        return path


def make_case(seed: int) -> Case:
    """The case of a seed; the same one on every computer."""
    rng = random.Random(seed)
    plain = rng.random() < _PLAIN_SHARE
    habit = PLAIN if plain else random_habit(rng)
    table = random_table(rng, rng.choice(ENCODINGS[habit.encoding]), plain)
    if not plain:
        table = random_styles(rng, table, habit)
    return _written(seed, table, habit)


def _written(seed: int, table: TrueTable, habit: Habit) -> Case:
    """The case, without what the encoding cannot hold."""
    habit = fair(habit, table)
    bare = TrueTable(tuple(replace(one, style="") for one in table.columns))
    ways = (
        (table, habit),
        (table, replace(habit, signs="point")),
        (bare, replace(habit, signs="point", labels="exact")),
    )
    for tried_table, tried_habit in ways:
        try:
            return Case(seed, tried_table, tried_habit, write(tried_table, tried_habit, seed))
        except UnicodeEncodeError:
            continue
    habit = replace(habit, encoding="utf-8")
    return Case(seed, table, habit, write(table, habit, seed))


def verdict_on(case: Case, reading: Reading) -> Verdict:
    """Hold a reading of the case's file to the truth."""
    file = case.file
    return judge(file.expected, reading, left_out=file.left_out, renamed=file.renamed, plain=case.plain)


def judged(case: Case, path: Path, *, with_inspect: bool = False) -> Verdict:
    """The verdict on what the reader makes of the case's file; ``with_inspect`` holds the quick look to the whole."""
    from engine.data.reading import inspect, load
    from engine.errors import UserFault

    try:
        table = load(path)
        looked = inspect(path).info if with_inspect else table.info
    except UserFault as fault:
        return Verdict("wrong", (Difference("refused", "", f"refused: {fault.what}"),))
    except Exception as error:  # noqa: BLE001 - a crash is one of the findings
        return Verdict("wrong", (Difference("crashed", "", f"{type(error).__name__}: {error}"[:300]),))
    verdict = verdict_on(case, reading_of(table))
    if _seen(looked) != _seen(table.info):
        off = Difference("disagreed", "", f"inspect and load disagree: {_seen(looked)} and {_seen(table.info)}"[:600])
        return Verdict("wrong", (*verdict.differences, off), verdict.cautions)
    return verdict


def _seen(info):
    return info.rows, tuple((c.name, c.kind, c.missing, c.distinct, c.left_out) for c in info.columns), info.cautions


def traits(case: Case) -> Iterator[tuple[str, str]]:
    """What the case is an example of: pairs of a dimension and its value."""
    if case.plain:
        yield "all", "plain"
    yield "form", case.habit.form
    relevant = {"text": DIMENSIONS, "parquet": ("types",)}.get(case.habit.form)
    for name in relevant or ("signs", "header", "before", "after", "index", "missing", "labels", "sheet"):
        if name not in {"form", "types"} or case.habit.form == "parquet":
            yield name, str(getattr(case.habit, name)) or "empty"
    for one in case.table.columns:
        yield "column", f"{one.what} {one.flavour}".strip()
        if one.style:
            yield f"{one.what} style", one.style


def shrunk(case: Case, still_wrong: Callable[[Case], bool]) -> Case:
    """The smallest case that ``still_wrong`` holds for: fewer rows and columns, fewer habits and styles."""
    while (smaller := next(filter(still_wrong, _smaller(case)), None)) is not None:
        case = smaller
    return case


def _smaller(case: Case) -> Iterator[Case]:
    columns = case.table.columns
    if len(columns) > 2:
        for i in range(len(columns)):
            yield _written(case.seed, TrueTable(columns[:i] + columns[i + 1 :]), case.habit)
    for name in DIMENSIONS:
        if name != "form" and getattr(case.habit, name) != getattr(PLAIN, name):
            smaller = _written(case.seed, case.table, replace(case.habit, **{name: getattr(PLAIN, name)}))
            if smaller.habit != case.habit:
                yield smaller
    for i, one in enumerate(columns):
        if one.style:
            yield _written(case.seed, TrueTable((*columns[:i], _bare(one), *columns[i + 1 :])), case.habit)
    if case.table.rows // 2 >= _SMALLEST:
        yield _written(case.seed, case.table.cut(case.table.rows // 2), case.habit)


def _bare(column: TrueColumn) -> TrueColumn:
    return replace(column, style="")
