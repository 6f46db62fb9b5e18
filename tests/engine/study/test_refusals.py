"""A study whose file refuses, is interrupted or goes: what was told is kept, written first, and never told twice."""

import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from engine import Float, SearchSpace, Study, store
from engine.errors import Bug, UserFault
from engine.events import TrialStarted
from engine.store import Unwritten
from engine.trials import State
from tests.campaigns.refusals import campaign
from tests.engine.store.event_sequences import picture

SPACE = SearchSpace({"x": Float(0, 1)})
NO_ROOM = UserFault("There is no room left on the disk.", "Free some space.")


class Disk:
    """Makes every writing to a study file end with ``error``."""

    def __init__(self, monkeypatch):
        self.error = None
        record = store.Writer.record

        def write(writer, events):
            if self.error is not None:
                raise self.error
            record(writer, events)

        monkeypatch.setattr(store.Writer, "record", write)


@pytest.fixture
def disk(monkeypatch):
    return Disk(monkeypatch)


@pytest.fixture
def study(tmp_path):
    made = Study(SPACE, sampler="random")
    made.save(tmp_path / "a.study")
    for score in (3.0, 1.0, 2.0, 4.0):
        made.tell(made.ask(), score)
    yield made
    with suppress(UserFault):
        made.close()


def on_file(path):
    with store.Reader(path) as reader:
        return reader.history()


def equal(study, path):
    return picture(on_file(path)) == picture(study.history)


def test_what_a_full_disk_refused_is_written_first_with_the_next_call(study, disk, tmp_path):
    trials = [study.ask() for _ in range(3)]
    disk.error = NO_ROOM
    for trial in trials[:2]:
        with pytest.raises(Unwritten, match=r"no room left.*kept in memory, and written first with the next call"):
            study.tell(trial, 0.5)
    assert not study.is_written
    assert [study.trials[trial.number].score for trial in trials[:2]] == [0.5, 0.5]
    disk.error = None
    study.tell(trials[2], 0.25)
    assert study.is_written
    study.tell(study.ask(), 0.1)
    assert equal(study, tmp_path / "a.study")


@pytest.mark.parametrize("go_on", ["flush", "close", "save"])
def test_an_explicit_call_writes_what_was_refused(study, disk, tmp_path, go_on):
    trial = study.ask()
    disk.error = NO_ROOM
    with pytest.raises(Unwritten):
        study.tell(trial, 0.5)
    with pytest.raises(Unwritten):
        study.save(tmp_path / "a.study") if go_on == "save" else getattr(study, go_on)()
    disk.error = None
    study.save(tmp_path / "a.study") if go_on == "save" else getattr(study, go_on)()
    assert study.is_written
    assert equal(study, tmp_path / "a.study")


def test_the_same_told_once_more_is_only_written_and_anything_else_is_refused(study, disk):
    trial = study.ask()
    disk.error = NO_ROOM
    for _ in range(2):
        with pytest.raises(Unwritten):
            study.tell(trial, 0.5)
    with pytest.raises(UserFault, match="complete, not running"):
        study.tell(trial, 0.6)
    disk.error = None
    assert study.tell(trial, 0.5).score == 0.5
    with pytest.raises(UserFault, match="complete, not running"):
        study.tell(trial, 0.5)


def test_a_queue_that_was_refused_may_be_repeated_or_not(study, disk):
    disk.error = NO_ROOM
    for _ in range(2):
        with pytest.raises(Unwritten):
            study.enqueue({"x": 0.5})
    disk.error = None
    assert study.enqueue({"x": 0.5}) == 4
    assert study.enqueue({"x": 0.5}) == 5
    assert [study.ask().params["x"] for _ in range(2)] == [0.5, 0.5]


