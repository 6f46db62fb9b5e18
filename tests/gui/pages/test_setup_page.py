"""The setup page, used by clicks and keys; the engine's suggestions are real, the runner is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from engine.objectives.description import Validation
from engine.setup import replace
from engine.space import Categorical, Float, Int
from gui.item_models.columns import KIND
from gui.item_models.space_text import from_text
from gui.pages.setup.setup_page import SETTLED
from tests.gui.fakes import wine_setup
from tests.gui.pages.bench import LEFT, SLOW, Bench


@pytest.fixture
def bench(qtbot):
    """The page on the wine sample."""
    bench = Bench(qtbot)
    bench.open(wine_setup())
    yield bench
    bench.end()


# -- cards -------------------------------------------------------------------------------------------------------------


def test_a_folded_card_says_its_content_in_a_line(bench: Bench):
    bench.read_table()
    said = {name: card.head.summary for name, card in bench.page.cards.items()}
    assert (
        said["data"]
        == "wine · 178 rows · 13 columns to learn from · predict target (classification) · 5 folds · 20 % holdout"
    )
    assert said["model"] == "Neural network · 50 epochs"
    assert said["space"] == "5 hyperparameters"
    assert said["budget"] == "20 trials · 2 workers"
    assert said["strategy"].endswith("seed 0")


@pytest.mark.parametrize("waits", [False, True], ids=["shown at once", "shown later"])
def test_a_study_that_opens_while_another_page_is_seen_stands_there_when_this_one_is_shown(bench, qtbot, waits):
    bench.page.hide()
    setup = wine_setup()
    with qtbot.waitSignal(bench.document.opened):
        bench.document.create(Path("other.study"), replace(setup, budget=replace(setup.budget, trials=77)))
    if waits:
        qtbot.wait(50)
    bench.page.show()
    assert bench.page.cards["budget"].head.summary.startswith("77 trials")


def test_cards_unfold_by_click_and_by_enter(bench: Bench, qtbot):
    bench.click("button_card_budget")
    assert bench.child("budget_trials").isVisible()
    qtbot.keyClick(bench.child("button_card_budget"), Qt.Key.Key_Return)
    assert not bench.child("budget_trials").isVisible()


def test_what_trials_were_made_with_is_locked_and_says_why(bench: Bench, qtbot):
    bench.unfold("model")
    bench.runners[0].trial(0.9)
    qtbot.waitUntil(lambda: bench.document.has_trials)
    assert not bench.page.cards["data"].body.isEnabled()
    assert not bench.page.cards["model"].body.isEnabled()
    assert bench.child("label_locked_model").text() == SETTLED
    assert bench.child("label_locked_model").isVisible()
    assert bench.page.cards["space"].body.isEnabled()


def test_the_space_and_the_budget_can_be_edited_while_trials_run(bench: Bench, qtbot):
    bench.document.run()
    bench.runners[0].begin()
    qtbot.waitUntil(lambda: bench.document.has_trials)
    bench.unfold("budget")
    bench.type("budget_trials", "77")
    qtbot.waitUntil(lambda: bench.document.is_saved)
    assert bench.runners[0].intents[-1][0] == "edit"
    assert bench.runners[0].intents[-1][1].budget.trials == 77


# -- search space ------------------------------------------------------------------------------------------------------


def test_a_cell_is_edited_with_enter_and_typing(bench: Bench, qtbot):
    editor = bench.edit_cell("learning_rate", "low")
    qtbot.keyClicks(editor, "0.01")
    bench.enter(editor)
    assert bench.setup.space["learning_rate"].low == 0.01
    assert bench.document.undo_stack.undoText() == "low of learning_rate"


def test_typing_over_a_cell_replaces_it(bench: Bench, qtbot):
    table = bench.child("table_space")
    table.setFocus()
    table.setCurrentIndex(bench.cell("layers", "high"))
    qtbot.keyClick(table, "7")
    editor = table.findChild(QLineEdit, "editor_high")
    bench.enter(editor)
    assert bench.setup.space["layers"] == Int(1, 7)


def test_a_wrong_text_says_why_under_its_row_while_it_is_typed(bench: Bench, qtbot):
    table = bench.child("table_space")
    row = table.model().row_of("learning_rate")
    before = table.rowHeight(row)
    editor = bench.edit_cell("learning_rate", "low")
    qtbot.keyClicks(editor, "0")
    assert "log scale needs a lower bound above 0" in table.model().reason(row)
    assert table.rowHeight(row) > before
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert table.model().reason(row) == ""
    assert table.rowHeight(row) == before
    assert bench.setup == wine_setup()


def test_a_row_that_makes_no_sense_stays_and_the_card_counts_it(bench: Bench, qtbot):
    editor = bench.edit_cell("learning_rate", "low")
    qtbot.keyClicks(editor, "0")
    bench.enter(editor)
    assert bench.setup.space["learning_rate"].low == 0
    assert bench.page.cards["space"].head.summary == "5 hyperparameters · 1 needs attention"


def test_a_kind_is_chosen_from_a_list(bench: Bench, qtbot):
    editor = bench.edit_cell("layers", "kind")
    editor.setCurrentText("float")
    editor.activated.emit(editor.currentIndex())
    assert bench.setup.space["layers"] == Float(1.0, 3.0)


def test_add_begins_a_new_row_with_its_name(bench: Bench, qtbot):
    bench.click("button_space_add")
    editor = bench.child("table_space").findChild(QLineEdit, "editor_name")
    qtbot.keyClicks(editor, "dropout")
    bench.enter(editor)
    assert list(bench.setup.space)[-1] == "dropout"
    assert bench.setup.space["dropout"] == Float(0.0, 1.0)


def test_more_of_the_model_is_added_from_a_menu(bench: Bench, qtbot):
    button = bench.child("button_space_further")
    actions = {action.data(): action for action in button.menu().actions()}
    assert {"schedule", "clip", "weight_decay"} <= set(actions)
    assert not set(actions) & set(bench.setup.space)
    actions["schedule"].trigger()
    assert list(bench.setup.space)[-1] == "schedule"
    assert "cosine" in bench.setup.space["schedule"].choices
    assert "schedule" not in [action.data() for action in button.menu().actions()]


def test_a_name_the_model_does_not_know_is_told_beside_the_cell(bench: Bench, qtbot):
    bench.click("button_space_add")
    editor = bench.child("table_space").findChild(QLineEdit, "editor_name")
    qtbot.keyClicks(editor, "learning rate")
    bench.enter(editor)
    assert bench.page.cards["space"].head.summary.endswith("1 needs attention")
    reason = bench.child("table_space").model().reason(5)
    assert reason == "Neural network has no hyperparameter 'learning rate'. Did you mean learning_rate?"


def test_an_optimizer_that_does_not_exist_is_told_beside_the_cell(bench: Bench, qtbot):
    table = bench.child("table_space")
    index = bench.cell("optimizer", "choices")
    assert table.model().setData(index, "adam, adagrad, lbgfs", Qt.ItemDataRole.EditRole)
    reason = table.model().reason(3)
    assert reason.startswith("Optimizer is 'lbgfs'. Give one of adadelta, adafactor, adagrad, adam")


def test_delete_removes_the_selected_rows_and_undo_brings_them_back(bench: Bench, qtbot):
    table = bench.child("table_space")
    for name in ("learning_rate", "layers"):
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        table.selectionModel().select(bench.cell(name, "name"), flags)
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    assert list(bench.setup.space) == ["hidden_units", "optimizer", "momentum"]
    bench.document.undo_stack.undo()
    assert bench.setup == wine_setup()


def test_rows_are_duplicated(bench: Bench, qtbot):
    table = bench.child("table_space")
    table.setFocus()
    table.selectRow(2)
    qtbot.keyClick(table, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert list(bench.setup.space)[2:4] == ["layers", "layers_2"]


def test_copied_rows_are_text_that_can_be_pasted(bench: Bench, qtbot):
    table = bench.child("table_space")
    table.setFocus()
    table.selectRow(0)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    text = QApplication.clipboard().text()
    assert from_text(text) == {"learning_rate": Float(1e-4, 1e-1, log=True)}
    QApplication.clipboard().setText("l2\tfloat\t1e-6\t0.1\tlog")
    bench.click("button_space_paste")
    assert bench.setup.space["l2"] == Float(1e-6, 0.1, log=True)
    assert list(bench.setup.space)[-1] == "l2"


def test_pasting_nonsense_says_what_can_be_pasted(bench: Bench):
    QApplication.clipboard().setText("hello")
    bench.click("button_space_paste")
    assert "no rows" in bench.messages.lines[-1].what
    assert bench.setup == wine_setup()


def test_suggested_ranges_replace_the_rows_on_one_click(bench: Bench, qtbot):
    choose_ranges(bench, "usual")
    qtbot.waitUntil(lambda: "batch_size" in bench.setup.space, timeout=SLOW)
    assert bench.document.undo_stack.undoText() == "suggested ranges"
    usual = bench.setup.space["hidden_units"]
    choose_ranges(bench, "wide")
    qtbot.waitUntil(lambda: bench.setup.space["hidden_units"].high > usual.high, timeout=SLOW)
    choose_ranges(bench, "narrow")
    qtbot.waitUntil(lambda: bench.setup.space["hidden_units"].high < usual.high, timeout=SLOW)


def choose_ranges(bench: Bench, preset: str) -> None:
    actions = {action.data(): action for action in bench.child("button_space_suggest").menu().actions()}
    actions[preset].trigger()


def test_known_first_trials_are_switched_in_the_strategy_card(bench: Bench, qtbot):
    choose_ranges(bench, "usual")
    qtbot.waitUntil(lambda: "batch_size" in bench.setup.space, timeout=SLOW)
    bench.unfold("strategy")
    switch = bench.child("check_portfolio")
    assert switch.isVisible()
    assert not switch.isChecked()  # the study is one from before there was a portfolio
    assert bench.child("label_portfolio").text() == "4 configurations of this space, from published studies."
    assert "AutoGluon" in switch.toolTip()
    switch.setFocus()
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert bench.setup.strategy.portfolio
    assert switch.isChecked()
    bench.document.undo_stack.undo()
    assert not bench.setup.strategy.portfolio
    assert not switch.isChecked()
    bench.type("search_sampler", "grid")
    qtbot.keyClick(bench.child("search_sampler"), Qt.Key.Key_Return)
    assert not switch.isVisible()


def test_the_size_of_the_grid_is_said(bench: Bench):
    # 5 rates x 5 units x 3 layers x (adam + sgd x 5 momenta)
    assert bench.child("label_grid").text() == "5-value grid: 450 trials"


def test_an_empty_space_says_what_to_do(bench: Bench, qtbot):
    table = bench.child("table_space")
    table.setFocus()
    table.selectAll()
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    assert bench.setup.space == {}
    assert bench.child("label_no_rows").isVisible()
    assert not table.isVisible()


# -- strategy, budget, model -------------------------------------------------------------------------------------------


def test_a_strategy_is_found_by_its_name_and_taken_with_enter(bench: Bench, qtbot):
    bench.unfold("strategy")
    bench.type("search_sampler", "grid")
    qtbot.keyClick(bench.child("search_sampler"), Qt.Key.Key_Return)
    assert bench.setup.strategy.sampler == "grid"
    assert bench.page.cards["strategy"].head.summary.startswith("Grid search")


def test_settings_of_a_strategy_are_edited_and_undone(bench: Bench, qtbot):
    bench.unfold("strategy")
    bench.type("search_sampler", "grid")
    qtbot.keyClick(bench.child("search_sampler"), Qt.Key.Key_Return)
    bench.type("sampler_levels", "7")
    assert bench.setup.strategy.options == {"levels": 7}
    assert "7-value grid" in bench.child("label_grid").text()
    bench.document.undo_stack.undo()
    assert bench.setup.strategy.options == {}
    assert bench.child("sampler_levels").text() == "5"


def test_a_pruner_and_a_seed_are_chosen(bench: Bench):
    bench.unfold("strategy")
    bench.choose("combo_pruner", "median")
    bench.type("strategy_seed", "42")
    assert bench.setup.strategy.pruner == "median"
    assert bench.setup.strategy.seed == 42


@pytest.mark.parametrize(
    ("field", "text", "name", "value"),
    [
        ("budget_trials", "200", "trials", 200),
        ("budget_trials", "", "trials", None),
        ("budget_seconds", "15 min", "seconds", 900.0),
        ("budget_target", "0.95", "target", 0.95),
        ("budget_patience", "60", "patience", 60),
        ("budget_trial_seconds", "30", "trial_seconds", 30.0),
        ("budget_workers", "4", "workers", 4),
    ],
)
def test_every_limit_of_the_budget_can_be_typed(bench: Bench, field, text, name, value):
    bench.unfold("budget")
    bench.type(field, text)
    assert getattr(bench.setup.budget, name) == value


def test_a_budget_reads_as_a_sentence(bench: Bench):
    bench.unfold("budget")
    for field, text in (("budget_trials", "200"), ("budget_seconds", "15 min"), ("budget_patience", "60")):
        bench.type(field, text)
    said = "200 trials or 15 min, whichever comes first · stops when nothing improves for 60 · 2 workers"
    assert bench.page.cards["budget"].head.summary == said


def test_an_impossible_budget_is_refused_beside_its_field(bench: Bench):
    bench.unfold("budget")
    bench.type("budget_workers", "0")
    assert bench.setup.budget.workers == 2
    assert bench.child("budget_workers").reason == "Give a whole number from 1 to 256."


def test_another_model_brings_its_own_space(bench: Bench, qtbot):
    bench.unfold("model")
    bench.type("search_family", "forest")
    qtbot.keyClick(bench.child("search_family"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bench.setup.objective.family == "random_forest", timeout=SLOW)
    assert "learning_rate" not in bench.setup.space
    assert bench.setup.objective.metric == "accuracy"
    assert bench.page.cards["model"].head.summary.startswith("Random forest")
    bench.document.undo_stack.undo()
    assert bench.setup == wine_setup()


def test_a_class_of_scikit_learn_is_found_by_its_name(bench: Bench, qtbot):
    bench.unfold("model")
    bench.type("search_family", "ExtraTreesClass")
    qtbot.keyClick(bench.child("search_family"), Qt.Key.Key_Return)
    path = "sklearn.ensemble.ExtraTreesClassifier"
    qtbot.waitUntil(lambda: bench.setup.objective.family == path, timeout=SLOW)
    assert "max_features" in bench.setup.space
    assert bench.page.cards["model"].head.summary == "ExtraTreesClassifier"
    assert bench.page.cards["space"].head.summary == f"{len(bench.setup.space)} hyperparameters"
    assert "min_samples_split" in [a.data() for a in bench.child("button_space_further").menu().actions()]


@pytest.mark.parametrize(
    ("path", "said"),
    [("no_such_package.Model", "not installed"), ("os.system", "no estimator"), ("sklearn.svm.SVR", "not support")],
)
def test_a_class_that_cannot_be_tuned_is_a_sentence_and_everything_stays(bench: Bench, qtbot, path, said):
    bench.unfold("model")
    bench.type("edit_model_path", path)
    qtbot.keyClick(bench.child("edit_model_path"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(bench.messages.lines), timeout=SLOW)
    assert said in bench.messages.lines[-1].what
    assert bench.setup == wine_setup()


def test_preparation_is_added_from_the_menu(bench: Bench):
    actions = {action.data(): action for action in bench.child("button_space_further").menu().actions()}
    actions["prepare__scaling"].trigger()
    assert bench.setup.space["prepare__scaling"] == Categorical(("standard", "robust", "quantile"))
    assert bench.page.cards["space"].head.summary.endswith("hyperparameters")


def test_what_stays_fixed_in_a_model_is_edited(bench: Bench):
    bench.unfold("model")
    bench.type("model_epochs", "20")
    assert bench.setup.objective.settings == {"epochs": 20}


# -- data --------------------------------------------------------------------------------------------------------------


def test_the_target_is_chosen_by_a_click_on_its_row(bench: Bench, qtbot):
    bench.unfold("data")
    bench.read_table()
    table = bench.child("table_columns")
    place = table.visualRect(table.model().index(0, 0)).center()
    qtbot.mouseClick(table.viewport(), LEFT, pos=place)
    qtbot.waitUntil(lambda: bench.setup.objective.target == "alcohol", timeout=SLOW)
    assert bench.setup.objective.task == "regression"
    assert bench.setup.direction == "minimize"


def test_the_target_is_chosen_by_the_space_key(bench: Bench, qtbot):
    bench.unfold("data")
    bench.read_table()
    table = bench.child("table_columns")
    table.setFocus()
    table.setCurrentIndex(table.model().index(1, 3))
    qtbot.keyClick(table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bench.setup.objective.target == "malic_acid", timeout=SLOW)


def test_the_balance_of_classes_is_drawn_and_said(bench: Bench):
    bench.unfold("data")
    bench.read_table()
    assert bench.child("label_target").text() == "3 classes, the largest with 40 % of the rows."
    assert bench.child("chart_target").accessibleDescription() == "class_1: 71; class_0: 59; class_2: 48"


def test_classes_that_are_numbers_are_counted_one_by_one(qtbot, tmp_path: Path):
    table = tmp_path / "numbers.csv"
    table.write_text("\n".join(["a,b", *[f"{i},{i % 4 // 3}" for i in range(40)]]))
    bench = Bench(qtbot)
    bench.open(wine_setup(objective=type(wine_setup().objective)(str(table), "b", "classification", "mlp", "accuracy")))
    bench.unfold("data")
    qtbot.waitUntil(lambda: bench.child("chart_target").accessibleDescription() == "0: 30; 1: 10", timeout=SLOW)
    assert bench.child("label_target").text() == "2 classes, the largest with 75 % of the rows."
    bench.end()


def test_leaving_a_column_out_keeps_the_space(bench: Bench, qtbot):
    bench.unfold("data")
    bench.read_table()
    bench.child("table_columns").model().setData(bench.child("table_columns").model().index(0, KIND), "left out")
    qtbot.waitUntil(lambda: bench.setup.objective.ignored == ("alcohol",), timeout=SLOW)
    assert bench.setup.space == wine_setup().space
    assert "12 columns to learn from" in bench.page.cards["data"].head.summary


def test_a_target_that_cannot_be_learned_is_refused_in_a_sentence(bench: Bench, qtbot):
    bench.unfold("data")
    bench.read_table()
    bench.choose("combo_task", "regression")
    bench.child("combo_task").activated.emit(1)
    qtbot.waitUntil(lambda: bool(bench.messages.lines), timeout=SLOW)
    assert "categories" in bench.messages.lines[-1].what
    assert bench.setup == wine_setup()
    assert bench.child("combo_task").currentText() == "classification"


def test_a_metric_brings_its_direction(bench: Bench):
    bench.unfold("data")
    combo = bench.child("combo_metric")
    lower = next(i for i in range(combo.count()) if "lower is better" in combo.itemText(i))
    combo.setCurrentIndex(lower)
    combo.activated.emit(lower)
    assert bench.setup.direction == "minimize"
    assert bench.setup.objective.metric == combo.itemData(lower)


def test_a_good_enough_score_goes_with_the_metric_it_was_meant_for(bench: Bench):
    bench.unfold("data")
    bench.unfold("budget")
    bench.type("budget_target", "0.9")
    assert bench.setup.budget.target == 0.9
    combo = bench.child("combo_metric")
    other = next(i for i in range(combo.count()) if combo.itemData(i) != "accuracy")
    combo.setCurrentIndex(other)
    combo.activated.emit(other)
    assert bench.setup.budget.target is None
    assert bench.child("budget_target").text() == ""
    assert "0.9 was meant for the accuracy of target" in str(bench.messages.lines[-1])
    bench.document.undo_stack.undo()
    assert (bench.setup.objective.metric, bench.setup.budget.target) == ("accuracy", 0.9)


def test_folds_and_holdout_are_typed(bench: Bench):
    bench.unfold("data")
    bench.type("validation_folds", "3")
    bench.type("validation_holdout", "10")
    assert bench.setup.objective.validation == Validation(folds=3, holdout=0.1)


@pytest.fixture
def told(qtbot, tmp_path: Path):
    """Opens the page on a table of these lines, with the data card unfolded and the first check done."""
    benches = []

    def open_on(lines: list[str], metric: str = "accuracy", task: str = "classification", **more) -> Bench:
        table = tmp_path / "told.csv"
        table.write_text("\n".join(lines))
        objective = type(wine_setup().objective)(str(table), "y", task, "mlp", metric, **more)
        bench = Bench(qtbot)
        benches.append(bench)
        bench.open(wine_setup(objective=objective, direction="maximize" if task == "classification" else "minimize"))
        bench.unfold("data")
        bench.read_table()
        qtbot.waitUntil(lambda: not (bench.check.is_busy or bench.background.is_busy), timeout=SLOW)
        return bench

    yield open_on
    for bench in benches:
        bench.end()


def said_beside(bench: Bench, name: str) -> str:
    """What stands beside a field of the validation."""
    field = bench.child(name)
    grid = field.parentWidget().layout()
    row = grid.getItemPosition(grid.indexOf(field))[0]
    return grid.itemAtPosition(row, 2).widget().text()


FRAUD = ["x,y", *[f"{7 * i % 41},{'fraud' if i % 5 == 0 else 'legit'}" for i in range(60)]]


def test_more_folds_than_the_smallest_class_has_rows_are_told_beside_the_field(told, qtbot):
    bench = told(["x,y", *[f"{7 * i % 41},{'a' if i > 3 else 'rare'}" for i in range(60)]])
    qtbot.waitUntil(lambda: "'rare' has 3 rows for 5 folds" in said_beside(bench, "validation_folds"), timeout=SLOW)
    assert "has 3 rows for 5 folds" in bench.page.cards["data"].head.summary
    bench.type("validation_folds", "3")
    qtbot.waitUntil(lambda: "enough for 3 folds" in said_beside(bench, "validation_folds"), timeout=SLOW)
    assert bench.page.cards["data"].head.note == "1 caution"
    bench.choose("combo_scheme", "K-fold")
    qtbot.waitUntil(lambda: "not every fold" not in said_beside(bench, "validation_folds"), timeout=SLOW)
    assert not any(one.forbids for one in bench.document.problems)


def test_equal_rows_are_counted_and_kept_together_by_one_press(told, qtbot):
    bench = told(["x,z,y", *[f"{i % 20},{i * i % 20},{'ab'[i % 2]}" for i in range(80)], "99,1,a", "98,2,b"])
    text = "20 rows occur 4 times, so a model has seen the targets"
    qtbot.waitUntil(lambda: said_beside(bench, "check_duplicates").startswith(text), timeout=SLOW)
    bench.click("check_duplicates")
    assert bench.setup.objective.validation.duplicates == "together"
    qtbot.waitUntil(lambda: not bench.document.problems, timeout=SLOW)
    bench.document.undo_stack.undo()
    assert not bench.child("check_duplicates").isChecked()


def test_the_positive_class_is_shown_where_a_metric_asks_for_it(told, qtbot):
    bench = told(FRAUD)
    combo = bench.child("combo_positive")
    assert not combo.isVisible()
    metric = bench.child("combo_metric")
    metric.setCurrentIndex(metric.findData("average_precision"))
    metric.activated.emit(metric.currentIndex())
    assert combo.isVisible()
    assert combo.currentText() == "legit"  # what a study without a choice is judged by: the last by name
    bench.choose("combo_positive", "fraud")
    assert bench.setup.objective.positive == "fraud"


def test_another_target_brings_the_likely_positive_class(told, qtbot):
    lines = [FRAUD[0] + ",z", *[f"{line},{'no' if i % 4 else 'yes'}" for i, line in enumerate(FRAUD[1:])]]
    bench = told(lines)
    bench.choose("combo_target", "z")
    bench.child("combo_target").activated.emit(bench.child("combo_target").currentIndex())
    qtbot.waitUntil(lambda: bench.setup.objective.target == "z", timeout=SLOW)
    assert bench.setup.objective.positive == "yes"


def test_time_offers_a_gap_and_the_order_of_rows(told, qtbot):
    bench = told(["day,x,y", *[f"2024-01-{1 + i // 3:02d},{i},{i % 7}.5" for i in range(90)]], "rmse", "regression")
    bench.choose("combo_scheme", "time")
    assert bench.setup.objective.validation.column == "day"
    bench.type("validation_gap", "2")
    assert bench.setup.objective.validation == Validation("time", column="day", gap=2.0)
    bench.type("validation_gap", "300")
    qtbot.waitUntil(lambda: "nothing is left to train on" in said_beside(bench, "validation_gap"), timeout=SLOW)
    bench.choose("combo_scheme_column", "Order of the rows")
    assert bench.setup.objective.validation.column is None
    bench.choose("combo_scheme", "K-fold")
    assert bench.setup.objective.validation == Validation("kfold")
    assert not bench.child("validation_gap").isVisible()


@pytest.mark.parametrize(
    ("scheme", "field", "text", "expected"),
    [
        ("repeated", "validation_repeats", "4", {"repeats": 4}),
        ("holdout", "validation_share", "40", {"share": 0.4}),
        ("fixed_holdout", "validation_share", "10", {"share": 0.1}),
    ],
)
def test_every_scheme_has_its_fields(bench: Bench, scheme, field, text, expected):
    bench.unfold("data")
    assert not bench.child(field).isVisible()
    bench.choose("combo_scheme", scheme)
    bench.type(field, text)
    assert bench.setup.objective.validation == Validation(scheme, **expected)
    assert bench.child("validation_folds").isVisible() == (scheme == "repeated")


def test_no_more_is_held_out_than_a_run_accepts(bench: Bench):
    bench.unfold("data")
    bench.type("validation_holdout", "60")
    assert bench.child("validation_holdout").reason == "Give a number from 0 to 50 %."
    assert bench.setup.objective.validation.holdout <= 0.5


def test_schemes_for_classes_are_not_offered_for_numbers(told):
    bench = told(["x,y", *[f"{i},{i / 7}" for i in range(60)]], "rmse", "regression")
    combo = bench.child("combo_scheme")
    assert "Stratified k-fold" not in [combo.itemText(place) for place in range(combo.count())]


def test_grouped_folds_ask_for_a_column(bench: Bench):
    bench.unfold("data")
    bench.read_table()
    assert not bench.child("combo_scheme_column").isVisible()
    bench.choose("combo_scheme", "grouped")
    assert bench.child("combo_scheme_column").isVisible()
    assert bench.setup.objective.validation.column == "alcohol"


def test_the_first_rows_are_shown_on_demand(bench: Bench):
    bench.unfold("data")
    bench.read_table()
    bench.click("button_show_rows")
    assert bench.child("table_rows").isVisible()
    assert not bench.child("table_columns").isVisible()
    assert bench.child("table_rows").model().rowCount() > 100


def test_another_table_replaces_data_and_space(bench: Bench, qtbot, tmp_path: Path):
    table = tmp_path / "other.csv"
    table.write_text("\n".join(["a,b,c", *[f"{i},{i * i},{i % 2}" for i in range(60)]]))
    bench.unfold("data")
    bench.messages.file = table
    bench.click("button_choose_table")
    qtbot.waitUntil(lambda: bench.setup.objective.source == str(table), timeout=SLOW)
    assert bench.child("label_source").text() == "other.csv"
    assert bench.setup.budget == wine_setup().budget


def test_a_table_that_is_gone_says_so_beside_its_name(bench: Bench, qtbot):
    other = wine_setup(objective=type(wine_setup().objective)("gone.csv", "y", "regression", "mlp", "rmse"))
    bench.document.put_setup(other)
    qtbot.waitUntil(lambda: "does not exist" in bench.child("label_notes").text(), timeout=SLOW)
    assert "does not exist" in bench.page.cards["data"].head.summary


def test_a_choice_in_the_space_is_shown_with_its_type(bench: Bench):
    changed = dict(wine_setup().space, size=Categorical((16, 32)))
    bench.document.put_setup(wine_setup(space=changed))
    assert bench.cell("size", "choices").data() == "16, 32"


@pytest.mark.parametrize("name", ["data", "model"])
def test_a_study_from_a_script_says_that_it_has_no_table(qtbot, name):
    bench = Bench(qtbot)
    bench.open(wine_setup(objective=None))
    card = bench.page.cards[name]
    card.fold(False)
    assert not card.body.isEnabled()
    assert "not a" in card.head.summary
    bench.end()


def descending(**changes):
    """A study whose strategy follows hypergradients, as a person chooses it: nothing else is prepared."""
    setup = wine_setup(**changes)
    rows = {**setup.space, "dropout": Float(0.0, 0.5)}
    return replace(setup, space=rows, strategy=replace(setup.strategy, sampler="hypergradient"))


def test_hypergradient_descent_is_given_the_model_it_wants_by_one_button(bench):
    bench.open(descending())
    bench.unfold("strategy")
    said = bench.child("label_hindrance")
    assert said.isVisible()
    assert said.text() == (
        "There are no derivatives to follow yet: the search space contains optimizers other than sgd, it contains "
        "dropout and the model's setting Hypergradients is off. Until then trials only spread evenly."
    )
    button = bench.child("button_plain_descent")
    assert button.text() == button.accessibleName() == "Use plain SGD without dropout"
    button.setFocus()
    bench.qtbot.keyClick(button, Qt.Key.Key_Space)
    assert bench.setup.space["optimizer"].choices == ("sgd",)
    assert "dropout" not in bench.setup.space
    assert bench.setup.objective.settings == {"hypergradients": True}
    assert not said.isVisible()
    assert not button.isVisible()
    bench.document.undo_stack.undo()
    assert bench.setup == descending()
    assert button.isVisible()


def test_other_strategies_ask_nothing_of_the_model(bench):
    bench.open(wine_setup())
    bench.unfold("strategy")
    assert not bench.child("label_hindrance").isVisible()
    assert not bench.child("button_plain_descent").isVisible()


def test_a_model_without_derivatives_is_said_to_have_none(bench):
    forest = descending()
    bench.open(replace(forest, objective=replace(forest.objective, family="random_forest")))
    bench.unfold("strategy")
    assert bench.child("label_hindrance").text().startswith("Random forest has no derivatives to follow")
    assert not bench.child("button_plain_descent").isVisible()


def test_a_model_that_is_settled_is_not_changed_by_the_button(bench):
    bench.open(descending())
    bench.unfold("strategy")
    with bench.qtbot.waitSignal(bench.document.trials_changed):
        bench.runners[-1].trial(0.9)
    assert (
        bench.child("label_hindrance")
        .text()
        .endswith("cannot be changed once trials exist: create a new study for it.")
    )
    assert not bench.child("button_plain_descent").isVisible()


def test_another_optimizer_is_added_to_the_choices_in_one_step(bench):
    bench.open(wine_setup())
    bench.child("action_choice_optimizer_momentum").trigger()
    assert bench.setup.space["optimizer"].choices == ("sgd", "adam", "momentum")
    assert bench.setup.space["momentum"].when == {"optimizer": ("sgd", "momentum")}
    assert bench.page.findChild(object, "action_choice_optimizer_momentum") is None
    bench.document.undo_stack.undo()
    assert bench.setup.space["optimizer"].choices == ("sgd", "adam")


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_F2, Qt.Key.Key_A])
@pytest.mark.parametrize("name", ["table_space", "table_columns"])
def test_no_key_in_any_cell_complains_on_the_terminal(bench, name, key):
    bench.open(wine_setup())  # what Qt says on the terminal fails a test
    for card in bench.page.cards.values():
        card.fold(False)
    table = bench.child(name)
    bench.qtbot.waitUntil(lambda: table.model().rowCount() > 0, timeout=SLOW)
    table.setFocus()
    for column in range(table.model().columnCount()):
        index = table.model().index(0, column)
        if not table.isColumnHidden(column):
            table.setCurrentIndex(index)
            bench.qtbot.keyClick(table, key)
            editor = QApplication.focusWidget()
            if editor is not table and table.isAncestorOf(editor):
                bench.qtbot.keyClick(editor, Qt.Key.Key_Escape)
