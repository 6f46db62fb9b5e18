"""How thirty trials of the usual strategies would lie in the space of a study, side by side."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from engine.errors import UserFault
from engine.setup import StudySetup
from engine.study import StrategyPreview, preview_strategies
from gui.base.theme import font_dim, font_strong, font_text, space, tokens
from gui.pages.setup.editor import SetupEditor
from gui.session.study_background import StudyBackground
from gui.views.labels import Words

ASK = "Preview 30 trials"
INVENTED = "Over {0}, with an artificial score surface: this study has no scores yet."


class PreviewPlot(QWidget):
    """``plot_strategy_preview``: a panel a strategy, a dot a trial, the chosen strategy framed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plot_strategy_preview")
        self.setAccessibleName("Preview of 30 trials of each strategy")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._shown: tuple[StrategyPreview, ...] = ()
        self._chosen = ""

    def show_previews(self, shown: tuple[StrategyPreview, ...], chosen: str) -> None:
        """Show previews and frame the one of the strategy ``chosen``."""
        self._shown, self._chosen = shown, chosen
        self.setAccessibleDescription("; ".join(f"{one.title}: {remark(one)}" for one in shown))
        self.update()

    def sizeHint(self) -> QSize:
        """Panels, and two lines under each."""
        lines = QFontMetrics(font_text()).height() + QFontMetrics(font_dim()).height()
        return QSize(space(500), space(100) + lines + space(8))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the panels."""
        if not self._shown:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        gap = space(12)
        wide = (self.width() - gap * (len(self._shown) - 1)) / len(self._shown)
        for place, one in enumerate(self._shown):
            self._paint_panel(painter, QRectF(place * (wide + gap), 0, wide, space(100)), one)
        painter.end()

    def _paint_panel(self, painter: QPainter, box: QRectF, one: StrategyPreview) -> None:
        colours, is_chosen = tokens(), one.sampler == self._chosen
        painter.setPen(QPen(QColor(colours.text if is_chosen else colours.line), 1))
        painter.setBrush(QColor(colours.window))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), space(4), space(4))
        dot = QColor(colours.outer)
        dot.setAlphaF(0.6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(dot)
        inside = box.adjusted(space(6), space(6), -space(6), -space(6))
        for x, y in one.places.tolist():
            at = QPointF(inside.left() + x * inside.width(), inside.bottom() - y * inside.height())
            painter.drawEllipse(at, space(3), space(3))
        top = box.bottom() + space(4)
        lines = ((one.title, font_strong() if is_chosen else font_text(), colours.text),
                 (remark(one), font_dim(), colours.dim))  # fmt: skip
        for text, font, colour in lines:
            metrics = QFontMetrics(font)
            painter.setFont(font)
            painter.setPen(QColor(colour))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
            painter.drawText(QRectF(box.left(), top, box.width(), metrics.height()), Qt.AlignmentFlag.AlignLeft, shown)
            top += metrics.height()


class PreviewRow(QWidget):
    """A button that has the picture worked out; it is gone when the space or the seed change."""

    def __init__(self, editor: SetupEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._background = StudyBackground(editor.document, self)
        self._of: StudySetup | None = None
        self._shown: tuple[StrategyPreview, ...] = ()
        self._button = QPushButton(ASK, self)
        self._button.setObjectName("button_preview_strategies")
        self._button.setAccessibleName(ASK)
        self._button.setProperty("shape", "sentence")
        self._button.setAutoDefault(False)
        self._button.clicked.connect(self._on_clicked)
        self._said = Words("", "label_strategy_preview", "dim", font_dim(), wrap=True, parent=self)
        self._plot = PreviewPlot(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(8))
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._plot)
        column.addWidget(self._said)
        editor.document.left.connect(self._on_left)
        self._show((), "")

    def refresh(self) -> None:
        """Frame the chosen strategy; a picture of another space goes."""
        setup = self._editor.setup
        if self._of is not None and _seen_of(setup) != _seen_of(self._of):
            self._background.cancel_all()
            self._of = None
            self._show((), "")
        self._plot.show_previews(self._shown, setup.strategy.sampler)

    @Slot()
    def _on_left(self) -> None:
        self._of = None
        self._show((), "")

    @Slot()
    def _on_clicked(self) -> None:
        self._of = setup = self._editor.setup
        self._show((), "Simulating 30 trials of each …")
        work = partial(preview_strategies, setup)
        self._background.call_cancellable("preview", work, self._take, self._fail)

    def _take(self, found: tuple[StrategyPreview, ...]) -> None:
        names = " and ".join(name.replace("_", " ") for name in found[0].names)
        self._show(found, INVENTED.format(names))

    def _fail(self, fault: UserFault) -> None:
        self._show((), f"{fault.what} {fault.remedy}".strip())

    def _show(self, shown: tuple[StrategyPreview, ...], said: str) -> None:
        self._shown = shown
        self._plot.setVisible(bool(shown))
        self._plot.show_previews(shown, self._editor.setup.strategy.sampler if shown else "")
        self._button.setVisible(not shown)
        self._said.setText(said)
        self._said.setVisible(bool(said))


def remark(one: StrategyPreview) -> str:
    """What is to be seen of a strategy: how many values of the first hyperparameter its trials try."""
    name = one.names[0].replace("_", " ")
    return f"{one.different:,} {name if name.endswith('s') else name + 's'} in {len(one.places):,} trials"


def _seen_of(setup: StudySetup) -> tuple[object, ...]:
    return setup.space, setup.direction, setup.strategy.seed
