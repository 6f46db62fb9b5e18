"""The sentences of an explanation; the window, the command line and reports say the same ones."""

from __future__ import annotations

from typing import Any

from engine.analysis.explanation import Explanation
from engine.analysis.failure_rule import Condition, FailureRule
from engine.analysis.good_region import GoodRange
from engine.analysis.importance import Importance
from engine.analysis.score_model import TRUSTED, USABLE

LEADS = 0.9  # of the refits in which the first hyperparameter must stay first to be said to lead (pages.md 0.2)
TOGETHER = 0.05  # of the variance, from which a pair is worth a sentence: a guess
ACTS = 0.05  # total from which a hyperparameter counts as acting at all (pages.md 1.1)


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
    name, total = found.names[0], f"{found.total[0]:.0%}"
    half = f"{(found.high[0] - found.low[0]) / 2:.0%}"
    if found.total[0] < ACTS:
        return "No hyperparameter changes the score by much."
    if found.quality < TRUSTED:
        verb = "seems to matter most"
    elif found.low[0] > 0.5:
        verb = "decides"
    elif found.leads >= LEADS:
        verb = "leads"
    else:
        verb = "seems to matter most"
    return f"{_name(name)} {verb}: {total} ± {half} of the differences (90 % interval)."


def pair_sentence(found: Importance) -> str:
    """Which two act together; empty where none do."""
    if not found.pairs or found.pairs[0][1] < TOGETHER:
        return ""
    (first, second), share = found.pairs[0]
    verb = "act" if found.quality >= TRUSTED else "seem to act"
    return f"{_name(first)} and {_name(second).lower()} {verb} together: {share:.0%} of the differences."


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


def _value(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _name(name: str) -> str:
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
