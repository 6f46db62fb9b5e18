"""The window wires actions, pages and the study together."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication

from engine import store
from engine.events import TrialEnded, TrialStarted
from engine.setup import Budget
from engine.space import Float
from engine.study import TABLE_SUFFIXES, Rejected, StartRun, StudyOpened
from engine.trials import Curves, History
from gui.base.settings import Settings
from gui.base.theme import apply_theme, tokens
from gui.windows.study_window import StudyWindow
from tests.gui.fakes import FakeRunner, Recorder, wine_setup
from tests.gui.windows.conftest import Stage, open_study


def drop(window, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    actions, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    window.dropEvent(QDropEvent(QPointF(10, 10), actions, data, button, Qt.KeyboardModifier.NoModifier))


def test_without_a_study_the_start_page_is_shown_alone(stage: Stage):
    assert stage.window.page == "start"
    assert not stage.child("rail").isVisible()
    assert not stage.child("run_bar").isVisible()
    assert not stage.action("run").isEnabled()


def test_opening_a_study_shows_its_setup_and_names_the_window(opened: Stage):
    assert opened.window.page == "setup"
    assert opened.window.windowTitle() == "wine · neural network[*] — wine.study — Twinloop"
    assert not opened.window.isWindowModified()
    assert opened.child("run_bar").isVisible()


def test_opening_never_runs_anything(opened: Stage):
    assert "start" not in opened.runner.names()


def test_run_starts_the_study_and_shows_it_live(opened: Stage, qtbot):
    qtbot.mouseClick(opened.child("button_run"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: opened.window.study.run_state == "running")
    assert opened.window.page == "live"
    assert not opened.action("run").isEnabled()
    assert opened.action("pause").isEnabled()


def test_f5_runs_f6_pauses_and_f7_stops(opened: Stage, qtbot):
    opened.window.activateWindow()
    for key, state in ((Qt.Key.Key_F5, "running"), (Qt.Key.Key_F6, "paused"), (Qt.Key.Key_F7, "ended")):
        qtbot.keyClick(opened.window, key)
        qtbot.waitUntil(lambda state=state: opened.window.study.run_state == state)
    acts = [name for name in opened.runner.names() if name != "warm"]  # which comes whenever the window is at rest
    assert acts[-3:] == ["start", "pause", "stop"]


def test_a_paused_study_offers_to_go_on(opened: Stage, qtbot):
    opened.window.run()
    opened.runner.pause()
    qtbot.waitUntil(lambda: opened.window.study.run_state == "paused")
    assert opened.child("button_run").accessibleName() == "Resume"
    assert opened.action("run").isEnabled()


def test_the_run_bar_counts_trials_by_state(opened: Stage, qtbot):
    opened.window.run()
    opened.runner.trial(0.91)
    opened.runner.trial(state="pruned")
    opened.runner.trial(state="failed", reason="It diverged.")
    opened.runner.begin()
    qtbot.waitUntil(lambda: opened.child("label_done").text() == "3")
    assert opened.child("label_budget").text() == "of 20 trials"
    assert opened.child("label_run_state").text() == "1 pruned · 1 failed"
    assert opened.child("label_best").text() == "0.91"
    assert opened.child("label_metric").text() == "best accuracy"
    counts = opened.child("progress_study").counts
    assert (counts.complete, counts.pruned, counts.failed, counts.running) == (1, 1, 1, 1)
    assert "1 pruned" in opened.child("progress_study").accessibleDescription()


def test_a_space_that_makes_no_sense_disables_run_and_says_why(opened: Stage, qtbot):
    study = opened.window.study
    study.put_setup(msgspec.structs.replace(study.setup, space={"l2": Float(0.0, 1.0, log=True)}))
    why = opened.child("button_why")
    assert not opened.action("run").isEnabled()
    assert why.isVisible()
    assert why.sentence == "l2: a log scale needs a lower bound above 0. Fix this before running."


def test_pressing_the_reason_leads_to_the_card_that_mends_it(opened: Stage, qtbot):
    study = opened.window.study
    study.put_setup(msgspec.structs.replace(study.setup, space={}))
    opened.window.show_page("results")
    qtbot.mouseClick(opened.child("button_why"), Qt.MouseButton.LeftButton)
    assert opened.window.page == "setup"
    assert not opened.child("card_space").is_folded
    assert opened.child("button_card_space").hasFocus()


@pytest.fixture
def guessed(stage: Stage, qtbot, tmp_path: Path) -> Stage:
    """The window with a table that was just dropped, whose target is a guess."""
    table = tmp_path / "tiny.csv"
    rows = [f"{x},{x % 3},{'yes' if x % 2 else 'no'}" for x in range(40)]
    table.write_text("\n".join(["length,parts,good", *rows]))
    with qtbot.waitSignal(stage.window.study.opened, timeout=30_000):
        drop(stage.window, table)
    qtbot.waitUntil(lambda: stage.window.findChild(object, "page_results") is not None)
    qtbot.waitUntil(lambda: not stage.window.about_study.is_busy, timeout=30_000)
    qtbot.waitUntil(lambda: bool(stage.messages.lines))
    told = [line.what for line in stage.messages.lines]
    path = stage.window.study.path
    assert told == [f"Every change is kept in {path.name}, in {path.parent}."]
    stage.messages.lines.clear()
    return stage


def test_run_waits_until_the_guessed_target_is_confirmed(guessed: Stage, qtbot):
    assert not guessed.action("run").isEnabled()
    assert guessed.child("button_why").sentence == "Confirm the target before running: good is a guess."
    guessed.child("card_data").fold(True)
    guessed.window.show_page("live")
    qtbot.mouseClick(guessed.child("button_why"), Qt.MouseButton.LeftButton)
    assert guessed.window.page == "setup"
    assert not guessed.child("card_data").is_folded
    qtbot.keyClick(guessed.window.focusWidget(), Qt.Key.Key_Return)
    assert guessed.window.study.setup.objective.target_confirmed
    assert guessed.action("run").isEnabled()


def test_running_what_cannot_run_says_why(guessed: Stage):
    guessed.window.run()
    assert "start" not in guessed.runner.names()
    assert [line.what for line in guessed.messages.lines] == ["Confirm the target before running: good is a guess."]
    assert guessed.window.focusWidget().objectName() == "button_confirm_target"


def test_a_target_that_is_still_being_looked_at_is_waited_for(guessed: Stage, qtbot):
    guessed.child("combo_target").setCurrentText("parts")
    guessed.window.run()
    assert "start" not in guessed.runner.names()
    qtbot.waitUntil(lambda: "start" in guessed.runner.names(), timeout=30_000)
    assert guessed.runner.setup.objective.target == "parts"
    assert guessed.messages.lines == []


def test_a_target_that_cannot_be_predicted_is_not_run(guessed: Stage, qtbot, tmp_path: Path):
    (tmp_path / "tiny.csv").unlink()
    guessed.child("combo_target").setCurrentText("parts")
    guessed.window.run()
    qtbot.waitUntil(lambda: bool(guessed.messages.lines), timeout=30_000)
    assert "does not exist" in guessed.messages.lines[0].what
    assert "start" not in guessed.runner.names()
    assert guessed.child("combo_target").currentText() == "good"


def test_a_used_up_budget_says_what_to_raise(opened: Stage, qtbot):
    study = opened.window.study
    study.put_setup(msgspec.structs.replace(study.setup, budget=Budget(trials=1)))
    opened.runner.trial(0.9)
    qtbot.waitUntil(lambda: not opened.action("run").isEnabled())
    assert opened.child("button_why").sentence == "The budget of 1 trial is used up. Raise it to continue."


def test_an_unsaved_edit_marks_the_window_until_the_file_holds_it(opened: Stage, qtbot):
    study = opened.window.study
    study.put_setup(msgspec.structs.replace(study.setup, budget=Budget(trials=7)))
    assert opened.window.isWindowModified()
    qtbot.waitUntil(lambda: not opened.window.isWindowModified())


def test_undo_names_what_it_takes_back(opened: Stage, qtbot):
    opened.window.show_page("setup")
    opened.child("card_budget").fold(False)
    field = opened.child("budget_trials")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "55")
    assert opened.action("undo").text() == "&Undo trials"
    opened.action("undo").trigger()
    assert opened.window.study.setup.budget.trials == 20
    opened.action("redo").trigger()
    assert opened.window.study.setup.budget.trials == 55


def test_a_refusal_is_one_line_with_its_remedy(opened: Stage, qtbot):
    opened.runner.refuse["start"] = Rejected(StartRun, "The table is gone.", "Choose it again.")
    opened.window.study.run()
    qtbot.waitUntil(lambda: bool(opened.messages.lines))
    assert str(opened.messages.lines[-1]) == "The table is gone. Choose it again."


def test_save_as_writes_a_copy_with_the_right_ending(opened: Stage, tmp_path: Path, qtbot):
    opened.messages.file = tmp_path / "copy"
    opened.action("save_as").trigger()
    assert ("save_as", tmp_path / "copy.study") in opened.runner.intents
    qtbot.waitUntil(lambda: [line.what for line in opened.messages.lines] == [f"Wrote copy.study into {tmp_path}."])


def test_the_setup_alone_is_saved_and_opens_in_a_window_of_its_own(opened: Stage, tmp_path: Path, qtbot):
    opened.messages.file = tmp_path / "again"
    with qtbot.waitSignal(opened.window.window_wanted) as asked:
        opened.action("save_without_trials").trigger()
    assert asked.args == [tmp_path / "again.study"]
    with store.Reader(tmp_path / "again.study") as reader:
        setup, history, _ = reader.study()
    assert setup == opened.window.study.setup
    assert len(history) == 0
    (tmp_path / "notes.study").write_text("no study", encoding="utf-8")
    opened.messages.file = tmp_path / "notes.study"
    opened.action("save_without_trials").trigger()
    qtbot.waitUntil(lambda: bool(opened.messages.lines))
    assert opened.messages.lines[-1].bad
    assert (tmp_path / "notes.study").read_text(encoding="utf-8") == "no study"


def test_open_takes_a_study_file(stage: Stage, tmp_path: Path, qtbot):
    path = tmp_path / "a.study"
    path.write_bytes(b"")
    stage.messages.file = path
    with qtbot.waitSignal(stage.window.study.opened):
        stage.action("open").trigger()
    assert stage.runner.intents[0] == ("open", path)
    assert Settings().recent == [str(path)]


def test_a_second_study_asks_for_a_window_of_its_own(opened: Stage, tmp_path: Path, qtbot):
    opened.messages.file = tmp_path / "b.study"
    with qtbot.waitSignal(opened.window.window_wanted) as asked:
        opened.action("open").trigger()
    assert asked.args == [tmp_path / "b.study"]


def test_dropping_a_study_file_opens_it(stage: Stage, tmp_path: Path, qtbot):
    path = tmp_path / "a.study"
    path.write_bytes(b"")
    with qtbot.waitSignal(stage.window.study.opened):
        drop(stage.window, path)


def test_dropping_a_table_makes_a_study_for_it(stage: Stage, tmp_path: Path, qtbot):
    table = tmp_path / "tiny.csv"
    rows = [f"{x},{x % 3},{'yes' if x % 2 else 'no'}" for x in range(40)]
    table.write_text("\n".join(["length,parts,good", *rows]))
    with qtbot.waitSignal(stage.window.study.opened, timeout=30_000):
        drop(stage.window, table)
    setup = stage.window.study.setup
    assert setup.objective.target == "good"
    assert setup.objective.task == "classification"


@pytest.mark.parametrize("name", ["picture.png", "README", "folder"])
def test_dropping_something_else_says_what_can_be_dropped(stage: Stage, tmp_path: Path, name):
    (tmp_path / "folder").mkdir()
    drop(stage.window, tmp_path / name)
    assert stage.window.study.is_empty
    assert len(stage.messages.lines) == 1
    assert name in stage.messages.lines[0].what
    assert ".parquet" in stage.messages.lines[0].remedy


@pytest.mark.parametrize("suffix", TABLE_SUFFIXES)
def test_every_ending_that_the_engine_reads_can_be_dropped(stage: Stage, tmp_path: Path, qtbot, suffix):
    drop(stage.window, tmp_path / f"gone{suffix.upper()}")
    qtbot.waitUntil(lambda: bool(stage.messages.lines), timeout=30_000)
    assert "does not exist" in stage.messages.lines[0].what


def test_several_dropped_files_open_in_windows_of_their_own(stage: Stage, tmp_path: Path, qtbot):
    paths = [tmp_path / name for name in ("a.study", "b.study")]
    for path in paths:
        path.write_bytes(b"")
    with qtbot.waitSignal(stage.window.window_wanted) as asked:
        drop(stage.window, *paths)
    assert asked.args == [paths[1]]
    qtbot.waitUntil(lambda: stage.window.study.is_open)
    assert stage.window.study.path == paths[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty"),
        ("a\n1\n2\n", "one column"),
        ("a,b\n", "no rows"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_in_a_sentence(stage: Stage, tmp_path: Path, qtbot, content, said):
    table = tmp_path / "bad.csv"
    table.write_text(content)
    stage.window.take(table)
    qtbot.waitUntil(lambda: bool(stage.messages.lines), timeout=30_000)
    assert said in stage.messages.lines[0].what
    assert stage.messages.lines[0].remedy
    assert stage.window.study.is_empty
    assert stage.child("button_new").isEnabled()


def test_a_sample_runs_on_one_click(stage: Stage, qtbot):
    qtbot.waitUntil(lambda: stage.window.findChild(object, "button_sample_wine") is not None, timeout=20_000)
    qtbot.mouseClick(stage.child("button_sample_wine"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: stage.window.study.run_state == "running", timeout=30_000)
    assert stage.window.page == "live"


def test_themes_change_at_once_and_are_remembered(opened: Stage, qapp):
    opened.action("theme_dark").trigger()
    try:
        assert tokens().name == "dark"
        assert Settings().theme == "dark"
    finally:
        apply_theme(qapp, "light")


def test_pages_are_reached_by_the_rail_and_by_keys(opened: Stage, qtbot):
    qtbot.mouseClick(opened.child("rail_results"), Qt.MouseButton.LeftButton)
    assert opened.window.page == "results"
    opened.action("show_live").trigger()
    assert opened.window.page == "live"
    assert opened.child("rail_live").isChecked()


def test_the_size_of_the_window_is_remembered(opened: Stage, qtbot):
    opened.window.resize(777, 666)
    opened.window.close()
    qtbot.waitUntil(lambda: not opened.window.isVisible())
    other = StudyWindow(Settings(), FakeRunner, Recorder())
    assert (other.width(), other.height()) == (777, 666)
    other.shutdown()


def test_a_study_that_another_process_holds_can_only_be_looked_at(stage: Stage, qtbot, tmp_path: Path):
    open_study(stage, qtbot, tmp_path / "held.study", wine_setup())
    study = stage.window.study
    study.writable, study.holder = False, "It is open in another window (process 12)."
    study.opened.emit()
    assert not stage.action("run").isEnabled()
    assert stage.child("button_why").sentence == "It is open in another window (process 12)."
    assert not stage.child("card_space").body.isEnabled()


def test_nothing_of_a_window_stays_after_it_was_closed(stage: Stage, qtbot):
    stage.window.close()
    assert not stage.window.isVisible()
    assert not [w for w in QApplication.topLevelWidgets() if w.isVisible()]


def test_the_expected_best_of_the_results_is_shown_live(opened: Stage, qtbot):
    window, runner = opened.window, opened.runner
    space = runner.setup.search_space()
    places = [[0.1 * place] * len(space) for place in range(8)]
    for number in range(40):
        luck = 0.4 if number == 3 else 0.05 * ((number * 7) % 11 - 5) / 5
        runner.say(TrialStarted(number, space.decode(places[number % 8]), 100.0))
        score = 0.5 - 0.1 * (places[number % 8][0] - 0.6) ** 2 + luck
        runner.say(TrialEnded(number, "complete", 101.0, 1.0, (score,)))
    qtbot.waitUntil(lambda: window.expectation.found is not None, timeout=20_000)
    number = window.expectation.found.number
    assert number != 3
    window.show_page("results")
    qtbot.mouseClick(opened.child("button_expected_best"), Qt.MouseButton.LeftButton)
    assert window.page == "live"
    assert window.selection.number == number


def test_the_bar_says_that_no_trial_keeps_the_constraints(opened: Stage, qtbot):
    runner = opened.runner
    runner._opened(opened.window.study.path, wine_setup(constraints=("memory",)))
    space = runner.setup.search_space()
    runner.say(TrialStarted(0, space.decode([0.3] * len(space)), 100.0))
    runner.say(TrialEnded(0, "complete", 101.0, 1.0, (0.9,), constraints={"memory": 1.0}))
    qtbot.waitUntil(lambda: opened.child("label_metric").text() == "no feasible trial yet")
    assert opened.child("label_best").text() == "–"
    assert opened.child("label_best").toolTip().startswith("The only complete trial breaks a constraint.")


def test_trials_are_sorted_from_the_menu_of_views(opened: Stage):
    opened.action("sort_trials").trigger()
    assert opened.window.page == "live"
    assert opened.child("menu_sort").isVisible()
    opened.child("menu_sort").close()


def test_a_window_that_looked_on_says_that_it_may_write_now(opened: Stage, qtbot):
    stage, study, path = opened, opened.runner, opened.window.study.path
    setup = study.setup
    history = History(setup.search_space(), (setup.direction,), setup.constraints)
    study.say(StudyOpened(path, setup, history, Curves(), writable=False, holder="Held in another program."))
    qtbot.waitUntil(lambda: not stage.window.study.writable)
    assert not stage.action("run").isEnabled()
    study.say(StudyOpened(path, setup, history, Curves()))
    qtbot.waitUntil(lambda: stage.window.study.writable)
    assert "has closed this study" in stage.messages.lines[-1].what
    assert stage.action("run").isEnabled()
