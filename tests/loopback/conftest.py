"""What several of the tests on loopback need."""

import ssl
import subprocess

import pytest


@pytest.fixture(scope="session", name="tls")
def _tls(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A certificate for servers of these tests."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "local.pem", folder / "local.key"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=agent", "-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
        timeout=30,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
