"""The runner with real worker processes: what is run is recorded, held, stopped and taken up again."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from engine import store
from engine.events import StepReported, TrialEnded, TrialInterrupted, TrialQueued, TrialStarted
from engine.objectives.description import FunctionObjective, TableObjective
from engine.runner import OpenStudy, Rejected, Saved, SetupSaved, StartRun
from engine.runner.intents import EnqueueTrial
from engine.setup import Budget, Strategy, StudySetup, replace
from engine.space import Categorical, Float, Int, SearchSpace
from engine.study import Study
from tests.helpers.runs import Listened, function_setup, worker_processes

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a stopped process waits for its next turn")
FAULTY = Path(__file__).resolve().parents[2] / "helpers" / "faulty"
SPACE = SearchSpace(function_setup().space)
LONG = {"x": Float(0, 1), "milliseconds": Float(2000, 2000)}


@pytest.fixture
def run(tmp_path):
    with Listened() as listened:
        listened.path = tmp_path / "a.study"
        yield listened


def begin(run, setup):
    run.runner.create(run.path, setup)
    run.opened()
    run.runner.start()


def test_a_run_ends_with_every_trial_on_disk_before_it_was_heard(run):
    begin(run, function_setup(trials=12, workers=2))
    seen = []
    while len(seen) < 12:
        ended = run.until(lambda one: isinstance(one, TrialEnded))
        with store.Reader(run.path) as reader:
            assert reader.history().trial(ended.number).scores == ended.scores
        seen.append(ended.number)
    assert run.until_state("ended").reason == "All 12 trials are done."
    assert sorted(seen) == list(range(12))
    run.close()
    with store.Reader(run.path) as reader:
        assert reader.history().counts()["complete"] == 12


def test_one_worker_gives_the_same_trials_as_the_python_study(run):
    begin(run, function_setup(trials=8, workers=1, seed=5))
    run.until_state("ended")
    study = Study(SearchSpace(function_setup().space), sampler="random", seed=5)
    wanted = [study.ask().params for _ in range(8)]
    started = [one.params for one in run.heard if isinstance(one, TrialStarted)]
    assert started == wanted


def test_a_cut_off_run_goes_on_as_if_it_never_stopped(tmp_path):
    def params_of(path):
        with store.Reader(path) as reader:
            history = reader.history()
            return [(history.params(n), history.trial(n).scores) for n in range(len(history))]

    setup = function_setup("busy", sampler="quasirandom", trials=9, workers=1, seed=2)
    with Listened() as whole:
        whole.path = tmp_path / "whole.study"
        begin(whole, setup)
        whole.until_state("ended")
        whole.close()
    with Listened() as first:
        first.path = tmp_path / "cut.study"
        begin(first, setup)
        first.until(lambda one: isinstance(one, TrialEnded) and one.number == 2)
        first.close()
    with Listened() as second:
        second.runner.open(tmp_path / "cut.study")
        second.opened()
        second.runner.start()
        second.until_state("ended")
        second.close()
    assert params_of(tmp_path / "cut.study") == params_of(tmp_path / "whole.study")


def test_pause_holds_trials_at_a_step_and_run_lets_them_finish(run):
    begin(run, function_setup("busy", LONG, trials=2, workers=2))
    run.until(lambda one: isinstance(one, StepReported))
    run.runner.pause()
    run.until_state("paused")
    steps = sum(isinstance(one, StepReported) for one in run.heard)
    time.sleep(0.5)
    run.runner.resume()
    run.until_state("running")
    assert sum(isinstance(one, StepReported) for one in run.heard) == steps
    run.until_state("ended")
    assert [one.state for one in run.ended_trials()] == ["complete", "complete"]


def test_stopping_one_trial_leaves_the_others_running(run):
    begin(run, function_setup("busy", LONG, trials=2, workers=2))
    run.until(lambda one: isinstance(one, StepReported) and one.number == 1)
    run.runner.stop_trial(0)
    ended = run.until(lambda one: isinstance(one, TrialEnded))
    assert (ended.number, ended.state, ended.reason) == (0, "pruned", "stopped by hand")
    run.until_state("ended")
    assert run.ended_trials()[1].state == "complete"


def test_stop_ends_running_trials_and_the_study_can_be_run_again(run):
    begin(run, function_setup("busy", LONG, trials=3, workers=1))
    run.until(lambda one: isinstance(one, StepReported))
    run.runner.stop()
    run.until_state("ended")
    assert [one.state for one in run.ended_trials()] == ["pruned"]
    run.runner.start(Budget(trials=2, workers=1))
    run.until_state("ended")
    assert [one.state for one in run.ended_trials()] == ["pruned", "complete"]


def test_a_trial_that_takes_too_long_fails_with_that_reason_and_the_run_goes_on(run):
    space = {"x": Float(0, 1), "milliseconds": Categorical([10, 60_000])}
    setup = function_setup("busy", space, trials=4, workers=1, trial_seconds=0.7)
    setup = replace(setup, strategy=Strategy("grid", {"levels": 2}))
    begin(run, setup)
    run.until_state("ended")
    ended = run.ended_trials()
    assert sorted(one.state for one in ended) == ["complete", "complete", "failed", "failed"]
    assert {one.reason for one in ended if one.state == "failed"} == {"It took longer than 0.7 s."}


def test_queued_configurations_run_first_and_bad_ones_are_refused(run):
    run.runner.create(run.path, function_setup(trials=3, workers=1))
    run.opened()
    run.runner.enqueue({"x1": 1.0, "x2": 2.0})
    run.runner.enqueue({"x1": 99.0, "x2": 2.0})
    refused = run.until(lambda one: isinstance(one, Rejected))
    assert (refused.intent, refused.what) == (EnqueueTrial, "x1 cannot be 99.0.")
    run.runner.start()
    run.until_state("ended")
    first = next(one for one in run.heard if isinstance(one, TrialStarted))
    assert first.params == {"x1": 1.0, "x2": 2.0}


def test_a_copy_made_while_running_opens_and_holds_what_was_heard(run, tmp_path):
    begin(run, function_setup("busy", trials=6, workers=1))
    run.until(lambda one: isinstance(one, TrialEnded) and one.number == 1)
    run.runner.save_as(tmp_path / "copy.study")
    run.until(lambda one: isinstance(one, Saved))
    known = len(run.ended_trials())
    with store.Reader(tmp_path / "copy.study") as reader:
        assert reader.history().counts()["complete"] >= known >= 2
    run.until_state("ended")


def test_the_space_may_change_between_trials_but_not_the_data(run):
    begin(run, function_setup(trials=3, workers=1))
    run.until_state("ended")
    narrow = {"x1": Float(0, 1), "x2": Float(0, 1)}
    setup = replace(function_setup(trials=6, workers=1), space=narrow)
    run.runner.edit(setup)
    run.until(lambda one: isinstance(one, SetupSaved))
    run.runner.start()
    run.until_state("ended")
    later = [one.params for one in run.heard if isinstance(one, TrialStarted)][3:]
    assert len(later) == 3
    assert all(0 <= one["x1"] <= 1 and 0 <= one["x2"] <= 1 for one in later)
    run.runner.edit(replace(setup, objective=FunctionObjective("busy")))
    assert "stay as they are" in run.until(lambda one: isinstance(one, Rejected)).what


def test_a_grid_ends_when_every_cell_was_tried(run):
    setup = replace(function_setup(trials=100, workers=2), strategy=Strategy("grid", {"levels": 3}))
    begin(run, setup)
    assert "All 9 cells" in run.until_state("ended").reason
    assert len(run.ended_trials()) == 9


def test_a_second_opener_looks_on_and_is_told_who_holds_the_file(run):
    run.runner.create(run.path, function_setup())
    run.opened()
    with Listened() as other:
        other.runner.open(run.path)
        opened = other.opened()
        assert not opened.writable
        assert str(os.getpid()) in opened.holder
        other.runner.start()
        assert other.until(lambda one: isinstance(one, Rejected)).intent is StartRun
        other.close()


def test_who_looks_on_writes_as_soon_as_the_writer_has_closed(tmp_path):
    path = tmp_path / "a.study"
    writing, other = Listened(), Listened()
    writing.runner.create(path, function_setup(trials=2))
    writing.opened()
    other.runner.open(path)
    assert not other.opened().writable
    writing.runner.start()
    writing.until_state("ended")
    writing.close()
    taken = other.opened()
    assert taken.writable
    assert taken.history.counts()["complete"] == 2
    other.runner.edit(function_setup(trials=3))
    other.runner.start()
    other.until_state("ended")
    assert other.known.counts()["complete"] == 3
    other.close()


@pytest.mark.parametrize("content", [None, b"", b"not a study at all" * 100])
def test_what_is_no_study_is_refused_in_a_sentence(run, content):
    if content is not None:
        run.path.write_bytes(content)
    run.runner.open(run.path)
    refused = run.until(lambda one: isinstance(one, Rejected))
    assert refused.intent is OpenStudy
    assert refused.what.endswith(".")
    assert refused.remedy.endswith(".")


# -- faults of models ----------------------------------------------------------------------------------------------


@pytest.fixture
def strangers(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(FAULTY))


def faulty_setup(faults, **budget):
    space = {"fault": Categorical(faults), "x": Float(0, 1)}
    strategy = Strategy("grid", {"levels": 2})
    return StudySetup("faults", FunctionObjective("faulty"), space, "minimize", strategy, Budget(**budget))


@pytest.mark.usefixtures("strangers")
def test_what_a_model_says_that_cannot_be_sent_fails_its_trial_with_a_sentence_and_the_worker_goes_on(run):
    reasons = {
        "huge_number": "a whole number of more than 64 bits",
        "huge_text": "68 MB of values, and 67 MB are the most",
        "half_name": "characters that Unicode does not have",
        "half_words": "half a pair: \\ud800",
        "none": "",
    }
    begin(run, faulty_setup(list(reasons), trials=10, workers=1))
    run.until_state("ended", 60)
    started = [one for one in run.heard if isinstance(one, TrialStarted)]
    chosen = {one.number: one.params["fault"] for one in started}
    ends = run.ended_trials()
    assert len(ends) == 10
    for one in ends:
        assert reasons[chosen[one.number]] in one.reason
        assert one.state == ("complete" if chosen[one.number] == "none" else "failed")
    assert {one.worker for one in started} == {1}


def test_a_trial_whose_values_no_worker_can_be_given_fails_alone_and_stays_readable(run):
    strange = [1 << 70, -(1 << 64), "half \ud800"]
    with store.create(run.path, function_setup(trials=8, workers=2).to_json(), SPACE) as writer:
        writer.record([TrialQueued(n, {"x": 0.5, "y": 0.5, "more": value}, 0.0) for n, value in enumerate(strange)])
    run.runner.open(run.path)
    run.opened()
    run.runner.start()
    run.until_state("ended")
    ends = {one.number: one for one in run.ended_trials()}
    run.close()
    assert len(ends) == 8
    assert [ends[number].state for number in range(8)] == ["failed"] * 3 + ["complete"] * 5
    assert "a whole number of more than 64 bits" in ends[0].reason
    assert "characters that Unicode does not have" in ends[2].reason
    with store.Reader(run.path) as reader:
        history = reader.history()
    assert [history.params(number)["more"] for number in range(3)] == strange


@pytest.mark.usefixtures("strangers")
def test_every_fault_of_a_model_is_one_failed_trial_with_its_reason(run):
    faults = ["none", "raise", "exit", "abort", "kill", "flood", "print", "nan", "text", "imports"]
    begin(run, faulty_setup(faults, trials=20, workers=2))
    run.until_state("ended", 120)
    chosen = {one.number: one.params["fault"] for one in run.heard if isinstance(one, TrialStarted)}
    by_fault = {}
    for one in run.ended_trials():
        by_fault.setdefault(chosen[one.number], []).append((one.state, one.reason))
    assert {name: len(ends) for name, ends in by_fault.items()} == dict.fromkeys(faults, 2)
    assert all(state == "complete" for name in ("none", "flood", "print") for state, _ in by_fault[name])
    bad = {name: by_fault[name][0] for name in faults if name not in {"none", "flood", "print"}}
    assert all(state == "failed" for state, _ in bad.values())
    assert "does not like its data" in bad["raise"][1]
    assert "exit code 7" in bad["exit"][1] or "SystemExit" in bad["exit"][1]
    assert "not a finite number" in bad["nan"][1]
    assert "seven" in bad["text"][1]
    if os.name == "posix":
        assert "crashed (signal 6)" in bad["abort"][1]
        assert "killed (signal 9)" in bad["kill"][1]


@pytest.mark.usefixtures("strangers")
@pytest.mark.parametrize("fault", ["hang", "hold_the_lock"])
def test_a_model_that_never_ends_is_ended_by_stop(run, fault):
    begin(run, faulty_setup([fault], trials=1, workers=1))
    run.until(lambda one: isinstance(one, TrialStarted))
    run.runner.stop()
    run.until_state("ended", 15)
    assert run.ended_trials()[0].reason == "stopped by hand"


@pytest.mark.usefixtures("strangers")
def test_a_study_in_which_everything_fails_ends_early_and_says_so(run):
    setup = replace(faulty_setup(["raise"], trials=500, workers=2), strategy=Strategy("random"))
    begin(run, setup)
    ended = run.until_state("ended")
    assert ended.failed
    assert "trials of this run failed" in ended.reason
    assert 10 <= len(run.ended_trials()) <= 14


@pytest.mark.usefixtures("strangers")
def test_closing_while_a_model_hangs_leaves_no_process_and_the_trial_waits(run):
    begin(run, faulty_setup(["hang"], trials=2, workers=2))
    run.until(lambda one: isinstance(one, TrialStarted) and one.number == 1)
    children = worker_processes()
    assert len(children) >= 2
    run.close()
    assert not psutil.wait_procs(children, timeout=3)[1]
    assert sum(isinstance(one, TrialInterrupted) for one in run.heard) == 2
    with store.Reader(run.path) as reader:
        assert reader.history().counts()["waiting"] == 2


@pytest.mark.parametrize("is_stopped", [False, pytest.param(True, marks=LINUX)], ids=["listening", "stopped"])
def test_workers_end_when_the_program_is_killed(tmp_path, is_stopped):
    code = (
        "import sys, time\n"
        "from tests.helpers.runs import Listened, function_setup\n"
        "from tests.engine.runner.test_runner import LONG\n"
        "from engine.events import StepReported\n"
        "run = Listened(); run.runner.create(sys.argv[1], function_setup('busy', LONG, trials=50, workers=2))\n"
        "run.opened(); run.runner.start(); run.until(lambda one: isinstance(one, StepReported))\n"
        "print('running', flush=True); time.sleep(60)\n"
    )
    root = Path(__file__).resolve().parents[3]
    program = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "a.study")],
        stdout=subprocess.PIPE,
        cwd=root,
        env={**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(tmp_path))},
        text=True,
    )
    assert program.stdout.readline() == "running\n"
    workers = psutil.Process(program.pid).children(recursive=True)
    assert len(workers) == 2
    if is_stopped:
        workers[0].suspend()
    program.kill()
    program.wait()
    program.stdout.close()
    assert not psutil.wait_procs(workers, timeout=2)[1]


def test_a_looker_on_follows_along_while_another_runs(run):
    begin(run, function_setup("busy", trials=8, workers=1))
    run.until(lambda one: isinstance(one, TrialEnded))
    with Listened() as other:
        other.runner.open(run.path)
        opened = other.opened()
        history, curves = opened.history, opened.curves
        run.until_state("ended")
        run.close()
        while history.counts()["complete"] < 8:
            event = other.until(lambda one: hasattr(one, "number"))
            history.apply(event)
            curves.apply(event)
        with store.Reader(run.path) as reader:
            assert [history.trial(n) for n in range(8)] == [reader.history().trial(n) for n in range(8)]
            assert curves.get(7).values("val_loss").tolist() == reader.curve(7).values("val_loss").tolist()


@pytest.mark.usefixtures("strangers")
def test_a_trial_that_takes_too_much_memory_fails_with_that_reason(run):
    begin(run, faulty_setup(["none", "memory"], trials=4, workers=1, trial_megabytes=600.0))
    run.until_state("ended")
    ended = run.ended_trials()
    assert sorted(one.state for one in ended) == ["complete", "complete", "failed", "failed"]
    assert {one.reason for one in ended if one.state == "failed"} == {"It held more than 600 MB of memory."}


def test_a_trial_that_was_cut_off_goes_on_from_its_last_epoch(tmp_path):
    """The workers are killed with the program; what the trial reported before comes back with its kept state."""

    def network(path, listened):
        objective = TableObjective("sample:digits", "target", "classification", "mlp", "accuracy", {"epochs": 60})
        space = {"hidden_units": Int(64, 64), "layers": Int(2, 2), "learning_rate": Float(1e-3, 1e-3)}
        space |= {"activation": Categorical(["relu"]), "optimizer": Categorical(["adam"]), "dropout": Float(0.2, 0.2)}
        space |= {"batch_size": Categorical([32]), "l2": Float(1e-4, 1e-4)}
        budget = Budget(trials=1, workers=1)
        listened.runner.create(path, StudySetup("net", objective, space, "maximize", Strategy("random"), budget))
        listened.opened()
        listened.runner.start()

    def told(path):
        with store.Reader(path) as reader:
            trial, curve = reader.history().trial(0), reader.curve(0)
            return trial.scores, trial.details["fold_scores"], curve.steps.tolist(), curve.values("val_loss").tolist()

    with Listened() as whole:
        network(tmp_path / "whole.study", whole)
        whole.until_state("ended", 90)
        whole.close()
    with Listened() as cut:
        network(tmp_path / "cut.study", cut)
        cut.until(lambda one: isinstance(one, StepReported) and one.fold == 1 and one.step >= 30)
        cut.runner.pause()
        cut.until_state("paused")
        cut.close()
    with store.Reader(tmp_path / "cut.study") as reader:
        assert reader.checkpoint(0) is not None
    reported = sum(isinstance(one, StepReported) for one in cut.heard)
    with Listened() as again:
        again.runner.open(tmp_path / "cut.study")
        again.opened()
        again.runner.start()
        again.until_state("ended", 90)
        again.close()
    assert reported > 60
    steps = [one for one in again.heard if isinstance(one, StepReported)]
    assert len(steps) == 5 * 60
    assert told(tmp_path / "cut.study") == told(tmp_path / "whole.study")


def test_data_that_change_while_the_workers_are_warm_cost_no_trial(run):
    run.runner.create(run.path, function_setup("busy", trials=6, workers=2))
    run.opened()
    run.runner.warm()
    run.runner.edit(function_setup("branin", trials=6, workers=2))
    run.runner.warm()
    run.runner.edit(function_setup("busy", trials=6, workers=2))
    run.runner.start()
    run.until_state("ended")
    assert sorted(one.number for one in run.ended_trials()) == list(range(6))
    assert all(one.state == "complete" for one in run.ended_trials())


def test_a_study_is_heard_to_open_before_its_run(run):
    run.runner.create(run.path, function_setup(trials=2, workers=1))
    run.runner.start()
    run.until_state("ended")
    names = [type(one).__name__ for one in run.heard]
    assert names[0] == "StudyOpened"
    assert names.index("RunStateChanged") > 0


def test_what_a_killed_program_left_in_the_temporary_folder_is_removed_by_the_next_run(tmp_path, monkeypatch):
    places = tmp_path / "temporary"
    places.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(places))
    code = (
        "import sys, time\nfrom engine.events import TrialStarted\n"
        "from tests.helpers.runs import Listened, function_setup\n"
        "run = Listened(); run.runner.create(sys.argv[1], function_setup('busy', trials=50, workers=1))\n"
        "run.opened(); run.runner.start(); run.until(lambda one: isinstance(one, TrialStarted))\n"
        "print('running', flush=True); time.sleep(60)\n"
    )
    program = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "killed.study")],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[3],
        env={**os.environ, "TMPDIR": str(places), "TEMP": str(places), "TMP": str(places)},
        text=True,
    )
    assert program.stdout.readline() == "running\n"
    [left] = places.glob("twinloop-*")
    long_ago = time.time() - 86_400
    os.utime(left, (long_ago, long_ago))

    def run_another(name):
        with Listened() as run:
            begin_at(run, tmp_path / name)
            run.until_state("ended")
            run.close()

    run_another("meanwhile.study")
    assert left.exists()
    program.kill()
    program.wait()
    program.stdout.close()
    os.utime(left, (long_ago, long_ago))
    run_another("later.study")
    assert not list(places.glob("twinloop-*"))


def begin_at(run, path):
    run.runner.create(path, function_setup(trials=2, workers=1))
    run.opened()
    run.runner.start()
