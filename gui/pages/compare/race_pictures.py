"""What races of optimizers look like: their records as the data that plots draw."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from engine.trajectories.entrants import title_of
from engine.trajectories.plane import Plane
from engine.trajectories.records import Sweep, Training
from engine.trajectories.surface_race import SurfaceRace
from engine.trajectories.sweep import EPOCHS
from engine.trajectories.words import Finding, curve_label, network_finding, sweep_finding
from gui.base.formats import number_text
from gui.plots.categories import category_of
from gui.plots.lines import LinesData, NamedLine
from gui.plots.surface import DrawnPath, SurfaceData
from gui.session.optimizer_race import OptimizerRace

NETWORK = "network"  # the choice among surfaces that is none of the engine's
COLUMNS, ROWS = 160, 120  # of the losses that a surface is drawn from
MOST_MINIMA = 6  # that are named; of more only the lowest
X_AXES = ("epochs", "gradients", "seconds")
"""What trainings may be drawn against."""


def surface_data(race: SurfaceRace) -> SurfaceData:
    """A race over a surface."""
    surface = race.surface
    x, y, losses = surface.grid(COLUMNS, ROWS)
    lowest = surface.minima[0].loss
    named = surface.minima if len(surface.minima) <= MOST_MINIMA else surface.minima[:1]
    minima = tuple(
        (one.x, one.y, f"{_depth(one.loss, lowest, len(named))}{number_text(round(one.loss, 3) + 0.0, 3)}")
        for one in named
    )
    best = {arrival.name for arrival in race.arrivals if arrival.is_lowest}
    paths = tuple(
        DrawnPath(
            path.name,
            title_of(path.name),
            path.points,
            path.losses,
            category_of(path.name, place),
            path.name in best and len(best) < len(race.paths),
        )
        for place, path in enumerate(race.paths)
    )
    rates = "Each has its best learning rate; gradients of batches are noisy for those meant for batches."
    return SurfaceData(
        x,
        y,
        losses,
        lowest,
        paths,
        minima,
        race.start,
        True,
        race.finding.subject,
        race.finding.rest,
        f"{surface.summary} {rates}",
    )


def plane_data(race: OptimizerRace) -> SurfaceData:
    """The paths of a network's weights over its own losses, on the plane that shows most of them."""
    nothing = np.zeros((2, 2)), np.zeros(2)
    if race.plane is None or race.losses is None:
        why = race.plane_fault or (
            "Working out the losses of its plane …"
            if race.trainings
            else "Train the network first: the button is at the right."
        )
        return SurfaceData(nothing[1], nothing[1], nothing[0], 0.0, empty=why)
    x, y, losses = race.losses
    found = np.asarray(losses)
    trainings = {one.optimizer: one for one in race.trainings}
    paths = tuple(
        DrawnPath(name, title_of(name), points, _losses_along(trainings[name], len(points)), category_of(name, place))
        for place, (name, points) in enumerate(race.plane.paths.items())
    )
    parameters = race.trainings[0].parameters
    return SurfaceData(
        np.asarray(x),
        np.asarray(y),
        found,
        float(np.nanmin(found)),
        paths,
        (),
        (0.0, 0.0),
        False,
        f"{race.plane.share:.0%}",
        f"of the movement of {parameters:,} weights lies in this plane",
        f"Training loss on the plane {_plane_words(race.plane)}; {parameters - 2:,} directions are left out. "
        "A step is an epoch.",
    )


def _plane_words(plane: Plane) -> str:
    if not plane.ends:
        return "of the two principal directions of all paths"
    best, third = map(title_of, plane.ends)
    return f"through the first weights, where {best} ended, which is lowest, and where {third} ended"


def network_lines(sweeps: Sequence[Sweep], against: str, *, is_own: bool, remark: str) -> LinesData:
    """Validation losses of each optimizer's best training so far."""
    trainings = [one.best for one in sweeps if one.best is not None]
    finding = network_finding(sweeps, EPOCHS, is_own=is_own) if trainings else Finding("", "")
    best = min((one.final_loss for one in trainings), default=math.inf)
    lines = tuple(
        NamedLine(
            one.optimizer,
            np.asarray(_across(one, against), dtype=float),
            np.asarray(one.val_loss),
            category_of(one.optimizer, place),
            curve_label(one),
            one.final_loss == best,
        )
        for place, one in enumerate(trainings)
        if one.val_loss
    )
    return LinesData(
        lines,
        finding.subject,
        finding.rest,
        remark,
        against,
        "validation loss",
        x_label=against.removesuffix("s"),
        x_whole=against != "seconds",
        empty="Nothing has been trained yet.",
    )


def sweep_lines(sweeps: Sequence[Sweep]) -> LinesData:
    """The last validation loss by learning rate."""
    finding = sweep_finding(sweeps) if sweeps else Finding("", "")
    lines = []
    for place, one in enumerate(sweeps):
        kept = [at for at, loss in enumerate(one.losses) if math.isfinite(loss)]
        if not kept or one.best is None:
            continue
        losses = np.array([one.losses[at] for at in kept])
        label = f"{title_of(one.optimizer)}, best at {number_text(one.best.rate, 2)}"
        rates = np.array([one.rates[at] for at in kept])
        mark = int(np.argmin(losses))
        lines.append(NamedLine(one.optimizer, rates, losses, category_of(one.optimizer, place), label, mark=mark))
    return LinesData(
        tuple(lines),
        finding.subject,
        finding.rest,
        f"Validation loss after {EPOCHS} epochs; a curve ends where training diverged or became worse.",
        "learning rate",
        "validation loss",
        x_log=True,
        loop="outer",
        x_label="learning rate",
        empty="Learning rates are compared when the network is trained.",
    )


def _across(training: Training, against: str) -> Sequence[float]:
    if against == "gradients":
        return training.gradients
    return training.seconds if against == "seconds" else range(1, len(training.val_loss) + 1)


def _losses_along(training: Training, points: int) -> np.ndarray:
    first = training.train_loss[:1] or [math.nan]
    found = np.array([*first, *training.train_loss])
    return found[:points]


def _depth(loss: float, lowest: float, count: int) -> str:
    if count == 1:
        return "minimum: "
    return "deepest: " if loss - lowest < 1e-9 else "local: "
