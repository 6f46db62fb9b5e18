"""Turns requests (next trial, its result, a queued configuration) into events; keeps history and curves with them."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from engine import samplers
from engine.errors import UserFault, WrongValue
from engine.events import (
    AnyEvent,
    PackedPredictions,
    ParamsAdded,
    SpaceChanged,
    StateName,
    StepReported,
    TrialEnded,
    TrialInterrupted,
    TrialQueued,
    TrialStarted,
)
from engine.learners.portfolios import Portfolio, Start
from engine.objectives.fold_race import FoldRace, Rule
from engine.pruners import Pruner
from engine.pruners.sparing import is_spared
from engine.samplers import AskTellSampler, Sampler, SpaceExhausted, Suggestion, SuggestRequest
from engine.samplers.obeying import WishObeyer
from engine.space import SearchSpace, Wish
from engine.trials import Curves, History, State, learned_space
from engine.tuning.fold_racing import plan_race, race_of
from engine.tuning.reaching import estimated_score, reached_score
from engine.tuning.starting import next_start, suggestion_of

QUICK = samplers.make("random")
E = TypeVar("E", bound=AnyEvent)
LARGEST_ROUNDED = 1e308  # rounding up a larger number could leave the range; this also lets through what is no number


class Tuner:
    """One study's search. Times are handed in (seconds since 1970), so the same calls give the same events.

    Trial *n* depends on the seed, the space and the trials before it alone. Every method returns the event that it
    caused, already applied; ``apply`` does so in the place of the tuner, where somebody else has to know of it.

    ``discovered`` names the hyperparameters that an objective named as it ran, *None* where none may: a trial keeps of
    these what it asked for, and the sampler is shown the conditions that follow from that. With ``repeats`` a space
    whose every configuration was tried gives configurations once more. Configurations of the ``portfolio`` come first
    where the sampler is one that learns a model.
    """

    def __init__(
        self,
        history: History,
        curves: Curves,
        sampler: Sampler,
        pruner: Pruner,
        seed: int,
        budget: int | None = None,
        apply: Callable[[AnyEvent], None] | None = None,
    ) -> None:
        self.history = history
        self.curves = curves
        self.sampler = sampler
        self.pruner = pruner
        self.seed = seed
        self.budget = budget
        self.discovered: tuple[str, ...] | None = None
        self.repeats = False
        self.portfolio: Portfolio | None = None
        self.has_own_score = False  # of the model: see reached_score
        self.wishes: tuple[Wish, ...] = ()  # of a person; every strategy obeys them
        self._obeyer = WishObeyer()
        self.spares = False  # one in ten of the trials that would be pruned, so that the harm of pruning is measured
        self._spared: dict[int, str] = {}  # those that run, and why they would have been
        self.folds = 1  # of every trial
        self.fold_rule: Rule | None = None  # by which they are raced
        self._learned: SearchSpace | None = None
        self._apply_to_all = apply or self._apply_alone

    def ask(self, time: float, worker: int = 0) -> TrialStarted:
        """Start the next trial: the oldest that waits, else one that the sampler chooses.

        Raises :class:`engine.samplers.SpaceExhausted` when the sampler has nothing left.
        """
        number = self.next_number()
        return self.start(number, time, worker) if number < len(self.history) else self.draw(time, worker)

    def next_number(self) -> int:
        """The number of the trial that :meth:`ask` would start."""
        waiting = self.history.where(State.WAITING)
        return int(waiting[0]) if len(waiting) else len(self.history)

    def start(self, number: int, time: float, worker: int = 0) -> TrialStarted:
        """Start a trial that waits."""
        trial = self.history.trial(number)
        why = self._with_race(trial.why)
        return self._apply_event(TrialStarted(number, trial.params, time, trial.source, worker, why))

    def suggest(self) -> Suggestion:
        """What the sampler would choose now, whatever waits; raises as :meth:`ask` does.

        Where the choice rests on more than the trials that are over, it says so under ``known``.
        """
        suggestion = self._suggest()
        if not self.sampler.learns or self.sampler.is_asked_by_name:
            return suggestion
        pending = self.history.where(State.WAITING, State.RUNNING).tolist()
        known: dict[str, Any] = {"pending": pending} if pending else {}
        if self.budget is not None:
            known["budget"] = self.budget
        return replace(suggestion, why={**suggestion.why, "known": known}) if known else suggestion

    def _suggest(self) -> Suggestion:
        history, request = self.seen, self._next_request()
        if self.sampler.is_asked_by_name:
            return self.sampler.suggest(history, request)
        if not len(history.space) and self.discovered is not None:
            return Suggestion({})  # whatever the objective is going to ask for
        try:
            _refuse_only_configuration(history)
            if (start := self._next_start()) is not None and all(
                wish.holds(start.params) == (wish.kind == "focus") for wish in self.wishes
            ):
                return suggestion_of(start)
            if self.wishes:
                return self._obeyer.suggest(self.sampler, history, request, self.wishes)
            return self.sampler.suggest(history, request)
        except SpaceExhausted as fault:
            if not (fault.may_repeat and (self.repeats or self._may_grow())):
                raise
            return Suggestion(_least_tried(history, request.generator("repeat")), {"phase": "repeat"})

    def suggest_quickly(self) -> Suggestion:
        """A configuration drawn evenly from the space, or where wishes have it; the sampler is not asked.

        For a sampler that cannot keep up with those who wait. Raises as :meth:`ask` does.
        """
        history, request = self.seen, self._next_request()
        _refuse_only_configuration(history)
        if self.wishes:
            drawn = self._obeyer.suggest(QUICK, history, request, self.wishes)
        else:
            drawn = QUICK.suggest(history, request)
        return Suggestion(drawn.params, {"phase": "hurried"})

    @property
    def seen(self) -> History:
        """The history as the sampler sees it: without excluded trials, with the conditions that objectives show."""
        history = self.history.without_excluded()
        if not self.discovered:
            return history
        space = learned_space(self.history, self.discovered)
        if space is self.history.space:
            return history
        if self._learned is None or self._learned != space:  # samplers keep what they know of a space by identity
            self._learned = space
        return history.seen_through(self._learned)

    def _may_grow(self) -> bool:
        """Whether an objective may yet name hyperparameters that would make new configurations of those tried.

        So it is while trials run, and until one came to its end: another may have failed before it asked.
        """
        if self.discovered is None:
            return False
        pending = len(self.history.where(State.WAITING, State.RUNNING))
        return bool(pending) or not len(self.history.where(State.COMPLETE))

    def defer(self, suggestion: Suggestion, time: float) -> TrialQueued:
        """Let what :meth:`suggest` gave wait, under the next number."""
        return self._apply_event(
            TrialQueued(len(self.history), suggestion.params, time, source="sampler", why=suggestion.why)
        )

    def draw(self, time: float, worker: int = 0, suggestion: Suggestion | None = None) -> TrialStarted:
        """Start a new trial that the sampler chooses, or chose just now; raises as :meth:`ask` does."""
        suggestion = suggestion or self.suggest()
        why = self._with_race(suggestion.why)
        return self._apply_event(TrialStarted(len(self.history), suggestion.params, time, worker=worker, why=why))

    def _with_race(self, why: dict[str, object]) -> dict[str, object]:
        """What is noted of a trial that starts, and what its folds race against, unless it started before."""
        if self.fold_rule is None or "race" in why:
            return why
        return {**why, "race": plan_race(self.history, self.folds, self.fold_rule)}

    def race_of(self, number: int) -> FoldRace | None:
        """What the folds of a trial that started race against; *None* where all of them run."""
        return None if self.fold_rule is None else race_of(self.history, number)

    def fill(self, number: int) -> ParamsAdded | None:
        """Draw what the configuration of a running trial leaves open; *None* where that is nothing."""
        given, space = self.history.params(number), self.seen.space
        if not space.lacks(given):
            return None
        request = SuggestRequest(number, self.history.drawn, self.seed, self.budget)
        proposal: Mapping[str, object] = {}
        if not isinstance(self.sampler, AskTellSampler):  # which takes every question for a trial of its own
            with suppress(SpaceExhausted):
                proposal = self.sampler.suggest(self.seen, request).params
        whole = space.filled(given, proposal, request.generator("rest"))
        return self.add_params(number, {name: value for name, value in whole.items() if name not in given})

    def ignores_pending(self) -> bool:
        """Whether the sampler's next choice does not depend on the scores of pending trials."""
        if self._next_start() is not None:
            return True
        return self.sampler.ignores_pending(self.seen, self._next_request())

    def add_params(self, number: int, params: Mapping[str, object]) -> ParamsAdded:
        """Note hyperparameters that a running trial asked for beyond its configuration."""
        self.require_running(number)
        return self._apply_event(ParamsAdded(number, dict(params)))

    def report(self, number: int, step: int, records: Mapping[str, float], fold: int = 0) -> StepReported:
        """Note one step of a running trial's inner loop.

        Its records are kept to 24 significant bits (single precision, with the range of double precision), here and so
        in the file, the window and every later look: the noise below would make up most of a study file.
        """
        self.require_running(number)
        return self._apply_event(
            StepReported(number, step, {name: _round_value(v) for name, v in records.items()}, fold)
        )

    def should_prune(self, number: int) -> str:
        """Why a running trial should end now, or the empty text."""
        reason = self.pruner.decide(self.history, self.curves, number)
        if reason and self.spares and is_spared(number):
            self._spared.setdefault(number, reason)
            return ""
        return reason

    def tell(
        self,
        number: int,
        scores: Sequence[float],
        time: float,
        state: StateName = "complete",
        reason: str = "",
        details: Mapping[str, object] | None = None,
        seconds: float | None = None,
        constraints: Mapping[str, float] | None = None,
        asked: Collection[str] | None = None,
        predictions: PackedPredictions | None = None,
    ) -> TrialEnded:
        """End a running trial. A score that is not a number, or endlessly good, makes it failed, for that reason.

        Endlessly bad is a score like any other. Constraints must be finite; a pruned trial just loses such a score. One
        that is told none keeps what it had reached.
        ``predictions`` are kept of a complete trial. ``asked`` are the hyperparameters that its objective asked for,
        where it need not have asked for all. Raises :class:`UserFault` for unknown constraints, and for a complete
        trial without all of them.
        """
        self.require_running(number)
        scores = tuple(float(score) for score in scores)
        limits = {name: float(value) for name, value in (constraints or {}).items()}
        self._check_names(number, limits, state)
        if len(scores) != len(self.history.directions) and (scores or state == "complete"):
            raise WrongValue(
                f"Trial {number} was given {len(scores)} scores, the study has {len(self.history.directions)}.",
                "Give one score per direction.",
            )
        if state == "pruned" and not self._are_scores(scores):
            scores = ()
        elif not self._are_scores(scores):
            shown = ", ".join(f"{score:g}" for score in scores)
            state, reason, scores = "failed", reason or f"The score is not a finite number ({shown}).", ()
        for name, value in list(limits.items()):
            if not math.isfinite(value):
                del limits[name]
                state, reason, scores = "failed", reason or f"{name} is not a finite number ({value:g}).", ()
        seconds = time - float(self.history.started[number]) if seconds is None else seconds
        noted = dict(details or {})
        if number in self._spared:
            noted["spared"] = self._spared.pop(number)
        if state == "pruned" and not scores:
            scores, noted = self._reached_scores(number, noted)
        kept = None if asked is None else self._kept_names(number, asked)
        predictions = predictions if state == "complete" else None
        ended = TrialEnded(number, state, time, max(seconds, 0.0), scores, reason, noted, limits, kept, predictions)
        return self._apply_event(ended)

    def _kept_names(self, number: int, asked: Collection[str]) -> tuple[str, ...] | None:
        params = self.history.params(number)
        kept = tuple(name for name in params if name in asked)
        return kept if len(kept) < len(params) else None

    def _reached_scores(self, number: int, noted: dict[str, object]) -> tuple[tuple[float, ...], dict[str, object]]:
        """What a pruned trial had reached: its score where it reported that, else an estimate among its notes."""
        score = reached_score(self.history, self.curves, number, has_own_score=self.has_own_score)
        if score is not None:
            return ((score,) if self._are_scores((score,)) else ()), noted
        estimate = estimated_score(self.history.without_excluded(), self.curves, number)
        return (), noted if estimate is None else {**noted, "estimated_score": estimate}

    def _are_scores(self, scores: Sequence[float]) -> bool:
        """Whether every score is a number; infinite ones only where that is the worst there is."""
        worst = {"minimize": math.inf, "maximize": -math.inf}
        pairs = zip(scores, self.history.directions, strict=True)
        return not scores or all(math.isfinite(score) or score == worst[direction] for score, direction in pairs)

    def _check_names(self, number: int, limits: Mapping[str, float], state: StateName) -> None:
        for name in limits:
            self.history.require_constraint(name)
        missing = [name for name in self.history.constraint_names if name not in limits]
        if missing and state == "complete":
            raise UserFault(
                f"Trial {number} was told no value of the constraint {missing[0]}.",
                "Tell one number per constraint, at most 0 where it is kept.",
            )

    def require_running(self, number: int) -> None:
        """Raises :class:`UserFault` for a trial that is over, waits, or that there is not."""
        if not 0 <= number < len(self.history):
            raise WrongValue(f"There is no trial {number}.", "Ask for a trial first.")
        state = State(int(self.history.state[number]))
        if state is not State.RUNNING:
            raise WrongValue(f"Trial {number} is {state.label}, not running.", "Tell each trial's result once.")

    def interrupt(self, number: int, time: float, reason: str = "") -> TrialInterrupted:
        """Put a running trial back among the waiting ones."""
        self.require_running(number)
        self._spared.pop(number, None)
        return self._apply_event(TrialInterrupted(number, time, reason))

    def enqueue(self, params: Mapping[str, object], time: float) -> TrialQueued:
        """Queue a configuration; raises :class:`UserFault` where the space does not allow it."""
        legal = self.history.space.validate(params)
        return self.queue(legal, time)

    def queue(self, params: Mapping[str, object], time: float, why: Mapping[str, object] | None = None) -> TrialQueued:
        """Queue values that have been checked; :meth:`fill` draws what they leave open."""
        return self._apply_event(TrialQueued(len(self.history), dict(params), time, why=dict(why or {})))

    def retry(self, number: int, time: float) -> TrialQueued:
        """Queue a finished trial's configuration once more, under a new number."""
        if not 0 <= number < len(self.history):
            raise UserFault(f"There is no trial {number}.", "Choose one from the table.")
        params = self.history.params(number)
        return self._apply_event(TrialQueued(len(self.history), params, time, source="retry", retry_of=number))

    def change_space(self, space: SearchSpace, time: float) -> SpaceChanged:
        """Draw later trials from another space; earlier ones stay and still inform the sampler."""
        return self._apply_event(SpaceChanged(space.to_json(), time))

    def _next_start(self) -> Start | None:
        return next_start(self.portfolio, self.history, self.budget) if self.sampler.takes_portfolio else None

    def _next_request(self) -> SuggestRequest:
        return SuggestRequest(len(self.history), self.history.drawn, self.seed, self.budget)

    def _apply_event(self, event: E) -> E:
        self._apply_to_all(event)
        return event

    def _apply_alone(self, event: AnyEvent) -> None:
        self.history.apply(event)
        self.curves.apply(event)


def _least_tried(history: History, rng: np.random.Generator) -> dict[str, object]:
    """One of the configurations that were tried least often, so that all are tried about equally often."""
    legal = np.flatnonzero(~history.outside)
    if not len(legal):
        return history.space.sample(rng)
    rows = np.nan_to_num(history.numbers[legal], nan=-1e300)  # inactive ones are equal to each other
    _, first, counts = np.unique(rows, axis=0, return_index=True, return_counts=True)
    choices = legal[first[counts == counts.min()]]
    return history.params(int(choices[rng.integers(len(choices))]))


def _refuse_only_configuration(history: History) -> None:
    """Samplers that look at no trial would repeat it for ever."""
    space = history.space
    if len(history) and len(space) and all(hyperparameter.levels == 1 for hyperparameter in space.values()):
        raise SpaceExhausted("The only configuration of this space has been tried.", "Widen the space to go on.")


def _round_value(value: float) -> float:
    value = float(value)
    if not abs(value) < LARGEST_ROUNDED:
        return value
    mantissa, exponent = math.frexp(value)
    return math.ldexp(round(mantissa * 2**24), exponent - 24)
