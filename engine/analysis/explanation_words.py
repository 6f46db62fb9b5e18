"""The sentences of an explanation; the window, the command line and reports say the same ones."""

from __future__ import annotations

from engine.analysis.explanation import Explanation
from engine.analysis.failure_rule import Condition, FailureRule
from engine.analysis.good_region import GoodRange
from engine.analysis.importance import Importance
from engine.analysis.importance_words import importance_title, pair_title, said_whole
from engine.analysis.score_model import USABLE


def sentences_of(found: Explanation) -> tuple[str, ...]:
    """What can be said, most important first."""
    said: list[str] = []
    if found.importance is None:
        said.append(found.refusal)
    elif found.importance.quality < USABLE:
        quality = f"quality {found.importance.quality:.2f}"
        said.append(f"The model explains too little of these scores ({quality}) to say what matters. Run more trials.")
    else:
        said.append(importance_sentence(found.importance))
        pair = pair_sentence(found.importance)
        said += [pair] if pair else []
        said += [region_sentence(found.region)] if found.region else []
    if found.failures is not None:
        said.append(failure_sentence(found.failures))
    return tuple(said)


def importance_sentence(found: Importance) -> str:
    """Which hyperparameter matters most, as certainly as the trials allow."""
    return said_whole(importance_title(found))


def pair_sentence(found: Importance) -> str:
    """Which two act together; empty where none do."""
    title = pair_title(found)
    return "" if title is None else said_whole(title)


def region_sentence(region: tuple[GoodRange, ...]) -> str:
    """Where good scores are."""
    return "The best tenth of the space: " + ", ".join(_range(one) for one in region) + "."


def failure_sentence(rule: FailureRule) -> str:
    """Under which conditions trials fail."""
    where = " and ".join(_condition(one) for one in rule.conditions)
    rest = f"; {rule.left_over} failed elsewhere" if rule.left_over else ""
    return f"With {where}, {rule.failed} of {rule.inside} trials failed{rest}."


def _range(one: GoodRange) -> str:
    if one.choices:
        return f"{one.name} {' or '.join(str(choice) for choice in one.choices)}"
    return f"{one.name} {_value(one.low)} to {_value(one.high)}"


def _condition(one: Condition) -> str:
    if one.choices:
        return f"{one.name} {' or '.join(str(choice) for choice in one.choices)}"
    if one.low is not None and one.high is not None:
        return f"{one.name} from {_value(one.low)} to {_value(one.high)}"
    return (
        f"{one.name} of at least {_value(one.low)}" if one.low is not None else f"{one.name} below {_value(one.high)}"
    )


def _value(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
