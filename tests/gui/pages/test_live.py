import gc
import json
import random
import weakref

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from engine.events import LogLine, SpaceChanged, StepReported, TrialEnded, TrialInterrupted, TrialStarted
from engine.setup import Budget, replace
from engine.space import Float, SearchSpace
from gui.item_models.trials import Role
from gui.pages.live import LivePage
from gui.pages.live.variation import VariationDialog
from gui.session.expected_best import ExpectedBestTracker
from gui.session.selection import Selection
from tests.gui.driven import STEPS, Driven, noisy_trials
from tests.gui.fakes import wine_setup


@pytest.fixture
def driven() -> Driven:
    made = Driven()
    made.open()
    return made


@pytest.fixture
def page(driven, qtbot) -> LivePage:
    made = live_page(driven)
    qtbot.addWidget(made)
    made.resize(1500, 900)
    made.show()
    qtbot.waitExposed(made)
    return made


def live_page(driven: Driven) -> LivePage:
    return LivePage(driven.document, Selection(driven.document), ExpectedBestTracker(driven.document, driven.document))


def caught_up(page: LivePage) -> None:
    page.outer.catch_up()
    page.outer.plot._draw_now()
    page.inner.plot._draw_now()


def button(page: LivePage, name: str) -> QPushButton:
    return page.findChild(QPushButton, name)


def test_a_study_without_trials_says_what_to_do(page):
    assert page.outer.plot.is_empty
    assert page.inner.plot.is_empty
    assert "Press Run" in page.inner.plot._empty.text()
    assert page.inner.details.variation.isEnabled()


def test_the_selection_follows_the_best_until_a_person_selects(page, driven, qtbot):
    driven.trials([0.8, 0.9])
    caught_up(page)
    assert page._selection.number == 1
    driven.trials([0.95])
    caught_up(page)
    assert page._selection.number == 2
    assert page.outer.table.currentIndex().row() == 0
    assert page.outer.table.verticalScrollBar().value() == 0
    page.outer.plot.picked.emit(0)
    driven.trials([0.99])
    caught_up(page)
    assert page._selection.number == 0


def test_a_point_selects_its_row_and_its_curve(page, driven, qtbot):
    driven.trials()
    caught_up(page)
    plot = page.outer.plot
    x, y = plot.pixels(plot._x[2:3], plot._y[2:3])
    at = plot.view.mapFromScene(QPointF(float(x[0]), float(y[0])))
    qtbot.mouseClick(plot.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    caught_up(page)
    assert page._selection.number == 2
    assert page.outer.model.number_at(page.outer.table.currentIndex().row()) == 2
    assert page.inner.plot.headline.sentence == f"Trial 2 learned 1,234 parameters in {STEPS} epochs"
    assert plot._highlights.selected == (2.0, 0.85)


def test_a_row_selects_its_point_and_its_curve(page, driven, qtbot):
    driven.trials()
    caught_up(page)
    table = page.outer.table
    row = page.outer.model.row_of(3)
    rect = table.visualRect(page.outer.model.index(row, 1))
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    caught_up(page)
    assert page._selection.number == 3
    assert page.outer.plot._highlights.selected[0] == 3.0
    assert page.inner.plot.headline.sentence == f"Trial 3 failed in fold 1, epoch {STEPS}"
    assert page.inner.plot.headline.remark == "The loss is no longer a finite number."


def test_keys_walk_through_the_table(page, driven, qtbot):
    driven.trials()
    caught_up(page)
    order = [page.outer.model.number_at(row) for row in range(6)]
    qtbot.keyClick(page.outer.table, Qt.Key.Key_Down)
    assert page._selection.number == order[1]
    qtbot.keyClick(page.outer.table, Qt.Key.Key_End)
    assert page._selection.number in order


def test_the_selected_row_stays_selected_when_rows_move(page, driven, qtbot):
    driven.trials([0.8, 0.9])
    page.outer.plot.picked.emit(0)
    driven.trials([0.95, 0.99])
    caught_up(page)
    assert page.outer.model.number_at(page.outer.table.currentIndex().row()) == 0


def test_a_filter_line_chooses_rows(page, driven, qtbot):
    driven.trials()
    caught_up(page)
    line = page.findChild(QLineEdit, "edit_filter")
    qtbot.keyClicks(line, "state = complete and learning_rate < 3.5e-3")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert sorted(page.outer.model.number_at(row) for row in range(page.outer.model.rowCount())) == [0, 1, 2]
    assert page.outer.filter.words == "3 of 6 trials · sorted by score"


def test_a_click_on_a_heading_sorts(page, driven, qtbot):
    driven.trials()
    caught_up(page)
    header = page.outer.table.horizontalHeader()
    column = page.outer.model.names.index("learning_rate")
    at = header.sectionViewportPosition(column) + 10
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at, 8))
    first = [page.outer.model.number_at(row) for row in range(6)]
    assert first in ([0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0])
    assert page.outer.filter.words == "6 trials · sorted by learning rate"


