"""Lines at the end of a table that are no data: totals, sources, notes, numbers of rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import fmean, median

from engine.data.reading.body import LINE, Body, Row, filled
from engine.data.reading.cells import cell_kind, cell_values

_TOTALS = frozenset(
    """
    total totals sum sums subtotal grand-total all overall summe gesamt insgesamt
    gesamtsumme zusammen totaal totale somme suma totaux soma summa summe: total: sum:
    totalt i-alt yhteensä összesen celkem razem ogółem spolu ukupno skupaj toplam итого
    всего σύνολο 合计 总计 合計 總計 合计: 합계 총계 σ ∑ Σ
    """.split()  # noqa: SIM905 - a list of words reads best as one text
)
_STATISTICS = frozenset(
    """
    mean average avg avg. median min max minimum maximum mittelwert mittel durchschnitt
    moyenne média media promedio gemiddelde medel medelvärde gjennomsnitt gennemsnit średnia
    průměr átlag ortalama среднее 平均 평균 count n std stdev sd
    """.split()  # noqa: SIM905 - a list of words reads best as one text
)
_NOTES = re.compile(
    r"(?:sources?|quellen?|note[sn]?|notiz|anmerkung(?:en)?|hinweise?|bron|fuente|fonte|källa|kilde|remarks?|legende?|stand"
    r"|(?:last )?updated|downloaded|exported|generated|created|copyright|disclaimer|data from|see also|abbreviations?"
    r"|erstellt|exportiert|zdroj|źródło|источник|end of (?:file|report|data)|eof|\d+ rows?|注|资料来源|出典)\b"
    r"|©|\(c\)|\(\d[\d,. ]* rows?|\*|†|‡",
    re.IGNORECASE,
)
_SPARSE = 0.6  # share of the usual number of filled cells below which a row is no full one (a guess)
_TOLERANCE = 0.005  # of the sums of rounded numbers
_FAR = 3.0  # how many times the largest number seen a total of a long table is at least (a guess)


def find_bottom(
    top: Sequence[Row], bottom: Sequence[Row], first: int, body: Body, complete: bool
) -> tuple[int, list[str]]:
    """The number of records at the end that hold anything but no data, and a sentence on them.

    ``first`` is the record of ``top`` in which the data begin, which holds the whole table where it is ``complete``.
    """
    rows = [list(row) for row in (top[first:] if complete else bottom)]
    if rows and [cell for cell in rows[-1] if cell.strip()] == ["\x1a"]:  # how DOS ended files
        kept, said = find_bottom(top[: len(top) - 1] if complete else top, bottom[:-1], first, body, complete)
        return kept + 1, said
    end = len(rows)
    notes: list[Row] = []
    while end > 1:
        row = rows[end - 1]
        if not filled(row):
            end -= 1
        elif _is_note(row, rows[: end - 1], body):
            notes.insert(0, row)
            end -= 1
        else:
            break
    above = rows if complete else [*map(list, top[first:]), *rows]
    seen = above[: end if complete else len(above) - len(rows) + end]
    totals, doubt = _totals(seen, body, complete, bool(notes) or end < len(rows))
    left_out = [*totals, *notes]
    if not left_out:
        return 0, [doubt] if doubt else []
    shown = "; ".join(_text(row) for row in left_out[:3]) + ("; …" if len(left_out) > 3 else "")
    if len(left_out) == 1:
        return 1, [f"The last {LINE} ({shown}) is not data and is left out."]
    return len(left_out), [f"The last {len(left_out)} {LINE}s ({shown}) are not data and are left out."]


def _text(row: Row) -> str:
    text = ", ".join(cell.strip() for cell in row if cell.strip())
    return text if len(text) <= 40 else text[:39] + "…"


def _is_note(row: Row, above: Sequence[Row], body: Body) -> bool:
    """Whether a row holds words where the table has values, or one text and nothing else."""
    places = [place for place, cell in enumerate(row) if cell.strip()]
    first = row[places[0]].strip()
    named = _NOTES.match(first) is not None
    same, other = body.agreement(row)
    before_blank = bool(above) and not filled(above[-1])
    short = len(row) < body.width or len(places) < _SPARSE * body.filled
    if len(places) == 1:
        if named and (before_blank or len(row) < body.width):
            return True
        if body.filled < 2 or (cell_kind(first) != "word" and not named):
            return False
        if any(places[0] < len(other) and other[places[0]].strip() == first for other in above):
            return False  # a label of the column, in a row with gaps
        inside = above[: (len(above) + 1) // 2]  # the rest may be notes as well
        return named or first.startswith("-") or sum(filled(other) == 1 for other in inside) <= 0.02 * len(inside)
    if same:
        return False
    return (other > 0 and (named or before_blank or (other >= 2 and short))) or (named and short and not body.typed)


def _totals(rows: list[list[str]], body: Body, complete: bool, more: bool) -> tuple[list[list[str]], str]:
    """The rows at the end that sum up those above, and a sentence where the last one only says so."""
    found: list[list[str]] = []
    while rows:
        blank = 0
        while blank < len(rows) and not filled(rows[-1 - blank]):
            blank += 1
        data, row = rows[: len(rows) - blank - 1], rows[len(rows) - blank - 1] if blank < len(rows) else []
        word = _total_word(row, body)
        if len(data) < 2 or not word:
            break
        apart = not filled(data[-1])
        while len(data) > 2 and (not filled(data[-1]) or _total_word(data[-1], body)):
            data = data[:-1]  # sums above means are no data either
        if not _sums_up(row, data, body, complete) and not (word in _TOTALS and (apart or _alone(row, data, body))):
            return (
                found,
                f"The last {LINE} begins with {_text(row)!r} but does not sum up the others; it counts as data.",
            )
        found.insert(0, row)
        rows = rows[: len(rows) - blank - 1]
    return found, ""


def _total_word(row: Row, body: Body) -> str:
    """The word by which a row says that it sums up others; empty for rows that do not."""
    for place, cell in enumerate(row):
        text = cell.strip().lower().rstrip(":")
        if not text:
            continue
        if cell_kind(cell) != "word":
            return ""
        word = next((word for word in (text.replace(" ", "-"), text.split()[0]) if word in _TOTALS | _STATISTICS), "")
        if word and (place >= body.width or body.count(place, cell) <= 1):
            return word
    return ""


def _alone(row: Row, data: Sequence[Row], body: Body) -> bool:
    """Whether a row's word stands once in its column, and its other columns of words are empty, unlike those above."""
    words = [place for place, kind in enumerate(body.kinds) if kind not in {"number", ""}]
    others = [place for place in words if place < len(row) and row[place].strip()]
    usual = [
        place
        for place in words
        if sum(place < len(other) and bool(other[place].strip()) for other in data) > 0.9 * len(data)
    ]
    return len(usual) > 1 and len(others) <= 1


def _sums_up(row: Row, data: Sequence[Row], body: Body, complete: bool) -> bool:
    """Whether most numbers of a row are sums, means or the like of those above; of a long table, far above them."""
    right = wrong = 0
    for place in body.typed:
        if body.kinds[place] != "number" or place >= len(row) or not row[place].strip():
            continue
        above = [
            cell_values(other[place]) for other in data if place < len(other) and cell_kind(other[place]) == "number"
        ]
        good = any(
            _is_statistic(value, [values[min(habit, len(values) - 1)] for values in above if values], complete)
            for habit, value in enumerate(cell_values(row[place]))
        )
        right, wrong = right + good, wrong + (not good)
    return right > 0 and right >= wrong


def _is_statistic(value: float, numbers: list[float], complete: bool) -> bool:
    if len(numbers) < 2:
        return False
    if not complete:
        return min(numbers) >= 0 and value >= _FAR * max(numbers) > 0
    near = _TOLERANCE * max(abs(value), max(map(abs, numbers)) / len(numbers) ** 0.5)
    wanted = [sum(numbers), fmean(numbers), median(numbers), min(numbers), max(numbers), float(len(numbers))]
    return any(abs(value - other) <= near for other in wanted)
