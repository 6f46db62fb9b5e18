"""Plays the study back: what the search believed before each trial, why it chose it, and whether that held."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from engine.analysis import Progress, score_progress
from engine.analysis.calibration import Calibration, calibration_of
from engine.analysis.replay_words import changed_remark, choice_remark, moment_title, nearest_remark
from engine.analysis.snapshot import Snapshot
from engine.analysis.title import Title
from engine.errors import UserFault
from engine.replaying import Moment, StudyReplay
from engine.setup import StudySetup
from engine.trials import History, State
from gui.base.formats import number_text, score_text
from gui.base.theme import font_dim, space
from gui.pages.explore.views import registry
from gui.pages.explore.views.base import ExploreTools, ExploreView
from gui.pages.live.study_words import sampler_title
from gui.plots.calibration import CalibrationPlot
from gui.plots.replay import ReplayData, ReplayMapPlot, ReplaySlicesPlot
from gui.views.labels import ShortWords, Words
from gui.views.panels import Hairline, columns_of
from gui.views.replay_strip import ReplayStrip

FACTS = ("predicted", "scored", "expected improvement", "chance of success", "model quality then")
FOOT = (
    "Above: what was predicted, with one standard deviation. Below: where an improvement was expected; the upright line"
    " is what the search chose."
)
CODE = """from twinloop import Study

with Study.open({path!r}) as study:
    for trial in study.trials[:{known}]:
        print(trial.number, trial.params, trial.score, trial.why)