def test_a_thousand_reports_reach_curves_table_and_ring(page, driven):
    driven.trials([0.8])
    number = driven.runner.begin()
    for step in range(1, 1001):
        driven.runner.say(StepReported(number, step, {"train_loss": 1 / step, "val_loss": 2 / step}))
        if step % 100 == 0:
            driven.hear()
    page._selection.select(number)
    caught_up(page)
    assert len(page.inner.plot._picture.validation) == 1000
    assert page.outer.model.index(page.outer.model.row_of(number), 0).isValid()
    steps = page.outer.model.names.index("steps")
    assert page.outer.model.index(page.outer.model.row_of(number), steps).data() == "1,000"
    assert [ring.x for ring in page.outer.plot._highlights.rings] == [float(number)]
    assert page.inner.plot.headline.sentence == "Trial 1 is training: fold 1 of 5, epoch 1000"


def test_a_pruned_trial_stands_where_its_training_was_ended(page, driven):
    driven.trials([0.8, 0.9])
    number = driven.runner.begin()
    driven.runner.say(StepReported(number, 1, {"val_loss": 0.9, "val_score": 0.7}))
    driven.runner.finish(number, None, "pruned")
    driven.hear()
    caught_up(page)
    assert page.outer.plot._y[number] == 0.7


def test_a_trial_that_starts_again_starts_with_an_empty_curve(page, driven):
    number = driven.runner.begin()
    driven.steps(number, 5)
    driven.hear()
    caught_up(page)
    assert len(page.inner.plot._picture.validation) == 5
    driven.runner.say(TrialInterrupted(number, 101.0, "paused"))
    driven.hear()
    caught_up(page)
    assert len(page.inner.plot._picture.validation) == 0


def test_what_is_known_of_a_trial_stands_in_the_summary(page, driven):
    driven.trials()
    caught_up(page)
    facts = page.inner.details.facts
    left, right = facts._shown
    assert "learning rate" in [fact.name for fact in left]
    known = {fact.name: fact.value for fact in right}
    assert known["parameters"] == "1,234"
    assert known["epochs"] == str(STEPS)
    assert known["score ± s.e."].startswith("0.95")
    assert page.inner.details.folds.sentence.endswith(" (standard error) over 2 folds")


def test_the_log_shows_the_selected_trials_lines(page, driven):
    driven.trials()
    caught_up(page)
    driven.runner.say(LogLine("Something of trial 4.", 100.0, number=4), LogLine("Of trial 1.", 100.0, number=1))
    driven.hear()
    assert "Something of trial 4." in page.inner.details.log.toPlainText()
    assert "Of trial 1." not in page.inner.details.log.toPlainText()


def test_a_trial_is_copied_as_json(page, driven, qtbot):
    driven.trials()
    caught_up(page)
    qtbot.mouseClick(button(page, "button_copy_trial"), Qt.MouseButton.LeftButton)
    copied = json.loads(QGuiApplication.clipboard().text())
    assert (copied["number"], copied["score"], copied["state"]) == (4, 0.95, "complete")
    assert set(copied["params"]) >= {"learning_rate", "hidden_units"}


def test_a_running_trial_is_stopped_and_a_finished_one_retried(page, driven, qtbot):
    driven.trials([0.8])
    driven.runner.begin()
    driven.hear()
    caught_up(page)
    assert not button(page, "button_stop_trial").isEnabled()
    qtbot.mouseClick(button(page, "button_retry"), Qt.MouseButton.LeftButton)
    page._selection.select(1)
    assert not button(page, "button_retry").isEnabled()
    qtbot.mouseClick(button(page, "button_stop_trial"), Qt.MouseButton.LeftButton)
    assert driven.runner.intents[-2:] == [("retry", 0), ("stop_trial", 1)]


