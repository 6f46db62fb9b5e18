"""What a run costs besides its models, and what it gains by training small networks together."""

import tempfile
import time
from pathlib import Path

import psutil

from engine.objectives.description import TableObjective
from engine.runner import batching
from engine.setup import Budget, Strategy, StudySetup
from engine.space import Categorical, Float, Int
from tests.benchmarks._limits import judge, run_all
from tests.helpers.runs import Listened, function_setup

TRIALS, WORKERS, BOUND = 60, 2, 1.25
NETWORKS, GAIN = 32, 1.5


def measure():
    """Wall time from Run to the end, over the sum of fit times divided by the workers."""
    with tempfile.TemporaryDirectory() as folder, Listened() as run:
        run.runner.create(Path(folder) / "busy.study", function_setup("busy", trials=TRIALS, workers=WORKERS))
        wall, _ = seconds_of(run)
        ideal = sum(one.seconds for one in run.ended_trials()) / WORKERS
        run.close()
    return wall / ideal


def seconds_of(run):
    """From Run to the end, with the workers ready: by the clock, and of the workers' processors."""
    run.opened()
    run.runner.warm()
    time.sleep(4)
    workers = psutil.Process().children()
    spent = [one.cpu_times() for one in workers]
    begun = time.perf_counter()
    run.runner.start()
    run.until_state("ended", 600)
    wall = time.perf_counter() - begun
    after = [one.cpu_times() for one in workers]
    return wall, sum(b.user + b.system - a.user - a.system for a, b in zip(spent, after, strict=True))


def networks_setup(hidden):
    """Random search over how networks of one shape learn: 5 folds of the digits, 20 epochs, batches of 32."""
    objective = TableObjective("sample:digits", "target", "classification", "mlp", "accuracy", {"epochs": 20})
    space = {
        "hidden_units": Int(hidden, hidden),
        "layers": Int(1, 1),
        "activation": Categorical(["relu"]),
        "optimizer": Categorical(["adam"]),
        "batch_size": Categorical([32]),
        "learning_rate": Float(1e-4, 1e-1, log=True),
        "l2": Float(1e-7, 1e-2, log=True),
    }
    strategy, budget = Strategy("random"), Budget(trials=NETWORKS, workers=1)
    return StudySetup("networks", objective, space, "maximize", strategy, budget)


def trials_per_second(hidden, most):
    """Of the worker's processor, with up to ``most`` trials trained together."""
    batching.MAX_BATCH, usual = most, batching.MAX_BATCH
    try:
        with tempfile.TemporaryDirectory() as folder, Listened() as run:
            run.runner.create(Path(folder) / "networks.study", networks_setup(hidden))
            _, spent = seconds_of(run)
            run.close()
    finally:
        batching.MAX_BATCH = usual
    return NETWORKS / spent


def main():
    """Print the median of three runs, and the gain of training together."""
    ratios = sorted(measure() for _ in range(3))
    print(f"run overhead: wall / ideal = {ratios[1]:.3f}{judge('run overhead', ratios[1], BOUND)}")
    for hidden in (16, 32, 64):
        rounds = [(trials_per_second(hidden, 1), trials_per_second(hidden, batching.MAX_BATCH)) for _ in range(2)]
        alone, together = (max(speeds) for speeds in zip(*rounds, strict=True))
        print(
            f"trials together, {hidden} hidden units: {together:.2f} a second against {alone:.2f} one by one, "
            f"{together / alone:.2f} x{judge(f'{hidden} hidden units together', together / alone, least=GAIN)}"
        )


if __name__ == "__main__":
    raise SystemExit(run_all({"running": main}))
