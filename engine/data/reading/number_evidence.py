"""What the cells of a column show of how it writes numbers, asked of all its rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.data.reading.number_summary import NumberSummary

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

_LEAST_DIGITS = 0.25  # share of a sample's cells that hold a digit, below which a column is words; a guess
_LONGEST_EXACT = 15  # digits of a whole number that float64 surely keeps
_SIMPLE = r"[-+]?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][-+]?[0-9]{1,3})?"
_GROUPED = r"[-+]?[1-9]\d{0,2}[.,]\d{3}"  # one group of three digits
_LIMIT = r"[<>≤≥]\s*=?\s*[-+]?\d[\d.,' ]*"  # what an instrument could not measure
SIGNS = {".": "point", ",": "comma", " ": "blank", "'": "apostrophe"}


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


def surely_plain(name: str, values: pd.Series, first: pd.Series, decimal: str) -> bool:
    """Whether the texts of numbers say no more than ``values``, judged by these and by the ``first`` texts.

    ``decimal`` is their decimal sign, empty for whole numbers. Zeros before whole numbers are not looked for. Where a
    doubt remains the texts are to be read.
    """
    # In here because it loads pandas.
    from engine.data.reading.date_candidates import is_named_clock

    found = values.to_numpy()
    if is_named_clock(name) or np.isinf(found.astype("float64")).any():
        return False
    if not np.isfinite(found).any() or np.nanmax(np.abs(found)) >= 10.0**_LONGEST_EXACT:
        return False
    if not decimal:
        return True
    signed = first.dropna()
    signed = signed[signed.str.contains(decimal, regex=False)]
    return bool(len(signed)) and not signed.str.fullmatch(_GROUPED).all()


def _may_group(cells: object, values: np.ndarray, whole: np.ndarray) -> bool:
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
    return bool(pc.all(pc.match_substring_regex(dotted, f"^{_GROUPED}$")).as_py())


def evidence_of_plain(found: NumberSummary, decimal: str = ".") -> Evidence:
    """What a column in the plain way of writing shows: fractions prove the decimal sign."""
    known = found.known
    return Evidence(known, known, 0, {}, {}, {}, known, {decimal: found.fractions}, {}, {}, 0, 0)


def gather_evidence(cells: pd.Series) -> Evidence | None:
    """What the cells of a column show; ``cells`` are its known texts. *None* where they are not numbers in any way."""
    # In here because it loads pandas.
    from engine.data.reading import number_parsing

    sample = cells.iloc[:: max(1, len(cells) // 300)]
    if not sample.str.contains(r"\d", regex=True).mean() >= _LEAST_DIGITS:
        return None
    simple = _evidence_of_simple(cells)
    if simple is not None:
        return simple
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
    for sign in SIGNS:
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


def _evidence_of_simple(cells: pd.Series) -> Evidence | None:
    """The same, faster, where all cells are digits with at most one point or comma; *None* where they are not."""
    # In here because pyarrow is slow to load.
    import pyarrow.compute as pc

    texts = cells.array.__arrow_array__()

    def count(form: str) -> int:
        return int(pc.sum(pc.match_substring_regex(texts, f"^{form}$")).as_py() or 0)

    if count(_SIMPLE) < len(cells):
        return None
    either = {sign: count(rf"[-+]?[1-9][0-9]{{0,2}}[{sign}][0-9]{{3}}") for sign in ".,"}
    decimal = {sign: int(pc.sum(pc.match_substring(texts, sign)).as_py()) - either[sign] for sign in ".,"}
    doubtful = max(either, key=lambda sign: either[sign])
    example = ""
    if either[doubtful]:
        place = pc.index(pc.match_substring_regex(texts, rf"^[-+]?[1-9][0-9]{{0,2}}[{doubtful}][0-9]{{3}}$"), True)
        example = cells.iloc[place.as_py()]
    codes = count(r"[-+]?0[0-9]+") + count(rf"[-+]?[0-9]{{{_LONGEST_EXACT + 1},}}")
    known = len(cells)
    return Evidence(
        known=known,
        numeric=known,
        different=cells.nunique(),
        words={},
        before={},
        after={},
        bare=known,
        decimal={sign: rows for sign, rows in decimal.items() if rows},
        thousands={},
        either={sign: rows for sign, rows in either.items() if rows},
        small=count("[-+]?[0-9]{1,3}"),
        large=count("[-+]?[0-9]{4,}"),
        example=example,
        is_code=codes > 0,
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
    others = "[" + "".join(re.escape(other) for other in SIGNS if other != sign) + "]"
    has_others = core.str.contains(others, regex=True).fillna(False).to_numpy(dtype=bool)
    last = core.str.contains(rf"{re.escape(sign)}[^.,' ]*$", regex=True).fillna(False).to_numpy(dtype=bool)
    three = core.str.fullmatch(rf"[1-9]\d{{0,2}}{re.escape(sign)}\d{{3}}").fillna(False).to_numpy(dtype=bool)
    either = one & three
    thousands = (times > 1) | (one & has_others & ~last)
    return one & ~thousands & ~either, thousands, either


def _counts(texts: pd.Series, weight: np.ndarray) -> dict[str, int]:
    """How many cells have each text, blanks at its edges left out."""
    stripped = texts.str.strip()
    known = stripped.notna().to_numpy()
    found: dict[str, int] = {}
    for text, count in zip(stripped[known], weight[known], strict=True):
        found[str(text)] = found.get(str(text), 0) + int(count)
    return found
