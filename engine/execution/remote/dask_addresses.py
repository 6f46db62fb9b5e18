"""The address of a Dask scheduler: what counts as one, and what is said where it cannot be used."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from engine.errors import UserFault


def checked_address(address: str, allow_plain: bool) -> str:
    """The address; raises :class:`UserFault` where it is none, or where anybody on the network could listen."""
    if address.startswith("local:"):
        count = address.partition(":")[2]
        if not (count.isascii() and count.isdigit() and 0 < int(count) <= 1000):
            raise UserFault(f"“{address}” has no number of workers.", "Write local:2, for instance.", "cluster")
        return address
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:  # a bracket that is not closed, a port that is no number
        host = port = None
    if not host or port is None or parts.username is not None or parts.path.strip("/"):
        raise UserFault(
            f"“{address}” is not the address of a scheduler.", "Write tls://HOST:8786, for instance.", "cluster"
        )
    if parts.scheme == "tcp" and not _is_here(host) and not allow_plain:
        raise UserFault(
            f"{address} is not encrypted: others on the network could read the data and run code.",
            "Use tls:// with certificates, or agree with --allow.",
            "cluster",
        )
    return address


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:  # a name, whatever it begins with
        return False


def require_distributed() -> Any:
    """The package; raises :class:`UserFault` where it is not installed."""
    try:
        import distributed  # an extra, and slow to load
    except ImportError as error:
        raise UserFault(
            "Dask is not installed.", "Install it with: pip install 'twinloop[cluster]'", "cluster"
        ) from error
    return distributed


def connection_problem(address: str, error: Exception) -> str:
    """Why there is no connection, in a sentence."""
    text = str(error) or type(error).__name__
    if "CERTIFICATE" in text.upper() or "SSL" in text.upper():
        return f"{address} does not accept the certificates, or has others ({text[:200]})."
    if isinstance(error, ImportError):
        return f"{address} cannot be used ({text[:200]})."
    return f"{address} does not answer as a Dask scheduler does ({type(error).__name__}: {text[:200]})."
