"""Texts of dates, times of day and durations to seconds, in the formats that the reader found.

Stand-alone: the source of what is below the imports goes into exported scripts, so that they read as the study does.
A format is ``ISO8601``, a text as ``strptime`` takes it, or what ``strptime`` cannot say: ``quarter`` (1974Q1),
``week`` (2022-W05), ``duration`` (1 days 02:03:04, 26:10, PT1H2M, 1h 30m) and ``minutes:seconds`` (1:23.4). Neither
the names of months nor AM and PM depend on the language that the computer is set to.
"""

from __future__ import annotations

import re
from datetime import datetime

import numpy as np
import pandas as pd

# The names of each month in twenty languages, as Unicode's CLDR has them, and some of them without accents.
MONTHS = {
    1: (
        "january jan januar jänner jän janvier janv enero ene gennaio gen janeiro januari tammikuuta tammi "
        "tammikuu stycznia sty styczeń ledna led leden januára január ianuarie ian ocak oca января янв январь "
        "січня січ січень jaenner"
    ),
    2: (
        "february feb februar février févr febrero febbraio fevereiro fev februari helmikuuta helmi helmikuu "
        "lutego lut luty února úno únor februára február febr februarie şubat şub февраля февр февраль лютого лют "
        "лютий fevrier fevr unora"
    ),
    3: (
        "march mar märz mär mrz mars marzo março maart mrt marts maaliskuuta maalis maaliskuu marca marzec března bře "
        "březen marec március márc martie mart марта мар март березня бер березень maerz marco brezna"
    ),
    4: (
        "april apr avril avr abril abr aprile huhtikuuta huhti huhtikuu kwietnia kwi kwiecień dubna dub duben "
        "apríla apríl április ápr aprilie nisan nis апреля апр апрель квітня квіт квітень"
    ),
    5: (
        "may mai mayo maggio mag maio mei maj toukokuuta touko toukokuu maja května kvě květen mája máj május "
        "mayıs мая май травня трав травень"
    ),
    6: (
        "june jun juni juin junio giugno giu junho kesäkuuta kesä kesäkuu czerwca cze czerwiec června čvn červen "
        "júna jún június iunie iun haziran haz июня июн июнь червня черв червень cervna cerven"
    ),
    7: (
        "july jul juli juillet juil julio luglio lug julho heinäkuuta heinä heinäkuu lipca lip lipiec července "
        "čvc červenec júla júl július iulie iul temmuz tem июля июл июль липня лип липень cervence juill cervenec"
    ),
    8: (
        "august aug août agosto ago augustus augusti elokuuta elo elokuu sierpnia sie sierpień srpna srp srpen "
        "augusta augusztus ağustos ağu августа авг август серпня серп серпень aout avg"
    ),
    9: (
        "september sep sept septembre septiembre settembre set setembro syyskuuta syys syyskuu września wrz "
        "wrzesień září zář septembra szeptember szept septembrie eylül eyl сентября сент сентябрь вересня вер "
        "вересень zari"
    ),
    10: (
        "october oct oktober okt octobre octubre ottobre ott outubro out lokakuuta loka lokakuu października paź "
        "październik října říj říjen októbra október octombrie ekim eki октября окт октябрь жовтня жовт жовтень "
        "rijna rijen"
    ),
    11: (
        "november nov novembre noviembre novembro marraskuuta marras marraskuu listopada lis listopad listopadu "
        "novembra noiembrie kasım kas ноября нояб ноябрь листопада лист листопад"
    ),
    12: (
        "december dec dezember dez décembre déc diciembre dic dicembre dezembro desember des joulukuuta joulu "
        "joulukuu grudnia gru grudzień prosince prosinec decembra decembrie aralık ara декабря дек декабрь "
        "грудня груд грудень decembre"
    ),
}

ZONES = {
    **dict.fromkeys(("UTC", "GMT", "UT", "WET"), "+0000"),
    **dict.fromkeys(("CET", "MEZ", "BST", "WEST"), "+0100"),
    **dict.fromkeys(("CEST", "MESZ", "EET"), "+0200"),
    **dict.fromkeys(("EEST", "MSK"), "+0300"),
    **dict.fromkeys(("JST", "KST"), "+0900"),
    **dict.fromkeys(("EDT",), "-0400"),
    **dict.fromkeys(("EST", "CDT"), "-0500"),
    **dict.fromkeys(("CST", "MDT"), "-0600"),
    **dict.fromkeys(("MST", "PDT"), "-0700"),
    **dict.fromkeys(("PST",), "-0800"),
}

