import numpy as np
import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt

from engine.analysis import parse_filter
from engine.events import StepReported, TrialEnded, TrialQueued, TrialStarted
from engine.space import Float, SearchSpace
from engine.trials import Curves, History
from gui.item_models.trials import Role, TrialsModel
from tests.engine.analysis.studies import SPACE, history_of, params_of

UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
SCORES = [0.5, 0.9, "failed", 0.7, None, "pruned"]


def model_of(scores=SCORES, direction: str = "maximize") -> tuple[TrialsModel, History, Curves]:
    history, curves = history_of(scores, direction), Curves()
    model = TrialsModel()
    model.show_study(history, curves)
    return model, history, curves


def numbers(model: TrialsModel) -> list[int]:
    return [model.number_at(row) for row in range(model.rowCount())]


def tell(model: TrialsModel, history: History, curves: Curves, *events: object) -> None:
    for event in events:
        history.apply(event)
        curves.apply(event)
    model.take(events)


def column(model: TrialsModel, name: str) -> int:
    return model.names.index(name)


def text(model: TrialsModel, row: int, name: str) -> str:
    return model.index(row, column(model, name)).data()


def test_the_model_keeps_qts_rules(qtmodeltester, qtbot):
    model, history, curves = model_of()
    qtmodeltester.check(model)
    tell(model, history, curves, TrialStarted(6, params_of(6), 6.0), TrialEnded(6, "complete", 7.0, 1.0, (0.95,)))
    model.set_filter(parse_filter("state = complete", SPACE))
    model.set_filter(parse_filter("", SPACE))
    model.sort(0, DOWN)


def test_an_empty_model_has_no_rows(qtmodeltester, qtbot):
    model = TrialsModel()
    assert model.rowCount() == 0
    qtmodeltester.check(model)


@pytest.mark.parametrize(("direction", "order"), [("maximize", [1, 3, 0]), ("minimize", [0, 3, 1])])
def test_the_best_comes_first_and_what_has_no_score_last(qtbot, direction, order):
    model, _, _ = model_of(direction=direction)
    assert numbers(model)[:3] == order
    assert numbers(model)[3] == 4  # the running trial before those that are over


def test_missing_values_stay_last_in_either_direction(qtbot):
    model, _, _ = model_of()
    momentum = column(model, "momentum")
    for order in (UP, DOWN):
        model.sort(momentum, order)
        assert set(numbers(model)[3:]) == {1, 3, 5}


def test_choices_sort_by_name(qtbot):
    model, _, _ = model_of()
    model.sort(column(model, "optimizer"), UP)
    assert [text(model, row, "optimizer") for row in range(6)] == ["Adam"] * 3 + ["SGD"] * 3


def test_losses_sort_by_the_last_one(qtbot):
    history, curves = history_of([0.5, 0.9, 0.7]), Curves()
    for number, loss in enumerate((0.3, 0.1, 0.2)):
        curves.apply(StepReported(number, 1, {"val_loss": 1.0}))
        curves.apply(StepReported(number, 2, {"val_loss": loss}))
    model = TrialsModel()
    model.show_study(history, curves)
    model.sort(column(model, "loss"), UP)
    assert numbers(model) == [1, 2, 0]


def test_cells_read_as_a_person_writes(qtbot):
    model, _, _ = model_of()
    row = model.row_of(0)
    assert text(model, row, "trial") == "0"
    assert text(model, row, "score") == "0.500"
    assert text(model, row, "learning_rate") == "1e-4"
    assert text(model, row, "optimizer") == "SGD"
    assert text(model, model.row_of(1), "momentum") == ""
    assert text(model, model.row_of(2), "score") == "failed"
    assert text(model, row, "time") == "0.50 s"
    assert (
        model.index(row, column(model, "learning_rate")).data(Qt.ItemDataRole.ToolTipRole) == "learning_rate = 0.0001"
    )
    assert model.index(model.row_of(2), 1).data(Qt.ItemDataRole.ToolTipRole) == "it diverged"


def test_headings_are_the_hyperparameters_words(qtbot):
    model, _, _ = model_of()
    at = column(model, "learning_rate")
    assert model.headerData(at, Qt.Orientation.Horizontal) == "learning rate"
    assert model.is_hyperparameter(at)
    assert not model.is_hyperparameter(0)


