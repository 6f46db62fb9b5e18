"""What a study found, for whoever reads it: its trials, the best of them, a table of all."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import TYPE_CHECKING, Any

from engine.analysis import pareto_front
from engine.errors import WrongMoment, WrongType, WrongValue
from engine.exporting.base import Content
from engine.exporting.table import trials_table
from engine.studies.arguments import several_of, text_of
from engine.studies.attributes import Attributes
from engine.studies.own_samplers import OwnSampler
from engine.studies.words import StudyDirection, state_of
from engine.trials import FrozenTrial

if TYPE_CHECKING:
    import pandas as pd


class Reading(Attributes):
    """The part of a study that tells what it found."""

    @property
    def trials(self) -> list[FrozenTrial]:
        """Every trial, by number; where a sampler of one's own is choosing one, that is the last."""
        with self._lock:
            found = [self._frozen_trial(number) for number in range(len(self.history))]
            sampler = self._tuner.sampler
            upcoming = sampler.upcoming if isinstance(sampler, OwnSampler) else None
            return found if upcoming is None or upcoming.number < len(found) else [*found, upcoming]

    def get_trials(self, deepcopy: bool = True, states: Container[object] | None = None) -> list[FrozenTrial]:
        """Every trial in one of ``states`` (all, where none are given); they never change, so none is copied."""
        if states is None:
            return self.trials
        if not isinstance(states, Iterable) or isinstance(states, str):
            raise WrongType(f"{states!r} are not states.", "Give a list of them.")
        wanted = {state_of(state) for state in states}
        return [trial for trial in self.trials if trial.state in wanted]

    @property
    def best(self) -> FrozenTrial:
        """The feasible trial with the best score; raises :class:`UserFault` while there is none."""
        with self._lock:
            number = self.history.best_number()
            if number is None:
                raise self.history.no_best("Tell a score first.")
            return self._frozen_trial(number)

    @property
    def front(self) -> list[FrozenTrial]:
        """With several directions: the feasible trials that no other beats in all of them, by their first score."""
        with self._lock:
            return [self._frozen_trial(number) for number in pareto_front(self.history).numbers.tolist()]

    @property
    def best_trial(self) -> FrozenTrial:
        """:attr:`best` of a study with one direction; raises :class:`UserFault` for one with several."""
        if len(self.history.directions) > 1:
            raise WrongMoment("A study with several directions has no single best trial.", "Take its best_trials.")
        return self.best

    @property
    def best_trials(self) -> list[FrozenTrial]:
        """The trials that no other beats, as :attr:`front`, in the order of their numbers."""
        return sorted(self.front, key=lambda trial: trial.number)

    @property
    def best_params(self) -> dict[str, Any]:
        """The configuration of :attr:`best_trial`."""
        return self.best_trial.params

    @property
    def best_value(self) -> float:
        """The score of :attr:`best_trial`."""
        score = self.best_trial.score
        assert score is not None
        return score

    @property
    def direction(self) -> StudyDirection:
        """Which scores are better; raises :class:`UserFault` where there are several."""
        if len(self.history.directions) > 1:
            raise WrongMoment("The study has several directions.", "Take its directions.")
        return self.directions[0]

    @property
    def directions(self) -> list[StudyDirection]:
        """Which scores are better, one a score."""
        return [StudyDirection[one.upper()] for one in self.history.directions]

    def _is_multi_objective(self) -> bool:
        """Asked by the callbacks that other libraries have for Optuna."""
        return len(self.history.directions) > 1

    @property
    def study_name(self) -> str:
        """The study's title; another one may be set."""
        return self._setup.title

    @study_name.setter
    def study_name(self, name: str) -> None:
        with self._lock:
            self._redefine(title=text_of(name, "study_name"))
            self._outbox.write()

    @property
    def metric_names(self) -> list[str] | None:
        """One name a score, where :meth:`set_metric_names` gave them."""
        return list(self._setup.metric_names) or None

    def set_metric_names(self, metric_names: Iterable[str]) -> None:
        """Name the scores, one name per direction; raises :class:`UserFault` for another number of them."""
        names = several_of(metric_names, "metric_names")
        if len(names) != len(self.history.directions) or not all(isinstance(name, str) for name in names):
            raise WrongValue(
                f"{len(names)} names were given for {len(self.history.directions)} scores.",
                "Give one text per direction.",
            )
        with self._lock:
            self._redefine(metric_names=names)
            self._outbox.write()

    def trials_dataframe(self, attrs: Iterable[str] | None = None, multi_index: bool = False) -> pd.DataFrame:
        """All trials as a table of pandas with Optuna's columns, states in its words.

        ``attrs`` are the parts to take, of ``number value datetime_start datetime_complete duration params user_attrs
        constraints feasible state``, all without it, and of ``intermediate_values distributions system_attrs``, in this
        order. Raises :class:`UserFault` for others.
        """
        with self._lock:
            table = trials_table(Content(self._setup, self.history))
        table["state"] = ["FAIL" if word == "failed" else word.upper() for word in table["state"]]
        attrs = None if attrs is None else several_of(attrs, "attrs")
        for part in _PARTS_ON_REQUEST:
            if attrs is not None and part in attrs:
                given = [getattr(trial, part) for trial in self.trials]
                for name in sorted({name for one in given for name in one}):
                    table[f"{part}_{name}"] = [one.get(name) for one in given]
        groups = [_group_of(name) for name in table.columns]
        if attrs is not None:
            several = len(self.history.directions) > 1
            wanted = [("values" if several else "value") if one in ("value", "values") else one for one in attrs]
            unknown = [one for one in wanted if one not in {*_PARTS, *_PARTS_ON_REQUEST, *groups}]
            if unknown:
                raise WrongValue(f"{unknown[0]!r} is not part of a trial.", f"Choose of: {', '.join(_PARTS)}.")
            order = [i for one in wanted for i, group in enumerate(groups) if group == one]
            table, groups = table.iloc[:, order], [groups[i] for i in order]
        if multi_index:
            import pandas as pd  # slow to load, and only tables need it

            pairs = zip(groups, table.columns, strict=True)
            names = [name.removeprefix(group).removeprefix("_") for group, name in pairs]
            below = [int(name) if name.isdecimal() else name for name in names]
            table.columns = pd.MultiIndex.from_arrays([groups, below])
        return table


_PARTS = (
    "number", "value", "datetime_start", "datetime_complete", "duration", "params", "user_attrs", "constraints",
    "feasible", "state",
)  # fmt: skip
_PARTS_ON_REQUEST = ("intermediate_values", "distributions", "system_attrs")


def _group_of(column: str) -> str:
    """The part of a trial that a column of the table belongs to."""
    for part in ("params", "user_attrs", "constraints", "values", *_PARTS_ON_REQUEST):
        if column.startswith(f"{part}_"):
            return part
    return column
