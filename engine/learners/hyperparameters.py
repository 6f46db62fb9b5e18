"""Which hyperparameters a gradient-trained model knows: what is wrong with a space's rows, which more there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain

import msgspec

from engine import optimizers
from engine.errors import UserFault
from engine.optimizers.base import described
from engine.optimizers.schedules import SCHEDULES
from engine.options import Option, check, describe, option
from engine.space import Categorical, Float, Parameter, Problem

Rows = Mapping[str, Parameter]
DEFAULT_OPTIMIZER = "adam"
NEEDS_STEPS = {"schedule", "clip", "dropout"}


@dataclass(frozen=True, slots=True)
class Descent:
    """Hyperparameters of every gradient-trained model, besides the settings of its optimizer."""

    optimizer: str = option(DEFAULT_OPTIMIZER, label="Optimizer", choices=optimizers.names())
    learning_rate: float = option(1e-3, label="Learning rate", low=0.0)
    schedule: str = option("constant", label="Schedule", choices=tuple(SCHEDULES))
    batch_size: int = option(32, label="Batch size", low=1)
    l1: float = option(0.0, label="L1", low=0.0)
    l2: float = option(0.0, label="L2", low=0.0)
    clip: float = option(1.0, label="Clip", low=1e-12)


ADDITIONAL: Rows = {
    "schedule": Categorical(tuple(SCHEDULES)),
    "clip": Float(0.1, 10.0, log=True),
    "l1": Float(1e-7, 1e-2, log=True),
    "weight_decay": Float(1e-6, 1e-1, log=True),
    "momentum": Float(0.5, 0.99),
    "nesterov": Categorical((False, True)),
    "beta1": Float(0.8, 0.98),
    "beta2": Float(0.9, 0.9999),
    "alpha": Float(0.8, 0.999),
    "epsilon": Float(1e-10, 1e-3, log=True),
    "centered": Categorical((False, True)),
    "adapt": Float(0.0, 0.1),
}
"""Ranges for what no suggested space has: usual values and some way beyond."""


OF_ANY_SIZE = frozenset(
    item.name
    for options in (describe(Descent), *(described(optimizers.get(one)) for one in optimizers.names()))
    for item in options
    if item.kind is float
)
"""Hyperparameters that are numbers of any size: networks that differ in them alone can be trained together."""


def problems(rows: Rows, known: type[Descent], title: str) -> tuple[Problem, ...]:
    """Rows that the model called ``title`` could not use: unknown names, kinds and values outside what is possible."""
    own = {item.name: item for item in describe(known)}
    owners = _owners(rows)
    found: list[Problem] = []
    for name, row in rows.items():
        if name in own:
            found += _misfits(name, row, own[name])
        elif name in owners:
            found += [problem for item in owners[name].values() for problem in _misfits(name, row, item)][:1]
        elif any(name in _settings(one) for one in optimizers.names()):
            found.append(
                Problem(name, "name", f"None of the optimizers tried has a {name}.", "Add one that has, or remove it.")
            )
        else:
            found.append(Problem(name, "name", f"{title} has no hyperparameter {name!r}.", _nearest(name, own, owners)))
    return (*found, *_without_steps(rows))


def undeclared(rows: Rows, declared: Mapping[str, tuple[Option, ...]], title: str) -> tuple[Problem, ...]:
    """Rows whose name is not among the ``declared`` ones, or whose values are none that it takes."""
    found: list[Problem] = []
    for name, row in rows.items():
        if name in declared:
            found += _misfits(name, row, declared[name][0])
        else:
            found.append(Problem(name, "name", f"{title} has no hyperparameter {name!r}.", _nearest(name, declared)))
    return tuple(found)


def check_values(params: Mapping[str, object], declared: Mapping[str, tuple[Option, ...]], title: str) -> None:
    """Raise :class:`UserFault` for a name that is not among the ``declared`` ones, or a value that they do not take."""
    for name, value in params.items():
        if name not in declared:
            raise UserFault(f"{title} has no hyperparameter {name!r}.", _nearest(name, declared))
        fault = None
        for item in declared[name]:
            try:
                check(item, value)
            except UserFault as one:
                fault = one
            else:
                break
        else:
            if fault is not None:
                raise UserFault(f"{name}: {fault.what}", fault.remedy)


def of_optimizers() -> dict[str, tuple[Option, ...]]:
    """The settings of all optimizers by name, each with every optimizer's own rule for it."""
    found: dict[str, tuple[Option, ...]] = {}
    for one in optimizers.names():
        for name, item in _settings(one).items():
            found[name] = (*found.get(name, ()), item)
    return found


