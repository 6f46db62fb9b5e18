"""A confirmation as the rows of ``plot_decision``."""

from __future__ import annotations

from engine.judging.confirmation import Confirmation, ConfirmedRow
from engine.wording import number_text, score_text
from gui.base.formats import duration_text
from gui.plots.intervals import IntervalRow, IntervalRows


def decision_rows(found: Confirmation, metric: str) -> IntervalRows:
    """Trials first, then the baselines, each compared with the search's best."""
    top = found.winner
    first = found.rows[0].candidate.title
    heads = ("trial", f"{metric} on fresh folds, 95 % interval", f"against {first}", "a fit", "parameters")
    band = sorted((top.score, top.score - found.plan.sign * top.standard_error))
    rows = [_row(found, place) for place in range(len(found.rows)) if found.rows[place].fits]
    return IntervalRows(tuple(rows), heads, (band[0], band[1]))


def foot(found: Confirmation) -> str:
    """What the marks are."""
    return (
        "disc: mean of the fresh fits · upright line: what the search had reported · "
        f"shaded: within one standard error of {found.winner.candidate.title} · gray: baselines"
    )


def _row(found: Confirmation, place: int) -> IntervalRow:
    row = found.rows[place]
    is_trial = row.candidate.kind == "trial"
    score = f"{score_text(row.score, row.standard_error)} ± {number_text(row.standard_error, 2)}"
    said = (score, "") if place == 0 else (_difference(row), row.verdict or "not told apart")
    parameters = "" if row.parameters is None else f"{row.parameters:,}"
    return IntervalRow(
        name=row.candidate.title,
        score=row.score,
        low=row.low,
        high=row.high,
        note=_note(found, place),
        number=row.candidate.number,
        mark=row.candidate.search_score,
        said=said,
        columns=(duration_text(row.seconds), parameters),
        is_grey=not is_trial,
        is_suggested=place == found.suggested,
        is_faded=row.verdict == "worse",
        is_strong=place == found.best,
        counts=is_trial,
    )


def _difference(row: ConfirmedRow) -> str:
    """The lead with its sign, to as many decimals as the error has."""
    return number_text(row.difference, 2) if row.difference else "0"


def _note(found: Confirmation, place: int) -> str:
    if place == found.best and place == 0:
        return "best of the search"
    if place == found.best:
        return "confirmed"
    if place == found.quickest:
        return "quickest"
    if place == found.simplest:
        return "simplest"
    return "best of the search" if place == 0 else ""
