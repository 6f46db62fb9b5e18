"""Which columns of texts hold numbers, and how they write them: decided from all rows of all columns, never by cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data.reading.affixes import UNITS, is_currency
from engine.data.table import NumberFormat

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

# Shares below are guesses that two hundred collected tables bear out.
_NEARLY_ALL = 0.98  # of the known cells are numbers: a column of numbers
_MOSTLY = 0.9  # where the rest are various words
_HALF = 0.5  # where the rest are one to three words that return
_FEW_WORDS = 3
_ENOUGH_DIFFERENT = 10
_LONGEST_EXACT = 15  # digits of a whole number that float64 surely keeps
_LIMIT = r"[<>≤≥]\s*=?\s*[-+]?\d[\d.,' ]*"  # what an instrument could not measure
_SIGNS = {".": "point", ",": "comma", " ": "blank", "'": "apostrophe"}


@dataclass(frozen=True)
class Evidence:
    """What the known cells of one column show of how numbers are written.

    Counts of cells: ``known`` in all but limits (<0.5), ``numeric`` that hold a number in some way of writing.
    ``decimal`` and ``thousands`` count cells in which a sign can be that alone, ``either`` cells in which it can be
    both (1.716). ``small`` cells are whole numbers below 1,000 without a sign, ``large`` those of 1,000 and more
    without one.
    """

    known: int
    numeric: int
    different: int
    words: Mapping[str, int]
    before: Mapping[str, int]
    after: Mapping[str, int]
    bare: int
    decimal: Mapping[str, int]
    thousands: Mapping[str, int]
    either: Mapping[str, int]
    small: int
    large: int
    example: str = ""
    is_code: bool = False


@dataclass(frozen=True)
class Found:
    """How a column writes its numbers, and ``doubts`` as sentences; ``words`` are the cells that hold none."""

    format: NumberFormat
    doubts: tuple[str, ...] = ()
    words: Mapping[str, int] = field(default_factory=dict)


def read_plain(texts: pd.Series) -> pd.Series | None:
    """The numbers of a column in the plain way of writing, float64; *None* where some cell is written otherwise.

    Codes (00501, numbers of more digits than are exact) and numbers whose points may group thousands are not read here.
    """
    # In here because pandas and pyarrow are slow to load.
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    cells = texts.array.__arrow_array__()
    try:
        pc.cast(cells[:1000], pa.float64())
        numbers = pc.cast(cells, pa.float64())
    except pa.ArrowInvalid:
        return None
    if numbers.null_count == len(numbers):
        return None
    values = numbers.to_numpy()
    with np.errstate(invalid="ignore"):
        whole = values == np.floor(values)
    if whole.any():
        largest = np.abs(values[whole & np.isfinite(values)]).max(initial=0.0)
        if largest >= 10.0**_LONGEST_EXACT and not pc.any(pc.match_substring_regex(cells, "[eE.]")).as_py():
            return None
        if pc.any(pc.match_substring_regex(cells, r"^[-+]?0\d+$")).as_py():
            return None
    if _may_group(cells, values, whole):
        return None
    return pd.Series(np.where(np.isinf(values), np.nan, values), index=texts.index)


def _may_group(cells: Any, values: np.ndarray, whole: np.ndarray) -> bool:
    """Whether all points stand before three digits, so that they may group thousands."""
    # In here because pyarrow is slow to load.
    import pyarrow.compute as pc

    fractions = values[~whole & np.isfinite(values)]
    thousandths = fractions[:1000] * 1000.0
    if not np.allclose(thousandths, np.round(thousandths), rtol=0.0, atol=1e-6):
        return False
    dotted = pc.filter(cells, pc.match_substring(cells, "."))
    if not len(dotted):
        return False
    return bool(pc.all(pc.match_substring_regex(dotted, r"^[-+]?[1-9]\d{0,2}\.\d{3}$")).as_py())


def evidence_of_plain(values: pd.Series) -> Evidence:
    """What a column in the plain way of writing shows: fractions prove the decimal point."""
    known = values.dropna().to_numpy()
    fractions = int((known != np.floor(known)).sum())
    return Evidence(len(known), len(known), 0, {}, {}, {}, len(known), {".": fractions}, {}, {}, 0, 0)


def gather_evidence(cells: pd.Series) -> Evidence | None:
    """What the cells of a column show; ``cells`` are its known texts. *None* where they are not numbers in any way."""
    # In here because it loads pandas.
    from engine.data.reading import number_parsing

    sample = cells.iloc[:: max(1, len(cells) // 300)]
    if not sample.str.contains(r"\d", regex=True).mean() >= _HALF / 2:
        return None
    counts = cells.value_counts()
    texts = number_parsing.tidied(counts.index.to_series().astype("str")).reset_index(drop=True)
    weight = counts.to_numpy()
    parts = texts.str.extract(f"^{number_parsing.DRESSED}$")
    core = parts[4].str.strip()
    fits = (core.notna() & _is_grouped_rightly(core)).to_numpy()
    limits = texts.str.fullmatch(_LIMIT).fillna(False).to_numpy(dtype=bool) & ~fits
    if not fits.any():
        return None
    core = core.where(fits)
    before, after = (_counts(parts[column].where(fits), weight) for column in (2, 7))
    dressed = (parts[2].notna() | parts[7].notna()).to_numpy() & fits
    signs = {name: {} for name in ("decimal", "thousands", "either")}  # type: dict[str, dict[str, int]]
    example = ""
    for sign in _SIGNS:
        is_decimal, is_thousands, is_either = _roles(core, sign)
        for name, rows in (("decimal", is_decimal), ("thousands", is_thousands), ("either", is_either)):
            if rows.any():
                signs[name][sign] = int(weight[rows].sum())
                if name == "either":
                    example = str(texts[int(np.flatnonzero(rows)[0])])
    digits_only = core.str.fullmatch(r"\d+").fillna(False).to_numpy(dtype=bool)
    length = core.str.len().fillna(0).to_numpy()
    has_exponent = parts[5].notna().to_numpy()
    codes = core.str.fullmatch(r"0\d+").fillna(False).to_numpy(dtype=bool)
    codes = codes | (digits_only & (length > _LONGEST_EXACT) & ~has_exponent)
    words = {str(text): int(rows) for text, rows in zip(texts[~fits & ~limits], weight[~fits & ~limits], strict=True)}
    return Evidence(
        known=int(weight[~limits].sum()),
        numeric=int(weight[fits].sum()),
        different=int(fits.sum()),
        words=words,
        before=before,
        after=after,
        bare=int(weight[fits & ~dressed].sum()),
        **signs,
        small=int(weight[digits_only & (length <= 3)].sum()),
        large=int(weight[digits_only & (length > 3)].sum()),
        example=example,
        is_code=bool(codes.any()),
    )


def _is_grouped_rightly(core: pd.Series) -> pd.Series:
    """Whether digits and signs can be a number at all: no 1.2.3, no 12,,5, at most one kind of group, one decimal."""
    forms = [r"\d+"]
    for thousands in (".", ",", " ", "'"):
        group = re.escape(thousands)
        whole = rf"(?:\d{{1,3}}(?:{group}\d{{3}})+|\d{{1,2}}(?:{group}\d{{2}})+{group}\d{{3}})"
        others = "".join(re.escape(sign) for sign in ".," if sign != thousands)
        forms += [rf"{whole}(?:[{others}]\d*)?"]
    forms += [r"\d*[.,]\d+", r"\d+[.,]"]
    return core.str.fullmatch("|".join(forms)).fillna(False).astype(bool)


def _roles(core: pd.Series, sign: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cells in which ``sign`` can only be the decimal sign, only that of thousands, or either."""
    times = core.str.count(re.escape(sign)).fillna(0).to_numpy()
    if sign in " '":
        return np.zeros(len(core), bool), times > 0, np.zeros(len(core), bool)
    one = times == 1
    others = "[" + "".join(re.escape(other) for other in _SIGNS if other != sign) + "]"
    has_others = core.str.contains(others, regex=True).fillna(False).to_numpy(dtype=bool)
    last = core.str.contains(rf"{re.escape(sign)}[^.,' ]*$", regex=True).fillna(False).to_numpy(dtype=bool)
    three = core.str.fullmatch(rf"[1-9]\d{{0,2}}{re.escape(sign)}\d{{3}}").fillna(False).to_numpy(dtype=bool)
    either = one & three
    thousands = (times > 1) | (one & has_others & ~last)
    return one & ~thousands & ~either, thousands, either


