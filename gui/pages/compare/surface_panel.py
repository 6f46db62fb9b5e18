"""The left half of a race of optimizers: a surface with their paths, a player, and what each found at which cost."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QMenu, QTableView, QToolButton, QVBoxLayout, QWidget

from engine import surfaces
from engine.trajectories.entrants import USUAL, all_names, title_of
from gui.base.choice_box import ChoiceBox
from gui.base.text import caption, plain
from gui.base.theme import space
from gui.pages.compare.optimizer_rows import OptimizerRows
from gui.pages.compare.race_pictures import NETWORK, plane_data, surface_data
from gui.plots.surface import SurfacePlot
from gui.session.optimizer_race import OptimizerRace
from gui.views.player import Player
from gui.views.rows_table import style_table

LEAST_PLOT = 260  # pixels of the design: lower, names hide each other


class SurfacePanel(QWidget):
    """``plot_surface`` with ``combo_surface`` above, ``slider_race`` and ``table_optimizers`` below.

    Signal ``names_chosen(tuple)`` carries the optimizers that a person wants to race.
    """

    names_chosen = Signal(object)

    def __init__(self, race: OptimizerRace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._race = race
        self.plot = SurfacePlot(self)
        self.plot.setMinimumHeight(space(LEAST_PLOT))
        self.choice = ChoiceBox(self)
        self.choice.setObjectName("combo_surface")
        self.choice.setAccessibleName("Surface")
        for name in surfaces.names():
            self.choice.addItem(surfaces.get(name).title, name)
        self.choice.addItem("This study's network", NETWORK)
        self.choice.setCurrentIndex(self.choice.findData("four_valleys"))
        self.plane = ChoiceBox(self)
        self.plane.setObjectName("combo_plane")
        self.plane.setAccessibleName("Plane")
        self.plane.addItem("principal directions", False)
        self.plane.addItem("start and two ends", True)
        self.plane.hide()
        self.entrants = QToolButton(self)
        self.entrants.setObjectName("button_choose_optimizers")
        self.entrants.setProperty("shape", "quiet")
        self.entrants.setText("Optimizers ▾")
        self.entrants.setAccessibleName("Optimizers that race")
        self.entrants.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.menu = QMenu(self)
        for name in all_names():
            action = self.menu.addAction(caption(title_of(name)))
            action.setObjectName(f"action_race_{name}")
            action.setData(name)
            action.setCheckable(True)
            action.setChecked(name in USUAL)
        self.player = Player("race", self)
        self.rows = OptimizerRows(self)
        self.table = QTableView(self)
        self.table.setObjectName("table_optimizers")
        self.table.setAccessibleName("What each optimizer found")
        self.table.setModel(self.rows)
        self._build()
        self.choice.activated.connect(self.start)
        self.plane.activated.connect(self._on_plane_chosen)
        self.entrants.clicked.connect(self._open_menu)
        self.menu.triggered.connect(self._on_entrant)
        self.player.moved.connect(self.plot.show_step)
        self.plot.start_moved.connect(self._on_start_moved)
        race.surface_changed.connect(self.show_race)
        race.plane_changed.connect(self._on_plane)
        race.network_changed.connect(self._on_plane)

    @property
    def surface_title(self) -> str:
        """What is shown."""
        return self.choice.currentText()

    @property
    def shows_network(self) -> bool:
        """Whether the surface is the plane of the network's weights."""
        return bool(self.choice.currentData() == NETWORK)

    @Slot()
    def start(self) -> None:
        """Race over the chosen surface, or show the network's."""
        if self.shows_network:
            self.show_race()
        else:
            self._race.start_surface(self.choice.currentData())

    @Slot()
    def show_race(self) -> None:
        """Show what is known of the chosen surface."""
        race = self._race.surface
        self.plane.setVisible(self.shows_network)
        if self.shows_network:
            self.plot.show_surface(plane_data(self._race))
            self.rows.show_network(self._race.trainings, self._race.refusals)
        elif race is not None and race.name == self.choice.currentData():
            self.plot.show_surface(surface_data(race))
            self.rows.show_race(race)
        else:
            return
        self.player.show_steps(self.plot.last_step)
        self._fit_table()

    # -- inside ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        style_table(self.table)
        self.table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + space(6))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setStretchLastSection(False)
        self.plot.headline.most_title_lines = 2
        self.plot.headline.corner.addWidget(self.plane, 0, Qt.AlignmentFlag.AlignTop)
        self.plot.headline.corner.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignTop)
        self.table.setIconSize(QSize(space(28), space(12)))
        below = QHBoxLayout()
        below.setContentsMargins(space(16), 0, space(16), space(4))
        below.addWidget(self.player, 1)
        below.addWidget(self.entrants)
        around = QVBoxLayout()
        around.setContentsMargins(space(16), 0, space(16), space(8))
        around.addWidget(self.table)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(space(4))
        rows.addWidget(self.plot, 1)
        rows.addLayout(below)
        rows.addLayout(around)

    def _fit_table(self) -> None:
        height = self.table.verticalHeader().defaultSectionSize() * min(self.rows.rowCount(), MOST_ROWS)
        self.table.setFixedHeight(self.table.horizontalHeader().sizeHint().height() + height + space(6))

    @Slot(float, float)
    def _on_start_moved(self, x: float, y: float) -> None:
        if not self.shows_network:
            self._race.move_start(x, y)

    @Slot()
    def _on_plane(self) -> None:
        if self.shows_network:
            self.show_race()

    @Slot()
    def _on_plane_chosen(self) -> None:
        self._race.show_plane(through_ends=bool(self.plane.currentData()))

    @Slot()
    def _open_menu(self) -> None:
        self.menu.popup(self.entrants.mapToGlobal(self.entrants.rect().bottomLeft()))

    @Slot(QAction)
    def _on_entrant(self, changed: QAction) -> None:
        names = tuple(action.data() for action in self.menu.actions() if action.isChecked())
        if not names:
            changed.setChecked(True)  # a race needs somebody
            return
        self.names_chosen.emit(names)
        self.entrants.setToolTip(plain(", ".join(title_of(name) for name in names)))


MOST_ROWS = 9  # of the table before it scrolls
