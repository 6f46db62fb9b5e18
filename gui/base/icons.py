"""Icons by name, drawn from the Phosphor set in the colours of the theme."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from PySide6.QtGui import QIcon

import resources
from gui.base.theme import Tokens, blend, tokens


def icon(name: str, role: str = "text") -> QIcon:
    """The Phosphor icon ``name`` ("play", "play-fill") in a token's colour, paler where disabled.

    Ask again on ``PaletteChange``: an icon keeps the colours it was made with.
    """
    return _icon(name, role, tokens())


def application_icon() -> QIcon:
    """The two loops, for windows and the task bar."""
    return QIcon(str(files(resources).joinpath("icons", "twinloop.svg")))


@cache
def _icon(name: str, role: str, colours: Tokens) -> QIcon:
    # In here because loading the icon fonts takes a third of a second, which a first window need not wait for.
    import qtawesome

    colour = getattr(colours, role)
    made: QIcon = qtawesome.icon(f"ph.{name}", color=colour, color_disabled=blend(colours.dim, colours.card, 0.62))
    return made
