"""Ask and tell: trials handed out, and what became of them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from engine.errors import UserFault, WrongType, WrongValue
from engine.events import StateName
from engine.studies.arguments import mapping_of, number_of, text_of
from engine.studies.attributes import Attributes
from engine.studies.discovering import Discovering
from engine.studies.own_samplers import OwnSampler
from engine.studies.words import ending_of, hyperparameter_of
from engine.trials import FrozenTrial, State
from engine.tuning import Trial


class Asking(Discovering, Attributes):
    """The part of a study that hands out trials and takes their results."""

    def ask(self, fixed_distributions: Mapping[str, object] | None = None) -> Trial:
        """The next trial. It may be called again before :meth:`tell`; pending trials are taken into account.

        ``fixed_distributions`` are hyperparameters by name that it asks for at once. Nothing is started while the file
        cannot be written. A trial that nobody got hold of (the disk was full at this very moment, or the call was
        interrupted) is the next one.
        """
        asked = {
            name: hyperparameter_of(one, name)
            for name, one in mapping_of(fixed_distributions, "fixed_distributions").items()
        }
        with self._lock:
            self._outbox.write()
            number = self._tuner.next_number()
            try:
                started = self._tuner.ask(time.time())
                if started.source == "queue":
                    self._tuner.fill(number)
                self._outbox.write()
                trial = self._hand_out(number)
                for name, hyperparameter in asked.items():
                    self.suggest(trial, name, hyperparameter)
            except BaseException:
                self.put_back(number)
                raise
            return trial

    def _hand_out(self, number: int) -> Trial:
        """A running trial for an objective: what it was declared to have, and what it may ask for."""
        open_names = self._tuner.discovered
        params, offered = self.history.params(number), {}
        if open_names is not None:
            declared = self.space.keys() - set(open_names)
            offered = {name: value for name, value in params.items() if name not in declared}
            params = {name: value for name, value in params.items() if name in declared}
        if self.space.has_literals:
            params = self.space.to_objects(params)
        note = self.history.notes(number).get("why", {}).get("user_attrs", {})
        self._handles[number] = trial = Trial(self, number, params, offered, note)
        return trial

    def tell(
        self,
        trial: Trial | int,
        score: float | Iterable[float] | None = None,
        state: StateName | Any | None = None,
        skip_if_finished: bool = False,
        *,
        values: float | Iterable[float] | None = None,
        reason: str = "",
        constraints: Mapping[str, float] | None = None,
    ) -> FrozenTrial:
        """End a trial with its score (one per direction) and constraints, or as ``failed`` or ``pruned``.

        ``values`` and Optuna's states say the same in its words. ``constraints`` add to what :meth:`Trial.constrain`
        noted. A score that is not a number, or endlessly good, makes the trial failed, and so does a constraint that is
        not finite. A pruned trial keeps what it reported last by ``report(value, step)``, where it is told no score.

        Raises :class:`UserFault` for a trial that is not running, for a constraint that the study does not have, and
        for a complete trial without all that it has; :class:`engine.store.Unwritten` where it is kept in memory alone.
        Told the same once more, such a trial is only written. ``skip_if_finished`` leaves one that is over as it is.
        """
        number, reason = _number_of(trial), text_of(reason, "reason")
        with self._lock:
            handle = trial if isinstance(trial, Trial) else self._handles.get(number)
            if skip_if_finished and 0 <= number < len(self.history) and self.history.state[number] >= State.COMPLETE:
                return self._frozen_trial(number)
            ending, scores = _ending_of(number, score if values is None else values, state)
            told = {name: number_of(one, name) for name, one in mapping_of(constraints, "constraints").items()}
            limits = {**(handle.constraints if handle is not None else {}), **told}
            if not self._is_told(number, scores, ending):
                if isinstance(trial, Trial) and self._handles.get(number, trial) is not trial:
                    self._require_running(trial)
                if self.constraints_func is not None and ending == "complete":
                    self._tuner.require_running(number)
                    limits = {**self._constraints_of(number, handle, scores), **limits}
                details = self._details_of(handle)
                asked = None if handle is None or self._tuner.discovered is None else handle.params
                self._tuner.tell(number, scores, time.time(), ending, reason, details, constraints=limits, asked=asked)
                self._keep_objects(handle)
                self._handles.pop(number, None)
                if isinstance(self._tuner.sampler, OwnSampler):
                    self._tuner.sampler.ended(self._frozen_trial(number))
            self._outbox.write()
            return self._frozen_trial(number)

    def report(self, trial: Trial, step: int, records: Mapping[str, float]) -> None:
        """Note one step of a running trial; it reaches the file within a second, or as soon as that can be written."""
        values = dict(records)
        fold = int(values.pop("fold", 0))
        if not 0 <= fold < 2**15:
            raise WrongValue(f"The fold is {fold}.", "Give a whole number from 0 to 32,767.")
        with self._lock:
            self._require_running(trial)
            self._tuner.report(trial.number, step, values, fold)
            self._outbox.write_quietly()

    def should_prune(self, trial: Trial) -> str:
        """Why the pruner would end a running trial now, or the empty text."""
        with self._lock:
            self._require_running(trial)
            return self._tuner.should_prune(trial.number)

    def put_back(self, number: int) -> None:
        """Let a trial that runs wait to be asked for again; nothing where it does not run."""
        with self._lock:
            self._handles.pop(number, None)
            if number < len(self.history) and self.history.state[number] == State.RUNNING:
                self._tuner.interrupt(number, time.time(), "Interrupted.")
                self._outbox.write_quietly()

    def take_constraint(self, name: str) -> None:
        """Know a constraint from here on; raises :class:`UserFault` for a new one once trials have told scores."""
        with self._lock:
            history = self.history
            if text_of(name, "The name of the constraint") in history.constraint_names:
                return
            if len(history.where(State.COMPLETE)):
                history.require_constraint(name)
            self._redefine(constraints=(*self._setup.constraints, name))
            history.judge_by(history.directions, self._setup.constraints)

    def _constraints_of(self, number: int, handle: Trial | None, scores: tuple[float, ...]) -> dict[str, float]:
        """What ``constraints_func`` gives for a trial that is about to be complete."""
        assert self.constraints_func is not None
        shown = self._frozen_trial(number).with_more(state=State.COMPLETE, scores=scores)
        if handle is not None:
            shown = shown.with_more(params=dict(handle.params), constraints=dict(handle.constraints))
        try:
            given = self.constraints_func(shown)
        except Exception as error:  # anything may go wrong in there
            what = f"constraints_func raised {type(error).__name__}: {error}."
            raise WrongValue(what, "Let it return a number per constraint.") from error
        if not isinstance(given, Mapping):
            numbers = _numbers_of(given)
            known = self._setup.constraints
            named = known if len(known) == len(numbers) else tuple(map(str, range(len(numbers))))
            given = dict(zip(named, numbers, strict=True))
        told = {name: number_of(one, name) for name, one in mapping_of(given, "constraints_func's answer").items()}
        for name, limit in told.items():
            if limit != limit:
                what = f"constraints_func returned no number (nan) for {name}."
                raise WrongValue(what, "Let it return a number, at most 0 where it is kept.")
            self.take_constraint(name)
        return told

    def _is_told(self, number: int, scores: tuple[float, ...], state: StateName) -> bool:
        """Whether a trial ended so already, and only its file does not know."""
        if not self._outbox.has_end(number):
            return False
        trial = self.history.trial(number)
        return trial.state.label == state and (trial.scores == scores or not scores)


def _number_of(trial: object) -> int:
    number = trial.number if isinstance(trial, Trial) else trial
    if isinstance(number, bool) or not isinstance(number, int):
        raise WrongType(f"{trial!r} is not a trial.", "Tell the trial that ask() gave, or its number.")
    return number


def _ending_of(number: int, score: object, state: object) -> tuple[StateName, tuple[float, ...]]:
    """The state and the scores that are told; raises :class:`UserFault` where they are none, or contradict."""
    ending: StateName = "complete" if state is None else ending_of(state)
    if score is None:
        if ending == "complete":
            raise WrongValue(f"Trial {number} has no score.", 'Tell a number, or state="failed".')
        return ending, ()
    if ending == "failed":
        raise WrongValue(f"Trial {number} is told to have failed, and a score.", "Tell one of the two.")
    scores = scores_of(score)
    if state is not None and ending == "complete" and any(one != one for one in scores):
        raise WrongValue(f"Trial {number} is told to be complete, and no number (nan).", "Tell one of the two.")
    return ending, scores


def _numbers_of(given: object) -> tuple[float, ...]:
    try:
        return scores_of(given)
    except UserFault:
        what = f"constraints_func returned {given!r}."
        raise WrongValue(what, "Let it return a number per constraint.") from None


def scores_of(score: Any) -> tuple[float, ...]:
    """What an objective returned, as one number a direction: numbers of every library, alone or in a sequence.

    Raises :class:`UserFault` for anything else.
    """
    if isinstance(score, str | bytes | Mapping) or score is None:
        raise WrongValue(f"{score!r} is not a score.", "Return a number, or one per direction.")
    try:
        return (float(score),)
    except OverflowError:
        raise WrongValue("The score is larger than any floating-point number.", "Scale it down.") from None
    except (TypeError, ValueError):
        pass  # several, perhaps
    try:
        return tuple(scores_of(one)[0] for one in score)
    except UserFault:
        raise
    except (TypeError, ValueError):
        raise WrongValue(f"{score!r} is not a score.", "Return a number, or one per direction.") from None
