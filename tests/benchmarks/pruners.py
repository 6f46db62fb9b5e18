"""What a decision of each pruner costs at 10,000 trials: at most 100 µs of processor time (issue: pruners on steps)."""

from __future__ import annotations

import sys
import time

from engine import pruners
from engine.events import StateName, StepReported, TrialEnded, TrialStarted
from engine.space import Float, SearchSpace
from engine.trials import Curves, History
from tests.benchmarks._limits import judge, run_all

TRIALS, STEPS, FRESH, WARM = 10_000, 20, 100, 10
MOST = 100.0  # microseconds


class Study:
    """So many trials that are over, and further ones to be judged."""

    def __init__(self, trials: int) -> None:
        self.history, self.curves = History(SearchSpace({"x": Float(0.0, 1.0)})), Curves()
        for trial in range(trials):
            number = self.start((trial * 0.618) % 1.0)
            for step in range(1, 1 + (STEPS if trial % 3 == 0 else 1 + trial % STEPS)):
                self.report(number, (trial * 0.618) % 1.0, step)
            self.end(number, "complete" if trial % 3 == 0 else "pruned")

    def start(self, level: float) -> int:
        """Start a trial; its number."""
        number = len(self.history)
        self.history.apply(TrialStarted(number, {"x": level % 1.0}, 0.0))
        return number

    def report(self, number: int, level: float, step: int) -> None:
        """One step of a curve that falls to ``level``."""
        self.curves.apply(StepReported(number, step, {"val_loss": level + 1.0 / step}))

    def end(self, number: int, state: StateName) -> None:
        """End a trial."""
        self.history.apply(TrialEnded(number, state, 0.0, 0.0, (0.5,) if state == "complete" else ()))


def seconds_each(name: str, study: Study) -> float:
    """Processor seconds of one decision at each step of trials that start, end and are learned of, as in a run.

    Those of the first trials do not count: a run that has come to 10,000 trials paid them one by one.
    """
    options = {"upper": 5.0} if name == "threshold" else {}
    pruner, seconds = pruners.make(name, options), 0.0
    for trial in range(WARM + FRESH):
        level = 0.3 + (trial * 0.618) % 0.4
        number = study.start(level)
        for step in range(1, STEPS):
            study.report(number, level, step)
            begun = time.process_time()
            pruner.decide(study.history, study.curves, number)
            seconds += (time.process_time() - begun) * (trial >= WARM)
        study.end(number, "pruned")
    return seconds / (FRESH * (STEPS - 1))


def main() -> None:
    """Print one line a pruner."""
    known = Study(TRIALS)
    for name in pruners.names():
        each = 1e6 * seconds_each(name, known)
        limit = judge(f"a decision of {name}, µs", each, most=MOST)
        print(f"{name:20} {each:6.1f} µs a decision at {TRIALS:,} trials{limit}")


if __name__ == "__main__":
    sys.exit(run_all({"pruners": main}))
