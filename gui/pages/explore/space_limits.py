"""Changes of the space that views of Explore offer: each is one command that can be undone."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.setup import replace
from engine.space import Categorical
from gui.commands.edit_setup import EditSetup
from gui.session.document import Document


def limit_range(document: Document, name: str, low: Any, high: Any, text: str) -> bool:
    """Give a hyperparameter another lower or upper end (*None* keeps it); whether that could be."""
    setup = document.setup
    if setup is None or not document.writable:
        return False
    rule = setup.space.get(name)
    if rule is None or isinstance(rule, Categorical):
        return False
    ends = {"low": rule.low if low is None else low, "high": rule.high if high is None else high}
    if not rule.low <= ends["low"] < ends["high"] <= rule.high:
        return False
    space = {**setup.space, name: msgspec.structs.replace(rule, **ends)}
    document.undo_stack.push(EditSetup(text, setup, replace(setup, space=space), document.put_setup))
    return True
