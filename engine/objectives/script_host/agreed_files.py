"""Loads the person's own modules from the very text that was agreed to, whenever they are imported.

Python would take what lies compiled beside a file (``__pycache__``, extension modules) in its place, and a file that
was changed since. Nor is anything else in the script's folder taken for a library's module by a library: what comes
with the script and was not agreed to is imported by the script's own files alone.
"""

import hashlib
import importlib.machinery
import os
import sys
from typing import Any, Dict

_PASSED_OVER = ("importlib", "pickle", "runpy")  # what imports for somebody else, by a part of its path


class ChangedFile(ImportError):
    """A file is no longer the one that was agreed to."""


class AgreedFiles:
    """Finds modules. ``digests`` has the BLAKE2b of each agreed file, in hexadecimal, by its path from ``folder``."""

    def __init__(self, folder: str, digests: Dict[str, str]) -> None:
        self._folder, self._digests = folder, digests

    def install(self) -> None:
        """Come before Python's own search along ``sys.path``, which finds everything else."""
        place = sys.meta_path.index(importlib.machinery.PathFinder)
        sys.meta_path.insert(place, self)

    def read(self, path: str) -> bytes:
        """The content of an agreed file; raises :class:`ChangedFile` where it is another one now."""
        with open(path, "rb") as file:
            data = file.read()
        if hashlib.blake2b(data, digest_size=16).hexdigest() != self._digests.get(self._name_of(path)):
            raise ChangedFile("%s was changed a moment ago." % os.path.basename(path), path=path)
        return data

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """How an agreed file is loaded as the module ``name``; *None* where Python's own search is to go on."""
        last = name.rpartition(".")[2]
        for place in [self._folder] if path is None else list(path):
            for ending in (os.path.join(last, "__init__.py"), last + ".py"):
                candidate = os.path.join(place, ending)
                if self._name_of(candidate) in self._digests:
                    return self._spec(name, candidate)
        if path is None and self._folder in sys.path and not self._is_asked_by_own():
            others = [place for place in sys.path if place != self._folder]
            found = importlib.machinery.PathFinder.find_spec(name, others)
            if found is None and importlib.machinery.PathFinder.find_spec(name, [self._folder]) is not None:
                raise ModuleNotFoundError("No module named %r" % name, name=name)
            return found
        return None

    def loader(self, name: str, path: str) -> Any:
        """What loads an agreed file as the module ``name``."""
        return _Loader(name, path, self)

    def _spec(self, name: str, path: str) -> Any:
        import importlib.util

        is_package = os.path.basename(path) == "__init__.py"
        places = [os.path.dirname(path)] if is_package else None
        return importlib.util.spec_from_file_location(
            name, path, loader=self.loader(name, path), submodule_search_locations=places
        )

    def _name_of(self, path: str) -> str:
        start = self._folder.rstrip(os.sep) + os.sep
        return path[len(start) :].replace(os.sep, "/") if path.startswith(start) else ""

    def _is_asked_by_own(self) -> bool:
        """Whether the import stands in a file of the person's."""
        frame: Any = sys._getframe(2)
        while frame is not None:
            path = frame.f_code.co_filename
            if not any(one in path for one in _PASSED_OVER):
                return path.startswith(self._folder + os.sep) and "site-packages" not in path
            frame = frame.f_back
        return False


class _Loader(importlib.machinery.SourceFileLoader):
    """Compiles what :meth:`AgreedFiles.read` gives, and nothing that lies compiled elsewhere."""

    def __init__(self, name: str, path: str, files: AgreedFiles) -> None:
        super().__init__(name, path)
        self._files = files

    def get_code(self, fullname: str) -> Any:
        path = self.get_filename(fullname)
        return self.source_to_code(self._files.read(path), path)
