"""What is said of a model's mistakes: the same sentence in the window and in the report."""

from __future__ import annotations

import math

from engine.analysis.confusion import Confusion
from engine.analysis.hard_rows import HardRows
from engine.analysis.reliability import Reliability
from engine.analysis.residuals import Residuals
from engine.analysis.thresholds import AIMS, USUAL, ChosenThreshold
from engine.analysis.title import Title
from engine.maths.intervals import NORMAL_95
from engine.wording import counted, number_text

LEAST_GROWTH = 0.1  # a rank correlation below it is not worth a sentence; a guess
CHANCE = 0.05  # the usual level of a test; the same is claimed of what lies beyond NORMAL_95 standard errors
PER_ROW = "each row is judged by a model that had not seen it"


def confusion_title(found: Confusion, number: int) -> Title:
    """The commonest mistake of trial ``number``."""
    wrong = found.total - found.right
    remark = f"Trial {number}, {counted(found.total, 'prediction')}: {PER_ROW}."
    worst = found.worst
    if worst is None:
        return Title("No mistake", f"in {counted(found.total, 'prediction')}", remark)
    true, said = (found.classes[place] for place in worst)
    count = int(found.counts[worst])
    share = f"{count:,} of {counted(wrong, 'mistake')}"
    return Title(true, f"taken for {said}: {share}", remark)


def reliability_title(found: Reliability, number: int) -> Title:
    """Whether probabilities hold; a claim is made only where it is beyond chance."""
    remark = (
        f"Trial {number}: Brier score {number_text(found.brier, 3)}, mean distance from the diagonal "
        f"{number_text(found.expected_error, 2)}. Bars: 90 % interval of what came true."
    )
    what = f"The probability of {found.of}" if found.of else "The probability of the chosen class"
    band = NORMAL_95 * found.slope_error
    if math.isfinite(found.slope) and found.slope + band < 1.0:
        return Title(what, "is too far from one half: sure where it should doubt", remark)
    if math.isfinite(found.slope) and found.slope - band > 1.0:
        return Title(what, "is too near to one half: it doubts where it could be sure", remark)
    off = found.mean - found.base
    error = math.sqrt(max(found.base * (1.0 - found.base), 0.0) / max(found.rows, 1))
    if abs(off) > NORMAL_95 * error and abs(off) >= 0.005:  # below it no digit on the screen changes
        way = "high" if off > 0 else "low"
        return Title(what, f"is too {way}: {found.mean:.2f} on average, and {found.base:.2f} came true", remark)
    return Title(what, f"holds as far as {counted(found.rows, 'prediction')} can tell", remark)


def residuals_title(found: Residuals, number: int) -> Title:
    """Whether errors have a pattern, else how large they are."""
    remark = (
        f"Trial {number}, {counted(len(found), 'prediction')}: {PER_ROW}. Truth minus prediction; "
        f"mean {number_text(found.bias, 2)} ± {number_text(found.bias_error, 2)}."
    )
    low, high = number_text(found.low, 3), number_text(found.high, 3)
    if math.isfinite(found.growth) and found.growth_p < CHANCE and abs(found.growth) >= LEAST_GROWTH:
        way = "grow" if found.growth > 0 else "shrink"
        return Title("Errors", f"{way} with the prediction; nine of ten lie from {low} to {high}", remark)
    if abs(found.bias) > NORMAL_95 * found.bias_error:
        way = "low" if found.bias > 0 else "high"
        return Title("Predictions", f"are too {way} by {number_text(abs(found.bias), 2)} on average", remark)
    return Title("Nine of ten errors", f"lie from {low} to {high}", remark)


def hard_rows_title(found: HardRows) -> Title:
    """How many rows no model gets right."""
    asked = f"the {found.models} best models" if found.models > 1 else "the one model"
    if not found.classes:
        if not len(found.rows):
            return Title("Every row", f"is hit by one of {asked}", "")
        first = number_text(abs(float(found.miss[0])), 3)
        row = int(found.rows[0]) + 1
        remark = f"Least error of any of {asked}: truth minus prediction. Rows count from 1 below the header."
        return Title(f"Row {row:,}", f"is missed by {first} or more in all of {asked}", remark)
    disputed = f"Models disagree about {100 * found.disputed:.0f} % of {counted(found.of, 'row')}."
    remark = f"{disputed} Look for wrong labels first. Rows count from 1 below the header."
    if not found.wrong_in_all:
        return Title("No row", f"is wrong in all of {asked}", disputed)
    verb = "is" if found.wrong_in_all == 1 else "are"
    return Title(counted(found.wrong_in_all, "row"), f"{verb} wrong in all of {asked}", remark)


def threshold_sentence(found: ChosenThreshold) -> str:
    """What the best threshold is worth against the usual one, on folds that did not choose it."""
    aim = AIMS[found.aim]
    text = f"Best by {aim}: {found.threshold:.2f}."
    if not math.isfinite(found.gain):
        return f"{text} Chosen on the rows that it is judged on: expect less."
    values = f"{number_text(found.value, 3)} instead of {number_text(found.usual, 3)} at {USUAL:g}"
    text = f"{text} On folds that did not choose it: {values}"
    if not math.isfinite(found.standard_error):
        return f"{text}."
    gain = f"{number_text(found.gain, 2)} ± {number_text(found.standard_error, 1)}"
    if found.gain > NORMAL_95 * found.standard_error and found.gain > 0:
        return f"{text}, a gain of {gain}."
    return f"{text}; not told apart ({gain})."
