"""What is said of failures: the rule as a title, how each trial failed, what a limit costs, what helps."""

from __future__ import annotations

from typing import Any

from engine.analysis.failure_rule import FEWEST, SHUFFLES, Condition, FailureRule
from engine.analysis.failures import FailedTrial, Failures, LimitCost
from engine.analysis.title import Title, first_up, name_words
from engine.space import Categorical, SearchSpace
from engine.wording import counted, listed, score_text, value_text

SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def failures_title(found: Failures, space: SearchSpace) -> Title:
    """Where trials fail; that there is no simple rule where that is so; that none failed."""
    failed = len(found.trials)
    if not failed:
        return Title(
            "No trial failed", "", "If some do, a rule appears here that says where, with a remedy to click.", "text"
        )
    verb = {"diverged": "diverged", "too slow": "took too long", "out of memory": "ran out of memory"}.get(
        found.kind if all(one.kind == found.kind for one in found.trials) else "", "failed"
    )
    if found.rule is None:
        if failed < FEWEST:
            remark = f"From {SMALL[FEWEST]} failed trials on a rule is looked for."
            return Title(
                f"{first_up(small(failed))} trial{'s' if failed > 1 else ''} {verb}:",
                "too few for a rule",
                remark,
                "bad",
            )
        remark = (
            f"The best rule of two conditions would also come of chance (of {SHUFFLES} shufflings of the outcomes)."
        )
        return Title(f"{first_up(small(failed))} trials {verb};", "no simple rule says where", remark, "bad")
    rule = found.rule
    elsewhere = found.finished - rule.inside
    rest = f"{rule.failed} of {counted(rule.inside, 'trial')} {verb}; elsewhere {rule.left_over} of {elsewhere:,}"
    chance = round(rule.chance * (SHUFFLES + 1)) - 1
    luck = "none" if chance <= 0 else small(chance)
    shuffled = f"Of {SHUFFLES} shufflings of the outcomes {luck} gave one as clean."
    remark = f"The shortest rule that tells them from the rest. {shuffled}"
    return Title(f"{first_up(conditions_words(rule, space))}:", rest, remark, "bad")


def conditions_words(rule: FailureRule, space: SearchSpace) -> str:
    """Conditions as a person says them: *learning rate above 0.3, optimizer not nesterov*."""
    return ", ".join(condition_words(one, space) for one in rule.conditions)


def condition_words(one: Condition, space: SearchSpace) -> str:
    """One condition."""
    name = name_words(one.name)
    if one.choices:
        hyperparameter = space[one.name]
        others = (
            [choice for choice in hyperparameter.choices if choice not in one.choices]
            if isinstance(hyperparameter, Categorical)
            else []
        )
        if len(others) == 1 and len(one.choices) > 1:
            return f"{name} not {value_text(others[0])}"
        return f"{name} {' or '.join(value_text(choice) for choice in one.choices)}"
    if one.low is not None and one.high is not None:
        return f"{name} {value_text(short(one.low))} to {value_text(short(one.high))}"
    if one.low is not None:
        return f"{name} above {value_text(short(one.low))}"
    return f"{name} below {value_text(short(one.high))}"


def failed_words(one: FailedTrial) -> str:
    """How a trial failed, in a few words."""
    if one.update is not None:
        return f"{one.kind} at update {one.update:,}"
    if one.kind == "error" and one.reason:
        return one.reason.splitlines()[0]
    return one.kind


def left_over_words(found: Failures) -> str:
    """Which failures the rule does not explain; empty where it explains all."""
    numbers = [str(one.number) for one in found.left_over]
    if not numbers:
        return ""
    who = f"Trials {listed(numbers, 5)} are" if len(numbers) > 1 else f"Trial {numbers[0]} is"
    return f"{who} not explained by the rule."


def cost_words(cost: LimitCost | None) -> str:
    """What the limit costs, to be said before it is set; empty without one."""
    if cost is None:
        return ""
    where = f"{'above' if cost.condition.low is not None else 'below'} {value_text(short(_bound(cost.condition)))}"
    if cost.condition.choices:
        where = f"with {name_words(cost.condition.name)} {' or '.join(map(value_text, cost.condition.choices))}"
    if cost.best is None or cost.rank is None:
        return f"No trial {where} has a score."
    ended = f"{counted(cost.ended, 'trial')} {where} {'has a score' if cost.ended == 1 else 'have scores'}"
    best = (
        f"the best of them, {cost.best}, {score_text(cost.score)}"
        if cost.ended > 1
        else f"{cost.best}, {score_text(cost.score)}"
    )
    if cost.rank == 1:
        return f"{ended}: {best}. It is the best trial of all."
    elsewhere = "The best trial lies" if cost.rank == 2 else f"The best {cost.rank - 1} trials lie"
    return f"{ended}; {best}. {elsewhere} elsewhere."


def useless_words(found: Failures, space: SearchSpace, metric: str) -> str:
    """The useless trials and their rule; empty where there are none."""
    count = len(found.useless)
    if not count or found.floor is None:
        return ""
    verb = "is" if count == 1 else "are"
    words = f"{counted(count, 'trial')} {verb} useless: {metric} no better than {score_text(found.floor)}"
    rule = found.useless_rule
    if rule is None:
        return f"{words}. No simple rule says where."
    return f"{words}. {first_up(conditions_words(rule, space))}: {rule.failed} of {rule.inside}."


def small(number: int) -> str:
    """A small number as a word."""
    return SMALL[number] if 0 <= number < len(SMALL) else f"{number:,}"


def short(value: object) -> Any:
    """A bound to two digits."""
    return float(f"{value:.2g}") if isinstance(value, float) else value


def _bound(condition: Condition) -> object:
    return condition.low if condition.low is not None else condition.high
