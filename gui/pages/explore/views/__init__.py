"""The views of Explore. Each is one file, or one folder, that registers itself."""

from engine.registry import Registry
from gui.pages.explore.views.base import ExploreTools, ExploreView

registry: Registry[ExploreView] = Registry(__name__, "view of Explore", ExploreView)

__all__ = ["ExploreTools", "ExploreView", "registry"]
