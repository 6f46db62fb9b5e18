"""Which format one text of a date has, as far as it can be said from this text alone."""

from __future__ import annotations

import re

from engine.data.reading.date_parsing import MONTHS, ZONES, duration_seconds, quarter_start, week_start

LOOSE = ("%Y%m%d", "%Y%m", "%Y%m%d%H%M%S", "%Y%m%d%H%M", "%H.%M", "%m.%Y")
"""Formats of texts that may as well be plain numbers."""
SPAN = "span"
"""What looks like a duration, but as well like a number with its unit (``45 min``)."""
TIMES = re.compile("%[HI]")
DAYS = re.compile("%[YymdbBaA]|@|ISO|quarter|week")

_MONTHS = {name for names in MONTHS.values() for name in names.split()}
# Unicode's CLDR has them so, for English, German, French, Spanish, Italian, Dutch, Portuguese and the Nordic languages.
_WEEKDAY_NAMES = (
    "sunday monday tuesday wednesday thursday friday saturday sun mon tue tues wed thu thur thurs fri sat "
    "sonntag montag dienstag mittwoch donnerstag freitag samstag sonnabend so mo di mi do fr sa "
    "dimanche lundi mardi mercredi jeudi vendredi samedi dim lun mar mer jeu ven sam "
    "domingo lunes martes miércoles miercoles jueves viernes sábado sabado dom mié mie jue vie sáb sab "
    "domenica lunedì martedì mercoledì giovedì venerdì sabato gio seg ter qua qui sex "
    "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira "
    "zondag maandag dinsdag woensdag donderdag vrijdag zaterdag zo ma wo vr za "
    "søndag mandag tirsdag onsdag torsdag fredag lørdag søn man tir ons tor fre lør söndag måndag tisdag lördag "
    "月 火 水 木 金 土 日 一 二 三 四 五 六 월 화 수 목 금 토 일"
)
_WEEKDAYS = set(_WEEKDAY_NAMES.split())
_ISO = re.compile(
    r"[12][0-9]{3}-(?:0[1-9]|1[0-2])-[0-3][0-9]"
    r"(?:[T ][0-2][0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?(?: ?Z| ?[-+][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_DIGITS = {
    8: re.compile("(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"),
    6: re.compile("(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])"),
    14: re.compile("(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9][0-2][0-9][0-5][0-9][0-5][0-9]"),
    12: re.compile("(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9][0-2][0-9][0-5][0-9]"),
}
_OF_DIGITS = {8: "%Y%m%d", 6: "%Y%m", 14: "%Y%m%d%H%M%S", 12: "%Y%m%d%H%M"}
_POINTED_TIME = re.compile(r"(?:[01]?[0-9]|2[0-3])\.[0-5][0-9]")
_POINTED_MONTH = re.compile(r"(?:0[1-9]|1[0-2])\.(?:19|20)[0-9]{2}")
_PLAIN_NUMBER = re.compile(r"[-+]?[0-9]*[.,]?[0-9]*")

_TIME = re.compile(
    r"(?<![0-9.,])([01]?[0-9]|2[0-4])( ?h ?|:)([0-5][0-9])(?::([0-5][0-9])(?:([.,])[0-9]{1,9})?)?(?![0-9:.])"
    r"( ?)([ap]\.? ?m\b\.?)?",
    re.IGNORECASE,
)
_HOUR = re.compile(r"(?<![0-9.,:])(?:0?[0-9]|1[0-2])( ?)[ap]\.? ?m\b\.?", re.IGNORECASE)
# 10.02.2022 10.15, 10-FEB-22 10.15.30.123456 AM, 2022-02-10_10-15-30, 2022-02-10T10
_AFTER_DATE = re.compile(
    r"(?:(?<=%[Yyd])|(?<=@))([ T_-])(?:[01]?[0-9]|2[0-4])"
    r"(?:([.-])[0-5][0-9](?:\2[0-5][0-9](\.[0-9]{1,9})?)?)?( [ap]m)?(?= uhr|$)",
    re.IGNORECASE,
)
_POINTED_CLOCK = re.compile(r"^(?:[01]?[0-9]|2[0-4])\.[0-5][0-9](?= uhr$)", re.IGNORECASE)
_ZONE = re.compile(
    rf"(?<=%[MSfp])( ?)(GMT|UTC)?(?:(Z\b|[-+][0-9]{{2}}:?[0-9]{{2}}\b|[-+][0-9]{{2}}\b)|({'|'.join(ZONES)})\b)"
)
_GLUED = re.compile(
    r"[12][0-9]{3}(?:0[1-9]|1[0-2])[0-3][0-9]([T _-])[0-2][0-9][0-5][0-9]"
    r"([0-5][0-9](?:(\.)[0-9]{1,9})?)?(Z|[-+][0-9:]{4,5})?"
)
_EAST = {"年": "%Y", "년": "%Y", "月": "%m", "월": "%m", "日": "%d", "일": "%d"}
_EAST |= {"時": "%H", "时": "%H", "시": "%H", "分": "%M", "분": "%M", "秒": "%S", "초": "%S"}
_EASTERN_HALF = re.compile("上午|下午|午前|午後|오전|오후")
_EXIF = re.compile("^[12][0-9]{3}:(?:0[1-9]|1[0-2]):[0-3][0-9](?= |$)")
_NUMERIC = re.compile(r"(?<![0-9.])([0-9]{1,4})( ?[-./_] ?| )([0-9]{1,2})\2([0-9]{1,4})(?![0-9])")
_YEAR_MONTH = re.compile("(1[5-9][0-9]{2}|20[0-9]{2}|21[0-9]{2})( ?[-/] ?| ?[Mm])(1[0-2]|0?[1-9])")
_MONTH_YEAR = re.compile("(1[0-2]|0?[1-9])( ?[-/] ?)(1[5-9][0-9]{2}|20[0-9]{2}|21[0-9]{2})")
_WORD = re.compile(r"[^\W\d_]+(?:-feira)?\.?")
_YEAR = re.compile("(?<![0-9%])(?:[12][0-9]{3})(?![0-9])")
_NUMBER_OF_DAY = re.compile("(?<![0-9])(0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th|er|º|ª)?(?![0-9])")
_TOKEN = re.compile("%[A-Za-z]|@")
_BETWEEN = re.compile(
    r"(?:[\s,T:;()（）./'_年년月월日일時时시分분秒초-]|at|um|uhr|de|del|of|the|le|à|h|hrs?|kl|г|GMT|UTC)*",
    re.IGNORECASE,
)


