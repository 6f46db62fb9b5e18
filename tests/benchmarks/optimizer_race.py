"""The figures of a race of optimizers: ``python -m tests.benchmarks optimizer_race``.

Processor time of one thread, the median of five: the machine may be busy with other things.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from tests.benchmarks._limits import judge, run_all

REPEATS = 5
SURFACE_MS, PLANE_SECONDS, READABLE_SECONDS, FRAME_MS = 100.0, 3.0, 0.5, 16.0
"""A test function drawn; the plane of 5,000 weights and its first coarse picture; one frame of the player."""


def processor_seconds(work: Callable[[], object]) -> float:
    """Processor time of this thread for one call, the median of five, after one that warms up."""
    work()
    taken = []
    for _ in range(REPEATS):
        begun = time.thread_time()
        work()
        taken.append(time.thread_time() - begun)
    return statistics.median(taken)


def plane_seconds() -> dict[str, float]:
    """The losses of a network of about 5,000 weights on 1,437 rows, on the coarse and on the fine grid."""
    from engine.setup import replace
    from engine.suggesting import suggest_setup
    from engine.trajectories.network import train_network
    from engine.trajectories.plane import GRIDS, losses_on_plane, packed, plane_through

    setup = suggest_setup("sample:digits", family="mlp")
    validation = replace(setup.objective.validation, holdout=0.0, folds=5)
    setup = replace(setup, objective=replace(setup.objective, validation=validation, fingerprint=""))
    params = {"hidden_units": 66, "layers": 1}
    paths = {
        name: train_network(setup, params, name, 0.01, 10, keep_weights=True).trajectory for name in ("sgd", "adam")
    }
    plane = plane_through(paths)
    found = {"weights": float(len(plane.origin))}
    for name, points in (("coarse", GRIDS[0]), ("fine", GRIDS[-1])):
        across, along = (axis.tolist() for axis in plane.axes(points))
        found[name] = processor_seconds(lambda: losses_on_plane(setup, params, packed(plane), across, along))  # noqa: B023
    return found


def picture_ms() -> dict[str, float]:
    """Drawing every test function with its paths anew, and one step of the player, in the window's thread."""
    from engine import surfaces
    from engine.trajectories.surface_race import race_on_surface
    from gui.app import create_application
    from gui.pages.compare.race_pictures import surface_data
    from gui.plots.surface import SurfacePlot

    application = create_application(["twinloop"])
    plot = SurfacePlot()
    plot.resize(640, 480)
    plot.show()
    application.processEvents()
    drawn, frames = [], []
    for name in surfaces.names():
        race = race_on_surface(name)

        def draw(race=race) -> None:
            plot.show_surface(surface_data(race))
            plot.draw()

        def step() -> None:
            plot.show_step((plot.step + 1) % 120)
            application.processEvents()

        drawn.append(1000.0 * processor_seconds(draw))
        frames.append(1000.0 * statistics.median(processor_seconds(step) for _ in range(12)))
    return {"drawn": float(np.max(drawn)), "frame": float(np.max(frames))}


def main() -> None:
    """Measure and print, and fail where a limit is exceeded."""
    plane, pictures = plane_seconds(), picture_ms()
    rows = (
        ("surface of a test function, ms", pictures["drawn"], SURFACE_MS),
        ("frame of the player with its paint, ms", pictures["frame"], FRAME_MS),
        (f"plane of {plane['weights']:,.0f} weights, coarse, s", plane["coarse"], READABLE_SECONDS),
        (f"plane of {plane['weights']:,.0f} weights, 41 x 41, s", plane["fine"], PLANE_SECONDS),
    )
    for what, value, limit in rows:
        print(f"{what:48} {value:8.2f}{judge(what, value, limit)}")


if __name__ == "__main__":
    raise SystemExit(run_all({"optimizer_race": main}))
