"""Random tables whose every value is known, before anybody decides how they are written."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

ALPHABETS = {
    "ascii": (
        ("red", "green", "blue", "grey", "black", "white"),
        ("colour", "shade", "type", "group", "status", "team"),
    ),
    "german": (
        ("Köln", "Düsseldorf", "Gießen", "Würzburg", "Lübeck", "Mühlhausen"),
        ("Größe", "Fläche", "Höhe", "Stärke", "Maß", "Prüfung"),
    ),
    "french": (
        ("élevé", "modéré", "très faible", "sévère", "arrêté", "à vérifier"),
        ("département", "année", "qualité", "fréquence", "température", "côté"),
    ),
    "czech": (
        ("Děčín", "Plzeň", "Třebíč", "Břeclav", "Žďár", "Hradec Králové"),
        ("město", "výměra", "třída", "počet", "šířka", "délka"),
    ),
    "russian": (
        ("Москва", "Казань", "Самара", "Новосибирск", "Екатеринбург", "Уфа"),
        ("город", "площадь", "класс", "цена", "число", "высота"),
    ),
    "chinese": (("北京", "上海", "广州", "深圳", "成都", "杭州"), ("城市", "面积", "类别", "价格", "数量", "高度")),
    "japanese": (
        ("東京都", "大阪府", "北海道", "福岡県", "神奈川県", "ソウル表"),
        ("都道府県", "人口", "表示", "面積", "価格", "能力"),
    ),
    "greek": (
        ("Αθήνα", "Πάτρα", "Βόλος", "Χανιά", "Λάρισα", "Καβάλα"),
        ("πόλη", "τιμή", "ύψος", "βάρος", "τάξη", "μήνας"),
    ),
}
"""Labels and column names of an alphabet."""

_NAMES = ("size", "flow", "speed", "load", "depth", "power", "level", "ratio", "amount", "yield", "noise", "dose")
_TIME_NAMES = ("when", "date", "day", "measured on", "start", "moment")
_ID_NAMES = ("customerID", "PassengerId", "Row ID", "order_id", "account id", "EmployeeNumber")
_ZIP_NAMES = ("zip", "PLZ", "postcode", "zip code")
_WORDS = [
    "the",
    "order",
    "came",
    "late",
    "and",
    "nobody",
    "answered",
    "phone",
    "twice",
    "box",
    "was",
    "open",
    "but",
    "dry",
    "again",
    "asked",
    "for",
    "refund",
]
BOOLEANS = (
    ("True", "False"), ("TRUE", "FALSE"), ("yes", "no"), ("Y", "N"), ("ja", "nein"), ("wahr", "falsch"),
    ("1", "0"), ("t", "f"),
)  # fmt: skip
NUMBER_FLAVOURS = (
    "whole",
    "decimal",
    "big",
    "negative",
    "tiny",
    "price",
    "percentage",
    "count",
    "three",
    "long",
    "year",
)


@dataclass(frozen=True)
class TrueColumn:
    """One column: ``what`` it is, its values (*None* where missing), and the style in which it alone is written.

    ``what`` is one of ``number time clock duration label bool id zip text``. Values are Decimal for numbers, datetime
    for times, seconds for clocks and durations, bool, and str for the rest. ``flavour`` says how the values were drawn.
    ``style`` is a style of numbers or dates (:mod:`tests.helpers.tables.dress`), empty for the plain one.
    """

    name: str
    what: str
    cells: tuple[Any, ...]
    flavour: str = ""
    style: str = ""


@dataclass(frozen=True)
class TrueTable:
    """Columns of equal length with different names."""

    columns: tuple[TrueColumn, ...]

    @property
    def rows(self) -> int:
        return len(self.columns[0].cells)

    def cut(self, rows: int) -> TrueTable:
        """The first rows."""
        return TrueTable(tuple(replace(column, cells=column.cells[:rows]) for column in self.columns))


def random_table(rng: random.Random, alphabet: str, plain: bool) -> TrueTable:
    """A table with at least one column of numbers; a plain one has nothing that a model does not learn from."""
    rows = rng.choice((12, 20, 35, 60, 90, 140)) if plain else rng.choice((30, 45, 70, 110, 160))
    kinds = ["number", *rng.choices(("number", "time", "label", "bool"), (5, 3, 4, 1), k=rng.randint(1, 4))]
    if not plain:
        kinds += rng.choices(
            ("id", "zip", "text", "clock", "duration", "label"), (3, 2, 1, 1, 1, 2), k=rng.choice((0, 0, 1, 1, 2))
        )
    rng.shuffle(kinds)
    taken: set[str] = set()
    columns = [_column(rng, what, rows, alphabet, taken, plain) for what in kinds]
    # A row without any value is no row to many, so the first column always has one there.
    empty = {i for i in range(rows) if all(column.cells[i] is None for column in columns)}
    known = next(value for value in columns[0].cells if value is not None)
    filled = (known if i in empty else value for i, value in enumerate(columns[0].cells))
    columns[0] = replace(columns[0], cells=tuple(filled))
    return TrueTable(tuple(columns))


def _column(rng: random.Random, what: str, rows: int, alphabet: str, taken: set[str], plain: bool) -> TrueColumn:
    name = _name(rng, what, alphabet, taken)
    flavour = ""
    if what == "number":
        # A year that is written plainly is a number like another one.
        flavour = rng.choice(NUMBER_FLAVOURS)
        cells = _numbers(rng, flavour, rows)
    elif what == "time":
        flavour = rng.choice(("days", "days", "months", "moments", "first12"))
        cells = _times(rng, flavour, rows)
    elif what == "clock":
        cells = [float(60 * rng.randrange(1440)) for _ in range(rows)]
    elif what == "duration":
        cells = [float(rng.randrange(60, 400_000)) for _ in range(rows)]
    elif what == "label":
        flavour = "ascii" if plain and rng.random() < 0.5 else alphabet
        if not plain and rng.random() < 0.15:
            flavour = "codes"
        cells = _labels(rng, flavour, rows)
    elif what == "bool":
        cells = [rng.random() < 0.4 for _ in range(rows)]
        cells[:2] = [True, False]
        flavour = rng.choice([words[0] for words in BOOLEANS])
    elif what == "id":
        flavour, cells = _ids(rng, rows)
    elif what == "zip":
        few = rng.sample(range(10_000), 8)
        cells = [f"{rng.choice(few):05d}" for _ in range(rows)]
        cells[0] = "00501"
    else:
        cells = [" ".join(rng.choices(_WORDS, k=rng.randint(6, 14))) for _ in range(rows)]
    if what in {"number", "time", "label", "bool"} and rng.random() < 0.4:
        gaps = rng.sample(range(2, rows), max(1, int(rows * rng.choice((0.03, 0.1, 0.2)))))
        cells = [None if i in gaps else value for i, value in enumerate(cells)]
        if len({value for value in cells if value is not None}) < 2:
            return _column(rng, what, rows, alphabet, taken, plain)
    return TrueColumn(name, what, tuple(cells), flavour)


def _name(rng: random.Random, what: str, alphabet: str, taken: set[str]) -> str:
    pools = {"time": _TIME_NAMES, "id": _ID_NAMES, "zip": _ZIP_NAMES, "text": ("remark", "comment", "notes")}
    pools |= {"clock": ("time of day", "clock"), "duration": ("duration", "elapsed")}
    pool = pools.get(what) or (_NAMES if rng.random() < 0.5 else ALPHABETS[alphabet][1])
    free = [name for name in pool if name not in taken] or [f"{rng.choice(pool)} {letter}" for letter in "bcdefg"]
    name = next((name for name in rng.sample(free, len(free)) if name not in taken), f"{pool[0]} {len(taken)}")
    taken.add(name)
    return name


def _numbers(rng: random.Random, flavour: str, rows: int) -> list[Decimal]:
    def places(value: float, digits: int) -> Decimal:
        return Decimal(f"{value:.{digits}f}")

    draw = {
        "whole": lambda: Decimal(rng.randint(0, 400)),
        "decimal": lambda: places(rng.uniform(0, 90), decimals),
        "big": lambda: Decimal(rng.randint(500, 9_000_000)),
        "negative": lambda: places(rng.gauss(0, 300), 2),
        "tiny": lambda: Decimal(f"{rng.uniform(1, 10):.3f}e-{rng.randint(5, 9):02d}"),
        "price": lambda: places(rng.lognormvariate(6, 1.3), 2),
        "percentage": lambda: places(rng.uniform(0, 100), 1),
        "count": lambda: Decimal(rng.randint(1, 5_000)),
        "three": lambda: places(rng.uniform(0, 40), 3),
        "long": lambda: Decimal(repr(rng.gauss(0, 10))),
        "year": lambda: Decimal(rng.randint(1950, 2024)),
    }[flavour]
    decimals = rng.choice((1, 2, 4))
    values = [draw() for _ in range(rows)]
    if flavour == "whole":  # numbers that many readers take for codes or truth values
        few = rng.choice((2, 3, 7, 400))
        values = [Decimal(int(value) % few) for value in values]
        values[:2] = [Decimal(0), Decimal(1)]
    return values


def _times(rng: random.Random, flavour: str, rows: int) -> list[datetime]:
    start = datetime(rng.randint(1995, 2022), rng.randint(1, 12), rng.randint(1, 28))
    if flavour == "days":
        return [start + timedelta(days=rng.randrange(900)) for _ in range(rows)]
    if flavour == "months":
        first = start.year * 12 + start.month - 1
        return [
            datetime((first + i) // 12, (first + i) % 12 + 1, 1)
            for i in [*sorted(rng.choices(range(rows), k=rows - 1)), rows]
        ]
    if flavour == "first12":  # nobody can tell day and month apart
        return [datetime(start.year + rng.randrange(2), rng.randint(1, 12), rng.randint(1, 12)) for _ in range(rows)]
    step = rng.choice((60, 600, 3600, 5400 * 13))
    return [start + timedelta(seconds=i * step + rng.randrange(step)) for i in range(rows)]


def _labels(rng: random.Random, flavour: str, rows: int) -> list[str]:
    pool = ("A", "B", "1", "2", "3") if flavour == "codes" else ALPHABETS[flavour][0]
    few = rng.sample(pool, rng.randint(2, len(pool)))
    if flavour == "codes":
        few = list(dict.fromkeys(["A", "1", *few]))
    cells = [rng.choice(few) for _ in range(rows)]
    cells[: len(few)] = few
    return cells


def _ids(rng: random.Random, rows: int) -> tuple[str, list[str]]:
    flavour = rng.choice(("running", "customer", "padded", "bigint", "coded"))
    start = rng.randint(1, 9) * 10_000 * 905_874_587_458
    if flavour == "running":
        return flavour, [str(i + 1) for i in range(rows)]
    if flavour == "customer":
        return flavour, [str(7000 + i) for i in range(rows)]
    if flavour == "padded":
        return flavour, [f"{i:06d}" for i in rng.sample(range(1, 90_000), rows)]
    if flavour == "bigint":
        return flavour, [str(start + i) for i in range(rows)]
    return flavour, [f"C-{i:05d}" for i in rng.sample(range(90_000), rows)]
