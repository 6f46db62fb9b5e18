"""How good trials are over any two hyperparameters: ranks, which no outlier bends."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.analysis.scored_points import points_title
from engine.analysis.snapshot import Snapshot
from engine.analysis.title import name_words
from gui.base.choice_box import ChoiceBox
from gui.base.theme import space
from gui.pages.explore.views import registry
from gui.pages.explore.views.base import ExploreTools, ExploreView
from gui.pages.explore.views.slices import Shared, shared_of
from gui.plots.rank import RankPlot
from gui.views.labels import Words

WIDEST_BOX = 240  # pixels of the design: room for a long name


@registry.register
class RankView(ExploreView):
    """``plot_rank`` with ``combo_rank_across`` and ``combo_rank_up``; the most telling pair comes first."""

    title = "Rank"
    place = 220
    in_strip = False

    def __init__(self, tools: ExploreTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self._found: Shared | None = None
        self.plot = RankPlot(parent=self)
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

    def analysis(self) -> Callable[[Snapshot], object]:
        """What the good trials share: these are the most telling."""
        return shared_of

    def show_found(self, snapshot: Snapshot, found: Shared) -> None:
        """The pair that was chosen, or the first one."""
        self._found = found
        names = list(found.points.names)
        if [self.boxes[0].itemData(at) for at in range(self.boxes[0].count())] != names:
            first = list(dict.fromkeys([*(one.name for one in found.common), *names]))[:2]
            for place, box in enumerate(self.boxes):
                box.clear()
                for name in names:
                    box.addItem(name_words(name), name)
                box.setCurrentIndex(names.index(first[place]) if place < len(first) else 0)
        self._draw()
        self.say(f"{len(found.points.numbers):,} scored trials")

    def _box(self, name: str, words: str) -> ChoiceBox:
        box = ChoiceBox(self)
        box.setObjectName(f"combo_rank_{name}")
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
        pair = (max(self.boxes[0].currentIndex(), 0), max(self.boxes[1].currentIndex(), 0))
        title = points_title(*found, "bright: good, dark: poor, by rank · cross: failed")
        self.plot.show_points(found.points, snapshot.history.space, pair, title)
