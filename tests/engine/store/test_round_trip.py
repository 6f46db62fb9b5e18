"""Whatever happens in a study is found again, bit for bit, after its file was closed."""

import sqlite3
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import store
from engine.errors import UserFault
from engine.events import LogLine, RunStateChanged, TrialInterrupted
from tests.engine.store.event_sequences import SPACES, curve_picture, exact, picture, sequences, told


def written(events, cuts, folder, objectives=1, refusals=(), constraints=()):
    """A closed study file that holds ``events``, recorded in batches that end at ``cuts``.

    Where the running number of an SQL statement is in ``refusals``, the disk says that it is full.
    """
    Path(folder).mkdir(exist_ok=True)
    path = Path(folder) / "any.study"
    bounds = sorted({0, len(events), *(cut % (len(events) + 1) for cut in cuts)})
    now = iter(range(10**6))
    directions = ["minimize"] * objectives
    with store.create(path, "{}", SPACES[0], directions, constraints, clock=lambda: next(now) / 3) as writer:
        connection = writer._connection
        writer._connection = Refusing(connection, refusals)
        for start, end in pairwise(bounds):
            until_taken(lambda batch=events[start:end]: writer.record(batch))
        until_taken(writer.flush)
        writer._connection = connection
    return path


def until_taken(attempt):
    for _ in range(100):
        try:
            return attempt()
        except UserFault as fault:
            assert "room" in fault.what  # noqa: PT017 - the only refusal there is
    raise AssertionError("never taken")


class Refusing:
    """A connection whose statements fail with a full disk at given running numbers."""

    def __init__(self, connection, refusals):
        self._connection, self._refusals, self._count = connection, refusals, 0

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def execute(self, statement, *values):
        self._count += 1
        if self._count in self._refusals and not statement.startswith(("ROLLBACK", "PRAGMA")):
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        return self._connection.execute(statement, *values)


def picture_on_file(path):
    """All that a reader can see in the study."""
    reader = store.Reader(path)
    curves = {number: curve_picture(curve) for number, curve in reader.curves().items()}
    return picture(reader.history()), curves, reader.log(), reader.run_state()


@settings(deadline=None, max_examples=60)
@given(events=sequences(), cuts=st.lists(st.integers(0, 100), max_size=6))
def test_a_reopened_study_is_the_one_that_was_closed(events, cuts):
    history, curves = told(events)
    with tempfile.TemporaryDirectory() as folder, store.Reader(written(events, cuts, folder)) as reader:
        assert picture(reader.history()) == picture(history)
        for number in range(len(history)):
            assert curve_picture(reader.curve(number)) == curve_picture(curves.get(number))
        assert not reader.damaged


@settings(deadline=None, max_examples=25)
@given(events=sequences(objectives=3), cuts=st.lists(st.integers(0, 100), max_size=6))
def test_every_score_of_several_objectives_comes_back(events, cuts):
    with tempfile.TemporaryDirectory() as folder:
        reader = store.Reader(written(events, cuts, folder, objectives=3))
        assert picture(reader.history()) == picture(told(events, objectives=3)[0])


@settings(deadline=None, max_examples=25)
@given(events=sequences(constraints=("memory", "größe")), cuts=st.lists(st.integers(0, 100), max_size=6))
def test_every_value_of_the_constraints_comes_back(events, cuts):
    names = ("memory", "größe")
    with tempfile.TemporaryDirectory() as folder:
        reader = store.Reader(written(events, cuts, folder, constraints=names))
        assert picture(reader.history()) == picture(told(events, constraints=names)[0])


@settings(deadline=None, max_examples=25)
@given(events=sequences(), cuts=st.lists(st.integers(0, 100), max_size=6))
def test_log_lines_and_run_states_come_back_in_order(events, cuts):
    lines = [
        LogLine(event.reason, event.time, "warning", event.number) if isinstance(event, TrialInterrupted) else event
        for event in events
        if isinstance(event, LogLine) or (isinstance(event, TrialInterrupted) and event.reason)
    ]
    states = [event for event in events if isinstance(event, RunStateChanged)]
    with tempfile.TemporaryDirectory() as folder:
        reader = store.Reader(written(events, cuts, folder))
        assert reader.log(last=10**6) == lines
        assert reader.log(0) == [line for line in lines if line.number == 0]
        assert reader.run_state() == (states[-1] if states else None)


@settings(deadline=None, max_examples=25)
@given(events=sequences())
def test_what_the_sampler_said_of_its_choices_comes_back(events):
    history, _ = told(events)
    whys = {n: history.trial(n).why for n in range(len(history)) if history.trial(n).why}
    with tempfile.TemporaryDirectory() as folder:
        assert exact(store.Reader(written(events, [], folder)).whys) == exact(whys)


@settings(deadline=None, max_examples=25)
@given(events=sequences(), cuts=st.lists(st.integers(0, 100), max_size=6), fail_at=st.sets(st.integers(0, 60)))
def test_batches_that_the_disk_refused_are_recorded_by_trying_again(events, cuts, fail_at):
    with tempfile.TemporaryDirectory() as folder:
        assert picture_on_file(written(events, cuts, folder)) == picture_on_file(
            written(events, cuts, folder + "/again", refusals=fail_at)
        )


@pytest.mark.parametrize("setup", ["", "{}", '{"name": "größe", "deep": [1, [2.5]]}', "not even JSON \x00 \n"])
def test_the_setup_comes_back_as_it_was_given(tmp_path, setup):
    with store.create(tmp_path / "a.study", setup, SPACES[0]) as writer:
        assert store.Reader(writer.path).setup() == setup
        writer.set_setup(setup + "!")
    assert store.Reader(tmp_path / "a.study").setup() == setup + "!"


def test_space_and_directions_are_there_before_the_first_trial(tmp_path):
    store.create(tmp_path / "a.study", "", SPACES[1], ["maximize", "minimize"]).close()
    reader = store.Reader(tmp_path / "a.study")
    assert reader.space() == SPACES[1]
    assert reader.directions() == ("maximize", "minimize")
    assert len(reader.history()) == 0
