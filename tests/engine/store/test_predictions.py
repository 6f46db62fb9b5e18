"""Predictions lie in the study file with their trial, take a bounded room, and come back."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from engine import store
from engine.data.out_of_fold import OutOfFoldRows, Predictions, compact, pack_predictions, pack_rows
from engine.errors import UserFault
from engine.events import FindingRecorded, TrialEnded, TrialStarted
from engine.store import prediction_rows
from tests.engine.store.studies import SPACE, make


def packed_predictions(seed, n=200):
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 2
    rows = OutOfFoldRows(np.arange(n), np.arange(n) * 4 // n, y, ("a", "b"))
    key, blob = pack_rows(rows)
    second = rng.random(n)
    values = np.column_stack([1 - second, second])
    return pack_predictions(compact(Predictions("probability", values, values.argmax(axis=1))), key, blob)


def record_trial(writer, number, score, packed):
    rng = np.random.default_rng(number)
    writer.record([TrialStarted(number, SPACE.sample(rng), 1.0)])
    writer.record([TrialEnded(number, "complete", 2.0, 1.0, (score,), predictions=packed)])


def test_predictions_come_back_and_rows_are_there_once(tmp_path):
    path = tmp_path / "a.study"
    with store.create(path, "{}", SPACE) as writer:
        for number in range(3):
            record_trial(writer, number, 0.5, packed_predictions(number))
    reader = store.Reader(path)
    found = reader.predictions()
    assert list(found) == [0, 1, 2] == list(reader.predicted_trials())
    rows, predictions = found[1]
    assert rows is found[2][0]
    second = np.random.default_rng(1).random(200)
    assert np.allclose(predictions.values[:, 1], second, atol=2e-3)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM prediction_rows").fetchone() == (1,)
    assert list(reader.predictions([2, 9])) == [2]


def test_where_there_are_too_many_poor_old_ones_go_first(tmp_path, monkeypatch):
    monkeypatch.setattr(prediction_rows, "CHECKED_EVERY", 1)
    path = tmp_path / "a.study"
    size = len(packed_predictions(0, 2000).data)
    with store.create(path, "{}", SPACE) as writer:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("INSERT INTO study VALUES (?, ?)", (prediction_rows.BUDGET_KEY, str(8.5 * size / 1e6)))
            connection.commit()
        for number in range(10):  # of a loss: odd ones are poor
            record_trial(writer, number, float(number % 2), packed_predictions(number, 2000))
    kept = store.Reader(path).predicted_trials()
    assert kept[0] == 0
    assert 1 not in kept
    assert set(range(0, 10, 2)) <= set(kept)
    assert 6 <= len(kept) <= 8


def test_damage_is_told_with_the_trial(tmp_path):
    path = tmp_path / "a.study"
    with store.create(path, "{}", SPACE) as writer:
        record_trial(writer, 0, 0.5, packed_predictions(0))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE prediction SET data = zeroblob(10)")
        connection.commit()
    with pytest.raises(UserFault, match="predictions of trial 0"):
        store.Reader(path).predictions()


def test_what_is_found_out_is_kept_in_order(tmp_path):
    path = make(tmp_path / "a.study", trials=2)
    with store.open_writer(path) as writer:
        writer.record([FindingRecorded("fresh_fit", 5.0, {"score": 0.5}), FindingRecorded("holdout", 6.0, {}, b"rows")])
    first, second = store.Reader(path).findings()
    assert (first.kind, first.time, first.values) == ("fresh_fit", 5.0, {"score": 0.5})
    assert (second.kind, second.data) == ("holdout", b"rows")