def test_nothing_starts_while_the_file_cannot_be_written(study, disk, tmp_path):
    disk.error = NO_ROOM
    with pytest.raises(Unwritten):
        study.ask()
    assert study.history.counts()["running"] == 0
    disk.error = None
    trial = study.ask()
    whole = Study(SPACE, sampler="random")
    for score in (3.0, 1.0, 2.0, 4.0):
        whole.tell(whole.ask(), score)
    assert (trial.number, trial.params) == (4, whole.ask().params)


def test_a_trial_that_could_not_be_written_at_the_last_moment_is_the_next_one(study, monkeypatch, tmp_path):
    real, refusals = store.Writer.record, iter([NO_ROOM])

    def once(writer, events):
        if any(isinstance(event, TrialStarted) for event in events) and (refusal := next(refusals, None)):
            raise refusal
        real(writer, events)

    monkeypatch.setattr(store.Writer, "record", once)
    with pytest.raises(Unwritten):
        study.ask()
    assert study.trials[4].state is State.WAITING
    assert study.ask().number == 4
    assert equal(study, tmp_path / "a.study")


def test_reports_and_late_hyperparameters_never_fail_a_trial(study, disk, tmp_path):
    trial = study.ask()
    disk.error = NO_ROOM
    trial.report(1, {"loss": 0.5})
    assert 0 <= trial.suggest_float("late", 0, 1) <= 1
    disk.error = None
    study.tell(trial, 0.5)
    study.close()
    with Study.open(tmp_path / "a.study") as again:
        assert picture(again.history) == picture(study.history)
        assert len(again.curves.get(4)) == 1


@pytest.mark.parametrize("workers", [1, 3])
def test_optimize_stops_with_the_reason_and_loses_nothing(study, disk, tmp_path, workers):
    scores = {}

    def objective(trial):
        if trial.number == 9:
            disk.error = NO_ROOM
        trial.report(1, {"loss": 0.5})
        scores[trial.number] = trial.params["x"]
        return trial.params["x"]

    with pytest.raises(Unwritten, match="no room"):
        study.optimize(objective, 20, workers=workers)
    assert len(study.trials) < 20
    assert {number: study.trials[number].score for number in scores} == scores
    assert study.history.counts()["failed"] == study.history.counts()["running"] == 0
    disk.error = None
    study.optimize(objective, 5)
    assert equal(study, tmp_path / "a.study")


def test_an_objective_that_queues_into_a_full_disk_fails_no_trial(study, disk):
    def objective(trial):
        disk.error = NO_ROOM
        study.enqueue({"x": 0.5})
        return 1.0

    with pytest.raises(Unwritten):
        study.optimize(objective, 3)
    assert study.trials[4].state is State.WAITING
    assert study.history.counts()["failed"] == 0


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(1), RuntimeError("anything"), Bug("ours")])
@pytest.mark.parametrize("place", ["before", "after"])
@pytest.mark.parametrize("where", ["record", "_run_transaction"])
def test_whatever_ends_the_writing_the_file_and_the_study_stay_the_same(
    study, monkeypatch, tmp_path, error, place, where
):
    trial, real, left = study.ask(), getattr(store.Writer, where), iter([True])

    def broken(writer, change):
        if place == "after":
            real(writer, change)
        if next(left, False):
            raise error
        if place == "before":
            real(writer, change)

    other = study.ask()
    monkeypatch.setattr(store.Writer, where, broken)
    with pytest.raises(type(error)):
        study.tell(trial, 0.5)
    monkeypatch.undo()
    study.tell(other, 0.25)
    study.tell(study.ask(), 0.1)
    assert [one.score for one in study.trials[4:]] == [0.5, 0.25, 0.1]
    assert equal(study, tmp_path / "a.study")


