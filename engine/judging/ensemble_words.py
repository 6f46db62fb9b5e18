"""What an ensemble of trials is worth, in sentences: the same on the page, in the terminal and with an export."""

from __future__ import annotations

from engine.judging.ensemble import Ensemble
from engine.wording import counted, number_text, score_text

PLAIN = "An ensemble of these trials"


def ensemble_finding(found: Ensemble) -> tuple[str, str]:
    """Who it is about and what was found: together one sentence, without its stop."""
    if len(found.members) < 2:
        return PLAIN, f"would be trial {found.members[0][0]} alone"
    if not found.helps:
        return PLAIN, f"is not known to be better than the best one alone: {_gain(found)}"
    return f"An ensemble of {counted(len(found.members), 'trial')}", f"beats the best one alone by {_gain(found)}"


def ensemble_sentence(found: Ensemble) -> str:
    """Both scores on rows that chose neither, and what follows."""
    if len(found.members) < 2:
        return f"No mean of trial {found.best} with another of the {found.candidates} best has a better score."
    fresh, single = (score_text(one, found.standard_error) for one in (found.fresh_score, found.fresh_best_score))
    said = f"On rows that chose neither, the ensemble scores {fresh} and the best trial alone {single}."
    if found.helps:
        return said
    return f"{said} That is no clear difference, and one model is simpler."


def members_sentence(found: Ensemble) -> str:
    """How much each member counts, and how they were chosen."""
    parts = [f"trial {number} ({100 * weight:.0f} %)" for number, weight in found.members]
    return (
        f"The mean of {', '.join(parts)}. Greedy selection with replacement among the best {found.candidates} trials "
        "(Caruana et al. 2004); for each fold the ensemble and the best trial were chosen on the others."
    )


def ensemble_caution(found: Ensemble) -> str:
    """What whoever takes it is told where it does not help; empty where it does."""
    return "" if found.helps else f"{' '.join(ensemble_finding(found))}."


def _gain(found: Ensemble) -> str:
    """The difference with its interval; above zero the ensemble is better, whatever the direction of the metric."""
    low, high = number_text(found.low, 2), number_text(found.high, 2)
    return f"{number_text(found.gain, 2)}, 90 % interval {low} to {high}"
