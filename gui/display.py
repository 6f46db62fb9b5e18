"""Whether a window can be shown at all, found out before Qt would end the process over it."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import sys
from pathlib import Path

HEADLESS = ("offscreen", "minimal", "vnc", "linuxfb", "eglfs")
NO_DISPLAY = "There is no display to show a window on."
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}
"""Libraries that Qt loads from the system, and what Debian and Ubuntu call the package of each."""


def missing_display() -> str:
    """Why no window can be shown, as a sentence; empty where one can."""
    if os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0] in HEADLESS:
        return _missing_library()
    if not sys.platform.startswith(("linux", "freebsd")):
        return _missing_library()
    wayland, x11 = _wayland_socket(), os.environ.get("DISPLAY", "")
    if not wayland and not x11:
        return NO_DISPLAY
    return _missing_library() or ("" if wayland else _x11_trouble(x11))


def _missing_library() -> str:
    """A sentence on a system library without which Qt's modules do not load."""
    try:
        import PySide6.QtWidgets  # noqa: F401 - only whether it loads matters here
    except ImportError as error:
        return _library_sentence(str(error))
    return ""


def _x11_trouble(display: str) -> str:
    """What keeps Qt's X11 plugin from loading or from reaching its display; Qt itself would abort on either."""
    found = importlib.util.find_spec("PySide6")
    home = Path(found.origin).parent if found is not None and found.origin else Path()
    plugin = home / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    if not plugin.exists():  # another way of packaging Qt: let Qt find its own way
        return ""
    try:
        ctypes.CDLL(str(plugin))
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError as error:
        return _library_sentence(str(error))
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return f"The display {display} cannot be reached." if failed else ""


def _library_sentence(error: str) -> str:
    named = re.search(r"(lib[\w\-.+]+\.so[\d.]*)", error)
    if named is None:
        return f"Qt cannot be loaded: {error.rstrip('.')}."
    library = named.group(1)
    package = PACKAGES.get(library)
    remedy = f" On Debian and Ubuntu: sudo apt install {package}." if package else " Install the package that has it."
    return f"The system library {library}, which Qt needs, is missing.{remedy}"


def _wayland_socket() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY", "")
    if not name:
        return False
    return (Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent")) / name).exists()
