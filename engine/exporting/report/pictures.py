"""The report's pictures, drawn from the same records as the plots of the window."""

from __future__ import annotations

import math

import numpy as np

from engine.analysis import Line, Progress, robust_range, step_line
from engine.analysis.importance import Importance
from engine.exporting.report.colours import Colours
from engine.exporting.report.numbers import percent, score_text
from engine.exporting.report.svg import WIDTH, Sheet
from engine.trials import State

MOST_MARKS = 4000  # of one picture: more cannot be told apart, and make the file large (a guess)
_ROW = 23.0  # pixels of a bar and its room
_HALF = 310.0  # pixels of a picture that stands beside its neighbour


def history_svg(shown: Progress, minimize: bool, axis: str, colours: Colours) -> str:
    """Every trial's score and the best so far; what lies outside of the axis stands at its edge."""
    bounds = robust_range(shown.scores, minimize) or (0.0, 1.0)
    pad = 0.04 * (bounds[1] - bounds[0]) or max(abs(bounds[0]) * 0.01, 0.01)
    last = max(len(shown.numbers) - 1, 1)
    sheet = Sheet(colours, WIDTH, 250.0, (0.0, float(last)), (bounds[0] - pad, bounds[1] + pad))
    low, high = sheet.y
    edge = high if minimize else low  # the poor end
    outside = {"triangle": False, "cross": False, "diamond": False}
    every = math.ceil(len(shown.numbers) / MOST_MARKS)
    sheet.axes("")
    for number in range(0, len(shown.numbers), max(every, 1)):
        state, score = int(shown.states[number]), float(shown.scores[number])
        x, foot = sheet.place(number, edge)
        if state == State.FAILED:
            sheet.cross(x, foot, colours.bad)
            outside["cross"] = True
        elif math.isfinite(score):
            if not low <= score <= high:
                sheet.triangle(x, foot, colours.outer)
                outside["triangle"] = True
            elif state == State.PRUNED:
                sheet.diamond(*sheet.place(number, score), colours.dim)
                outside["diamond"] = True
            else:
                sheet.disc(*sheet.place(number, score), 3.0, colours.outer, 0.6)
    across, up = step_line(shown)
    inside = np.clip(up, low, high)
    sheet.line(list(zip(across.tolist(), inside.tolist(), strict=True)), colours.outer, 1.8)
    if shown.best is not None:
        x, y = sheet.place(shown.best, shown.best_score)
        sheet.disc(x, y, 4.0, colours.outer)
        sheet.disc(x, y, 7.5, "", ring=colours.text)
        is_right = x > WIDTH - 120
        label = f"{shown.best} · {score_text(shown.best_score)}"
        sheet.text(
            x - 12 if is_right else x + 12, y - 8, label, colours.text, "end" if is_right else "start", bold=True
        )
    marks = {"triangle": "triangle: outside", "cross": "cross: failed", "diamond": "diamond: pruned"}
    said = [axis, *(words for name, words in marks.items() if outside[name])]
    if every > 1:
        said.append(f"every {every}. trial is shown")
    sheet.text(WIDTH / 2, sheet.height - 4, " · ".join(["trial", *said[1:]]), colours.dim, "middle")
    sheet.text(4, 10, said[0], colours.dim)
    return sheet.to_svg(f"{axis} of {len(shown.numbers)} trials; the best is {score_text(shown.best_score)}")


def importance_svg(found: Importance, names: tuple[str, ...], colours: Colours) -> str:
    """A bar a hyperparameter: alone (dark) and with others (pale), with the 90 % interval of the total."""
    rows = len(names)
    sheet = Sheet(colours, _HALF, rows * _ROW + 4)
    left, right = 108.0, 116.0
    span = _HALF - left - right
    for row in range(rows):
        y = row * _ROW
        total, first = float(found.total[row]), float(found.first[row])
        low, high = float(found.low[row]), min(float(found.high[row]), 1.0)
        sheet.text(0, y + 15, _shortened(names[row]), colours.outer, size=13)
        sheet.box(left, y + 5, span * min(total, 1.0), 10, colours.outer, 0.35)
        sheet.box(left, y + 5, span * min(max(first, 0.0), 1.0), 10, colours.outer, 0.8)
        sheet.rule(left + span * max(low, 0.0), y + 10, left + span * high, y + 10, colours.text)
        said = f"{percent(total)} ({percent(low)[:-2]} to {percent(high)[:-2]})"
        if total < 0.05:  # a guess: below it the bar says nothing, the upper end does
            said = f"under {percent(max(high, 0.01))}"
        sheet.text(_HALF, y + 15, said, colours.text, "end", size=12)
    shares = (f"{name} {percent(float(found.total[row]))}" for row, name in enumerate(names))
    return sheet.to_svg("Importance: " + ", ".join(shares))


def learning_svg(validation: Line, train: Line, step: str, name: str, colours: Colours) -> str:
    """The best trial's validation and training record by step, on a log axis where it spans a decade."""
    values = np.concatenate([validation.values, train.values])
    finite = values[np.isfinite(values)]
    log = bool(len(finite)) and finite.min() > 0 and finite.max() / finite.min() > 10
    turn = np.log10 if log else np.asarray
    shown = turn(finite) if len(finite) else np.zeros(1)
    low, high = float(shown.min()), float(shown.max())
    pad = 0.05 * (high - low) or 0.05
    last = float(max(validation.steps.max(initial=1), train.steps.max(initial=1)))
    sheet = Sheet(colours, WIDTH, 220.0, (0.0, last), (low - pad, high + pad), (56.0, 18.0, 84.0, 34.0))
    sheet.axes(step, log=log)
    for line, colour, dash, said in (
        (train, colours.inner, "5 3", "training"),
        (validation, colours.inner, "", "validation"),
    ):
        if len(line.steps):
            with np.errstate(invalid="ignore", divide="ignore"):
                y = turn(line.values)
            sheet.line(list(zip(line.steps.tolist(), y.tolist(), strict=True)), colour, 1.2 if dash else 2.0, dash)
            ends = np.flatnonzero(np.isfinite(y))
            if len(ends):
                x, up = sheet.place(float(line.steps[ends[-1]]), float(y[ends[-1]]))
                sheet.text(min(x, sheet.width - 84) + 6, up + 4, said, colours.text)
    sheet.text(4, 10, name, colours.dim)
    return sheet.to_svg(f"{name} by {step}")


def _shortened(name: str) -> str:
    return name if len(name) <= 16 else f"{name[:15]}…"