# What each directive of strptime stands for, and how it is written (zones by name: as zone_offsets leaves them).
PARTS = {
    "%Y": ("year", "([0-9]{4})"),
    "%m": ("month", "([0-9]{1,2})"),
    "%b": ("month", r"([^0-9 ,./'-]+)\.?"),
    "%B": ("month", r"([^0-9 ,./'-]+)\.?"),
    "%d": ("day", "([0-9]{1,2})"),
    "%H": ("hour", "([0-9]{1,2})"),
    "%I": ("hour", "([0-9]{1,2})"),
    "%M": ("minute", "([0-9]{2})"),
    "%S": ("second", "([0-9]{2})"),
    "%f": ("fraction", "([0-9]{1,9})"),
    "%z": ("zone", "(Z|[-+][0-9]{2}:?[0-9]{2}|[-+][0-9]{2})"),
    "%Z": ("zone", "([-+][0-9]{4})"),
    "%p": ("", r"(?:[ap]\.? ?m\.?|上午|下午|午前|午後|오전|오후)"),
    "%a": ("", "[^ ,]+"),
    "%A": ("", "[^ ,]+"),
}

ORDINALS = "(?:st|nd|rd|th|er|º|ª)?"  # after the number of a day

CLOCK = re.compile(
    r"(?:([-+]?[0-9]+) ?(?:d|days?)(?:, ?| ))?([-+\u2212])?([0-9]+):([0-5][0-9])(?::([0-5][0-9]))?(?:[.,]([0-9]+))?"
)
COUNT = "([0-9]+(?:[.,][0-9]+)?)"
SPANS = (604800, 86400, 3600, 60, 1)  # seconds of a week, a day, an hour, a minute, a second
ISO_DURATION = re.compile(f"([-+])?P(?:{COUNT}W)?(?:{COUNT}D)?(?:T(?:{COUNT}H)?(?:{COUNT}M)?(?:{COUNT}S)?)?")
SPELT_DURATION = re.compile(
    "([-+\u2212])?"
    + "".join(
        f"(?:{COUNT} ?(?:{names})(?![^\\W\\d_])[ ,.]*(?:(?:and|und|et|y) )?)?"
        for names in (
            "w|wks?|weeks?|wochen?",
            "d|days?|tage?|jours?|j|días?|dias?|giorn[io]|dag(?:en)?",
            "h|hrs?|hours?|std|stunden?|heures?|horas?|or[ae]|uur|uren",
            "m|mins?|minutes?|minuten?|minut[oi]s?",
            "s|secs?|seconds?|sek|sekunden?|secondes?|segundos?|second[oi]|seconden",
        )
    )
)


def parse_times(cells: pd.Series, formats: tuple[str, ...]) -> pd.Series:
    """Cells as :func:`parse_dates` reads texts; true dates and numbers of seconds stay what they are."""
    dated = any("%y" in one.lower() or one in {"ISO8601", "quarter", "week"} for one in formats)
    if cells.dtype.kind == "M":
        times = cells if cells.dt.tz is not None else cells.dt.tz_localize("UTC")
        return pd.Series(to_seconds(times) if dated else np.nan, index=cells.index)
    if cells.dtype.kind in "iuf" and not dated:
        return cells.astype("float64")
    texts = cells.map(lambda value: f"{value:.15g}") if cells.dtype.kind in "iuf" else cells
    return parse_dates(texts.where(cells.notna(), None).astype("str"), formats)


