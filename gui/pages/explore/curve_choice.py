"""Which hyperparameter the profiler's faded curves put elsewhere, and which curve is which."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.analysis.interaction_curves import InteractionCurves
from engine.analysis.profile_words import curves_words
from engine.analysis.title import name_words
from gui.base.choice_box import ChoiceBox
from gui.base.text import seen
from gui.base.theme import font_dim, space
from gui.views.labels import ShortWords, Words

NONE = "nothing"
WIDEST = 180  # pixels of the design: a guess


class CurveChoice(QWidget):
    """``combo_curves`` with the hyperparameters, and a legend. ``chosen(str)`` names one, or nothing."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lead = Words("Faded curves:", name="label_curves", role="dim", font=font_dim(), parent=self)
        self.box = ChoiceBox(self)
        self.box.setObjectName("combo_curves")
        self.box.setAccessibleName("Faded curves for other values of")
        self.box.setToolTip(
            "Shows what is predicted where this hyperparameter has other values, beside the curves of the present "
            "point. Curves that are not parallel to them: the two act together."
        )
        self.box.setSizeAdjustPolicy(self.box.SizeAdjustPolicy.AdjustToContents)  # its names come later
        self.box.setMaximumWidth(space(WIDEST))
        self.box.activated.connect(self._on_activated)
        self.legend = ShortWords(name="label_curves_legend", role="dim", font=font_dim(), parent=self)
        self._lead.setBuddy(self.box)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._lead)
        row.addWidget(self.box)
        row.addWidget(self.legend, 1)

    @property
    def name(self) -> str:
        """The hyperparameter that is chosen; empty where none is."""
        return str(self.box.currentData() or "")

    def show_names(self, names: tuple[str, ...]) -> None:
        """Offer these; what was chosen stays where it is among them."""
        if [self.box.itemData(at) for at in range(self.box.count())] == ["", *names]:
            return
        before = self.name
        self.box.clear()
        self.box.addItem(NONE, "")
        for name in names:
            self.box.addItem(seen(name_words(name)), name)
        self.box.setCurrentIndex(max(0, self.box.findData(before)))

    def show_legend(self, found: InteractionCurves | None) -> None:
        """Say which curve is which."""
        self.legend.setText("" if found is None else curves_words(found))

    @Slot(int)
    def _on_activated(self, _index: int) -> None:
        self.chosen.emit(self.name)
