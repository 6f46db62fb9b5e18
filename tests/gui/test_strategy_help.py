"""Every strategy has a section of the help that says what it is, when it helps, when not, and where it is from."""

import pytest

from engine import samplers
from gui.base.help import sections

TEXTS = {section.title: section.text for section in sections() if section.topic.startswith("strategies:")}


@pytest.mark.parametrize("name", samplers.names())
def test_a_strategy_is_explained(name):
    if name == "optuna":
        pytest.importorskip("optuna")
    title = samplers.registry.get(name).title
    assert title in TEXTS
    text = TEXTS[title]
    assert "**Helps**" in text or "**Use it**" in text
    assert "Source:" in text or name in ("auto", "optuna")