def parse_dates(texts: pd.Series, formats: tuple[str, ...]) -> pd.Series:
    """Seconds since 1970 in UTC (since midnight for times of day), NaN where missing or unreadable.

    Each of the ``formats`` is tried on what those before it left unread. Times without a zone count as UTC.
    """
    texts = texts.astype("str").str.strip()
    few = texts.iloc[:: max(1, len(texts) // 1000)]
    if formats[:1] == ("ISO8601",) and few.nunique() > 0.9 * len(few):  # read faster than equal texts are found
        codes, distinct = np.arange(len(texts)), texts.reset_index(drop=True)
    else:
        codes, values = pd.factorize(texts)
        distinct = pd.Series(values, dtype="str")
    seconds = np.full(len(distinct) + 1, np.nan)  # the last one is for missing texts
    unread = np.flatnonzero(distinct.notna())
    for date_format in formats:
        if len(unread):
            seconds[unread] = read_format(distinct.iloc[unread], date_format)
            unread = unread[np.isnan(seconds[unread])]
    return pd.Series(seconds[codes], index=texts.index, name=texts.name)


def read_format(texts: pd.Series, date_format: str) -> np.ndarray:
    """Seconds of the texts that are written in one format, NaN for the others."""
    if date_format == "ISO8601":
        return iso_seconds(texts.where(texts.str.len() > 6))  # 1998 by itself is a number
    if date_format in {"quarter", "week", "duration", "minutes:seconds"}:
        return np.array([named_seconds(text, date_format) for text in texts], dtype=float)
    texts = texts.str.replace("[\u00a0\u2009\u202f]", " ", regex=True)
    if "%Z" in date_format:
        texts = texts.str.replace(r"\b[A-Z]{2,4}\b", lambda match: ZONES.get(match[0], match[0]), regex=True)
    if "%y" not in date_format:
        return rewritten_seconds(texts, date_format)
    # The century turns where it does for strptime.
    seconds = rewritten_seconds(texts, date_format, "20", "([0-5][0-9]|6[0-8])")
    left = np.isnan(seconds)
    seconds[left] = rewritten_seconds(texts[left], date_format, "19", "(69|[7-9][0-9])")
    return seconds


def named_seconds(text: str, date_format: str) -> float:
    """Seconds of one text in a format that is no text of ``strptime``'s, NaN where it is not written so."""
    if date_format == "quarter":
        return quarter_start(text)
    if date_format == "week":
        return week_start(text)
    return duration_seconds(text, unit_of_pairs=60 if date_format == "duration" else 1)


def rewritten_seconds(texts: pd.Series, date_format: str, century: str = "", years: str = "") -> np.ndarray:
    """Seconds of texts in a format of ``strptime``'s: written anew as ISO 8601 they are read much faster."""
    pattern, groups = format_pattern(date_format, years)
    if not pattern:  # only strptime itself knows this format
        return to_seconds(pd.to_datetime(texts, format=date_format, errors="coerce", utc=True))
    seconds = np.full(len(texts), np.nan)
    fits = np.flatnonzero(texts.str.match(pattern).to_numpy(bool, na_value=False))
    texts = texts.iloc[fits]
    if re.search("%[bB]", date_format):
        words, names = pd.factorize(texts.str.replace(pattern, groups["month"], regex=True))
        for month, known in MONTHS.items():
            these = np.isin(words, [word for word, name in enumerate(names) if name.lower() in known.split()])
            if these.any():
                iso = iso_rewriting({**groups, "month": f"{month:02d}"}, century)
                seconds[fits[these]] = iso_seconds(texts[these].str.replace(pattern, iso, regex=True))
    else:
        seconds[fits] = iso_seconds(texts.str.replace(pattern, iso_rewriting(groups, century), regex=True))
    if "%p" in date_format and "hour" in groups:
        hour = texts.str.replace(pattern, groups["hour"], regex=True).astype(float).to_numpy()
        afternoon = texts.str.contains(r"[pP]\.? ?[mM]|下午|午後|오후").to_numpy(bool)
        seconds[fits] += 43200.0 * (afternoon & (hour < 12)) - 43200.0 * (~afternoon & (hour == 12))
    return seconds


def iso_rewriting(groups: dict[str, str], century: str) -> str:
    """What makes ISO 8601 of the groups of a pattern."""
    iso = f"{century}{groups.get('year', '1970')}-{groups.get('month', '01')}-{groups.get('day', '01')}"
    if "hour" in groups:
        iso += f"T{groups['hour']}:{groups.get('minute', '00')}:{groups.get('second', '00')}"
        iso += f".{groups['fraction']}" if "fraction" in groups else ""
        iso += groups.get("zone", "")
    return iso


def format_pattern(date_format: str, years: str = "") -> tuple[str, dict[str, str]]:
    """A regular expression of the texts in a format, and its groups; empty where only strptime knows the format."""
    known = {**PARTS, "%y": ("year", years)}
    # Where nothing is between two numbers, each has all its digits.
    digits = "{2}" if re.search("%[YymdHMS]%[YymdHMS]", date_format) else "{1,2}"
    named = re.search("%[bB]", date_format)
    pattern, groups = "", dict[str, str]()
    for piece in re.findall(r"%[bB]\.?|%.|\s+|[^%\s]", date_format):
        directive = piece[:2] if piece[0] == "%" else ""
        name, part = known.get(directive, ("", " +" if piece.isspace() else re.escape(piece)))
        if name in groups or (directive and directive not in known):
            return "", {}
        if name:
            groups[name] = f"\\{len(groups) + 1}"
        pattern += part.replace("{1,2}", digits)
        if directive == "%d" and named:
            pattern += ORDINALS
    return f"^(?i:{pattern})$", groups


def iso_seconds(texts: pd.Series) -> np.ndarray:
    """Seconds of texts in ISO 8601, where 24:00 is the midnight that ends a day."""
    # WORKAROUND pandas 3.1: it lets no other thread run meanwhile, hence in pieces; drop when it does.
    pieces = [texts.iloc[at : at + 50_000] for at in range(0, len(texts), 50_000)]
    read = [to_seconds(pd.to_datetime(one, format="ISO8601", errors="coerce", utc=True)) for one in pieces]
    seconds = np.concatenate(read) if read else np.empty(0)
    left = np.flatnonzero(np.isnan(seconds) & texts.notna().to_numpy())
    if len(left):
        # WORKAROUND pandas 3.1: it reads no year 9999 beside nanoseconds, hence by themselves; drop when it does.
        texts = texts.iloc[left]
        begun = texts.str.replace(r"([T ])24:00(:00)?(\.0+)?($|Z|[-+])", r"\g<1>00:00\g<4>", regex=True)
        seconds[left] = to_seconds(pd.to_datetime(begun, format="ISO8601", errors="coerce", utc=True))
        seconds[left] += 86400.0 * (begun != texts).to_numpy(bool)
    return seconds


def to_seconds(times: pd.Series) -> np.ndarray:
    """Seconds since 1970 of times, NaN for none."""
    return np.array((times - pd.Timestamp("1970-01-01", tz="UTC")) / pd.Timedelta(seconds=1), dtype=float)


def quarter_start(text: str) -> float:
    """Seconds at which a quarter begins: 1974Q1, Q1 1974, 1Q1974, 1Q74."""
    for form in (
        r"(?P<y>[0-9]{4})[-/ .:]*Q(?P<q>[1-4])",
        r"Q(?P<q>[1-4])[-/ .,:']*(?P<y>[0-9]{4})",
        r"(?P<q>[1-4])\.? ?Q[-/ ']*(?P<y>[0-9]{4}|[0-9]{2})",
        r"Q(?P<q>[1-4]) ?'(?P<y>[0-9]{2})",
    ):
        if found := re.fullmatch(form, text, re.IGNORECASE):
            year = int(found["y"])
            year += (1900 if year >= 69 else 2000) if year < 100 else 0
            return (datetime(year, 3 * int(found["q"]) - 2, 1) - datetime(1970, 1, 1)).total_seconds()
    return float("nan")


def week_start(text: str) -> float:
    """Seconds at which a week of ISO 8601, or a day of it, begins: 2022-W05, 2022-W05-3, 2022W05, KW 5/2022."""
    for form in (
        r"(?P<y>[0-9]{4})[- ]?W(?P<w>[0-9]{1,2})(?:-(?P<d>[1-7]))?",
        r"(?P<y>[0-9]{4})W(?P<w>[0-9]{2})(?P<d>[1-7])",
        r"(?:W|KW|CW|WK|WEEK)[- ]?(?P<w>[0-9]{1,2})(?P<d>)[-/, ]+(?P<y>[0-9]{4})",
    ):
        if found := re.fullmatch(form, text, re.IGNORECASE):
            try:
                day = datetime.fromisocalendar(int(found["y"]), int(found["w"]), int(found["d"] or 1))
            except ValueError:  # a week that this year has not
                break
            return (day - datetime(1970, 1, 1)).total_seconds()
    return float("nan")


def duration_seconds(text: str, unit_of_pairs: int = 60) -> float:
    """Seconds of a duration; ``26:10`` is in units of 60 s (hours and minutes) or 1 s (minutes and seconds)."""
    if found := CLOCK.fullmatch(text):
        days, sign, first, second, third, fraction = found.groups()
        seconds = float(int(first) * 60 + int(second))
        if third is not None:
            seconds = seconds * 60 + int(third)
        elif fraction is None:
            seconds *= unit_of_pairs
        seconds += float(f"0.{fraction or 0}")
        return int(days or 0) * 86400 + (-seconds if sign in {"-", "\u2212"} else seconds)
    if found := ISO_DURATION.fullmatch(text) or SPELT_DURATION.fullmatch(text.lower()):
        sign, *counts = found.groups()
        if any(counts):
            seconds = sum(float((n or "0").replace(",", ".")) * span for n, span in zip(counts, SPANS, strict=True))
            return -seconds if sign in {"-", "\u2212"} else seconds
    return float("nan")
