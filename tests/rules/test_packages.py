"""What is installed is what is there."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_package_is_installed():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    places = [path.parent.relative_to(ROOT) for room in ("engine", "gui", "resources")
              for path in (ROOT / room).rglob("__init__.py")]  # fmt: skip
    names = {".".join(place.parts) for place in places}
    assert settings["package-dir"] == {"twinloop": "engine/public"}
    assert sorted(settings["packages"]) == sorted(names - {"engine.public"} | {"twinloop"})


def test_resources_hold_no_programs():
    scripts = [path.relative_to(ROOT) for path in (ROOT / "resources").rglob("*.py") if path.name != "__init__.py"]
    assert scripts == []


def test_help_shows_how_to_contribute_in_the_words_of_the_one_file():
    shown = ROOT / "resources" / "help" / "contributing.md"
    assert shown.read_bytes() == (ROOT / "CONTRIBUTING.md").read_bytes()
    assert shown.is_symlink()
