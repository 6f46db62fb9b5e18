"""What guessing comes to: plain numbers, without the libraries that find them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guess:
    """The score of guessing, as trials are scored (mean over folds); ``rows`` train in the first fold."""

    score: float
    rows: int
