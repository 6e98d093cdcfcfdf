import errno
import socket
import ssl
import subprocess
import sys

import pytest

from numlycee.domain.causes import Cause
from numlycee_agent.probes.browser import TooManyRedirectsError
from numlycee_agent.probes.exchange import ClosedError, MalformedError
from numlycee_agent.probes.http import fault_of


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (socket.gaierror(-3, "try again"), Cause.DNS),
        (OSError(errno.ECONNREFUSED, ""), Cause.REFUSED),
        (OSError(errno.EHOSTUNREACH, ""), Cause.CONNECT),
        (OSError(errno.ENETUNREACH, ""), Cause.LAN),
        (OSError(errno.EMFILE, ""), Cause.PROBE),
        (OSError(errno.ETIMEDOUT, ""), Cause.TIMEOUT),
        (OSError(errno.ECONNRESET, "reset"), Cause.CONNECT),
        (ssl.SSLError(1, "handshake"), Cause.TLS),
        (ssl.SSLCertVerificationError(1, "certificate"), Cause.CERTIFICATE),
        (TimeoutError(), Cause.TIMEOUT),
        (ClosedError("page cut short"), Cause.CONNECT),
        (TooManyRedirectsError("too many"), Cause.HTTP_STATUS),
        (MalformedError("no status line"), Cause.HTTP_STATUS),
        (ValueError("port out of range"), Cause.HTTP_STATUS),
    ],
)
def test_what_an_exception_says_of_a_service(error: Exception, cause: Cause) -> None:
    assert fault_of(error).cause is cause


def test_an_agent_without_a_page_of_its_own_does_not_pay_for_aiohttp() -> None:
    program = "import sys, numlycee_agent.agent, numlycee_agent.probes.http as _; "
    program += "sys.exit('aiohttp' in sys.modules)"
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", program], env={"PYTHONPATH": ":".join(sys.path)}, check=False
    )
    assert done.returncode == 0
