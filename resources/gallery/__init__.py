"""Finished studies for the gallery."""
