"""Actions from a table of specifications, so that menus, buttons and shortcuts say the same."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from gui.base.icons import icon
from gui.base.text import plain


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action: its object name, verb, shortcuts and what a person reads when the mouse rests on it."""

    name: str
    text: str
    tip: str = ""
    shortcuts: tuple[QKeySequence.StandardKey | str, ...] = ()
    icon: str = ""
    checkable: bool = False


def make_action(spec: ActionSpec, parent: QObject) -> QAction:
    """The action a specification asks for, without an icon yet (see :func:`apply_icon`)."""
    action = QAction(spec.text, parent)
    action.setObjectName(spec.name)
    action.setToolTip(plain(spec.tip or spec.text.replace("&", "")))
    action.setStatusTip(spec.tip)
    action.setCheckable(spec.checkable)
    sequences = [QKeySequence(key) for key in spec.shortcuts]
    action.setShortcuts(list(dict.fromkeys(sequence for sequence in sequences if not sequence.isEmpty())))
    return action


def apply_icon(action: QAction, spec: ActionSpec) -> None:
    """Give the action its icon in the colours of the theme."""
    if spec.icon:
        action.setIcon(icon(spec.icon))
