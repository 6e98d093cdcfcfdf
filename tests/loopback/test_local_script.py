"""The script of devices, run as a device runs it, against a local agent on the loopback."""

import asyncio
import json
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path

import pytest
from aiohttp import web

from numlycee.clock import SystemClock
from numlycee_agent.config.local import LAN
from numlycee_agent.local.beacon import Guard
from numlycee_agent.local.receiving import PATH, Receiving
from numlycee_agent.local.server import application, open_socket, serve
from tests.agent.local.test_beacon_script import SCRIPT
from tests.agent.local.test_local_beacon import KEY
from tests.agent.virtual import running
from tests.loopback.test_local_server import FakeBeacons

HOST = "127.0.0.1"
SERIAL = "5CG1234ABC"
BALISE = Path(__file__).resolve().parents[2] / "docs" / "fr" / "balise.md"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate that is its own authority, and the key of the site."""
    folder = tmp_path_factory.mktemp("agent")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=agent", "-addext", f"subjectAltName=IP:{HOST}"),
            *("-keyout", folder / "local.key", "-out", folder / "local.pem"),
        ],
        check=True,
        capture_output=True,
        timeout=30,
    )
    (folder / "beacon.key").write_text(f"{KEY}\n")
    (folder / "other.key").write_text("another-lycee-s-key" * 3)
    return folder


@asynccontextmanager
async def agent(context: ssl.SSLContext | None) -> AsyncIterator[tuple[str, FakeBeacons]]:
    """The address of an agent's beacon, and what it is told."""
    clock, beacons = SystemClock(), FakeBeacons()
    receiving = Receiving(beacons, Guard(KEY, clock), LAN, clock)
    made = application("0310036W", "Europe/Paris", receiving.routes())
    with closing(open_socket(HOST, 0)) as listener:
        async with running(serve(made, listener, LAN, clock, context)):
            scheme = "https" if context else "http"
            yield f"{scheme}://{HOST}:{listener.getsockname()[1]}{PATH}", beacons


@pytest.fixture
async def secure(authority: Path) -> AsyncIterator[tuple[str, FakeBeacons]]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "local.pem", authority / "local.key")
    async with agent(context) as found:
        yield found


async def run(*arguments: str | Path) -> tuple[int, str, str]:
    """The exit code of the script, what it prints and what it complains of."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", SCRIPT, "--serial", SERIAL, *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"https_proxy": "http://127.0.0.1:1", "http_proxy": "http://127.0.0.1:1"},
    )
    out, err = await asyncio.wait_for(process.communicate(), 40)
    assert KEY not in (out + err).decode()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def test_it_tells_the_agent_how_the_device_is(
    secure: tuple[str, FakeBeacons], authority: Path
) -> None:
    url, beacons = secure
    told = await run(
        "--url", url, "--key-file", authority / "beacon.key", "--ca", authority / "local.pem"
    )
    assert told == (0, "", "")
    ((_, beacon),) = beacons.said
    assert (beacon.serial, beacon.system) == (SERIAL, sys.platform)
    assert beacon.disk_free is not None


async def test_it_shows_what_it_would_send_and_sends_nothing(
    secure: tuple[str, FakeBeacons], authority: Path
) -> None:
    url, beacons = secure
    code, out, _ = await run("--url", url, "--key-file", authority / "beacon.key", "--dry-run")
    assert code == 0
    assert json.loads(out)["serial"] == SERIAL
    assert set(json.loads(out)) <= {"serial", "battery", "disk_free", "sensors", "system", "build"}
    assert beacons.said == []


async def test_a_refusal_is_told_with_its_reason(
    secure: tuple[str, FakeBeacons], authority: Path
) -> None:
    url, beacons = secure
    code, _, err = await run(
        "--url", url, "--key-file", authority / "other.key", "--ca", authority / "local.pem"
    )
    assert code == 1
    assert "401" in err
    assert beacons.said == []


async def test_another_machine_under_the_agent_s_address_learns_nothing(
    secure: tuple[str, FakeBeacons], authority: Path
) -> None:
    url, beacons = secure
    code, _, err = await run("--url", url, "--key-file", authority / "beacon.key")
    assert code == 1
    assert "ce n'est pas l'agent du lycée : CERTIFICATE_VERIFY_FAILED" in err
    assert beacons.said == []


async def test_in_clear_only_when_it_is_said(authority: Path) -> None:
    async with agent(None) as (url, beacons):
        refused = await run("--url", url, "--key-file", authority / "beacon.key")
        assert refused[0] == 2
        assert "--clear" in refused[2]
        assert beacons.said == []
        taken = await run("--url", url, "--key-file", authority / "beacon.key", "--clear")
        assert taken == (0, "", "")
    assert [beacon.serial for _, beacon in beacons.said] == [SERIAL]


async def test_away_from_school_nothing_is_wrong(authority: Path) -> None:
    with closing(socket.socket()) as nobody:
        nobody.bind((HOST, 0))  # and does not listen
        url = f"https://{HOST}:{nobody.getsockname()[1]}{PATH}"
        code, _, err = await run("--url", url, "--key-file", authority / "beacon.key")
    assert code == 0
    assert "l'appareil est-il au lycée" in err


async def test_the_documented_line_of_curl_sends_a_beacon(
    secure: tuple[str, FakeBeacons], authority: Path
) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    url, beacons = secure
    (line,) = re.findall(r"^    (curl .*)$", BALISE.read_text(encoding="utf-8"), re.MULTILINE)
    documented = "https://10.31.0.5:8443/v1/beacon"
    arguments = [url if part == documented else part for part in shlex.split(line)]
    assert url in arguments
    (authority / "local-ca.pem").write_bytes((authority / "local.pem").read_bytes())
    (authority / "entete").write_text(f"Authorization: Bearer {KEY}\n")
    curl = await asyncio.create_subprocess_exec(*arguments, cwd=authority)
    assert await asyncio.wait_for(curl.wait(), 40) == 0
    assert [beacon.serial for _, beacon in beacons.said] == ["5CG1234ABC"]


async def test_it_says_whether_the_ent_opens() -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text="Se connecter")

    portal = web.Application()
    portal.router.add_get("/ent", page)
    runner = web.AppRunner(portal, access_log=None)
    await runner.setup()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, HOST, 0).start()
        root = f"http://{HOST}:{runner.addresses[0][1]}"
        seen = {}
        for path, shows in (("/ent", "Se connecter"), ("/ent", "Bienvenue"), ("/nowhere", "")):
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, SCRIPT, "--serial", SERIAL, "--dry-run"),
                *("--ent", root + path, "--ent-shows", shows),
                stdout=subprocess.PIPE,
            )
            out, _ = await asyncio.wait_for(process.communicate(), 40)
            seen[path, shows] = json.loads(out)["ent"]
    assert list(seen.values()) == [True, False, False]
