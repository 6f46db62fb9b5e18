"""Why a trial ended, whether pruning it was right, and what pruning has saved."""

from __future__ import annotations

from engine.analysis import Pruning, Summary, pruning_words
from engine.trials import BY_HAND, State
from gui.base.formats import count_text, duration_text
from gui.pages.live.facts_view import Fact


def ending_sentence(summary: Summary) -> str:
    """What ended the trial."""
    if not summary.state.is_finished():
        return "It has not ended yet."
    if summary.reason == BY_HAND:
        return "You stopped it."
    if summary.state == State.COMPLETE:
        return (
            f"{summary.spared} It ran to its end to tell what pruning costs."
            if summary.spared
            else "It ran to its end."
        )
    return summary.reason or "No reason is known."


def judgement(summary: Summary, pruning: Pruning | None) -> str:
    """Whether that was right, as far as trials that were spared tell; empty where it was no pruner on steps."""
    is_pruned = _is_pruned(summary) and not summary.raced
    return pruning_words(pruning) if pruning is not None and (is_pruned or summary.spared) else ""


def ending_facts(summary: Summary, pruning: Pruning | None) -> tuple[Fact, ...]:
    """What pruning has saved so far."""
    is_about = _is_pruned(summary) or summary.spared
    if pruning is None or not is_about or pruning.seconds is None or not pruning.whole:
        return ()
    share = f"{100.0 * pruning.seconds / pruning.whole:.0f} % of the time of {count_text(pruning.pruned, 'trial')}"
    saved = f"{duration_text(pruning.seconds)} of {duration_text(pruning.whole)}"
    return Fact("saved by pruning", share, share), Fact("time saved so far", saved, saved)


def _is_pruned(summary: Summary) -> bool:
    return summary.state == State.PRUNED and summary.reason != BY_HAND
