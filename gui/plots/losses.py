"""The inner loop: the selected trial's curves in full, those of the others dim behind it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget

from engine.analysis import MEASURES, Line, Measure, ValidationMinimum, envelope, robust_range
from engine.arrays import Array
from gui.base.formats import number_text
from gui.base.theme import font_dim, space, tokens
from gui.plots.axes import NumberAxis, nice_range, nice_step
from gui.plots.background_curves import BackgroundCurves
from gui.plots.canvas import Canvas, Range
from gui.plots.colours import NO_PEN, brush, line_pen
from gui.plots.curve import Curve
from gui.plots.end_labels import EndLabel, EndLabels
from gui.plots.history import TrialDescriber
from gui.plots.measure_choice import MeasureChoice
from gui.plots.point_label import PointLabel
from gui.plots.signed_axis import SignedAxis, signed_log, unit_of

LOG_AT_FIRST = frozenset({"loss", "gradient", "rate", "update"})
FEW = 12  # lines of at most so many points show their points
_NOTHING = Line(np.zeros(0), np.zeros(0))


@dataclass(frozen=True, slots=True)
class LossesData:
    """The selected trial and its words; ``step_name`` is what a step is called (epoch, round, fold).

    ``running`` is the fold that has not caught up with the others, ``running_name`` what it is called; the
    ``validation_minimum`` is the point of the validation line that is marked.
    """

    number: int | None = None
    validation: Line = _NOTHING
    train: Line = _NOTHING
    subject: str = ""
    sentence: str = ""
    remark: str = ""
    step_name: str = "step"
    empty: str = ""
    pruned: dict[int, tuple[float, float]] = field(default_factory=dict)
    running: Line = _NOTHING
    running_name: str = ""
    validation_minimum: ValidationMinimum | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines that there are."""
        return tuple(line for line in (self.validation, self.train, self.running) if len(line))


