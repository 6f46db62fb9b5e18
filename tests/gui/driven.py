"""Documents with trials in them, fed by a runner that a test drives."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from engine.events import StepReported, TrialEnded, TrialStarted
from gui.session.document import Document
from tests.gui.fakes import FakeRunner, wine_setup

SCORES = (0.80, 0.90, 0.85, None, 0.95, 0.93)
STEPS = 20
LUCKY = 3


class Driven:
    """A document and its runner. Batches reach the document when :meth:`hear` is called."""

    def __init__(self) -> None:
        self.runners: list[FakeRunner] = []
        self.document = Document(self._make)

    def _make(self, listener) -> FakeRunner:
        self.runners.append(FakeRunner(listener))
        return self.runners[-1]

    @property
    def runner(self) -> FakeRunner:
        """The one runner."""
        return self.runners[-1]

    def open(self) -> None:
        """Open an empty study."""
        self.document.create(Path("wine.study"), wine_setup())
        self.hear()

    def hear(self) -> None:
        """Let the document hear what the runner said."""
        control = self.document._control
        control._inbox.deliver()

    def trials(self, scores=SCORES) -> None:
        """Run trials to these scores; *None* is a failed one."""
        for score in scores:
            number = self.runner.begin(learning_rate=1e-3 * (self.runner.number + 1))
            self.steps(number, STEPS)
            if score is None:
                self.runner.finish(number, None, "failed", "The loss is no longer a finite number.")
            else:
                self.runner.say(
                    TrialEnded(
                        number,
                        "complete",
                        100.0 + number,
                        1.5,
                        (score,),
                        details={"fold_scores": [score - 0.01, score + 0.01], "parameters": 1234},
                    )
                )
        self.hear()

    def steps(self, number: int, last: int, first: int = 1) -> None:
        """Report steps of a trial."""
        for step in range(first, last + 1):
            loss = 2.0 * math.exp(-step / (5 + number)) + 0.05
            records = {
                "train_loss": 0.8 * loss,
                "val_loss": loss,
                "train_score": 1 - loss / 3,
                "val_score": 1 - loss / 2,
            }
            self.runner.say(StepReported(number, step, {**records, "gradient_norm": loss / 10}))

    def start(self, number: int) -> None:
        """Start a trial with a configuration of its own."""
        space = self.runner.setup.search_space()
        self.runner.say(TrialStarted(number, space.decode([0.3] * len(space)), 100.0))


class Described:
    """Hover words for tests."""

    def lines(self, number: int) -> tuple[str, ...]:
        return (f"Trial {number}", "score", "params")


def noisy_trials(driven: Driven, count: int = 40, noise: float = 0.05) -> None:
    """Trials of ten configurations, whose score depends on the learning rate and on luck; one is very lucky."""
    rng = np.random.default_rng(1)
    space = driven.runner.setup.search_space()
    places = rng.random((10, len(space)))
    for index in range(count):
        number = driven.runner._next()
        point = places[index % len(places)]
        score = 0.9 - 0.4 * (point[0] - 0.6) ** 2 + noise * rng.standard_normal()
        if index == LUCKY and noise:
            score = 0.9995
        driven.runner.say(TrialStarted(number, space.decode(point), 100.0 + index))
        driven.runner.say(TrialEnded(number, "complete", 101.0 + index, 1.0, (float(score),)))
    driven.hear()
