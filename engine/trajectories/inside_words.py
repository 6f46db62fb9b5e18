"""What the inside of one trial has shown: how it walked, and whether its steps were longer than the loss allows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.trajectories.plane import Plane
from engine.trajectories.records import TrialPath
from engine.trajectories.words import Finding
from engine.wording import number_text

AS_LOW = 1.05  # of the lowest validation loss of the plane: who ends within it has found it; a guess
EDGE = 0.9  # of the bound from which training counts as at the edge of stability; a guess


@dataclass(frozen=True, slots=True)
class PlaneMinimum:
    """The lowest validation loss of the plane, where it lies, and that at the end of the path."""

    loss: float
    across: float
    along: float
    at_end: float


def lowest_of(plane: Plane, across: np.ndarray, along: np.ndarray, losses: np.ndarray) -> PlaneMinimum | None:
    """The lowest of validation ``losses`` (rows, columns) on a plane, and the one nearest to the path's end."""
    if not np.isfinite(losses).any():
        return None
    row, column = np.unravel_index(int(np.nanargmin(losses)), losses.shape)
    end = next(iter(plane.paths.values()))[-1]
    near = losses[int(np.argmin(np.abs(along - end[1]))), int(np.argmin(np.abs(across - end[0])))]
    return PlaneMinimum(float(losses[row, column]), float(across[column]), float(along[row]), float(near))


def path_finding(number: int, path: TrialPath, lowest: PlaneMinimum | None) -> Finding:
    """How the optimizer walked."""
    steps = f"{path.steps[-1]:,} steps"
    if path.ended == "diverged":
        return Finding(f"Trial {number} diverged", f"after {steps}")
    if lowest is None:
        return Finding(f"Trial {number} walked", f"for {steps}")
    if path.val_loss and path.val_loss[-1] <= AS_LOW * lowest.loss:
        return Finding(f"Trial {number} ended", f"where validation loss is lowest in this plane, after {steps}")
    best = int(np.argmin(path.val_loss)) + 1 if path.val_loss else 0
    if path.val_loss and path.val_loss[-1] > AS_LOW * min(path.val_loss):
        return Finding(
            f"Trial {number} walked past", f"its lowest validation loss, of epoch {best} of {len(path.val_loss)}"
        )
    return Finding(f"Trial {number} stopped", f"after {steps}; a lower validation loss lies in this plane")


def plane_remark(plane: Plane, parameters: int) -> str:
    """Which part of the path lies in the plane, and what is left out."""
    share = f"{100 * plane.share:.0f} %" if plane.share < 0.995 else "over 99 %"
    others = f"{parameters - 2:,} other directions are left out"
    return f"Colour: training loss in the plane that holds {share} of the path. {others}."


def curvature_finding(path: TrialPath) -> tuple[Finding, str]:
    """Whether the steps were longer than the curvature allows, and a remark."""
    name = "largest eigenvalue of the Hessian"
    if not path.curvature:
        return Finding("Curvature", "could not be worked out"), ""
    if not path.limit:
        last = number_text(float(f"{path.curvature[-1]:.2g}"))
        return Finding("Curvature", f"ends at {last}"), f"{name}; for this optimizer no fixed bound is known"
    bounds = np.interp(path.bends, path.steps, path.limit / np.maximum(path.rates, 1e-300))
    share = np.array(path.curvature) / bounds
    remark = f"{name} · dashed: {path.limit:.3g} / learning rate, above which steps overshoot"
    if share.max() < EDGE:
        return Finding("Curvature", f"stayed below the bound: at most {100 * share.max():.0f} % of it"), remark
    at = path.bends[int(np.argmax(share >= EDGE))]
    if share[-1] < EDGE:
        return Finding("Curvature", f"reached the bound at step {at:,} and left it again"), remark
    return Finding("Curvature", f"reached the bound from step {at:,} on: the steps are as long as they can be"), remark
