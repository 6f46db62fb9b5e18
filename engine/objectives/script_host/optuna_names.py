"""What a file means by ``optuna``: the real one with its searches handed to Twinloop, or these names where it lacks.

The real package wins wherever the file's Python has it. Standard library alone.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import random
import sys
import types
from typing import Any, Callable, Dict, Optional

ROOTS = ("optuna", "optuna_integration")
USUAL_TRIALS = 20  # of a search inside an objective that names no number; a guess


def offer(host: Any) -> None:
    """Let ``import optuna`` in the file find what it needs, and every search of it be served by ``host``."""
    if importlib.util.find_spec("optuna") is not None:
        with contextlib.suppress(AttributeError):
            hand_over(importlib.import_module("optuna"), host)  # the person's own
        return
    sys.meta_path.append(Finder(host))


def hand_over(optuna: Any, host: Any) -> None:
    """Have the searches of a real Optuna served; one inside an objective stays its own."""
    study_class = optuna.study.Study
    before = {name: getattr(study_class, name) for name in ("optimize", "ask", "tell")}

    def optimize(self: Any, func: Callable[..., Any], n_trials: Any = None, timeout: Any = None, n_jobs: int = 1,
                 catch: Any = (), callbacks: Any = None, *args: Any, **more: Any) -> None:  # fmt: skip
        if host.is_serving:
            before["optimize"](self, func, n_trials, timeout, n_jobs, catch, callbacks, *args, **more)
        else:
            host.serve(func, "trial", self, callbacks)

    study_class.optimize = optimize
    study_class.ask, study_class.tell = asking(host, before)
    for function in ("create_study", "load_study"):
        replacement = in_memory(getattr(optuna, function), optuna.create_study, host)
        for module in (optuna, optuna.study, sys.modules.get("optuna.study.study")):
            if hasattr(module, function):
                setattr(module, function, replacement)


def in_memory(real: Callable[..., Any], create: Callable[..., Any], host: Any) -> Callable[..., Any]:
    """A function that makes or loads a study, without its storage: Twinloop keeps the trials."""

    def make_study(*args: Any, **named: Any) -> Any:
        if host.is_serving:
            return real(*args, **named)
        kept = ("sampler", "pruner", "study_name", "direction", "directions")
        return create(**{name: named[name] for name in kept if name in named})

    make_study.__name__ = real.__name__
    return make_study


def asking(host: Any, before: Optional[Dict[str, Any]] = None) -> Any:
    """The methods ``ask`` and ``tell`` of a study whose trials are Twinloop's."""

    def ask(self: Any, fixed_distributions: Any = None) -> Any:
        if host.is_serving and not getattr(self, "_is_served", False):
            return before["ask"](self, fixed_distributions) if before else self.ask_inside()
        if not host.is_serving:
            self._is_served = True
            host.begin_serving(self)
        if host.waiting is not None:
            raise RuntimeError("Twinloop runs one trial at a time in a process: tell one before you ask for the next.")
        trial = host.waiting = host.next_trial(self)
        for name, distribution in (fixed_distributions or {}).items():
            trial._suggest(name, distribution)
        return trial

    def tell(self: Any, trial: Any, values: Any = None, state: Any = None, skip_if_finished: bool = False) -> Any:
        if host.waiting is None or not (trial is host.waiting or trial == host.waiting.number):
            return before["tell"](self, trial, values, state, skip_if_finished) if before else None
        served, host.waiting = host.waiting, None
        host.finish(served, values, None, str(getattr(state, "name", state or "")).lower())
        return served.frozen()

    return ask, tell


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds ``optuna`` and everything below it, after every other finder has found nothing."""

    def __init__(self, host: Any) -> None:
        self._host = host

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        """A module of the names that are offered."""
        if fullname.partition(".")[0] not in ROOTS:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: Any) -> types.ModuleType:
        """An empty module with the names of its kind."""
        return OptunaModule(spec.name, self._host)

    def exec_module(self, module: Any) -> None:
        """Nothing is left to be done."""


class OptunaModule(types.ModuleType):
    """A module of Optuna's whose names are made when they are asked for."""

    def __init__(self, name: str, host: Any) -> None:
        super().__init__(name)
        self.__dict__.update(_host=host, __version__="4.0.0", __path__=[], __all__=[])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        host, room = self.__dict__["_host"], self.__name__.partition(".")[2]
        found = names_of(host).get(name)
        if found is None and room.startswith("samplers"):
            found = type(name, (Chosen,), {})
        if found is None and room.startswith("pruners"):
            found = type(name, (Chosen,), {})
        if found is None and (self.__name__.startswith("optuna_integration") or room.startswith("integration")):
            found = host.load_neighbour("optuna_callbacks").callback(name)
        if found is None and name in SUBMODULES and not room:
            found = importlib.import_module(f"{self.__name__}.{name}")
        if found is None and room.split(".")[0] in QUIET:
            found = nothing
        if found is None:
            raise AttributeError(f"This Python has no Optuna, and what Twinloop offers in its place has no {name}.")
        setattr(self, name, found)
        return found


