"""What is said of workers: one by one, by computer, or counted, and which were lost."""

import pytest

from engine.analysis.worker_words import lost_words, worker_lines
from engine.analysis.workers import WorkerGone, WorkerSeen, WorkersSeen
from engine.events import StepReported
from engine.trials import Curves

NOW = 1.7e9


def said(seen, curves=None):
    lines = worker_lines(seen, curves or Curves(), "epoch", NOW)
    return ["".join(part.text for part in line) for line in lines]


def workers(count, computers=("",), state="training"):
    trials = lambda number: (100 + number,) if state == "training" else ()  # noqa: E731
    return tuple(
        WorkerSeen(number, computers[number % len(computers)], state, trials(number), NOW - 75.0)
        for number in range(1, count + 1)
    )


def test_two_workers_have_a_line_each_with_the_step_and_since_when():
    curves = Curves()
    curves.apply(StepReported(101, 4, {"val_loss": 0.5}, fold=2))
    waiting = WorkerSeen(2, "lab", "starting", (), NOW - 3.0)
    seen = WorkersSeen((*workers(1), waiting))
    assert said(seen, curves) == ["worker 1: trial 101 · fold 3, epoch 4 · 1 min", "worker 2 on lab: starts · 3 s"]
    line = worker_lines(seen, curves, "epoch", NOW)[0]
    assert [part.trial for part in line if part.trial is not None] == [101]


def test_trials_that_train_together_are_each_named():
    seen = WorkersSeen((WorkerSeen(1, "", "training", tuple(range(12)), NOW),))
    assert said(seen)[0].endswith("trial 6, trial 7 and 4 more · 0 s")


def test_some_workers_are_named_by_computer():
    assert said(WorkersSeen(workers(4, ("lab", "attic")))) == [
        "attic: trial 101, trial 103 · lab: trial 102, trial 104"
    ]


@pytest.mark.parametrize(
    ("seen", "line"),
    [
        (workers(12), "12 of 12 workers busy"),
        (workers(9) + workers(2, state="free"), "9 of 11 workers busy · 2 free"),
        (workers(1000, ("lab",)), "1,000 of 1,000 workers busy: 1,000 on lab"),
        (
            workers(12, tuple("abcdef")),
            "12 of 12 workers busy: 2 on b, 2 on c, 2 on d, 2 on e and 4 on 2 other computers",
        ),
    ],
)
def test_many_workers_are_counted(seen, line):
    assert said(WorkersSeen(seen)) == [line]


def test_lost_workers_are_told_with_the_reason_of_the_last():
    gone = (WorkerGone(3, "", "It crashed.", NOW), WorkerGone(7, "lab", "The connection to lab was lost.", NOW))
    assert lost_words(WorkersSeen()) == ""
    assert lost_words(WorkersSeen(gone=gone)) == (
        "Worker 7 on lab was lost, the last of 2. The connection to lab was lost."
    )
