"""What a run costs besides its models: two workers, 60 random trials of a 30 ms model, against the ideal time."""

import tempfile
import time
from pathlib import Path

from tests.helpers.runs import Listened, function_setup

TRIALS, WORKERS, BOUND = 60, 2, 1.25


def measure():
    """Wall time from Run to the end, over the sum of fit times divided by the workers."""
    with tempfile.TemporaryDirectory() as folder, Listened() as run:
        run.runner.create(Path(folder) / "busy.study", function_setup("busy", trials=TRIALS, workers=WORKERS))
        run.opened()
        run.runner.warm()
        time.sleep(4)
        begun = time.perf_counter()
        run.runner.start()
        run.until_state("ended")
        wall = time.perf_counter() - begun
        ideal = sum(one.seconds for one in run.ended_trials()) / WORKERS
        run.close()
    return wall / ideal


def main():
    """Print the median of three runs."""
    ratios = sorted(measure() for _ in range(3))
    print(f"run overhead: wall / ideal = {ratios[1]:.3f} (bound {BOUND}; runs {', '.join(f'{r:.3f}' for r in ratios)})")


if __name__ == "__main__":
    main()