def test_a_new_trial_is_a_new_row_and_an_ended_one_moves_to_its_place(qtbot):
    model, history, curves = model_of()
    tell(model, history, curves, TrialStarted(6, params_of(6), 6.0))
    assert 6 in numbers(model)
    kept = QPersistentModelIndex(model.index(model.row_of(6), 0))
    tell(model, history, curves, TrialEnded(6, "complete", 7.0, 1.0, (0.95,)))
    assert numbers(model)[0] == 6
    assert kept.row() == 0
    assert model.index(0, 0).data(Role.IS_BEST)
    assert not model.index(1, 0).data(Role.IS_BEST)


def test_steps_count_up_without_moving_rows(qtbot):
    model, history, curves = model_of()
    with qtbot.assertNotEmitted(model.layoutChanged), qtbot.waitSignal(model.dataChanged):
        tell(model, history, curves, StepReported(4, 7, {"val_loss": 0.3}), StepReported(4, 8, {"val_loss": 0.2}))
    row = model.row_of(4)
    assert text(model, row, "steps") == "8"
    assert len(model.index(row, 2).data(Role.LINE)) == 2


def test_a_filter_hides_rows_and_trials_leave_it_when_they_change(qtbot):
    model, history, curves = model_of()
    model.set_filter(parse_filter("state = running", SPACE))
    assert numbers(model) == [4]
    tell(model, history, curves, TrialEnded(4, "complete", 7.0, 1.0, (0.6,)))
    assert numbers(model) == []
    model.set_filter(parse_filter("", SPACE))
    assert len(numbers(model)) == 6


def test_a_changed_space_brings_other_columns(qtbot):
    model, history, curves = model_of()
    history.change_space(SearchSpace({"c": Float(0.1, 1.0)}))
    model.show_study(history, curves)
    assert model.names == ("trial", "score", "loss", "c", "steps", "time", "note")


def test_the_order_stays_with_its_column_and_goes_back_to_the_score_where_that_has_gone(qtbot):
    model, history, curves = model_of()
    model.sort(column(model, "time"), DOWN)
    history.change_space(SearchSpace({"c": Float(0.1, 1.0)}))
    model.show_study(history, curves)
    assert (model.names[model.sort_column], model.sort_order) == ("time", DOWN)
    model.sort(column(model, "c"), DOWN)
    history.change_space(SearchSpace({"d": Float(0.1, 1.0)}))
    model.show_study(history, curves)
    assert (model.names[model.sort_column], model.sort_order) == ("score", UP)
    assert numbers(model)[0] == 1


def test_waiting_trials_are_shown(qtbot):
    model, history, curves = model_of()
    tell(model, history, curves, TrialQueued(6, params_of(6), 6.0))
    assert text(model, model.row_of(6), "score") == "waiting"


def test_any_order_of_events_leaves_the_rows_of_a_fresh_model(qtbot):
    rng = np.random.default_rng(1)
    model, history, curves = model_of([])
    running: list[int] = []
    for _ in range(120):
        if rng.random() < 0.5 or not running:
            number = len(history)
            running.append(number)
            tell(model, history, curves, TrialStarted(number, params_of(number % 50), 1.0))
        else:
            number = running.pop(int(rng.integers(len(running))))
            tell(model, history, curves, TrialEnded(number, "complete", 2.0, 1.0, (float(rng.random()),)))
    fresh = TrialsModel()
    fresh.show_study(history, curves)
    assert numbers(model) == numbers(fresh)
    assert [model.row_of(number) for number in numbers(model)] == list(range(model.rowCount()))


def test_a_running_trial_is_measured_by_the_longest_complete_one(qtbot):
    model, history, curves = model_of([None, None])
    reports = [StepReported(0, step, {"val_loss": 1.0}, fold) for fold in range(2) for step in range(1, 11)]
    tell(model, history, curves, *reports, TrialEnded(0, "complete", 2.0, 1.0, (0.9,)))
    tell(model, history, curves, *(StepReported(1, step, {"val_loss": 1.0}, 0) for step in range(1, 11)))
    assert model.index(model.row_of(1), 0).data(Role.SHARE) == 0.5


def limited(values) -> TrialsModel:
    """Complete trials with (score, memory, time); *None* is a trial that still runs."""
    history = History(SPACE, ("maximize",), ("memory", "learning_rate"))
    for number, told in enumerate(values):
        history.apply(TrialStarted(number, params_of(number), float(number)))
        if told is not None:
            limits = {"memory": told[1], "learning_rate": told[2]}
            history.apply(TrialEnded(number, "complete", number + 0.5, 0.5, (told[0],), constraints=limits))
    model = TrialsModel()
    model.show_study(history, Curves())
    return model


