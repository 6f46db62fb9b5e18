"""The study file: one writer, any number of readers, nothing lost and nothing executed."""

from engine.store.document import create, open_writer
from engine.store.faults import Gone, LockedByOther, Unwritten
from engine.store.reader import Reader, StudyOnFile
from engine.store.writer import Writer

__all__ = ["Gone", "LockedByOther", "Reader", "StudyOnFile", "Unwritten", "Writer", "create", "open_writer"]
