"""What a trial of a person's own script costs over calling its objective in a loop: messages, the file, the search.

Three hyperparameters are asked for, five steps reported, and the pruner is asked after each. The loop is that of the
same file, with a trial that answers at once.
"""

import statistics
import tempfile
import time
from pathlib import Path

from engine.objectives.permissions import grant_permission
from engine.setup import Budget, Strategy, replace
from engine.study import suggest_script_setup
from tests.benchmarks._limits import judge, run_all
from tests.helpers.runs import Listened

TRIALS, MOST_MILLISECONDS = 400, 5.0
SCRIPT = """
def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    y = trial.suggest_float("y", 1e-5, 1, log=True)
    n = trial.suggest_int("n", 1, 9)
    for step in range(5):
        trial.report(x * x + step, step)
        if trial.should_prune():
            raise RuntimeError("nobody prunes here")
    return x * x + y * n
"""


class Answering:
    """A trial that says the same at once."""

    def suggest_float(self, name, low, high, log=False):
        return high

    def suggest_int(self, name, low, high):
        return high

    def report(self, value, step):
        pass

    def should_prune(self):
        return False


def seconds_in_a_loop():
    """One call of the objective, in seconds."""
    names = {}
    exec(compile(SCRIPT, "train.py", "exec"), names)
    begun = time.perf_counter()
    for _ in range(TRIALS):
        names["objective"](Answering())
    return (time.perf_counter() - begun) / TRIALS


def seconds_in_a_study():
    """One trial, in seconds: the median distance between ends of trials, loading aside."""
    with tempfile.TemporaryDirectory() as folder, Listened() as run:
        script = Path(folder) / "train.py"
        script.write_text(SCRIPT, encoding="utf-8")
        setup = suggest_script_setup(script)
        budget = Budget(trials=TRIALS, workers=1)
        grant_permission(setup.objective, Path(folder) / "a.study")
        run.runner.create(Path(folder) / "a.study", replace(setup, strategy=Strategy("random"), budget=budget))
        run.opened()
        ends, begun = [], time.perf_counter()
        run.runner.start()
        while len(ends) < TRIALS:
            run.until(lambda one: type(one).__name__ == "TrialEnded", 300)
            run.heard.clear()
            ends.append(time.perf_counter() - begun)
        run.close()
    half = TRIALS // 2
    return statistics.median(b - a for a, b in zip(ends[half:], ends[half + 1 :], strict=False)), (
        ends[-1] - ends[half]
    ) / (TRIALS - 1 - half)


def main():
    """Print both, and the limit on the mean."""
    loop, (median, mean) = seconds_in_a_loop(), seconds_in_a_study()
    over = 1e3 * (mean - loop)
    print(
        f"a script's trial: {over:.2f} ms over a loop ({1e3 * loop:.3f} ms), median {1e3 * median:.2f} ms"
        f"{judge('a script trial in ms', over, MOST_MILLISECONDS)}"
    )


if __name__ == "__main__":
    raise SystemExit(run_all({"scripts": main}))