def test_a_variation_is_queued_from_the_form(page, driven, qtbot):
    driven.trials([0.8])
    qtbot.mouseClick(button(page, "button_variation"), Qt.MouseButton.LeftButton)
    dialog = page.findChild(VariationDialog, "dialog_variation")
    edit = dialog.findChild(QLineEdit, "edit_variation_learning_rate")
    edit.setText("7")
    qtbot.mouseClick(dialog.findChild(QPushButton, "button_queue_variation"), Qt.MouseButton.LeftButton)
    assert dialog.trouble.startswith("learning_rate cannot be 7.0.")
    edit.setText("0.02")
    qtbot.mouseClick(dialog.findChild(QPushButton, "button_queue_variation"), Qt.MouseButton.LeftButton)
    name, params = driven.runner.intents[-1]
    assert (name, params["learning_rate"]) == ("enqueue", 0.02)
    assert not dialog.isVisible()


def test_a_changed_space_changes_the_columns(page, driven):
    driven.trials()
    driven.runner.say(SpaceChanged(SearchSpace({"learning_rate": Float(1e-4, 1.0)}).to_json(), 200.0))
    driven.hear()
    caught_up(page)
    assert page.outer.model.names == ("trial", "score", "loss", "learning_rate", "steps", "time", "note")
    assert page.outer.model.rowCount() == 6


def test_an_edit_of_the_budget_leaves_table_and_filter_alone(page, driven, qtbot):
    driven.trials()
    caught_up(page)
    with qtbot.assertNotEmitted(page.outer.model.modelReset):
        driven.document.put_setup(wine_setup(budget=Budget(trials=77)))
        caught_up(page)
    assert page.outer.plot.headline.sentence == "Best 0.950 after 6 of 77 trials"
    driven.document.flush()
    driven.hear()


def test_the_inner_loop_moves_below_in_a_narrow_window(page):
    assert page.splitter.orientation() == Qt.Orientation.Horizontal
    page.resize(900, 900)
    assert page.splitter.orientation() == Qt.Orientation.Vertical
    page.resize(1500, 900)
    assert page.splitter.orientation() == Qt.Orientation.Horizontal


def test_what_does_not_fit_into_a_small_window_can_be_scrolled_to(page, qtbot):
    page.resize(800, 400)
    qtbot.waitUntil(lambda: page.splitter.height() > 600)
    assert page.inner.plot.height() >= page.inner.plot.minimumHeight()
    assert page.inner.mapTo(page.splitter, QPoint(0, 0)).y() >= page.outer.height()


def test_splitters_are_remembered(page, driven, qtbot):
    page.splitter.setSizes([1000, 480])
    page.splitter.splitterMoved.emit(1000, 1)
    qtbot.waitUntil(lambda: not page._remember.isActive())
    again = live_page(driven)
    qtbot.addWidget(again)
    again.resize(1500, 900)
    again.show()
    assert abs(again.splitter.sizes()[0] - page.splitter.sizes()[0]) <= 4


def test_every_control_has_a_name(page, driven):
    driven.trials()
    for kind in (QPushButton, QLineEdit):
        for control in page.findChildren(kind):
            assert control.objectName() or control.parent().objectName()
            assert control.accessibleName() or control.text()


def test_a_page_is_freed(driven, qtbot):
    made = live_page(driven)
    made.show()
    driven.trials()
    made.hide()
    gone = weakref.ref(made)
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    del made
    gc.collect()
    assert gone() is None


def expected(page: LivePage, qtbot) -> int:
    """The trial that is expected to be best, once the page shows it."""
    wanted = button(page, "button_expected")
    qtbot.waitUntil(lambda: not page._expectation.is_busy, timeout=20_000)
    caught_up(page)
    assert wanted.isVisible()
    return page._expectation.found.number


def test_under_noise_the_expected_best_is_told_and_chosen_by_mouse_or_key(page, driven, qtbot):
    noisy_trials(driven)
    caught_up(page)
    number = expected(page, qtbot)
    wanted = button(page, "button_expected")
    assert wanted.text().startswith(f"Expected best: trial {number}, predicted 0.")
    assert "partly luck" in wanted.toolTip()
    assert "☆ expected best" in page.outer.plot.headline.remark
    assert page._selection.number != number
    qtbot.mouseClick(wanted, Qt.MouseButton.LeftButton)
    assert page._selection.number == number
    page.outer.plot.picked.emit(0)
    wanted.setFocus()
    qtbot.keyClick(wanted, Qt.Key.Key_Space)
    assert page._selection.number == number


