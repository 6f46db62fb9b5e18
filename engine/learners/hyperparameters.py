"""Which hyperparameters a gradient-trained model knows: what is wrong with a space, which more there are."""

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
from engine.space import Categorical, Float, Hyperparameter, Problem

Definitions = Mapping[str, Hyperparameter]
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


ADDITIONAL: Definitions = {
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


def problems(definitions: Definitions, known: type[Descent], title: str) -> tuple[Problem, ...]:
    """What the model called ``title`` could not use: unknown names, kinds and values outside what is possible."""
    own = {item.name: item for item in describe(known)}
    owners = _optimizer_options(definitions)
    found: list[Problem] = []
    for name, definition in definitions.items():
        if name in own:
            found += _option_problems(name, definition, own[name])
        elif name in owners:
            found += [
                problem for item in owners[name].values() for problem in _option_problems(name, definition, item)
            ][:1]
        elif any(name in _optimizer_settings(one) for one in optimizers.names()):
            found.append(
                Problem(name, "name", f"None of the optimizers tried has a {name}.", "Add one that has, or remove it.")
            )
        else:
            found.append(
                Problem(name, "name", f"{title} has no hyperparameter {name!r}.", _suggest_name(name, own, owners))
            )
    return (*found, *_problems_without_steps(definitions))


def undeclared(definitions: Definitions, declared: Mapping[str, tuple[Option, ...]], title: str) -> tuple[Problem, ...]:
    """Definitions whose name is not among the ``declared`` ones, or whose values are none that it takes."""
    found: list[Problem] = []
    for name, definition in definitions.items():
        if name in declared:
            judged = [tuple(_option_problems(name, definition, item)) for item in declared[name]]
            found += () if not all(judged) else judged[0]
        else:
            found.append(
                Problem(name, "name", f"{title} has no hyperparameter {name!r}.", _suggest_name(name, declared))
            )
    return tuple(found)


def check_values(params: Mapping[str, object], declared: Mapping[str, tuple[Option, ...]], title: str) -> None:
    """Raise :class:`UserFault` for a name that is not among the ``declared`` ones, or a value that they do not take."""
    for name, value in params.items():
        if name not in declared:
            raise UserFault(f"{title} has no hyperparameter {name!r}.", _suggest_name(name, declared))
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
        for name, item in _optimizer_settings(one).items():
            found[name] = (*found.get(name, ()), item)
    return found


def additional(definitions: Definitions, known: type[Descent]) -> dict[str, Hyperparameter]:
    """Hyperparameters that ``definitions`` lack and could have, with ranges, for those optimizers that have them."""
    own = {item.name for item in describe(known)}
    owners, tried = _optimizer_options(definitions), _optimizers_tried(definitions)
    found: dict[str, Hyperparameter] = {}
    for name, definition in ADDITIONAL.items():
        if name in definitions:
            continue
        having = tuple(one for one in tried if one in owners.get(name, {}) or (name in own and _can_use(one, name)))
        if having:
            found[name] = definition if len(having) == len(tried) else _with_condition(definition, having)
    return found


def with_choice(definitions: Definitions, name: str, choice: str) -> dict[str, Hyperparameter]:
    """``definitions`` where ``name`` has one choice more; those that depend on the optimizer suit a new one too."""
    definition = definitions[name]
    assert isinstance(definition, Categorical)
    found: dict[str, Hyperparameter] = {
        **definitions,
        name: msgspec.structs.replace(definition, choices=(*definition.choices, choice)),
    }
    if name != "optimizer":
        return found
    tried = _optimizers_tried(found)
    for other, own in definitions.items():
        met = own.when.get("optimizer") if own.when else None
        if met is not None and other in _optimizer_settings(choice):
            found[other] = msgspec.structs.replace(own, when={**(own.when or {}), "optimizer": (*met, choice)})
        elif met is None and not own.when and not _can_use(choice, other):
            found[other] = _with_condition(own, tuple(one for one in tried if _can_use(one, other)))
    return found


def _can_use(optimizer: str, name: str) -> bool:
    return name not in NEEDS_STEPS or not issubclass(optimizers.get(optimizer), optimizers.Minimizer)


def _problems_without_steps(definitions: Definitions) -> Iterator[Problem]:
    """Definitions about steps of gradient descent that would meet an optimizer which takes none, such as L-BFGS."""
    tried = _optimizers_tried(definitions)
    for name in sorted(NEEDS_STEPS & definitions.keys()):
        definition = definitions[name]
        met = definition.when["optimizer"] if definition.when and "optimizer" in definition.when else tried
        unfit = [one for one in tried if one in met and not _can_use(one, name)]
        nothing = "constant" if isinstance(definition, Categorical) else "0"
        is_fixed = _end_values(definition) == [("choices", nothing)]
        if not isinstance(definition, Categorical):
            is_fixed = definition.low == definition.high == 0.0
        if not unfit or is_fixed:
            continue
        others = " or ".join(one for one in tried if one not in unfit)
        remedy = f"Give it the condition: optimizer is {others}." if others else f"Remove it, or hold it at {nothing}."
        yield Problem(name, "when", f"{optimizers.get(unfit[0]).title} trains without {name}.", remedy)


def _suggest_name(name: str, *known: Iterable[str]) -> str:
    names = list(dict.fromkeys(chain(*known)))
    alike = get_close_matches(name.replace(" ", "_"), names, 1)
    return f"Did you mean {alike[0]}?" if alike else f"Known are: {', '.join(names)}."


def _optimizer_options(definitions: Definitions) -> dict[str, dict[str, Option]]:
    """Settings of the optimizers that ``definitions`` try, by name, each by the optimizers that have it."""
    found: dict[str, dict[str, Option]] = {}
    for one in _optimizers_tried(definitions):
        for name, item in _optimizer_settings(one).items():
            found.setdefault(name, {})[one] = item
    return found


def _optimizers_tried(definitions: Definitions) -> tuple[str, ...]:
    definition = definitions.get("optimizer")
    wanted = definition.choices if isinstance(definition, Categorical) else (DEFAULT_OPTIMIZER,)
    return tuple(str(one) for one in wanted if one in optimizers.names())


def _optimizer_settings(optimizer: str) -> dict[str, Option]:
    return {item.name: item for item in described(optimizers.get(optimizer)) if item.name != "lr"}


def _with_condition(definition: Hyperparameter, having: tuple[str, ...]) -> Hyperparameter:
    conditional: Hyperparameter = msgspec.structs.replace(definition, when={"optimizer": having})
    return conditional


def _option_problems(name: str, definition: Hyperparameter, item: Option) -> Iterator[Problem]:
    """What of a definition the setting behind it does not take."""
    if not isinstance(definition, Categorical) and item.kind in {str, bool}:
        remedy = f"Choose the kind choice, of {', '.join(map(str, item.choices or (False, True)))}."
        yield Problem(name, "kind", f"{item.label} is not a number.", remedy)
        return
    if isinstance(definition, Float) and item.kind is int:
        yield Problem(name, "kind", f"{item.label} is a whole number.", "Choose the kind int.")
        return
    for field, value in _end_values(definition):
        try:
            check(item, value)
        except UserFault as fault:
            yield Problem(name, field, fault.what, fault.remedy)
            return


def _end_values(definition: Hyperparameter) -> Iterable[tuple[str, object]]:
    if isinstance(definition, Categorical):
        return [("choices", choice) for choice in definition.choices]
    return [("low", definition.low), ("high", definition.high)]
