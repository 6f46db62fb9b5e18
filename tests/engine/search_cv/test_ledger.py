"""What a study is told of a candidate follows from its fits."""

import math

import pytest

from engine.search_cv.ledger import Ledger, Row


def fit(score, error=None):
    return {"test_scores": score, "fit_time": 1.0, "score_time": 0.5, "fit_error": error}


def heard(row, *fits, metric=None):
    """A ledger that heard of these fits of a row, one a fold."""
    ledger = Ledger(3, metric, -1.0)
    ledger.rows.append(row)
    ledger.expect([row], range(len(fits)))
    ledger.hear(fits)
    return ledger


@pytest.mark.parametrize(
    ("fits", "is_pruned", "outcome"),
    [
        ([fit(0.5), fit(0.7)], False, (0.6, "complete", "")),
        ([fit(0.5), fit(0.7)], True, (0.6, "pruned", "")),
        ([fit(math.nan), fit(0.7)], True, (None, "failed", "The score is not a finite number (nan).")),
        ([fit(math.nan, "Traceback\nValueError: no"), fit(0.7)], True, (None, "failed", "ValueError: no")),
        ([fit(-1.0, "Traceback\nValueError: no")] * 2, False, (None, "failed", "ValueError: no")),
    ],
)
def test_a_score_is_finite_or_the_candidate_failed(fits, is_pruned, outcome):
    row = Row({}, is_pruned=is_pruned)
    score, state, reason = heard(row, *fits).outcome(row)
    assert (score if score is None else pytest.approx(score), state, reason) == outcome


def test_the_metric_that_counts_is_the_one_that_is_named():
    row = Row({})
    assert heard(row, fit({"a": 1.0, "b": 2.0}), metric="b").score(row) == 2.0
    assert heard(row, fit({"a": 1.0, "b": 2.0})).score(row) == 1.0


def test_fits_that_never_were_are_filled_in():
    row = Row({})
    ledger = heard(row, fit(0.5), fit(0.7))
    ledger.rows.append(Row({}, error="ValueError: no", seconds=9.0))
    filled = ledger.complete_fits()
    assert math.isnan(filled[2]["test_scores"])  # its third fold was left out
    assert [one["test_scores"] for one in filled[3:]] == [-1.0] * 3  # the error score
    assert (filled[2]["fit_time"], filled[3]["fit_time"], filled[3]["fit_error"]) == (1.0, 9.0, "ValueError: no")
