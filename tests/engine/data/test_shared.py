"""Arrays that processes share through files."""

import numpy as np
import pytest

from engine.data import encoding
from engine.data.reading import load
from engine.data.shared import SharedArrays


def refuse():
    raise AssertionError("made again")


def test_the_second_process_maps_what_the_first_wrote(tmp_path):
    rows = np.arange(40_000.0).reshape(200, 200)
    first = SharedArrays(tmp_path, "table").arrays("a", lambda: {"X": rows})
    second = SharedArrays(tmp_path, "table").arrays("a", refuse)
    assert np.array_equal(second["X"], rows)
    assert not second["X"].flags.writeable
    assert np.array_equal(first["X"], second["X"])


def test_other_content_has_other_arrays(tmp_path):
    SharedArrays(tmp_path, "one").arrays("a", lambda: {"X": np.zeros(3)})
    with pytest.raises(AssertionError, match="made again"):
        SharedArrays(tmp_path, "two").arrays("a", refuse)


def test_an_encoded_table_comes_back_as_it_was(tmp_path):
    table = encoding.encode(load("sample:wages"), "sector", "classification", time="started_on")
    SharedArrays(tmp_path, 1).encoded(lambda: table)
    again = SharedArrays(tmp_path, 1).encoded(refuse)
    assert (again.names, again.categorical, again.classes) == (table.names, table.categorical, table.classes)
    assert np.array_equal(again.X, table.X, equal_nan=True)
    assert np.array_equal(again.y, table.y)
    assert again.groups is None
    assert again.times is not None


def test_arrays_left_by_a_killed_process_are_made_again(tmp_path):
    shared = SharedArrays(tmp_path, 1)
    shared.arrays("a", lambda: {"X": np.zeros(3), "y": np.ones(2)})
    next(tmp_path.rglob("a.json")).unlink()
    assert shared.arrays("a", lambda: {"X": np.full(3, 7.0)})["X"].tolist() == [7, 7, 7]


def test_a_full_disk_costs_sharing_but_not_the_arrays(tmp_path, monkeypatch, caplog):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    shared = SharedArrays(tmp_path, 1)
    monkeypatch.setattr("numpy.save", full)
    assert shared.arrays("a", lambda: {"X": np.arange(3.0)})["X"].tolist() == [0, 1, 2]
    assert "not shared" in caplog.text
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
