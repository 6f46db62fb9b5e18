"""How one value is written: signs of numbers, styles of dates, currencies and the like."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

THOUSANDS = {
    "none": "", "comma": ",", "point": ".", "space": " ", "nbsp": "\u00a0", "nnbsp": "\u202f", "apostrophe": "'",
    "indian": ",", "quote": "\u2019",
}  # fmt: skip
NUMBER_STYLES = (
    "currency $", "currency €", "currency CHF", "currency £", "currency USD", "percent", "percent blank", "unit kg",
    "unit °C", "brackets", "minus behind", "minus sign", "plus", "below limit", "exponent",
)  # fmt: skip
_MONTHS = {
    "de": [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
}


def number(value: Decimal, decimal: str, thousands: str, style: str, doubtful: bool = False) -> str:
    """A number in a habit (``thousands`` is a name of :data:`THOUSANDS`) and a style of its column."""
    if style == "exponent" or (value and abs(value) < Decimal("1e-4")):
        digits = f"{value:.6e}" if style == "exponent" else str(value).lower()
        return digits.replace(".", decimal)
    body = _grouped(format(abs(value), "f"), decimal, thousands)
    negative = value < 0
    if style == "below limit" and doubtful:
        return f"<{body}"
    if style == "brackets":
        return f"({body})" if negative else body
    if style == "minus behind":
        return f"{body}-" if negative else body
    sign = ("\u2212" if style == "minus sign" else "-") if negative else "+" if style == "plus" else ""
    if style.startswith("currency"):
        mark = style.removeprefix("currency ")
        if mark == "€":
            return f"{sign}{body} €"
        return f"{sign}{mark}{body}" if mark in "$£" else f"{mark} {sign}{body}"
    if style.startswith("percent"):
        return f"{sign}{body}{' ' if style == 'percent blank' else ''}%"
    if style.startswith("unit"):
        return f"{sign}{body} {style.removeprefix('unit ')}"
    return sign + body


def _grouped(digits: str, decimal: str, thousands: str) -> str:
    whole, _, rest = digits.partition(".")
    sign = THOUSANDS[thousands]
    if sign and len(whole) > 3:
        groups = [whole[-3:]]
        front, width = whole[:-3], 2 if thousands == "indian" else 3
        while front:
            groups.insert(0, front[-width:])
            front = front[:-width]
        whole = sign.join(groups)
    return f"{whole}{decimal}{rest}" if rest else whole


Style = Callable[[datetime], str]


def _pattern(pattern: str) -> Style:
    return lambda moment: moment.strftime(pattern)


def _short(moment: datetime) -> str:
    return f"{moment.month}/{moment.day}/{moment.year}"


def _twelve(moment: datetime) -> str:
    return f"{_short(moment)} {(moment.hour - 1) % 12 + 1}:{moment:%M} {moment:%p}"


def _month_name(language: str, pattern: str) -> Style:
    return lambda moment: pattern.format(day=moment.day, month=_MONTHS[language][moment.month - 1], year=moment.year)


DATE_STYLES: dict[str, tuple[str, Style]] = {
    "": ("second", lambda m: f"{m:%Y-%m-%d}" if m.hour == m.minute == m.second == 0 else f"{m:%Y-%m-%d %H:%M:%S}"),
    "iso date": ("day", _pattern("%Y-%m-%d")),
    "iso minute": ("minute", _pattern("%Y-%m-%d %H:%M")),
    "iso T": ("second", _pattern("%Y-%m-%dT%H:%M:%S")),
    "iso Z": ("second", _pattern("%Y-%m-%dT%H:%M:%SZ")),
    "iso offset": ("second", lambda m: f"{m + timedelta(hours=2):%Y-%m-%dT%H:%M:%S}+02:00"),
    "iso milliseconds": ("second", _pattern("%Y-%m-%d %H:%M:%S.000")),
    "ymd slash": ("day", _pattern("%Y/%m/%d")),
    "ymd point": ("day", _pattern("%Y.%m.%d")),
    "compact": ("day", _pattern("%Y%m%d")),
    "dmy point": ("day", _pattern("%d.%m.%Y")),
    "dmy point bare": ("day", lambda m: f"{m.day}.{m.month}.{m.year}"),
    "dmy point short": ("day", _pattern("%d.%m.%y")),
    "dmy point minute": ("minute", _pattern("%d.%m.%Y %H:%M")),
    "dmy dash": ("day", _pattern("%d-%m-%Y")),
    "dmy slash": ("day", _pattern("%d/%m/%Y")),
    "dmy slash second": ("second", _pattern("%d/%m/%Y %H:%M:%S")),
    "mdy slash": ("day", _pattern("%m/%d/%Y")),
    "mdy slash bare": ("day", _short),
    "mdy slash short": ("day", _pattern("%m/%d/%y")),
    "mdy dash": ("day", _pattern("%m-%d-%Y")),
    "mdy half day": ("minute", _twelve),
    "dmy half day": ("second", _pattern("%d/%m/%Y %I:%M:%S %p")),
    "day-Mon-yy": ("day", _pattern("%d-%b-%y")),
    "day-Mon-year": ("day", _pattern("%d-%b-%Y")),
    "day-MON-year": ("day", lambda m: f"{m:%d-%b-%Y}".upper()),
    "Mon day year": ("day", lambda m: f"{m:%b} {m.day} {m.year}"),
    "Mon day, year": ("day", lambda m: f"{m:%b} {m.day}, {m.year}"),
    "Month day, year": ("day", lambda m: f"{m:%B} {m.day}, {m.year}"),
    "day Month year": ("day", lambda m: f"{m.day} {m:%B} {m.year}"),
    "day Mon year": ("day", _pattern("%d %b %Y")),
    "weekday": ("day", _pattern("%a, %d %b %Y")),
    "quarter": ("quarter", lambda m: f"{m.year}Q{(m.month - 1) // 3 + 1}"),
    "quarter dash": ("quarter", lambda m: f"{m.year}-Q{(m.month - 1) // 3 + 1}"),
    "month": ("month", _pattern("%Y-%m")),
    "Mon year": ("month", _pattern("%b %Y")),
    "month slash": ("month", _pattern("%m/%Y")),
    "chinese": ("day", _pattern("%Y年%m月%d日")),
    "chinese bare": ("day", lambda m: f"{m.year}年{m.month}月{m.day}日"),
    "german month": ("day", _month_name("de", "{day}. {month} {year}")),
    "french month": ("day", _month_name("fr", "{day} {month} {year}")),
    "mixed": ("day", lambda m: f"{m:%d.%m.%Y}" if (m.day + m.month) % 4 else f"{m:%Y-%m-%d}"),
}
"""Names of styles, each with the unit it keeps and how it is written. The empty one is the plain habit."""

CLOCK_STYLES: dict[str, Style] = {
    "": _pattern("%H:%M"),
    "clock seconds": _pattern("%H:%M:%S"),
    "clock half day": lambda m: f"{(m.hour - 1) % 12 + 1}:{m:%M} {m:%p}",
}
DURATION_STYLES: dict[str, Callable[[int], str]] = {
    "": lambda s: f"{s // 3600}:{s // 60 % 60:02d}:{s % 60:02d}",
    "duration days": lambda s: f"{s // 86400} days {s // 3600 % 24:02d}:{s // 60 % 60:02d}:{s % 60:02d}",
}


def kept(moment: datetime, unit: str) -> datetime:
    """What a style that keeps ``unit`` leaves of a moment."""
    if unit == "quarter":
        return datetime(moment.year, (moment.month - 1) // 3 * 3 + 1, 1)
    parts = {"month": 2, "day": 3, "minute": 5, "second": 6}[unit]
    fields = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)[:parts]
    return datetime(*fields, 1) if unit == "month" else datetime(*fields)
