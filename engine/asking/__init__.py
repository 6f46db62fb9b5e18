"""Questions about tables, answered by a process of its own: a stranger's file has no part in the window's memory."""

from engine.asking.process import TableProcess

__all__ = ["TableProcess"]
