"""The card of the strategy: which sampler chooses trials, which pruner stops them, and the seed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.options import Option
from engine.study import Catalogue, Entry, first_trials, strategy_caution, why_no_racing
from gui.base.choice_box import ChoiceBox
from gui.base.formats import count_text
from gui.base.help import help_text
from gui.base.text import plain
from gui.base.theme import font_strong, space
from gui.pages.setup import hypergradient_setup
from gui.pages.setup.editor import SetupEditor
from gui.pages.setup.strategy_preview import PreviewRow
from gui.views.card import Card
from gui.views.choice_list import ChoiceList
from gui.views.fields import number_field
from gui.views.form import Form
from gui.views.labels import Words
from gui.views.option_form import OptionForm

FIRST_TRIALS = "First try what does well on many tables"
SEED = Option("seed", int, 0, "Seed", low=0, high=2**32 - 1)


class StrategyCard(Card):
    """Shows the document's strategy; can be changed at any time, and holds for trials that begin afterwards."""

    def __init__(self, editor: SetupEditor, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__("Strategy", "strategy", parent)
        self._editor = editor
        self._families = {entry.name: entry for entry in catalogue.families}
        self._samplers = {entry.name: entry for entry in catalogue.samplers}
        self._ways_to_race = catalogue.racing
        self._pruners = {entry.name: entry for entry in catalogue.pruners}
        self._list = ChoiceList("sampler", "Strategies", self.body)
        self._list.chosen.connect(self._on_sampler_chosen)
        self._title = Words(font=font_strong(), parent=self.body)
        self._summary = Words(name="label_sampler", role="dim", wrap=True, parent=self.body)
        self._hindrance = Words(name="label_hindrance", wrap=True, parent=self.body)
        self._mend = QPushButton(self.body)
        self._mend.setObjectName("button_plain_descent")
        self._mend.setAutoDefault(False)
        self._mend.clicked.connect(self._on_mend_clicked)
        self._is_settled = False
        self._portfolio = QCheckBox(FIRST_TRIALS, self.body)
        self._portfolio.setObjectName("check_portfolio")
        self._portfolio.clicked.connect(self._on_portfolio_clicked)
        self._portfolio_help = Words(name="label_portfolio", role="dim", wrap=True, parent=self.body)
        self._options = OptionForm("sampler", self.body)
        self._options.edited.connect(self._on_options_edited)
        self._pruner = ChoiceBox(self.body)
        self._pruner.setObjectName("combo_pruner")
        for entry in catalogue.pruners:
            self._pruner.addItem(entry.title, entry.name)
        self._pruner.activated.connect(self._on_pruner_chosen)
        self._pruner_form = Form(self.body)
        self._pruner_form.add("Pruner", self._pruner, help_text("setup", "pruner"))
        self._racing = ChoiceBox(self.body)
        self._racing.setObjectName("combo_racing")
        for entry in self._ways_to_race:
            self._racing.addItem(entry.title, entry.name)
            self._racing.setItemData(self._racing.count() - 1, plain(entry.summary), Qt.ItemDataRole.ToolTipRole)
        self._racing.activated.connect(self._on_racing_chosen)
        self._racing_form = Form(self.body)
        self._racing_form.add("Fold racing", self._racing, help_text("setup", "racing"))
        self._pruner_options = OptionForm("pruner", self.body)
        self._pruner_options.edited.connect(self._on_pruner_options_edited)
        self._seed = number_field(SEED, "strategy_seed", self.body)
        self._seed.edited.connect(self._on_seed_edited)
        self._seed_form = Form(self.body)
        self._seed_form.add("Seed", self._seed, help_text("setup", "seed"))
        self._build_ui()

    def _build_ui(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(space(24))
        row.addWidget(self._list)
        right = QVBoxLayout()
        right.setSpacing(space(8))
        right.addWidget(self._title)
        right.addWidget(self._summary)
        right.addWidget(self._hindrance)
        right.addWidget(self._mend, 0, Qt.AlignmentFlag.AlignLeft)
        right.addSpacing(space(4))
        right.addWidget(self._portfolio)
        right.addWidget(self._portfolio_help)
        right.addWidget(self._options)
        right.addWidget(rule(self.body))
        right.addWidget(self._racing_form)
        right.addWidget(self._pruner_form)
        right.addWidget(self._pruner_options)
        right.addWidget(rule(self.body))
        right.addWidget(self._seed_form)
        right.addStretch(1)
        row.addLayout(right, 1)
        self.body_column.addLayout(row)
        self._preview = PreviewRow(self._editor, self.body)
        self.body_column.addWidget(self._preview)

    def refresh(self) -> None:
        """Show the document's strategy."""
        strategy = self._editor.setup.strategy
        sampler = self._samplers.get(strategy.sampler) or _unknown(strategy.sampler)
        pruner = self._pruners.get(strategy.pruner) or _unknown(strategy.pruner)
        self._preview.refresh()
        self._list.show_entries(tuple(self._samplers.values()), {})
        self._list.show_choice(strategy.sampler)
        self._title.setText(sampler.title)
        self._summary.setText(sampler.summary)
        self._show_hindrance()
        self._show_portfolio()
        self._options.show_options(sampler.options, strategy.options)
        self._pruner.setCurrentIndex(self._pruner.findData(strategy.pruner))
        self._pruner.setToolTip(plain(pruner.summary))
        self._pruner_options.show_options(pruner.options, strategy.pruner_options)
        self._show_racing()
        self._seed.show_value(strategy.seed)
        pruned = pruner.title[:1].lower() + pruner.title[1:]
        note = "1 caution" if strategy_caution(self._editor.setup) else ""
        self.head.set_summary(f"{sampler.title} · {pruned} · seed {strategy.seed}", note=note)

    def settle(self, is_settled: bool) -> None:
        """Whether the model can no longer be changed."""
        if is_settled != self._is_settled:
            self._is_settled = is_settled
            self._show_hindrance()

    def _show_hindrance(self) -> None:
        """What the strategy cannot do with this model or budget, and the button that gives it what it lacks."""
        setup, table = self._editor.setup, self._editor.table
        family = None if table is None else self._families.get(table.family)
        sentence = strategy_caution(setup)
        is_descent = setup.strategy.sampler == hypergradient_setup.STRATEGY
        can_mend = is_descent and bool(sentence) and hypergradient_setup.can_differentiate(family)
        if can_mend and self._is_settled:
            sentence += " The model cannot be changed once trials exist: create a new study for it."
        words = hypergradient_setup.offer_words(setup)
        self._hindrance.setText(sentence)
        self._hindrance.setVisible(bool(sentence))
        self._mend.setText(words)
        self._mend.setAccessibleName(words)
        self._mend.setVisible(can_mend and not self._is_settled)

    def _show_portfolio(self) -> None:
        """Offer the switch where the strategy begins with known configurations and the model has some in this space."""
        setup = self._editor.setup
        starts = first_trials(setup)
        self._portfolio.setChecked(setup.strategy.portfolio)
        self._portfolio.setVisible(bool(starts))
        self._portfolio_help.setVisible(bool(starts))
        if starts:
            self._portfolio_help.setText(
                f"{count_text(len(starts), 'configuration')} of this space, from published studies."
            )
            self._portfolio.setToolTip(
                plain("\n".join(f"{number}. {start.source}" for number, start in enumerate(starts, 1)))
            )

    @Slot(bool)
    def _on_portfolio_clicked(self, is_wanted: bool) -> None:
        self._editor.edit_strategy("first trials", portfolio=is_wanted)

    @Slot()
    def _on_mend_clicked(self) -> None:
        self._editor.edit("plain SGD", hypergradient_setup.with_plain_sgd(self._editor.setup))

    @Slot(str)
    def _on_sampler_chosen(self, name: str) -> None:
        if name != self._editor.setup.strategy.sampler:
            self._editor.edit_strategy("strategy", "strategy.sampler", sampler=name, options={})

    @Slot(object)
    def _on_options_edited(self, values: dict[str, object]) -> None:
        self._editor.edit_strategy("settings of the strategy", "strategy.options", options=values)

    @Slot(int)
    def _on_pruner_chosen(self, place: int) -> None:
        self._editor.edit_strategy("pruner", pruner=self._pruner.itemData(place), pruner_options={})

    def _show_racing(self) -> None:
        """The choices of the race of folds; what is of no use here says why."""
        setup = self._editor.setup
        for place, entry in enumerate(self._ways_to_race):
            objection = why_no_racing(setup, entry.name)
            self._racing.setItemData(place, plain(objection or entry.summary), Qt.ItemDataRole.ToolTipRole)
            is_offered = not objection or entry.name == "on"
            flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
            model = self._racing.model()
            if isinstance(model, QStandardItemModel):
                model.item(place).setFlags(flags if is_offered else Qt.ItemFlag.NoItemFlags)
        shown = setup.strategy.racing
        place = self._racing.findData(shown)
        self._racing.setCurrentIndex(place if place >= 0 else 0)
        self._racing_form.tell(self._racing, why_no_racing(setup, shown), forbids=False)
        self._racing_form.setVisible(self._editor.table is not None)

    @Slot(int)
    def _on_racing_chosen(self, place: int) -> None:
        self._editor.edit_strategy("fold racing", racing=self._racing.itemData(place))

    @Slot(object)
    def _on_pruner_options_edited(self, values: dict[str, object]) -> None:
        self._editor.edit_strategy("settings of the pruner", "strategy.pruner", pruner_options=values)

    @Slot(object)
    def _on_seed_edited(self, value: object) -> None:
        self._editor.edit_strategy("seed", "strategy.seed", seed=value)


def rule(parent: QWidget) -> QFrame:
    """A hairline between two parts of a card."""
    line = QFrame(parent)
    line.setFrameShape(QFrame.Shape.HLine)
    line.setFrameShadow(QFrame.Shadow.Plain)
    line.setForegroundRole(line.palette().ColorRole.Mid)
    line.setFixedHeight(1)
    return line


def _unknown(name: str) -> Entry:
    """Stands for something that this installation does not have."""
    return Entry(name, name, "This installation does not have it. Choose another, or install what provides it.")
