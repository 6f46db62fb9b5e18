"""Every action of the study window: names, verbs, shortcuts, icons, and the menus they stand in."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence

from gui.base.actions import ActionSpec

Key = QKeySequence.StandardKey

ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("action_new", "&New study…", "Make a study from a table", (Key.New,), "file-plus"),
    ActionSpec("action_open", "&Open…", "Open a study or a table", (Key.Open,), "folder-open"),
    ActionSpec("action_import", "&Import trials…", "Make a study from another program's trials"),
    ActionSpec("action_save_as", "Save a copy &as…", "Write a copy under another name", (Key.SaveAs, "Ctrl+Shift+S")),
    ActionSpec("action_save_without_trials", "Save a copy &without trials…", "Write the setup under another name"),
    ActionSpec("action_train_longer", "Train the best &longer…", "Begin a new study with the best configurations"),
    ActionSpec("action_export", "&Export…", "Write the best configuration or all trials", ("Ctrl+E",)),
    ActionSpec("action_save_picture", "Save a &picture…", "Save a plot as a picture or a drawing"),
    ActionSpec("action_close", "&Close", "Close this window", (Key.Close, "Ctrl+W")),
    ActionSpec("action_quit", "&Quit", "Close every window", (Key.Quit, "Ctrl+Q")),
    ActionSpec(
        "action_export_shown",
        "Export the s&hown trials…",
        "Write the trials that the filter lets through",
        ("Ctrl+Shift+E",),
    ),
    ActionSpec("action_undo", "&Undo", "Undo the last edit", (Key.Undo,)),
    ActionSpec("action_redo", "&Redo", "Redo the last edit", (Key.Redo,)),
    ActionSpec("action_find", "&Find trials", "Go to the filter of the table of trials", (Key.Find,)),
    ActionSpec("action_run", "&Run", "Run or resume the study", ("Ctrl+R", "F5"), "play-fill"),
    ActionSpec(
        "action_pause", "&Pause", "Pause running trials after their current step", ("Ctrl+P", "F6"), "pause-fill"
    ),
    ActionSpec("action_stop", "&Stop", "Stop the run and its trials", ("Ctrl+.", "F7"), "stop-fill"),
    ActionSpec("action_show_setup", "&Setup", "Show the setup", ("Ctrl+1",)),
    ActionSpec("action_show_live", "&Live", "Show both loops while they run", ("Ctrl+2",)),
    ActionSpec("action_show_explore", "E&xplore", "Show what matters, good regions and failures", ("Ctrl+3",)),
    ActionSpec("action_show_compare", "Co&mpare", "Compare loops, strategies, optimizers, studies", ("Ctrl+4",)),
    ActionSpec("action_show_results", "&Results", "Show the best configuration", ("Ctrl+5",)),
    ActionSpec("action_sort_trials", "Sort &trials by…", "Choose the column that trials are sorted by", ("Ctrl+T",)),
    ActionSpec("action_columns", "&Columns of the table…", "Choose which columns of trials are shown"),
    ActionSpec("action_best_trial", "Go to the &best trial", "Select the best trial", ("Ctrl+G",)),
    ActionSpec("action_theme_system", "Follow &system", "Light or dark, as the system is set", checkable=True),
    ActionSpec("action_theme_light", "&Light", "Light theme", checkable=True),
    ActionSpec("action_theme_dark", "&Dark", "Dark theme", checkable=True),
    ActionSpec("action_palette", "Find a &command…", "Find a command, setting, trial or help", ("Ctrl+K",)),
    ActionSpec("action_help", "&Help", "Help about the focused control, or search", (Key.HelpContents,)),
    ActionSpec("action_help_keys", "&Keyboard shortcuts", "All keyboard shortcuts"),
    ActionSpec("action_help_promises", "&Guarantees", "What is guaranteed, and what is trusted"),
    ActionSpec("action_help_study_file", "The study &file", "The tables of a study file"),
    ActionSpec("action_about", "&About Twinloop", "Show the version and the licences"),
)

MENUS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "menu_file",
        "&File",
        (
            "new",
            "open",
            "import",
            "RECENT",
            "",
            "save_as",
            "save_without_trials",
            "train_longer",
            "export",
            "export_shown",
            "save_picture",
            "",
            "close",
            "quit",
        ),
    ),
    ("menu_edit", "&Edit", ("undo", "redo", "", "find", "palette")),
    ("menu_run", "&Run", ("run", "pause", "stop")),
    (
        "menu_view",
        "&View",
        (
            "show_setup",
            "show_live",
            "show_explore",
            "show_compare",
            "show_results",
            "",
            "best_trial",
            "sort_trials",
            "columns",
            "",
            "THEME",
        ),
    ),
    ("menu_help", "&Help", ("help", "help_keys", "", "help_promises", "help_study_file", "", "about")),
)
"""Object name, title, and the entries: action names without ``action_``, '' for a line, capitals for submenus."""

OF_A_STUDY = (
    "save_as",
    "save_without_trials",
    "train_longer",
    "export",
    "export_shown",
    "save_picture",
    "find",
    "show_setup",
    "show_live",
    "show_explore",
    "show_results",
    "best_trial",
    "sort_trials",
    "columns",
)
"""Actions that need an open study."""

THEMES = ("system", "light", "dark")
