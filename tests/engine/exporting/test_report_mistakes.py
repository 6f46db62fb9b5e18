"""What the report says of mistakes, from predictions that are told rather than trained; strangers' names are texts."""

import numpy as np
import pytest

from engine.data.out_of_fold import OutOfFoldRows, Predictions, compact, pack_predictions, pack_rows
from engine.events import TrialEnded, TrialStarted
from engine.exporting import export_study
from engine.exporting.report.blocks import Report, Table
from engine.exporting.report.html_page import to_html
from engine.setup import replace
from engine.store import create
from tests.helpers.judged import SETUP

LONG = "a_name_without_any_blank_that_no_column_can_hold_" * 4
SCRIPT = "</style><script>alert(1)</script>"
ROWS = 120


def told(tmp_path, classes, task):
    """A study file of three trials with predictions."""
    rng = np.random.default_rng(0)
    objective = replace(SETUP.objective, task=task, metric="accuracy" if classes else "rmse")
    setup = replace(SETUP, objective=objective)
    y = rng.integers(0, max(len(classes), 1), ROWS) if classes else rng.normal(size=ROWS)
    key, blob = pack_rows(OutOfFoldRows(np.arange(ROWS), np.arange(ROWS) * 4 // ROWS, y, classes))
    events = []
    for number, score in enumerate((0.7, 0.8, 0.9)):
        if classes:
            values = rng.dirichlet(np.ones(len(classes)), ROWS)
            said = Predictions("probability", values, values.argmax(axis=1))
        else:
            said = Predictions("value", y + rng.normal(0, 0.5, ROWS))
        kept = pack_predictions(compact(said), key, blob)
        events.append(TrialStarted(number, {"learning_rate": 0.01, "layers": 1}, 0.0))
        events.append(TrialEnded(number, "complete", 1.0, 1.0, (score,), predictions=kept))
    path = tmp_path / "told.study"
    create(path, setup.to_json(), setup.search_space(), setup.directions(), events=events).close()
    return path


@pytest.mark.parametrize("classes", [(SCRIPT, LONG), ("a", "b", "c"), ()], ids=["hostile", "three", "numbers"])
def test_the_report_tells_of_mistakes(tmp_path, classes):
    path = told(tmp_path, classes, "classification" if classes else "regression")
    export_study(path, tmp_path / "r.html")
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<h2>Mistakes</h2>" in text
    assert "<script" not in text
    assert ("truth \\ predicted" in text) == bool(classes)
    assert ("share that came true" in text) == bool(classes)
    assert ("upward: truth minus prediction" in text) == (not classes)
    assert "models</h3>" in text


def test_a_long_name_over_a_column_is_cut_and_a_long_cell_is_broken():
    page = to_html(Report("t", "now", (Table(("x", LONG), (("1", LONG),), frozenset({1})),)))
    head, body = page.split("<tbody>")
    assert LONG not in head.split("<thead>")[1]
    assert f'<td class="n">{LONG}</td>' in body
    assert '<td class="s">1</td>' in body
