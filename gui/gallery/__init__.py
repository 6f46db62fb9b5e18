"""Pictures of every page and dialog, light and dark, at once and twice the size: ``python -m gui.gallery OUT_DIR``."""
