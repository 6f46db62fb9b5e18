"""Edits of a study's definition that can be undone, one kind a file."""