def decide_formats(
    evidence: Mapping[str, Evidence], separator: str, decimal: str | None, thousands: str | None
) -> dict[str, Found]:
    """How each column writes its numbers; columns that hold none are left out.

    ``separator`` is that of the file, empty for sheets; ``decimal`` and ``thousands`` are what a person chose.
    """
    numeric = {name: one for name, one in evidence.items() if _is_numeric(one)}
    usual = decimal or _decimal_of(numeric, separator)
    return {name: _found(name, one, usual, separator, decimal, thousands) for name, one in numeric.items()}


def usual_signs(found: Mapping[str, Found], separator: str) -> tuple[str, str]:
    """The decimal and thousands signs that most columns use, for a person to see."""
    formats = [one.format for one in found.values()]
    decimals = [one.decimal for one in formats if one.decimal]
    groups = [one.thousands for one in formats if one.thousands]
    return max(decimals, key=decimals.count, default="."), max(groups, key=groups.count, default="")


def _is_numeric(one: Evidence) -> bool:
    if one.is_code or not _affixes_of(one)[1]:
        return False
    share = one.numeric / one.known
    if share >= _NEARLY_ALL:
        return True
    if one.different < _ENOUGH_DIFFERENT:
        return False
    return share >= _MOSTLY or (share >= _HALF and len(one.words) <= _FEW_WORDS)


