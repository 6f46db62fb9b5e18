"""One screen that answers the four questions: what matters, where is good, what acts together, where it fails."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.analysis.failure_limit import limited_space
from engine.analysis.failure_words import failures_title
from engine.analysis.failures import Failures
from engine.analysis.importance import Importance
from engine.analysis.importance_words import named_pair_title
from engine.analysis.model_words import quality_words
from engine.analysis.overview_data import InteractionData, SlicesData, interaction_data, slices_data
from engine.analysis.overview_words import good_title
from engine.analysis.parallel import Brush
from engine.analysis.score_model import TRUSTED
from engine.analysis.snapshot import PoorModel, Snapshot
from engine.analysis.title import Title
from engine.errors import UserFault
from engine.setup import StudySetup, replace
from engine.trials import State
from gui.base.text import plain
from gui.base.theme import font_dim, space
from gui.commands.edit_setup import EditSetup
from gui.pages.explore.brush_wishes import BrushWishes
from gui.pages.explore.brushed_lines import BrushedLines, ParallelData, parallel_data
from gui.pages.explore.view_note import LOOKING_ON
from gui.pages.explore.views import registry
from gui.pages.explore.views.base import ExploreTools, ExploreView
from gui.plots.failures import FailuresPlot
from gui.plots.importance import ImportancePlot
from gui.plots.painted import PaintedPlot
from gui.plots.pair_map import MOST_DISCS, PairMapPlot
from gui.plots.parallel import ParallelPlot
from gui.plots.slices import SlicesPlot
from gui.views.hairlines import HairlineGrid
from gui.views.labels import Words

WIDTHS = (316, 406, 294, 270)  # of the four panels (pages.md 1.1)
NARROW = 1100  # below so many pixels of the design panels stand two and two
UPPER, LOWER = 297, 302  # least heights of both rows


@registry.register
class OverviewView(ExploreView):
    """``plot_importance``, ``plot_slices``, ``plot_interaction``, ``plot_failure_rule`` and ``plot_parallel``."""

    title = "Overview"
    place = 10

    def __init__(self, tools: ExploreTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self._failures: Failures | None = None
        self._is_narrow: bool | None = None
        self.importance = ImportancePlot("plot_importance", self)
        self.slices = SlicesPlot(self)
        self.interaction = PairMapPlot("plot_interaction", self)
        self.failures = FailuresPlot("plot_failure_rule", self)
        self.parallel = ParallelPlot("plot_parallel", self)
        self.lines = BrushedLines(self, self.parallel)
        self.quality = Words(name="label_overview_quality", role="dim", font=font_dim(), parent=self)
        self.limit = self._button("button_limit_space", "Limit the space", self._on_limit)
        self.show_failed = self._button("button_show_failed", "Show the failed", self._on_show_failed)
        self.nevertheless = self._button("button_poor_model_overview", "Show it anyway", self._on_model_wanted)
        self.nevertheless.hide()
        self.wishes = BrushWishes(self, self.lines)
        self.clear = self._button("button_clear_brush", "Clear", self.parallel.reset_view)
        self.open_profiler = self._button("button_open_profiler", "Open the profiler", self._on_profiler)
        self.failures.headline.show()
        self.failures.has_legend = False
        self.interaction.words = tools.words
        self._lay_out()
        self.adopt(self.importance, self.slices, self.interaction, self.failures, self.parallel)
        self.importance.chosen.connect(self._on_hyperparameter)
        self.slices.chosen.connect(self._on_hyperparameter)
        self.interaction.placed.connect(self._on_pair)
        self.parallel.brushes_changed.connect(self._on_brushes)
        self.lines.told.connect(self._on_told)
        self.parallel.order_changed.connect(self._on_order)

    @property
    def is_busy(self) -> bool:
        """Whether it is being worked out what brushes take in."""
        return self.lines.is_busy

    # -- the analyses ------------------------------------------------------------------------------------------------

    def analysis(self) -> Callable[[Snapshot], object]:
        """The lines, which need no model; the rest follows, each by itself."""
        return parallel_data

    def show_found(self, snapshot: Snapshot, found: ParallelData) -> None:
        """Show the lines, and ask for the rest."""
        self.lines.show(snapshot, found)
        self._enable_clear()
        self.wishes.refresh()
        states = snapshot.history.state[snapshot.shown]
        complete, failed = int((states == State.COMPLETE).sum()), int((states == State.FAILED).sum())
        parts = [f"{len(states):,} trials", f"{complete:,} complete"] + ([f"{failed:,} failed"] if failed else [])
        self.say(" · ".join(parts) if len(states) != 1 else "1 trial")
        nevertheless = self.shows_poor_models
        exploration = self.tools.exploration
        exploration.ask("overview failures", _failures, partial(self._show_failures, snapshot), self._no_failures)
        refuse = partial(self._refuse_model, snapshot)
        exploration.ask("overview slices", partial(_slices, nevertheless), partial(self._show_slices, snapshot), refuse)
        exploration.ask(
            "overview importance",
            partial(_importance, nevertheless),
            partial(self._show_importance, snapshot),
            _ignored,
        )

    def _show_importance(self, snapshot: Snapshot, found: Importance) -> None:
        for plot in (self.importance, self.interaction):
            plot.explain("")
        self.nevertheless.hide()
        self.importance.show_importance(found, keeps_order=self.tools.document.is_running)
        self.quality.setText(f"{quality_words(found.quality)} · over the whole space")
        self.quality.set_role("dim" if found.quality >= TRUSTED else "bad")
        if found.pairs:
            pair = found.pairs[0][0]
            done = partial(self._show_interaction, snapshot, named_pair_title(found, pair))
            self.tools.exploration.ask("overview interaction", partial(interaction_data, pair), done, _ignored)
        else:
            self.interaction.say(Title("One hyperparameter", "acts alone", "", "text"))
            self.interaction.explain("A map needs two hyperparameters that vary.")
        if not self.lines.order:
            self.lines.follow_importance(found.names)

    def _show_slices(self, snapshot: Snapshot, found: SlicesData) -> None:
        self.slices.explain("")
        names = tuple(one.name for one in found.slices)
        history = snapshot.history
        assert snapshot.best is not None, "a model rests on scored trials"
        self.slices.say(good_title(snapshot.region, names, found.quality, snapshot.metric, snapshot.best))
        numbers = found.numbers
        trials = (history.unit[numbers], history.score[numbers], found.near)
        best = (found.best, float(history.score[snapshot.best]))
        self.slices.show_slices(found.slices, history.space, found.bounds, trials, best)

    def _show_interaction(self, snapshot: Snapshot, title: Title, found: InteractionData) -> None:
        history, pair = snapshot.history, found.found
        remark = f"predicted {snapshot.metric}, the rest as in trial {snapshot.best}"
        self.interaction.say(title._replace(remark=remark))
        self.interaction.show_map(pair, history.space, found.bounds, minimize=snapshot.minimize, point=None)
        columns = [history.space.names.index(name) for name in pair.names]
        numbers = np.sort(np.concatenate([snapshot.scored[-MOST_DISCS:], snapshot.failed[-MOST_DISCS:]]))
        units = history.unit[numbers]
        failed = np.isin(numbers, snapshot.failed)
        self.interaction.show_trials(numbers, units[:, columns[0]], units[:, columns[1]], failed, snapshot.best)

    def _refuse_model(self, snapshot: Snapshot, fault: UserFault) -> None:
        """Without a model three pictures say why, once, in the place of the first."""
        titles = (
            (self.importance, "What matters", f"{fault.what} {fault.remedy}".strip()),
            (self.slices, "The good region", "The three hyperparameters with the largest effect near the best trial."),
            (self.interaction, "What acts together", "The two hyperparameters that change each other's effect most."),
        )
        for plot, subject, words in titles:
            plot.say(Title(subject, "is not known yet", "", "text"))
            plot.explain(words)
        self.quality.setText("")
        self.nevertheless.setVisible(isinstance(fault, PoorModel))

    def _show_failures(self, snapshot: Snapshot, found: Failures) -> None:
        self._failures = found
        failed = len(found.trials)
        title = failures_title(found, snapshot.history.space)
        self.failures.show_failures(found, snapshot.rest)
        self.failures.say(title._replace(remark=self.failures.legend if failed else ""))
        self.failures.explain("" if failed else title.remark)
        self._write_limit()
        self.show_failed.setVisible(bool(failed))
        self.show_failed.setText(f"Show the {failed:,}" if failed > 1 else "Show it")

    def _write_limit(self) -> None:
        """The remedy of the rule, where there is one that the space does not hold yet."""
        limited, document = self._limited(), self.tools.document
        self.limit.setVisible(limited is not None)
        if limited is not None:
            after, words = limited
            reason = "The space is already that narrow." if after == document.setup else ""
            reason = reason or ("" if document.writable else LOOKING_ON)
            self.limit.setText(words)
            self.limit.setAccessibleName(words)
            self.limit.setEnabled(not reason)
            self.limit.setToolTip(plain(reason))

    def _limited(self) -> tuple[StudySetup, str] | None:
        setup, snapshot = self.tools.document.setup, self.snapshot
        if self._failures is None or setup is None or snapshot is None:
            return None
        limited = limited_space(setup.space, snapshot.history, self._failures)
        return None if limited is None else (replace(setup, space=limited[0]), limited[1])

    def _no_failures(self, fault: UserFault) -> None:
        self.failures.say(Title(fault.what, "", fault.remedy, "text"))

    # -- what a person does ------------------------------------------------------------------------------------------

    @Slot(str)
    def _on_hyperparameter(self, name: str) -> None:
        self.view_wanted.emit("profiler", name)

    @Slot()
    def _on_profiler(self) -> None:
        self.view_wanted.emit("profiler", None)

    @Slot(float, float)
    def _on_pair(self, _x: float, _y: float) -> None:
        found = self.interaction.found
        if found is not None:
            self.view_wanted.emit("profiler", found.names)

    @Slot()
    def _on_limit(self) -> None:
        limited, document = self._limited(), self.tools.document
        if limited is not None and document.setup is not None and limited[0] != document.setup:
            document.undo_stack.push(EditSetup(limited[1].lower(), document.setup, limited[0], document.put_setup))
            self._write_limit()

    @Slot()
    def _on_show_failed(self) -> None:
        self.tools.selection.filter_by("state = failed")

    @Slot(object)
    def _on_brushes(self, brushes: dict[str, tuple[Brush, ...]]) -> None:
        self.lines.by_hand = True
        self.lines.put(brushes)
        self._enable_clear()

    @Slot()
    def _on_told(self) -> None:
        self.tools.selection.brush(self.lines.numbers)

    @Slot(object)
    def _on_order(self, order: tuple[str, ...]) -> None:
        self.lines.move_axis(order)

    def _enable_clear(self) -> None:
        self.clear.setEnabled(bool(self.lines.brushes))

    # -- inside ------------------------------------------------------------------------------------------------------

    def _button(self, name: str, text: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.clicked.connect(slot)
        return button

    def _lay_out(self) -> None:
        self.limit.setProperty("main", True)
        for button in (self.wishes.focus, self.wishes.avoid, self.clear):
            self.parallel.headline.end.addWidget(button)
        self.panels = (
            _panel(self.importance, self.quality, self.nevertheless),
            _panel(self.slices, None, self.open_profiler),
            _panel(self.interaction),
            _panel(self.failures, None, self.limit, self.show_failed),
            _panel(self.parallel),
        )
        below = self.panels[4].layout()
        assert below is not None
        below.addWidget(self.wishes.list)
        for panel in self.panels[:4]:
            panel.setMinimumHeight(space(UPPER - 20))
        self.panels[4].setMinimumHeight(space(LOWER - 20))
        self.grid = QGridLayout()
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setSpacing(1)
        self.ground = HairlineGrid(self.panels, self)
        self.ground.setLayout(self.grid)
        rows = QVBoxLayout(self.content)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.ground)
        self._arrange(is_narrow=False)

    def _arrange(self, *, is_narrow: bool) -> None:
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        for panel in self.panels:
            self.grid.removeWidget(panel)
        for at in range(4):
            self.grid.setColumnStretch(at, 0)
            self.grid.setRowStretch(at, 0)
        columns = 2 if is_narrow else 4
        for at, panel in enumerate(self.panels[:4]):
            self.grid.addWidget(panel, at // columns, at % columns)
            self.grid.setColumnStretch(at % columns, 1 if is_narrow else WIDTHS[at])
        last = 4 // columns
        self.grid.addWidget(self.panels[4], last, 0, 1, columns)
        for row in range(last + 1):
            self.grid.setRowStretch(row, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Four panels beside each other, or two and two."""
        super().resizeEvent(event)
        self._arrange(is_narrow=self.width() < space(NARROW))


def _panel(plot: PaintedPlot, foot: Words | None = None, *buttons: QPushButton) -> QWidget:
    """A plot with what stands under it."""
    panel = QWidget()
    rows = QVBoxLayout(panel)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(0)
    rows.addWidget(plot, 1)
    below = QHBoxLayout()
    below.setContentsMargins(space(16), 0, space(16), space(8))
    below.setSpacing(space(8))
    if foot is not None:
        below.addWidget(foot)
        below.addStretch(1)
    for button in buttons:
        below.addWidget(button)
    if buttons and len(buttons) == 1:
        below.setAlignment(buttons[0], Qt.AlignmentFlag.AlignRight)
    if foot is not None or buttons:
        rows.addLayout(below)
    return panel


def _failures(snapshot: Snapshot) -> Failures:
    return snapshot.failures


def _slices(nevertheless: bool, snapshot: Snapshot) -> SlicesData:
    snapshot.usable_model(nevertheless=nevertheless)
    _ = snapshot.region
    return slices_data(snapshot)


def _importance(nevertheless: bool, snapshot: Snapshot) -> Importance:
    snapshot.usable_model(nevertheless=nevertheless)
    return snapshot.importance()


def _ignored(_fault: UserFault) -> None:
    """It is said once, by the slices."""
