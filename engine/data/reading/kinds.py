"""The kind of a column, and what a person wants to see of it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from engine.data.reading.number_summary import NumberSummary, summarize
from engine.data.reading.options import MISSING
from engine.data.table import Caution, Column, Kind

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

# Names that whole numbers in a row, such as 1, 2, 3, have where they count the rows, and those that number things.
_COUNTS = re.compile(
    r"(|unnamed.*|index|row_names|column(_1)?|#|nr|no|num|obs|case|x|v1|row.?(number|nr|no|names?|id)?)", re.IGNORECASE
)
_NAMELESS = re.compile(r"column_\d+|\d{1,3}")  # what columns are called that have no name
_YEARS = range(1800, 2101)
_BRACKETS = re.compile(r"(?<=\S)\s*(?:\([^()]*\)|\[[^\[\]]*\])$")  # a unit or a remark after a name
_NUMBERS = re.compile(
    r"(nr|no|num|key|case|row.?(number|nr|no|id)|.*([\s_.-](?i:number|nummer|num|nr|no)|[a-z](Number|Num|Nr|No)))"
)
_ID_NAMES = re.compile(r"([pucso]?id|uuid|guid|.*[_\s.-](id|uuid|guid|key)|.*[a-z](Id|ID)|[a-z]{3,}id)")
_PLACES = re.compile(r"(.*[\s_.-])?(zip|plz|postcode|postal|fips)([\s_.-]?codes?)?", re.IGNORECASE)
_WORDS_IN_ID = frozenset({
    "paid", "grid", "acid", "solid", "void", "bid", "valid", "covid", "humid", "fluid", "liquid", "rapid", "android",
    "raid", "unpaid", "prepaid", "postpaid", "invalid", "avoid", "asteroid", "steroid", "thyroid", "overbid", "hybrid",
    "orchid", "centroid", "amid", "squid", "plaid", "braid", "afraid", "aid", "maid", "laid", "said", "lipid", "arid",
    "vivid", "timid", "rigid", "lucid", "placid", "tabloid", "opioid", "carotenoid", "alkaloid", "typhoid", "mid",
    "lid", "kid", "skid", "madrid", "david",
})  # fmt: skip
_FEW = 4  # so few rows tell nothing
_MANY = 20  # more different values than this can name rows
_MOST_LEVELS = 1000  # different texts of a category, above which they are free text: a guess
_BARS = 20  # that fit beside each other: a guess
REASONS: dict[Kind, str] = {
    "identifier": "names rows",
    "text": "free text",
    "constant": "one value only",
}


def kind_of_numbers(name: str, found: NumberSummary, rows: int) -> Kind:
    """A constant, an identifier by its name, or a number."""
    if found.distinct <= 1:
        return "constant"
    if found.fractions:
        return "number"
    name = _BRACKETS.sub("", name.strip())
    if found.distinct == rows > _FEW and (
        _NUMBERS.fullmatch(name) or names_things(name) or _counts_rows(name, found.low, found.high, rows)
    ):
        return "identifier"
    if found.distinct > _MANY and names_things(name) and found.distinct >= 0.05 * rows:
        return "identifier"
    return "number"


def is_code_of_places(column: Column) -> bool:
    """Whether the whole numbers of a column are codes, as of the post, which say where and not how much."""
    name = _BRACKETS.sub("", column.name.strip())
    return (
        column.kind == "number" and column.whole and column.distinct <= _MOST_LEVELS and bool(_PLACES.fullmatch(name))
    )


def _counts_rows(name: str, low: float, high: float, rows: int) -> bool:
    """Whether different whole numbers count the rows: without a gap between them, and no name that says otherwise."""
    if high - low != rows - 1:
        return False
    is_year = low in _YEARS and high in _YEARS
    return bool(_COUNTS.fullmatch(name) or (_NAMELESS.fullmatch(name) and not is_year))


def names_things(name: str) -> bool:
    """Whether a column's name says that its values are identifiers."""
    plain = _BRACKETS.sub("", name.strip())
    return plain.lower() not in _WORDS_IN_ID and bool(
        _ID_NAMES.fullmatch(plain) or _ID_NAMES.fullmatch(plain.lower()) or plain.lower().endswith(" id")
    )


