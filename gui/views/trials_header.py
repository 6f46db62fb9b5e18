"""The head of the table of trials: names, the arrow of the sorted column, which columns are shown, in which order."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QContextMenuEvent, QFontMetrics, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QHeaderView, QWidget

from gui.base.settings import Settings
from gui.base.theme import font_dim, space, tokens
from gui.item_models.trials import TrialsModel

KEPT = "trials"


class TrialsHeader(QHeaderView):
    """Column names in dim text over a hairline, those of hyperparameters in outer; a small arrow where it is sorted.

    Columns are dragged to where a person wants them; that, and which ones are shown, is remembered by their names.
    Signal ``menu_wanted`` asks for the menu of columns, at a place of the screen.
    """

    menu_wanted = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setFirstSectionMovable(False)
        self.setHighlightSections(False)
        self.setSortIndicatorShown(True)
        self.setMinimumSectionSize(space(40))
        self._idle: frozenset[str] = frozenset()
        self._is_arranging = False
        self._keep = QTimer(self, singleShot=True, interval=0)
        self._keep.timeout.connect(self._save)
        self.sectionMoved.connect(self._on_section_moved)

    # -- which columns, and in which order ---------------------------------------------------------------------------

    def arrange(self, idle: frozenset[str]) -> None:
        """Put every column where it was wanted last; ``idle`` ones say nothing of this study, and wait."""
        self._idle = idle
        kept, names = Settings().columns(KEPT), self._names()
        wanted = [name for name in kept["order"] if name in names]
        self._is_arranging = True
        places = iter(wanted)
        # Columns that nobody moved stay where they are; the known ones take the places that known ones have.
        order = [next(places) if name in wanted else name for name in names]
        for place, name in enumerate(order):
            self.moveSection(self.visualIndex(names.index(name)), place)
        for column, name in enumerate(names):
            hidden = name in kept["hidden"] or (name in idle and name not in kept["shown"])
            self.setSectionHidden(column, hidden and column > 0)
        self._is_arranging = False

    def show_column(self, name: str, shown: bool) -> None:
        """Show a column or leave it out, from now on."""
        settings = Settings()
        kept = settings.columns(KEPT)
        for key, is_wanted in (("hidden", not shown), ("shown", shown and name in self._idle)):
            kept[key] = [*(one for one in kept[key] if one != name), *([name] if is_wanted else [])]
        settings.set_columns(KEPT, kept)
        self.arrange(self._idle)

    def forget(self) -> None:
        """Every column as it came."""
        Settings().set_columns(KEPT, {})
        names = self._names()
        self._is_arranging = True
        for place in range(len(names)):
            self.moveSection(self.visualIndex(place), place)
        self._is_arranging = False
        self.arrange(self._idle)

    def columns(self) -> list[int]:
        """The columns that are shown, from left to right."""
        seen = (self.logicalIndex(place) for place in range(self.count()))
        return [column for column in seen if not self.isSectionHidden(column)]

    def _names(self) -> tuple[str, ...]:
        model = self.model()
        return model.names if isinstance(model, TrialsModel) else ()

    @Slot(int, int, int)
    def _on_section_moved(self, _column: int, _before: int, _after: int) -> None:
        if not self._is_arranging:
            self._keep.start()

    @Slot()
    def _save(self) -> None:
        settings, names = Settings(), self._names()
        kept = settings.columns(KEPT)
        order = [names[self.logicalIndex(place)] for place in range(self.count())]
        elsewhere = [name for name in kept["order"] if name not in order]  # of studies with other hyperparameters
        settings.set_columns(KEPT, {**kept, "order": [*order, *elsewhere]})

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Columns are chosen and sorted by where their names stand."""
        self.menu_wanted.emit(event.globalPos())
        event.accept()

    # -- looks -------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """One line of text with air."""
        return QSize(super().sizeHint().width(), QFontMetrics(font_dim()).height() + space(16))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:  # noqa: N802 - Qt's name
        """Draw one name."""
        model = self.model()
        if not rect.isValid() or not isinstance(model, TrialsModel):
            return
        colours = tokens()
        painter.save()
        painter.fillRect(rect, QColor(colours.card))
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setFont(font_dim())
        painter.setPen(QColor(colours.outer if model.is_hyperparameter(section) else colours.dim))
        left = space(16) if section == 0 else space(8)
        words = rect.adjusted(left, 0, -space(8), 0)
        align = Qt.AlignmentFlag(
            model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        )
        title = QFontMetrics(font_dim()).elidedText(model.title(section), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, align, title)
        if section == self.sortIndicatorSection():
            is_left = bool(align & Qt.AlignmentFlag.AlignLeft)
            width = QFontMetrics(font_dim()).horizontalAdvance(title) + space(4)
            x = words.left() + width + space(2) if is_left else words.right() + space(2)
            self._paint_caret(painter, x, rect.center().y(), is_up=model.is_upward)
        painter.restore()

    def _paint_caret(self, painter: QPainter, x: int, y: int, *, is_up: bool) -> None:
        w, h = space(3), space(2) * (1 if is_up else -1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(painter.pen().color())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(QPolygonF([QPointF(x, y + h), QPointF(x + 2 * w, y + h), QPointF(x + w, y - h)]))
