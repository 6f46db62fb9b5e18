"""When which trial ran: a lane a worker, with the pauses between runs left out."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from engine.analysis.title import Title
from engine.trials import History, State
from engine.wording import counted

PAUSE = 0.05  # of the time in which trials ran: a longer stretch without any is a pause and is left out; a guess
SLOW = 0.25  # of the whole time that the slowest trials are counted for
NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


@dataclass(frozen=True, eq=False)
class Timeline:
    """Trial ``numbers`` (n,) by start, each in a ``lane`` (n,) from 0, from ``start`` to ``end`` (n,) in seconds.

    Seconds count from the first start; ``pauses`` holds where stretches without a trial were cut out, and how long they
    were. ``busy`` is the share of all lanes' time in which a trial ran, ``slowest`` the fewest trials that together
    took a quarter of that. ``goodness`` (n,) is the place of a score among all, 1 for the best, NaN without one.
    """

    numbers: np.ndarray
    lane: np.ndarray
    start: np.ndarray
    end: np.ndarray
    state: np.ndarray
    goodness: np.ndarray
    pauses: tuple[tuple[float, float], ...]
    busy: float
    slowest: tuple[int, ...]

    @property
    def lanes(self) -> int:
        """How many trials ran at once at most."""
        return int(self.lane.max()) + 1 if len(self.lane) else 0

    @property
    def seconds(self) -> float:
        """From the first start to the last end, without pauses."""
        return float(self.end.max()) if len(self.end) else 0.0


def timeline_of(history: History) -> Timeline:
    """The finished trials of which start and duration are known; a trial takes the first lane that is free."""
    known = np.isfinite(history.started) & np.isfinite(history.seconds) & (history.seconds >= 0.0)
    numbers = np.flatnonzero(known & (history.state >= State.COMPLETE))
    numbers = numbers[np.argsort(history.started[numbers], kind="stable")]
    start = history.started[numbers].astype(float)
    end = start + history.seconds[numbers]
    start, end, pauses = _without_pauses(start, end)
    lane = _lanes(start, end)
    took = end - start
    lanes = int(lane.max()) + 1 if len(lane) else 0
    whole = float(end.max()) if len(end) else 0.0
    order = np.argsort(-took, kind="stable")
    need = int(np.searchsorted(np.cumsum(took[order]), SLOW * took.sum())) + 1 if len(took) else 0
    return Timeline(
        numbers,
        lane,
        start,
        end,
        np.array(history.state[numbers]),
        _goodness(history, numbers),
        pauses,
        float(took.sum() / (lanes * whole)) if whole > 0.0 else 0.0,
        tuple(int(numbers[at]) for at in order[:need]),
    )


def timeline_title(found: Timeline) -> Title:
    """How busy the workers were, and whether few trials took much of the time."""
    if not len(found.numbers):
        return Title("No trial has ended yet", "", "", "text")
    lanes = found.lanes
    who = f"{NUMBERS[lanes] if lanes < len(NUMBERS) else f'{lanes:,}'} worker{'s' if lanes != 1 else ''}"
    rest = f"trained {100 * found.busy:.0f} % of {_seconds(found.seconds)}"
    few = len(found.slowest)
    if 3 * few <= SLOW * len(found.numbers):  # a third of what an equal share would be: a guess
        count = NUMBERS[few].lower() if few < len(NUMBERS) else str(few)
        rest += f"; {count} trial{'s' if few != 1 else ''} took a quarter of it"
    remark = "stronger: better score · red: failed"
    if found.pauses:
        left_out = _seconds(sum(length for _, length in found.pauses))
        remark += f" · {counted(len(found.pauses), 'pause')} of {left_out} in all left out"
    return Title(who, rest, remark)


def _seconds(seconds: float) -> str:
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 600:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _without_pauses(
    start: np.ndarray, end: np.ndarray
) -> tuple[np.ndarray, np.ndarray, tuple[tuple[float, float], ...]]:
    """Times from the first start on, long stretches without a trial cut out."""
    if not len(start):
        return start, end, ()
    start, end = start - start[0], end - start[0]
    reach = np.maximum.accumulate(end)
    gaps = np.append(0.0, np.maximum(start[1:] - reach[:-1], 0.0))
    ran = float(end.max() - gaps.sum())
    gaps = np.where(gaps > PAUSE * ran, gaps, 0.0)
    shift = np.cumsum(gaps)
    pauses = tuple((float(start[at] - shift[at]), float(gaps[at])) for at in np.flatnonzero(gaps))
    return start - shift, end - shift, pauses


def _lanes(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """The lowest lane that is free at each start; times that overlap by rounding alone do not need another."""
    lanes, count = np.zeros(len(start), dtype=int), 0
    free: list[int] = []
    running: list[tuple[float, int]] = []
    for at, (begin, until) in enumerate(zip(start.tolist(), end.tolist(), strict=True)):
        while running and running[0][0] <= begin + 1e-6:
            heapq.heappush(free, heapq.heappop(running)[1])
        if free:
            lane = heapq.heappop(free)
        else:
            lane, count = count, count + 1
        lanes[at] = lane
        heapq.heappush(running, (until, lane))
    return lanes


def _goodness(history: History, numbers: np.ndarray) -> np.ndarray:
    losses = np.where(history.state[numbers] == State.COMPLETE, history.losses[numbers], np.nan)
    place = np.full(len(numbers), np.nan)
    known = np.flatnonzero(np.isfinite(losses))
    order = known[np.argsort(-losses[known], kind="stable")]
    place[order] = (np.arange(len(order)) + 1.0) / max(len(order), 1)
    return place
