"""The right half of a race of optimizers: the study's own network trained by each, and how learning rates matter."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from engine.objectives.description import TableObjective
from engine.trajectories.entrants import title_of
from engine.trajectories.network import trains_network
from gui.base.choice_box import ChoiceBox
from gui.base.theme import space
from gui.pages.compare.race_pictures import X_AXES, network_lines, sweep_lines
from gui.plots.lines import LinesPlot
from gui.session.document import Document
from gui.session.optimizer_race import OptimizerRace
from gui.views.labels import Words

NO_TABLE = "This study trains no model on a table, so it has no network: the surfaces at the left can be raced over."
NO_STUDY = "Open a study with a table, and its own network is trained here by each optimizer."
INVITATION = (
    "Train the network of this study's best configuration with each optimizer: the same rows, the same first weights, "
    "the same batches, each with its best learning rate."
)
INSTEAD = (
    "This study's model is not trained by gradient descent. A small network on the same table stands in for it: the "
    "same rows, the same first weights, the same batches for each optimizer."
)


class NetworkPanel(QWidget):
    """``plot_net_race`` over ``plot_sweep``, and ``button_race_optimizers``, which starts and stops."""

    def __init__(self, race: OptimizerRace, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._race, self._document = race, document
        self.curves = LinesPlot("plot_net_race", "Validation loss of each optimizer", log=True, parent=self)
        self.sweep = LinesPlot("plot_sweep", "Loss by learning rate", log=True, parent=self)
        self.against = ChoiceBox(self)
        self.against.setObjectName("combo_race_axis")
        self.against.setAccessibleName("Horizontal axis")
        for axis in X_AXES:
            self.against.addItem(f"by {axis}", axis)
        self.curves.headline.corner.addWidget(self.against)
        self.invitation = Words(name="label_race_network", wrap=True, parent=self)
        self.button = QPushButton(self)
        self.button.setObjectName("button_race_optimizers")
        self.refused = Words(name="label_race_refused", role="dim", wrap=True, parent=self)
        self.plots = QSplitter(Qt.Orientation.Vertical, self)
        self.plots.setObjectName("splitter_network")
        self.plots.setChildrenCollapsible(False)
        self.plots.addWidget(self.curves)
        self.plots.addWidget(self.sweep)
        line = QHBoxLayout()
        line.addWidget(self.invitation, 1)
        line.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        head = QVBoxLayout()
        head.setContentsMargins(space(16), space(12), space(16), 0)
        head.addLayout(line)
        head.addWidget(self.refused)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(head)
        rows.addWidget(self.plots, 1)
        rows.addStretch(0)
        self.button.clicked.connect(self._on_clicked)
        self.against.activated.connect(self.show_race)
        race.network_changed.connect(self.show_race)
        document.setup_changed.connect(self.show_race)
        self.show_race()

    @Slot()
    def show_race(self) -> None:
        """Show what is known, and what can be done."""
        race, objective = self._race, self._objective()
        setup = self._document.setup
        reason = NO_STUDY if setup is None else NO_TABLE if objective is None else ""
        own = setup is not None and trains_network(setup)
        is_begun = bool(race.sweeps or race.is_training)
        self.button.setEnabled(not reason)
        if race.is_training:
            self.button.setText("Stop")
            done = len({one.optimizer for one in race.sweeps} | set(race.refusals))
            self.invitation.setText(f"Training with {title_of(race.training)} ({done + 1} of {len(race.names)}) …")
        else:
            self.button.setText("Train again" if is_begun else "Train the network")
            again = "Trained with the best configuration so far." if own else "A small network on the same table."
            self.invitation.setText(reason or (again if is_begun else INVITATION if own else INSTEAD))
        self.refused.setText("  ".join(_refusal(name, why) for name, why in race.refusals.items()))
        self.refused.setVisible(bool(race.refusals))
        self.plots.setVisible(is_begun)
        if is_begun:
            parameters = race.trainings[0].parameters if race.trainings else 0
            size = f"{parameters:,} parameters, " if parameters else ""
            remark = f"Validation loss on the first fold, {size}one training each from the same first weights."
            axis = str(self.against.currentData())
            self.curves.show_lines(network_lines(race.sweeps, axis, is_own=own, remark=remark))
            self.sweep.show_lines(sweep_lines(race.sweeps))

    def _objective(self) -> TableObjective | None:
        setup = self._document.setup
        return setup.objective if setup is not None and isinstance(setup.objective, TableObjective) else None

    def _params(self) -> dict[str, object]:
        history = self._document.history
        best = None if history is None else history.best_number()
        return {} if history is None or best is None else dict(history.params(best))

    @Slot()
    def _on_clicked(self) -> None:
        if self._race.is_training:
            self._race.stop_network()
        elif self._document.setup is not None:
            self._race.start_network(self._document.setup, self._params())


def _refusal(name: str, why: str) -> str:
    return why if why.startswith(title_of(name)) else f"{title_of(name)}: {why}"
