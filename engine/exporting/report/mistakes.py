"""The section on mistakes: which classes are confused, whether probabilities hold, how far numbers are off."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import numpy as np

from engine.analysis.confusion import Confusion, confusion
from engine.analysis.error_words import confusion_title, hard_rows_title, reliability_title, residuals_title
from engine.analysis.hard_rows import hard_rows
from engine.analysis.reliability import Reliability, reliability
from engine.analysis.residuals import Residuals, residuals
from engine.analysis.title import Title
from engine.exporting.report.blocks import Block, Figure, Heading, Paragraph, Table
from engine.exporting.report.colours import Colours
from engine.exporting.report.facts import Facts
from engine.exporting.report.svg import WIDTH, Sheet

MOST_CLASSES = 10  # columns of the table of confusions: what fits on A4; a guess
MOST_POINTS = 1500  # of the picture of residuals, evenly taken; a guess
LONGEST = 90  # letters of a part of a heading; a guess
_HEIGHT = 220.0  # pixels of a picture: two of them stand side by side on A4; a guess


def mistakes(facts: Facts) -> Iterable[Block]:
    """Headings, sentences and pictures of the best trial's stored predictions; nothing where none are kept."""
    trials, best = facts.judged, facts.best
    if trials is None or best is None or best.best.number not in trials.numbers:
        return
    number, rows = best.best.number, trials.rows
    said = trials.models[trials.numbers.index(number)]
    yield Heading("Mistakes")
    if rows.classes:
        found = confusion(rows, said)
        yield from _told(confusion_title(found, number))
        yield _confusion_table(found.shortened(MOST_CLASSES))
        held = reliability(rows, said, trials.positive)
        if held is not None:
            yield from _told(reliability_title(held, number))
            yield Figure("reliability", partial(reliability_svg, held), "Probabilities and what came true")
    else:
        off = residuals(rows, said)
        yield from _told(residuals_title(off, number))
        yield Figure("residuals", partial(residuals_svg, off), "Errors by prediction")
    losses = facts.content.history.losses
    order = sorted(range(len(trials.numbers)), key=lambda place: losses[trials.numbers[place]])
    yield from _told(hard_rows_title(hard_rows(rows, [trials.models[place] for place in order])))


def _told(title: Title) -> Iterable[Block]:
    yield Heading(_cut(title.rest), _cut(title.subject), title.loop, 3)
    if title.remark:
        yield Paragraph(title.remark, dim=True)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _confusion_table(found: Confusion) -> Table:
    rows = tuple(
        (name, *(f"{count:,}" for count in counts))
        for name, counts in zip(found.classes, found.counts.tolist(), strict=True)
    )
    numbers = frozenset(range(1, len(found.classes) + 1))
    return Table(("truth \\ predicted", *found.classes), rows, numbers)


def reliability_svg(found: Reliability, colours: Colours) -> str:
    """A disc a bin with its 90 % interval, and the diagonal on which probabilities come true."""
    sheet = Sheet(colours, WIDTH, _HEIGHT, (0.0, 1.0), (0.0, 1.0))
    sheet.axes("predicted probability; upward: share that came true")
    sheet.line([(0.0, 0.0), (1.0, 1.0)], colours.dim, 1.0, "4 3")
    sheet.line(list(zip(found.predicted.tolist(), found.observed.tolist(), strict=True)), colours.outer, 1.2)
    ends = zip(found.predicted.tolist(), found.observed.tolist(), found.low.tolist(), found.high.tolist(), strict=True)
    for said, came, low, high in ends:
        x, top = sheet.place(said, high)
        sheet.rule(x, top, x, sheet.place(said, low)[1], colours.text)
        sheet.disc(*sheet.place(said, came), 3.5, colours.outer)
    return sheet.to_svg("Share that came true by predicted probability")


def residuals_svg(found: Residuals, colours: Colours) -> str:
    """A disc a prediction and a line where there is no error."""
    every = slice(None, None, -(-max(len(found), 1) // MOST_POINTS))
    x, y = found.predicted[every], found.residual[every]
    sheet = Sheet(colours, WIDTH, _HEIGHT, _range(found.predicted), _range(found.residual), (64.0, 18.0, 10.0, 34.0))
    sheet.axes("prediction; upward: truth minus prediction")
    low, high = sheet.x
    sheet.line([(low, 0.0), (high, 0.0)], colours.text, 1.0)
    for across, up in zip(x.tolist(), y.tolist(), strict=True):
        sheet.disc(*sheet.place(across, up), 2.0, colours.outer, 0.45)
    return sheet.to_svg("Errors by prediction")


def _range(values: np.ndarray) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = 0.04 * (high - low) or max(abs(low) * 0.05, 0.5)
    return low - room, high + room
