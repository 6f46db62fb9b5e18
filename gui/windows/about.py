"""What Twinloop is, and what it owes to others, in the words of *About Twinloop*."""

from __future__ import annotations


def text() -> str:
    """One paragraph with the version."""
    # In here because versions are looked up in files.
    import PySide6

    from engine import __version__

    return (
        f"Twinloop {__version__} tunes hyperparameters (amber, the outer loop) and shows how parameters are learned "
        f"(blue, the inner loop). Its window uses Qt for Python (PySide6 {PySide6.__version__}) under the GNU Lesser "
        "General Public License, version 3."
    )
