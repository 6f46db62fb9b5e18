"""Who races: a sampler with its options and a pruner, as a person writes it and as a race keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import msgspec

from engine import pruners, samplers
from engine.errors import UserFault
from engine.samplers import SpaceExhausted, SuggestRequest
from engine.space import Grid, SearchSpace
from engine.trials import Direction, History
from engine.wording import counted
from engine.written import require_once

USUAL = ("bayesian", "tpe", "quasirandom", "random", "grid")
"""Strategies that race where nobody says which."""


STARTS = {"known": "known good starts", "defaults": "defaults"}
"""What a search may try before it chooses for itself, by how it is written after ``@``."""

SHORT = {"tpe": "Parzen (TPE)"}
"""What is said in short where the title without its last word would still be long."""


class Entrant(msgspec.Struct, frozen=True):
    """One strategy of a race. ``name`` is how it was written, and tells it from the others.

    ``start`` is one of :data:`STARTS`, or empty; ``first`` are the configurations of it, tried in this order.
    """

    name: str
    sampler: str
    options: dict[str, Any] = {}
    pruner: str = "none"
    pruner_options: dict[str, Any] = {}
    start: str = ""
    first: tuple[dict[str, Any], ...] = ()

    @property
    def kind(self) -> str:
        """What tells it apart in colour: its sampler, or how it was written where the start is what matters."""
        return self.name if self.start else self.sampler

    @property
    def title(self) -> str:
        """What a person reads."""
        return self._titled(samplers.registry.get(self.sampler).title)

    @property
    def short_title(self) -> str:
        """The same in plots, tables and verdicts."""
        title = samplers.registry.get(self.sampler).title
        for ending in (" search", " optimisation"):
            title = title.removesuffix(ending)
        return self._titled(SHORT.get(self.sampler, title))

    def _titled(self, title: str) -> str:
        if self.start and (self.sampler, self.pruner, self.options) == ("random", "none", {}):
            return STARTS[self.start].capitalize()
        own = ", ".join(f"{name} {value}" for name, value in self.options.items())
        pruned = "" if self.pruner == "none" else f" with {pruners.registry.get(self.pruner).title.lower()}"
        begun = f" from {STARTS[self.start]}" if self.start else ""
        return f"{title}{f' ({own})' if own else ''}{pruned}{begun}"


def entrants_of(texts: Iterable[str]) -> tuple[Entrant, ...]:
    """Strategies written as ``SAMPLER``, ``SAMPLER:OPTION=VALUE``, ``SAMPLER+PRUNER`` or ``SAMPLER@START``.

    Raises :class:`UserFault` for what is none, for options that do not exist, and where one stands there twice.
    """
    found = tuple(_entrant(text.strip()) for text in texts if text.strip())
    if not found:
        raise UserFault("No strategy was named.", f"Name some of: {', '.join(samplers.names())}.")
    names = [one.name for one in found]
    for name in names:
        if names.count(name) > 1:
            raise UserFault(f"The strategy {name} races twice.", "Name each once, or with other options.")
    return found


def _entrant(text: str) -> Entrant:
    written, sign, start = text.partition("@")
    if sign and start not in STARTS:
        raise UserFault(f"There is no start called {start!r}.", f"Choose one of: {', '.join(STARTS)}.")
    chosen, _, pruner = written.partition("+")
    sampler, *pairs = chosen.split(":")
    cls = samplers.registry.get(sampler)
    kinds = {one.name for one in fields(cls.options)}
    settings: dict[str, Any] = {}
    require_once((pair.partition("=")[0] for pair in pairs), f"The strategy {sampler}")
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or name not in kinds:
            known = f"It has: {', '.join(sorted(kinds))}." if kinds else "It has none."
            raise UserFault(f"The strategy {sampler} has no option {name!r}.", known)
        settings[name] = _value(value)
    samplers.make(sampler, settings)
    pruners.make(pruner or "none")
    return Entrant(text, sampler, settings, pruner or "none", start=start)


def _value(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


def require_fit(entrants: Iterable[Entrant], space: SearchSpace, direction: Direction, trials: int) -> None:
    """Raises :class:`UserFault` for a strategy that cannot choose the first trial in this space."""
    for one in entrants:
        try:
            samplers.make(one.sampler, one.options).suggest(
                History(space, (direction,)), SuggestRequest(0, 0, 0, trials)
            )
        except SpaceExhausted:
            continue
        except UserFault as fault:
            what = fault.what if one.title in fault.what else f"{one.title} cannot run in this space: {fault.what}"
            raise UserFault(what, f"{fault.remedy} Or leave it out of the race.".strip()) from fault


def remarks(entrants: Iterable[Entrant], space: SearchSpace, trials: int) -> tuple[str, ...]:
    """What has to be said of grids: which part of one the budget lets it see."""
    found = []
    for one in entrants:
        if one.sampler != "grid":
            continue
        sampler: Any = samplers.make(one.sampler, one.options)
        cells = Grid(space, sampler.settings.levels).count
        if cells > trials:
            share = f"{trials / cells:.0%}" if trials / cells >= 0.01 else "less than 1 %"
            found.append(
                f"{one.title} sees {trials:,} of the {cells:,} cells of its grid ({share.replace('%', ' %')})."
            )
        elif cells < trials:
            found.append(f"{one.title} ends after all {counted(cells, 'cell')} of its grid.")
    return tuple(one.replace("  ", " ") for one in found)
