"""The failure doctor: where trials fail, what helps, and when the workers did what."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QPushButton, QTableView, QVBoxLayout, QWidget

from engine.analysis.distribution import Distribution, distribution_of
from engine.analysis.durations import Durations, durations_of
from engine.analysis.failure_limit import limited_space
from engine.analysis.failure_words import cost_words, failures_title, left_over_words, small, useless_words
from engine.analysis.failures import Failures
from engine.analysis.snapshot import Snapshot
from engine.analysis.timeline import Timeline, timeline_of
from engine.setup import StudySetup, replace
from engine.space import Float
from engine.study import additional_hyperparameters
from gui.base.text import plain
from gui.base.theme import space
from gui.commands.edit_setup import EditSetup
from gui.item_models.failures import MOST_NAMES, FailuresModel
from gui.pages.explore.view_note import LOOKING_ON
from gui.pages.explore.views import registry
from gui.pages.explore.views.base import ExploreTools, ExploreView
from gui.plots.distribution import DistributionPlot
from gui.plots.durations import DurationsPlot
from gui.plots.failures import FailuresPlot
from gui.plots.headline import Headline
from gui.plots.timeline import TimelinePlot
from gui.views.labels import Words
from gui.views.panels import Hairline, columns_of
from gui.views.rows_table import style_table

CLIP = 1.0  # the norm that gradients are clipped to: the default of our models
CODE = """from twinloop import Study

with Study.open({path!r}) as study:
    print(study.explain().failures)
