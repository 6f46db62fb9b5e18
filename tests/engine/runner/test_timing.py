"""What a run will take is measured on three configurations, in a process that ends with the answer."""

import psutil
import pytest

from engine.errors import UserFault
from engine.runner import timing
from engine.runner.timing import Cost, time_trials
from engine.setup import StudySetup, replace
from engine.space import Float
from engine.study import suggest_setup


def children():
    return {one.pid for one in psutil.Process().children()}


def test_three_configurations_are_timed_and_nothing_stays_behind():
    before = children()
    cost = time_trials(suggest_setup("sample:wine", family="neighbours"))
    assert len(cost.seconds) == 3
    assert all(seconds > 0 for seconds in cost.seconds)
    assert not cost.is_cut
    assert children() <= before


def test_what_cannot_be_trained_is_refused_and_the_process_ends():
    before = children()
    wine = suggest_setup("sample:wine", family="neighbours")
    wine = replace(wine, objective=replace(wine.objective, target="no such column"))
    with pytest.raises(UserFault, match="no such column"):
        time_trials(wine)
    assert children() <= before
    with pytest.raises(UserFault, match="no table"):
        time_trials(StudySetup("s", None, {"x": Float(0.0, 1.0)}))


def test_it_stops_when_nobody_waits_for_it_or_when_it_takes_too_long(monkeypatch):
    wine = suggest_setup("sample:wine")
    with pytest.raises(UserFault, match="stopped"):
        time_trials(wine, lambda: True)
    monkeypatch.setattr(timing, "MOST_SECONDS", 0.0)
    slow = replace(wine, objective=replace(wine.objective, settings={"epochs": 100_000}))
    assert time_trials(slow).is_cut


def test_a_run_takes_as_many_turns_as_its_workers_need(monkeypatch):
    monkeypatch.setattr(timing, "cores", lambda: 4)
    cost = Cost((1.0, 4.0, 2.0))
    assert cost.of_run(60, 2) == (60.0, 30.0, 120.0)
    assert cost.of_run(60, 99) == (30.0, 15.0, 60.0)
    assert cost.of_run(1, 2) == (2.0, 1.0, 4.0)
