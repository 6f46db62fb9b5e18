"""What a view of the inner loop is: a plot that shows one trial's training, and says what it can show of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from PySide6.QtCore import QPointF, Signal
from PySide6.QtWidgets import QWidget

from engine.analysis import Measure
from engine.trials import Curve
from gui.plots.axes import NumberAxis
from gui.plots.canvas import Canvas
from gui.plots.measure_choice import MeasureChoice


@dataclass(frozen=True, eq=False)
class InnerData:
    """One trial: its curve, the words of its title, what a step is called, and a sentence where none is selected.

    ``tells_layers`` is whether a trial of this model tells of its layers today.
    """

    curve: Curve = field(default_factory=Curve)
    subject: str = ""
    sentence: str = "Learning curves"
    step_name: str = "step"
    empty: str = ""
    is_over: bool = False
    tells_layers: bool = False


class InnerPlot(Canvas):
    """Shows ``measure``, one of its ``measures``, of the picture that :meth:`show_picture` was handed last.

    Signal ``measure_chosen`` carries the :class:`Measure` that a person chose at the switch, which may be another
    plot's. What lies under the mouse is a point of the one trial: nothing is picked by it.
    """

    measures: ClassVar[tuple[Measure, ...]]
    picks = False
    help_topic = "window:learning_curves"
    measure_chosen = Signal(object)

    def __init__(
        self, name: str, title: str, axes: tuple[NumberAxis, NumberAxis] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(name, title, x_whole=True, parent=parent, axes=axes)
        self.picture = InnerData()
        self.measure = self.measures[0]
        self.choice = MeasureChoice(f"choice_{name}", self)
        self.choice.chosen.connect(self.measure_chosen)
        self.headline.most_lines = 2
        self.headline.corner.addWidget(self.choice)

    def take_measure(self, measure: Measure) -> None:
        """Show another measure of the same trial."""
        self.measure = measure
        self.choice.show_choice(measure)
        self.refresh()

    def show_picture(self, picture: InnerData) -> None:
        """Show another trial, or the same one further on."""
        self.picture = picture
        self.refresh()

    def nearest(self, at: QPointF) -> int | None:
        """The index of the point under the mouse, for :meth:`lines_about`."""
        raise NotImplementedError

    def neighbour(self, step: int) -> int | None:
        """Arrow keys go nowhere."""
        return None