def further(rows: Rows, known: type[Descent]) -> dict[str, Parameter]:
    """Hyperparameters that are not among ``rows`` and could be, with ranges, for those optimizers that have them."""
    own = {item.name for item in describe(known)}
    owners, tried = _owners(rows), _tried(rows)
    found: dict[str, Parameter] = {}
    for name, row in ADDITIONAL.items():
        if name in rows:
            continue
        having = tuple(one for one in tried if one in owners.get(name, {}) or (name in own and _can_use(one, name)))
        if having:
            found[name] = row if len(having) == len(tried) else _with_condition(row, having)
    return found


def with_choice(rows: Rows, name: str, choice: str) -> dict[str, Parameter]:
    """``rows`` where ``name`` has one choice more; rows that depend on the optimizer suit another one of these then."""
    row = rows[name]
    assert isinstance(row, Categorical)
    found: dict[str, Parameter] = {**rows, name: msgspec.structs.replace(row, choices=(*row.choices, choice))}
    if name != "optimizer":
        return found
    tried = _tried(found)
    for other, own in rows.items():
        met = own.when.get("optimizer") if own.when else None
        if met is not None and other in _settings(choice):
            found[other] = msgspec.structs.replace(own, when={**(own.when or {}), "optimizer": (*met, choice)})
        elif met is None and not own.when and not _can_use(choice, other):
            found[other] = _with_condition(own, tuple(one for one in tried if _can_use(one, other)))
    return found


def _can_use(optimizer: str, name: str) -> bool:
    return name not in NEEDS_STEPS or not issubclass(optimizers.get(optimizer), optimizers.Minimizer)


def _without_steps(rows: Rows) -> Iterator[Problem]:
    """Rows about steps of gradient descent that would meet an optimizer which takes none, such as L-BFGS."""
    tried = _tried(rows)
    for name in sorted(NEEDS_STEPS & rows.keys()):
        row = rows[name]
        met = row.when["optimizer"] if row.when and "optimizer" in row.when else tried
        unfit = [one for one in tried if one in met and not _can_use(one, name)]
        nothing = "constant" if isinstance(row, Categorical) else "0"
        held = row.choices == (nothing,) if isinstance(row, Categorical) else row.low == row.high == 0.0
        if not unfit or held:
            continue
        others = " or ".join(one for one in tried if one not in unfit)
        remedy = f"Give it the condition: optimizer is {others}." if others else f"Remove it, or hold it at {nothing}."
        yield Problem(name, "when", f"{optimizers.get(unfit[0]).title} trains without {name}.", remedy)


def _nearest(name: str, *known: Iterable[str]) -> str:
    names = list(dict.fromkeys(chain(*known)))
    alike = get_close_matches(name.replace(" ", "_"), names, 1)
    return f"Did you mean {alike[0]}?" if alike else f"Known are: {', '.join(names)}."


def _owners(rows: Rows) -> dict[str, dict[str, Option]]:
    """Settings of the optimizers that ``rows`` try, by name, each by the optimizers that have it."""
    found: dict[str, dict[str, Option]] = {}
    for one in _tried(rows):
        for name, item in _settings(one).items():
            found.setdefault(name, {})[one] = item
    return found


def _tried(rows: Rows) -> tuple[str, ...]:
    row = rows.get("optimizer")
    wanted = row.choices if isinstance(row, Categorical) else (DEFAULT_OPTIMIZER,)
    return tuple(str(one) for one in wanted if one in optimizers.names())


def _settings(optimizer: str) -> dict[str, Option]:
    return {item.name: item for item in described(optimizers.get(optimizer)) if item.name != "lr"}


def _with_condition(row: Parameter, having: tuple[str, ...]) -> Parameter:
    conditional: Parameter = msgspec.structs.replace(row, when={"optimizer": having})
    return conditional


def _misfits(name: str, row: Parameter, item: Option) -> Iterator[Problem]:
    """What of a row the setting behind it does not take."""
    if not isinstance(row, Categorical) and item.kind in {str, bool}:
        remedy = f"Choose the kind choice, of {', '.join(map(str, item.choices or (False, True)))}."
        yield Problem(name, "kind", f"{item.label} is no number.", remedy)
        return
    if isinstance(row, Float) and item.kind is int:
        yield Problem(name, "kind", f"{item.label} is a whole number.", "Choose the kind int.")
        return
    for field, value in _ends(row):
        try:
            check(item, value)
        except UserFault as fault:
            yield Problem(name, field, fault.what, fault.remedy)
            return


def _ends(row: Parameter) -> Iterable[tuple[str, object]]:
    if isinstance(row, Categorical):
        return [("choices", choice) for choice in row.choices]
    return [("low", row.low), ("high", row.high)]
