"""What a stranger's file may hold beyond what calendars, 64 bits and texts have room for, through every export."""

import sqlite3

import pandas as pd
import pytest

from engine import Float, Int, store
from engine.events import TrialEnded, TrialStarted
from engine.exporting import export_study, names
from engine.setup import StudySetup

SCRIPTS = {"py", "skops"}  # what needs a table


@pytest.fixture
def made(tmp_path):
    """Makes a study of two trials, and says where it is."""

    def make(space, params, seconds=1.0, started=1.0):
        path = tmp_path / "a.study"
        setup = StudySetup("t", None, space, "minimize")
        with store.create(path, setup.to_json(), setup.search_space()) as writer:
            for number in range(2):
                writer.record([TrialStarted(number, params, started)])
                writer.record([TrialEnded(number, "complete", started, seconds, (0.5,))])
        return path

    return make


@pytest.mark.parametrize("ending", sorted(set(names()) - SCRIPTS))
@pytest.mark.parametrize("value", [1e300, -1e300, 9e9, 1e10])
def test_times_that_no_calendar_has_are_unknown(made, tmp_path, ending, value):
    path = made({"x": Float(0, 1)}, {"x": 0.5}, seconds=abs(value), started=value)
    written = export_study(path, tmp_path / f"out.{ending}")
    if ending == "parquet":
        table = pd.read_parquet(written)
        assert table["datetime_start"].isna().all()
        assert table["duration"].isna().all()
        assert table["value"].tolist() == [0.5, 0.5]


@pytest.mark.parametrize("ending", sorted(set(names()) - SCRIPTS))
def test_whole_numbers_beyond_64_bits_are_written(made, tmp_path, ending):
    path = made({"n": Int(0, 10)}, {"n": 5})
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE trial SET params = ? WHERE number = 1", (f'{{"n": {2**80}}}',))
    connection.close()
    written = export_study(path, tmp_path / f"out.{ending}")
    if ending == "parquet":
        assert pd.read_parquet(written)["params_n"].astype(str).tolist()[0].startswith("5")


@pytest.mark.parametrize("ending", sorted(set(names()) - SCRIPTS))
def test_a_zero_byte_in_a_name_is_a_character(made, tmp_path, ending):
    path = made({"a\0b": Float(0, 1)}, {"a\0b": 0.5})
    assert export_study(path, tmp_path / f"out.{ending}").stat().st_size > 0
