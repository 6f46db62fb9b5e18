"""Any course of events that a study can take, for property tests of the study file."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import strategies as st

from engine.events import (
    AnyEvent,
    LogLine,
    ParamsAdded,
    RunStateChanged,
    SpaceChanged,
    StepReported,
    StudyChanged,
    TrialEnded,
    TrialInterrupted,
    TrialQueued,
    TrialStarted,
)
from engine.space import Categorical, Float, Int, SearchSpace
from engine.trials import Curve, Curves, History

SPACES = (
    SearchSpace(
        {
            "lr": Float(1e-6, 1.0, log=True),
            "depth": Int(1, 8),
            "kernel": Categorical(["rbf", "poly", 1, 1.0, True, None]),
            "degree": Int(2, 5, when={"kernel": ["poly"]}),
        }
    ),
    SearchSpace({"lr": Float(0.0, 0.5, step=0.1), "depth": Categorical([1, 2, 3]), "gamma": Float(-1.0, 1.0)}),
    SearchSpace({"depth": Float(-3.0, 4.5), "lr": Int(0, 1), "größe": Int(-(2**60), 2**60)}),
)
times = st.floats(0, 4e9)
floats = st.floats(width=64)
texts = st.text(max_size=20)
plain = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | floats | texts
wild_params = st.dictionaries(st.sampled_from(["lr", "depth", "kernel", "degree", "gamma", "größe", "x"]), plain)
notes = st.dictionaries(texts, plain | st.lists(plain, max_size=3), max_size=3)
records = st.dictionaries(st.sampled_from(["train_loss", "val_loss", "grad"]), floats, min_size=1, max_size=3)


@st.composite
def sequences(draw: st.DrawFn, objectives: int = 1, constraints: tuple[str, ...] = ()) -> list[AnyEvent]:
    """Events in a legal order, beginning with an empty study in ``SPACES[0]``."""
    course = _Course(draw, objectives, constraints)
    for _ in range(draw(st.integers(0, 25))):
        draw(st.sampled_from(course.possible()))()
    return course.events


class _Course:
    """What has happened so far, and what may happen next."""

    def __init__(self, draw: st.DrawFn, objectives: int, constraints: tuple[str, ...]) -> None:
        self.events: list[AnyEvent] = []
        self._draw = draw
        self._objectives = objectives
        self._constraints = constraints
        self._count = 0
        self._waiting: dict[int, dict[str, Any]] = {}
        self._running: set[int] = set()
        self._space = SPACES[0]

    def possible(self) -> list[Any]:
        moves = [self._queue, self._start_new, self._log, self._change_run, self._change_space, self._edit]
        if self._waiting:
            moves += [self._start_waiting, self._drop]
        if self._running:
            moves += [self._report, self._report, self._end, self._end, self._interrupt, self._add_params]
        return moves

    def _params(self) -> dict[str, Any]:
        if self._draw(st.integers(0, 3)) == 0:
            return self._draw(wild_params)
        unit = self._draw(st.lists(st.floats(0, 1), min_size=len(self._space), max_size=len(self._space)))
        return self._space.decode(unit)

    def _queue(self) -> None:
        params, source = self._params(), self._draw(st.sampled_from(["queue", "retry", "sampler"]))
        why = {"phase": "start"} if source == "sampler" else {}
        self.events.append(
            TrialQueued(self._count, params, self._draw(times), source, 0 if source == "retry" else None, why)
        )
        self._waiting[self._count] = params
        self._count += 1

    def _start_new(self) -> None:
        self.events.append(TrialStarted(self._count, self._params(), self._draw(times), why=self._draw(notes)))
        self._running.add(self._count)
        self._count += 1

    def _start_waiting(self) -> None:
        number = self._draw(st.sampled_from(sorted(self._waiting)))
        params = self._waiting.pop(number)
        self.events.append(TrialStarted(number, params, self._draw(times), worker=1, why=self._draw(notes)))
        self._running.add(number)

    def _drop(self) -> None:
        number = self._draw(st.sampled_from(sorted(self._waiting)))
        del self._waiting[number]
        self.events.append(TrialEnded(number, "failed", self._draw(times), 0.0, reason="Taken from the queue."))

    def _one_running(self) -> int:
        return self._draw(st.sampled_from(sorted(self._running)))

    def _report(self) -> None:
        step = self._draw(st.integers(-(2**31), 2**31 - 1))
        fold = self._draw(st.integers(-(2**15), 2**15 - 1))
        self.events.append(StepReported(self._one_running(), step, self._draw(records), fold))

    def _add_params(self) -> None:
        self.events.append(ParamsAdded(self._one_running(), {"added": self._draw(plain)}))

    def _end(self) -> None:
        number = self._one_running()
        self._running.remove(number)
        state = self._draw(st.sampled_from(["complete", "pruned", "failed"]))
        scores = st.tuples(*[floats] * self._objectives)
        self.events.append(
            TrialEnded(
                number,
                state,
                self._draw(times),
                abs(self._draw(floats)),
                self._draw(scores if state == "complete" else scores | st.just(())),
                self._draw(texts),
                self._draw(notes),
                {name: self._draw(floats) for name in self._constraints if self._draw(st.booleans())},
                self._draw(st.none() | st.sets(st.sampled_from([*self._space, "added"])).map(sorted).map(tuple)),
            )
        )

    def _interrupt(self) -> None:
        number = self._one_running()
        self._running.remove(number)
        self._waiting[number] = {}
        self.events.append(TrialInterrupted(number, self._draw(times), self._draw(texts)))

    def _log(self) -> None:
        number = self._draw(st.none() | st.integers(0, max(0, self._count - 1)))
        level = self._draw(st.sampled_from(["info", "warning", "error"]))
        self.events.append(LogLine(self._draw(texts), self._draw(times), level, number))

    def _change_run(self) -> None:
        state = self._draw(st.sampled_from(["running", "paused", "ended"]))
        self.events.append(RunStateChanged(state, self._draw(times), self._draw(texts), failed=state == "ended"))

    def _change_space(self) -> None:
        self._space = self._draw(st.sampled_from(SPACES))
        self.events.append(SpaceChanged(self._space.to_json(), self._draw(times)))

    def _edit(self) -> None:
        names = sorted(self._draw(st.sets(texts, max_size=3)))
        before, after = ({name: self._draw(st.none() | texts | st.integers(0, 99)) for name in names} for _ in range(2))
        author = self._draw(st.sampled_from(["window", "command line", "Python"]))
        self.events.append(StudyChanged(self._count, self._draw(times), author, before, after))


def told(events: list[AnyEvent], objectives: int = 1, constraints: tuple[str, ...] = ()) -> tuple[History, Curves]:
    """The history and the curves that ``events`` make in memory.

    On file a trial that was cut off keeps its curve until it starts anew, so that a person can look at it.
    """
    history, curves = History(SPACES[0], ["minimize"] * objectives, constraints), Curves()
    for event in events:
        history.apply(event)
        if not isinstance(event, TrialInterrupted):
            curves.apply(event)
    return history, curves


def picture(history: History) -> dict[str, Any]:
    """Everything that can be seen of a history, comparable bit for bit."""
    names = ("state", "source", "scores", "constraints", "feasible", "numbers", "unit", "started", "seconds")
    columns = {name: exact(getattr(history, name).tolist()) for name in names}
    trials = [exact(history.trial(number)) for number in range(len(history))]
    return {
        **columns,
        "trials": trials,
        "drawn": history.drawn,
        "changes": history.changes,
        "space": history.space,
        "directions": history.directions,
        "constraint_names": history.constraint_names,
    }


def curve_picture(curve: Curve) -> dict[str, Any]:
    """Everything that can be seen of a curve, comparable bit for bit."""
    return {
        "steps": curve.steps.tolist(),
        "folds": curve.folds.tolist(),
        "records": {name: curve.values(name).tobytes() for name in curve.names},
    }


def exact(value: Any) -> Any:
    """``value`` in a form in which NaN equals itself, 0.0 differs from -0.0, and 1 from 1.0 and True."""
    if isinstance(value, float):
        return "nan" if math.isnan(value) else value.hex()
    if isinstance(value, dict):
        return {key: exact(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [exact(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: exact(getattr(value, name)) for name in value.__dataclass_fields__}
    return (type(value).__name__, value)