def test_the_table_marks_the_expected_best(page, driven, qtbot):
    noisy_trials(driven)
    caught_up(page)
    number = expected(page, qtbot)
    row = page.outer.model.row_of(number)
    assert page.outer.model.index(row, 0).data(Role.IS_EXPECTED)
    told = page.outer.model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told == f"Trial {number}, complete, expected best"


def test_without_noise_only_the_best_is_told(page, driven, qtbot):
    noisy_trials(driven, noise=0.0)
    qtbot.waitUntil(lambda: not page._expectation.is_busy, timeout=20_000)
    caught_up(page)
    assert not button(page, "button_expected").isVisible()
    assert "☆" not in page.outer.plot.headline.remark


def test_two_trials_of_one_worker_both_run(page, driven):
    driven.trials([0.8])
    space = driven.runner.setup.search_space()
    for number in (1, 2, 3):
        driven.runner.say(TrialStarted(number, space.decode([0.3] * len(space)), 100.0, worker=0))
        driven.steps(number, 5 * number)
    driven.hear()
    caught_up(page)
    assert [ring.share for ring in page.outer.plot._highlights.rings] == [0.25, 0.5, 0.75]
    page.outer.plot.picked.emit(2)
    caught_up(page)
    assert page.inner.plot.headline.sentence == "Trial 2 is training: fold 1 of 5, epoch 10"


def test_why_a_trial_was_chosen_is_told_in_words_and_numbers(page, driven):
    why = {"phase": "exploit", "predicted": 0.931, "spread": 0.02, "expected_improvement": 0.012}
    space = driven.runner.setup.search_space()
    driven.runner.say(TrialStarted(0, space.decode([0.3] * len(space)), 100.0, why=why))
    driven.runner.say(TrialEnded(0, "complete", 101.0, 1.0, (0.94,)))
    driven.hear()
    caught_up(page)
    page.outer.plot.picked.emit(0)
    details = page.inner.details
    assert details.prediction.text() == "Predicted 0.931 ± 0.020, scored 0.940; chosen to exploit."
    assert details.why.text().endswith("predicted a score at least about as good as the best so far.")


def test_a_study_with_constraints_shows_what_keeps_them(page, driven, qtbot):
    driven.runner.setup = wine_setup(constraints=("memory",))
    driven.runner._opened(driven.document.path, driven.runner.setup)
    driven.hear()
    space = driven.runner.setup.search_space()
    for number, (score, limit) in enumerate([(0.9, 3.0), (0.8, -1.0), (0.95, 0.5)]):
        driven.runner.say(TrialStarted(number, space.decode([0.3] * len(space)), 100.0))
        driven.runner.say(TrialEnded(number, "complete", 101.0, 1.0, (score,), constraints={"memory": limit}))
        driven.hear()
        caught_up(page)
        if number == 0:
            assert page.outer.plot.headline.sentence == "No feasible trial yet after 1 of 20 trials"
    model, plot = page.outer.model, page.outer.plot
    assert plot.headline.sentence == "Best 0.8 after 3 of 20 trials"
    assert "○ violates a constraint" in plot.headline.remark
    assert plot._broken.getData()[0].tolist() == [0, 2]
    assert [model.number_at(row) for row in range(3)] == [1, 2, 0]
    assert [model.index(row, model.names.index("feasible")).data() for row in range(3)] == ["yes", "no", "no"]


def weighty(driven: Driven, number: int, last: int = 4) -> None:
    """Report steps that tell of one layer's weights and gradients."""
    for step in range(1, last + 1):
        told = {
            f"{kind}/layer1/{name}": 0.1 * place
            for kind in ("weights", "gradients")
            for place, name in enumerate(("q05", "q25", "q50", "q75", "q95"))
        }
        driven.runner.say(StepReported(number, step, {"train_loss": 1.0, "gradient_norm": 1.0, **told}))
    driven.hear()


def choose(page: LivePage, name: str) -> None:
    page.findChild(QAction, name).trigger()
    caught_up(page)


