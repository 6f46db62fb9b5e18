"""A file may tell any number of seconds: what no calendar has is left out, and asked for without harm."""

import pytest

from engine import store
from engine.events import LogLine, TrialEnded, TrialStarted
from engine.space import Float, SearchSpace
from gui.pages.live.trial_details import _clock

SPACE = SearchSpace({"x": Float(0, 1)})


@pytest.mark.parametrize("wild", [1e300, -1e300, 1e18, float("inf")])
def test_a_study_whose_times_are_wild_is_looked_at_from_python(tmp_path, wild):
    path = tmp_path / "a.study"
    with store.create(path, "", SPACE) as writer:
        writer.record([TrialStarted(0, {"x": 0.5}, wild), LogLine("then", wild)])
        writer.record([TrialEnded(0, "complete", wild, 2.0 * abs(wild), (1.0,))])
    with store.Reader(path) as reader:
        trial = reader.history().trial(0)
        assert [_clock(line.time) for line in reader.log()] == ["--:--:--"]
    assert (trial.datetime_start, trial.datetime_complete, trial.duration) == (None, None, None)
