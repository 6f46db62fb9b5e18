"""What the command palette offers: the window's actions, the space, the trials and the help, and no list of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtGui import QAction, QKeySequence

from engine.analysis import parse_filter, score_error
from engine.errors import UserFault
from engine.space import Categorical
from gui.base.formats import number_text, score_text, state_text, value_text
from gui.base.help import Section, sections
from gui.dialogs.palette_match import DO, GO, READ, TRIALS, PaletteEntry
from gui.item_models.space_text import choices_words
from gui.session.document import Document
from gui.session.recent import Recent
from gui.windows.action_specs import MENUS
from gui.windows.ways import Ways

NOT_NOW = "Not possible now."
NO_STUDY = "Open a study first."


class PaletteEntries:
    """Reads a window's parts when it is asked; ``ways`` lead to what was found, or ``open_file`` and ``show_help``."""

    def __init__(
        self,
        actions: dict[str, QAction],
        document: Document,
        recent: Recent,
        ways: Ways,
        open_file: Callable[[Path], object],
        show_help: Callable[[str], object],
    ) -> None:
        self._actions = actions
        self._document = document
        self._recent = recent
        self._ways = ways
        self._open_file = open_file
        self._show_help = show_help

    def __call__(self, query: str) -> list[PaletteEntry]:
        """Everything that may be meant by ``query``; :func:`gui.dialogs.palette_match.matching` chooses."""
        return [*self._commands(), *self._places(), *self._trials(query.strip()), *self._pages_of_help()]

    def _commands(self) -> Iterator[PaletteEntry]:
        for menu, title, names in MENUS:
            for name in names:
                action = self._actions.get(f"action_{name}")
                if action is None or name == "palette":
                    continue
                text = action.text().replace("&&", "\0").replace("&", "").replace("\0", "&")
                key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
                reason = "" if action.isEnabled() else NO_STUDY if not self._document.is_open else NOT_NOW
                group = GO if name.startswith("show_") else READ if menu == "menu_help" else DO
                detail = action.statusTip() or title.replace("&", "")
                yield PaletteEntry(group, text, action.trigger, detail, key, reason)
        for title, save in self._ways.pictures():
            yield PaletteEntry(DO, f"Save picture: {title}…", save, "PNG or SVG", words="figure plot")
        for name in ("theme_system", "theme_light", "theme_dark"):
            action = self._actions[f"action_{name}"]
            yield PaletteEntry(DO, f"Colours: {action.text().replace('&', '').lower()}", action.trigger, words="theme")

    def _places(self) -> Iterator[PaletteEntry]:
        setup = self._document.setup
        if setup is not None:
            for name, title in (
                ("data", "data and target"),
                ("model", "model"),
                ("space", "search space"),
                ("strategy", "strategy and pruner"),
                ("budget", "budget and workers"),
            ):
                yield PaletteEntry(GO, f"Setup: {title}", partial(self._ways.show_card, name), key="Ctrl+1")
            for name, hyperparameter in setup.space.items():
                if not isinstance(hyperparameter, Categorical):
                    scale = ", log" if hyperparameter.log else ""
                    low, high = float(hyperparameter.low), float(hyperparameter.high)
                    about = f"{number_text(low, 3)} to {number_text(high, 3)}{scale}"
                else:
                    about = choices_words(hyperparameter.choices)
                take = partial(self._ways.show_hyperparameter, name)
                text, words = f"Setup, search space: {name}", name.replace("_", " ")
                yield PaletteEntry(GO, text, take, about, "Ctrl+1", words=words)
        for text, show, key in self._ways.parts():
            yield PaletteEntry(GO, text, show, key=key)
        for path in self._recent.paths:
            yield PaletteEntry(
                GO, f"Open {self._recent.label(path)}", partial(self._open_file, path), str(path.parent), words="recent"
            )

    def _trials(self, query: str) -> Iterator[PaletteEntry]:
        history, setup = self._document.history, self._document.setup
        if history is None or setup is None or not len(history):
            return
        if query.isdigit() and int(query) < len(history):
            number = int(query)
            yield PaletteEntry(TRIALS, f"Trial {number}", partial(self._ways.show_trial, number), self._about(number))
        best = history.best_number()
        if best is not None:
            take, about = (
                partial(self._ways.show_trial, best),
                f"best, {score_text(float(history.score[best]), score_error(history, best))}",
            )
            for name, value in history.params(best).items():
                text = f"Trial {best}: {name.replace('_', ' ')} {value_text(value)}"
                yield PaletteEntry(TRIALS, text, take, about, "Ctrl+G", words=name)
        for state, count in history.counts().items():
            if count:
                take = partial(self._ways.filter, f"state = {state}")
                said = f"{count:,} {state} {'trial' if count == 1 else 'trials'}"
                yield PaletteEntry(TRIALS, said[:1].upper() + said[1:], take, "filters the table", words="state")
        if query:
            text = self._filter_of(query)
            if text:
                take = partial(self._ways.filter, text)
                yield PaletteEntry(TRIALS, f"Trials with {text}", take, "filters the table", words=query)

    def _filter_of(self, query: str) -> str:
        """The query where it can be read as a filter that compares something."""
        history, setup = self._document.history, self._document.setup
        assert history is not None
        if not any(sign in query for sign in "=<>~") and not query.startswith("top "):
            return ""
        # In here because the page loads plots, which a first window need not wait for.
        from gui.pages.live.study_words import filter_columns

        try:
            return parse_filter(query, filter_columns(setup, history)).text
        except UserFault:
            return ""

    def _about(self, number: int) -> str:
        trial = self._document.history.trial(number) if self._document.history is not None else None
        if trial is None:
            return ""
        said = state_text(trial.state, is_paused=self._document.is_paused)
        return said if trial.score is None else f"{said}, {score_text(trial.score)}"

    def _pages_of_help(self) -> Iterator[PaletteEntry]:
        for section in sections():
            take = partial(self._show_help, section.topic)
            yield PaletteEntry(READ, section.title, take, section.page_title, words=_start(section))


def _start(section: Section) -> str:
    return section.text[:400]
