"""A file layer that fails on command: the k-th write, sync, truncation, opening or deletion that SQLite asks for.

It is SQLite's own default layer with some of its functions replaced, registered as the new default through ctypes.
Where the SQLite library keeps its functions to itself (some builds of Python link it in hidden), it is not available.
"""

from __future__ import annotations

import _sqlite3
import ctypes
from collections import Counter
from contextlib import contextmanager

FULL, IO_WRITE, IO_FSYNC, IO_TRUNCATE, CANTOPEN, IO_DELETE = 13, 778, 1034, 1546, 14, 2570
_int, _ptr, _i64 = ctypes.c_int, ctypes.c_void_p, ctypes.c_int64
_Open = ctypes.CFUNCTYPE(_int, _ptr, _ptr, _ptr, _int, _ptr)  # a name goes on as it came: options follow it
_Delete = ctypes.CFUNCTYPE(_int, _ptr, _ptr, _int)
_Write = ctypes.CFUNCTYPE(_int, _ptr, _ptr, _int, _i64)
_Truncate = ctypes.CFUNCTYPE(_int, _ptr, _i64)
_Sync = ctypes.CFUNCTYPE(_int, _ptr, _int)


class _Methods(ctypes.Structure):
    """``sqlite3_io_methods`` of version 3."""

    _fields_ = (
        ("iVersion", _int),
        ("xClose", _ptr),
        ("xRead", _ptr),
        ("xWrite", _Write),
        ("xTruncate", _Truncate),
        ("xSync", _Sync),
        ("others", _ptr * 13),
    )


class _File(ctypes.Structure):
    _fields_ = (("methods", ctypes.POINTER(_Methods)),)


class _Layer(ctypes.Structure):
    """``sqlite3_vfs`` of version 3."""

    _fields_ = (
        ("iVersion", _int),
        ("szOsFile", _int),
        ("mxPathname", _int),
        ("pNext", _ptr),
        ("zName", ctypes.c_char_p),
        ("pAppData", _ptr),
        ("xOpen", _Open),
        ("xDelete", _Delete),
        ("others", _ptr * 14),
    )


class FailingFiles:
    """Counts what SQLite asks of the disk, and refuses chosen calls. ``counts`` is by kind of call.

    ``refuse`` takes the kind and the running number (from 1) of a call, and answers whether it fails.
    """

    def __init__(self):
        self.refuse = lambda kind, number: False
        self.counts = Counter()
        self._library = ctypes.CDLL(_sqlite3.__file__)
        self._library.sqlite3_vfs_find.restype = ctypes.POINTER(_Layer)
        self._default = self._library.sqlite3_vfs_find(None)
        self._layer = _Layer.from_buffer_copy(self._default.contents)
        self._layer.zName = b"failing"
        self._real_open, self._real_delete = _fixed(self._layer.xOpen), _fixed(self._layer.xDelete)
        self._layer.xOpen = _Open(self._open)
        self._layer.xDelete = _Delete(self._delete)
        self._methods = {}

    @contextmanager
    def in_force(self):
        """Within, every new connection uses this layer."""
        self._library.sqlite3_vfs_register(ctypes.byref(self._layer), 1)
        try:
            yield self
        finally:
            self._library.sqlite3_vfs_register(self._default, 1)
            self._library.sqlite3_vfs_unregister(ctypes.byref(self._layer))

    def _fails(self, kind):
        self.counts[kind] += 1
        return self.refuse(kind, self.counts[kind])

    def _open(self, layer, name, file, flags, out_flags):
        if self._fails("open"):
            ctypes.memset(file, 0, ctypes.sizeof(_ptr))  # no methods: SQLite need not close it
            return CANTOPEN
        code = self._real_open(layer, name, file, flags, out_flags)
        opened = _File.from_address(file)
        if code == 0 and opened.methods:
            opened.methods = ctypes.pointer(self._with_faults(opened.methods))
        return code

    def _delete(self, layer, name, sync_folder):
        return IO_DELETE if self._fails("delete") else self._real_delete(layer, name, sync_folder)

    def _with_faults(self, real):
        """The same functions with some in between; kept as long as this object, since files point to them."""
        address = ctypes.addressof(real.contents)
        if address not in self._methods:
            between = _Methods.from_buffer_copy(real.contents)
            write, truncate, sync = map(_fixed, (between.xWrite, between.xTruncate, between.xSync))
            between.xWrite = _Write(lambda *call: FULL if self._fails("write") else write(*call))
            between.xTruncate = _Truncate(lambda *call: IO_TRUNCATE if self._fails("truncate") else truncate(*call))
            between.xSync = _Sync(lambda *call: IO_FSYNC if self._fails("sync") else sync(*call))
            self._methods[address] = (between, real)
        return self._methods[address][0]


def _fixed(function):
    """The function that a field points to now; what ctypes reads from a field changes with the field."""
    return type(function)(ctypes.cast(function, _ptr).value)


def failing_files():
    """A new layer, or *None* where this Python does not show its SQLite."""
    try:
        return FailingFiles()
    except (AttributeError, OSError):
        return None
