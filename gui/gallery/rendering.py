"""The scenes of the gallery, and how their pictures are taken."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path

from PySide6.QtCore import QEvent, QItemSelectionModel, QSettings, QStandardPaths
from PySide6.QtGui import QAction, QFont
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QMessageBox,
    QWidget,
)

import resources
from engine.printing import print_line
from engine.setup import replace
from engine.study import Runner
from engine.trials import Curves, History, State
from gui.app import create_application
from gui.base.settings import Settings
from gui.base.theme import apply_theme
from gui.bridge.background import Background
from gui.dialogs.help_page import PAGES as HELP_PAGES
from gui.dialogs.palette import Palette
from gui.gallery import states, tables
from gui.gallery.code import code_scenes
from gui.gallery.exploring import explore_scenes
from gui.gallery.exploring_more import further_scenes
from gui.gallery.races import (
    choose_starts,
    choose_strategies,
    race_network,
    race_optimizers,
    race_strategies,
    stand_side_by_side,
    wait_for,
)
from gui.gallery.still_runner import Still, StillRunner, opened
from gui.pages.live import LivePage
from gui.pages.live.trial_details import TrialDetails
from gui.pages.setup.setup_page import SetupPage
from gui.plots.plot_base import Plot
from gui.session.two_loops import TwoLoops
from gui.views.card import Card
from gui.windows.study_window import StudyWindow

THEMES = ("light", "dark")
STUDIES = ("digits.study", "layers.study")
# A usual screen at 112 %, a small laptop, 4K, half a screen, a whole page.
USUAL, SMALL, LARGE, NARROW, TALL = (1708, 960), (1366, 768), (3840, 2160), (1000, 1000), (1708, 2300)


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: its name, what the study looks like (none for the start page), the page, the window's size.

    ``act`` does with the window what a person would do to see a dialog or a tab; what it returns is photographed.
    """

    name: str
    still: Callable[[], Still] | None
    page: str
    size: tuple[int, int] = USUAL
    act: Callable[[StudyWindow], QWidget | None] | None = None


def render_scenes(folder: Path, scale: int, only: str) -> int:
    """Take every scene's picture in both themes; the exit status."""
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    with tempfile.TemporaryDirectory(prefix="twinloop-gallery-") as place:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, place)
        QStandardPaths.setTestModeEnabled(True)
        application = create_application(["twinloop"])
        application.setFont(fixed_font())
        for name in STUDIES:
            with as_file(files(resources).joinpath("gallery", name)) as source:
                shutil.copyfile(source, Path(place) / name)  # what is kept is never opened: it would be migrated
        for scene in scenes(Path(place)):
            if only in scene.name:
                _photograph(application, scene, folder, scale)
    return 0


def fixed_font() -> QFont:
    """The same letters wherever one of these families is installed."""
    font = QFont(["Inter", "DejaVu Sans"])
    font.setPixelSize(13)
    return font


