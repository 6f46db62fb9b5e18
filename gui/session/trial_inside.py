"""What is worked out of one trial's inside: its path, the loss around it, and a check of its slopes, one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from engine.arrays import Array
from engine.errors import UserFault
from engine.setup import StudySetup
from engine.trajectories.inside import check_slopes, losses_around, train_path
from engine.trajectories.plane import GRIDS, Plane, packed, plane_through
from engine.trajectories.records import SlopeCheck, TrialPath
from gui.session.document import Document
from gui.session.study_background import StudyBackground

DRAWING, CHECKING = "inside", "check"
KEPT = 12  # trials whose inside is kept while the study is open; a guess


@dataclass(eq=False)
class Inside:
    """What is known of one trial; ``losses`` are those of training and of validation at ``across`` and ``along``."""

    number: int
    params: Mapping[str, Any]
    path: TrialPath | None = None
    plane: Plane | None = None
    across: Array = field(default_factory=lambda: np.zeros(0))
    along: Array = field(default_factory=lambda: np.zeros(0))
    losses: tuple[Array, Array] | None = None
    fault: str = ""
    check: SlopeCheck | None = None
    check_fault: str = ""


class TrialInside(QObject):
    """Lives in the window's thread. Nothing runs before :meth:`draw` or :meth:`check`.

    Signal ``changed(int)`` carries the trial of which more is known.
    """

    changed = Signal(object)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = StudyBackground(document, self)
        self._known: dict[int, Inside] = {}
        self.drawing: int | None = None
        self.checking: int | None = None
        document.left.connect(self.forget)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._background.is_busy

    def known(self, number: int | None) -> Inside | None:
        """What is known of a trial."""
        return None if number is None else self._known.get(number)

    @Slot()
    def forget(self) -> None:
        """Another study."""
        self.stop_drawing()
        self.stop_checking()
        self._known.clear()

    def stop_drawing(self) -> None:
        """Look no further into a trial; what is known stays."""
        number, self.drawing = self.drawing, None
        self._background.drop(DRAWING)
        if number is not None:
            self.changed.emit(number)

    def stop_checking(self) -> None:
        """Train no further for a check."""
        number, self.checking = self.checking, None
        self._background.drop(CHECKING)
        if number is not None:
            self.changed.emit(number)

    def draw(self, setup: StudySetup, number: int, params: Mapping[str, object]) -> None:
        """Train the trial again on its first fold, and look around its path; another drawing gives way."""
        self.stop_drawing()
        self.drawing = number
        self._keep(Inside(number, dict(params)))
        question = partial(train_path, setup, dict(params), number)
        self._background.ask(DRAWING, question, partial(self._on_path, setup, number), partial(self._on_fault, number))
        self.changed.emit(number)

    def check(self, setup: StudySetup, number: int, params: Mapping[str, object], step: Mapping[str, float]) -> None:
        """Train a little before and after the trial along a step, to compare with its slopes; replaces a check."""
        self.stop_checking()
        self.checking = number
        if number not in self._known:
            self._keep(Inside(number, dict(params)))
        question = partial(check_slopes, setup, dict(params), number, dict(step))
        self._background.ask(CHECKING, question, partial(self._on_checked, number), partial(self._on_no_check, number))
        self.changed.emit(number)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _keep(self, inside: Inside) -> None:
        self._known.pop(inside.number, None)
        self._known[inside.number] = inside
        while len(self._known) > KEPT:
            self._known.pop(next(iter(self._known)))

    def _on_path(self, setup: StudySetup, number: int, path: TrialPath) -> None:
        self._known[number].path = path
        self.changed.emit(number)
        work = partial(plane_through, {"path": path.trajectory})
        self._background.call(DRAWING, work, partial(self._on_plane, setup, number), partial(self._on_fault, number))

    def _on_plane(self, setup: StudySetup, number: int, plane: Plane) -> None:
        self._known[number].plane = plane
        self._ask_losses(setup, number, 0)

    def _ask_losses(self, setup: StudySetup, number: int, level: int) -> None:
        inside = self._known[number]
        assert inside.plane is not None
        axes = inside.plane.axes(GRIDS[level])
        lists = tuple(axis.tolist() for axis in axes)
        question = partial(losses_around, setup, inside.params, number, packed(inside.plane), *lists)
        done = partial(self._on_losses, setup, number, level, axes)
        self._background.ask(DRAWING, question, done, partial(self._on_fault, number))

    def _on_losses(
        self,
        setup: StudySetup,
        number: int,
        level: int,
        axes: tuple[Array, Array],
        losses: tuple[list[list[float]], list[list[float]]],
    ) -> None:
        inside = self._known[number]
        inside.across, inside.along = axes
        inside.losses = np.array(losses[0]), np.array(losses[1])
        is_last = level + 1 >= len(GRIDS)
        if is_last:
            self.drawing = None
        self.changed.emit(number)
        if not is_last:
            self._ask_losses(setup, number, level + 1)

    def _on_fault(self, number: int, fault: UserFault) -> None:
        self.drawing = None
        self._known[number].fault = str(fault)
        self.changed.emit(number)

    def _on_checked(self, number: int, found: SlopeCheck) -> None:
        self.checking = None
        self._known[number].check = found
        self.changed.emit(number)

    def _on_no_check(self, number: int, fault: UserFault) -> None:
        self.checking = None
        self._known[number].check_fault = str(fault)
        self.changed.emit(number)
