import errno
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from numlycee.domain.causes import Cause
from numlycee_agent.probes.http import fault_of

WHERE: Any = SimpleNamespace(host="ent.exemple.fr", port=443, ssl=True, is_ssl=True)


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (aiohttp.ClientConnectorDNSError(WHERE, OSError(-3, "try again")), Cause.DNS),
        (aiohttp.ClientConnectorError(WHERE, OSError(errno.ECONNREFUSED, "")), Cause.REFUSED),
        (aiohttp.ClientConnectorError(WHERE, OSError(errno.EHOSTUNREACH, "")), Cause.CONNECT),
        (aiohttp.ClientConnectorError(WHERE, OSError(errno.ENETUNREACH, "")), Cause.LAN),
        (aiohttp.ClientConnectorError(WHERE, OSError(errno.EMFILE, "")), Cause.PROBE),
        (aiohttp.ClientConnectorError(WHERE, OSError(errno.ETIMEDOUT, "")), Cause.TIMEOUT),
        (aiohttp.ClientConnectorSSLError(WHERE, OSError(1, "handshake")), Cause.TLS),
        (aiohttp.ServerTimeoutError(), Cause.TIMEOUT),
        (TimeoutError(), Cause.TIMEOUT),
        (aiohttp.ServerDisconnectedError(), Cause.CONNECT),
        (aiohttp.ClientOSError(errno.ECONNRESET, "reset"), Cause.CONNECT),
        (aiohttp.ClientPayloadError(), Cause.CONNECT),
        (aiohttp.InvalidURL("http://["), Cause.HTTP_STATUS),
        (ValueError("port out of range"), Cause.HTTP_STATUS),
    ],
)
def test_what_an_exception_says_of_a_service(error: Exception, cause: Cause) -> None:
    assert fault_of(error).cause is cause


def test_an_agent_without_http_probes_does_not_pay_for_aiohttp() -> None:
    names = ", ".join(f"numlycee_agent.probes.{name}" for name in ("icmp", "tcp", "dns", "link"))
    program = f"import sys, {names}; sys.exit('aiohttp' in sys.modules)"
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", program], env={"PYTHONPATH": ":".join(sys.path)}, check=False
    )
    assert done.returncode == 0
