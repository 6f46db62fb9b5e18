"""Strategies raced on the study's problem: who leads, who beats whom, and where each of them searched."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from engine.analysis import Verdict, coverage_pairs
from engine.errors import UserFault
from engine.racing.entrants import Entrant
from engine.racing.keeping import with_winner
from engine.racing.pricing import fast_seconds, real_seconds
from engine.racing.reading import judged
from engine.racing.starts import starts_race
from engine.setup import StudySetup
from gui.base.choice_box import ChoiceBox
from gui.base.formats import about_text, count_text
from gui.base.marks import mark_main
from gui.base.messages import Messages
from gui.base.text import caption, plain
from gui.base.theme import font_dim, space
from gui.commands.edit_setup import EditSetup
from gui.pages.compare.beats_rows import BeatsRows
from gui.pages.compare.compare_tab import CompareTab
from gui.pages.compare.strategy_choice import StrategyChoice
from gui.pages.compare.strategy_pictures import (
    X_AXES,
    coverage_maps,
    foot,
    keep_words,
    pair_words,
    race_lines_data,
    race_title,
)
from gui.plots.coverage_maps import CoverageMaps
from gui.plots.headline import Headline
from gui.plots.lines import LinesPlot
from gui.session.document import Document
from gui.session.strategy_race import StrategyRace
from gui.views.labels import ShortWords, Words
from gui.views.rows_table import style_table

NO_STUDY = "Open a study first: strategies race on its problem."
FEW = "A fast race needs the scores of 8 trials: run some first, or race on the real objective."
NO_OBJECTIVE = "This study's objective is a function of a program, so only its trials are here."
SOON = "Who beats whom, and where each searched, appears after the first full repeat."
NOBODY = "Check two strategies at least."


class StrategiesTab(CompareTab):
    """``tab_strategies``: first what shall race, then ``plot_race``, ``table_beats`` and ``plot_coverage``.

    Signal ``remarked(str)`` says what raced.
    """

    def __init__(self, document: Document, messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(document, messages, parent)
        self._verdict: Verdict | None = None
        self._had_focus = False  # the button that stops, while it could be seen
        self.race = StrategyRace(document, self)
        self.choice = StrategyChoice(self)
        self.headline = Headline(self)
        self.headline.setObjectName("title_race")
        self.headline.most_lines = 2
        self.plot = LinesPlot("plot_race", "Best score so far of each strategy", log=False, parent=self)
        self.against = ChoiceBox(self)
        self.against.setObjectName("combo_strategies_axis")
        self.against.setAccessibleName("Horizontal axis")
        for axis in X_AXES:
            self.against.addItem(f"by {axis}", axis)
        self.plot.headline.corner.addWidget(self.against)
        self.rows = BeatsRows(self)
        self.table = QTableView(self)
        self.table.setObjectName("table_beats")
        self.table.setAccessibleName("How often the row beats the column")
        self.table.setModel(self.rows)
        self.maps = CoverageMaps(self)
        self.where = Words(name="label_coverage", role="dim", font=font_dim(), parent=self)
        self.pair = ChoiceBox(self)
        self.pair.setObjectName("combo_coverage")
        self.pair.setAccessibleName("Hyperparameters of the maps")
        self.keep = self._button("button_keep_winner")
        self.start_fast = self._button("button_race")
        self.start_real = self._button("button_race_real")
        self.stop = self._button("button_stop_race", "Stop")
        self.foot = ShortWords(name="label_race_foot", role="dim", font=font_dim(), parent=self)
        self.pages = QStackedWidget(self)
        self._lay_out()
        self._connect()
        self._on_opened()

    def _button(self, name: str, text: str = "") -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        return button

    def _lay_out(self) -> None:
        style_table(self.table)
        self.table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + space(10))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.setMinimumWidth(space(300))
        above = QSplitter(Qt.Orientation.Horizontal, self)
        above.setObjectName("splitter_race")
        above.setChildrenCollapsible(False)
        above.addWidget(self.plot)
        above.addWidget(self.table)
        above.setSizes([space(640), space(640)])
        below = QWidget(self)
        inside = QVBoxLayout(below)
        inside.setContentsMargins(space(16), space(8), space(16), space(4))
        over = QHBoxLayout()
        over.addWidget(self.where, 1)
        over.addWidget(self.pair)
        inside.addLayout(over)
        inside.addWidget(self.maps, 1)
        found = QSplitter(Qt.Orientation.Vertical, self)
        found.setObjectName("splitter_coverage")
        found.setChildrenCollapsible(False)
        found.addWidget(above)
        found.addWidget(below)
        found.setSizes([space(370), space(230)])
        self.pages.addWidget(self.choice)
        verdict = QWidget(self)
        whole = QVBoxLayout(verdict)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(space(16), space(8), space(16), space(4))
        head.addWidget(self.headline)
        whole.addLayout(head)
        whole.addWidget(found, 1)
        self.pages.addWidget(verdict)
        bar = QHBoxLayout()
        bar.setContentsMargins(space(16), space(4), space(16), space(8))
        for button in (self.keep, self.start_fast, self.start_real, self.stop):
            bar.addWidget(button)
        self.foot.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        bar.addWidget(self.foot, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.pages, 1)
        rows.addLayout(bar)

    def _connect(self) -> None:
        self.choice.changed.connect(self._on_chosen)
        self.race.priced.connect(self._show_buttons)
        self.against.activated.connect(self.show_race)
        self.pair.activated.connect(self.show_race)
        self.keep.clicked.connect(self._on_keep)
        self.start_fast.clicked.connect(self._on_fast)
        self.start_real.clicked.connect(self._on_real)
        self.stop.clicked.connect(self.race.stop)
        self.race.changed.connect(self.show_race)
        self.race.failed.connect(self._on_failed)
        self._document.opened.connect(self._on_opened)
        self._document.setup_changed.connect(self._on_setup_changed)
        self._document.trials_changed.connect(self._on_trials_changed)

    @Slot()
    def show_race(self) -> None:
        """Show what is known, and what can be done."""
        race, history = self.race.race, self._document.history
        if race is not None and history is not None:
            self._verdict = judged(race)
            setup = self._document.setup
            metric = getattr(setup.objective, "metric", "") if setup is not None else ""
            data = race_lines_data(
                race,
                self._verdict,
                self.against.currentData(),
                metric.replace("_", " ") or "score",
                is_running=self.race.is_running,
            )
            self.headline.say(*race_title(race, self._verdict, is_running=self.race.is_running))
            self.plot.show_lines(data)
            self.rows.show_verdict(self._verdict, race.titles)
            told = self._verdict
            self.maps.show_maps(
                () if told is None else coverage_maps(race, history.space, told, self.pair.currentData())
            )
            self.pair.setVisible(told is not None and self.pair.count() > 1)
            leader = "" if told is None else race.titles[told.order[0]]
            self.where.setText(plain(f"Where each searched, in the middle repeat of {leader}." if leader else SOON))
            where = "on the model of this study's trials" if race.quality is not None else "on the real objective"
            counts = f"{len(race.names)} strategies · {count_text(race.repeats, 'repeat')}"
            self.remarked.emit(f"{counts} · {count_text(race.trials, 'trial')} each · {where}")
            self.pages.setCurrentIndex(1)
        else:
            self._verdict = None
            self.pages.setCurrentIndex(0)
            self.remarked.emit("")
        self._show_buttons()

    # -- inside ------------------------------------------------------------------------------------------------------

    @property
    def _is_choosing(self) -> bool:
        return self.pages.currentIndex() == 0

    @Slot()
    def _show_buttons(self) -> None:
        running, race, told = self.race.is_running, self.race.race, self._verdict
        self.keep.setVisible(not self._is_choosing and not running and told is not None)
        self.keep.setText("" if race is None or told is None else caption(keep_words(race, told)))
        why = self._why_not_keep()
        self.keep.setEnabled(not why)
        self.keep.setToolTip(plain(why))
        self.start_fast.setVisible(not running)
        self.start_real.setVisible(not running)
        if self._had_focus and not running:  # before it goes, so that the focus does not wander off
            (self.keep if not self.keep.isHidden() and self.keep.isEnabled() else self.start_fast).setFocus()
            self._had_focus = False
        self.stop.setVisible(running)
        fast, real = self._prices()
        on_model = f"On the model of its trials: {fast}" if fast else "On the model of its trials"
        self.start_fast.setText(on_model if self._is_choosing else "Race again …")
        self.start_real.setText(f"On the real objective: {real}" if real else "On the real objective")
        why_fast, why_real = self._why_not()
        self.start_fast.setEnabled(not why_fast or not self._is_choosing)
        self.start_fast.setToolTip(plain(why_fast if self._is_choosing else ""))
        self.start_real.setEnabled(not why_real)
        self.start_real.setToolTip(plain(why_real))
        self.choice.caution.setText(why_fast or why_real if self._is_choosing else "")
        if self._is_choosing:
            quick = "" if why_fast else "A race on the model is quick, and only as true as the model."
            self.foot.setText("The first trials are on their way …" if running else quick)
        else:
            self.foot.setText("" if race is None else foot(race))
        self._choose_main()

    def _choose_main(self) -> None:
        main = self.keep if not self._is_choosing else self.start_fast
        mark_main((self.keep, self.start_fast, self.start_real), main)

    @property
    def _asked(self) -> tuple[tuple[Entrant, ...], int, int]:
        """Who shall race, how often, and for how many trials."""
        repeats, trials = (int(str(field.value)) for field in (self.choice.repeats, self.choice.trials))
        return self.choice.entrants, repeats, trials

    def _prices(self) -> tuple[str, str]:
        entrants, repeats, trials = self._asked
        history = self._document.history
        real = None if history is None else real_seconds(history, entrants, repeats, trials)
        fast = fast_seconds(entrants, self.race.choosing, repeats, trials)
        return "" if fast is None else about_text(fast), "" if real is None else about_text(real)

    def _why_not(self) -> tuple[str, str]:
        """Why there can be no race on the model, and none on the objective; empty where there can."""
        setup, history = self._document.setup, self._document.history
        if setup is None or history is None:
            return NO_STUDY, NO_STUDY
        if self.choice.no_starts:
            return self.choice.no_starts, self.choice.no_starts
        if len(self.choice.entrants) < 2:
            return NOBODY, NOBODY
        scored = int(history.eligible.sum())
        fast = FEW if scored < 8 else ""
        if not self.choice.races_starts and self.choice.pruner.currentData() != "none":
            fast = "On the model no trial has steps, so pruners race on the real objective alone."
        busy = "The study itself runs: stop it first, or race on the model." if self._document.is_running else ""
        return fast, NO_OBJECTIVE if setup.objective is None else busy

    def _kept(self) -> StudySetup | None:
        """The study's definition with the leader kept; raises :class:`UserFault` where that cannot be."""
        setup, race, told = self._document.setup, self.race.race, self._verdict
        if setup is None or race is None or told is None:
            return None
        return with_winner(setup, race.entrants, race.entrants[told.order[0]])

    def _why_not_keep(self) -> str:
        if self._verdict is None or not self._verdict.is_trusted:
            return "No strategy is known to lead."
        try:
            return "This study already does that." if self._kept() == self._document.setup else ""
        except UserFault as fault:
            return str(fault)

    def _start(self, *, is_real: bool) -> None:
        self.race.start(*self._asked, is_real=is_real)
        self.stop.setFocus()
        self._had_focus = True

    @Slot()
    def _on_fast(self) -> None:
        if self._is_choosing:
            self._start(is_real=False)
        else:
            self.pages.setCurrentIndex(0)
            self._show_buttons()

    @Slot()
    def _on_real(self) -> None:
        self._start(is_real=True)

    @Slot()
    def _on_keep(self) -> None:
        setup, race, told = self._document.setup, self.race.race, self._verdict
        after = self._kept()
        if setup is not None and race is not None and told is not None and after is not None:
            text = f"strategy {race.titles[told.order[0]]}"
            self._document.undo_stack.push(EditSetup(text, setup, after, self._document.put_setup))

    def watch(self, is_seen: bool) -> None:
        """A race is priced when somebody may want it."""
        if is_seen:
            self._on_chosen()

    @Slot(object)
    def _on_trials_changed(self, _events: tuple[object, ...]) -> None:
        self._on_chosen()  # a race on their model may be possible now

    @Slot()
    def _on_chosen(self) -> None:
        entrants, _, trials = self._asked
        if self.isVisible() and self._is_choosing and not any(self._why_not()[:1]):
            self.race.ask_price(entrants, trials)
        self._show_buttons()

    @Slot()
    def _on_setup_changed(self) -> None:
        self._offer_starts()
        self._offer_pairs()
        self._on_chosen()

    def _offer_pairs(self) -> None:
        history = self._document.history
        pairs = () if history is None else coverage_pairs(history.space)
        before = self.pair.currentData()
        self.pair.clear()
        for names in pairs:
            self.pair.addItem(pair_words(names), names)
        self.pair.setCurrentIndex(max(0, pairs.index(before) if before in pairs else 0))
        self.pair.setVisible(len(pairs) > 1)

    def _offer_starts(self) -> None:
        setup, history = self._document.setup, self._document.history
        if setup is None or history is None:
            self.choice.offer_starts((), NO_STUDY)
            return
        try:
            self.choice.offer_starts(starts_race(setup, history.space), "")
        except UserFault as fault:
            self.choice.offer_starts((), str(fault))

    @Slot()
    def _on_opened(self) -> None:
        self._offer_starts()
        self._offer_pairs()
        setup = self._document.setup
        if setup is not None and setup.budget.trials is not None:
            self.choice.trials.show_value(setup.budget.trials)
        self.show_race()

    @Slot(object)
    def _on_failed(self, fault: UserFault) -> None:
        self._messages.fault(fault.what, fault.remedy)
