"""Predicted scores over any two hyperparameters, the others as in the best trial; the strongest pair comes first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.analysis.importance import Importance
from engine.analysis.importance_words import named_pair_title
from engine.analysis.model_words import quality_words
from engine.analysis.overview_data import InteractionData, interaction_data
from engine.analysis.snapshot import Snapshot
from engine.analysis.title import name_words
from gui.base.choice_box import ChoiceBox
from gui.base.theme import space
from gui.pages.explore.views import registry
from gui.pages.explore.views.base import ExploreTools, ExploreView
from gui.plots.pair_map import MOST_DISCS, PairMapPlot
from gui.views.labels import Words

WIDEST_BOX = 240  # pixels of the design: room for a long name
CODE = """from twinloop import Study

with Study.open({path!r}) as study:
    model = study.surrogate()
    print(model.at(study.best_params))
    print(study.explain().importance.pairs)
"""


@registry.register
class ContourView(ExploreView):
    """``plot_contour`` with ``combo_contour_across`` and ``combo_contour_up``; a click opens the profiler there."""

    title = "Contour"
    place = 225
    in_strip = False
    rests_on_model = True

    def __init__(self, tools: ExploreTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self._found: Importance | None = None
        self.plot = PairMapPlot("plot_contour", self)
        self.plot.words = tools.words
        self.boxes = tuple(self._box(name, words) for name, words in (("across", "Across"), ("up", "Up")))
        line = QHBoxLayout()
        line.setContentsMargins(space(16), space(8), space(16), 0)
        for box, words in zip(self.boxes, ("across", "up"), strict=True):
            line.addWidget(Words(words, role="dim", parent=self))
            line.addWidget(box)
        line.addStretch(1)
        rows = QVBoxLayout(self.content)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(line)
        rows.addWidget(self.plot, 1)
        self.adopt(self.plot)
        self.plot.placed.connect(self._on_placed)

    def analysis(self) -> Callable[[Snapshot], object]:
        """What acts together: the strongest pair is shown first."""
        return _importance

    def show_found(self, snapshot: Snapshot, found: Importance) -> None:
        """The pair that was chosen, or the strongest one."""
        self._found = found
        names = [name for name in snapshot.history.space if name in found.names]
        if [self.boxes[0].itemData(at) for at in range(self.boxes[0].count())] != names:
            first = list(found.pairs[0][0]) if found.pairs else names[:1] * 2
            for place, box in enumerate(self.boxes):
                box.clear()
                for name in names:
                    box.addItem(name_words(name), name)
                box.setCurrentIndex(names.index(first[place]))
        self.say(quality_words(found.quality))
        self._draw()

    def code(self) -> str:
        """The model, and which pairs act together."""
        return CODE.format(path=str(self.tools.document.path))

    def _box(self, name: str, words: str) -> ChoiceBox:
        box = ChoiceBox(self)
        box.setObjectName(f"combo_contour_{name}")
        box.setAccessibleName(words)
        box.setSizeAdjustPolicy(box.SizeAdjustPolicy.AdjustToContents)  # its names come later
        box.setMaximumWidth(space(WIDEST_BOX))
        box.activated.connect(self._draw)
        return box

    @Slot()
    def _draw(self) -> None:
        found, snapshot = self._found, self.snapshot
        if found is None or snapshot is None:
            return
        across, up = (str(box.currentData()) for box in self.boxes)
        if across == up:
            self.plot.explain("Choose two different hyperparameters.")
            return
        title = partial(self._show_map, snapshot, found)
        self.ask("map", partial(interaction_data, (across, up)), title)

    def _show_map(self, snapshot: Snapshot, found: Importance, data: InteractionData) -> None:
        history, pair = snapshot.history, data.found
        self.plot.explain("")
        remark = f"predicted {snapshot.metric}, the rest as in trial {snapshot.best} · pale lines: equal values"
        self.plot.say(named_pair_title(found, pair.names)._replace(remark=remark))
        self.plot.show_map(pair, history.space, data.bounds, minimize=snapshot.minimize, point=None)
        columns = [history.space.names.index(name) for name in pair.names]
        numbers = np.sort(np.concatenate([snapshot.scored[-MOST_DISCS:], snapshot.failed[-MOST_DISCS:]]))
        units = history.unit[numbers]
        failed = np.isin(numbers, snapshot.failed)
        self.plot.show_trials(numbers, units[:, columns[0]], units[:, columns[1]], failed, snapshot.best)

    @Slot(float, float)
    def _on_placed(self, _x: float, _y: float) -> None:
        if self.plot.found is not None:
            self.view_wanted.emit("profiler", self.plot.found.names)


def _importance(snapshot: Snapshot) -> Importance:
    return snapshot.importance()
