"""What a decision of each pruner costs at 10,000 trials: at most 100 µs of processor time (issue: pruners on steps)."""

from __future__ import annotations

import sys
import time

from engine import pruners
from engine.events import StepReported, TrialEnded, TrialStarted
from engine.space import Float, SearchSpace
from engine.trials import Curves, History
from tests.benchmarks._limits import judge, run_all

TRIALS, STEPS, ASKED = 10_000, 20, 2_000
MOST = 100.0  # microseconds


def study(trials: int) -> tuple[History, Curves, int]:
    """So many trials that are over, and the number of one that runs."""
    history, curves = History(SearchSpace({"x": Float(0.0, 1.0)})), Curves()

    def start(level: float, steps: int) -> int:
        number = len(history)
        history.apply(TrialStarted(number, {"x": level % 1.0}, 0.0))
        for step in range(1, steps + 1):
            curves.apply(StepReported(number, step, {"val_loss": level + 1.0 / step}))
        return number

    for trial in range(trials):
        number = start((trial * 0.618) % 1.0, STEPS if trial % 3 == 0 else 1 + trial % STEPS)
        state = "complete" if trial % 3 == 0 else "pruned"
        history.apply(TrialEnded(number, state, 0.0, 0.0, (0.5,) if state == "complete" else ()))
    return history, curves, start(0.4, 10)


def seconds_each(name: str, history: History, curves: Curves, number: int) -> float:
    """Processor seconds of one decision, once the pruner knows the trials."""
    options = {"upper": 5.0} if name == "threshold" else {}
    pruner = pruners.make(name, options)
    pruner.decide(history, curves, number)
    begun = time.process_time()
    for _ in range(ASKED):
        pruner.decide(history, curves, number)
    return (time.process_time() - begun) / ASKED


def main() -> None:
    """Print one line a pruner."""
    known = study(TRIALS)
    for name in pruners.names():
        each = 1e6 * seconds_each(name, *known)
        limit = judge(f"a decision of {name}, µs", each, most=MOST)
        print(f"{name:20} {each:6.1f} µs a decision at {TRIALS:,} trials{limit}")


if __name__ == "__main__":
    sys.exit(run_all({"pruners": main}))