def _affixes_of(one: Evidence) -> tuple[tuple[str, ...], bool, bool]:
    """What stands around the numbers, whether that leaves them numbers, and whether it multiplies them."""
    rare = 0.01 * one.numeric  # such as a slip of the pen
    before = {text for text, count in one.before.items() if count > rare}
    after = {text for text, count in one.after.items() if count > rare}
    money = _currencies(before | after)
    letters = after & {"k", "K", "M", "B"}
    multiplied = len(letters) > 1 or bool(letters and money)
    units = after - money - (letters if multiplied else set())
    if len(units) > 1:  # a slip, such as kgs among kg, costs the cells that have it, not the column
        usual = max(units, key=lambda unit: one.after[unit])
        if one.after[usual] >= _MOSTLY * sum(one.after[unit] for unit in units):
            units = {usual}
    plain = before <= money and len(units) <= 1 and not (units and money)
    if plain and units and not units <= UNITS:  # an unknown word behind nearly all the numbers is a unit as well
        unit = next(iter(units))
        plain = one.bare <= rare and one.different >= _ENOUGH_DIFFERENT and len(unit) > 1
    return tuple(sorted(money | units)), plain, multiplied


def _counts(texts: pd.Series, weight: np.ndarray) -> dict[str, int]:
    """How many cells have each text, blanks at its edges left out."""
    stripped = texts.str.strip()
    known = stripped.notna().to_numpy()
    found: dict[str, int] = {}
    for text, count in zip(stripped[known], weight[known], strict=True):
        found[str(text)] = found.get(str(text), 0) + int(count)
    return found


def _currencies(around: set[str]) -> set[str]:
    return {text for text in around if is_currency(text)}


def _decimal_of(evidence: Mapping[str, Evidence], separator: str) -> str:
    """The decimal sign of the table: the one that more columns prove; empty where none does."""
    votes = dict.fromkeys(".,", 0)
    for one in evidence.values():
        for sign, other in ((".", ","), (",", ".")):
            proof = one.decimal.get(sign, 0) > one.decimal.get(other, 0)
            votes[sign] += proof or (one.thousands.get(other, 0) > one.thousands.get(sign, 0))
    if votes["."] == votes[","]:
        return "" if not votes["."] else ("," if separator == ";" else ".")
    return max(votes, key=lambda sign: votes[sign])


