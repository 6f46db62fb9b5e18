"""Races of optimizers as the window knows them: over a surface in a moment, on the study's network one by one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.errors import UserFault
from engine.setup import StudySetup
from engine.trajectories.entrants import USUAL
from engine.trajectories.plane import GRIDS, Plane, losses_on_plane, packed, plane_through, plane_through_ends
from engine.trajectories.records import Sweep, Training
from engine.trajectories.surface_race import SurfaceRace, race_from, race_on_surface, with_restarts
from engine.trajectories.sweep import sweep_rates
from gui.bridge.background import Background


class OptimizerRace(QObject):
    """Lives in the window's thread. Nothing runs before :meth:`start_surface` or :meth:`start_network` is called.

    ``surface`` is the last race over a surface. Of the network ``sweeps`` grow while it is trained, ``refusals`` says
    why an optimizer cannot take part, ``plane`` and ``losses`` (with the coordinates they stand at) show the paths of
    its weights. Signals: ``surface_changed``, ``network_changed``, ``plane_changed``,
    ``failed(UserFault)``.
    """

    surface_changed = Signal()
    network_changed = Signal()
    plane_changed = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._quick = Background(self, is_brief=True)
        self._slow = Background(self, is_brief=True)
        self.names: tuple[str, ...] = USUAL
        self.surface: SurfaceRace | None = None
        self.sweeps: tuple[Sweep, ...] = ()
        self.refusals: dict[str, str] = {}
        self.plane: Plane | None = None
        self.plane_fault = ""
        self.plane_through_ends = False
        self.losses: tuple[Any, Any, list[list[float]]] | None = None
        self.training = ""  # the optimizer whose turn it is
        self._waiting: list[str] = []
        self._network: tuple[StudySetup, dict[str, object]] | None = None

    @property
    def trainings(self) -> tuple[Training, ...]:
        """Each optimizer's best training so far."""
        return tuple(one.best for one in self.sweeps if one.best is not None)

    @property
    def is_training(self) -> bool:
        """Whether the network is being trained."""
        return bool(self.training)

    # -- over a surface ----------------------------------------------------------------------------------------------

    def start_surface(self, name: str) -> None:
        """Race over the surface called ``name`` from its own start."""
        self._quick.drop("restarts")
        self._quick.call("surface", partial(race_on_surface, name, self.names), self._on_raced, self.failed.emit)

    def move_start(self, x: float, y: float) -> None:
        """Race again from another start."""
        if self.surface is not None:
            work = partial(race_from, (x, y), self.surface)
            self._quick.call("surface", work, self._on_moved, self.failed.emit)

    def _on_raced(self, race: SurfaceRace) -> None:
        self._on_moved(race)
        self._quick.call("restarts", partial(with_restarts, race), self._on_restarted, self.failed.emit)

    def _on_moved(self, race: SurfaceRace) -> None:
        self.surface = race
        self.surface_changed.emit()

    def _on_restarted(self, race: SurfaceRace) -> None:
        if self.surface is not None and self.surface.name == race.name:
            self.surface = race_from(self.surface.start, race) if self.surface.start != race.start else race
            self.surface_changed.emit()

    # -- on the study's network --------------------------------------------------------------------------------------

    def start_network(self, setup: StudySetup, params: dict[str, object]) -> None:
        """Train the network of a configuration with each optimizer, after a look at its learning rates."""
        self.stop_network()
        self.forget_network()
        self._network = setup, params
        self._waiting = list(self.names)
        self._train_next()

    def stop_network(self) -> None:
        """Train no further; what is known stays."""
        for topic in ("sweep", "plane"):
            self._slow.drop(topic)
        self._waiting.clear()
        self.training = ""
        self.network_changed.emit()

    def forget_network(self) -> None:
        """Nothing is known of the network: its study changed."""
        self.sweeps, self.refusals = (), {}
        self.plane, self.plane_fault, self.losses = None, "", None

    def _subject(self) -> tuple[StudySetup, dict[str, object]]:
        """Whose network is trained, with which hyperparameters."""
        assert self._network is not None
        return self._network

    def _train_next(self) -> None:
        self.training = self._waiting.pop(0) if self._waiting else ""
        self.network_changed.emit()
        if not self.training:
            self._find_plane()
        else:
            question = partial(sweep_rates, *self._subject(), self.training, keep_weights=True)
            self._slow.ask("sweep", question, self._on_swept, self._on_refused)

    def _on_swept(self, sweep: Sweep) -> None:
        self.sweeps = (*self.sweeps, sweep)
        if sweep.best is None:
            self.refusals[sweep.optimizer] = "Training diverged with every learning rate."
        self._train_next()

    def _on_refused(self, fault: UserFault) -> None:
        self.refusals[self.training] = fault.what
        if not self.trainings and len(self.refusals) >= 2 and len(set(self.refusals.values())) == 1:
            self._waiting.clear()  # whatever it is, it stops all of them
            self.failed.emit(fault)
        self._train_next()

    # -- the plane of its weights ------------------------------------------------------------------------------------

    def show_plane(self, *, through_ends: bool) -> None:
        """Show the paths on the plane of their principal directions, or on one through the start and two ends."""
        self.plane_through_ends = through_ends
        if self.trainings and not self.is_training:
            self._slow.drop("plane")
            self.plane, self.plane_fault, self.losses = None, "", None
            self.plane_changed.emit()
            self._find_plane()

    def _find_plane(self) -> None:
        paths = {one.optimizer: one.trajectory for one in self.trainings if len(one.trajectory) > 1}
        if not paths:
            return
        best = min((one for one in self.trainings if one.optimizer in paths), key=lambda one: one.final_loss)
        work = partial(plane_through, paths)
        if self.plane_through_ends:
            work = partial(plane_through_ends, paths, best.optimizer)
        self._slow.call("plane", work, self._on_plane, self._on_no_plane)

    def _on_plane(self, plane: Plane) -> None:
        self.plane = plane
        self._ask_losses(plane, 0)

    def _on_no_plane(self, fault: UserFault) -> None:
        self.plane_fault = str(fault)
        self.plane_changed.emit()

    def _ask_losses(self, plane: Plane, level: int) -> None:
        across, along = plane.axes(GRIDS[level])
        question = partial(losses_on_plane, *self._subject(), packed(plane), across.tolist(), along.tolist())
        done: Callable[[list[list[float]]], None] = partial(self._on_losses, plane, level, (across, along))
        self._slow.ask("plane", question, done, self._on_no_plane)

    def _on_losses(self, plane: Plane, level: int, axes: tuple[object, object], losses: list[list[float]]) -> None:
        self.losses = (*axes, losses)
        self.plane_changed.emit()
        if level + 1 < len(GRIDS):
            self._ask_losses(plane, level + 1)
