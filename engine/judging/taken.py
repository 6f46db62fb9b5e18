"""The trial that a person took in place of the search's best: what later exports and predictions are of."""

from __future__ import annotations

import time
from collections.abc import Sequence

from engine.events import FindingRecorded
from engine.trials import History

TAKEN = "trial_taken"
"""The kind of finding."""


def taken_finding(number: int, history: History, by: str) -> FindingRecorded:
    """The decision for trial ``number`` in place of the best one now, by the window, the command line or Python."""
    values = {"trial": number, "instead_of": history.best_number(), "by": by}
    return FindingRecorded(TAKEN, time.time(), values)


def taken_trial(findings: Sequence[FindingRecorded], history: History) -> int | None:
    """The trial that was taken last, *None* where none was.

    The decision holds while the search's best is the one that it was taken in place of.
    """
    for finding in reversed(findings):
        if finding.kind == TAKEN:
            number, before = finding.values.get("trial"), finding.values.get("instead_of")
            holds = before == history.best_number() and isinstance(number, int) and 0 <= number < len(history)
            return number if holds and bool(history.eligible[number]) else None
    return None
