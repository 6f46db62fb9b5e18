"""Which columns of texts hold numbers, and how they write them: decided from all rows of all columns, never by cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.data.reading.affixes import UNITS, is_currency
from engine.data.reading.number_evidence import SIGNS, Evidence
from engine.data.table import NumberFormat

# Shares below are guesses that two hundred collected tables bear out.
_NEARLY_ALL = 0.98  # of the known cells are numbers: a column of numbers
_MOSTLY = 0.9  # where the rest are various words
_HALF = 0.5  # where the rest are one to three words that return
_FEW_WORDS = 3  # that return
_ENOUGH_DIFFERENT = 10  # numbers, to tell a unit or a sign from a code


@dataclass(frozen=True)
class Found:
    """How a column writes its numbers, and ``doubts`` as sentences; ``words`` are the cells that hold none."""

    format: NumberFormat
    doubts: tuple[str, ...] = ()
    words: Mapping[str, int] = field(default_factory=dict)


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
    counts = {sign: one.thousands.get(sign, 0) + one.either.get(sign, 0) for sign in SIGNS if sign != decimal}
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
    return next((sign for sign in SIGNS if sign != decimal and one.thousands.get(sign)), "")


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
    word = SIGNS[sign]
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
