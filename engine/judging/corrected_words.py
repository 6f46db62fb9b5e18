"""What the best score is worth, in sentences: the same on the page, in the terminal and in a report."""

from __future__ import annotations

from engine.judging.corrected import CorrectedScore
from engine.wording import number_text, score_text


def worth_sentence(found: CorrectedScore) -> str:
    """The score with the luck of the choice taken out."""
    if found.trials < 2:
        return f"A single trial owes nothing to the luck of a choice: {_band(found)}."
    return f"Without the luck of choosing the best of {found.trials:,} trials it is worth {_band(found)}."


def optimism_sentence(found: CorrectedScore) -> str:
    """By how much the best score flatters, and how clear the choice is."""
    if found.trials < 2:
        return ""
    share = f"it stays the best in {100 * found.chosen:.0f} % of draws of the rows"
    if found.optimism < 0.1 * found.standard_error:
        return f"Being the best owes next to nothing to luck: {share}."
    return f"Being the best owes about {number_text(found.optimism, 2)} to luck: {share}."


def _band(found: CorrectedScore) -> str:
    low, high = (score_text(one, found.standard_error) for one in (found.low, found.high))
    return (
        f"{score_text(found.score, found.standard_error)} ± {number_text(found.standard_error, 2)}, "
        f"90 % interval {low} to {high}"
    )
