"""What a race found: frozen arrays for verdicts and plots, and the board on which results are noted as they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.racing.entrants import Entrant
from engine.racing.messages import Ended, Row
from engine.trials import Direction


@dataclass(frozen=True, slots=True)
class Race:
    """A race of k strategies with r repeats of n trials, so far. What has not come yet is NaN.

    ``scores`` (k, r, n) are the trials' scores, NaN where one failed. ``best_so_far`` (k, r, n) is the value of the
    best trial so far: on a model without the noise of the scores that chose it. ``final`` (k, r) is what a verdict
    rests on: that of the whole search, or the score on the rows set aside for the race (``is_held_out``).

    ``seconds`` and ``search_seconds`` (k, r, n) were spent on training and on choosing, ``fits`` (k, r, n) counts
    trainings, ``configurations`` are k lists of r lists, ``done`` (k, r) says which searches are over. ``quality`` is
    the leave-one-out R² of a model of ``modelled`` trials, *None* for the objective. ``remarks`` are sentences about
    single strategies.
    """

    entrants: tuple[Entrant, ...]
    direction: Direction
    repeats: int
    trials: int
    scores: np.ndarray
    best_so_far: np.ndarray
    final: np.ndarray
    seconds: np.ndarray
    search_seconds: np.ndarray
    fits: np.ndarray
    configurations: tuple[tuple[tuple[dict[str, object], ...], ...], ...]
    done: np.ndarray
    quality: float | None
    is_held_out: bool
    remarks: tuple[str, ...] = ()
    modelled: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The strategies as they were written."""
        return tuple(one.name for one in self.entrants)

    @property
    def titles(self) -> tuple[str, ...]:
        """The strategies as a person reads them."""
        return tuple(one.short_title for one in self.entrants)

    @property
    def is_whole(self) -> bool:
        """Whether every search came to its end."""
        return bool(self.done.all())

    @property
    def finished_trials(self) -> int:
        """How many trials have come to an end."""
        return sum(len(one) for repeats in self.configurations for one in repeats)


class Board:
    """Notes rows as they come. For one thread; :meth:`race` gives an independent record of the moment."""

    def __init__(
        self,
        entrants: Sequence[Entrant],
        direction: Direction,
        repeats: int,
        trials: int,
        *,
        quality: float | None = None,
        is_held_out: bool = False,
        remarks: tuple[str, ...] = (),
        modelled: int = 0,
    ) -> None:
        self._about = tuple(entrants), direction, repeats, trials
        self._more = quality, is_held_out, remarks, modelled
        self._sign = 1.0 if direction == "minimize" else -1.0
        shape = len(self._about[0]), repeats, trials
        self._arrays = {name: np.full(shape, np.nan) for name in ("score", "best", "seconds", "search", "fits")}
        self._held = np.full(shape[:2], np.nan)
        self._done = np.zeros(shape[:2], dtype=bool)
        self._params: list[list[list[dict[str, object]]]] = [[[] for _ in range(repeats)] for _ in self._about[0]]
        self._leads: dict[tuple[int, int], tuple[float, float]] = {}  # by search: told loss and value of its best

    def note(self, row: Row) -> None:
        """A trial has ended."""
        at, cell = (row.place, row.repeat), (row.place, row.repeat, row.number)
        if row.score is not None and row.state == "complete":
            self._arrays["score"][cell] = row.score
            value = row.score if row.judged is None else row.judged
            if at not in self._leads or self._sign * row.score < self._leads[at][0]:
                self._leads[at] = self._sign * row.score, value
        self._arrays["best"][cell] = self._leads[at][1] if at in self._leads else np.nan
        self._arrays["seconds"][cell], self._arrays["search"][cell] = row.seconds, row.search_seconds
        self._arrays["fits"][cell] = row.fits
        self._params[row.place][row.repeat].append(row.params)

    def end(self, ended: Ended) -> None:
        """A search has ended; where it did so early, its best so far stays."""
        at = ended.place, ended.repeat
        count = len(self._params[ended.place][ended.repeat])
        if at in self._leads:
            self._arrays["best"][at][count:] = self._leads[at][1]
        self._held[at] = np.nan if ended.judged is None else ended.judged
        self._done[at] = True

    def race(self) -> Race:
        """The race so far."""
        entrants, direction, repeats, trials = self._about
        quality, is_held_out, remarks, modelled = self._more
        last = np.full(self._held.shape, np.nan)
        for at, (_, value) in self._leads.items():
            last[at] = value if self._done[at] else np.nan
        found = {name: values.copy() for name, values in self._arrays.items()}
        return Race(
            entrants,
            direction,
            repeats,
            trials,
            found["score"],
            found["best"],
            self._held.copy() if is_held_out else last,
            found["seconds"],
            found["search"],
            found["fits"],
            tuple(tuple(tuple(one) for one in repeats_) for repeats_ in self._params),
            self._done.copy(),
            quality,
            is_held_out,
            remarks,
            modelled,
        )
