"""`numlycee-agent password`, and what `check` and `run` make of `[local]`."""

import asyncio
import ctypes
import io
import os
import pty
import stat
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from numlycee.clock import SystemClock
from numlycee_agent import agent
from numlycee_agent.cli import main
from numlycee_agent.config import read
from numlycee_agent.local import password
from numlycee_agent.service import Manager
from tests.agent.local.test_local_secrets import SECRET, cheap

CONFIG = """\
uai = "0310036W"
data = "data"
receipt_key_file = "receipt.key"
[mqtt]
host = "127.0.0.1"
port = 1
[local]
listen = "127.0.0.1:8443"
{local}
[[equipment]]
id = "routeur"
kind = "router"
name = "Routeur"
address = "127.0.0.1"
tcp = 1
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "receipt.key").write_text("ab" * 32)
    password.store(tmp_path / "local.password", cheap())
    return tmp_path


def check(folder: Path, local: str) -> int:
    path = folder / "agent.toml"
    path.write_text(CONFIG.format(local=local), encoding="utf-8")
    return main(["check", "-c", str(path)])


def test_a_password_is_read_from_a_pipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "local.password"
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{SECRET}\n"))
    assert main(["password", str(path)]) == 0
    assert password.load(path).fits(SECRET)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SECRET not in capsys.readouterr().out
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    assert main(["password", str(path)]) == 2
    assert "12 to 256 characters" in capsys.readouterr().err
    assert password.load(path).fits(SECRET)


def test_a_password_is_typed_twice_on_a_terminal(tmp_path: Path) -> None:
    path = tmp_path / "local.password"
    assert typed(path, SECRET, SECRET) == 0
    assert password.load(path).fits(SECRET)


def typed(path: Path, *lines: str) -> int:
    """The exit code of the command when these lines are typed at its prompts."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "numlycee_agent", "password", str(path)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    os.close(theirs)
    shown = b""
    for prompt, line in zip((b"Mot de passe : ", b"Le m\xc3\xaame : "), lines, strict=True):
        while prompt not in shown:
            shown += os.read(ours, 1000)
        os.write(ours, f"{line}\n".encode())
    code = process.wait(timeout=30)
    os.close(ours)
    assert lines[0].encode() not in shown
    return code


def test_check_accepts_a_page_that_can_be_served(folder: Path) -> None:
    assert check(folder, 'password_file = "local.password"') == 0


@pytest.mark.parametrize(
    ("local", "reason"),
    [
        ('password_file = "none"', "none: local.password_file: cannot be read"),
        ('password_file = "receipt.key"', "must be what « numlycee-agent password » makes"),
        (
            'password_file = "local.password"\ncertificate = "receipt.key"\nkey = "receipt.key"',
            "receipt.key: local.certificate or local.key: cannot be used",
        ),
        (
            'password_file = "local.password"\ncertificate = "none"\nkey = "none"',
            "none: local.certificate or local.key: cannot be used: No such file",
        ),
        ('beacon = true\nbeacon_key_file = "receipt.key"', "add [mobile]"),
        ('pasword_file = "local.password"', "line 9: local.pasword_file: unknown key"),
    ],
)
def test_check_says_why_one_cannot(
    folder: Path, local: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(folder, local) == 2
    assert reason in capsys.readouterr().err


def test_an_enciphered_key_is_refused_and_nobody_is_asked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-passout", "pass:secret"),
            *("-days", "2", "-subj", "/CN=agent"),
            *("-keyout", folder / "local.key", "-out", folder / "local.pem"),
        ],
        check=True,
        capture_output=True,
        timeout=30,
    )
    local = 'password_file = "local.password"\ncertificate = "local.pem"\nkey = "local.key"'
    assert check(folder, local) == 2
    assert "is enciphered" in capsys.readouterr().err


LOADED = """
import sys, numlycee_agent.agent, numlycee_agent.cli
print([name for name in sys.modules if name.startswith(("aiohttp", "numlycee_agent.local"))])
"""


def printed(program: str) -> str:
    """What a program of its own prints."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        timeout=55,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    return done.stdout.strip()


def test_nothing_of_the_page_is_imported_unless_it_is_asked_for() -> None:
    assert printed(LOADED) == "[]"


CHECKS = """
import asyncio, threading
from numlycee_agent.local.password import Hash, give_memory_back

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 >> 20

async def check():
    hashed, all_in = Hash(1 << 14, 8, 1, b"s" * 16, b"d" * 32), threading.Barrier(4)
    def one():
        all_in.wait(30)
        assert not hashed.fits("a password")
    give_memory_back()
    before = resident()
    for _ in range(2):
        await asyncio.gather(*(asyncio.to_thread(one) for _ in range(4)))
    print(resident() - before)

asyncio.run(check())
"""


def test_passwords_leave_no_memory_behind() -> None:
    if not hasattr(ctypes.CDLL(None), "mallopt"):
        pytest.skip("the C library is not glibc: it has ways of its own")
    assert int(printed(CHECKS)) < 12, "MiB, of the 16 that each of four threads took twice"


async def test_the_agent_serves_what_it_sees(folder: Path) -> None:
    host = f"127.{os.getpid() % 200 + 20}.{os.getpid() // 200 % 250}.7"  # nobody else's
    path = folder / "agent.toml"
    local = CONFIG.replace("127.0.0.1:8443", f"{host}:8443")
    path.write_text(local.format(local='password_file = "local.password"'), encoding="utf-8")
    stop = asyncio.Event()
    async with (
        asyncio.TaskGroup() as group,
        aiohttp.ClientSession(f"http://{host}:8443", cookie_jar=_jar()) as browser,
    ):
        group.create_task(agent.run(read(path), SystemClock(), stop, Manager({})))
        try:
            async with asyncio.timeout(45):
                document = await enter(browser)
                while "1 en panne" not in document:
                    await asyncio.sleep(0.1)
                    async with browser.get("/") as answer:
                        document = await answer.text()
            assert "Routeur" in document
            assert "aucun depuis le démarrage" in document
        finally:
            stop.set()


async def enter(browser: aiohttp.ClientSession) -> str:
    """The first page, as soon as it is served."""
    while True:
        try:
            async with browser.post("/connexion", data={"password": SECRET}) as answer:
                return await answer.text()
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.05)


def _jar() -> aiohttp.CookieJar:
    return aiohttp.CookieJar(unsafe=True)