SUBMODULES = (
    "artifacts", "distributions", "exceptions", "importance", "integration", "logging", "pruners", "samplers",
    "search_space", "storages", "study", "terminator", "trial", "visualization",
)  # fmt: skip
QUIET = ("logging", "visualization", "importance", "terminator", "storages", "artifacts")


def nothing(*args: Any, **named: Any) -> Any:
    """Does nothing: what is drawn, logged or kept, Twinloop does."""
    return Nothing()


class Nothing:
    """Takes any call and any attribute."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return nothing

    def __call__(self, *args: Any, **named: Any) -> Any:
        return self


class Chosen:
    """A sampler or a pruner by its name; the study has its own strategy, whatever is chosen here."""

    def __init__(self, *args: Any, **named: Any) -> None:
        self.arguments, self._constraints_func = named, named.get("constraints_func")


class TrialPruned(Exception):
    """Raised by an objective that gives its trial up."""


class OptunaError(Exception):
    """Root of Optuna's errors."""


def names_of(host: Any) -> Dict[str, Any]:
    """The names that several of Optuna's modules share."""
    if "names" not in vars(host):
        host.names = make_names(host)
    names: Dict[str, Any] = host.names
    return names


def make_names(host: Any) -> Dict[str, Any]:  # noqa: C901 - one class after another
    """Each name that can be imported, with what it stands for."""
    import enum

    trials = host.trials

    class StudyDirection(enum.IntEnum):
        NOT_SET = 0
        MINIMIZE = 1
        MAXIMIZE = 2

    class TrialState(enum.IntEnum):
        RUNNING = 0
        COMPLETE = 1
        PRUNED = 2
        FAIL = 3
        WAITING = 4

    class Study:
        """A search of the file's own: the first one is Twinloop's, one inside an objective draws at random."""

        def __init__(self, sampler: Any = None, pruner: Any = None, study_name: Any = None, direction: Any = None,
                     directions: Any = None, **_: Any) -> None:  # fmt: skip
            words = directions if directions is not None else [direction or "minimize"]
            self.directions = [StudyDirection[str(getattr(one, "name", one)).upper()] for one in words]
            self.direction, self.sampler, self.pruner = self.directions[0], sampler, pruner
            self.queued: Any = []
            self.study_name, self.user_attrs, self.trials = study_name or "", {}, []  # type: ignore[var-annotated]

        def optimize(self, func: Callable[..., Any], n_trials: Optional[int] = None, timeout: Any = None,
                     n_jobs: int = 1, catch: Any = (), callbacks: Any = None, *_: Any, **__: Any) -> None:  # fmt: skip
            if not host.is_serving:
                host.serve(func, "trial", self, callbacks)
            for _number in range(USUAL_TRIALS if n_trials is None else n_trials):
                trial = self.ask_inside()
                try:
                    self.tell_inside(trial, func(trial))
                except TrialPruned:
                    continue

        def ask_inside(self) -> Any:
            return InnerTrial(self, len(self.trials))

        def tell_inside(self, trial: Any, values: Any) -> None:
            found = list(values) if isinstance(values, (tuple, list)) else [float(values)]
            self.trials.append(types.SimpleNamespace(number=trial.number, params=trial.params, values=found,
                                                     value=found[0], user_attrs=trial.user_attrs,
                                                     state=TrialState.COMPLETE))  # fmt: skip

        @property
        def best_trial(self) -> Any:
            sign = -1 if self.direction == StudyDirection.MAXIMIZE else 1
            return min(self.trials, key=lambda one: sign * one.value)

        best_params = property(lambda self: self.best_trial.params)
        best_value = property(lambda self: self.best_trial.value)

        def set_user_attr(self, key: str, value: Any) -> None:
            self.user_attrs[key] = value

        def enqueue_trial(self, params: Dict[str, Any], *_: Any, **__: Any) -> None:
            self.queued.append({str(name): trials.held_choice(value) for name, value in params.items()})

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__") or name == "_is_served":
                raise AttributeError(name)
            return nothing  # set_metric_names and the like are Twinloop's to say

    Study.ask, Study.tell = asking(host)  # type: ignore[attr-defined]

    class InnerTrial(trials.ScriptTrial):  # type: ignore[misc, name-defined]
        """A trial of a search inside an objective: its values are drawn at random."""

        def __init__(self, study: Any, number: int) -> None:
            super().__init__(host, {"number": number, "params": {}}, study)

        def _ask(self, name: str, asked: Dict[str, Any], only: Any = None) -> Any:
            params = self._own["params"]
            if name not in params:
                params[name] = draw(asked)
            return params[name]

        def report(self, *args: Any, **named: Any) -> None:
            """Nobody prunes it."""

        def should_prune(self) -> bool:
            """Nobody prunes it."""
            return False

    def make_study(*args: Any, **named: Any) -> Any:
        return Study(**{name: value for name, value in named.items() if name not in ("storage", "load_if_exists")})

    class FixedTrial(trials.ScriptTrial):  # type: ignore[misc, name-defined]
        """A trial with given values, for calling an objective by hand."""

        def __init__(self, params: Dict[str, Any], number: int = 0) -> None:
            super().__init__(host, {"number": number, "params": params}, None)
            self._own["params"].update(params)

        def _ask(self, name: str, asked: Dict[str, Any], only: Any = None) -> Any:
            return self._own["params"][name]

        def should_prune(self) -> bool:
            """Never."""
            return False

        def report(self, *args: Any, **named: Any) -> None:
            """Kept nowhere."""

    return {
        "Study": Study, "create_study": make_study, "load_study": make_study, "delete_study": nothing,
        "Trial": trials.ScriptTrial, "BaseTrial": trials.ScriptTrial, "FixedTrial": FixedTrial,
        "FrozenTrial": types.SimpleNamespace, "TrialState": TrialState, "StudyDirection": StudyDirection,
        "TrialPruned": TrialPruned, "OptunaError": OptunaError, "MaxTrialsCallback": nothing,
        "FloatDistribution": distribution("FloatDistribution"), "IntDistribution": distribution("IntDistribution"),
        "CategoricalDistribution": distribution("CategoricalDistribution"),
        "DuplicatedStudyError": OptunaError, "StorageInternalError": OptunaError,
        "ExperimentalWarning": UserWarning,
    }  # fmt: skip


def distribution(name: str) -> type:
    """One of Optuna's distributions: its arguments as attributes."""

    def begin(self: Any, *args: Any, **named: Any) -> None:
        order = ("choices",) if name.startswith("Cat") else ("low", "high", "log", "step")
        usual = {"log": False, "step": 1 if name.startswith("Int") else None}
        vars(self).update(usual, **dict(zip(order, args)), **named)

    return type(name, (), {"__init__": begin})


def draw(asked: Dict[str, Any]) -> Any:
    """A value at random."""
    if asked["kind"] == "categorical":
        return random.choice(asked["choices"])
    low, high = asked["low"], asked["high"]
    value = low * (high / low) ** random.random() if asked["log"] else random.uniform(low, high)
    if asked.get("step"):
        value = low + round((value - low) / asked["step"]) * asked["step"]
    value = min(max(value, low), high)
    return int(value) if asked["kind"] == "int" else value
