"""Certificates for a Dask cluster: one folder, to be copied to every computer that belongs to it."""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import Any

from engine.errors import UserFault
from engine.execution.remote.dask_addresses import require_distributed

AUTHORITY, CERTIFICATE, KEY = "ca.pem", "cert.pem", "key.pem"
DAYS = 3650  # that they hold: as long as computers stand under desks, a guess
NAME = "Twinloop cluster"


def make_certificates(folder: Path) -> None:
    """Write an authority, and a certificate with its key that scheduler, workers and runs share, into a new folder.

    Who has the folder belongs to the cluster: its key opens everything. Raises :class:`UserFault`.
    """
    x509, hashes, serialization, ec, name_oid = _require_cryptography()
    if any((folder / name).exists() for name in (AUTHORITY, CERTIFICATE, KEY)):
        raise UserFault(
            f"{folder} holds certificates already.", "Name another folder: who has these would be shut out."
        )
    now = datetime.datetime.now(datetime.UTC)

    def certificate(subject: str, key: Any, issuer: str, by: Any, is_authority: bool) -> Any:
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(name_oid.COMMON_NAME, subject)]))
            .issuer_name(x509.Name([x509.NameAttribute(name_oid.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))  # for clocks that differ
            .not_valid_after(now + datetime.timedelta(days=DAYS))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .sign(by, hashes.SHA256())
        )

    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = certificate(f"{NAME} authority", authority_key, f"{NAME} authority", authority_key, True)
    member = certificate(NAME, key, f"{NAME} authority", authority_key, False)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / AUTHORITY).write_bytes(authority.public_bytes(pem))
        (folder / CERTIFICATE).write_bytes(member.public_bytes(pem))
        with os.fdopen(os.open(folder / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(private)
    except OSError as error:
        raise UserFault(f"{folder} cannot be written ({error.strerror or error}).", "Choose another place.") from error


def security_of(folder: Path | None) -> Any:
    """What Dask needs to speak with these certificates; raises :class:`UserFault` where they are not there."""
    if folder is None:
        raise UserFault(
            "tls:// needs the certificates of the cluster.",
            "Name their folder with --certificates; twinloop certificates FOLDER makes some.",
            "cluster",
        )
    missing = [name for name in (AUTHORITY, CERTIFICATE, KEY) if not (folder / name).is_file()]
    if missing:
        raise UserFault(f"{folder} has no {missing[0]}.", "Name the folder of the cluster's certificates.", "cluster")
    return require_distributed().Security(
        tls_ca_file=str(folder / AUTHORITY),
        tls_client_cert=str(folder / CERTIFICATE),
        tls_client_key=str(folder / KEY),
        require_encryption=True,
    )


def _require_cryptography() -> tuple[Any, Any, Any, Any, Any]:
    try:
        from cryptography import x509  # an extra
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.x509.oid import NameOID
    except ImportError as error:
        raise UserFault(
            "The package cryptography is not installed.", "Install it with: pip install 'twinloop[cluster]'"
        ) from error
    return x509, hashes, serialization, ec, NameOID
