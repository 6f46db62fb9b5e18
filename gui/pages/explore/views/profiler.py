"""What would happen if: the model's prediction through one point, whose lines are dragged."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from engine.analysis.interaction_curves import InteractionCurves
from engine.analysis.model_words import quality_words
from engine.analysis.pair_words import around_title
from engine.analysis.point_outlook import Outlook
from engine.analysis.profile import PairMap, Profile, laid_out_pair, nearness, point_of, profile
from engine.analysis.profile_words import profile_title
from engine.analysis.profiler_data import MOST_DISCS, ProfilerData, curves_data, outlooks, pair_data, profiler_data
from engine.analysis.score_model import TRUSTED
from engine.analysis.snapshot import Snapshot
from gui.base.formats import score_text
from gui.base.theme import font_dim, space
from gui.pages.explore.curve_choice import CurveChoice
from gui.pages.explore.outlook_panel import OutlookPanel
from gui.pages.explore.profiler_fields import ProfilerFields
from gui.pages.explore.views import registry
from gui.pages.explore.views.base import ExploreTools, ExploreView
from gui.plots.pair_map import PairMapPlot
from gui.plots.profiler import ProfilerPlot
from gui.plots.promise import PromisePlot
from gui.views.labels import Words

DRAG_POINTS = 31  # along a range while a line is dragged: a frame of ten charts takes 5 ms of the processor then
REST_MS = 80  # after the last move, until maps and numbers follow (pages.md 1.3)
CODE = """from twinloop import Study

with Study.open({path!r}) as study:
    model = study.surrogate()
    point = {params!r}
    print(model.at(point))
    for name in {names!r}:
        print(name, model.slice(name, around=point))
