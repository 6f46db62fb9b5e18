"""The way between the engine's thread and the window's."""
