"""The schedule, driven by any order of inputs: no trial is lost, none runs twice, limits are kept."""

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.runner import scheduler as s

INPUTS = st.lists(
    st.sampled_from(["start", "pause", "stop", "look", "prepare", "finish", "pause_worker", "lose", "stop_reason"]),
    max_size=60,
)


class World:
    """Workers and trials as they would answer to the schedule's commands."""

    def __init__(self, workers, trials):
        self.left, self.stop_reason = trials, ""
        self.unborn = list(range(workers))
        self.trial_of, self.next_trial, self.over = {}, 0, []
        self.schedule = s.RunSchedule()

    def advance(self, what):
        facts = s.RunFacts(self.left - len(self.trial_of), self.stop_reason)
        self.schedule, commands = s.advance(self.schedule, what, facts)
        for command in commands:
            if isinstance(command, s.Launch):
                assert command.worker not in self.trial_of, "a busy worker was given a second trial"
                self.trial_of[command.worker] = self.next_trial
                self.next_trial += 1
            else:
                assert command.worker in self.trial_of, "an idle worker was commanded"

    def do(self, name):
        busy = sorted(self.trial_of)
        if name in {"start", "pause", "stop", "look"}:
            self.advance({"start": s.Start(), "pause": s.Pause(), "stop": s.Stop(), "look": s.Tick()}[name])
        elif name == "prepare" and self.unborn:
            self.advance(s.WorkerFree(self.unborn.pop()))
        elif name == "finish" and busy:
            self.end(busy[0])
            self.advance(s.WorkerFree(busy[0]))
        elif name == "lose" and busy:
            self.end(busy[0])
            self.advance(s.WorkerGone(busy[0]))
        elif name == "pause_worker" and busy and self.schedule.phase == "pausing":
            self.advance(s.WorkerPaused(busy[-1]))
        elif name == "stop_reason":
            self.stop_reason = "enough"
            self.advance(s.Tick())

    def end(self, worker):
        self.over.append(self.trial_of.pop(worker))
        self.left -= 1


@settings(deadline=None, max_examples=300)
@given(INPUTS, st.integers(1, 4), st.integers(0, 12))
def test_any_order_of_inputs_keeps_the_books(inputs, workers, trials):
    world = World(workers, trials)
    for name in inputs:
        world.do(name)
        schedule = world.schedule
        assert schedule.busy | schedule.paused == set(world.trial_of)
        assert not schedule.free & (schedule.busy | schedule.paused)
        assert len(world.trial_of) <= workers
        assert world.next_trial <= trials
        assert len(set(world.over)) == len(world.over)
        if schedule.phase in {"paused", "ended", "idle"}:
            assert not schedule.busy


@settings(deadline=None)
@given(INPUTS, st.integers(1, 4), st.integers(0, 12))
def test_a_run_that_is_let_go_on_ends_with_every_trial(inputs, workers, trials):
    world = World(workers, trials)
    for name in inputs:
        if name not in {"lose", "stop_reason"}:
            world.do(name)
    world.advance(s.Tick())
    for _ in range(workers):
        world.do("prepare")
    for _ in range(2 * trials + 4):
        world.do("finish")
    world.do("start")
    for _ in range(2 * trials + 2):
        world.do("finish")
    assert world.schedule.phase == "ended"
    assert sorted(world.over) == list(range(trials))


def test_a_pause_waits_for_every_busy_worker_and_run_lets_held_ones_go_on():
    world = World(2, 10)
    for name in ["prepare", "prepare", "start", "pause", "pause_worker"]:
        world.do(name)
    assert world.schedule.phase == "pausing"
    world.do("finish")
    assert world.schedule.phase == "paused"
    schedule, commands = s.advance(world.schedule, s.Start(), s.RunFacts(8))
    assert [type(command) for command in commands] == [s.ResumeTrials, s.Launch]
    assert schedule.phase == "running"


def test_time_that_is_up_takes_running_trials_back():
    world = World(1, 5)
    world.do("prepare")
    world.do("start")
    schedule, commands = s.advance(world.schedule, s.Tick(), s.RunFacts(4, "The time is used up.", stop_now=True))
    assert commands == (s.Interrupt(0),)
    assert (schedule.phase, schedule.reason) == ("stopping", "The time is used up.")
