"""The card of the model: which family, what is set before training and what is learned, what stays fixed."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from engine.study import Catalogue, FamilyEntry, model_entry, permit_model
from gui.base.text import plain
from gui.base.theme import font_strong, space
from gui.pages.setup.editor import SetupEditor
from gui.pages.setup.strategy_card import rule
from gui.views.card import Card
from gui.views.choice_list import ChoiceList
from gui.views.labels import Words
from gui.views.option_form import OptionForm

PATH_HELP = (
    "Any class with fit and predict that is installed, such as lightgbm.LGBMClassifier. Importing it runs the code of "
    "its package."
)


class ModelCard(Card):
    """Shows the document's model family. Choosing another one takes over its suggested search space."""

    def __init__(self, editor: SetupEditor, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__("Model", "model", parent)
        self._editor = editor
        self._families = {entry.name: entry for entry in catalogue.families}
        self._list = ChoiceList("family", "Models", self.body)
        self._estimators = catalogue.estimators
        self._list.chosen.connect(self._on_family_chosen)
        self._path = QLineEdit(self.body)
        self._path.setObjectName("edit_model_path")
        self._path.setAccessibleName("Import path of another class")
        self._path.setPlaceholderText("or an import path, Enter")
        self._path.setToolTip(plain(PATH_HELP))
        self._path.returnPressed.connect(self._on_path_entered)
        self._title = Words(font=font_strong(), parent=self.body)
        self._outer = Words(name="label_hyperparameters", role="text", wrap=True, parent=self.body)
        self._inner = Words(name="label_parameters", role="text", wrap=True, parent=self.body)
        self._settings_title = Words("Not searched", role="dim", parent=self.body)
        self._settings = OptionForm("model", self.body)
        self._settings.edited.connect(self._on_settings_edited)
        self._build_ui()

    def _build_ui(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(space(24))
        left = QVBoxLayout()
        left.setSpacing(space(6))
        left.addWidget(self._list)
        left.addWidget(self._path)
        left.addStretch(1)
        row.addLayout(left)
        right = QVBoxLayout()
        right.setSpacing(space(4))
        right.addWidget(self._title)
        right.addSpacing(space(4))
        for title, role, words in (
            ("Hyperparameters", "outer", self._outer),
            ("Parameters", "inner", self._inner),
        ):
            right.addWidget(Words(title, role=role, parent=self.body))
            right.addWidget(words)
            right.addSpacing(space(4))
        self._rule = rule(self.body)
        right.addWidget(self._rule)
        right.addSpacing(space(4))
        right.addWidget(self._settings_title)
        right.addWidget(self._settings)
        right.addStretch(1)
        row.addLayout(right, 1)
        self.body_column.addLayout(row)

    def refresh(self) -> None:
        """Show the document's model."""
        table = self._editor.table
        if table is None:
            self.head.set_summary("this study's objective is not a model on a table")
            self.lock("This study scores something else than a model on a table.")
            return
        fitting = [one for one in self._estimators if table.task in one.tasks]
        disabled = {
            e.name: f"{e.title} does not support {table.task}."
            for e in self._families.values()
            if table.task not in e.tasks
        }
        self._list.show_entries((*self._families.values(), *fitting), disabled)
        self._list.show_choice(table.family)
        family = model_entry(table.family)
        if family is None:
            self.head.set_summary(table.family, "this installation does not have it")
            return
        is_listed = family.name in self._families or family in fitting
        self._path.setText("" if is_listed else family.name)
        self._title.setText(family.title)
        self._outer.setText(family.hyperparameters)
        self._inner.setText(family.parameters)
        self._settings.show_options(family.options, table.settings)
        for part in (self._rule, self._settings_title):
            part.setVisible(bool(family.options))
        self.head.set_summary(" · ".join([family.title, *_settings_words(family, table.settings)]))

    @Slot(str)
    def _on_family_chosen(self, name: str) -> None:
        table = self._editor.table
        if table is not None and name != table.family:
            self._suggest(name)

    @Slot()
    def _on_path_entered(self) -> None:
        table, path = self._editor.table, self._path.text().strip()
        if table is not None and path and path != table.family:
            permit_model(path)  # whoever types it has chosen it
            self._suggest(path)

    def _suggest(self, name: str) -> None:
        """Take over a model, with its suggested space."""
        table, entry = self._editor.table, model_entry(name)
        title = name if entry is None else entry.title
        assert table is not None
        self._editor.suggest(f"model {title if '.' in name else title.lower()}", family=name, task=table.task)

    @Slot(object)
    def _on_settings_edited(self, values: dict[str, object]) -> None:
        self._editor.edit_objective("settings of the model", "model.settings", settings=values)


def _settings_words(family: FamilyEntry, settings: dict[str, object]) -> list[str]:
    """The first two plain settings of a model, such as ``50 epochs``."""
    plain = [option for option in family.options if not option.advanced and option.kind is int][:2]
    return [f"{settings.get(option.name, option.default)} {option.label.lower()}" for option in plain]
