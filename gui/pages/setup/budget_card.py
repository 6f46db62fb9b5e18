"""The card of the budget: when a run ends, and how many trials run at a time."""

from __future__ import annotations

import os

from PySide6.QtWidgets import QWidget

from engine.options import Option
from engine.study import workers_caution
from gui.base.formats import count_text, number_text
from gui.base.help import help_text
from gui.base.parsing import time_text
from gui.base.weak import weakly
from gui.pages.setup.computers_row import ComputersRow
from gui.pages.setup.cost_row import CostRow
from gui.pages.setup.editor import SetupEditor
from gui.session.computers import Computers
from gui.views.card import Card
from gui.views.fields import CheckedField, number_field, time_field
from gui.views.form import Form

NUMBERS = (
    Option("trials", int, 100, "Trials", low=1, high=10_000_000, optional=True),
    Option("target", float, None, "Target score", optional=True),
    Option("patience", int, None, "Patience (trials without improvement)", low=1, high=1_000_000, optional=True),
    Option("trial_megabytes", float, None, "Memory limit per trial", unit="MB", low=50, high=10_000_000, optional=True),
    Option("workers", int, 2, "Workers", low=1, high=256),
)
TIMES = (("seconds", "Time limit"), ("trial_seconds", "Time limit per trial"))
HELP = {"target": "target_score"}


class BudgetCard(Card):
    """Shows the document's budget; can be changed at any time, also while trials run."""

    def __init__(self, editor: SetupEditor, parent: QWidget | None = None) -> None:
        super().__init__("Budget", "budget", parent)
        self._editor = editor
        self._fields: dict[str, CheckedField] = {}
        self._form = form = Form(self.body, label_width=190)
        numbers = {option.name: option for option in NUMBERS}
        for name in ("trials", "seconds", "target", "patience", "trial_seconds", "trial_megabytes", "workers"):
            if name in numbers:
                field, label = number_field(numbers[name], f"budget_{name}", self.body), numbers[name].label
            else:
                label = dict(TIMES)[name]
                field = time_field(f"budget_{name}", label, self.body)
            if name != "workers":
                field.setPlaceholderText("no limit")
            field.edited.connect(weakly(self._edit, name, label))
            said = help_text("setup", HELP.get(name, name))
            form.add(label, field, f"{said} {self._cores()}" if name == "workers" else said)
            self._fields[name] = field
        self._computers = row = ComputersRow(Computers(editor.document, self), form)
        form.add_wide(row, "Computers", row.address)
        form.add_wide(row.said)
        self._cost = CostRow(editor, self.body)
        self.body_column.addWidget(self._cost)
        self.body_column.addWidget(form)
        editor.document.run_state_changed.connect(self._computers.refresh)

    def refresh(self) -> None:
        """Show the document's budget."""
        budget, setup = self._editor.setup.budget, self._editor.setup
        for name, field in self._fields.items():
            field.show_value(getattr(budget, name))
        self._cost.refresh()
        self._computers.refresh()
        self._form.tell(self._fields["workers"], workers_caution(setup), forbids=False)
        limits = []
        if budget.trials is not None:
            limits.append(count_text(budget.trials, "trial"))
        if budget.seconds is not None:
            limits.append(time_text(budget.seconds))
        first = ", whichever comes first" if len(limits) > 1 else ""
        said = [" or ".join(limits) + first if limits else "no limit"]
        if budget.target is not None:
            sign = "≤" if setup.direction == "minimize" else "≥"
            said.append(f"stops at a score {sign} {number_text(budget.target)}")
        if budget.patience is not None:
            said.append(f"stops when nothing improves for {budget.patience:,}")
        said.append(count_text(budget.workers, "worker"))
        self.head.set_summary(" · ".join(said))

    def _edit(self, name: str, label: str, value: object) -> None:
        self._editor.edit_budget(f"{label.lower()}", f"budget.{name}", **{name: value})

    @staticmethod
    def _cores() -> str:
        return f"This computer has {count_text(os.cpu_count() or 1, 'core')}."
