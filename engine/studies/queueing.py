"""Trials that come from people: configurations to be tried, whole or in part, and trials that are over."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from engine.errors import WrongType, WrongValue
from engine.events import StepReported, TrialEnded, TrialStarted
from engine.space import SearchSpace
from engine.space.choices import held_choice
from engine.studies.arguments import mapping_of, number_of, several_of
from engine.studies.asking import Asking, scores_of
from engine.studies.words import hyperparameter_of, state_of
from engine.trials import Curve, FrozenTrial, State


class Queueing(Asking):
    """The part of a study that takes trials from people."""

    def enqueue(self, params: Mapping[str, object]) -> int:
        """Queue a configuration to be asked for next; its number. Raises :class:`UserFault` outside the space.

        After :class:`engine.store.Unwritten` it is queued in memory; queued once more, it is only written.
        """
        with self._lock:
            whole = mapping_of(params, "params")
            legal = self.space.validate(whole) if self._tuner.discovered is None else self._checked_part(whole)
            number = self._outbox.find_queued(legal)
            if number is None:
                number = self._tuner.queue(legal, time.time()).number
            self._outbox.write()
            return number

    def enqueue_trial(
        self, params: Mapping[str, object], user_attrs: Mapping[str, object] | None = None, skip_if_exists: bool = False
    ) -> None:
        """Queue a configuration, or a part of one: what it leaves open is drawn when it is asked for.

        ``skip_if_exists`` leaves out what waits, runs or has been tried already. Raises :class:`UserFault` for values
        outside the space; where an objective names its hyperparameters as it runs, one that lies outside of what it
        asks for is drawn anew.
        """
        with self._lock:
            part = self._checked_part(params)
            if skip_if_exists and any(_has_part(trial.params, part) for trial in self._all_trials()):
                return
            note = {"user_attrs": self._plain_value(mapping_of(user_attrs, "user_attrs"))} if user_attrs else {}
            self._tuner.queue(part, time.time(), note)
            self._outbox.write()

    def add_trial(self, trial: Any) -> None:
        """Add a trial from elsewhere (of another study, by ``create_trial``, or of Optuna) under the next number.

        Raises :class:`UserFault` where its scores are not as many as the study's directions, or contradict its state.
        """
        if not all(hasattr(trial, name) for name in ("state", "values", "params", "distributions")):
            raise WrongType(f"{trial!r} is not a trial.", "Give one of a study, or of create_trial().")
        state = state_of(trial.state)
        values = trial.values
        if state is State.COMPLETE and values is None:
            raise WrongValue("A complete trial without a score cannot be added.", "Give it one.")
        scores = () if values is None or state is State.FAILED else scores_of(values)
        if len(scores) not in (0, len(self.history.directions)):
            raise WrongValue(
                f"The trial has {len(scores)} scores, the study has {len(self.history.directions)} directions.",
                "Give one score per direction.",
            )
        with self._lock:
            for name, distribution in trial.distributions.items():
                self._take_in(name, hyperparameter_of(distribution, name))
            limits = dict(trial.constraints or {}) if state is State.COMPLETE else {}
            for name in limits:
                self.take_constraint(name)
            known = {
                name: held_choice(value)
                for name, value in trial.params.items()
                if self._tuner.discovered is not None or name in self.space
            }
            note = {"user_attrs": self._plain_value(trial.user_attrs)} if trial.user_attrs else {}
            begun = trial.datetime_start.timestamp() if trial.datetime_start else time.time()
            number = self._tuner.queue(known, begun, note).number
            if state is not State.WAITING:
                emit = self._outbox.add
                emit(TrialStarted(number, known, begun, source="queue"))
                for step, value in (trial.intermediate_values or {}).items():
                    self._tuner.report(number, int(step), {"value": float(value)})
                if state is State.RUNNING:
                    self._tuner.interrupt(number, time.time(), "")
                else:
                    seconds = trial.duration.total_seconds() if trial.duration else 0.0
                    emit(TrialEnded(number, state.label, begun + seconds, seconds, scores, "", note, limits))  # type: ignore[arg-type]
            self._outbox.write()

    def add_trials(self, trials: Iterable[object]) -> None:
        """:meth:`add_trial` of each."""
        for trial in several_of(trials, "trials"):
            self.add_trial(trial)

    def _take_in(self, name: str, hyperparameter: Any) -> None:
        if self._tuner.discovered is not None or name in self.space:
            self._admit_hyperparameter(name, hyperparameter)

    def _checked_part(self, params: Mapping[str, object]) -> dict[str, object]:
        if not isinstance(params, Mapping):
            raise WrongType(f"{params!r} is not a configuration.", "Give a dict from names to values.")
        if self._tuner.discovered is None:
            return self.space.partial(params)
        for name in params:
            if not isinstance(name, str):
                raise WrongType(f"{name!r} is not the name of a hyperparameter.", "Give a text.")
        return {name: held_choice(value) for name, value in params.items()}

    def _all_trials(self) -> list[FrozenTrial]:
        return [self._frozen_trial(number) for number in range(len(self.history))]


def _has_part(params: Mapping[str, object], part: Mapping[str, object]) -> bool:
    if params.keys() != part.keys():
        return False
    return all(
        params[name] == value or (params[name] != params[name] and value != value) for name, value in part.items()
    )


def create_trial(
    *,
    state: object = None,
    value: float | None = None,
    values: Iterable[float] | None = None,
    params: Mapping[str, object] | None = None,
    distributions: Mapping[str, object] | None = None,
    user_attrs: Mapping[str, object] | None = None,
    system_attrs: Mapping[str, object] | None = None,
    intermediate_values: Mapping[int, float] | None = None,
    constraints: Mapping[str, float] | None = None,
) -> FrozenTrial:
    """A trial that is over (complete, where no state is given), for :meth:`Queueing.add_trial`.

    ``distributions`` are the hyperparameters behind ``params``, ours or Optuna's. Raises :class:`UserFault` where the
    two do not have the same names, or a value lies outside. Of ``system_attrs`` the constraints are kept.
    """
    if value is not None and values is not None:
        raise WrongValue("A trial was given a value and values.", "Give one of the two.")
    chosen = State.COMPLETE if state is None else state_of(state)
    given = values if values is not None else value
    scores = () if given is None else scores_of(given)
    if chosen is State.COMPLETE and not scores:
        raise WrongValue("A complete trial needs a value.", "Give value=, or values= one per direction.")
    if chosen is State.FAILED and scores:
        raise WrongValue("A failed trial has no value.", "Leave it out, or give another state.")
    rows = {name: hyperparameter_of(one, name) for name, one in mapping_of(distributions, "distributions").items()}
    values_of = mapping_of(params, "params")
    if set(rows) != set(values_of):
        raise WrongValue("The names of params and distributions differ.", "Give one distribution per hyperparameter.")
    space = SearchSpace(rows)
    curve = Curve()
    if not isinstance(intermediate_values or {}, Mapping):
        raise WrongType(f"intermediate_values is {intermediate_values!r}.", "Give a dict from steps to values.")
    for step, one in (intermediate_values or {}).items():
        curve.append(StepReported(0, int(step), {"value": number_of(one, "An intermediate value")}))
    told = {**_constraints_in(mapping_of(system_attrs, "system_attrs")), **mapping_of(constraints, "constraints")}
    limits = {name: number_of(one, name) for name, one in told.items()}
    if any(limit != limit for limit in limits.values()):
        raise WrongValue("A constraint is not a number (nan).", "Give a number, at most 0 where it is kept.")
    now = time.time()
    return FrozenTrial(
        number=-1,
        state=chosen,
        params=space.to_objects(space.partial(values_of)),
        scores=scores,
        started=now,
        seconds=0.0 if chosen.is_finished() else None,
        source="queue",
        constraints=limits,
        feasible=chosen is State.COMPLETE and all(limit <= 0 for limit in limits.values()),
        details={
            name: mapping_of(noted, name)
            for name, noted in (("user_attrs", user_attrs), ("system_attrs", system_attrs))
            if noted
        },
        curve=curve,
        space=space,
    )


def _constraints_in(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The constraints that Optuna keeps among its own notes, by number or by name."""
    listed = attributes.get("constraints") or ()
    by_name = {
        name.removeprefix("constraints:"): one for name, one in attributes.items() if name.startswith("constraints:")
    }
    return {**{str(place): one for place, one in enumerate(listed)}, **by_name}
