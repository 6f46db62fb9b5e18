"""The live page: the outer loop at the left, the inner loop at the right."""

from gui.pages.live.live_page import LivePage

__all__ = ["LivePage"]
