"""Hyperparameters that an objective names as it runs: their ranges as asked, and the space that grows with them."""

from __future__ import annotations

import time
import warnings
from typing import Any

import msgspec

from engine import samplers
from engine.errors import UserFault, WrongValue
from engine.space import Categorical, Hyperparameter, SearchSpace, describe, require_hyperparameter
from engine.space.widening import require_same_kind, widened_range
from engine.studies.core import Core
from engine.studies.own_samplers import OwnSampler
from engine.trials import SOURCES, State
from engine.tuning import Trial

_NOTHING = object()


class Discovering(Core):
    """The part of a study that answers a trial's ``suggest_`` methods."""

    def suggest(self, trial: Trial, name: str, hyperparameter: Hyperparameter) -> Any:
        """A running trial's value of a hyperparameter, which the space learns of where it did not know it.

        What the objective asks for counts: a value that was chosen for the trial and lies outside is drawn anew. A
        name keeps its kind; :class:`UserFault` for another one, for a range that makes no sense, and for a trial that
        is over.
        """
        with self._lock:
            self._require_running(trial)
            if name in trial.asked and type(trial.distributions[name]) is type(hyperparameter):
                return _once_more(trial, name, hyperparameter)
            if self._admitted.get(name) != hyperparameter:
                self._admit_hyperparameter(name, hyperparameter)
            known = trial.params.get(name, trial.offered.get(name, _NOTHING))
            value = self._choose_value(trial, name, hyperparameter, known)
            trial.asked.add(name)
            trial.offered.pop(name, None)
            seen = hyperparameter.to_object(value) if isinstance(hyperparameter, Categorical) else value
            trial.params[name] = seen
            trial.distributions[name] = hyperparameter
            if not any(type(known) is type(one) and known == one for one in (value, seen)):
                self._tuner.add_params(trial.number, {name: value})
                self._outbox.write_quietly()
            return seen

    def _require_running(self, trial: Trial) -> None:
        """Raises :class:`UserFault` for a trial that was taken away: interrupted, and perhaps begun anew by another."""
        if self._handles.get(trial.number) is not trial:
            state = State(int(self.history.state[trial.number]))
            word = "begun anew" if state is State.RUNNING else state.label
            raise UserFault(f"Trial {trial.number} is {word}, not running here.", "Ask for another trial.")

    def _choose_value(self, trial: Trial, name: str, hyperparameter: Hyperparameter, chosen: object) -> Any:
        if chosen is not _NOTHING:
            try:
                return hyperparameter.to_value(hyperparameter.to_number(chosen))
            except (ValueError, TypeError, ArithmeticError):  # outside of what is asked for
                if SOURCES[self.history.source[trial.number]] == "queue":
                    what = f"{name} was queued as {chosen!r} for trial {trial.number}, which asks for"
                    warnings.warn(f"{what} {describe(hyperparameter)}. It is drawn anew.", stacklevel=4)
        sampler = self._tuner.sampler
        if isinstance(sampler, OwnSampler) and SOURCES[self.history.source[trial.number]] == "sampler":
            return sampler.value(trial, name, hyperparameter)
        rng = samplers.SuggestRequest(trial.number, 0, self._tuner.seed).generator("late", name)
        return hyperparameter.to_value(hyperparameter.from_unit(float(rng.random())))

    def _admit_hyperparameter(self, name: str, hyperparameter: Hyperparameter) -> None:
        """Take a hyperparameter into the space, or its new range."""
        require_hyperparameter(name, hyperparameter)
        known = self.space.get(name)
        if known is not None:
            require_same_kind(name, known, hyperparameter)
        _warn_of_rest(name, hyperparameter)
        discovered = self._setup.discovered or ()
        row = hyperparameter
        if known is not None and name in discovered and name not in self._edited:
            row = widened_range(known, hyperparameter)
        if known is None or (name in discovered and row != known):
            if name not in discovered:  # it is there where an interrupt came between the two changes
                discovered = (*discovered, name)
            self._setup = msgspec.structs.replace(
                self._setup, space={**self._setup.space, name: row}, discovered=discovered
            )
            self._tuner.discovered = discovered
            self._tuner.change_space(SearchSpace({**self.space, name: row}), time.time())
        self._edited.discard(name)
        self._admitted[name] = hyperparameter


def _once_more(trial: Trial, name: str, hyperparameter: Hyperparameter) -> Any:
    value = trial.params[name]
    try:
        hyperparameter.to_number(value)
    except (ValueError, TypeError, ArithmeticError):
        raise WrongValue(
            f"{name} is {value!r} in trial {trial.number}, which asks for it again as {describe(hyperparameter)}.",
            "Ask for one range in a trial.",
        ) from None
    if hyperparameter != trial.distributions[name]:
        warnings.warn(f"Trial {trial.number} asks for {name} again, differently; it stays {value!r}.", stacklevel=4)
    return value


def _warn_of_rest(name: str, hyperparameter: Hyperparameter) -> None:
    """A range that its steps do not divide ends before its bound, which may not be what was meant."""
    if isinstance(hyperparameter, Categorical) or hyperparameter.step is None:
        return
    last = hyperparameter.from_unit(1.0)
    if not hyperparameter.log and abs(hyperparameter.high - last) > 1e-8 * hyperparameter.step:
        text = f"{name} runs from {hyperparameter.low:g} in steps of {hyperparameter.step:g}, so it ends at {last:g}."
        warnings.warn(text, stacklevel=5)