def scenes(folder: Path) -> tuple[Scene, ...]:
    """Every page, dialog and state."""
    study, telling = (opened(folder / name) for name in STUDIES)
    finished, told = partial(states.finished, study), partial(states.finished, telling)
    orders = tables.write_orders(folder / "orders of the northern branch.csv")
    customers = tables.write_customers(folder / "customers.csv")
    asked, answered = partial(tables.unconfirmed, orders), partial(tables.confirmed, orders)
    return (
        Scene("start", None, "start"),
        Scene("setup", finished, "setup"),
        Scene("setup-new", partial(states.empty, study), "setup"),
        Scene("setup-small", partial(states.empty, study), "setup", SMALL),
        Scene("setup-open", partial(states.empty, study), "setup", TALL, _unfold),
        Scene("setup-validation", partial(states.by_time, study), "setup", TALL, _show_data),
        Scene("setup-groups", partial(states.by_group, study), "setup", TALL, _show_data),
        Scene("setup-unknown", partial(states.unknown_names, study), "setup"),
        Scene("setup-class", partial(states.chosen_class, study), "setup", TALL, _unfold),
        *(Scene(f"setup-{name}", still, "setup", SMALL, act) for name, still, act in code_scenes(folder)),
        Scene("setup-hypergradient", partial(states.hypergradient, study), "setup", SMALL, _show_strategy),
        Scene("setup-strategies", partial(states.empty, study), "setup", SMALL, _preview_strategies),
        Scene("setup-cautions", answered, "setup", SMALL, _fold_data),
        Scene("setup-cautions-open", answered, "setup", TALL, _unfold),
        Scene("setup-target", asked, "setup", SMALL),
        Scene("setup-hints", partial(tables.unconfirmed, customers), "setup", SMALL),
        Scene("setup-rows", asked, "setup", SMALL, partial(_click, "button_show_rows")),
        Scene("dialog-how-written", answered, "setup", SMALL, _how_written),
        Scene("dialog-how-written-wrong", answered, "setup", SMALL, _how_written_wrong),
        Scene("live", finished, "live"),
        Scene("live-small", finished, "live", SMALL),
        Scene("live-4k", finished, "live", LARGE),
        Scene("live-narrow", finished, "live", NARROW),
        Scene("live-running", partial(states.running, study), "live"),
        Scene(
            "live-second-fold", partial(states.second_fold, study), "live", SMALL, partial(_pick, states.in_second_fold)
        ),
        Scene("live-overfitting", finished, "live", act=partial(_pick, states.overfitting)),
        Scene("live-first", partial(states.first_trial, study), "live"),
        Scene("live-empty", partial(states.empty, study), "live"),
        Scene("live-failed", partial(states.failed, study), "live"),
        Scene("live-long-names", partial(states.long_names, study), "live", SMALL),
        Scene("live-without-steps", partial(states.without_steps, study), "live"),
        Scene("live-many", partial(states.many, study), "live"),
        Scene("live-folds", finished, "live", SMALL, partial(_open_tab, index=1)),
        Scene("live-log", partial(states.failed, study), "live", SMALL, partial(_open_tab, index=2)),
        Scene("live-why", finished, "live", SMALL, partial(_open_tab, index=3)),
        Scene("live-why-predicted", told, "live", SMALL, partial(_open_tab, index=3)),
        Scene("live-gradients-small", told, "live", SMALL, partial(_choose_measure, "gradients")),
        Scene("live-weights", told, "live", act=partial(_choose_measure, "weights")),
        Scene("live-weights-4k", told, "live", LARGE, partial(_choose_measure, "weights")),
        Scene("live-dead", told, "live", act=_show_dead),
        Scene("live-dead-small", told, "live", SMALL, _show_dead),
        Scene("live-weights-untold", finished, "live", SMALL, partial(_choose_measure, "weights")),
        Scene("live-expected", partial(states.noisy, study), "live"),
        Scene("live-expected-small", partial(states.noisy, study), "live", SMALL, partial(_open_tab, index=3)),
        Scene("live-expected-4k", partial(states.noisy, study), "live", LARGE, partial(_open_tab, index=3)),
        Scene("live-constraints-small", partial(states.constrained, study), "live", SMALL),
        Scene("live-none-feasible", partial(states.none_feasible, study), "live", SMALL),
        Scene("live-marked", finished, "live", SMALL, _mark),
        Scene("live-filter-wrong", finished, "live", SMALL, partial(_filter, "learning_rate < small")),
        Scene("live-menu", finished, "live", SMALL, _trial_menu),
        Scene("palette", finished, "live", SMALL, partial(_palette, "lear")),
        Scene("dialog-compare", finished, "live", act=_compare),
        Scene("dialog-note", finished, "live", act=_note),
        Scene("dialog-help", finished, "live", act=_help_browser),
        *(
            Scene(f"explore-{name}", still, "explore", size, act)
            for name, still, size, act in (*explore_scenes(study), *further_scenes(study))
        ),
        Scene("compare-loops", finished, "compare", SMALL, _compare_loops),
        Scene("compare-loops-empty", partial(states.empty, study), "compare", SMALL, _compare_loops),
        Scene("compare-strategies", finished, "compare", act=race_strategies),
        Scene("compare-strategies-choice", finished, "compare", SMALL, choose_strategies),
        Scene("compare-strategies-starts", finished, "compare", SMALL, choose_starts),
        Scene("compare-optimizers", finished, "compare", SMALL, race_optimizers),
        Scene("compare-network", finished, "compare", act=race_network),
        Scene("compare-studies", finished, "compare", SMALL, stand_side_by_side),
        Scene("results", finished, "results"),
        Scene("results-expected-small", partial(states.noisy, study), "results", SMALL),
        Scene("results-none-feasible", partial(states.none_feasible, study), "results", SMALL),
        Scene("results-small", finished, "results", SMALL),
        Scene("results-empty", partial(states.empty, study), "results"),
        Scene("results-long-names", partial(states.long_names, study), "results"),
        Scene("dialog-variation", finished, "live", act=_variation),
        Scene("dialog-close", partial(states.running, study), "live", act=_closing),
        Scene("dialog-consent", finished, "live", act=_consent),
        *(Scene(f"dialog-{page}", finished, "live", act=partial(_help, page)) for page in HELP_PAGES),
    )


