"""Changing a study that has trials, from Python: what is taken out of the search, and the history of all changes."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Literal

from engine import pruners, samplers
from engine.changing import undo_change, with_wish
from engine.errors import WrongValue
from engine.events import StudyChanged
from engine.setup import StudySetup, replace
from engine.space import Wish, make_region
from engine.studies.arguments import several_of
from engine.studies.core import Core


class Steering(Core):
    """The part of a study that a person steers while it runs; every change is written before the call returns."""

    @property
    def changes(self) -> tuple[StudyChanged, ...]:
        """What somebody changed of the study since its first trial, in order: when, by which door, before and after."""
        return self.history.changes

    def undo(self, change: int = -1) -> None:
        """Put back what a change (an index into :attr:`changes`) made otherwise; the undoing is a change as well.

        Raises :class:`engine.errors.UserFault` where it was changed again since, or was done to a trial.
        """
        with self._lock:
            known = self.changes
            if not -len(known) <= change < len(known):
                raise WrongValue(f"There is no change {change}.", "See the study's changes.")
            self._put_setup(undo_change(self._setup, known[change]))

    def exclude(self, numbers: int | Iterable[int]) -> None:
        """Take finished trials out of the search: they are never best, and no strategy learns of them."""
        with self._lock:
            wanted = {*self._setup.excluded, *self._known_numbers(numbers)}
            self._put_setup(replace(self._setup, excluded=tuple(sorted(wanted))))

    def include(self, numbers: int | Iterable[int]) -> None:
        """Take trials that were excluded into the search again."""
        with self._lock:
            wanted = set(self._setup.excluded) - set(self._known_numbers(numbers))
            self._put_setup(replace(self._setup, excluded=tuple(sorted(wanted))))

    @property
    def wishes(self) -> dict[str, Wish]:
        """Regions to look at first or to avoid, by the names under which they can be removed."""
        return dict(self._setup.wishes)

    def focus(self, region: Mapping[str, object]) -> str:
        """Have the strategy look here first: ``study.focus({"lr": (0.001, 0.01), "optimizer": ["adam"]})``; its name.

        A Bayesian strategy takes it as a prior that data overrule in the end, any other draws from there alone until
        :meth:`remove_wish`. A sampler that chooses values by name as the objective asks for them cannot be told.
        Raises :class:`engine.errors.UserFault` where nothing of the space lies there.
        """
        return self._add_wish("focus", region)

    def avoid(self, region: Mapping[str, object]) -> str:
        """Have no strategy try a configuration in a region, written as for :meth:`focus`; the name of the wish."""
        return self._add_wish("avoid", region)

    def remove_wish(self, name: str) -> None:
        """Forget a wish; raises :class:`engine.errors.UserFault` where there is none of this name."""
        with self._lock:
            if name not in self._setup.wishes:
                raise WrongValue(
                    f"There is no wish {name!r}.", f"There are: {', '.join(self._setup.wishes) or 'none'}."
                )
            kept = {other: wish for other, wish in self._setup.wishes.items() if other != name}
            self._put_setup(replace(self._setup, wishes=kept))

    def _add_wish(self, kind: Literal["focus", "avoid"], region: Mapping[str, object]) -> str:
        with self._lock:
            setup, name = with_wish(self._setup, kind, make_region(self.space, region), len(self.history))
            self._put_setup(setup)
            return name

    def _known_numbers(self, numbers: int | Iterable[int]) -> list[int]:
        given = [numbers] if isinstance(numbers, int) else several_of(numbers, "numbers")
        for number in given:
            if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < len(self.history):
                raise WrongValue(f"There is no trial {number!r}.", "Give numbers of trials of this study.")
        return list(given)

    def _put_setup(self, setup: StudySetup) -> None:
        """Take over another definition, and what follows from it: the space, the strategy, what is excluded.

        Raises :class:`engine.errors.UserFault`, with everything as it was, where it is none.
        """
        before, tuner, space, strategy = self._setup, self._tuner, setup.search_space(), setup.strategy
        if (strategy.sampler, strategy.options) != (before.strategy.sampler, before.strategy.options):
            tuner.sampler = samplers.make(strategy.sampler, strategy.options)
        if (strategy.pruner, strategy.pruner_options) != (before.strategy.pruner, before.strategy.pruner_options):
            tuner.pruner = pruners.make(strategy.pruner, strategy.pruner_options)
        tuner.wishes = tuple(setup.wishes.values())
        tuner.seed, tuner.repeats = strategy.seed, setup.repeats
        self._setup = setup
        self._outbox.note_setup()
        if space != self.space:
            self._admitted.clear()
            tuner.change_space(space, time.time())
        self._record_edit(before)
        self.history.exclude(setup.excluded)
        self._outbox.write()
