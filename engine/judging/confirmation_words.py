"""A confirmation in sentences: the same on the page, in the terminal and in a report."""

from __future__ import annotations

import datetime

from engine.judging.confirmation import Confirmation, ConfirmedRow
from engine.judging.holdout import HoldoutLook
from engine.wording import counted, listed, number_text, score_text


def headline(found: Confirmation) -> str:
    """What has been confirmed, in one sentence that follows its score."""
    top = found.winner
    if found.best != 0:
        first = found.rows[0].candidate.title
        return f"on fresh folds: {top.candidate.title} is better than {first}, the best of the search"
    rivals = [row for row in found.rows[1:] if row.candidate.kind == "trial" and row.fits and not row.verdict]
    above = [row for row in found.rows[1:] if row.verdict == "better"]
    if above:
        return f"on fresh folds: {above[0].candidate.title} is better than {top.candidate.title}"
    if not rivals:
        return f"on fresh folds: {top.candidate.title} holds"
    others = "one other" if len(rivals) == 1 else f"{len(rivals)} others"
    return f"on fresh folds: {top.candidate.title} holds; {others} cannot be told from it"


def paragraph(found: Confirmation) -> str:
    """What the fits say, and of what they cannot tell apart."""
    first = found.rows[0]
    said = []
    if first.candidate.search_score is not None:
        reported = score_text(first.candidate.search_score, first.standard_error)
        said.append(f"The search reported {reported} for {first.candidate.title}.")
        gap = found.optimism or 0.0
        luck = (
            f": being the best owed {number_text(gap, 2)} to luck"
            if gap > 0.1 * first.standard_error
            else ": it owed nothing to luck"
        )
        times = counted(first.fits, "time")
        said.append(f"Trained {times} more, on fresh folds, it scores {_score(first)}{luck}.")
    baselines = [row for row in found.rows if row.candidate.kind == "baseline" and row.fits]
    alike = [f"{row.candidate.title} ({_score(row)})" for row in baselines if not row.verdict]
    better = [f"{row.candidate.title} ({_score(row)})" for row in baselines if row.verdict == "better"]
    worse = [row.candidate.title for row in baselines if row.verdict == "worse"]
    if better:
        said.append(f"Better than it: {listed(better)}, which took no search at all.")
    if alike:
        said.append(f"These fits do not tell it from {listed(alike)}.")
    if worse:
        said.append(f"Worse: {listed(worse)}.")
    broken = [row for row in found.rows if row.failed]
    if broken:
        said.append(f"{_at_start(broken[0])} failed: {broken[0].reason}")
    return " ".join(said)


def suggestion(found: Confirmation) -> str:
    """What to do with it."""
    pick, top = found.rows[found.suggested], found.winner
    if found.suggested != found.best:
        return (
            f"{_at_start(pick)} is the quickest within one standard error of "
            f"the best: {number_text(pick.seconds, 2)} s a fit in place of {number_text(top.seconds, 2)} s."
        )
    return f"{_at_start(top)} is the one to take: none is as good and quicker."


def remark(found: Confirmation) -> str:
    """How it was done, for the corner of the card."""
    repeats = max((row.fits for row in found.rows), default=0) // max(1, found.plan.folds)
    comparisons = counted(len(found.rows) - 1, "comparison")
    times = counted(repeats, "time")
    which = "folds" if found.plan.draws_folds else "folds of the search, as time has no others"
    return f"{times} {found.plan.folds} {which} · corrected for overlapping folds, and for {comparisons}"


def holdout_sentence(look: HoldoutLook) -> str:
    """What the holdout said."""
    error = (look.high - look.low) / 4  # about a standard error
    interval = f"95 % interval {score_text(look.low, error)} to {score_text(look.high, error)}"
    score, rows = score_text(look.score, error), f"{len(look.rows):,} rows that the search had never seen"
    if look.classes and look.metric == "accuracy":
        return f"{look.right:,} of {rows} were right: {score}, {interval}."
    return f"On {rows} {look.title} scores {score}, {interval}."


def used_up_sentence(looks: int, look: HoldoutLook) -> str:
    """What later looks are told."""
    day = datetime.datetime.fromtimestamp(look.time, datetime.UTC).astimezone().strftime("%Y-%m-%d %H:%M")
    if looks == 1:
        return f"Opened on {day} by {look.by}. Later scores on these rows are no longer honest."
    return f"Opened {looks} times, first on {day} by {look.by}: later scores on these rows are no longer honest."


def _at_start(row: ConfirmedRow) -> str:
    title = row.candidate.title
    return title[:1].upper() + title[1:]


def _score(row: ConfirmedRow) -> str:
    return f"{score_text(row.score, row.standard_error)} ± {number_text(row.standard_error, 2)}"


def optimism_words(look: HoldoutLook) -> str:
    """How far the score on the holdout lies from what had been reported."""
    error = (look.high - look.low) / 4
    said = []
    for value, who in ((look.reported, "The search had reported"), (look.fresh, "fresh folds")):
        if value is None:
            continue
        gap = value - look.score
        which = "more" if gap > 0 else "less"
        inside = "inside" if look.low <= value <= look.high else "outside"
        by = f"{number_text(abs(gap), 2)} {which}, {inside} the interval" if gap else "the same"
        said.append(f"{who} {score_text(value, error)} ({by})")
    return f"{', '.join(said)}." if said and look.reported is not None else ""


def others_sentence(look: HoldoutLook) -> str:
    """The baselines that were judged in the same opening."""
    error = (look.high - look.low) / 4
    known = [f"{name} {score_text(score, error)}" for name, score in look.others if score is not None]
    return f"Scored in the same opening: {listed(known)}. Choosing by these rows would spoil them." if known else ""