def kind_of_labels(name: str, counts: Mapping[str, int], rows: int) -> Kind:
    """A constant, a category, an identifier or free text, by the number of cells that have each label."""
    different, known = len(counts), sum(counts.values())
    if different <= 1:
        return "constant"
    if different > _MANY and different > 0.5 * known:
        sample = list(counts)[:: max(1, different // 1000)]
        words = sum(len(label.split()) for label in sample) / len(sample)
        return "text" if words >= 3 else "identifier"  # three words make a sentence
    if different > _MANY and names_things(name) and different >= 0.05 * rows:
        return "identifier"
    return "text" if different > _MOST_LEVELS else "category"


def describe_measured(name: str, texts: pd.Series, found: NumberSummary, kind: Kind, *, judged: bool = False) -> Column:
    """What is known of numbers or times that a file holds as ``texts``.

    With ``judged`` the kind may still turn out to be that of a constant or an identifier.
    """
    if judged:
        kind = kind_of_numbers(name, found, found.rows)
    if found.distinct <= 1 and kind in {"number", "time"}:
        kind = "constant"
    return Column(
        name=name,
        kind=kind,
        missing=found.rows - found.known,
        distinct=found.distinct,
        examples=_examples(texts),
        low=found.low if found.known else None,
        high=found.high if found.known else None,
        whole=bool(found.known) and not found.fractions,
        left_out=_reason(kind, found.distinct, found.known),
        bars=_bars(found, kind),
    )


def describe_labels(name: str, counts: Mapping[str, int], rows: int, kind: Kind) -> Column:
    """What is known of labels, by the number of cells that have each of them."""
    known = sum(counts.values())
    common = sorted(counts.items(), key=lambda item: -item[1])[:_BARS]
    return Column(
        name=name,
        kind=kind,
        missing=rows - known,
        distinct=len(counts),
        examples=tuple(itertools.islice(counts, 5)),
        left_out=_reason(kind, len(counts), known),
        bars=tuple(common),
    )


def as_category(column: Column, values: pd.Series) -> Column:
    """A column of numbers whose values count as labels."""
    counts = values.value_counts().head(_BARS)
    bars = tuple((label_of(value), int(count)) for value, count in zip(counts.index.to_numpy(), counts, strict=True))
    return msgspec.structs.replace(column, kind="category", left_out="", low=None, high=None, bars=bars)


def label_of(value: float) -> str:
    """A number as a person reads it: whole ones without their ``.0``."""
    return str(int(value)) if np.isfinite(value) and float(value).is_integer() else f"{float(value):.6g}"


def cell_text(value: object) -> str:
    """A cell as a person reads it."""
    return label_of(float(value)) if isinstance(value, float | np.floating) else str(value)


def describe_typed(name: str, values: pd.Series, chosen: Kind | None) -> tuple[Column, pd.Series, list[Caution]]:
    """What is known of a column whose file knows its type, its values in the form of its kind, and what is odd."""
    # In here because pandas is slow to load.
    import pandas as pd

    if values.dtype.kind == "M":
        times = values if values.dt.tz is not None else values.dt.tz_localize("UTC")
        seconds = ((times - pd.Timestamp("1970-01-01", tz="UTC")) / pd.Timedelta(seconds=1)).astype("float64")
        column = describe_measured(name, _shown_times(values), summarize(seconds), "time")
        return _with_kind(column, seconds, chosen, {"time", "number"})
    if values.dtype.kind == "b":
        labels = values.map({True: "True", False: "False"}).astype("str")
        counts = {str(label): int(count) for label, count in labels.value_counts().items()}
        kind = chosen or kind_of_labels(name, counts, len(labels))
        return describe_labels(name, counts, len(labels), kind), labels, []
    numbers = values.astype("float64")
    infinite = int(np.isinf(numbers).sum())
    numbers = numbers.replace([np.inf, -np.inf], np.nan)
    shown = numbers.dropna().head(1000).map(label_of).astype("str")
    found = summarize(numbers)
    column = describe_measured(name, shown, found, "number", judged=True)
    said = doubts_of_ends(name, found) if column.kind == "number" else []
    if infinite:
        are = "value is infinite and counts" if infinite == 1 else "values are infinite and count"
        said.append(Caution(name, f"{infinite:,} {are} as missing in {name!r}."))
    column, typed, _ = _with_kind(column, numbers, chosen, {"number", "time"})
    return column, typed, said


def doubts_of_ends(name: str, found: NumberSummary) -> list[Caution]:
    """What is said of numbers that may stand for missing values."""
    return [
        Caution(
            name,
            f"{count:,} rows have {label_of(end)} in {name!r}, far from all other numbers; it may stand for missing.",
            f"{MISSING}{name}={label_of(end)}",
        )
        for end, count in found.odd_ends
    ]


def _with_kind(
    column: Column, values: pd.Series, chosen: Kind | None, measured: set[Kind]
) -> tuple[Column, pd.Series, list[Caution]]:
    if chosen is None or chosen == column.kind:
        return column, values, []
    if chosen in measured:
        return msgspec.structs.replace(column, kind=chosen, left_out=""), values, []
    if chosen == "category":
        return as_category(column, values), values, []
    return msgspec.structs.replace(column, kind=chosen, left_out=REASONS.get(chosen, "")), values, []


def _shown_times(values: pd.Series) -> pd.Series:
    return values.dropna().head(1000).astype("str")


def _examples(texts: pd.Series) -> tuple[str, ...]:
    """The first different cells that hold something."""
    found: dict[str, None] = {}
    for value in texts.iloc[:1000].tolist() if len(texts) else ():
        if isinstance(value, str) and value:
            found[value] = None
            if len(found) == 5:
                break
    return tuple(found)


def _reason(kind: Kind, different: int, known: int) -> str:
    if kind == "constant" and not known:
        return "empty"
    if kind == "identifier":
        return "names each row" if different == known else "names things"
    return REASONS.get(kind, "")


def _bars(found: NumberSummary, kind: Kind) -> tuple[tuple[str, int], ...]:
    """Counts of equal ranges, named by their lower end."""
    if not found.bars:
        return ()
    edges = np.linspace(found.low, found.high, len(found.bars) + 1)
    names = [_day(edge) if kind == "time" else f"{edge:.6g}" for edge in edges[:-1]]
    return tuple(zip(names, found.bars, strict=True))


def _day(seconds_since_1970: float) -> str:
    return (datetime(1970, 1, 1) + timedelta(seconds=seconds_since_1970)).date().isoformat()
