"""Samplers that people wrote for Optuna: they see the study and its trials, and choose values by name."""

from __future__ import annotations

import itertools
import secrets
import weakref
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine import seeds
from engine.errors import WrongMoment, WrongValue
from engine.samplers import Sampler, Suggestion, SuggestRequest
from engine.samplers.ask_tell import StrategyExhausted
from engine.space import Categorical, Hyperparameter, Params, describe
from engine.trials import FrozenTrial, History, State


class BaseSampler(ABC):
    """What a sampler of one's own derives from. ``trial`` is the trial to come, as far as it is known."""

    def infer_relative_search_space(self, study: Any, trial: FrozenTrial) -> dict[str, Hyperparameter]:
        """The hyperparameters that :meth:`sample_relative` chooses together."""
        return {}

    def sample_relative(
        self, study: Any, trial: FrozenTrial, search_space: dict[str, Hyperparameter]
    ) -> dict[str, Any]:
        """Their values."""
        return {}

    @abstractmethod
    def sample_independent(
        self, study: Any, trial: FrozenTrial, param_name: str, param_distribution: Hyperparameter
    ) -> Any:
        """The value of a hyperparameter that was not chosen so."""

    def reseed_rng(self) -> None:  # noqa: B027 - it may be left as it is
        """Nothing here calls it."""

    def before_trial(self, study: Any, trial: FrozenTrial) -> None:  # noqa: B027 - it may be left as it is
        """Called before anything is chosen."""

    def after_trial(self, study: Any, trial: FrozenTrial, state: State, values: Sequence[float] | None) -> None:  # noqa: B027 - it may be left as it is
        """Called when a trial has ended."""


class OwnSampler(Sampler):
    """Asks such a sampler, of which it knows the methods alone, on behalf of a study."""

    title = "Own sampler"
    summary = "A sampler that was written for Optuna chooses."
    is_asked_by_name = True

    def __init__(self, theirs: Any) -> None:
        super().__init__()
        self.theirs = theirs
        self._study: Any = lambda: None
        self._relative: dict[int, dict[str, Any]] = {}  # what was chosen together, by trial
        self.upcoming: FrozenTrial | None = None  # the trial that is being chosen, which the study does not have yet

    def belong_to(self, study: object) -> None:
        """Ask on behalf of ``study`` from here on."""
        self._study = weakref.ref(study)

    def suggest(self, history: History, request: SuggestRequest) -> Suggestion:
        """The whole configuration of a declared space; of one that an objective names, what it asks for later."""
        self.upcoming = _upcoming_trial(request.number)
        try:
            return self._chosen(history, request, self.upcoming)
        finally:
            self.upcoming = None

    def _chosen(self, history: History, request: SuggestRequest, trial: FrozenTrial) -> Suggestion:
        study = self._study()
        self._call_sampler("before_trial", study, trial)
        space = self.theirs.infer_relative_search_space(study, trial)
        self._relative[request.number] = dict(self.theirs.sample_relative(study, trial, space) or {})
        if study.setup.discovered is not None:
            return Suggestion({})
        params: Params = {}
        for name in (history.space.names[column] for column in history.space.order):
            needs = history.space[name].when or {}
            if all(parent in params and params[parent] in wanted for parent, wanted in needs.items()):
                params[name] = self.value(trial, name, history.space[name])
        return Suggestion(params)

    def value(self, trial: Any, name: str, hyperparameter: Hyperparameter) -> Any:
        """The value of one hyperparameter of a trial that it was asked for."""
        together = self._relative.get(trial.number, {})
        if name in together:
            value = together[name]
        else:
            value = self.theirs.sample_independent(self._study(), trial, name, hyperparameter)
        try:
            return hyperparameter.to_value(hyperparameter.to_number(value))
        except (ValueError, TypeError, ArithmeticError):
            what = f"The sampler chose {value!r} for {name}, which is to be {describe(hyperparameter)}."
            raise WrongValue(what, "Let it choose a value of these.") from None

    def ended(self, trial: FrozenTrial) -> None:
        """Let it know of a trial that has ended."""
        self._relative.pop(trial.number, None)
        self._call_sampler("after_trial", self._study(), trial, trial.state, trial.values)

    def __getstate__(self) -> dict[str, object]:
        return {"theirs": self.theirs}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__init__(state["theirs"])  # type: ignore[misc]

    def _call_sampler(self, method: str, *arguments: object) -> None:
        call = getattr(self.theirs, method, None)
        if call is not None:
            call(*arguments)


class IndependentSampler(BaseSampler):
    """Draws each value at random: what a sampler derives from that names ``RandomSampler`` as its base."""

    def __init__(self, seed: int | None = None) -> None:
        self._seed = secrets.randbits(31) if seed is None else seed

    def sample_independent(
        self, study: Any, trial: FrozenTrial, param_name: str, param_distribution: Hyperparameter
    ) -> Any:
        """A value drawn evenly from the range."""
        unit = seeds.generator(self._seed, "trial", trial.number, "independent", param_name).random()
        value = param_distribution.to_value(param_distribution.from_unit(float(unit)))
        return param_distribution.to_object(value) if isinstance(param_distribution, Categorical) else value


class GridSampler(BaseSampler):
    """Tries every combination of ``search_space`` (name to values) once, in a random order, and ends the search."""

    def __init__(self, search_space: Mapping[str, Iterable[object]], seed: int | None = None) -> None:
        self._names = sorted(search_space)
        cells = list(itertools.product(*(list(search_space[name]) for name in self._names)))
        order = seeds.generator(seed or 0, "grid").permutation(len(cells))
        self._cells = [cells[i] for i in order]
        self._given: dict[int, dict[str, object]] = {}

    def sample_relative(
        self, study: Any, trial: FrozenTrial, search_space: dict[str, Hyperparameter]
    ) -> dict[str, Any]:
        """The first cell that no trial has; raises :class:`engine.samplers.SpaceExhausted` after the last one."""
        trials = [one for one in study.get_trials() if one.state is not State.WAITING]
        tried = [{**one.params, **self._given.get(one.number, {})} for one in trials]
        for cell in self._cells:
            params = dict(zip(self._names, cell, strict=True))
            if not any(params.items() <= one.items() for one in tried):
                self._given[trial.number] = params
                return params
        raise StrategyExhausted("Every combination of the grid has been tried.", "Give the grid more values.")

    def sample_independent(
        self, study: Any, trial: FrozenTrial, param_name: str, param_distribution: Hyperparameter
    ) -> Any:
        """Refuses: the grid has the hyperparameter or it has none."""
        raise WrongMoment(f"{param_name} is not in the grid.", "Name it there.")


def _upcoming_trial(number: int) -> FrozenTrial:
    """The trial of that number before anything is known of it."""
    return FrozenTrial(number, State.RUNNING, {}, (), None, None, "sampler")