def test_one_switch_leads_to_weights_and_gradients_and_back(page, driven, qtbot):
    driven.start(driven.runner._next())
    weighty(driven, 0)
    page.outer.plot.picked.emit(0)
    caught_up(page)
    choose(page, "action_measure_weights")
    layers = page.inner.views[0]
    assert layers.isVisible()
    assert not page.inner.plot.isVisible()
    assert layers.headline.sentence.startswith("Trial 0 is training")
    assert layers.choice.text() == "weights by layer ▾"
    weighty(driven, 0, 8)
    layers._draw_now()
    assert len(layers._points[0]) == 8
    choose(page, "action_plot_layers_gradients")
    assert layers.measure.name == "gradients"
    choose(page, "action_plot_layers_gradient")
    assert page.inner.plot.isVisible()
    assert page.inner.measure.name == "gradient"
    assert page.inner.plot.y_axis.labelText.startswith("gradient norm")


def test_the_switch_keeps_the_keyboard(page, driven, qtbot):
    driven.start(driven.runner._next())
    weighty(driven, 0)
    page.outer.plot.picked.emit(0)
    caught_up(page)
    page.inner.plot.choice.setFocus()
    choose(page, "action_measure_weights")
    assert page.inner.views[0].choice.hasFocus()


def test_a_view_follows_the_selection(page, driven):
    driven.start(driven.runner._next())
    weighty(driven, 0)
    driven.trials([0.8])
    page.outer.plot.picked.emit(0)
    caught_up(page)
    choose(page, "action_measure_weights")
    layers = page.inner.views[0]
    assert not layers.is_empty
    page.outer.plot.picked.emit(1)
    layers._draw_now()
    assert layers._empty.text() == "Trial 1 was trained before weights were recorded. Retry it to see them."


def test_a_model_without_epochs_is_offered_no_layers(page, driven):
    forest = wine_setup()
    forest = replace(forest, objective=replace(forest.objective, family="random_forest"))
    driven.runner._opened(driven.document.path, forest)
    driven.hear()
    driven.start(driven.runner._next())
    driven.steps(0, 3)
    driven.hear()
    caught_up(page)
    assert "weights" not in {measure.name for measure in page.inner.plot.choice.offered}


def test_the_card_of_a_trial_names_the_constraints_that_it_breaks(page, driven):
    driven.runner._opened(driven.document.path, wine_setup(constraints=("memory", "latency")))
    driven.hear()
    driven.start(driven.runner._next())
    told = {"memory": 2.0, "latency": -1.0}
    driven.runner.say(TrialEnded(0, "complete", 101.0, 1.0, (0.9,), constraints=told))
    driven.hear()
    assert page.outer.plot.lines_about(0)[1] == "accuracy 0.9 · violates memory"


def test_nobody_is_told_to_press_run_while_the_first_trial_is_on_its_way(page, driven):
    driven.runner.run_state("running")
    driven.hear()
    caught_up(page)
    assert page.outer.plot._empty.text() == "Scores appear here as trials finish."
    assert page.inner.plot._empty.text() == "Losses appear here epoch by epoch while a trial trains."


@pytest.mark.parametrize("seed", range(20))
def test_what_is_drawn_together_is_of_one_moment_in_every_order_of_events(page, driven, qtbot, seed):
    """Trials begin, report and end, and whatever draws is asked to before the page has caught up, in a random order."""
    rng = random.Random(seed)
    running: list[int] = []

    def begin():
        running.append(driven.runner.begin(learning_rate=10 ** rng.uniform(-4, -1)))

    def report():
        if running:
            driven.steps(rng.choice(running), rng.randint(1, 4))

    def end():
        if running:
            number = running.pop(rng.randrange(len(running)))
            state = rng.choice(["complete", "failed", "pruned"])
            driven.runner.finish(number, rng.random() if state == "complete" else None, state, "Because.")

    plot = page.outer.plot
    actions = [
        begin, begin, report, report, end, driven.hear, driven.hear,
        page.outer._expectation.changed.emit, page.outer.show_run_state, page.outer.catch_up, page.outer.show_setup,
        plot._draw_now, page.inner.plot._draw_now, lambda: plot.neighbour(1), plot.table, plot.toggle_log,
        lambda: page.outer.select(rng.randrange(40)),
    ]  # fmt: skip
    for _ in range(150):
        rng.choice(actions)()
        picture = plot._picture
        if picture is not None:
            trials = len(picture.progress.numbers)
            known = {*picture.running, *picture.reached, *picture.broken}
            assert all(number < trials for number in known)
