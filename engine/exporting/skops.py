"""The best configuration trained on all rows, as a skops file: opens without running code from it."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from engine.applying import FinalModel, read_new_rows
from engine.applying.portable_model import portable_pipeline
from engine.errors import UserFault
from engine.exporting import registry
from engine.exporting.base import ENSEMBLE, Content, Format
from engine.exporting.scoring_example import scoring_example
from engine.judging.ensemble_words import ensemble_caution

EXAMPLE = "example.py"
"""The member of the file that shows how to load it and to predict with it; skops itself does not read it."""
_WITH_SKLEARN = {"sklearn", "numpy", "scipy", "builtins"}
_YEARS = range(1980, 2108)  # that a ZIP file, which it is, can say
_CHECKED_ROWS = 200  # of the study's table: enough to see that it answers as the model did


@registry.register
class SkopsFormat(Format):
    """A scikit-learn pipeline over the table's own columns; the file lists what has to be trusted to load it."""

    title = "Fitted model"
    summary = "One .skops file, trained on all rows; loads without running code."
    parts = ("best", ENSEMBLE)

    def write(self, content: Content, path: Path) -> None:
        """Train on all rows and write; raises :class:`UserFault` where there is no model."""
        # In here because it loads scikit-learn.
        import skops.io

        year = time.localtime().tm_year
        if year not in _YEARS:
            raise UserFault(f"This computer's clock says {year}, which no .skops file can hold.", "Set the clock.")
        model = content.final_model
        skops.io.dump(portable_pipeline(model.pipeline), path)
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(EXAMPLE, scoring_example(model, path.name, untrusted_types(path)))

    def check(self, content: Content, path: Path) -> tuple[str, ...]:
        """Load it with the listed types alone and compare its answers with the model's."""
        import skops.io

        model, trusted = content.final_model, untrusted_types(path)
        loaded = skops.io.load(path, trusted=list(trusted))
        require_same_answers(model, loaded, path)
        packages = "".join(f", {name}" for name in needed_packages(trusted))
        said = f"Load it with skops.io.load({path.name!r}, trusted={list(trusted)!r}); it needs scikit-learn{packages}."
        classes = ""
        if model.classes and not model.names_classes:
            classes = f"It predicts positions in {list(model.classes)[:12]!r}."
        caution = ensemble_caution(content.ensemble) if content.what == ENSEMBLE else ""
        return tuple(filter(None, (said, classes, caution)))


def untrusted_types(path: Path) -> tuple[str, ...]:
    """The types in a skops file besides those that skops trusts by itself."""
    import skops.io

    return tuple(skops.io.get_untrusted_types(file=path))


def needed_packages(types: tuple[str, ...]) -> tuple[str, ...]:
    """The packages besides scikit-learn that whoever reads a file with these ``types`` needs."""
    roots = dict.fromkeys(name.partition(".")[0] for name in types)
    return tuple("twinloop" if root == "engine" else root for root in roots if root not in _WITH_SKLEARN)


def require_same_answers(model: FinalModel, loaded: Any, path: Path) -> None:
    """Raises :class:`UserFault` where a model read back answers otherwise than the one that was written."""
    rows = read_new_rows(model, model.description.source).frame.head(_CHECKED_ROWS)
    wanted, found = np.asarray(model.pipeline.predict(rows)), np.asarray(loaded.predict(rows))
    if not np.array_equal(wanted, found):
        raise UserFault(f"{path.name}, read again, predicts otherwise than the model.", "Export .py instead.")
