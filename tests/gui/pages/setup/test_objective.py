"""The card that says what is scored: a table, a script, a program or a function, with the same cards below."""

from __future__ import annotations

import pytest

from engine.objectives.description import CommandObjective, FormulaObjective, FunctionObjective, ScriptObjective
from engine.runner import SetupGrown
from engine.setup import replace
from engine.space import Float, Int
from engine.study import suggest_command_setup, suggest_function_setup, suggest_script_setup, suggest_setup
from tests.gui.pages.bench import SLOW, Bench

SCRIPT = "def objective(trial):\n    x = trial.suggest_float('x', 0, 1)\n    return x\n"


@pytest.fixture
def bench(qtbot):
    made = Bench(qtbot)
    yield made
    made.end()


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "train.py"
    path.write_text(SCRIPT)
    return path


def wait_read(bench, name, text):
    bench.qtbot.waitUntil(lambda: text in bench.child(name).text(), timeout=2 * SLOW)


def test_a_script_is_read_and_shown_with_the_usual_cards_below(bench, script, tmp_path):
    bench.open(suggest_script_setup(script))
    bench.page.show_card("objective")
    wait_read(bench, "label_script_facts", "Read, not run: 4 lines, 1 hyperparameter.")
    assert "x = trial.suggest_float" in bench.child("text_script").toPlainText()
    assert bench.child("combo_entry").currentText() == "objective"
    shown = {name: card.isVisible() for name, card in bench.page.cards.items()}
    assert shown["objective"]
    assert not shown["data"]
    assert not shown["model"]
    assert shown["space"]
    assert shown["strategy"]
    assert shown["budget"]
    # What trials bring to light comes into the table, also beside an edit that is not sent yet.
    grown = replace(bench.setup, space={**bench.setup.space, "late": Int(1, 3)}, discovered=("x", "late"))
    bench.document.put_setup(replace(bench.setup, title="mine"))
    bench.document._on_heard((SetupGrown(grown),))
    assert list(bench.setup.space) == ["x", "late"]
    assert bench.setup.title == "mine"
    # An edit of before that comes back does not lose it.
    bench.document.put_setup(suggest_script_setup(script))
    assert list(bench.setup.space) == ["x", "late"]


def test_a_script_that_is_gone_is_told_at_its_place(bench, script):
    setup = suggest_script_setup(script)
    script.unlink()
    bench.open(setup)
    bench.page.show_card("objective")
    wait_read(bench, "label_objective_problems", "The script train.py is no longer in")
    wait_read(bench, "label_script_facts", "The script train.py is no longer in")
    assert not bench.child("label_script_facts").isVisible()  # it is told once
    assert not bench.child("text_script").isVisible()


def test_another_kind_is_one_edit(bench, script):
    bench.open(suggest_setup("sample:wine", family="neighbours"))
    bench.page.show_card("objective")
    card = bench.page.cards["objective"]
    card._on_kind_chosen(3)
    bench.qtbot.waitUntil(lambda: isinstance(bench.setup.objective, FunctionObjective), timeout=2 * SLOW)
    assert list(bench.setup.space) == ["x1", "x2"]
    card._on_kind_chosen(2)
    bench.qtbot.waitUntil(lambda: isinstance(bench.setup.objective, CommandObjective), timeout=2 * SLOW)
    assert list(bench.setup.space) == ["lr"]
    card._take_script(script)
    bench.qtbot.waitUntil(lambda: isinstance(bench.setup.objective, ScriptObjective), timeout=2 * SLOW)
    for _ in range(3):
        bench.document.undo_stack.undo()
    assert bench.setup.objective.source == "sample:wine"
    assert bench.page.cards["data"].isVisible()


def test_a_program_s_output_is_read_live(bench, tmp_path):
    bench.open(suggest_command_setup("Rscript fit.R --lr {lr}", tmp_path))
    bench.page.show_card("objective")
    bench.child("text_sample_output").setPlainText("epoch=1 loss=0.5\nepoch=2 loss=0.25\nscore = 0.75\nscore = 0.8\n")
    wait_read(bench, "label_sample_reading", "score = 0.8.")
    said = bench.child("label_sample_reading").text()
    assert "2 steps, the last one 2: loss 0.25." in said
    assert "score was printed 2 times; the last one counts." in said
    command = bench.child("edit_command")
    command.setText("Rscript fit.R --lr {lr} --depth {depth}")
    command.editingFinished.emit()
    assert bench.setup.space == {"lr": Float(1e-5, 0.1, log=True), "depth": Int(1, 10)}
    command.setText("Rscript fit.R --lr '{lr}")
    command.editingFinished.emit()
    wait_read(bench, "label_objective_problems", "No closing quotation")


def test_a_formula_brings_its_names(bench):
    bench.open(suggest_function_setup("(x - 1)**2 + y"))
    bench.document.put_setup(replace(bench.setup, space={**bench.setup.space, "x": Float(0, 2)}))
    bench.page.show_card("objective")
    line = bench.child("edit_formula")
    line.setText("(x - 1)**2 + sin(z)")
    line.editingFinished.emit()
    assert bench.setup.objective == FormulaObjective("(x - 1)**2 + sin(z)")
    assert bench.setup.space == {"x": Float(0, 2), "z": Float(-5, 5)}
    line.setText("__import__('os')")
    line.editingFinished.emit()
    assert bench.messages.lines[-1].what == "There is no function called '__import__'."
    assert bench.setup.objective.text == "(x - 1)**2 + sin(z)"
