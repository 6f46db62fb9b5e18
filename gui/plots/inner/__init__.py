"""Further views of a trial's training beside its learning curves. Each is one file that registers itself."""

from engine.registry import Registry
from gui.plots.inner.base import InnerData, InnerPlot

registry: Registry[InnerPlot] = Registry(__name__, "view of the inner loop", InnerPlot, skip=("base", "faceted"))

__all__ = ["InnerData", "InnerPlot", "registry"]