"""


class Doctored(NamedTuple):
    """All that this view shows."""

    failures: Failures
    timeline: Timeline
    distribution: Distribution
    durations: Durations


@registry.register
class FailuresView(ExploreView):
    """The rule in ``plot_failures`` and ``table_failures`` with its remedies; times and scores below.

    A remedy is one command that can be undone; what it queues runs with the next press on Run.
    """

    title = "Failures"
    place = 50

    def __init__(self, tools: ExploreTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self.found: Failures | None = None
        self.headline = Headline(self)
        self.headline.most_title_lines, self.headline.most_lines = 2, 2
        self.limit = self._button("button_limit_space_failures", "Limit the space")
        self.limit.setProperty("main", True)
        self.clip = self._button("button_clip_gradients_failures", "Retry with gradient clipping")
        self.retry = self._button("button_retry_failures", "Retry")
        self.show_them = self._button("button_show_failed_failures", "Show them")
        self.plot = FailuresPlot(parent=self)
        self.model = FailuresModel(self)
        self.table = self._table()
        self.words = Words(name="label_failures_left", wrap=True, parent=self)
        self.cost = Words(name="label_failures_cost", wrap=True, parent=self)
        self.useless = Words(name="label_failures_useless", wrap=True, parent=self)
        self.timeline = TimelinePlot(parent=self)
        self.distribution = DistributionPlot(parent=self)
        self.durations = DurationsPlot(parent=self)
        self._lay_out()
        self.adopt(self.plot, self.timeline, self.distribution, self.durations)
        self.limit.clicked.connect(self._on_limit)
        self.clip.clicked.connect(self._on_clip)
        self.retry.clicked.connect(self._on_retry)
        self.show_them.clicked.connect(self._on_show)
        self.table.selectionModel().currentRowChanged.connect(self._on_row)

    # -- ExploreView -------------------------------------------------------------------------------------------------

    def analysis(self) -> Callable[[Snapshot], object]:
        """The rule, and the times and scores beside it."""
        return _doctor

    def show_found(self, snapshot: Snapshot, found: Doctored) -> None:
        """Show all of it."""
        self.found = found.failures
        history = snapshot.history
        names: tuple[str, ...] = ()
        self.headline.say(*failures_title(found.failures, history.space))
        has_failures = bool(len(found.failures.trials))
        self.upper.setVisible(has_failures)
        if has_failures:
            self.plot.show_failures(found.failures, history)
            names = tuple(name for name in self.plot.axes if name)[:MOST_NAMES]
        self.model.show_failures(found.failures, history, names)
        self._fit_table(len(found.failures.trials))
        self.words.setText(left_over_words(found.failures))
        self.cost.setText(f"What the limit costs: {cost_words(found.failures.cost)}" if found.failures.cost else "")
        self.useless.setText(useless_words(found.failures, history.space, snapshot.metric))
        for label in (self.words, self.cost, self.useless):
            label.setVisible(bool(label.text()))
        self.timeline.show_timeline(found.timeline)
        self.distribution.show_distribution(found.distribution, snapshot.metric)
        self.durations.show_durations(found.durations, snapshot.metric, minimize=snapshot.minimize)
        self._write_buttons()
        failed, useless = len(found.failures.trials), len(found.failures.useless)
        self.say(f"{failed:,} failed{f', {useless:,} useless' if useless else ''}")
        self.select(self.tools.selection.number)

    def select(self, number: int | None) -> None:
        """The row of the selected trial, if it failed."""
        row = self.model.row_of(number)
        if row is None:
            self.table.clearSelection()
        elif self.table.currentIndex().row() != row or not self.table.selectionModel().hasSelection():
            self.table.selectRow(row)

    def code(self) -> str:
        """The rule from Python."""
        return CODE.format(path=str(self.tools.document.path))

    # -- remedies ----------------------------------------------------------------------------------------------------

    def limited_setup(self) -> tuple[StudySetup, str] | None:
        """The definition with the rule's condition made a limit, and the words for it; *None* where there is none."""
        found, setup, snapshot = self.found, self.tools.document.setup, self.snapshot
        if found is None or setup is None or snapshot is None:
            return None
        limited = limited_space(setup.space, snapshot.history, found)
        return None if limited is None else (replace(setup, space=limited[0]), limited[1])

    def _write_buttons(self) -> None:
        found, document, limited = self.found, self.tools.document, self.limited_setup()
        failed = 0 if found is None else len(found.trials)
        self.limit.setVisible(limited is not None)
        if limited is not None:
            self._name(
                self.limit, limited[1], "" if limited[0] != document.setup else "The space is already that narrow."
            )
        diverged = [] if found is None else [one for one in found.trials if one.kind == "diverged"]
        may_clip = (
            bool(diverged) and document.setup is not None and "clip" in additional_hyperparameters(document.setup)
        )
        self.clip.setVisible(may_clip)
        self._name(self.clip, "Retry with gradient clipping", "")
        self.retry.setVisible(bool(failed) and not may_clip)
        self._name(self.retry, f"Retry {'it' if failed == 1 else f'the {small(failed)}'}", "")
        self.show_them.setVisible(bool(failed))
        self._name(self.show_them, f"Show {'it' if failed == 1 else f'the {small(failed)}'}", "", writes=False)

    def _name(self, button: QPushButton, words: str, reason: str, *, writes: bool = True) -> None:
        reason = reason or (LOOKING_ON if writes and not self.tools.document.writable else "")
        button.setText(words)
        button.setAccessibleName(words)
        button.setEnabled(not reason)
        button.setToolTip(plain(reason))

    @Slot()
    def _on_limit(self) -> None:
        limited = self.limited_setup()
        if limited is not None:
            self._edit(*limited)

    @Slot()
    def _on_clip(self) -> None:
        """Clip from now on, and queue what diverged with that."""
        document, found, snapshot = self.tools.document, self.found, self.snapshot
        if document.setup is None or found is None or snapshot is None:
            return
        clipped = {**document.setup.space, "clip": Float(CLIP, CLIP)}
        self._edit(replace(document.setup, space=clipped), "Clip gradients")
        document.flush()
        for one in found.trials:
            if one.kind == "diverged":
                self.tools.trial_actions.queue({**snapshot.history.params(one.number), "clip": CLIP})

    @Slot()
    def _on_retry(self) -> None:
        if self.found is not None:
            self.tools.trial_actions.retry([one.number for one in self.found.trials])

    @Slot()
    def _on_show(self) -> None:
        """Brush them, so that every view shows which they are, and select the first."""
        if self.found is not None:
            numbers = tuple(one.number for one in self.found.trials)
            self.tools.selection.brush(numbers)
            self.tools.selection.select(numbers[0])
            self.tools.selection.filter_by("state = failed")

    def _edit(self, after: StudySetup, words: str) -> None:
        document = self.tools.document
        if document.setup is not None and after != document.setup:
            document.undo_stack.push(EditSetup(words.lower(), document.setup, after, document.put_setup))
            self._write_buttons()

    @Slot(QModelIndex, QModelIndex)
    def _on_row(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            self.tools.selection.select(self.model.number(index.row()))

    # -- inside ------------------------------------------------------------------------------------------------------

    def _button(self, name: str, words: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(name)
        return button

    def _table(self) -> QTableView:
        table = QTableView(self)
        table.setObjectName("table_failures")
        table.setAccessibleName("Failed trials")
        table.setModel(self.model)
        style_table(table)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.horizontalHeader().setStretchLastSection(True)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        table.horizontalHeader().setDefaultSectionSize(space(88))
        table.verticalHeader().setDefaultSectionSize(space(25))
        table.verticalHeader().hide()
        table.setMinimumHeight(space(110))
        return table

    def _fit_table(self, rows: int) -> None:
        """As tall as its rows, as wide as its names; more of them scroll."""
        header = self.table.horizontalHeader()
        self.table.setMaximumHeight(header.sizeHint().height() + max(rows, 1) * space(25) + space(6))
        metrics = self.table.fontMetrics()
        for column in range(self.model.columnCount() - 1):
            words = str(self.model.headerData(column, Qt.Orientation.Horizontal))
            self.table.setColumnWidth(
                column, min(max(metrics.horizontalAdvance(words) + space(24), space(64)), space(150))
            )

    def _lay_out(self) -> None:
        for button in (self.limit, self.clip, self.retry, self.show_them):
            self.headline.end.addWidget(button)
        head = QVBoxLayout()
        head.setContentsMargins(space(16), space(8), space(16), space(4))
        head.addWidget(self.headline)
        right = QVBoxLayout()
        right.setContentsMargins(space(16), space(4), space(16), space(8))
        right.setSpacing(space(8))
        right.addWidget(self.table, 1)
        for label in (self.words, self.cost):
            right.addWidget(label)
        right.addStretch(0)
        self.upper = columns_of(self, self.plot, right, minimum=space(230))
        said = QHBoxLayout()
        said.setContentsMargins(space(16), 0, space(16), space(6))
        said.addWidget(self.useless)
        self.timeline.setMinimumHeight(space(130))
        lower = columns_of(self, self.distribution, self.durations, minimum=space(140))
        rows = QVBoxLayout(self.content)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(head)
        rows.addWidget(self.upper, 10)
        rows.addLayout(said)
        rows.addWidget(Hairline(self))
        rows.addWidget(self.timeline, 5)
        rows.addWidget(Hairline(self))
        rows.addWidget(lower, 5)


def _doctor(snapshot: Snapshot) -> Doctored:
    history = snapshot.rest
    return Doctored(
        snapshot.failures,
        snapshot.once("timeline", lambda: timeline_of(snapshot.history)),
        snapshot.once("distribution", lambda: distribution_of(history)),
        snapshot.once("durations", lambda: durations_of(history)),
    )