def _photograph(application: QApplication, scene: Scene, folder: Path, scale: int) -> None:
    for theme in THEMES:
        apply_theme(application, theme)
        settings = Settings()
        settings.theme = theme
        still = scene.still() if scene.still is not None else None
        window = StudyWindow(settings, Runner if still is None else partial(StillRunner, still))
        window.resize(*scene.size)
        window.show()
        if still is not None:
            window.study.open(still.study.path)
        settle(window)
        window.show_page(scene.page)
        settle(window)
        subject: QWidget = window
        if scene.act is not None:
            subject = scene.act(window) or window
            settle(window)
        for plot in subject.findChildren(Plot):
            plot.finish()
        subject.grab().save(str(folder / f"{scene.name}-{theme}-{scale}x.png"))
        _put_away(window)
    print_line(f"{scene.name} at {scale}x")


def _put_away(window: StudyWindow) -> None:
    for dialog in window.findChildren(QDialog):
        dialog.done(0)
    window.hide()
    window.shutdown()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def settle(window: StudyWindow) -> None:
    """Let timers, layouts and background readers do what is due."""
    readers = window.background, window.about_study, window.expectation
    wait_for(lambda: not any(reader.is_busy for reader in readers))


def settle_background(dialog: QDialog) -> None:
    """Let what a dialog reads by itself come."""
    wait_for(lambda: not any(one.is_busy for one in dialog.findChildren(Background)))


def _unfold(window: StudyWindow) -> None:
    for card in window.findChildren(Card):
        card.fold(False)


def _show_data(window: StudyWindow) -> None:
    for page in window.findChildren(SetupPage):
        page.cards["space"].fold(True)
        page.show_card("data")


def _fold_data(window: StudyWindow) -> None:
    for page in window.findChildren(SetupPage):
        page.cards["data"].fold(True)


def _click(name: str, window: StudyWindow) -> None:
    button = window.findChild(QAbstractButton, name)
    assert isinstance(button, QAbstractButton)
    button.click()


def _how_written(window: StudyWindow) -> QWidget | None:
    _click("button_how_written", window)
    dialog = window.findChild(QDialog, "dialog_how_written")
    assert isinstance(dialog, QDialog)
    settle_background(dialog)
    return dialog


def _how_written_wrong(window: StudyWindow) -> QWidget | None:
    dialog = _how_written(window)
    assert dialog is not None
    field = dialog.findChild(QComboBox, "read_separator")
    assert isinstance(field, QComboBox)
    line = field.lineEdit()
    assert line is not None
    line.setText("x")
    line.textEdited.emit("x")
    return dialog