def test_the_log_that_another_program_locks_costs_nothing(study, tmp_path, monkeypatch):
    monkeypatch.setattr("engine.store.connection.BUSY_SECONDS", 0.05)
    study.close()
    trial = study.ask()
    with closing(sqlite3.connect(tmp_path / "a.study", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unwritten, match="Another program is writing to"):
            study.tell(trial, 0.5)
        other.execute("ROLLBACK")
    study.flush()
    assert equal(study, tmp_path / "a.study")


def test_a_study_that_another_program_holds_keeps_what_it_is_told(study, tmp_path):
    trial = study.ask()
    study.close()
    with store.open_writer(tmp_path / "a.study"):
        with pytest.raises(Unwritten, match="open already in"):
            study.tell(trial, 0.5)
        with pytest.raises(Unwritten, match="open already in"):
            study.ask()
    study.tell(study.ask(), 0.25)
    assert equal(study, tmp_path / "a.study")


def test_a_trial_that_runs_while_the_study_is_closed_is_told_afterwards(study, tmp_path):
    trial = study.ask()
    trial.report(1, {"loss": 0.5})
    study.close()
    trial.report(2, {"loss": 0.25})
    trial.suggest_float("late", 0, 1)
    study.tell(trial, 0.5)
    study.close()
    again = Study.open(tmp_path / "a.study")
    assert picture(again.history) == picture(study.history)
    assert again.curves.get(4).steps.tolist() == [1, 2]


def test_a_file_that_another_program_went_on_with_is_left_alone(study, tmp_path):
    study.close()
    with Study.open(tmp_path / "a.study") as other:
        other.tell(other.ask(), 0.5)
    before = picture(on_file(tmp_path / "a.study"))
    for refused in (study.ask, lambda: study.enqueue({"x": 0.5}), study.flush):
        with pytest.raises(Unwritten, match="changed by another program"):
            refused()
    assert picture(on_file(tmp_path / "a.study")) == before
    study.save(tmp_path / "mine.study")
    assert equal(study, tmp_path / "mine.study")


@pytest.mark.skipif(os.name != "posix", reason="an open file cannot be removed here")
class TestFilesThatGo:
    def test_a_deleted_file_is_rescued_elsewhere_and_the_study_goes_on_there(self, study, tmp_path):
        trial = study.ask()
        (tmp_path / "a.study").unlink()
        with pytest.raises(Unwritten, match="moved, deleted or replaced"):
            study.tell(trial, 0.5)
        study.save(tmp_path / "kept.study")
        study.tell(study.ask(), 0.25)
        assert study.is_written
        assert equal(study, tmp_path / "kept.study")

    def test_a_deleted_file_is_put_back_under_its_own_name(self, study, tmp_path):
        trial = study.ask()
        (tmp_path / "a.study").unlink()
        with pytest.raises(Unwritten):
            study.tell(trial, 0.5)
        study.save(tmp_path / "a.study")
        study.tell(study.ask(), 0.25)
        study.close()
        assert equal(study, tmp_path / "a.study")
        assert [item.name for item in tmp_path.iterdir()] == ["a.study"]

    @pytest.mark.parametrize("closed", [False, True])
    def test_a_file_that_was_moved_away_and_back_goes_on(self, study, tmp_path, closed):
        trial = study.ask()
        if closed:
            study.close()
        (tmp_path / "a.study").rename(tmp_path / "away")
        with pytest.raises(Unwritten):
            study.tell(trial, 0.5)
        with pytest.raises(Unwritten):
            study.ask()
        (tmp_path / "away").rename(tmp_path / "a.study")
        study.tell(study.ask(), 0.25)
        assert equal(study, tmp_path / "a.study")

    @pytest.mark.parametrize("closed", [False, True])
    def test_a_file_that_was_replaced_is_not_written_to(self, study, tmp_path, closed):
        trial = study.ask()
        if closed:
            study.close()
        (tmp_path / "a.study").unlink()
        (tmp_path / "a.study").write_bytes(b"something else")
        for refused in (lambda: study.tell(trial, 0.5), study.flush, lambda: study.save(tmp_path / "a.study")):
            with pytest.raises(UserFault):
                refused()
        assert (tmp_path / "a.study").read_bytes() == b"something else"
        study.save(tmp_path / "kept.study")
        assert equal(study, tmp_path / "kept.study")


def test_what_waits_is_in_a_copy_elsewhere(study, disk, tmp_path):
    trials = [study.ask(), study.ask()]
    trials[0].report(1, {"loss": 0.5})
    disk.error = NO_ROOM
    with pytest.raises(Unwritten):
        study.tell(trials[0], 0.5)
    with pytest.raises(Unwritten):
        study.enqueue({"x": 0.5})
    study.save(tmp_path / "other.study")
    disk.error = None
    assert study.is_written
    study.tell(trials[1], 0.25)
    study.close()
    again = Study.open(tmp_path / "other.study")
    assert picture(again.history) == picture(study.history)
    assert len(again.curves.get(4)) == 1


def test_a_copy_that_cannot_be_made_leaves_the_study_with_its_file(study, tmp_path):
    trial = study.ask()
    with pytest.raises(UserFault):
        study.save(tmp_path / "nowhere" / "b.study")
    study.tell(trial, 0.5)
    assert equal(study, tmp_path / "a.study")


def test_leaving_a_block_tells_what_is_unwritten_but_not_in_place_of_what_ended_it(study, disk):
    trial = study.ask()
    disk.error = NO_ROOM
    with pytest.raises(Unwritten):
        study.tell(trial, 0.5)
    with pytest.raises(Unwritten), study:
        pass
    with pytest.raises(ZeroDivisionError) as ended, study:
        _ = 1 / 0
    assert "kept in memory" in ended.value.__notes__[0]
    disk.error = None
    study.close()
    assert study.is_written


def test_a_study_goes_on_where_the_program_changes_its_folder(tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    study = Study(SPACE, sampler="random")
    study.save("a.study")
    study.close()
    monkeypatch.chdir(tmp_path / "elsewhere")
    study.tell(study.ask(), 1.0)
    study.close()
    assert equal(study, tmp_path / "a.study")


def test_two_threads_and_a_disk_that_is_full_now_and_then_lose_nothing(study, disk, tmp_path):
    told, over = {}, threading.Event()

    def work():
        while not over.is_set():
            try:
                trial = study.ask()
            except Unwritten:
                continue
            told[trial.number] = trial.params["x"]
            with suppress(Unwritten):
                study.tell(trial, trial.params["x"])

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        disk.error = NO_ROOM
        time.sleep(0.005)
        disk.error = None
        time.sleep(0.02)
    over.set()
    for thread in threads:
        thread.join()
    study.flush()
    assert {number: study.trials[number].score for number in told} == told
    assert set(range(4, len(study.trials))) == set(told)
    assert equal(study, tmp_path / "a.study")


def test_a_pruned_trial_with_too_many_scores_is_refused_and_runs_on(study):
    trial = study.ask()
    with pytest.raises(UserFault, match="2 scores, the study has 1"):
        study.tell(trial, (1.0, 2.0), state="pruned")
    assert study.tell(trial, 1.0).score == 1.0


def test_a_step_that_does_not_fit_leaves_no_row(study, tmp_path):
    trial = study.ask()
    trial.report(1, {"loss": 0.5})
    with pytest.raises(UserFault, match="The step is"):
        trial.report(2**60, {"loss": 0.5})
    study.tell(trial, 1.0)
    study.close()
    assert Study.open(tmp_path / "a.study").curves.get(4).steps.tolist() == [1]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_interrupt_at_any_moment_leaves_the_study_and_its_file_the_same():
    seed = random.randrange(10**6)
    command = [sys.executable, "-m", "tests.campaigns.interrupts", "5", str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3])
    assert done.returncode == 0, done.stderr
    assert "trials: 0 wrong" in done.stdout, done.stdout


def test_no_trouble_at_random_moments_loses_or_doubles_a_trial(tmp_path):
    seed = random.randrange(10**6)
    print("seed", seed)
    assert campaign(tmp_path, lives=8, seed=seed) == []
