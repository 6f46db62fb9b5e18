"""The modules of all pages, loaded beside the window: plots alone take half a second, for which it must not halt."""

from __future__ import annotations

import sys
import threading
from functools import cache
from importlib import import_module

MODULES = (
    "gui.pages.setup.setup_page",
    "gui.pages.live",
    "gui.pages.explore.explore_page",
    "gui.pages.compare.compare_page",
    "gui.pages.results",
)
"""A module for each page, in the order in which they are wanted."""
REGISTRIES = ("gui.plots.inner", "gui.pages.explore.views", "gui.pages.results.cards", "engine.exporting")
"""Rooms whose members pages ask for."""
TURN_SECONDS = 0.001  # for which one thread keeps Python to itself; the usual five times as long is felt in the window


@cache
def page_modules() -> threading.Thread:
    """The thread that loads them, begun with the first call. It ends by itself, and the process waits for it."""
    thread = threading.Thread(target=_load, name="page modules")
    thread.start()
    return thread


def _load() -> None:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN_SECONDS)
    try:
        for module in MODULES:
            import_module(module)
        for room in REGISTRIES:
            registry = import_module(room).registry
            for name in registry.names():
                registry.get(name)
    finally:
        sys.setswitchinterval(usual)
