"""A new study from one that exists: its trials come along where they are judged alike, else its best are queued."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from engine import options, seeds, store
from engine.errors import UserFault
from engine.events import Author, TrialQueued
from engine.learners import families
from engine.objectives import permissions
from engine.objectives.description import TableObjective
from engine.runner.definition import edit_events, judging_part, portable
from engine.setup import StudySetup, replace
from engine.space import Categorical, Hyperparameter, SearchSpace
from engine.trials import History
from engine.wording import counted, listed

BEST_TRIED_AGAIN = 5  # configurations that are tried again where trials cannot come along: a guess
ORIGIN = "study", "trial"
"""What a queued configuration notes of where it comes from."""


@dataclass(frozen=True, slots=True)
class Branch:
    """``taken`` trials came along. Else ``queued`` are the trials whose configurations wait, the best first, and
    ``left_out`` is how many of the best lie outside of the new search space.
    """

    path: Path
    taken: int = 0
    queued: tuple[int, ...] = ()
    left_out: int = 0


def branch_study(
    source: Path,
    out: Path,
    change: Callable[[StudySetup], StudySetup] = lambda setup: setup,
    *,
    best: int | None = None,
    trials: int | None = None,
    author: Author = "Python",
) -> Branch:
    """Make the study ``out`` of the one at ``source``, with the definition that ``change`` makes of its own.

    All trials come along, with everything that is known of them, where the change leaves what judges them alone:
    another search space, strategy or budget. Where it does not (another metric, more epochs), or where ``best`` says
    so, the new study begins with the ``best`` configurations (:data:`BEST_TRIED_AGAIN`), to be trained anew; what they
    lack is drawn. ``trials`` is how many more it may run, without it as many as the old one. The old study stays as it
    is, and may be running. Raises :class:`UserFault` where ``out`` exists already, ``source`` cannot be read, or the
    change is none that could be run.
    """
    if out.exists():
        raise UserFault(f"{out.name} exists already.", "Choose another name.")
    with store.Reader(source) as reader:
        setup, history, _ = reader.study()
        setup = replace(setup, objective=permissions.with_absolute_path(setup.objective, reader.path))
        changed = change(setup)
        more = changed.budget.trials if trials is None else trials
        changed = replace(changed, budget=replace(changed.budget, trials=more))
        space = changed.search_space()
        is_allowed = permissions.check_permission(setup.objective, reader.path) is None
        if best is None and judging_part(changed) == judging_part(setup):
            reader.copy_to(out)
            made = Branch(out, _redefine(out, setup, changed, author))
        else:
            made = _begin_anew(out, changed, space, history, setup.title, BEST_TRIED_AGAIN if best is None else best)
    if is_allowed:
        permissions.grant_permission(changed.objective, out)
    return made


def branch_sentence(made: Branch) -> str:
    """Which trials came along, or which configurations wait."""
    if made.taken or not (made.queued or made.left_out):
        return f"{counted(made.taken, 'trial')} came along."
    if not made.queued:
        return "None of the best configurations lies in the new search space, so it begins without any."
    numbers = listed([str(number) for number in made.queued])
    begins = f"It begins with the best: {'trial' if len(made.queued) == 1 else 'trials'} {numbers}, trained anew."
    if not made.left_out:
        return begins
    lie = "lies" if made.left_out == 1 else "lie"
    return f"{begins} {counted(made.left_out, 'better one')} {lie} outside of the new search space."


def train_best_longer(source: Path, out: Path, steps: int, author: Author) -> str:
    """Make the study ``out``, whose model trains for ``steps`` and which begins with the best of ``source``.

    What became of it, in a sentence. Raises :class:`UserFault` as :func:`branch_study` does.
    """
    made = branch_study(source, out, partial(with_training_length, steps), best=BEST_TRIED_AGAIN, author=author)
    return branch_sentence(made)


def training_length(setup: StudySetup) -> tuple[str, int] | None:
    """The setting by which a model trains for so many steps, such as ``epochs``, and its value; *None* without one."""
    objective = setup.objective
    if not isinstance(objective, TableObjective):
        return None
    try:
        family = families.get(objective.family)
    except UserFault:  # a model whose package is missing
        return None
    name = f"{family.step_name}s"
    known = {item.name: item.default for item in options.describe(family.settings)}
    value = objective.settings.get(name, known.get(name))
    return (name, value) if name in known and isinstance(value, int) else None


def with_training_length(steps: int, setup: StudySetup) -> StudySetup:
    """The definition with that many steps of training; raises :class:`UserFault` for a model that has none."""
    found = training_length(setup)
    if found is None:
        raise UserFault("This model is fitted in a single step, so it cannot be trained longer.")
    assert isinstance(setup.objective, TableObjective)
    settings = {**setup.objective.settings, found[0]: steps}
    longer: StudySetup = replace(setup, objective=replace(setup.objective, settings=settings))
    return longer


def _redefine(out: Path, before: StudySetup, changed: StudySetup, author: Author) -> int:
    """Give a copy another definition, as an edit in its history; how many of its trials are over."""
    with store.open_writer(out) as writer:
        with store.Reader(out) as reader:
            history = reader.study().history
        counts = history.counts()
        taken = counts["complete"] + counts["pruned"] + counts["failed"]
        if changed.budget.trials is not None:
            changed = replace(changed, budget=replace(changed.budget, trials=taken + changed.budget.trials))
        writer.set_setup(portable(changed, out).to_json(), *edit_events(before, changed, history, time.time(), author))
    return taken


def _begin_anew(out: Path, changed: StudySetup, space: SearchSpace, history: History, title: str, best: int) -> Branch:
    eligible = np.flatnonzero(history.eligible & np.isfinite(history.score))
    order = eligible[np.argsort(history.losses[eligible], kind="stable")].tolist()
    known: list[dict[str, Any]] = []
    queued: list[int] = []
    left_out = 0
    for number, params in _in_space(space, history, order, changed.strategy.seed):
        if len(queued) == best:
            break
        if params is None:
            left_out += 1
        elif params not in known:
            known.append(params)
            queued.append(number)
    now = time.time()
    events = [
        TrialQueued(place, params, now, why=dict(zip(ORIGIN, (title, number), strict=True)))
        for place, (number, params) in enumerate(zip(queued, known, strict=True))
    ]
    unmarked: dict[str, Any] = {"starred": (), "notes": {}, "view_notes": {}, "excluded": (), "wishes": {}}
    changed = replace(changed, **unmarked)
    text = portable(changed, out).to_json()
    store.create(out, text, space, changed.directions(), changed.constraints, events=events).close()
    return Branch(out, 0, tuple(queued), left_out)


def _in_space(
    space: SearchSpace, history: History, numbers: list[int], seed: int
) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Trials with their configurations as ``space`` has them; *None* for one that lies outside.

    A hyperparameter that is held at one value there has that one.
    """
    for number in numbers:
        given = {name: value for name, value in history.params(number).items() if name in space}
        strange = {name for name, value in given.items() if not _takes(space[name], value)}
        if any(not _is_held(space[name]) for name in strange):
            yield number, None
            continue
        kept = {name: value for name, value in given.items() if name not in strange}
        rng = np.random.default_rng(seeds.model_seed(seed, number))
        yield number, space.validate(space.filled(kept, {}, rng))


def _takes(row: Hyperparameter, value: object) -> bool:
    try:
        row.to_number(value)
    except (ValueError, TypeError, ArithmeticError):
        return False
    return True


def _is_held(row: Hyperparameter) -> bool:
    return len(row.choices) == 1 if isinstance(row, Categorical) else row.low == row.high
