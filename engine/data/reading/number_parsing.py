"""Texts that people write for numbers, as floats. Exported scripts hold the source of these functions."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

DRESSED = (
    r"(\()?\s*([-+])?\s*([^\W\d_]{1,3}\.?[^\w\s.,'()+\-<>=~#*?/:|\\]?|[^\w\s.,'()+\-<>=~#*?/:|\\]{1,3})?\s*([-+])?\s*"
    r"(\d[\d.,' ]*|[.,]\d+)([eE][-+]?\d{1,3})?\s*(-)?\s*([^\d\s()+\-.,'<>=_][^()+<>=\d_]{0,11}[23]?)?\s*(\))?"
)
MULTIPLIERS = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9}


def tidied(texts: pd.Series) -> pd.Series:
    """Texts without blanks at their edges, and with the plain blanks and signs for the typographic ones."""
    texts = texts.str.replace("[\u00a0\u202f\u2009\u2007]", " ", regex=True)
    texts = texts.str.replace("[\u2212\u2013\u2010\u2011\ufe63\uff0d]", "-", regex=True)
    return texts.str.replace("[\u2019\u02bc`\u00b4]", "'", regex=True).str.strip()


def as_floats(texts: pd.Series) -> pd.Series:
    """Texts such as -1.5e3 as float64; by pyarrow, where it is there, ten times as fast."""
    try:
        return texts.astype("float64[pyarrow]").astype("float64")
    except (ImportError, TypeError, ValueError):
        return texts.astype("float64")


def plain_numbers(texts: pd.Series, decimal: str, thousands: str) -> pd.Series:
    """Tidied texts as floats; NaN for all but digits with a sign, groups of digits, a decimal sign and an exponent."""
    comma, point = re.escape(thousands), re.escape(decimal)
    grouped = rf"\d{{1,3}}(?:{comma}\d{{3}})+|\d{{1,2}}(?:{comma}\d{{2}})+{comma}\d{{3}}|" if thousands else ""
    form = rf"[-+]?(?:(?:{grouped}\d+)(?:{point}\d*)?|{point}\d+)(?:[eE][-+]?\d+)?"
    texts = texts.where(texts.str.fullmatch(form).fillna(False).astype(bool))
    if thousands:
        texts = texts.str.replace(thousands, "", regex=False)
    return texts.str.replace(decimal, ".", regex=False).astype("float64")


def dressed_numbers(
    texts: pd.Series, decimal: str, thousands: str, affixes: tuple[str, ...], multiplied: bool
) -> pd.Series:
    """Tidied texts with a number in what stands around it: ($1,234.50), 12.5 %, 12,50-, 3 kg; NaN for others."""
    parts = texts.str.extract(f"^{DRESSED}$").astype(object)
    parts = parts.where(parts.notna(), "")
    before, after = parts[2].str.strip(), parts[7].str.strip()
    numbers = plain_numbers(parts[4].astype("str").str.strip() + parts[5].astype("str"), decimal, thousands)
    if multiplied:
        numbers = numbers * after.map(MULTIPLIERS).fillna(1.0).astype("float64")
        after = after.where(~after.isin(MULTIPLIERS), "")
    signs = sum(parts[place].ne("").astype(int) for place in (0, 1, 3, 6))
    minus = parts[0].ne("") | parts[1].eq("-") | parts[3].eq("-") | parts[6].eq("-")
    plain = before.isin(("", *affixes)) & after.isin(("", *affixes)) & parts[0].ne("").eq(parts[8].ne(""))
    return numbers.where(~minus, -numbers).where(plain & (signs <= 1))


def parse_numbers(
    values: pd.Series,
    decimal: str = ".",
    thousands: str = "",
    affixes: tuple[str, ...] = (),
    multiplied: bool = False,
    missing: tuple[float, ...] = (),
) -> pd.Series:
    """Values as float64, NaN where they are no numbers in this way of writing them.

    ``decimal`` is a point or a comma, ``thousands`` the sign between groups of digits (empty for none), ``affixes`` are
    the currencies and units that may stand before or after; with ``multiplied``, K, M and B after a number multiply it.
    Numbers among ``missing``, such as -999, stand for a missing one.
    """
    numbers = numbers_of(values, decimal, thousands, affixes, multiplied)
    return numbers.mask(numbers.isin([*missing, np.inf, -np.inf]))


def numbers_of(
    values: pd.Series, decimal: str, thousands: str, affixes: tuple[str, ...], multiplied: bool
) -> pd.Series:
    """Values as float64, infinite ones among them."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values.astype("float64")
    texts = values.astype("str")
    if decimal == "." and not thousands:
        try:
            return pd.to_numeric(texts).astype("float64")
        except ValueError:
            pass  # some of them are written otherwise
    # Most cells are digits and a decimal sign; each of the others is looked at once.
    simple = rf"[-+]?[0-9]+(?:{re.escape(decimal)}[0-9]*)?(?:[eE][-+]?[0-9]+)?"
    easy = texts.str.fullmatch(simple).fillna(False).astype(bool)
    numbers = pd.Series(np.nan, index=texts.index, dtype="float64")
    numbers[easy] = as_floats(texts[easy].str.replace(decimal, ".", regex=False))
    others = texts[~easy & texts.notna()]
    if len(others):
        levels = others.drop_duplicates()
        tidy = tidied(levels)
        read = plain_numbers(tidy, decimal, thousands)
        unread = tidy[read.isna() & tidy.notna()]
        if len(unread):
            read[unread.index] = dressed_numbers(unread, decimal, thousands, affixes, multiplied)
        numbers[others.index] = others.map(pd.Series(read.to_numpy(), index=levels.to_numpy())).astype("float64")
    return numbers
