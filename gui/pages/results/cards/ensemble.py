"""The card of an ensemble: several trials averaged, asked for, and saved where that is known to help."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QWidget

from engine.analysis import BestSummary
from engine.errors import UserFault
from engine.judging.ensemble import Ensemble
from engine.judging.ensemble_words import ensemble_finding, ensemble_sentence, members_sentence
from engine.study import export_study, read_ensemble
from engine.wording import score_text
from gui.base.settings import Settings
from gui.base.theme import font_dim
from gui.pages.live import study_words
from gui.pages.results.cards import ResultsCard, ResultsContext, registry
from gui.plots.headline import Headline
from gui.plots.intervals import IntervalRow, IntervalRows, IntervalsPlot
from gui.session.study_background import StudyBackground
from gui.views.labels import Words

TITLE = ("An ensemble of trials:", "would several together be better than the best one?", "", "text")
BEFORE = "Averages what trials said of rows that they had not learned from. Nothing is trained."
BUSY = "Choosing trials, and judging the choice on rows that had no part in it …"
FORMATS = "Python script (*.py);;Fitted model (*.skops);;JSON (*.json)"


@registry.register
class EnsembleCard(ResultsCard):
    """``card_ensemble``. The process that reads tables does the work, which *Stop* ends."""

    title = "Ensemble"
    place = 45
    help_topic = "window:ensemble"

    def __init__(self, context: ResultsContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._about: tuple[object, ...] = ()
        self._background = StudyBackground(context.document, self)
        self.title_label.hide()
        self.headline = Headline(self)
        self.headline.most_title_lines = 2
        self.head.insertWidget(0, self.headline, 1)
        self.start = self._button("Try an ensemble", "button_ensemble")
        self.start.clicked.connect(self._on_start)
        self.stop = self._button("Stop", "button_stop_ensemble")
        self.stop.clicked.connect(self._on_stop)
        self.save = self._button("Save the ensemble…", "button_save_ensemble")
        self.save.clicked.connect(self._on_save)
        self.said = Words(name="label_ensemble", role="dim", wrap=True, parent=self)
        self.plot = IntervalsPlot("plot_ensemble", "The best trial alone, and the ensemble", self)
        self.remark = Words(name="label_ensemble_members", role="dim", font=font_dim(), wrap=True, parent=self)
        for part in (self.said, self.plot, self.remark):
            self.rows.addWidget(part)
        context.judged.changed.connect(self._on_judged)
        self._show_idle(BEFORE)

    @property
    def is_busy(self) -> bool:
        """Whether one is being chosen or saved."""
        return self._background.is_busy

    def show_best(self, found: BestSummary) -> None:
        """Other trials are asked anew."""
        about = (self.context.document.path, found.complete, found.best.number)
        if about != self._about:
            self._about = about
            self._background.drop("ensemble")
            self._show_idle(BEFORE)
        self._on_judged()

    def shutdown(self) -> None:
        """Wait for the thread: for the very end."""
        self._background.drop("ensemble")
        self._background.shutdown()

    # -- inside ------------------------------------------------------------------------------------------------------

    def _button(self, text: str, name: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        self.head.addWidget(button)
        return button

    def _show_idle(self, said: str, role: str = "dim") -> None:
        self.headline.say(*TITLE)
        self.start.show()
        self.save.setEnabled(True)
        for part in (self.stop, self.save, self.plot, self.remark):
            part.hide()
        self._say(said, role)

    def _say(self, text: str, role: str) -> None:
        self.said.set_role(role)
        self.said.setText(text)

    @Slot()
    def _on_judged(self) -> None:
        judged = self.context.judged.found
        self.setVisible(judged is not None and judged.trials is not None and len(judged.trials.numbers) > 1)

    @Slot()
    def _on_start(self) -> None:
        document = self.context.document
        if document.path is None:
            return
        document.flush()
        self.start.hide()
        self.stop.show()
        self._say(BUSY, "dim")
        self._background.ask("ensemble", partial(read_ensemble, str(document.path)), self._on_found, self._on_refused)

    @Slot()
    def _on_stop(self) -> None:
        self._background.drop("ensemble")
        self._show_idle(BEFORE)

    def _on_found(self, found: Ensemble) -> None:
        setup = self.context.document.setup
        assert setup is not None
        self.stop.hide()
        self.headline.say(*ensemble_finding(found))
        self._say(ensemble_sentence(found), "text")
        self.save.setVisible(found.helps)
        self.plot.setVisible(len(found.members) > 1)
        self.remark.setVisible(len(found.members) > 1)
        metric = study_words.metric_name(setup)
        self.plot.show_rows(IntervalRows(_rows(found), ("", f"{metric} on rows that chose neither", "")))
        self.remark.setText(members_sentence(found))

    def _on_refused(self, fault: UserFault) -> None:
        self._show_idle(str(fault), "bad")

    @Slot()
    def _on_save(self) -> None:
        path = self.context.document.path
        if path is not None and not self.is_busy:
            suggestion = Settings().folder / f"{path.stem}-ensemble.py"
            self.context.messages.choose_save("Save the ensemble", suggestion, FORMATS, self._write)

    def _write(self, target: Path) -> None:
        path = self.context.document.path
        if path is None:
            return
        self.save.setEnabled(False)
        self._say(f"Training every member, and writing {target.name} …", "dim")
        work = partial(export_study, path, target, what="ensemble")
        self._background.call("save", work, self._on_written, self._on_not_written)

    def _on_written(self, target: Path) -> None:
        self.save.setEnabled(True)
        self._say(f"Wrote {target.name} into {target.parent}.", "text")

    def _on_not_written(self, fault: UserFault) -> None:
        self.save.setEnabled(True)
        self._say(str(fault), "bad")


def _rows(found: Ensemble) -> tuple[IntervalRow, ...]:
    """The interval of the difference, around the ensemble."""
    best, fresh = found.fresh_best_score, found.fresh_score
    half = found.high - found.gain
    single = score_text(best, found.standard_error)
    return (
        IntervalRow("best trial alone", best, best, best, note=f"trial {found.best}", said=(single, ""), is_grey=True),
        IntervalRow(
            "ensemble",
            fresh,
            fresh - half,
            fresh + half,
            mark=best,
            said=(score_text(fresh, found.standard_error), ""),
            is_strong=True,
        ),
    )
