"""What a trial on another computer costs over one here: both are this one, so that only the way there differs."""

import tempfile
import time
from pathlib import Path
from statistics import median

from engine.events import TrialEnded
from engine.execution.remote.clusters import connected
from engine.runner.local_backend import LocalBackend
from engine.space import Float
from tests.benchmarks._limits import judge, run_all
from tests.helpers.clusters import ssh_cluster
from tests.helpers.runs import Listened, function_setup

TRIALS, ROUNDS, MOST = 60, 3, 15.0
SPACE = {"x": Float(0, 1), "milliseconds": Float(20, 20)}


def milliseconds_a_trial(make_backend):
    """From the end of the first trial to that of the last one, over the trials between, on one worker."""
    with tempfile.TemporaryDirectory() as folder, Listened(backend=make_backend) as run:
        run.runner.create(Path(folder) / "a.study", function_setup("busy", SPACE, trials=TRIALS, workers=1))
        run.opened()
        run.runner.start()
        run.until(lambda one: isinstance(one, TrialEnded))
        begun = time.perf_counter()
        run.until_state("ended", 600)
        taken = time.perf_counter() - begun
        run.close()
    return 1000 * taken / (TRIALS - 1)


def main():
    """Print the medians of rounds that follow each other in turn, and what the others take more."""
    with ssh_cluster("lab=1") as ssh, connected("local:1") as dask:
        makers = {"here": LocalBackend, "ssh": ssh.make_backend, "dask": dask.make_backend}
        rounds = [{name: milliseconds_a_trial(make) for name, make in makers.items()} for _ in range(ROUNDS)]
    here = median(one["here"] for one in rounds)
    print(f"a trial here: {here:.1f} ms")
    for name in ("ssh", "dask"):
        more = median(one[name] - one["here"] for one in rounds)
        print(f"a trial over {name}: {more:+.1f} ms{judge(f'a trial over {name}, ms', more, most=MOST)}")


if __name__ == "__main__":
    raise SystemExit(run_all({"remote": main}))
