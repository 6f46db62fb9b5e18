"""What is said of a moment of a study: what the search believed, what it chose and why, and whether that came true."""

from __future__ import annotations

import math
from collections.abc import Mapping

from engine.analysis.belief import Belief, Neighbour
from engine.analysis.calibration import DEVIATIONS, Calibration
from engine.analysis.title import Title, name_words
from engine.trials import History, State
from engine.wording import counted, listed, score_text, value_text

PHASES = {
    "exploit": "to exploit",
    "explore": "to explore",
    "branch": "to sample a branch that was hardly tried",
    "escape": "to leave the region of the best trial",
    "feasibility": "to find a trial that keeps every constraint",
}
"""What a phase was for, after *It chose ...*; the others say it by themselves."""
SPREAD_PHASE = "start"
DRAWN_PHASES = (SPREAD_PHASE, "hurried")  # in which no model is asked


def moment_title(number: int, known: int, belief: Belief | None, phase: str) -> Title:
    """What was believed before trial ``number``, of which ``known`` trials were over."""
    subject = f"After {counted(known, 'trial')}"
    if phase == SPREAD_PHASE:
        return Title(subject, "the search still spread its trials evenly; no model was asked")
    if belief is None or not belief.slices:
        return Title(subject, "there is no model yet")
    first = belief.slices[0]
    name, peak = name_words(first.name), belief.peak
    believed = f"the search believed in {name} {value_text(_rounded(peak))}"
    at = belief.at.get(first.name)
    place = "there" if _are_near(at, peak) else f"at {value_text(_rounded(at))}"
    score = f"{score_text(belief.predicted, belief.std)} ± {value_text(_rounded(belief.std, 2))}"
    return Title(subject, f"{believed}; {place} it expected {score}")


def choice_remark(
    number: int, history: History, why: Mapping[str, object], belief: Belief | None, *, is_own: bool, strategy: str
) -> str:
    """How trial ``number`` was chosen and what came of it; ``history`` is the whole study's."""
    if number >= len(history):
        return "This is what it would choose next."
    phase = str(why.get("phase", ""))
    source = history.trial(number).source
    if source != "sampler":
        return f"Trial {number} was {'retried' if source == 'retry' else 'queued'} by hand; the model was not asked."
    if phase in DRAWN_PHASES:
        return f"Trial {number} was spread evenly; no model was asked. {_outcome(number, history, None)}".strip()
    if not is_own:
        return f"{strategy} did not use this model. {_outcome(number, history, None)}".strip()
    purpose = PHASES.get(phase, "")
    chosen = f"Trial {number} was chosen{f', {purpose}' if purpose else ''}:"
    return f"{chosen} {_outcome(number, history, belief)[:1].lower()}{_outcome(number, history, belief)[1:]}"


def _outcome(number: int, history: History, belief: Belief | None) -> str:
    """What became of a trial, beside what was expected and the best before it."""
    state, score = State(int(history.state[number])), float(history.score[number])
    if state is State.FAILED:
        return "It failed."
    if state is not State.COMPLETE or not math.isfinite(score):
        return {"pruned": "It was pruned.", "running": "It still runs.", "waiting": "It waits."}.get(state.label, "")
    words = f"It scored {score_text(score, None if belief is None else belief.std)}"
    if belief is not None and belief.std > 0.0:
        off = abs(score - belief.predicted) / belief.std
        words += ", within what was expected" if off <= DEVIATIONS else ", outside of what was expected"
    before = history.before(number).best_number()
    if before is None:
        return f"{words}."
    best = float(history.score[before])
    is_better = score < best if history.directions[0] == "minimize" else score > best
    joint = ", and" if is_better or belief is None else ", but"
    verdict = "better than" if is_better else "not better than"
    return f"{words}{joint} {verdict} trial {before} with {score_text(best)}."


def nearest_remark(nearest: tuple[Neighbour, ...]) -> str:
    """The earlier trials nearest to the choice."""
    if not nearest:
        return ""
    named = [f"{one.number} ({score_text(one.score)})" for one in nearest]
    return f"Nearest earlier trial{'s' if len(named) > 1 else ''}: {listed(named)}."


def changed_remark(suggested: Mapping[str, object] | None, *, is_same: bool) -> str:
    """Why the choice does not come out as it was; empty where it does."""
    if is_same or suggested is None:
        return ""
    return "Asked again, the strategy chooses otherwise: it, its seed or what is excluded was changed since."


def calibration_title(found: Calibration) -> Title:
    """Whether the model's predictions held, as many as can be expected."""
    total, held = found.scored, int(found.held.sum())
    if not total:
        return Title("No prediction yet", "", "The strategy notes one with each trial that its model chooses.", "text")
    remark = (
        f"bar: predicted, {DEVIATIONS:.0f} standard deviations · disc: scored, in the colour of text outside of them"
    )
    verb, than = ("held", "") if held >= found.least else ("held less often", "than they should: ")
    failed = len(found.numbers) - total
    remark += f" · {counted(failed, 'failed trial')} left out" if failed else ""
    chosen = counted(total, "trial")
    return Title(
        f"Predictions {verb}",
        f"{than}for {held} of {chosen} that the model chose; {round(found.expected)} were to be expected",
        remark,
    )


def _rounded(value: object, digits: int = 3) -> object:
    """A number to so many significant digits; anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, float) or not math.isfinite(value) or value == 0.0:
        return value
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def _are_near(one: object, other: object) -> bool:
    return bool(_rounded(one, 2) == _rounded(other, 2))
