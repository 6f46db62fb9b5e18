"""What the application remembers between starts, typed, over ``QSettings``."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

MOST = 20  # filters that are offered again
LAYOUT_VERSION = 1  # grows when saved window states no longer fit the windows


class Settings:
    """One door to the stored values. A value that is missing or damaged reads as its default."""

    def __init__(self) -> None:
        self._store = QSettings()

    @property
    def theme(self) -> str:
        """``system``, ``light`` or ``dark``."""
        found = self._store.value("theme", "system")
        return found if found in {"system", "light", "dark"} else "system"

    @theme.setter
    def theme(self, choice: str) -> None:
        self._store.setValue("theme", choice)

    @property
    def recent(self) -> list[str]:
        """Paths of recent studies, newest first."""
        return self._texts("recent")

    @recent.setter
    def recent(self, paths: list[str]) -> None:
        self._store.setValue("recent", json.dumps(paths))

    @property
    def folder(self) -> Path:
        """Where file dialogs begin: the last folder used, else the documents."""
        found = self._store.value("folder", "")
        if isinstance(found, str) and found and Path(found).is_dir():
            return Path(found)
        return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or Path.home())

    @folder.setter
    def folder(self, folder: Path) -> None:
        self._store.setValue("folder", str(folder))

    @property
    def study_folder(self) -> Path:
        """Where new studies go; every change is written there at once."""
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        return Path(documents or Path.home()) / "Twinloop"

    @property
    def filters(self) -> list[str]:
        """Filters of trials that were used, newest first."""
        return self._texts("filters")

    def filter_of(self, study: Path) -> str:
        """The filter that stood in a study's table last."""
        found = self._store.value(f"filter/{_key(study)}", "")
        return found if isinstance(found, str) else ""

    def keep_filter(self, study: Path, text: str) -> None:
        """Remember the filter of a study, and offer it to others."""
        if text:
            self._store.setValue(f"filter/{_key(study)}", text)
            self._store.setValue("filters", json.dumps([text, *(one for one in self.filters if one != text)][:MOST]))
        else:
            self._store.remove(f"filter/{_key(study)}")

    def columns(self, key: str) -> dict[str, list[str]]:
        """What a person chose of a table's columns: ``order`` as they stand, which are ``hidden``, which ``shown``."""
        found = self._store.value(f"columns/{key}", "{}")
        try:
            kept = json.loads(found) if isinstance(found, str) else {}
        except ValueError:
            kept = {}
        kept = kept if isinstance(kept, dict) else {}
        return {
            name: [item for item in kept.get(name, ()) if isinstance(item, str)]
            if isinstance(kept.get(name), list)
            else []
            for name in ("order", "hidden", "shown")
        }

    def set_columns(self, key: str, kept: dict[str, list[str]]) -> None:
        """Keep it."""
        self._store.setValue(f"columns/{key}", json.dumps(kept))

    def bytes(self, key: str) -> QByteArray | None:
        """A saved geometry or splitter state of the present layout version."""
        found = self._store.value(f"layout{LAYOUT_VERSION}/{key}")
        return found if isinstance(found, QByteArray) and not found.isEmpty() else None

    def set_bytes(self, key: str, value: QByteArray) -> None:
        """Save a geometry or splitter state."""
        self._store.setValue(f"layout{LAYOUT_VERSION}/{key}", value)

    def sync(self) -> None:
        """Write everything now."""
        self._store.sync()

    def _texts(self, key: str) -> list[str]:
        found = self._store.value(key, "[]")
        try:
            items = json.loads(found) if isinstance(found, str) else []
        except ValueError:
            return []
        return [item for item in items if isinstance(item, str)] if isinstance(items, list) else []


def _key(path: Path) -> str:
    """A path as a name in the store, which would take its slashes for groups."""
    return quote(str(path), safe="")
