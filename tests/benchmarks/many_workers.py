"""How much of the time workers train, by their number: the real schedule and tuner, with a simulated clock.

A trial ends when its seconds of the simulated clock are over. Meanwhile the clock runs on by the processor time that
the run's thread really takes for every event: its end, the next suggestion, the next start. Counted is the time from
the first start to that of the last trial: after that workers lack trials, and nothing else.
"""

import heapq
import time

from engine import pruners, samplers
from engine.execution.messages import Prepare, Prepared, RunTrial, TrialScored
from engine.objectives.description import FunctionObjective
from engine.runner.run import Run
from engine.setup import Budget
from engine.space import Categorical, Float, Int, SearchSpace
from engine.trials import Curves, History
from engine.tuning import Tuner
from tests.benchmarks._limits import judge, run_all

SPACE = SearchSpace(
    {
        "a": Float(0, 1),
        "b": Float(1e-4, 1, log=True),
        "c": Int(1, 100),
        "d": Categorical(("x", "y", "z")),
    }
)  # fmt: skip - as many as fit
CASES = ((2, 60, 0.95), (64, 1500, 0.95), (1000, 8000, 0.90))  # workers, trials, least efficiency
MEAN_SECONDS = 1.0  # of a trial; each takes between a half and one and a half of it


class SimulatedWorker:
    """Does what the simulation says."""

    computer = "simulated"

    def __init__(self, simulation, number):
        self._simulation, self._number = simulation, number

    def send(self, message):
        if isinstance(message, Prepare):
            self._simulation.post(0.0, self._number, Prepared())
        elif isinstance(message, RunTrial):
            self._simulation.train(self._number, message)

    def kill(self):
        return

    def megabytes(self):
        return 1.0

    def ask_to_end(self):
        return

    def end(self, grace):
        return


class Simulation:
    """A backend, its workers' messages to come, and the clock."""

    def __init__(self, room):
        self._room, self._coming, self._posted = room, [], 0
        self.now = self._event = 0.0
        self.starts = []  # when each trial began, and how long it takes

    def post(self, after, worker, message):
        self._posted += 1
        heapq.heappush(self._coming, (self.now + self._worked() + after, self._posted, worker, message))

    def train(self, worker, task):
        seconds = MEAN_SECONDS * (0.5 + (task.number * 0.618) % 1.0)
        self.starts.append((self.now + self._worked(), seconds))
        score = task.params["a"] + task.params["b"]
        self.post(seconds, worker, TrialScored(task.number, score, seconds))

    def serve(self, run):
        """Let happen what comes until the run is over."""
        while self._coming and run.is_running:
            at, _, worker, message = heapq.heappop(self._coming)
            self.now, self._event = max(self.now, at), time.process_time()
            run.receive(worker, message)
            self.now += self._worked()

    def _worked(self):
        return time.process_time() - self._event if self._event else 0.0

    def start_worker(self, number, receive):
        return SimulatedWorker(self, number)

    def cache_folder(self, objective):
        return ""

    def places(self, wanted):
        return min(wanted, self._room)

    def most_workers(self, wanted, needed, present):
        return min(self.places(wanted), needed)

    def close(self):
        return


class NoArchive:
    def save_checkpoint(self, number, step, state):
        return

    def load_checkpoint(self, number):
        return b""

    def was_moved(self, number):
        return False


def simulate(strategy, workers, trials):
    """Efficiency, the share of trials that were drawn in a hurry, and milliseconds of the run's thread a trial."""
    simulation = Simulation(workers)
    history = History(SPACE)
    tuner = Tuner(history, Curves(), samplers.make(strategy), pruners.make("none"), 0, trials)
    run = Run(lambda *_: None, simulation, tuner, NoArchive(), lambda event: None)
    run.configure(FunctionObjective("busy"), Budget(trials=trials, workers=workers))
    run.start()
    begun = time.process_time()
    simulation.serve(run)
    taken = time.process_time() - begun
    first, last = simulation.starts[0][0], simulation.starts[-1][0]
    trained = sum(min(at + seconds, last) - at for at, seconds in simulation.starts)
    hurried = sum(history.trial(number).why.get("phase") == "hurried" for number in range(len(history)))
    return trained / (workers * (last - first)), hurried / len(history), 1000 * taken / len(history)


def main():
    """Print one line a strategy and number of workers."""
    for strategy in ("random", "tpe", "bayesian"):
        for workers, trials, least in CASES:
            efficiency, hurried, cost = simulate(strategy, workers, trials)
            said = f"{strategy}, {workers:,} workers"
            limit = judge(said, efficiency, least=least)
            print(f"{said}: {efficiency:.3f}{limit}, {hurried:.0%} drawn in a hurry, {cost:.2f} ms a trial", flush=True)


if __name__ == "__main__":
    raise SystemExit(run_all({"many_workers": main}))
