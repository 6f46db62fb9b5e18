"""Studies on a script, a program and a formula, as Setup shows them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QPlainTextEdit

from engine.setup import StudySetup
from engine.study import StudyOpened, suggest_command_setup, suggest_function_setup, suggest_script_setup
from engine.trials import Curves, History
from gui.gallery.still_runner import Still
from gui.pages.setup.setup_page import SetupPage
from gui.windows.study_window import StudyWindow

SCRIPT = '''"""Digits by a small network of scikit-learn."""
import optuna
from sklearn.datasets import load_digits
from sklearn.model_selection import cross_val_score
from sklearn.neural_network import MLPClassifier


def objective(trial):
    layers = trial.suggest_int("n_layers", 1, 3)
    units = [trial.suggest_int(f"n_units_{place}", 4, 128, log=True) for place in range(layers)]
    model = MLPClassifier(
        hidden_layer_sizes=units,
        solver=trial.suggest_categorical("solver", ["adam", "sgd"]),
        learning_rate_init=trial.suggest_float("learning_rate", 1e-4, 1e-1, log=True),
    )
    return cross_val_score(model, *load_digits(return_X_y=True), cv=3).mean()


if __name__ == "__main__":
    study = optuna.create_study(direction="maximize")
    study.optimize(objective, n_trials=60)
'''
COMMAND = "Rscript fit_survival_model.R --lr {lr} --depth {depth} --trial {trial} '--note=northern region, 3rd quarter'"
OUTPUT = "epoch=1 loss=0.69 val_loss=0.71\nepoch=2 loss=0.44 val_loss=0.52\nscore = 0.873\n"

Shown = tuple[str, Callable[[], Still], Callable[[StudyWindow], None]]


def code_scenes(folder: Path) -> list[Shown]:
    """Name, state and what is done in the window."""
    script = folder / "tune_digits.py"
    script.write_text(SCRIPT, "utf-8")
    gone = folder / "moved_elsewhere.py"
    gone.write_text(SCRIPT, "utf-8")
    lost = _still(suggest_script_setup(gone), gone)
    gone.unlink()
    return [
        ("script", partial(_still, suggest_script_setup(script), script), show_objective),
        ("script-gone", lambda: lost, show_objective),
        ("program", partial(_still, suggest_command_setup(COMMAND, folder), folder / "fit"), _with_sample),
        ("formula", partial(_still, suggest_function_setup("(x - 1)**2 + sin(3*y)"), folder / "f"), show_objective),
        ("function", partial(_still, suggest_function_setup("branin"), folder / "branin"), show_objective),
    ]


def show_objective(window: StudyWindow) -> None:
    """Unfold the card that says what is scored."""
    for page in window.findChildren(SetupPage):
        page.show_card("objective")


def _with_sample(window: StudyWindow) -> None:
    show_objective(window)
    sample = window.findChild(QPlainTextEdit, "text_sample_output")
    assert isinstance(sample, QPlainTextEdit)
    sample.setPlainText(OUTPUT)


def _still(setup: StudySetup, path: Path) -> Still:
    history = History(setup.search_space(), (setup.direction,), setup.constraints)
    return Still(StudyOpened(path.with_suffix(".study"), setup, history, Curves()))
