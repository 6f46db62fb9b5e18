"""How far the evaluation of one configuration has come, so that one that is cut off can be taken up again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.data.out_of_fold import FoldPredictions, join
from engine.objectives.base import CheckpointStore, Outcome, Report
from engine.objectives.checkpoints import pack, unpack
from engine.objectives.fold_race import FoldRace

Steps = list[tuple[int, dict[str, float]]]
_LISTS = ("folds", "scores", "train_scores", "seconds", "notes", "slopes", "predicted")


@dataclass(slots=True)
class EvaluationState:
    """What the finished ``folds`` gave, in the order in which they ran, what was reported, and the state of training.

    ``slopes`` are the derivatives of the validation loss by hyperparameters, of each fold that has them.
    ``predicted`` are the out-of-fold predictions of each fold, as :class:`FoldPredictions` has them by name; empty
    where there are none. ``training`` is that of a fold that was cut off, used once, for the first fold that is not
    finished; ``spent`` are its seconds before the cut.
    """

    folds: list[int] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    train_scores: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    slopes: list[dict[str, float]] = field(default_factory=list)
    predicted: list[dict[str, Any]] = field(default_factory=list)
    parameters: int | None = None
    reported: Steps = field(default_factory=list)
    training: Any = None
    spent: float = 0.0
    clock: Callable[[], float] = time.perf_counter

    @classmethod
    def restored(
        cls, checkpoints: CheckpointStore | None, clock: Callable[[], float] = time.perf_counter
    ) -> EvaluationState:
        """What ``checkpoints`` has of an earlier evaluation; a fresh start where it has nothing whole.

        ``clock`` tells the seconds that the evaluation has had.
        """
        if checkpoints is None or not checkpoints.latest:
            return cls(clock=clock)
        try:
            values = unpack(checkpoints.latest)
            if "folds" not in values:  # before folds were raced
                values = {**values, "folds": range(len(values["scores"]))}
            found = cls(clock=clock)
            for name in _LISTS:
                setattr(found, name, [*values[name]])
            found.parameters, found.training = values["parameters"], values["training"]
            found.spent = float(values["spent"])
            found.reported = [(int(step), dict(records)) for step, records in values["reported"]]
        except (ValueError, TypeError, KeyError):
            return cls(clock=clock)
        return found

    def next_fold(self, count: int, race: FoldRace | None) -> int | None:
        """Which of ``count`` folds is to be trained now; *None* where all were, or the race is lost."""
        order = race.order if race is not None and len(race.order) == count else range(count)
        left = [fold for fold in order if fold not in self.folds]
        return left[0] if left and not self._lost_reason(race) else None

    def _lost_reason(self, race: FoldRace | None) -> str:
        return "" if race is None else race.stop_reason(dict(zip(self.folds, self.scores, strict=True)))

    def outcome(self, race: FoldRace | None) -> Outcome:
        """The mean score of the folds that ran, and what is known besides; see :meth:`PreparedTable.evaluate`."""
        ran = np.argsort(self.folds).tolist()
        scores = [self.scores[place] for place in ran]
        details = {
            "fold_scores": scores,
            "fold_seconds": [self.seconds[place] for place in ran],
            "train_score": float(np.mean([self.train_scores[place] for place in ran])),
            "parameters": self.parameters,
            "notes": list(dict.fromkeys(self.notes)),
        }
        if slope := self.mean_derivatives():
            details["hypergradient"] = slope
        reason = self._lost_reason(race)
        if race is not None and reason:
            expected, spread = race.expected_score(dict(zip(self.folds, self.scores, strict=True)))
            details |= {"folds": list(self.folds), "estimated_score": expected, "estimated_spread": spread}
        return Outcome(float(np.mean(scores)), details, reason=reason)

    def with_checkpoints(
        self, fold: int, report: Report, checkpoints: CheckpointStore | None, state: Callable[[], object]
    ) -> Report:
        """Begin a fold: a ``report`` that also keeps what it hears, and hands the state to ``checkpoints`` when due.

        ``state`` gives the training of the present fold, or *None* where its model cannot be taken up midway; then
        only finished folds are kept.
        """
        self._begun = self.clock()
        begun = self._begun - self.spent
        recent = [one for one in self.reported if int(one[1].get("fold", 0)) == fold]
        self.reported = [one for one in self.reported if int(one[1].get("fold", 0)) in self.folds]

        def heard(step: int, records: Mapping[str, float]) -> None:
            recent.append((step, {name: float(value) for name, value in records.items()}))
            if checkpoints is not None and checkpoints.checkpoint_due():
                checkpoints.save(step, self._pack_state(state(), recent, self.clock() - begun))
            report(step, records)

        self.training = None
        self._fold, self._recent = fold, recent
        return heard

    def mean_derivatives(self) -> dict[str, float]:
        """The mean derivatives over folds; empty where a fold has none."""
        if not self.slopes or len(self.slopes) < len(self.scores):
            return {}
        return {name: sum(one[name] for one in self.slopes) / len(self.slopes) for name in self.slopes[0]}

    def finish_fold(
        self, score: float, train_score: float, notes: list[str], predicted: FoldPredictions | None = None
    ) -> None:
        """The fold that :meth:`with_checkpoints` began is done."""
        self.predicted.append({} if predicted is None else vars(predicted))
        self.folds.append(self._fold)
        self.scores.append(score)
        self.train_scores.append(train_score)
        self.seconds.append(self.clock() - self._begun + self.spent)
        self.notes += notes
        self.reported += self._recent
        self._recent, self.spent = [], 0.0

    def joined_predictions(self) -> FoldPredictions | None:
        """The predictions of all folds, in their order; *None* where one has none, or folds tell different things."""
        if len(self.predicted) < len(self.scores) or not all(self.predicted):
            return None
        parts = [FoldPredictions(**self.predicted[place]) for place in np.argsort(self.folds).tolist()]
        return join(parts) if len({(part.kind, part.small.shape[1]) for part in parts}) == 1 else None

    _recent: Steps = field(default_factory=list)
    _begun: float = 0.0
    _fold: int = 0

    def _pack_state(self, training: object, recent: Steps, spent: float) -> bytes:
        values: dict[str, Any] = {name: getattr(self, name) for name in _LISTS}
        values["parameters"], values["training"] = self.parameters, training
        values["spent"] = 0.0 if training is None else spent
        values["reported"] = self.reported + (recent if training is not None else [])
        return pack(values)
