"""A runner that says what a test wants, and messages that remember what they were told."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from engine.events import RunStateChanged, StepReported, TrialEnded, TrialQueued, TrialStarted
from engine.objectives.description import TableObjective
from engine.setup import Budget, StudySetup
from engine.space import Categorical, Float, Int
from engine.study import Closed, Rejected, Saved, SetupSaved, StudyOpened
from engine.trials import Curves, History
from gui.base.messages import Line, Question, Way


def wine_setup(**changes: Any) -> StudySetup:
    """A definition like the one that is suggested for the wine sample."""
    setup = StudySetup(
        title="wine · neural network",
        objective=TableObjective("sample:wine", "target", "classification", "mlp", "accuracy"),
        space={
            "learning_rate": Float(1e-4, 1e-1, log=True),
            "hidden_units": Int(16, 256, log=True),
            "layers": Int(1, 3),
            "optimizer": Categorical(("sgd", "adam")),
            "momentum": Float(0.0, 0.99, when={"optimizer": ("sgd",)}),
        },
        direction="maximize",
        budget=Budget(trials=20),
    )
    for name, value in changes.items():
        setup = type(setup)(**{**{f: getattr(setup, f) for f in setup.__struct_fields__}, name: value})
    return setup


class FakeRunner:
    """Answers every intent at once and in good order; ``intents`` lists what was asked of it."""

    def __init__(self, listener: Callable[[tuple[object, ...]], None]) -> None:
        self.say_batch = listener
        self.intents: list[tuple[Any, ...]] = []
        self.setup: StudySetup | None = None
        self.refuse: dict[str, Rejected] = {}
        self.number = 0

    def say(self, *items: object) -> None:
        """Have the listener hear ``items`` as one batch."""
        self.say_batch(items)

    def names(self) -> list[str]:
        """The names of the intents so far."""
        return [intent[0] for intent in self.intents]

    def _note(self, *intent: Any) -> bool:
        self.intents.append(intent)
        refusal = self.refuse.get(intent[0])
        if refusal is not None:
            self.say(refusal)
        return refusal is None

    def open(self, path: Path) -> None:
        if self._note("open", path):
            self._opened(path, wine_setup())

    def create(self, path: Path, setup: StudySetup) -> None:
        if self._note("create", path, setup):
            self._opened(path, setup)

    def _opened(self, path: Path, setup: StudySetup) -> None:
        self.setup = setup
        history = History(setup.search_space(), (setup.direction,), setup.constraints)
        self.say(StudyOpened(Path(path), setup, history, Curves()))

    def edit(self, setup: StudySetup) -> None:
        if self._note("edit", setup):
            self.setup = setup
            self.say(SetupSaved(setup))

    def warm(self) -> None:
        self._note("warm")

    def start(self) -> None:
        if self._note("start"):
            self.run_state("running")

    def pause(self) -> None:
        if self._note("pause"):
            self.run_state("pausing")
            self.run_state("paused")

    def stop(self) -> None:
        if self._note("stop"):
            self.run_state("stopping")
            self.run_state("ended", "Stopped.")

    def move(self, backend) -> None:
        self._note("move", backend)

    def stop_trial(self, number: int) -> None:
        self._note("stop_trial", number)

    def enqueue(self, params: Mapping[str, Any]) -> None:
        if self._note("enqueue", dict(params)):
            self.say(TrialQueued(self._next(), dict(params), time.time()))

    def retry(self, number: int) -> None:
        self._note("retry", number)

    def keep_finding(self, finding: Any) -> None:
        if self._note("keep_finding", finding):
            self.say(finding)

    def save_as(self, path: Path) -> None:
        if self._note("save_as", path):
            self.say(Saved(path))

    def close(self) -> None:
        self._note("close")
        self.say(Closed())

    def join(self, timeout: float | None = None) -> bool:
        return "close" in self.names()

    # -- what a test lets happen -------------------------------------------------------------------------------------

    def run_state(self, state: Any, reason: str = "", failed: bool = False) -> None:
        """Change the state of the run."""
        self.say(RunStateChanged(state, time.time(), reason, failed))

    def _next(self) -> int:
        self.number += 1
        return self.number - 1

    def begin(self, **params: Any) -> int:
        """Start a trial; its number."""
        assert self.setup is not None
        number = self._next()
        space = self.setup.search_space()
        chosen = {**space.decode([0.5] * len(space)), **params}
        self.say(TrialStarted(number, chosen, time.time()))
        return number

    def step(self, number: int, step: int, **records: float) -> None:
        """Report a step."""
        self.say(StepReported(number, step, records))

    def finish(self, number: int, score: float | None = None, state: Any = "complete", reason: str = "") -> None:
        """End a trial."""
        scores = () if score is None else (score,)
        self.say(TrialEnded(number, state, time.time(), 1.5, scores, reason))

    def trial(self, score: float | None = None, state: Any = "complete", reason: str = "", **params: Any) -> int:
        """Start and end a trial; its number."""
        number = self.begin(**params)
        self.finish(number, score, state, reason)
        return number


class Recorder:
    """Messages for tests: everything said is in ``lines`` and ``questions``; answers and files are set before."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.questions: list[Question] = []
        self.answer = ""
        self.file: Path | None = None
        self.suggestion: Path | None = None

    def inform(self, what: str) -> None:
        self.lines.append(Line(what))

    def fault(self, what: str, remedy: str = "", way: Way | None = None) -> None:
        self.lines.append(Line(what, remedy, True, way))

    def ask(self, question: Question, answered: Callable[[str], None]) -> None:
        self.questions.append(question)
        answered(self.answer or question.cancel)

    def choose_open(self, title: str, folder: Path, filters: str, chosen: Callable[[Path], None]) -> None:
        if self.file is not None:
            chosen(self.file)

    def choose_save(self, title: str, suggestion: Path, filters: str, chosen: Callable[[Path], None]) -> None:
        self.suggestion = suggestion
        if self.file is not None:
            chosen(self.file)
