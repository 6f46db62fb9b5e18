"""What the curves of a study are called, and what is said of them."""

from __future__ import annotations

from dataclasses import replace

from engine.analysis import Measure, ValidationMinimum
from engine.objectives.description import TableObjective
from engine.setup import StudySetup
from gui.base.formats import number_text
from gui.pages.live import study_words

MUCH = 2.0  # from here on a rise is told in times, below it in percent


def named(measure: Measure, setup: StudySetup | None) -> Measure:
    """A measure under the name that it has for the study's model: its own score, which need not be the study's."""
    family = study_words.family_of(setup)
    if setup is None or family is None or not isinstance(setup.objective, TableObjective):
        return measure
    task = setup.objective.task
    if measure.name == "loss":
        return replace(measure, axis=family.loss_titles.get(task, ""))
    if measure.name == "score":
        own = family.score_titles.get(task, "")
        return replace(measure, title=(own if family.step_name else study_words.metric_name(setup)) or measure.title)
    return measure


def note(measure: Measure, setup: StudySetup | None) -> str:
    """What one must know of a measure in order to read it."""
    family = study_words.family_of(setup)
    return "" if family is None else family.notes.get(measure.train, "")


def validation_minimum_sentence(lowest: ValidationMinimum | None, step: str, *, is_over: bool) -> str:
    """What the validation loss did after its lowest point, where that is worth a sentence."""
    if lowest is None or lowest.trend == "level":
        return ""
    if lowest.trend == "falls":
        return f"Still falling at the last {step}." if is_over else ""
    when = "at the end" if is_over else "by now"
    verdict = ": it overfits." if lowest.trend == "overfits" else ", and the training loss did not fall."
    where = f"Lowest validation loss {number_text(lowest.value, 2)} at {step} {lowest.step}"
    return f"{where}; {_increase(lowest)} {when}{verdict}"


def _increase(lowest: ValidationMinimum) -> str:
    if lowest.value <= 0.0:
        return number_text(lowest.last, 2)
    ratio = lowest.last / lowest.value
    if ratio >= MUCH:
        return f"{number_text(ratio, 2)} times that"
    return f"{100.0 * (ratio - 1.0):.0f} % more"
