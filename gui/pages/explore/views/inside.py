"""Inside a trial: the loss around its weights with the optimizer's path, and which way its slopes point outside."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.analysis import learning_line, summarise
from engine.analysis.slopes import Slopes, slope_rows, slopes_of, step_from, step_title, step_words
from engine.analysis.snapshot import Snapshot
from engine.analysis.summary import Summary
from engine.analysis.title import Title
from engine.analysis.training_words import training_title
from engine.cautions import slope_hindrances
from engine.errors import UserFault
from engine.trajectories.inside import require_inside
from engine.trajectories.inside_words import curvature_finding, lowest_of, path_finding, plane_remark
from engine.trials import Curve
from gui.base.formats import about_text, number_text
from gui.base.text import plain
from gui.base.theme import font_dim, space
from gui.pages.explore.view_note import LOOKING_ON
from gui.pages.explore.views import registry
from gui.pages.explore.views.base import ExploreTools, ExploreView
from gui.plots.headline import Headline
from gui.plots.inner_small import InnerSmallPlot, SmallChart, SmallLine
from gui.plots.landscape import LandscapeData, LandscapePlot
from gui.plots.slope_arrows import SlopeArrowsPlot
from gui.session.trial_inside import Inside, TrialInside
from gui.views.labels import Words
from gui.views.panels import Hairline, columns_of
from gui.views.player import Player

MOST_ROWS = 4  # hyperparameters whose slopes are told
EXTRA_SECONDS = 2.0  # of looking around, beside the training; a guess
CALM = (
    "Its training once more on the first fold, with what the loss is around its weights. Nothing of the study changes."
)
ONLY_SGD = "Slopes come from Twinloop's own models with the optimizer sgd and without dropout,"
WITH_SETTING = "once their setting Hypergradients is on."


class Seen(NamedTuple):
    """The trial that is looked into, and the slopes of all."""

    number: int
    summary: Summary
    slopes: Slopes


@registry.register
class InsideView(ExploreView):
    """``plot_landscape`` with ``slider_path``, ``plot_inner_small``, ``plot_curvature``, ``plot_hypergradient``.

    It shows the selected trial, or the best one. The landscape is worked out on demand, in the process that reads
    tables; it can be stopped.
    """

    title = "Inside a trial"
    place = 70
    accent = "inner"

    def __init__(self, tools: ExploreTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self.seen: Seen | None = None
        self.inside = TrialInside(tools.document, self)
        self.landscape = LandscapePlot(parent=self)
        self.draw = self._button("button_draw_landscape", "Draw the landscape")
        self.words = Words(CALM, "label_landscape", "dim", font_dim(), wrap=True, parent=self)
        self.player = Player("path", self)
        self.small = InnerSmallPlot(parent=self)
        self.curvature = InnerSmallPlot("plot_curvature", self)
        self.arrows = SlopeArrowsPlot(parent=self)
        self.headline = Headline(self)
        self.headline.most_title_lines = 2
        self.rows = [(Words(role="outer", parent=self), Words(parent=self)) for _ in range(MOST_ROWS)]
        self.step_words = Words(name="label_step", role="dim", wrap=True, parent=self)
        self.take_step = self._button("button_take_step", "Take a step that way")
        self.check = self._button("button_check_step", "Check by retraining")
        self.checked = Words(name="label_check_step", wrap=True, parent=self)
        self._lay_out()
        self.adopt(self.arrows)
        self.draw.clicked.connect(self._on_draw)
        self.take_step.clicked.connect(self._on_take_step)
        self.check.clicked.connect(self._on_check)
        self.player.moved.connect(self.landscape.show_step)
        self.inside.changed.connect(self._on_inside)

    # -- ExploreView -------------------------------------------------------------------------------------------------

    def analysis(self) -> Callable[[Snapshot], object]:
        """The facts of the trial, and the slopes of all."""
        return partial(_look, self.tools.selection.number)

    def show_found(self, snapshot: Snapshot, found: Seen) -> None:
        """Show the trial."""
        self.seen = found
        self.say(f"trial {found.number} · previous [ · next ]")
        self._show_training(snapshot)
        self._show_slopes(snapshot)
        self._show_inside()

    def select(self, number: int | None) -> None:
        """Look into another trial."""
        if number is not None and (self.seen is None or number != self.seen.number):
            self.ask_again()

    def take(self, what: object) -> None:
        """A trial."""
        if isinstance(what, int):
            self.tools.selection.select(what)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing plays for nobody."""
        super().hideEvent(event)
        self.player.pause()

    # -- the landscape -----------------------------------------------------------------------------------------------

    @Slot()
    def _on_draw(self) -> None:
        setup, seen = self.tools.document.setup, self.seen
        if seen is not None and self.inside.drawing == seen.number:
            self.inside.stop_drawing()
        elif setup is not None and seen is not None:
            self.inside.draw(setup, seen.number, seen.summary.params)

    @Slot(object)
    def _on_inside(self, number: int) -> None:
        if self.seen is not None and number == self.seen.number:
            self._show_inside()

    def _show_inside(self) -> None:
        seen, setup = self.seen, self.tools.document.setup
        if seen is None or setup is None:
            return
        known = self.inside.known(seen.number)
        reason = _reason(setup)
        is_drawing = self.inside.drawing == seen.number
        data = None if known is None else _landscape(known)
        self.draw.setEnabled(not reason)
        self.draw.setToolTip(plain(reason))
        seconds = (seen.summary.seconds or 0.0) / max(seen.summary.folds, 1) + EXTRA_SECONDS
        words = (
            "Stop"
            if is_drawing
            else "Draw it again"
            if data is not None
            else f"Draw the landscape: {about_text(seconds)}"
        )
        self.draw.setText(words)
        self.draw.setAccessibleName(words)
        said = "Training again …" if is_drawing and (known is None or known.path is None) else CALM
        said = "Looking around the path …" if is_drawing and known is not None and known.path is not None else said
        self.words.setText(reason or (known.fault if known is not None and known.fault else said))
        self.words.setVisible(data is None or is_drawing)
        empty = reason or "The loss around the weights of this trial is drawn on demand."
        if data is None:
            self.landscape.say(Title(f"Trial {seen.number}", "from within", "", "inner"))
        self.landscape.show_landscape(data, empty)
        self.player.setVisible(data is not None)
        if data is not None:
            self.player.show_steps(len(data.path.steps) - 1)
        self._show_curvature(known)
        self._show_check(known)

    def _show_curvature(self, known: Inside | None) -> None:
        path = None if known is None else known.path
        self.curvature.setVisible(path is not None and bool(path.curvature))
        if path is None or not path.curvature:
            return
        finding, remark = curvature_finding(path)
        lines = [SmallLine(np.array(path.bends, dtype=float), np.array(path.curvature), "now")]
        if path.limit:
            bounds = path.limit / np.maximum(np.array(path.rates), 1e-300)
            lines.append(SmallLine(np.array(path.steps, dtype=float), bounds, "bound", dashed=True))
        title = Title(finding.subject, finding.rest, remark, "inner")
        self.curvature.show_charts((SmallChart("curvature by step", tuple(lines)),), title)

    def _show_training(self, snapshot: Snapshot) -> None:
        assert self.seen is not None
        curve = snapshot.curves.get(self.seen.number)
        charts = (
            SmallChart("loss", (_line(curve, "val_loss", "val"), _line(curve, "train_loss", "train", dashed=True))),
            SmallChart("gradient norm", (_line(curve, "gradient_norm"),)),
            SmallChart("update / weight", (_line(curve, "update_ratio"),)),
        )
        self.small.show_charts(charts, training_title(self.seen.summary, "epoch"), "This trial reported no steps.")

    # -- slopes ------------------------------------------------------------------------------------------------------

    def _show_slopes(self, snapshot: Snapshot) -> None:
        seen, setup = self.seen, self.tools.document.setup
        if seen is None or setup is None:
            return
        hindrances = slope_hindrances(setup)
        reason = f"{ONLY_SGD} {WITH_SETTING}"
        if hindrances:
            reason = f"This study's trials have no slopes: {hindrances[0]}. {ONLY_SGD} {WITH_SETTING}"
        self.arrows.show_slopes(seen.slopes, snapshot.history.space, reason)
        row = seen.slopes.row(seen.number)
        self.slope_part.setVisible(row is not None)
        if row is None:
            return
        self.headline.say(*step_title(seen.slopes, row))
        told = slope_rows(seen.slopes, row, seen.summary.params)[:MOST_ROWS]
        for place, (name, value) in enumerate(self.rows):
            name.setVisible(place < len(told))
            value.setVisible(place < len(told))
            if place < len(told):
                change = told[place][1]
                name.setText(told[place][0])
                value.setText(f"{'+' if change > 0 else ''}{number_text(float(f'{change:.2g}'))}")
        after = self._step()
        self.step_words.setText(step_words(seen.summary.params, after))
        is_same = after == dict(seen.summary.params)
        may = self.tools.document.writable and not is_same
        self.take_step.setEnabled(may)
        self.take_step.setToolTip(
            plain("" if may else LOOKING_ON if not self.tools.document.writable else "It leads nowhere.")
        )

    def _step(self) -> dict[str, object]:
        """The configuration of a step from the trial against its slopes."""
        seen, snapshot = self.seen, self.snapshot
        assert seen is not None
        assert snapshot is not None
        row = seen.slopes.row(seen.number)
        assert row is not None
        slopes = dict(zip(seen.slopes.names, seen.slopes.slopes[row].tolist(), strict=True))
        return step_from(snapshot.history.space, seen.summary.params, slopes)

    @Slot()
    def _on_take_step(self) -> None:
        if self.seen is not None and self.seen.slopes.row(self.seen.number) is not None:
            self.tools.trial_actions.queue(self._step())

    @Slot()
    def _on_check(self) -> None:
        setup, seen = self.tools.document.setup, self.seen
        if seen is not None and self.inside.checking == seen.number:
            self.inside.stop_checking()
        elif setup is not None and seen is not None:
            before, after = seen.summary.params, self._step()
            changes = {
                name: after[name] - before[name] if name == "momentum" else math.log(after[name] / before[name])
                for name in seen.slopes.names
                if name in before and after[name] != before[name]
            }
            length = math.sqrt(sum(change**2 for change in changes.values())) or 1.0
            self.inside.check(setup, seen.number, before, {name: change / length for name, change in changes.items()})

    def _show_check(self, known: Inside | None) -> None:
        assert self.seen is not None
        is_checking = self.inside.checking == self.seen.number
        self.check.setText("Stop" if is_checking else "Check by retraining")
        self.check.setAccessibleName(self.check.text())
        words = "Training twice …" if is_checking else ""
        if known is not None and not is_checking:
            words = known.check_fault
            if known.check is not None:
                told, measured = (number_text(float(f"{v:.3g}")) for v in (known.check.told, known.check.measured))
                same = (known.check.told < 0) == (known.check.measured < 0)
                agree = "They point the same way." if same else "They do not point the same way."
                words = (
                    f"Along this step the validation loss of the first fold changes by {told} as the slopes say, by "
                    f"{measured} as retraining measured. {agree}"
                )
        self.checked.setText(words)
        self.checked.setVisible(bool(words))

    # -- layout ------------------------------------------------------------------------------------------------------

    def _button(self, name: str, words: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(name)
        button.setAccessibleName(words)
        return button

    def _lay_out(self) -> None:
        self.landscape.headline.end.addWidget(self.draw)
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addWidget(self.landscape, 14)
        beside = QVBoxLayout()
        beside.setContentsMargins(space(16), 0, space(16), space(6))
        beside.addWidget(self.words)
        beside.addWidget(self.player)
        left.addLayout(beside)
        left.addWidget(Hairline(self))
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addWidget(self.small, 3)
        below.addWidget(self.curvature, 2)
        self.small.setMinimumHeight(space(170))
        left.addLayout(below, 7)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.arrows, 3)
        self.slope_part = QWidget(self)
        inner = QVBoxLayout(self.slope_part)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(Hairline(self.slope_part))
        slopes = QVBoxLayout()
        slopes.setContentsMargins(space(16), space(8), space(16), space(10))
        slopes.setSpacing(space(6))
        slopes.addWidget(self.headline)
        grid = QGridLayout()
        grid.setHorizontalSpacing(space(16))
        grid.setVerticalSpacing(space(2))
        grid.setColumnStretch(2, 1)
        grid.addWidget(Words("10 % more of", role="dim", font=font_dim(), parent=self), 0, 0)
        grid.addWidget(Words("changes validation loss by", role="dim", font=font_dim(), parent=self), 0, 1)
        for place, (name, value) in enumerate(self.rows, 1):
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(name, place, 0)
            grid.addWidget(value, place, 1)
        slopes.addLayout(grid)
        slopes.addWidget(self.step_words)
        buttons = QHBoxLayout()
        self.take_step.setProperty("main", True)
        buttons.addWidget(self.take_step)
        buttons.addWidget(self.check)
        buttons.addStretch(1)
        slopes.addLayout(buttons)
        slopes.addWidget(self.checked)
        inner.addLayout(slopes)
        right.addWidget(self.slope_part)
        rows = QVBoxLayout(self.content)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(columns_of(self, left, right, shares=(53, 47), minimum=space(480)))


def _look(selected: int | None, snapshot: Snapshot) -> Seen:
    history = snapshot.history
    number = selected if selected is not None and selected < len(history) else snapshot.best
    number = len(history) - 1 if number is None else number
    slopes = snapshot.once("slopes", lambda: slopes_of(snapshot.rest))
    return Seen(number, summarise(history, snapshot.curves, number), slopes)


def _reason(setup: Any) -> str:
    try:
        require_inside(setup)
    except UserFault as fault:
        return str(fault)
    return ""


def _landscape(known: Inside) -> LandscapeData | None:
    if known.path is None or known.plane is None or known.losses is None:
        return None
    train, validation = known.losses
    lowest = lowest_of(known.plane, known.across, known.along, validation)
    finding = path_finding(known.number, known.path, lowest)
    title = Title(finding.subject, finding.rest, plane_remark(known.plane, known.path.parameters), "inner")
    return LandscapeData(known.number, known.path, known.plane, known.across, known.along, train, lowest, title)


def _line(curve: Curve, name: str, words: str = "", *, dashed: bool = False) -> SmallLine:
    line = learning_line(curve, name)
    return SmallLine(line.steps, line.values, words, dashed)