def test_constraints_have_columns_that_share_no_name_with_hyperparameters(qtbot, qtmodeltester):
    model = limited([(0.5, -1.0, 0.0), (0.9, 2.0, -1.0), None])
    assert [model.title(index) for index in range(3, 6)] == ["feasible", "memory", "learning rate"]
    assert [model.is_hyperparameter(index) for index in range(3, 7)] == [False, False, False, True]
    assert [model.index(row, 3).data() for row in range(3)] == ["yes", "no", ""]
    assert model.index(1, 4).data() == "2"
    qtmodeltester.check(model)


def test_trials_that_break_a_constraint_come_after_those_that_keep_them(qtbot):
    model = limited([(0.5, -1.0, 0.0), (0.9, 2.0, -1.0), (0.7, -1.0, -1.0), (0.95, 1.0, 1.0), None])
    assert numbers(model) == [2, 0, 3, 1, 4]
    assert model.index(2, 0).data(Role.IS_BROKEN)
    assert not model.index(0, 0).data(Role.IS_BROKEN)
    assert "violates a constraint" in model.index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole)


@pytest.mark.parametrize(("name", "first"), [("feasible", 0), ("constraint:memory", 2)])
def test_the_table_is_sorted_by_constraints(qtbot, name, first):
    model = limited([(0.5, -1.0, 0.0), (0.9, 2.0, -1.0), (0.7, -3.0, -1.0)])
    model.sort(column(model, name), UP)
    assert numbers(model)[0] == first
    assert numbers(model)[-1] == 1


def test_without_constraints_nothing_of_them_is_shown(qtbot):
    model, _, _ = model_of()
    assert "feasible" not in model.names
    assert not model.index(0, 0).data(Role.IS_BROKEN)


@pytest.mark.parametrize("name", ["trial", "score", "loss", "steps", "time", "optimizer", "momentum", "learning_rate"])
@pytest.mark.parametrize("order", [UP, DOWN])
@pytest.mark.parametrize("direction", ["maximize", "minimize"])
def test_what_a_batch_moves_stands_where_a_whole_sort_puts_it(qtbot, name, order, direction):
    rng = np.random.default_rng(3)
    model, history, curves = model_of([0.5, 0.9, "failed", 0.7, None, "pruned", 0.7, 0.5], direction)
    model.sort(column(model, name), order)
    running = [4]
    for _ in range(40):
        events: list[object] = [
            StepReported(one, int(rng.integers(1, 9)), {"val_loss": rng.random()}) for one in running
        ]
        if running and rng.random() < 0.5:
            state, score = [("complete", (0.1 * rng.integers(3, 9),)), ("pruned", ()), ("failed", ())][rng.integers(3)]
            events.append(TrialEnded(running.pop(), state, 9.0, float(rng.integers(3)), score))
        number = len(history)
        events.append(TrialStarted(number, params_of(number), float(number)))
        running.append(number)
        tell(model, history, curves, *events)
        fresh = TrialsModel()
        fresh.show_study(history, curves)
        fresh.sort(column(fresh, name), order)
        assert numbers(model) == numbers(fresh)


def test_a_cell_is_drawn_as_its_roles_say(qtbot):
    model, history, curves = model_of()
    names = {model.index(row, 1).data(): model.cell(model.index(row, 1)).token for row in range(6)}
    assert names["failed"] == "bad"
    for row in range(6):
        for place in (1, *range(3, model.columnCount())):
            index = model.index(row, place)
            assert model.cell(index).text == index.data()
    tell(model, history, curves, TrialEnded(4, "complete", 7.0, 1.0, (0.95,)))
    assert model.cell(model.index(0, 1)).text == model.index(0, 1).data() == "0.950"


def test_a_filter_may_come_while_the_history_is_ahead_of_the_table(qtbot):
    model, history, _ = model_of([0.5, 0.9])
    history.apply(TrialStarted(2, params_of(2), 2.0))
    history.apply(TrialEnded(2, "complete", 3.0, 1.0, (0.95,)))
    model.set_filter(parse_filter("score > 0.8 and steps < 1", SPACE))
    assert numbers(model) == [2, 1]
    assert text(model, 0, "steps") == ""
    model.take([TrialStarted(2, params_of(2), 2.0), TrialEnded(2, "complete", 3.0, 1.0, (0.95,))])
    assert numbers(model) == [2, 1]
