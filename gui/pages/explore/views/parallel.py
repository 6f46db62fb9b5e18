"""Every trial as a line over all hyperparameters; what is brushed is brushed everywhere."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from engine.analysis.parallel import Brush
from engine.analysis.snapshot import Snapshot
from gui.base.theme import space
from gui.pages.explore.brush_wishes import BrushWishes
from gui.pages.explore.brushed_lines import BrushedLines, ParallelData, parallel_data
from gui.pages.explore.views import registry
from gui.pages.explore.views.base import ExploreTools, ExploreView
from gui.plots.parallel import ParallelPlot

CODE = """from twinloop import Study

with Study.open({path!r}) as study:
    trials = study.trials_dataframe()
    print(trials.sort_values("value"))
"""


@registry.register
class ParallelView(ExploreView):
    """``plot_parallel`` in full."""

    title = "Parallel"
    place = 30

    def __init__(self, tools: ExploreTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self.plot = ParallelPlot("plot_parallel_whole", self)
        self.lines = BrushedLines(self, self.plot)
        self.clear = QPushButton("Clear", self)
        self.clear.setObjectName("button_clear_brush_whole")
        self.clear.setAccessibleName("Clear the brushes")
        self.wishes = BrushWishes(self, self.lines, "_whole")
        for button in (self.wishes.focus, self.wishes.avoid, self.clear):
            self.plot.headline.end.addWidget(button)
        rows = QVBoxLayout(self.content)
        rows.setContentsMargins(0, space(4), 0, space(8))
        rows.addWidget(self.plot, 1)
        rows.addWidget(self.wishes.list)
        self.adopt(self.plot)
        self.clear.clicked.connect(self.plot.reset_view)
        self.plot.brushes_changed.connect(self._on_brushes)
        self.lines.told.connect(self._on_told)
        self.plot.order_changed.connect(self._on_order)

    @property
    def is_busy(self) -> bool:
        """Whether it is being worked out what brushes take in."""
        return self.lines.is_busy

    def analysis(self) -> Callable[[Snapshot], object]:
        """The lines, by the importance of their axes where that is known."""
        return parallel_data

    def show_found(self, snapshot: Snapshot, found: ParallelData) -> None:
        """Show the lines."""
        self.lines.show(snapshot, found)
        self.clear.setEnabled(bool(self.lines.brushes))
        self.wishes.refresh()
        failed = int(found.found.failed.sum())
        self.say(f"{len(found.found):,} trials" + (f", {failed:,} failed" if failed else ""))

    def code(self) -> str:
        """The trials as a table."""
        return CODE.format(path=str(self.tools.document.path))

    @Slot(object)
    def _on_brushes(self, brushes: dict[str, tuple[Brush, ...]]) -> None:
        self.lines.by_hand = True
        self.lines.put(brushes)
        self.clear.setEnabled(bool(brushes))

    @Slot()
    def _on_told(self) -> None:
        self.tools.selection.brush(self.lines.numbers)

    @Slot(object)
    def _on_order(self, order: tuple[str, ...]) -> None:
        self.lines.move_axis(order)