def _preview_strategies(window: StudyWindow) -> None:
    _show_strategy(window)
    _click("button_preview_strategies", window)
    plot = window.findChild(QWidget, "plot_strategy_preview")
    wait_for(lambda: plot is not None and not plot.isHidden())
    for page in window.findChildren(SetupPage):
        page.ensureWidgetVisible(plot or page)


def _show_strategy(window: StudyWindow) -> None:
    for page in window.findChildren(SetupPage):
        page.cards["space"].fold(True)
        page.show_card("strategy")


def _open_tab(window: StudyWindow, index: int) -> None:
    for details in window.findChildren(TrialDetails):
        details.tabs.setCurrentIndex(index)


def _pick(which: Callable[[History, Curves], int], window: StudyWindow) -> None:
    document = window.study
    assert document.history is not None
    for page in window.findChildren(LivePage):
        page.inner.picked.emit(which(document.history, document.curves))


def _compare_loops(window: StudyWindow) -> None:
    source = window.findChild(TwoLoops)
    assert isinstance(source, TwoLoops)
    wait_for(lambda: source.found is not None and "guessing" in source.found.loops.remark)


def _show_dead(window: StudyWindow) -> None:
    _pick(states.dying, window)
    _choose_measure("dead", window)


def _choose_measure(name: str, window: StudyWindow) -> None:
    action = window.findChild(QAction, f"action_measure_{name}")
    assert isinstance(action, QAction)
    action.trigger()


def _variation(window: StudyWindow) -> QWidget | None:
    button = window.findChild(QWidget, "button_variation")
    if button is not None:
        button.click()  # type: ignore[attr-defined]
    return window.findChild(QDialog, "dialog_variation")


def _mark(window: StudyWindow) -> None:
    """Stars, a note and an excluded trial, with several rows selected."""
    setup, history = window.study.setup, window.study.history
    assert setup is not None
    assert history is not None
    best = history.best_number() or 0
    others = [number for number in history.where(State.COMPLETE).tolist() if number != best][-4:]
    marked = replace(setup, starred=(others[0], best), notes={others[1]: "slow, look again"}, excluded=(others[2],))
    window.study.put_setup(marked)
    history.exclude(marked.excluded)
    window.study.setup_changed.emit()
    table = window.findChild(LivePage).outer.table  # type: ignore[union-attr]
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for row in range(1, 4):
        table.selectionModel().select(table.model().index(row, 0), flags)


def _filter(text: str, window: StudyWindow) -> None:
    window.findChild(LivePage).outer.filter.put(text)  # type: ignore[union-attr]


def _trial_menu(window: StudyWindow) -> QWidget | None:
    page = window.findChild(LivePage)
    assert isinstance(page, LivePage)
    menu = page.trial_actions.menu()
    menu.popup(page.outer.plot.mapToGlobal(page.outer.plot.rect().center()))
    return menu


def _palette(text: str, window: StudyWindow) -> None:
    window.menus.action("palette").trigger()
    window.findChild(Palette).line.setText(text)  # type: ignore[union-attr]


def _compare(window: StudyWindow) -> QWidget | None:
    window.findChild(LivePage).trial_actions.compare_wanted.emit([3, 12, 20])  # type: ignore[union-attr]
    return window.findChild(QDialog, "dialog_compare")


def _note(window: StudyWindow) -> QWidget | None:
    window.findChild(LivePage).trial_actions.do("note")  # type: ignore[union-attr]
    return window.findChild(QDialog, "dialog_note")


def _help_browser(window: StudyWindow) -> QWidget | None:
    window.show_help("window:filter")
    return window.findChild(QDialog, "dialog_help")


def _consent(window: StudyWindow) -> QWidget | None:
    what = "This study wants to read C:/Tables/survey.csv, which is not in its own folder."
    window.study.permission_needed.emit(what)
    return window.findChild(QMessageBox)


def _help(page: str, window: StudyWindow) -> QWidget | None:
    window.menus.action(f"help_{page}").trigger()
    return window.findChild(QDialog, f"dialog_{page}")


def _closing(window: StudyWindow) -> QWidget | None:
    window.close()
    return window.findChild(QMessageBox)
