"""The best configurations are trained longer: asked for how long, made a study, opened in a window of its own."""

from pathlib import Path

from engine import store
from engine.branching import training_length, with_training_length
from engine.setup import replace
from engine.trials import State
from gui.windows.training_longer import FACTORS
from tests.gui.windows.conftest import Stage
from tests.helpers import judged


def test_the_best_begin_a_study_of_longer_training(opened: Stage, tmp_path: Path, qtbot):
    document, messages = opened.window.study, opened.messages
    opened.action("train_longer").trigger()
    assert messages.lines[-1].what == "No trial is complete yet."
    number = opened.runner.begin(learning_rate=0.01)
    opened.runner.finish(number, 0.9)
    qtbot.waitUntil(lambda: document.history.best_number() is not None)
    document.path.unlink()  # the fake runner's file is empty
    judged.write(document.path, document.setup, (0.9, 0.92), (0.95, 0.97))
    opened.action("train_longer").trigger()
    name, steps = training_length(document.setup)
    assert messages.questions[-1].answers[0] == (str(2 * steps), f"{2 * steps} {name}")
    assert len(messages.questions[-1].answers) == len(FACTORS) + 1
    messages.answer, messages.file = str(4 * steps), tmp_path / "long"
    with qtbot.waitSignal(opened.window.window_wanted) as asked:
        opened.action("train_longer").trigger()
    assert asked.args == [tmp_path / "long.study"]
    assert messages.lines[-1].what == "Made long.study. It begins with the best: trial 1, trained anew."
    with store.Reader(tmp_path / "long.study") as reader:
        setup, history, _ = reader.study()
    assert training_length(setup) == (name, 4 * steps)
    assert history.where(State.WAITING).tolist() == [0]


def test_what_has_no_steps_has_no_length():
    assert training_length(judged.SETUP) == ("epochs", 50)
    svm = replace(judged.SETUP, objective=replace(judged.SETUP.objective, family="svm"))
    assert training_length(svm) is None
    assert training_length(replace(judged.SETUP, objective=None)) is None
    assert training_length(with_training_length(7, judged.SETUP)) == ("epochs", 7)
