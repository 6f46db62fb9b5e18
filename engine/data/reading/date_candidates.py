"""Which formats the texts of a column may be in, judged by a few of them and by what the column is called."""

from __future__ import annotations

import re
from collections import Counter

from engine.data.reading.date_shapes import LOOSE, SPAN, format_of

_DATE = "date datum fecha data dato day tag jour dia giorno dag time zeit when dt ymd yyyymmdd period dob"
_MONTH = "month monat mois mes mese maand month ym yyyymm yearmonth period periode monthid jahrmonat"
_CODE = "id code nr no num number nummer key sku zip plz phone tel account konto isbn ean"
_CLOCK = "uhr uhrzeit clock timeofday tageszeit klokslett"
_HOUR = "time zeit hour hora heure ora tijd tid godzina cas hours"
_SCORE = (
    "score scores result results ergebnis resultat resultado ratio odds scale set sets tore goals verhältnis aspect"
)
_DURATION = "duration dauer durée duree duración duracion durata elapsed runtime laufzeit fahrzeit"
_MINUTES = "lap laps pace split track song length länge laenge mmss"

_BIRTH = "birth birthday birthdate born dob geburt geburtsdatum geburtstag geboren naissance nacimiento nascita"

_FEWEST, _FEW = 12, 50  # texts after which a column is given up, twice: guesses
_MANY_TIMES = 20  # different ones, which is more than ratios and results have; a guess
_LEAST = 0.4  # share of texts with a form of a date below which a column is something else
_LEAST_OF_FEW = 0.25  # share of the first _FEW texts: a guess
_CLOCKS = re.compile(r"%H(?::|h| h |\.)%M.*")


def candidates(texts: list[str], name: str) -> list[str]:
    """The templates of :func:`date_shapes.format_of` in a sample of a column, the most frequent first."""
    # A column of words or numbers is known by a few of them.
    for few, least in ((_FEWEST, 0.0), (_FEW, _LEAST_OF_FEW)):
        some = texts[:: max(1, len(texts) // few)]
        if sum(map(bool, map(format_of, some))) <= least * len(some):
            return []
    forms = {text: format_of(text) for text in dict.fromkeys(texts)}
    cells = Counter(forms[text] for text in texts)
    return agreed(cells, forms, name) if len(texts) - cells[""] >= _LEAST * len(texts) else []


def agreed(cells: Counter[str], forms: dict[str, str], name: str) -> list[str]:
    """The templates that go together, those of plain numbers only where everything speaks for them.

    ``cells`` counts those of each template, ``forms`` has the template of each text.
    """
    loose = [form for form in cells if form in LOOSE]
    firm = [form for form, _ in cells.most_common() if form and form not in LOOSE]
    if "duration" in firm or "minutes:seconds" in firm:
        firm = [form for form in firm if form != SPAN]
    if not firm:
        return loose if len(loose) == 1 and _speaks_for(loose[0], forms, name) else []
    if SPAN in firm:
        return []
    if sum(cells[form] for form in loose) <= sum(cells[form] for form in firm):
        firm += [form for form in loose if form == "%Y%m%d"]
    kinds = Counter[str]()
    for form in firm:
        kinds[_kind(form)] += cells[form]
    firm = [form for form in firm if _kind(form) == kinds.most_common(1)[0][0]]
    if _kind(firm[0]) == "time":
        texts = {text for text, form in forms.items() if form in firm}
        if named(name, _SCORE) and not any(text.count(":") > 1 for text in texts) and not _are_times_of_day(texts):
            return []  # as in 2:1
        return _of_times(firm, name)
    return [] if firm == ["%Y-%m"] and _are_seasons(forms) else firm


def _kind(form: str) -> str:
    return (
        "time"
        if form in {"duration", "minutes:seconds", SPAN} or not re.search("%[Yy]|@|ISO|quarter|week", form)
        else "date"
    )


def _of_times(firm: list[str], name: str) -> list[str]:
    """Times of day, or durations where one text, or the name, can be nothing else."""
    of_day = [form for form in firm if form not in {"duration", "minutes:seconds"}]
    clocks = [form for form in of_day if _CLOCKS.fullmatch(form) and "." not in form[:3] and "h" not in form]
    if "minutes:seconds" in firm or (named(name, _MINUTES) and clocks == of_day):
        return ["minutes:seconds"]
    if "duration" in firm or (named(name, _DURATION) and clocks == of_day):
        return ["duration"]
    return of_day


def _speaks_for(form: str, forms: dict[str, str], name: str) -> bool:
    """Whether numbers of this form are dates or times: all are, and their count or the name makes chance unlikely."""
    known = {text for text, one in forms.items() if one == form}
    if any(one != form and re.search("[1-8]", text) for text, one in forms.items()):
        return False
    if form == "%H.%M":
        return _is_clock(known, name)
    if form == "%m.%Y":
        return len(known) > 1 and any(text.startswith("0") for text in known)
    if form == "%Y%m":
        return len(known) > 1 and named(name, _MONTH)
    if named(name, _DATE):
        return len(known) >= 3
    return len(known) >= 10 and not named(name, _CODE)


def _are_times_of_day(texts: set[str]) -> bool:
    """Whether texts are like 09:05 and 23:58 throughout, as no scores are, whatever the column is called."""
    padded = all(re.fullmatch("([01][0-9]|2[0-3]):[0-5][0-9]", text) for text in texts)
    late = max((int(text[-2:]) for text in texts), default=0) if padded else 0
    return padded and len(texts) >= _MANY_TIMES and late >= 50 and any(text.startswith("0") for text in texts)


def _is_clock(texts: set[str], name: str) -> bool:
    """Whether ``0.00``, ``1.01``, ``23.58`` are hours and minutes: numbers would have minutes past 59 soon."""
    minutes = {int(text.partition(".")[2]) for text in texts}
    if named(name, _CLOCK):
        return len(texts) >= 3
    if named(name, _HOUR):
        return len(minutes) >= 10 and max(minutes) >= 45
    hours = {int(text.partition(".")[0]) for text in texts}
    return len(minutes) >= 30 and max(minutes) >= 55 and len(hours) >= 12


def is_named_clock(name: str) -> bool:
    """Whether a column's name leaves no doubt that it holds times of day."""
    return named(name, _CLOCK)


def is_named_birth(name: str) -> bool:
    """Whether a column is named for days of birth, which lie in the past."""
    return named(name, _BIRTH)


def named(name: str, words: str) -> bool:
    """Whether one of the ``words`` is in a column's name, written in whatever case."""
    parts = re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))
    return bool({part.lower() for part in parts} & set(words.split()))


def _are_seasons(forms: dict[str, str]) -> bool:
    """Whether all of two or more texts are like 2009-10, the year from 2009 to 2010."""
    pairs = [text.split("-") for text, form in forms.items() if form == "%Y-%m"]
    return len(pairs) > 1 and all(int(after) == (int(year) + 1) % 100 for year, after in pairs)