def format_of(text: str) -> str:
    """The format of a text that is a date, a time of day or a duration; empty for every other text.

    ``@`` stands for a number that is the day or the month (twice), or either of these or a year of two digits (thrice).
    """
    if not 4 <= len(text) <= 48 or "%" in text or "@" in text or not any(map(str.isdigit, text)):
        return ""
    if _ISO.fullmatch(text):
        return "ISO8601"
    if _PLAIN_NUMBER.fullmatch(text):
        return _of_number(text)
    return _of_calendar(" ".join(text.split())) or _of_named(text)


def _of_number(text: str) -> str:
    if text.isdecimal():
        form = _DIGITS.get(len(text))
        return _OF_DIGITS[len(text)] if form and form.fullmatch(text) else ""
    if _POINTED_TIME.fullmatch(text):
        return "%H.%M"
    return "%m.%Y" if _POINTED_MONTH.fullmatch(text) else ""


def _of_named(text: str) -> str:
    if quarter_start(text) == quarter_start(text):
        return "quarter"
    if week_start(text) == week_start(text):
        return "week"
    seconds = duration_seconds(text)
    if seconds != seconds:
        return ""
    if ":" in text:
        return (
            "minutes:seconds"
            if duration_seconds(text, unit_of_pairs=1) == seconds and text.count(":") == 1
            else "duration"
        )
    return "duration" if text[:1] in "-+P" or len(re.findall("[0-9]+ ?[^\\W\\d_]+", text)) > 1 else SPAN


def _of_calendar(text: str) -> str:
    if glued := _GLUED.fullmatch(text):
        between, seconds, mark, zone = glued.groups()
        return f"%Y%m%d{between}%H%M{'%S' if seconds else ''}{'.%f' if mark else ''}{'%z' if zone else ''}"
    if "月" in text or "월" in text or "時" in text or "时" in text or "시" in text:
        text = re.sub(f"[0-9]+(?= ?([{''.join(_EAST)}]))", lambda match: _EAST[match[1]], text)
    text = _with_time(_EXIF.sub("%Y:%m:%d", text))
    for form, make in ((_YEAR_MONTH, r"%Y\2%m"), (_MONTH_YEAR, r"%m\2%Y")):
        if form.fullmatch(text):
            return form.sub(make, text)
    if not any(_is_month(match) for match in _WORD.finditer(text)):
        text = _NUMERIC.sub(_of_numbers, text, count=1)
    text = _with_words(text)
    if "%b" in text or "%B" in text:
        date, blank, time = text.partition(" ") if re.search("%[bB][-/.][0-9]{2} ", text) else (text, "", "")
        text = _beside_month(date) + blank + time
    text = _AFTER_DATE.sub(_of_time_after_date, text)
    tokens = _TOKEN.findall(text)
    if not _BETWEEN.fullmatch(_TOKEN.sub("", text)) or len(set(tokens) - {"@"}) != len(tokens) - tokens.count("@"):
        return ""
    has_year = "%Y" in tokens or "%y" in tokens or tokens.count("@") == 3
    has_month = any(part in tokens for part in ("%m", "%b", "%B", "@"))
    if has_year and has_month:
        return text
    # Without a date, only a time of day is left.
    return (
        text if TIMES.search(text) and not set(tokens) & {"%Y", "%y", "%m", "%d", "%b", "%B", "%a", "@", "%z"} else ""
    )


