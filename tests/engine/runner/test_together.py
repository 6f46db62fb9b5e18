"""Trials of one stack key on one worker: trained as one computation, each recorded, ended and resumed by itself."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine import store
from engine.events import StepReported, TrialEnded, TrialInterrupted, TrialQueued, TrialStarted
from engine.objectives.description import TableObjective, Validation
from engine.pruners.sparing import is_spared
from engine.runner import batching
from engine.setup import Budget, Strategy, StudySetup, replace
from engine.space import Categorical, Float, Int
from tests.helpers.runs import Listened, worker_processes

ENDLESS = 100_000


def network_space(**rows):
    fixed = {"hidden_units": Int(8, 8), "layers": Int(1, 1), "activation": Categorical(["relu"])}
    fixed |= {"optimizer": Categorical(["adam"]), "batch_size": Categorical([64])}
    return {**fixed, "learning_rate": Float(1e-3, 1e-1, log=True), "dropout": Float(0.0, 0.3), **rows}


def network_setup(space=None, *, strategy=None, epochs=4, folds=2, **budget):
    objective = TableObjective(
        "sample:digits",
        "target",
        "classification",
        "mlp",
        "log_loss",
        {"epochs": epochs},
        validation=Validation(folds=folds),
    )
    strategy = strategy or Strategy("random", seed=3)
    return StudySetup("net", objective, space or network_space(), "minimize", strategy, Budget(workers=1, **budget))


@pytest.fixture
def run(tmp_path):
    with Listened() as listened:
        listened.path = tmp_path / "a.study"
        yield listened


def begin(run, setup, path=None):
    run.runner.create(path or run.path, setup)
    run.opened()
    run.runner.start()


def whole_run(path, setup):
    with Listened() as run:
        begin(run, setup, path)
        run.until_state("ended", 60)
        run.close()
    return run


def results(path):
    """Everything that a study found, but for times."""
    with store.Reader(path) as reader:
        history = reader.history()
        found = []
        for number in range(len(history)):
            trial, curve = history.trial(number), reader.curve(number)
            losses = curve.values("val_loss").tolist() if len(curve) else []
            folds = trial.details.get("fold_scores")
            found.append((trial.params, trial.state, trial.scores, trial.reason, folds, curve.steps.tolist(), losses))
        return found


def run_lengths(run):
    """How many trials were started at a time."""
    lengths, before = [], None
    for one in run.heard:
        if isinstance(one, TrialStarted):
            if not isinstance(before, TrialStarted):
                lengths.append(0)
            lengths[-1] += 1
        if not isinstance(one, TrialQueued):
            before = one
    return lengths


def test_trials_trained_together_give_what_each_gives_alone(tmp_path, monkeypatch):
    space = network_space(learning_rate=Float(1e-3, 1e3, log=True))  # some of them diverge
    setup = network_setup(space, trials=12)
    together = whole_run(tmp_path / "together.study", setup)
    monkeypatch.setattr(batching, "MAX_BATCH", 1)
    alone = whole_run(tmp_path / "alone.study", setup)
    assert run_lengths(together)[0] == 12
    assert set(run_lengths(alone)) == {1}
    found = results(tmp_path / "together.study")
    assert found == results(tmp_path / "alone.study")
    assert len({str(one[1]) for one in found}) == 2


def test_a_trial_among_others_counts_its_share_of_the_time(tmp_path):
    run = whole_run(tmp_path / "a.study", network_setup(trials=8))
    started = {one.number: one.time for one in run.heard if isinstance(one, TrialStarted)}
    ended = run.ended_trials()
    assert sum(one.seconds for one in ended) <= max(one.time for one in ended) - min(started.values())


def test_a_bundle_that_is_cut_off_goes_on_as_if_it_never_stopped(tmp_path):
    setup = network_setup(epochs=60, trials=6)
    whole_run(tmp_path / "whole.study", setup)
    with Listened() as cut:
        begin(cut, setup, tmp_path / "cut.study")
        cut.until(lambda one: isinstance(one, StepReported) and (one.fold, one.step) == (1, 20))
        cut.runner.pause()
        cut.until_state("paused")
        cut.close()
    with store.Reader(tmp_path / "cut.study") as reader:
        kept = [reader.checkpoint(number)[0] for number in range(6)]
        assert len(set(kept)) == 1
    with Listened() as again:
        again.runner.open(tmp_path / "cut.study")
        again.opened()
        again.runner.start()
        again.until_state("ended", 60)
        again.close()
    assert results(tmp_path / "cut.study") == results(tmp_path / "whole.study")


def test_a_strategy_with_a_model_waits_for_every_score(tmp_path):
    run = whole_run(tmp_path / "a.study", network_setup(strategy=Strategy("bayesian", {"start": 5}), trials=8))
    assert run_lengths(run) == [5, 1, 1, 1]


def test_pause_holds_every_trial_at_its_step_and_run_lets_them_finish(run):
    begin(run, network_setup(epochs=100, trials=4))
    run.until(lambda one: isinstance(one, StepReported) and one.step == 5)
    run.runner.pause()
    run.until_state("paused")
    held = sum(isinstance(one, StepReported) for one in run.heard)
    time.sleep(0.3)
    run.runner.resume()
    run.until_state("running")
    assert sum(isinstance(one, StepReported) for one in run.heard) == held
    run.until_state("ended", 60)
    assert [one.state for one in run.ended_trials()] == ["complete"] * 4


def test_one_of_several_can_be_stopped_also_while_they_are_held(run):
    begin(run, network_setup(epochs=ENDLESS, trials=4))
    run.until(lambda one: isinstance(one, StepReported) and one.number == 3)
    run.runner.stop_trial(2)
    ended = run.until(lambda one: isinstance(one, TrialEnded))
    assert (ended.number, ended.state, ended.reason) == (2, "pruned", "stopped by hand")
    run.until(lambda one: isinstance(one, StepReported) and one.number == 3)
    run.runner.pause()
    run.until_state("paused")
    run.runner.stop_trial(0)
    assert run.until(lambda one: isinstance(one, TrialEnded)).number == 0
    run.runner.resume()
    after = run.until(lambda one: isinstance(one, StepReported))
    assert after.number in {1, 3}
    run.runner.stop()
    run.until_state("ended")
    assert sorted(one.number for one in run.ended_trials()) == [0, 1, 2, 3]


def test_a_pruned_trial_leaves_the_others_training(run):
    space = network_space(learning_rate=Categorical([1e-7, 1e-2]))
    strategy = Strategy("grid", {"shuffle": False}, "median", {"peers": 2, "grace": 3})
    run.runner.create(run.path, network_setup(space, strategy=strategy, epochs=30, trials=7))
    run.opened()
    good = {name: row.choices[0] if isinstance(row, Categorical) else row.low for name, row in network_space().items()}
    for _ in range(2):
        run.runner.enqueue({**good, "learning_rate": 1e-2})
    run.runner.start(Budget(trials=2, workers=1))
    run.until_state("ended", 60)
    run.runner.start()
    run.until_state("ended", 60)
    chosen = {one.number: one.params["learning_rate"] for one in run.heard if isinstance(one, TrialStarted)}
    assert run_lengths(run) == [2, 5]
    for one in run.ended_trials():
        is_hopeless = chosen[one.number] == 1e-7
        assert one.state == ("pruned" if is_hopeless and not is_spared(one.number) else "complete")
        assert bool(one.details.get("spared")) is (is_hopeless and is_spared(one.number))
        reported = [step.step for step in run.heard if isinstance(step, StepReported) and step.number == one.number]
        if one.state == "pruned":  # decided step by step, whatever the worker had done by the time that it heard of it
            assert one.reason.startswith(f"At step {reported[-1]} ")
    assert {one.state for one in run.ended_trials()} == {"pruned", "complete"}


def test_trials_that_take_too_long_together_fail_with_that_reason(run):
    begin(run, network_setup(epochs=ENDLESS, trials=4, trial_seconds=0.5))
    run.until_state("ended")
    assert {(one.state, one.reason) for one in run.ended_trials()} == {("failed", "It took longer than 0.5 s.")}
    assert run_lengths(run) == [4]


def test_trials_that_hold_too_much_together_are_tried_again_alone(run):
    begin(run, network_setup(epochs=ENDLESS, trials=2, trial_megabytes=20.0))
    run.until_state("ended", 60)
    assert sum(isinstance(one, TrialInterrupted) for one in run.heard) == 2
    assert {one.reason for one in run.ended_trials()} == {"It held more than 20 MB of memory."}


def test_when_a_worker_is_lost_its_trials_run_again_alone_and_the_guilty_one_fails(run):
    begin(run, network_setup(epochs=100, trials=4))
    run.until(lambda one: isinstance(one, StepReported) and one.number == 3)
    [worker] = worker_processes()
    worker.kill()
    first = run.until(lambda one: isinstance(one, TrialStarted) and one.number == 0)
    run.until(lambda one: isinstance(one, StepReported) and one.number == 0)
    [worker] = [one for one in worker_processes() if one.pid != worker.pid]
    worker.kill()
    run.until_state("ended", 90)
    assert [(one.number, one.state) for one in run.ended_trials()] == [
        (0, "failed"),
        (1, "complete"),
        (2, "complete"),
        (3, "complete"),
    ]
    assert first.params
    again = [one for one in run.heard if isinstance(one, TrialInterrupted)]
    assert len(again) == 4
    assert all(one.reason.endswith("It runs again alone.") for one in again)


def test_no_worker_is_given_more_than_its_share(run):
    begin(run, replace(network_setup(trials=8, epochs=100), budget=Budget(trials=8, workers=2)))
    run.until_state("ended", 60)
    worker_of, running = {}, {}
    for one in run.heard:
        if isinstance(one, TrialStarted):
            worker_of[one.number] = one.worker
            running[one.worker] = running.get(one.worker, 0) + 1
            assert running[one.worker] <= 4
        elif isinstance(one, TrialEnded):
            running[worker_of[one.number]] -= 1
    assert run_lengths(run)[0] >= 4
    assert len(worker_of) == 8


def test_only_waiting_trials_of_one_shape_are_trained_together(run):
    space = network_space(batch_size=Categorical([32, 64]))
    run.runner.create(run.path, network_setup(space, trials=6))
    run.opened()
    for size in (32, 64, 32, 64, 32, 64):
        params = {"hidden_units": 8, "layers": 1, "activation": "relu", "optimizer": "adam", "batch_size": size}
        run.runner.enqueue({**params, "learning_rate": 0.01, "dropout": 0.1})
    run.runner.start()
    run.until_state("ended", 60)
    started = [one.number for one in run.heard if isinstance(one, TrialStarted)]
    assert started == [0, 2, 4, 1, 3, 5]
    assert run_lengths(run) == [3, 3]


def test_trials_of_two_kinds_are_drawn_ahead_and_trained_kind_by_kind(tmp_path, monkeypatch):
    setup = network_setup(network_space(batch_size=Categorical([32, 64])), epochs=2, trials=16)
    together = whole_run(tmp_path / "together.study", setup)
    monkeypatch.setattr(batching, "MAX_BATCH", 1)
    whole_run(tmp_path / "alone.study", setup)
    assert results(tmp_path / "together.study") == results(tmp_path / "alone.study")
    assert len(run_lengths(together)) <= 4
    before = []
    for one in together.heard:
        if isinstance(one, TrialStarted):
            assert not before or one.params["batch_size"] == before[-1]
            before.append(one.params["batch_size"])
        elif isinstance(one, TrialEnded):
            before.clear()


def test_what_a_person_queues_goes_before_trials_drawn_ahead(run):
    setup = network_setup(network_space(batch_size=Categorical([32, 64])), epochs=100, trials=14)
    begin(run, setup)
    first = run.until(lambda one: isinstance(one, StepReported))
    params = {"hidden_units": 8, "layers": 1, "activation": "relu", "optimizer": "adam", "batch_size": 64}
    run.runner.enqueue({**params, "learning_rate": 0.01, "dropout": 0.1})
    run.until_state("ended", 60)
    queued = next(one.number for one in run.heard if isinstance(one, TrialQueued) and one.source == "queue")
    later = [one.number for one in run.heard if isinstance(one, TrialStarted)][run_lengths(run)[0] :]
    assert first.number == 0
    assert later[0] == queued


def test_a_run_of_limited_time_begins_with_one_trial(run):
    begin(run, network_setup(trials=30, seconds=60.0))
    run.until_state("ended", 70)
    assert run_lengths(run)[0] == 1
    assert max(run_lengths(run)) > 1
    assert len(run.ended_trials()) == 30


def test_a_bundle_whose_program_is_killed_ends_as_if_it_never_was(tmp_path):
    setup = network_setup(epochs=100, trials=6)
    whole_run(tmp_path / "whole.study", setup)
    path = tmp_path / "cut.study"
    store.create(path, setup.to_json(), setup.search_space(), (setup.direction,)).close()
    root = Path(__file__).resolve().parents[3]
    program = subprocess.Popen(
        [sys.executable, "-m", "engine.cli", "run", str(path), "--json"],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(root), **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(tmp_path))},
    )
    deadline = time.monotonic() + 30
    while counts_of(path)["running"] == 0 and time.monotonic() < deadline:
        time.sleep(0.05)
    program.kill()
    program.wait()
    assert counts_of(path)["running"] == 6
    with Listened() as again:
        again.runner.open(path)
        again.opened()
        again.runner.start()
        again.until_state("ended", 60)
        again.close()
    assert run_lengths(again) == [6]
    assert results(path) == results(tmp_path / "whole.study")


def counts_of(path):
    with store.Reader(path) as reader:
        return reader.history().counts()