"""


class Replayed(NamedTuple):
    """The study to be played back, whether its predictions held, its scores, and the moment that is shown first."""

    replay: StudyReplay
    calibration: Calibration
    progress: Progress
    moment: Moment


@registry.register
class ReplayView(ExploreView):
    """``plot_replay_slices``, ``plot_replay_map`` and its numbers, ``plot_calibration``, ``slider_replay``."""

    title = "Replay"
    place = 60

    def __init__(self, tools: ExploreTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self.moment: Moment | None = None
        self._replay: StudyReplay | None = None
        self._history: History | None = None
        self.slices = ReplaySlicesPlot(parent=self)
        self.map = ReplayMapPlot(parent=self)
        self.calibration = CalibrationPlot(parent=self)
        self.strip = ReplayStrip("replay", self)
        self.foot = Words(FOOT, "label_replay_foot", "dim", font_dim(), wrap=True, parent=self)
        self.nearest = Words(name="label_replay_nearest", role="dim", font=font_dim(), wrap=True, parent=self)
        self.facts = {name: ShortWords(name=f"fact_replay_{name.replace(' ', '_')}", parent=self) for name in FACTS}
        self._lay_out()
        self.adopt(self.slices, self.map, self.calibration)
        self.strip.moved.connect(self._on_moved)

    # -- ExploreView -------------------------------------------------------------------------------------------------

    def analysis(self) -> Callable[[Snapshot], object] | None:
        """The study's replay, at the moment that the strip shows."""
        setup = self.tools.document.setup
        is_at_end = self.strip.slider.value() == self.strip.slider.maximum()
        return None if setup is None else partial(_begin, setup, None if is_at_end else self.strip.value)

    def show_found(self, snapshot: Snapshot, found: Replayed) -> None:
        """Show the moment, and all predictions."""
        self._replay, self._history = found.replay, snapshot.history
        history = snapshot.history
        spread = next((n for n in range(len(history)) if history.notes(n).get("why", {}).get("phase") != "start"), 0)
        self.strip.show_trials(found.progress, minimize=snapshot.minimize, spread=spread)
        self.calibration.show_calibration(found.calibration, minimize=snapshot.minimize)
        self._show(found.moment)

    def take(self, what: object) -> None:
        """A trial: the moment before it."""
        if isinstance(what, int):
            self.strip.go_to(what)

    def select(self, number: int | None) -> None:
        """The moment before the selected trial, where the plots here were used to select it."""
        is_here = self.isVisible() and self.calibration.hasFocus()
        if number is not None and is_here and number <= self.strip.slider.maximum():
            self.strip.go_to(number)

    def code(self) -> str:
        """What was known then, from Python."""
        return CODE.format(path=str(self.tools.document.path), known=self.strip.value)

    # -- inside ------------------------------------------------------------------------------------------------------

    @Slot(int)
    def _on_moved(self, known: int) -> None:
        replay = self._replay
        if replay is not None and self.isVisible() and (self.moment is None or known != self.moment.number):
            self.ask("moment", partial(_at, replay, known), self._show)

    def _show(self, moment: Moment) -> None:
        history = self._history
        if history is None:
            return
        self.moment = moment
        known = int((moment.history.state >= State.COMPLETE).sum())
        phase = str(moment.why.get("phase", ""))
        setup = self.tools.document.setup
        strategy = sampler_title(setup.strategy.sampler) if setup is not None else "The strategy"
        title = moment_title(moment.number, known, moment.belief, phase)
        said = choice_remark(moment.number, history, moment.why, moment.belief, is_own=moment.is_own, strategy=strategy)
        changed = changed_remark(moment.suggested, is_same=moment.is_same)
        whole = Title(title.subject, title.rest, f"{said} {changed}".strip())
        data = ReplayData(moment, history, whole)
        self.slices.show_moment(data)
        self.map.show_moment(data, self.tools.exploration.metric)
        self.calibration.mark(moment.number)
        self.nearest.setText(nearest_remark(moment.nearest))
        self._show_facts(moment, history)
        self.say(f"{known:,} of {len(history):,} trials known")

    def _show_facts(self, moment: Moment, history: History) -> None:
        belief, number, why = moment.belief, moment.number, moment.why
        values = dict.fromkeys(FACTS, "–")
        if belief is not None:
            std = number_text(belief.std, 2)
            values["predicted"] = f"{score_text(belief.predicted, belief.std)} ± {std}"
            values["model quality then"] = f"{belief.quality:.2f}".replace("-", "−")
        if number < len(history):
            score = float(history.score[number])
            scored = score_text(score, None if belief is None else belief.std)
            values["scored"] = scored if np.isfinite(score) else State(int(history.state[number])).label
        if isinstance(why.get("expected_improvement"), float):
            values["expected improvement"] = number_text(why["expected_improvement"], 2)
        if isinstance(why.get("chance_of_success"), float):
            chance = 100 * float(why["chance_of_success"])
            values["chance of success"] = (
                "over 99 %" if chance > 99 else "under 1 %" if chance < 1 else f"{chance:.0f} %"
            )
        for name, label in self.facts.items():
            label.setText(values[name])

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addWidget(self.slices, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(space(16), 0, space(16), space(8))
        foot.addWidget(self.foot)
        left.addLayout(foot)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.map, 1)
        facts = QFormLayout()
        facts.setContentsMargins(space(16), 0, space(16), space(4))
        facts.setVerticalSpacing(space(2))
        for name, label in self.facts.items():
            label.setAlignment(label.alignment().AlignRight)
            label.setAccessibleName(name)
            facts.addRow(Words(name, role="outer", parent=self), label)
        right.addLayout(facts)
        near = QVBoxLayout()
        near.setContentsMargins(space(16), 0, space(16), space(8))
        near.addWidget(self.nearest)
        right.addLayout(near)
        rows = QVBoxLayout(self.content)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(columns_of(self, left, right, shares=(7, 3), minimum=space(300)), 12)
        rows.addWidget(Hairline(self))
        self.calibration.setMinimumHeight(space(150))
        rows.addWidget(self.calibration, 6)
        rows.addWidget(Hairline(self))
        rows.addWidget(self.strip)


def _begin(setup: StudySetup, known: int | None, snapshot: Snapshot) -> Replayed:
    if len(snapshot.history.directions) > 1:
        raise UserFault("Replay shows one score.", "This study has several objectives; see its front.")
    replay = snapshot.once(("replay", repr(setup.strategy)), lambda: StudyReplay(setup, snapshot.history))
    count = len(snapshot.history)
    moment = replay.at(count if known is None else min(known, count))
    return Replayed(replay, calibration_of(snapshot.rest), score_progress(snapshot.history), moment)


def _at(replay: StudyReplay, number: int, _snapshot: Snapshot) -> Moment:
    return replay.at(min(number, len(replay)))