def _found(name: str, one: Evidence, usual: str, separator: str, decimal: str | None, thousands: str | None) -> Found:
    affixes, _, multiplied = _affixes_of(one)
    doubts: list[str] = []
    if decimal is not None or thousands is not None:
        own_decimal = decimal or ("," if thousands == "." else ".")
        own_thousands = thousands if thousands is not None else _groups(one, own_decimal)
    else:
        own_decimal, own_thousands, doubt = _signs_of(name, one, usual, separator)
        doubts += [doubt] if doubt else []
    doubts += _doubts_of_affixes(name, one, affixes, multiplied)
    return Found(NumberFormat(own_decimal, own_thousands, affixes, multiplied), tuple(doubts), one.words)


def _groups(one: Evidence, decimal: str) -> str:
    """The sign between groups of digits, where it is not the decimal sign; empty for none."""
    counts = {sign: one.thousands.get(sign, 0) + one.either.get(sign, 0) for sign in _SIGNS if sign != decimal}
    sign = max(counts, key=lambda one: counts[one])
    return sign if counts[sign] else ""


def _signs_of(name: str, one: Evidence, usual: str, separator: str) -> tuple[str, str, str]:
    """Decimal sign, sign of thousands, and the doubt about them, empty for none."""
    proven = {sign: one.decimal.get(sign, 0) for sign in ".,"}
    for sign, other in ((".", ","), (",", ".")):
        proven[sign] += one.thousands.get(other, 0)
    if proven["."] or proven[","]:
        decimal = max(".,", key=lambda sign: proven[sign])
        return decimal, _groups(one, decimal), ""
    if not one.either:
        return usual or ".", _groups(one, usual or "."), ""
    sign = max(one.either, key=lambda sign: one.either[sign])
    other = "," if sign == "." else "."
    if usual == other:  # the table proves the other sign to be the decimal one
        return other, sign, ""
    grouped = _evidence_grouped(one, sign, separator)
    if usual == sign and not (grouped and one.small):
        return sign, _groups_besides(one, sign), ""
    if usual == sign:
        return sign, "", _doubt(name, one.example, sign, grouped=False)
    if grouped:
        return other, sign, _doubt(name, one.example, sign, grouped=True)
    plain = sign == "." and separator in {",", "\t", "|", " ", ""}
    return sign, "", "" if plain else _doubt(name, one.example, sign, grouped=False)


def _groups_besides(one: Evidence, decimal: str) -> str:
    return next((sign for sign in _SIGNS if sign != decimal and one.thousands.get(sign)), "")


def _evidence_grouped(one: Evidence, sign: str, separator: str) -> bool:
    """Whether a sign before three digits, everywhere in a column, is rather one of thousands.

    Whole numbers below 1,000 without the sign, and none of 1,000 or more, are the mark of groups; without any whole
    number the habit of those who use that separator decides.
    """
    if one.large:
        return False
    if one.small:
        return True
    return sign == "," if separator in {",", ""} else sign == "." and separator == ";"


def _doubt(name: str, example: str, sign: str, *, grouped: bool) -> str:
    word = _SIGNS[sign]
    if grouped:
        read = re.sub(r"[.,]", "", example)
        return f"The {word} in {name!r} was taken to group thousands: {example} was read as {_shown(read)}."
    return f"The {word} in {name!r} was taken for the decimal sign; it may group thousands: {example}."


def _shown(digits: str) -> str:
    found = re.search(r"\d+", digits)
    return f"{int(found[0]):,}" if found else digits


def _doubts_of_affixes(name: str, one: Evidence, affixes: tuple[str, ...], multiplied: bool) -> list[str]:
    said = []
    money = _currencies(set(affixes))
    if len(money) > 1:
        said.append(
            f"Amounts in {name!r} are in several currencies ({', '.join(sorted(money))}) and were not converted."
        )
    if multiplied:
        said.append(f"K, M and B in {name!r} were read as thousands, millions and billions.")
    units = [text for text in affixes if text not in money]
    bare = one.bare if units and not multiplied else 0
    if bare > 0.01 * one.numeric:
        said.append(f"{bare:,} of the values of {name!r} stand without the {units[0]} that the others have.")
    return said