"""


@registry.register
class ProfilerView(ExploreView):
    """``plot_profiler`` with fields and buttons, ``plot_pair``, the comparison with the pin, ``plot_acquisition``."""

    title = "Profiler"
    place = 20
    rests_on_model = True

    def __init__(self, tools: ExploreTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self._prepared: ProfilerData | None = None
        self._snapshot: Snapshot | None = None
        self._point: np.ndarray | None = None
        self._pin: tuple[np.ndarray, str] | None = None
        self._found: Profile | None = None
        self._first = ""
        self._touched: list[str] = []
        self.plot = ProfilerPlot(self)
        self.plot.words = tools.words
        self.fields = ProfilerFields(self.plot.surface)
        self.pair = PairMapPlot("plot_pair", self)
        self.pair.words = tools.words
        self.outlook = OutlookPanel(self)
        self.promise = PromisePlot(self)
        self.quality = Words(name="label_profiler_quality", role="dim", font=font_dim(), parent=self)
        self.curves = CurveChoice(self)
        self.queued = Words(name="label_point_queued", role="dim", font=font_dim(), parent=self)
        self.run_point = self._button("button_run_point", "Run this point", self._on_run)
        self.pin = self._button("button_pin_point", "Pin", self._on_pin)
        self.maximise = self._button("button_maximise", "Go to the best expected", self._on_maximise)
        self.reset = self._button("button_reset_point", "Reset to best", self._on_reset)
        self.run_point.setProperty("main", True)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._follow)
        self._lay_out()
        self.adopt(self.plot, self.pair)
        self.plot.moved.connect(self._on_moved)
        self.plot.rested.connect(self._on_rested)
        self.plot.run_wanted.connect(self._on_run)
        self.plot.placed.connect(self._on_placed)
        self.fields.typed.connect(self._on_typed)
        self.fields.refused.connect(tools.messages.fault)
        self.curves.chosen.connect(self._ask_curves)
        self.pair.placed.connect(self._on_pair_placed)
        self.outlook.trial_chosen.connect(self.go_to_trial)

    # -- the analysis ------------------------------------------------------------------------------------------------

    def analysis(self) -> Callable[[Snapshot], object]:
        """The model, and what of it does not depend on the point."""
        return profiler_data

    def show_found(self, snapshot: Snapshot, found: ProfilerData) -> None:
        """Show the present point in another model; the best trial's where there is none yet."""
        is_other = self._snapshot is None or snapshot.history.space != self._snapshot.history.space
        self._prepared, self._snapshot = found, snapshot
        history = snapshot.history
        if is_other or self._point is None:
            self._point = found.best.copy()
            self._pin = (found.best.copy(), "the best trial")
            self._touched = list(found.order[:2])
        self.plot.show_trials(history.space, found.numbers, history.unit[found.numbers], history.score[found.numbers])
        order = [name for name in self.plot.order if name in found.order] if self.tools.document.is_running else []
        self._show_order(tuple(order) if set(order) == set(found.order) else found.order)
        self.quality.setText(quality_words(found.model.quality))
        self.quality.set_role("dim" if found.model.quality >= TRUSTED else "bad")
        self._redraw()
        self._rest.start(0)

    def take(self, what: object) -> None:
        """A hyperparameter that stands first, a pair, or a trial to go to."""
        if isinstance(what, str):
            self._first = what
            self._touch(what)
            if self._prepared is not None:
                self._show_order(self._prepared.order)
                self._rest.start(0)
        elif isinstance(what, tuple):
            self._touched = [str(name) for name in what]
            self._rest.start(0)
        elif isinstance(what, int):
            self.go_to_trial(what)

    def code(self) -> str:
        """The model asked at the present point, and along the first three hyperparameters."""
        params = {} if self._found is None else self._found.params
        return CODE.format(path=str(self.tools.document.path), params=params, names=list(self.plot.order[:3]))

    # -- the point ---------------------------------------------------------------------------------------------------

    @property
    def params(self) -> dict[str, Any]:
        """The configuration of the present point."""
        return {} if self._found is None else self._found.params

    def move_to(self, point: np.ndarray) -> None:
        """Put the point elsewhere; charts follow at once, maps and numbers when it rests."""
        self._point = point
        self.queued.setText("")
        self._redraw()
        self._rest.start()

    @Slot(object)
    def go_to_trial(self, number: int) -> None:
        """Put the point where a trial is."""
        if self._prepared is not None and self._snapshot is not None:
            self.move_to(point_of(self._prepared.model, self._snapshot.history.params(number)))
            self.tools.selection.select(number)

    def _redraw(self, points: int = 61) -> None:
        prepared, snapshot, point = self._prepared, self._snapshot, self._point
        if prepared is None or snapshot is None or point is None:
            return
        self._found = profile(prepared.model, point, points)
        self._show_curves(None)  # they lie around the point before, until it rests
        _, near = nearness(prepared.model, prepared.features, self._found.point)
        pinned = None if self._pin is None else self._pin[0]
        self.plot.show_profile(self._found, near, pinned)
        pinned_params = {} if pinned is None else snapshot.history.space.decode(pinned)
        self.fields.show_values(self._found.params, pinned_params)
        self.pair.put_point(self._pair_place())

    def _show_order(self, order: tuple[str, ...]) -> None:
        prepared, snapshot = self._prepared, self._snapshot
        if prepared is None or snapshot is None:
            return
        if self._first in order:
            order = (self._first, *(name for name in order if name != self._first))
        self.fields.show_space(snapshot.history.space, order)
        self.curves.show_names(order)
        self.plot.show_order(order, prepared.bounds)
        self.fields.place({name: self.plot.box_of(name) for name in order})

    def _touch(self, name: str) -> None:
        if name in self._touched[:1]:
            return
        self._touched = [name, *(other for other in self._touched if other != name)][:2]

    # -- what follows when the line rests ----------------------------------------------------------------------------

    @Slot()
    def _follow(self) -> None:
        prepared, point = self._prepared, self._point
        if prepared is None or point is None or self._snapshot is None:
            return
        self._redraw()
        names = [name for name in (*self._touched, *prepared.order) if name in prepared.order]
        names = list(dict.fromkeys(names))
        if len(names) > 1:
            pair = laid_out_pair(prepared.model, (names[0], names[1]))
            self.ask("pair", partial(pair_data, pair, point.copy()), self._show_pair)
        self._ask_curves()
        other = None if self._pin is None else self._pin[0].copy()
        self.ask("outlook", partial(outlooks, point.copy(), other, prepared.best), self._show_outlook)
        found = self._found
        if found is not None:
            one = next((s for s in (found.slice_of(name) for name in names) if s.plays), None)
            if one is not None:
                self.promise.show_slice(one, self._snapshot.history.space)

    @Slot()
    def _ask_curves(self) -> None:
        if not self.curves.name:
            self._show_curves(None)
        elif self._point is not None:
            self.ask("curves", partial(curves_data, self.curves.name, self._point.copy()), self._show_asked_curves)

    def _show_asked_curves(self, found: InteractionCurves) -> None:
        is_here = self._point is not None and np.array_equal(found.point, self._point)  # it may have moved on
        if found.name == self.curves.name and is_here:
            self._show_curves(found)

    def _show_curves(self, found: InteractionCurves | None) -> None:
        self.plot.show_curves(found)
        self.curves.show_legend(found)

    def _show_pair(self, found: PairMap) -> None:
        prepared, snapshot = self._prepared, self._snapshot
        if prepared is None or snapshot is None:
            return
        self.pair.say(around_title(found.names, snapshot.metric))
        self.pair.show_map(
            found, snapshot.history.space, prepared.bounds, minimize=snapshot.minimize, point=self._pair_place(found)
        )
        columns = [snapshot.history.space.names.index(name) for name in found.names]
        numbers = np.sort(np.concatenate([prepared.numbers, snapshot.failed[-MOST_DISCS:]]))
        units = snapshot.history.unit[numbers]
        failed = np.isin(numbers, snapshot.failed)
        self.pair.show_trials(numbers, units[:, columns[0]], units[:, columns[1]], failed, snapshot.best)

    def _pair_place(self, found: PairMap | None = None) -> tuple[float, float] | None:
        found = found or self.pair.found
        if found is None or self._found is None or self._snapshot is None:
            return None
        columns = [self._snapshot.history.space.names.index(name) for name in found.names]
        return float(self._found.point[columns[0]]), float(self._found.point[columns[1]])

    def _show_outlook(self, found: tuple[Outlook, Outlook | None, Outlook]) -> None:
        here, pinned, best = found
        prepared, snapshot = self._prepared, self._snapshot
        if prepared is None or snapshot is None:
            return
        title = profile_title(snapshot.metric, here, best, prepared.model.quality, minimize=snapshot.minimize)
        self.plot.say(title)
        scores = {number: score_text(float(snapshot.history.score[number])) for number in here.nearest}
        name = "" if self._pin is None else self._pin[1]
        self.outlook.show_outlook(snapshot.metric, here, pinned, name, scores)
        self.say(self._tried(here))

    def _tried(self, here: Outlook) -> str:
        """Whether a trial had exactly this configuration."""
        if self._snapshot is not None:
            for number in here.nearest:
                if self._snapshot.history.params(number) == self.params:
                    return f"the point of trial {number}"
        return "point not yet tried"

    # -- what a person does ------------------------------------------------------------------------------------------

    @Slot(str, float)
    def _on_moved(self, name: str, unit: float) -> None:
        if self._point is None or self._snapshot is None:
            return
        point = self._point.copy()
        point[self._snapshot.history.space.names.index(name)] = unit
        self._touch(name)
        self._point = point
        self.queued.setText("")
        self._redraw(DRAG_POINTS)
        self._rest.start()

    @Slot()
    def _on_rested(self) -> None:
        self._rest.start()

    @Slot(str, object)
    def _on_typed(self, name: str, value: object) -> None:
        if self._point is None or self._snapshot is None:
            return
        space_ = self._snapshot.history.space
        rule = space_[name]
        point = self._point.copy()
        point[space_.names.index(name)] = float(rule.to_unit(np.array([rule.to_number(value)]))[0])
        self._touch(name)
        self.move_to(point)

    @Slot(float, float)
    def _on_pair_placed(self, x: float, y: float) -> None:
        found = self.pair.found
        if found is None or self._point is None or self._snapshot is None:
            return
        point, names = self._point.copy(), self._snapshot.history.space.names
        point[names.index(found.names[0])], point[names.index(found.names[1])] = x, y
        self._point = point
        self._redraw(DRAG_POINTS)
        self._rest.start()

    @Slot()
    def _on_placed(self) -> None:
        self.fields.place({name: self.plot.box_of(name) for name in self.plot.order})

    @Slot()
    def _on_run(self) -> None:
        if self.tools.document.history is None or not self.params or not self.tools.document.writable:
            return
        number = len(self.tools.document.history)
        self.tools.trial_actions.queue(self.params)
        self.queued.setText(f"Queued as trial {number}")

    @Slot()
    def _on_pin(self) -> None:
        if self._point is not None:
            self._pin = (self._point.copy(), "the pinned point")
            self._redraw()
            self._rest.start(0)

    @Slot()
    def _on_maximise(self) -> None:
        if self._prepared is not None:
            self.move_to(self._prepared.expected_best.copy())

    @Slot()
    def _on_reset(self) -> None:
        if self._prepared is not None:
            self._pin = (self._prepared.best.copy(), "the best trial")
            self.move_to(self._prepared.best.copy())

    # -- inside ------------------------------------------------------------------------------------------------------

    def _button(self, name: str, text: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.clicked.connect(slot)
        return button

    def _lay_out(self) -> None:
        for button in (self.queued, self.run_point, self.pin, self.maximise, self.reset):
            self.plot.headline.end.addWidget(button)
        below = QSplitter(Qt.Orientation.Horizontal, self)
        below.setObjectName("splitter_profiler_below")
        below.setChildrenCollapsible(False)
        for part, width in ((self.pair, 480), (self.outlook, 390), (self.promise, 400)):
            if part is not self.outlook:  # whose numbers say how wide it must be
                part.setMinimumWidth(space(280))
            below.addWidget(part)
            below.setStretchFactor(below.count() - 1, width)
        below.setSizes([space(480), space(390), space(400)])
        foot = QHBoxLayout()
        foot.setContentsMargins(space(16), 0, space(16), space(6))
        foot.addWidget(self.quality)
        foot.addSpacing(space(16))
        foot.addWidget(self.curves, 1)
        upper = QWidget(self)
        inside = QVBoxLayout(upper)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(self.plot, 1)
        inside.addLayout(foot)
        upper.setMinimumHeight(space(290))
        below.setMinimumHeight(space(230))
        whole = QSplitter(Qt.Orientation.Vertical, self)
        whole.setObjectName("splitter_profiler")
        whole.setChildrenCollapsible(False)
        whole.addWidget(upper)
        whole.addWidget(below)
        whole.setSizes([space(400), space(262)])
        rows = QVBoxLayout(self.content)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(whole)
