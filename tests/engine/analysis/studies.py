"""Small histories to analyse, built from events as a run would."""

from __future__ import annotations

from engine.events import StepReported, TrialEnded, TrialStarted
from engine.space import Categorical, Float, Int, SearchSpace
from engine.trials import Curves, History

SPACE = SearchSpace(
    {
        "learning_rate": Float(1e-4, 1e-1, log=True),
        "units": Int(8, 128),
        "optimizer": Categorical(("SGD", "Adam")),
        "momentum": Float(0.0, 0.99, when={"optimizer": ("SGD",)}),
    }
)


def params_of(number: int) -> dict[str, object]:
    """A configuration that differs from trial to trial."""
    common = {"learning_rate": 1e-4 * (1 + number), "units": 8 + number}
    return {**common, "optimizer": "Adam"} if number % 2 else {**common, "optimizer": "SGD", "momentum": 0.9}


def history_of(scores: list[float | str | None], direction: str = "maximize") -> History:
    """Trial *i* ended with score *i*; a text is the state of a trial without one, *None* a running one."""
    history = History(SPACE, (direction,))
    for number, score in enumerate(scores):
        history.apply(TrialStarted(number, params_of(number), time=float(number)))
        if isinstance(score, str):
            history.apply(TrialEnded(number, score, time=number + 0.5, seconds=0.5, reason="it diverged"))
        elif score is not None:
            history.apply(TrialEnded(number, "complete", time=number + 0.5, seconds=0.5, scores=(score,)))
    return history


def curves_of(reports: list[tuple[int, int, int, float, float]]) -> Curves:
    """Curves from (trial, fold, step, training loss, validation loss)."""
    curves = Curves()
    for number, fold, step, train, validation in reports:
        curves.apply(StepReported(number, step, {"train_loss": train, "val_loss": validation}, fold))
    return curves
