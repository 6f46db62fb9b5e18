"""One Dask cluster for all tests of a file: two workers in this process, over TLS.

It ends with them: its threads draw random numbers, which Hypothesis does not forgive.
"""

import logging

import pytest


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    """Their folder."""
    pytest.importorskip("cryptography")
    pytest.importorskip("distributed")
    # In here because an extra is wanted.
    from engine.execution.remote.certificates import make_certificates

    made = tmp_path_factory.mktemp("certificates") / "lab"
    make_certificates(made)
    return made


@pytest.fixture(scope="module")
def scheduler(certificates):
    """The cluster, which speaks with these certificates alone."""
    # In here because an extra is wanted.
    import distributed

    from engine.execution.remote.certificates import security_of

    security = security_of(certificates)
    for role in ("scheduler", "worker"):
        setattr(security, f"tls_{role}_cert", security.tls_client_cert)
        setattr(security, f"tls_{role}_key", security.tls_client_key)
    cluster = distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=False,
        dashboard_address=None,
        silence_logs=logging.CRITICAL,
        protocol="tls",
        security=security,
    )
    yield cluster
    cluster.close(timeout=5)
