"""From which probability on to say yes: a slider, what it is worth, and what mistakes cost."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QVBoxLayout, QWidget

from engine.analysis.error_words import threshold_sentence
from engine.analysis.thresholds import (
    AIMS,
    USUAL,
    Aim,
    ChosenThreshold,
    Costs,
    ThresholdCurve,
    choose_threshold,
)
from engine.errors import UserFault
from engine.judging.stored import OneModel
from engine.options import Value
from gui.base.choice_box import ChoiceBox
from gui.base.formats import number_text
from gui.base.parsing import read_number, typed_text
from gui.base.theme import space
from gui.bridge.background import Background
from gui.plots.thresholds import ThresholdPlot
from gui.views.fields import CheckedField
from gui.views.labels import ShortWords, Words

STEPS = 1000  # of the slider: a thousandth of a probability
AIM_NAMES: tuple[Aim, ...] = tuple(AIMS)


class ThresholdPanel(QWidget):
    """Of one model of two classes. Signal ``moved(float)`` carries the threshold that is set."""

    moved = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curve: ThresholdCurve | None = None
        self._model: OneModel | None = None
        self._positive = 0
        self._chosen: ChosenThreshold | None = None
        self._background = Background(self, is_brief=True)
        self.aim = ChoiceBox(self)
        self.aim.setObjectName("combo_threshold_aim")
        self.aim.setAccessibleName("What the threshold is judged by")
        self.aim.addItems([words[:1].upper() + words[1:] for words in AIMS.values()])
        self.costs = {
            "false_positive": self._cost_field("line_cost_false_positive"),
            "false_negative": self._cost_field("line_cost_false_negative"),
        }
        for name, field in self.costs.items():
            field.setAccessibleName(f"Cost of a {name.replace('_', ' ')}")
        self.cost_names = {name: ShortWords(role="dim", parent=self) for name in self.costs}
        self.plot = ThresholdPlot(parent=self)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setObjectName("slider_threshold")
        self.slider.setAccessibleName("Threshold")
        self.slider.setRange(0, STEPS)
        self.slider.setValue(round(USUAL * STEPS))
        self.slider.setPageStep(STEPS // 20)
        self.rule = Words(name="label_threshold", parent=self)
        self.counts = Words(name="label_threshold_counts", role="dim", wrap=True, parent=self)
        self.worth = Words(name="label_threshold_worth", role="dim", wrap=True, parent=self)
        self.best = QPushButton("Best threshold", self)
        self.best.setObjectName("button_best_threshold")
        self.usual = QPushButton(f"Back to {USUAL:g}", self)
        self.usual.setObjectName("button_usual_threshold")
        self._build_ui()
        self.aim.currentIndexChanged.connect(self._on_aim_changed)
        self.slider.valueChanged.connect(self._on_slid)
        self.plot.moved.connect(self.put_threshold)
        self.best.clicked.connect(self._on_best)
        self.usual.clicked.connect(self._on_usual)

    @property
    def threshold(self) -> float:
        """The threshold that is set."""
        return self.slider.value() / STEPS

    @property
    def is_busy(self) -> bool:
        """Whether the worth of a choice is being worked out."""
        return self._background.is_busy

    def show_curve(self, curve: ThresholdCurve, model: OneModel | None) -> None:
        """Show another model; the threshold stays where a person put it."""
        self._curve, self._model = curve, model
        self._positive = model[0].classes.index(curve.positive) if model is not None else 0
        self.cost_names["false_positive"].setText(f"{curve.negative} taken for {curve.positive} costs")
        self.cost_names["false_negative"].setText(f"{curve.positive} missed costs")
        self._judge()

    @Slot(float)
    def put_threshold(self, threshold: float) -> None:
        """Move the slider."""
        self.slider.setValue(round(threshold * STEPS))

    def shutdown(self) -> None:
        """Wait for the thread: for the very end."""
        self._background.shutdown()

    # -- inside ------------------------------------------------------------------------------------------------------

    def _cost_field(self, name: str) -> CheckedField:
        field = CheckedField(name, _read_cost, typed_text, self, 64)
        field.show_value(1)
        field.edited.connect(self._on_cost)
        return field

    def _build_ui(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(space(6))
        rows.addWidget(self.aim)
        for name, field in self.costs.items():
            line = QHBoxLayout()
            line.addWidget(self.cost_names[name], 1)
            line.addWidget(field)
            self.cost_names[name].setBuddy(field)
            rows.addLayout(line)
        rows.addWidget(self.plot, 1)
        rows.addWidget(self.slider)
        rows.addWidget(self.rule)
        rows.addWidget(self.counts)
        buttons = QHBoxLayout()
        buttons.addWidget(self.best)
        buttons.addWidget(self.usual)
        buttons.addStretch(1)
        rows.addLayout(buttons)
        rows.addWidget(self.worth)

    @property
    def _aim(self) -> Aim:
        return AIM_NAMES[max(self.aim.currentIndex(), 0)]

    @property
    def _costs(self) -> Costs:
        values = {name: field.value for name, field in self.costs.items()}
        return Costs(
            **{name: float(value) if isinstance(value, int | float) else 1.0 for name, value in values.items()}
        )

    def _judge(self) -> None:
        """Draw the curve of the present aim, and have the worth of its best threshold worked out."""
        curve, model = self._curve, self._model
        if curve is None or model is None:
            return
        for name, field in self.costs.items():
            field.setVisible(self._aim == "cost")
            self.cost_names[name].setVisible(self._aim == "cost")
        self.plot.show_curve(curve, self._aim, self._costs)
        self._show_threshold()
        rows, said = model
        work = partial(choose_threshold, rows, said, self._positive, self._aim, self._costs)
        self._background.call("worth", work, self._on_chosen, self._on_refused)

    def _show_threshold(self) -> None:
        curve = self._curve
        if curve is None:
            return
        threshold = self.threshold
        self.plot.put_threshold(threshold)
        counts = curve.at(threshold)
        self.rule.setText(f"{curve.positive} from a probability of {threshold:.3f} on")
        value = number_text(counts.value(self._aim, self._costs), 3)
        what = "mean cost of a row" if self._aim == "cost" else AIMS[self._aim]
        precision, recall = (number_text(one, 3) for one in (counts.precision, counts.recall))
        self.counts.setText(f"{what} {value} · precision {precision} · recall {recall}")

    def _on_chosen(self, found: ChosenThreshold | None) -> None:
        self._chosen = found
        self.best.setEnabled(found is not None)
        self.worth.setText(threshold_sentence(found) if found is not None else "")

    def _on_refused(self, fault: UserFault) -> None:
        self.worth.setText(str(fault))

    @Slot(int)
    def _on_aim_changed(self, _place: int) -> None:
        self._judge()

    @Slot(object)
    def _on_cost(self, _value: object) -> None:
        self._judge()

    @Slot(int)
    def _on_slid(self, _value: int) -> None:
        self._show_threshold()
        self.moved.emit(self.threshold)

    @Slot()
    def _on_best(self) -> None:
        if self._chosen is not None:
            self.put_threshold(self._chosen.threshold)

    @Slot()
    def _on_usual(self) -> None:
        self.put_threshold(USUAL)


def _read_cost(text: str) -> Value:
    """A cost as it is typed; raises :class:`UserFault`."""
    value = read_number(text)
    if value < 0:
        raise UserFault("A cost cannot be negative.", "Give 0 or more.")
    return value
