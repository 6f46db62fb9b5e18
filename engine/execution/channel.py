"""Frames over a pair of byte streams: four bytes of length, then one message."""

from __future__ import annotations

import struct
import threading
from typing import IO, Generic, TypeVar

import msgspec

from engine.errors import UserFault
from engine.execution.messages import Message

M = TypeVar("M")
LARGEST = 64 * 1024 * 1024  # bytes of one message; only a broken stream claims more


class Unsendable(UserFault):
    """A message holds what no other process can be given."""


def require_sendable(message: Message) -> None:
    """Raises :class:`Unsendable` where :meth:`Channel.send` would."""
    encode_message(message)


class Channel(Generic[M]):
    """Sends any :class:`Message`; receives those of ``incoming``. One thread may receive while others send."""

    def __init__(self, reader: IO[bytes], writer: IO[bytes], incoming: object) -> None:
        self._reader = reader
        self._writer = writer
        self._decoder: msgspec.msgpack.Decoder[M] = msgspec.msgpack.Decoder(incoming)
        self._sending = threading.Lock()

    def send(self, message: Message) -> bool:
        """Whether the message could be handed over; the other side may be gone.

        Raises :class:`Unsendable` where no other side could take it: that of a study or a table is a stranger's.
        """
        payload = encode_message(message)
        try:
            with self._sending:
                self._writer.write(struct.pack("<I", len(payload)) + payload)
                self._writer.flush()
        except (OSError, ValueError):  # a broken or closed pipe
            return False
        return True

    def receive(self) -> M | None:
        """The next message, waiting for it; *None* once the other side is gone or no longer makes sense."""
        try:
            head = self._reader.read(4)
            if len(head) < 4:
                return None
            (length,) = struct.unpack("<I", head)
            if length > LARGEST:
                return None
            payload = self._reader.read(length)
            return self._decoder.decode(payload) if len(payload) == length else None
        except (OSError, ValueError, msgspec.DecodeError, RecursionError):
            return None

    def close(self) -> None:
        """Close both streams; a waiting receive on the other side ends."""
        for stream in (self._writer, self._reader):
            try:
                stream.close()
            except OSError:
                continue


def encode_message(message: Message) -> bytes:
    """One message as bytes; raises :class:`Unsendable`."""
    try:
        payload = msgspec.msgpack.encode(message)
    except OverflowError as error:
        raise _unsendable_fault("a whole number of more than 64 bits") from error
    except UnicodeEncodeError as error:
        raise _unsendable_fault("a text with characters that Unicode does not have") from error
    except RecursionError as error:
        raise _unsendable_fault("values inside values, too many levels deep") from error
    except (TypeError, ValueError) as error:
        raise _unsendable_fault(f"a value of another kind ({error})") from error
    if len(payload) > LARGEST:
        raise _unsendable_fault(f"{len(payload) / 1e6:.0f} MB of values, and {LARGEST / 1e6:.0f} MB are the most")
    return payload


def _unsendable_fault(what: str) -> Unsendable:
    return Unsendable(
        f"It cannot be handed to another process: it holds {what}.", "Use plain texts and numbers, and fewer of them."
    )