class LossesPlot(Canvas):
    """``plot_losses``. ``crowd`` holds the other trials' lines; the selected one comes by :meth:`show_picture`.

    Signal ``measure_chosen`` carries the :class:`Measure` that a person wants to see, which may be another plot's.
    """

    help_topic = "window:learning_curves"

    measure_chosen = Signal(object)

    def __init__(self, describes: TrialDescriber, parent: QWidget | None = None) -> None:
        self._scale = SignedAxis()
        self._scale.signed = False
        axes = NumberAxis("bottom", grid=False, whole=True), self._scale
        super().__init__("plot_losses", "Learning curves", x_whole=True, parent=parent, axes=axes)
        self._describes = describes
        self._picture = LossesData()
        self._logs: dict[str, bool] = {}
        self._extent: tuple[str, Range, Range] | None = None
        self.measure = MEASURES[0]
        self.crowd = BackgroundCurves(self.plot)
        self._ends = pg.ScatterPlotItem(symbol="d", size=space(7), pxMode=True, antialias=True)
        self._train, self._validation, self._running = Curve(), Curve(), Curve()
        self._halo = Curve()  # keeps the lines of other trials off the bold one
        self._dots = pg.ScatterPlotItem(symbol="o", size=space(6), pxMode=True, antialias=True)
        for z, item in enumerate((self._ends, self._halo, self._train, self._validation, self._running, self._dots)):
            item.setZValue(10 + z)
            self.plot.addItem(item, ignoreBounds=True)
        self._running_end, self._lowest = PointLabel(self.box, is_below=False), PointLabel(self.box, is_below=True)
        self.headline.most_lines = 2
        self._labels = EndLabels()
        self.plot.setAxisItems({"right": self._labels})
        self.plot.showAxis("right")
        self.choice = MeasureChoice("choice_measure", self)
        self.choice.chosen.connect(self.measure_chosen)
        self.headline.corner.addWidget(self.choice)
        self.set_log(True)
        self.recolour()

    def take_measure(self, measure: Measure) -> None:
        """Show another measure; its scale is the one it had last."""
        self.measure = measure
        self._scale.signed = False
        self.choice.show_choice(measure)
        self._extent = None
        self.log = not self._wants_log()  # so that set_log takes effect even where the scale stays
        self.set_log(self._wants_log())
        self.crowd.touch()

    def show_picture(self, picture: LossesData) -> None:
        """Show the selected trial."""
        self._picture = picture
        if self.crowd.joined != (picture.step_name != "fold"):
            self.crowd.joined = not self.crowd.joined
            self.crowd.touch()
        self.refresh()

    # -- Canvas ------------------------------------------------------------------------------------------------------

    def set_log(self, log: bool) -> None:
        """Choose the scale and remember it for this measure."""
        self._logs[self.measure.name] = log
        self._extent = None
        self.crowd.touch()
        super().set_log(log)

    def to_axis(self, values: Array) -> Array:
        """Values of both signs on a logarithmic scale that passes through zero."""
        if self.log and self._scale.signed:
            return signed_log(values, self._scale.unit)
        return super().to_axis(values)

    def recolour(self) -> None:
        """All in inner: validation strong, training thin and dashed unless it is all there is."""
        colours = tokens()
        self._validation.setPen(line_pen(colours.inner, 2.5))
        self._halo.setPen(line_pen(colours.window, 6.0, 0.85))
        self._running.setPen(line_pen(colours.inner, 1.3))
        self._running_end.recolour()
        self._lowest.recolour()
        self._dress_train()
        self._dots.setBrush(brush(colours.inner))
        self._dots.setPen(NO_PEN)
        self._ends.setBrush(brush(colours.dim, 0.8))
        self._ends.setPen(NO_PEN)
        self.crowd.recolour()

    def _dress_train(self) -> None:
        alone = not len(self._picture.validation)
        self._train.setPen(line_pen(tokens().inner, 2.5 if alone else 1.0, dashed=not alone))

    def draw(self) -> None:
        """Hand the selected lines, and what changed of the others, to the items."""
        picture = self._picture
        self.headline.say(picture.subject, picture.sentence, picture.remark, loop="inner")
        self.crowd.leave_out(picture.number)
        others = self.crowd.lines()
        if picture.empty or not (picture.lines or others):
            self.explain(picture.empty or self.tr("Learning curves appear here while a trial trains."))
            return
        self.explain("")
        self._choose_scale(picture, others)
        self._dress_train()
        self._draw_selected(picture)
        self._draw_points(picture)
        self.crowd.draw(self.to_axis)
        ends = picture.pruned if self.measure.name == "loss" else {}
        self._ends.setData(
            [x for x, _ in ends.values()], self.to_axis(np.array([y for _, y in ends.values()], dtype=float))
        )
        self._find_home(picture, others)
        self._write(picture)

    def nearest(self, at: QPointF) -> int | None:
        """The trial whose line passes under the mouse; the selected one goes before the others."""
        picture = self._picture
        if any(self._is_near(line, at) for line in picture.lines):
            return picture.number
        x, y, numbers = self.crowd.points()
        index = self.closest(x, y, at)
        return None if index is None else int(numbers[index])

    def neighbour(self, step: int) -> int | None:
        """The trial before or after the selected one among those that are drawn."""
        numbers = sorted({*self.crowd.lines(), *([] if self._picture.number is None else [self._picture.number])})
        if not numbers:
            return None
        if self._picture.number is None:
            return numbers[-1]
        index = numbers.index(self._picture.number) + step
        return numbers[min(max(index, 0), len(numbers) - 1)]

    def lines_about(self, number: int) -> tuple[str, ...]:
        """What the page knows of a trial."""
        return self._describes.lines(number)

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Trial, step and value of every line, the selected trial's training line last."""
        picture = self._picture
        lines = [(number, line) for number, line in self.crowd.lines().items() if len(line)]
        if picture.number is not None:
            lines += [(picture.number, line) for line in (picture.validation, picture.train) if len(line)]
        numbers = np.concatenate([np.full(len(line), number) for number, line in lines] or [np.zeros(0)])
        steps = np.concatenate([line.steps for _, line in lines] or [np.zeros(0)])
        values = np.concatenate([line.values for _, line in lines] or [np.zeros(0)])
        return ("trial", picture.step_name, self.measure.title), (numbers.astype(int), steps.astype(int), values)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _wants_log(self) -> bool:
        return self._logs.get(self.measure.name, self.measure.name in LOG_AT_FIRST)

    def _choose_scale(self, picture: LossesData, others: dict[int, Line]) -> None:
        """Whether a logarithmic scale must pass through zero, and the unit of such a one, which seldom changes."""
        scale, own = self._scale, [line.values for line in picture.lines]
        signed = self.log and (self.measure.is_gap or any(bool((values < 0.0).any()) for values in own))
        unit = scale.unit
        if signed:
            wanted = unit_of(np.concatenate([*own, *(line.values for line in others.values())]))
            unit = unit if scale.signed and 0.05 < wanted / unit < 20.0 else wanted
        if (signed, unit) != (scale.signed, scale.unit):
            scale.signed, scale.unit, scale.picture = signed, unit, None
            self._extent = None
            self.crowd.touch()

    def _draw_points(self, picture: LossesData) -> None:
        """The end of the fold that runs, and the lowest loss."""
        line, lowest = picture.running, picture.validation_minimum
        y = self.to_axis(line.values)
        self._running.setData(line.steps, y)
        finite = np.flatnonzero(np.isfinite(y))
        end = (float(line.steps[finite[-1]]), float(y[finite[-1]])) if len(finite) else None
        self._running_end.show_words(picture.running_name, end)
        place = None
        if lowest is not None and len(picture.validation) and lowest.step < picture.validation.steps[-1]:
            place = (float(lowest.step), float(self.to_axis(np.array([lowest.value]))[0]))
        self._lowest.show_words("" if lowest is None else number_text(lowest.value, 2), place)

    def _draw_selected(self, picture: LossesData) -> None:
        labels = []
        dots_x, dots_y = [], []
        for item, line, word in (
            (self._validation, picture.validation, self.tr("validation")),
            (self._train, picture.train, self.tr("train")),
        ):
            kept = envelope(line.steps, line.values, max(int(self.box.width()), 100))
            y = self.to_axis(line.values[kept])
            is_joined = picture.step_name != "fold"  # folds have no order
            item.setData(*((line.steps[kept], y) if is_joined else (np.zeros(0), np.zeros(0))))
            if 0 < len(line) <= FEW or not is_joined:
                dots_x.append(line.steps)
                dots_y.append(self.to_axis(line.values))
            finite = np.flatnonzero(np.isfinite(y))
            if len(finite) and picture.step_name != "fold":  # the last fold is no result
                single = self.measure.is_gap or not (self.measure.train and self.measure.validation)
                name = "" if single else f"{word} "
                words = f"{name}{number_text(float(line.values[kept][finite[-1]]), 3)}"
                strong = item is self._validation
                labels.append(EndLabel(float(y[finite[-1]]), words, tokens().inner, strong))
        self._halo.setData(*self._validation.getData())
        self._dots.setData(np.concatenate(dots_x or [np.zeros(0)]), np.concatenate(dots_y or [np.zeros(0)]))
        self._labels.show_labels(tuple(labels))

    def _find_home(self, picture: LossesData, others: dict[int, Line]) -> None:
        """Keep the present ranges while they fit: axes that jump with every report cannot be read."""
        own = list(picture.lines)
        lines = [*own, *others.values()]
        steps = [line.steps for line in lines if len(line)]
        if not steps:  # records of other names only
            return
        last = max(float(one[-1]) for one in steps)
        first = min(float(one[0]) for one in steps)
        y = np.concatenate([self.to_axis(line.values) for line in lines])
        y = y[np.isfinite(y)]
        if not len(y):
            return
        if self.measure.name == "score":
            low, high = robust_range(y, minimize=False) or (0.0, 1.0)
        else:
            low, high = (float(value) for value in np.quantile(y, [0.0, 1.0] if len(lines) < 8 else [0.002, 0.985]))
        for line in own:
            mine = self.to_axis(line.values)
            mine = mine[np.isfinite(mine)]
            if len(mine):
                low, high = min(low, float(mine.min())), max(high, float(np.quantile(mine, 0.98)))
        x_range = (0.0 if last > FEW else first - 0.5, self._room_for(last))
        y_range = self._widened(low, high)
        if self._extent is not None and self._extent[0] == self.measure.name and self._extent[1] == x_range:
            old_low, old_high = self._extent[2]
            if old_low <= low and high <= old_high and high - low > 0.5 * (old_high - old_low):
                return
        self._extent = (self.measure.name, x_range, y_range)
        self.set_home(x_range, y_range)

    def _room_for(self, last: float) -> float:
        """Where the step axis ends: at the last step, in whole ticks where that is near."""
        if last <= FEW:
            return last + 0.5
        step = nice_step(last, 5, whole=True)
        return math.ceil(last / step - 1e-9) * step

    def _widened(self, low: float, high: float) -> Range:
        if self.log:
            room = 0.06 * (high - low) or 0.1
            return low - room, high + room
        low, high = nice_range(low, high)
        room = 0.03 * (high - low)
        return low - room, high + room

    def _is_near(self, line: Line, at: QPointF) -> bool:
        px, py = self.pixels(line.steps, self.to_axis(line.values))
        if at.x() < px[0] - space(8) or at.x() > px[-1] + space(8):
            return False
        finite = np.isfinite(py)
        if not finite.any():
            return False
        if self._picture.step_name == "fold":
            return bool(np.hypot(px[finite] - at.x(), py[finite] - at.y()).min() <= space(9))
        return abs(float(np.interp(at.x(), px[finite], py[finite])) - at.y()) <= space(9)

    def _write(self, picture: LossesData) -> None:
        self.x_axis.name(picture.step_name)
        self.y_axis.name(self._value_name())
        self.describe(f"{self.headline.sentence}. {self.headline.remark}")

    def _value_name(self) -> str:
        """What is measured, in as many words as have room along the axis."""
        measure = self.measure
        scale = self.tr(" (signed log scale)") if self._scale.signed else self.tr(" (log scale)")
        scale = scale if self.log else ""
        short = measure.title + scale
        if not measure.axis:
            return short
        metrics, room = QFontMetricsF(font_dim()), self.box.height() + space(40)
        exact = (f"{measure.title}: {measure.axis}{scale}", f"{measure.axis}{scale}", measure.axis)
        return next((words for words in exact if metrics.horizontalAdvance(words) <= room), short)