def _with_time(text: str) -> str:
    """The text with its time, and the zone of it, replaced by directives."""

    def directives(match: re.Match[str]) -> str:
        _, colon, _, second, mark, blank, half = match.groups()
        seconds = (":%S" if second else "") + (f"{mark}%f" if mark else "")
        return f"{'%I' if half else '%H'}{colon}%M{seconds}{blank}{'%p' if half else ''}"

    if half := _EASTERN_HALF.search(text):
        text = text.replace(half[0], "%p", 1)
    changed = _TIME.sub(directives, text, count=1)
    if changed == text:
        changed = _POINTED_CLOCK.sub("%H.%M", _HOUR.sub(r"%I\1%p", text, count=1))
    if half:
        changed = changed.replace("%H", "%I")
    return _ZONE.sub(lambda match: f"{match[1]}{match[2] or ''}%{'z' if match[3] else 'Z'}", changed, count=1)


def _of_numbers(match: re.Match[str]) -> str:
    """Directives for three numbers with the same sign between them; unchanged where they are no date."""
    first, sign, second, third = match.groups()
    a, b, c = int(first), int(second), int(third)
    if len(first) == 4 and len(third) <= 2 and 1000 <= a < 3000:
        return f"%Y{sign}%m{sign}%d" if 1 <= b <= 12 and 1 <= c <= 31 else match[0]
    if len(first) > 2 or not 1 <= b <= 31 or sign == "_":
        return match[0]
    day_and_month = 1 <= a <= 31 and min(a, b) <= 12
    if len(third) == 4 and (1000 <= c < 3000 or c in {1, 9999}):
        return f"@{sign}@{sign}%Y" if day_and_month else match[0]
    if len(third) == 2 and sign != " " and (day_and_month or (len(first) == 2 and b <= 12 and 1 <= c <= 31)):
        return f"@{sign}@{sign}@"
    return match[0]


def _of_time_after_date(match: re.Match[str]) -> str:
    """Directives for a time without colons; unchanged where it could be another part of the date."""
    between, sign, fraction, half = match.groups()
    parts = match[0].count(sign, 1) - (fraction is not None and sign == ".") if sign else 0
    if parts < (2 if sign == "-" else 1) and not (
        between == "T" or (between == " " and match.string.startswith("%Y-%m-%d"))
    ):
        return match[0]
    numbers = ["%I" if half else "%H", "%M", "%S"][: parts + 1]
    return between + (sign or "").join(numbers) + (".%f" if fraction else "") + (" %p" if half else "")


def _is_month(word: re.Match[str]) -> bool:
    """Whether a word is a month's name and, as ``mar`` is Tuesday in French, no weekday's."""
    name = word[0].rstrip(".").lower()
    return name in _MONTHS and (name not in _WEEKDAYS or word.string[word.start() - 1] in "-/.")


def _with_words(text: str) -> str:
    """The text with the name of a weekday, and that of a month, replaced by directives."""
    words = [(match, match[0].rstrip(".").lower()) for match in _WORD.finditer(text) if text[match.start() - 1] != "%"]
    months = [match for match, word in words if word in _MONTHS]
    dated = re.search("%m|@", text) is not None
    weekdays = [
        match for match, word in words if word in _WEEKDAYS and (word not in _MONTHS or dated or len(months) > 1)
    ]
    month = next((match for match in reversed(months) if match not in weekdays[:1]), None)
    parts = [(weekdays[0].span(), "%a")] if weekdays else []
    if month and not dated:
        dot = "." if month[0].endswith(".") and text[month.end() : month.end() + 1].isdigit() else ""
        parts.append((month.span(), ("%B" if len(month[0].rstrip(".")) > 4 else "%b") + dot))
    for (start, end), directive in sorted(parts, reverse=True):
        text = text[:start] + directive + text[end:]
    return text


def _beside_month(text: str) -> str:
    """The text with the numbers beside the name of a month replaced by directives."""
    text = _YEAR.sub("%Y", text, count=1)
    numbers = list(re.finditer("(?<![0-9])[0-9]{1,2}(?![0-9])", text))
    if "%Y" not in text:
        year = numbers.pop() if numbers and len(numbers[-1][0]) == 2 else None
        if year is None or (not numbers and not re.search("%[bB][-/]| ?'", text)):
            return text
        if numbers and int(numbers[0][0]) > 31 and len(numbers[0][0]) == 2:
            year, numbers = numbers[0], [year]
        text = text[: year.start()] + "%y" + text[year.end() :]
    return _NUMBER_OF_DAY.sub("%d", text, count=1)
